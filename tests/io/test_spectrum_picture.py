import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.io import drawing, spectrum_picture
from app.io.spectrum_picture import draw_spectra

AXIS = EnergyAxis(0.0, 0.02)
MUTED, SUM, MAXIMUM = (
    tuple(bytes.fromhex(colour[1:])) for colour in (drawing.MUTED, *drawing.CURVES[:2])
)


def spectrum(peaks=((320, 10_000),), background=20):
    channels = np.arange(1000)
    counts = np.full(1000, float(background))
    for centre, height in peaks:
        counts += height * np.exp(-0.5 * ((channels - centre) / 4) ** 2)
    return counts.astype(np.uint32)


def pixels(picture, colour):
    """Rows and columns of all pixels of a colour."""
    return np.nonzero((picture == np.array(colour, np.uint8)).all(axis=2))


def test_the_picture_has_the_size_asked_for():
    picture = draw_spectra({"sum": spectrum()}, AXIS, width=640, height=360)
    assert (picture.shape, picture.dtype) == ((360, 640, 3), np.uint8)
    assert draw_spectra({"sum": spectrum()}, AXIS).shape == (900, 1600, 3)


def frame(picture):
    """First and last column of the plot's frame."""
    _, cols = pixels(picture, MUTED)
    sides = np.nonzero(np.bincount(cols) > picture.shape[0] / 2)[0]
    return sides.min(), sides.max()


@pytest.mark.parametrize("log", [True, False])
def test_the_peak_stands_at_its_energy(log):
    picture = draw_spectra({"a": np.ones(1000), "b": spectrum()}, AXIS, log=log)
    left, right = frame(picture)
    rows, cols = pixels(picture, MAXIMUM)
    inside = (cols < 1200) & (rows > 60)  # not the legend
    peak = cols[inside][rows[inside] == rows[inside].min()].mean()
    assert peak == pytest.approx(left + 320 / 999 * (right - left), abs=3)


def test_on_a_log_scale_equal_ratios_are_equal_heights():
    slope = np.geomspace(10_000, 1, 90)

    def height(value):
        picture = draw_spectra({"a": slope, "b": np.full(90, value)}, None)
        rows, cols = pixels(picture, MAXIMUM)
        return np.median(rows[cols < 1000])

    tens = [height(value) for value in (10.0, 100.0, 1000.0)]
    assert tens[0] - tens[1] == pytest.approx(tens[1] - tens[2], abs=1)
    assert tens[0] - tens[1] > 100


def test_noise_below_300_ev_does_not_set_the_scale():
    quiet = spectrum()
    noisy = quiet.copy()
    noisy[:10] = 10_000_000
    tops = []
    for counts in (quiet, noisy):
        rows, cols = pixels(
            draw_spectra({"a": np.ones(1000), "b": counts}, AXIS, log=False), MAXIMUM
        )
        tops.append(rows[(cols > 500) & (cols < 700)].min())
    assert tops[0] == tops[1]


def test_each_curve_has_its_own_colour():
    picture = draw_spectra({"sum": spectrum() * 10, "maximum": spectrum()}, AXIS)
    assert pixels(picture, SUM)[0].size > 1000
    assert pixels(picture, MAXIMUM)[0].size > 1000


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        ("maximum_pixel", "Maximum pixel"),
        ("region", "Region"),
        ("pixel_3_14", "Row 3, column 14"),
        ("Panel A", "Panel A"),
    ],
)
def test_the_legend_speaks_to_people(column, shown):
    assert spectrum_picture._name(column) == shown


def test_labels_are_written_above_the_curve():
    bare = draw_spectra({"sum": spectrum()}, AXIS, labels=[(99.0, "outside the axis")])
    named = draw_spectra({"sum": spectrum()}, AXIS, labels=[(6.4, "Fe Kα")])
    rows, cols = np.nonzero((bare != named).any(axis=2))
    left, right = frame(named)
    assert rows.size > 100
    assert cols.mean() == pytest.approx(left + 6.4 / 19.98 * (right - left), abs=10)


def test_labels_that_would_touch_are_stacked():
    taken = [(0.0, 80.0, 50.0, 100.0), (40.0, 60.0, 90.0, 80.0)]
    assert spectrum_picture._free_box((45, 70), 100, 20, taken) == (45, 40, 70, 60)
    assert spectrum_picture._free_box((60, 80), 100, 15, taken) == (60, 85, 80, 100)
    assert spectrum_picture._free_box((91, 99), 100, 20, taken) == (91, 80, 99, 100)


def test_the_legend_leaves_a_peak_on_the_right_free():
    on_left = []
    for centre in (320, 950):
        counts = spectrum(((centre, 10_000),))
        rows, cols = pixels(draw_spectra({"a": counts}, AXIS, log=False), SUM)
        on_left.append(np.count_nonzero((cols > 160) & (cols < 300) & (rows < 110)))
    assert on_left[0] == 0
    assert on_left[1] > 100


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize(
    "counts",
    [
        np.zeros(50),
        np.array([7]),
        np.full(50, 3),
        np.array([np.nan, np.inf, 5.0, 0.0]),
        np.linspace(-5, 5, 40),
        np.full(20, 1e-7),
    ],
)
def test_unusual_spectra_are_drawn_all_the_same(counts, log):
    picture = draw_spectra({"sum": counts}, None, log=log, width=320, height=180, title="odd")
    assert np.unique(picture.reshape(-1, 3), axis=0).shape[0] > 10


def test_nothing_to_draw_is_refused():
    with pytest.raises(ValueError, match=r"not \[\]"):
        draw_spectra({}, AXIS)
    with pytest.raises(ValueError, match=r"not \[0\]"):
        draw_spectra({"sum": np.zeros(0)}, AXIS)
    with pytest.raises(ValueError, match=r"not \[3, 4\]"):
        draw_spectra({"sum": np.zeros(3), "mean": np.zeros(4)}, AXIS)
