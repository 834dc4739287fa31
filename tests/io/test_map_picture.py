import numpy as np
import pytest

from app.core.display import MapDisplay, Scale, fraction_of, nice_scale_bar, to_rgb
from app.io import map_picture
from app.io.map_picture import draw_map

DISPLAY = MapDisplay("grey")
# a colour that nothing else on the plate has
PATTERN = np.zeros((5, 7, 3), np.uint8)
PATTERN[1, 2] = PATTERN[4, 6] = (200, 10, 90)


def plate(rgb=PATTERN, **changes):
    values = {"title": "Fe Kα", "display": DISPLAY, "levels": (0.0, 100.0), **changes}
    return draw_map(rgb, **values)


def marked(picture):
    return (picture == (200, 10, 90)).all(axis=2)


def test_each_pixel_becomes_a_block_of_its_colour():
    blocks = marked(plate())
    rows, cols = np.nonzero(blocks)
    factor = 115  # the least whole number that makes 7 columns 800 pixels wide
    assert blocks.sum() == 2 * factor**2
    assert rows.max() - rows.min() + 1 == 4 * factor
    assert cols.max() - cols.min() + 1 == 5 * factor


def test_a_high_narrow_map_is_not_enlarged_beyond_reason():
    picture = plate(np.zeros((500, 3, 3), np.uint8))
    assert 2400 <= picture.shape[0] <= 2800


def test_a_large_map_keeps_its_size():
    large = np.zeros((900, 1700, 3), np.uint8)
    large[10:20, 30:50] = (200, 10, 90)
    assert marked(plate(large)).sum() == 200


def test_pixels_that_are_not_square_keep_their_shape():
    rows, cols = np.nonzero(marked(plate(pixel_aspect=2.0)))
    assert rows.max() - rows.min() + 1 == 4 * 230
    assert cols.max() - cols.min() + 1 == 5 * 115


def test_the_scale_bar_has_its_length_in_pixels():
    bar = nice_scale_bar(0.5, 7)
    assert bar == (0.5, 1.0)
    with_bar, without = plate(scale_bar=bar), plate()
    # up to where the text beside the bar begins
    below = with_bar[without.shape[0] - 30 :, : 36 + 115 + 5]
    longest = (below == (0x22, 0x21, 0x1F)).all(axis=2).sum(axis=1).max()
    assert longest == 115


def test_missing_values_show_the_paper():
    counts = np.array([[1.0, np.nan], [3.0, 4.0]])
    picture = plate(to_rgb(counts, DISPLAY), levels=(1.0, 4.0))
    _, width = picture.shape[:2]
    assert (picture[120:400, 36 + 410 : 36 + 780] == 255).all()
    assert width > 800


def test_a_long_title_is_not_cut():
    short, long = plate(), plate(title="A scan with a very long name " * 5)
    assert long.shape[1] > short.shape[1]
    assert (long[:, -36:] == 255).all()


@pytest.mark.parametrize("scale", list(Scale))
def test_numbers_stand_at_their_colours(scale):
    display = MapDisplay("grey", scale)
    levels = (273.0, 2022.0)
    ticks = map_picture.bar_ticks(display, levels, 420, 40)
    assert len(ticks) >= 4
    for place, text in ticks:
        value = float(text.replace("\u00a0", ""))
        assert levels[0] <= value <= levels[1]
        assert place == pytest.approx(float(fraction_of(value, levels, scale)), abs=1e-6)
    places = sorted(place for place, _ in ticks)
    assert min(np.diff(places)) * 420 > 25


def test_numbers_along_a_bent_scale_are_as_round_as_their_place_allows():
    ticks = map_picture.bar_ticks(MapDisplay("grey", Scale.SQRT), (0.0, 1000.0), 420, 40)
    assert [text for _, text in ticks] == ["0", "20", "100", "250", "450", "700", "1\u00a0000"]


def test_a_constant_map_has_one_number():
    assert map_picture.bar_ticks(DISPLAY, (5.0, 5.0), 420, 40) == [(0.0, "5")]
    assert map_picture.bar_ticks(DISPLAY, (0.25, 0.25), 420, 40) == [(0.0, "0.250")]


@pytest.mark.parametrize("levels", [(0.0, 0.0), (-20.5, 3.5), (0.0, 1e-3), (1e6, 4e9)])
@pytest.mark.parametrize("scale", list(Scale))
def test_any_levels_can_be_drawn(levels, scale):
    picture = plate(display=MapDisplay("viridis", scale), levels=levels, scale_bar=(20.0, 3.0))
    assert marked(picture).sum() == 2 * 115**2


def test_a_bar_too_short_to_be_seen_is_left_out():
    narrow = np.zeros((500, 1, 3), np.uint8)
    np.testing.assert_array_equal(plate(narrow, scale_bar=(0.05, 0.2)), plate(narrow))
