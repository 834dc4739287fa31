"""What is drawn with the curves: ticks in counts, the energy window, names that do not overlap."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from app.core.lines import line, lines_of
from app.gui import theme
from app.gui.views.spectrum_items import (
    LABEL_ROWS,
    CountsAxis,
    FoundLabels,
    LineLabels,
    WindowBand,
)

COLOURS = theme.DARK_PLOT
GROUND = QColor(COLOURS.background)
WIDTH, HEIGHT = 800, 300


@pytest.fixture
def plot(qtbot):
    """A view box of 800 × 300 pixels over 0 to 16 keV and heights 0 to 4."""
    view = pg.GraphicsView()
    qtbot.addWidget(view)
    view.resize(WIDTH, HEIGHT)
    view.setBackground(COLOURS.background)
    view.box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
    view.setCentralItem(view.box)
    with qtbot.waitExposed(view):
        view.show()
    view.box.setRange(xRange=(0, 16), yRange=(0, 4), padding=0)
    assert view.box.width() == pytest.approx(WIDTH, abs=2)
    return view


@pytest.fixture
def axis(qapp):
    return CountsAxis()


@pytest.fixture
def metrics(qapp):
    return QFontMetricsF(QFont(theme.FONT_FAMILY, 10))


@pytest.fixture
def marks(plot):
    labels = LineLabels(plot.box)
    labels.set_colours(COLOURS)
    return labels


@pytest.fixture
def found(plot, marks):
    labels = FoundLabels(plot.box, marks)
    labels.set_colours(COLOURS)
    return labels


@pytest.fixture
def band(plot):
    band = WindowBand(plot.box)
    band.set_colours(COLOURS)
    return band


def at(energy_kev, key="Fe_Ka"):
    """A line moved to another energy."""
    return replace(line(key), energy_kev=energy_kev)


def ticks(axis, low, high, size):
    return [
        text
        for spacing, values in axis.tickValues(low, high, size)
        for text in axis.tickStrings(values, 1.0, spacing)
    ]


def colour(plot, x, y):
    return plot.grab().toImage().pixelColor(round(x), round(y))


def names(placed):
    return [item[0].key for item in placed]


def test_logarithmic_ticks_are_counts(axis):
    axis.set_log(True)
    assert ticks(axis, 0, 6.5, 200) == [
        *("1", "10", "100", "1\u202f000", "10\u202f000", "100\u202f000", "10⁶")
    ]


def test_a_short_logarithmic_axis_has_ticks_between_its_decades(axis):
    axis.set_log(True)
    assert sorted(ticks(axis, 0.9, 2.1, 200), key=float) == ["10", "20", "50", "100"]


def test_decades_without_room_are_left_out(axis):
    axis.set_log(True)
    assert ticks(axis, 0, 6.5, 60) == ["1", "100", "10\u202f000", "10⁶"]


def test_ticks_below_one_count_are_written_out(axis):
    axis.set_log(True)
    assert axis.tickStrings([-1.0], 1.0, 1.0) == ["0.1"]


def test_linear_ticks_are_counts_without_a_prefix(axis):
    assert ticks(axis, 0, 40_000, 200) == [
        *("0", "10\u202f000", "20\u202f000", "30\u202f000", "40\u202f000")
    ]


def test_changing_the_scale_draws_the_axis_anew(axis):
    axis.picture = object()
    axis.set_log(True)
    assert axis.picture is None
    assert axis.is_log


def test_band_knows_its_edges_in_pixels_and_follows_the_view(plot, band):
    band.set_edges(4.0, 8.0)
    assert band.pixels == (pytest.approx(WIDTH / 4, abs=2), pytest.approx(WIDTH / 2, abs=2))
    plot.box.setXRange(4, 8, padding=0)
    assert band.pixels == (pytest.approx(0, abs=1e-6), pytest.approx(WIDTH, abs=2))


def test_band_is_tinted_between_its_edges_only(plot, band):
    band.set_edges(4.0, 8.0)
    inside = colour(plot, 300, 20)
    assert inside.red() > GROUND.red() + 15
    assert inside.red() > inside.blue()
    assert colour(plot, 100, 20) == GROUND
    assert colour(plot, 600, 20) == GROUND


def test_untinted_band_keeps_its_edges(plot, band):
    band.set_edges(4.0, 8.0)
    band.set_tinted(False)
    assert colour(plot, 300, 20) == GROUND
    image = plot.grab().toImage()
    near = [image.pixelColor(x, 20) for x in range(196, 205)]
    assert any(item != GROUND for item in near)


def test_focus_is_seen_in_the_band(plot, band):
    band.set_edges(4.0, 8.0)
    before = colour(plot, 300, 20)
    band.set_focused(True)
    assert colour(plot, 300, 20).red() > before.red()
    band.set_focused(False)
    assert colour(plot, 300, 20) == before


def test_empty_window_is_not_drawn(plot, band):
    band.set_edges(4.0, 8.0)
    band.set_edges(0.0, 0.0)
    image = plot.grab().toImage()
    row = {image.pixelColor(x, HEIGHT - 20).name() for x in range(WIDTH)}
    assert row == {COLOURS.background}


def test_grips_stand_on_the_edges_and_apart_on_a_narrow_window(plot, band):
    band.set_tinted(False)
    accent = QColor(COLOURS.accent)

    def grips():
        image = plot.grab().toImage()
        lit = [x for x in range(WIDTH) if image.pixelColor(x, HEIGHT - 16) == accent]
        return min(lit), max(lit)

    band.set_edges(4.0, 8.0)
    low, high = grips()
    assert (low, high) == (pytest.approx(200, abs=6), pytest.approx(400, abs=6))
    band.set_edges(4.0, 4.02)
    low, high = grips()
    # 14 pixels between their middles, although the window is one pixel wide
    assert high - low == pytest.approx(14 + 6, abs=3)


def test_mark_stands_at_its_lines_energy(marks, metrics):
    marks.set_lines((at(8.0),))
    ((item, x, place),) = marks.placed(metrics)
    assert item.label == "Fe Kα"
    assert x == pytest.approx(WIDTH / 2, abs=1)
    assert place.center().x() == pytest.approx(x)
    assert place.width() == pytest.approx(metrics.horizontalAdvance("Fe Kα"))


def test_lines_beyond_the_view_are_not_marked(plot, marks, metrics):
    marks.set_lines((at(-1.0), at(6.4), at(17.0)))
    assert [item.energy_kev for item, _, _ in marks.placed(metrics)] == [6.4]
    plot.box.setXRange(8, 12, padding=0)
    assert marks.placed(metrics) == ()
    assert marks.has_lines


def test_without_lines_nothing_is_marked(marks, metrics):
    assert not marks.has_lines
    assert marks.placed(metrics) == ()


def test_labels_at_the_border_stay_in_view(marks, metrics):
    marks.set_lines((at(0.01), at(15.99)))
    (_, left_x, left), (_, right_x, right) = marks.placed(metrics)
    assert left.left() >= 0
    assert right.right() <= WIDTH
    assert left_x < left.center().x()
    assert right_x > right.center().x()


def test_labels_do_not_cover_one_another(marks, metrics):
    elements = ("Fe", "Mn", "Cr", "Co", "Ba", "Ti")
    lines = tuple(item for element in elements for item in lines_of(element))
    marks.set_lines(lines)
    places = [place for _, _, place in marks.placed(metrics) if place is not None]
    assert len(places) >= 12
    for index, one in enumerate(places):
        assert not any(one.intersects(other) for other in places[index + 1 :])


def test_label_without_room_is_left_out_but_its_mark_stays(marks, metrics):
    crowd = tuple(at(6.4 + 0.001 * number) for number in range(LABEL_ROWS + 2))
    marks.set_lines(crowd)
    places = [place for _, _, place in marks.placed(metrics)]
    assert len(places) == LABEL_ROWS + 2
    assert [place is None for place in places] == [False] * LABEL_ROWS + [True] * 2
    tops = [place.top() for place in places[:LABEL_ROWS]]
    assert tops == sorted(set(tops))


def test_alpha_lines_choose_their_row_first(marks, metrics):
    marks.set_lines((at(6.40, "Fe_Kb"), at(6.41, "Fe_Ka")))
    (first, _, top), (second, _, below) = marks.placed(metrics)
    assert (first.key, second.key) == ("Fe_Ka", "Fe_Kb")
    assert top.top() < below.top()


def test_mark_is_drawn_below_its_label(plot, marks):
    before = plot.grab().toImage()
    marks.set_lines((at(8.0),))
    after = plot.grab().toImage()
    changed = {
        x
        for x in range(WIDTH)
        if any(before.pixelColor(x, y) != after.pixelColor(x, y) for y in range(100, HEIGHT))
    }
    assert changed
    assert min(changed) >= WIDTH / 2 - 3
    assert max(changed) <= WIDTH / 2 + 3


def test_name_of_a_found_peak_stands_right_above_it(plot, found, metrics):
    found.set_peaks(((at(8.0), 2.0),))
    ((item, place),) = found.placed(metrics)
    assert item.element == "Fe"
    assert place.center().x() == pytest.approx(WIDTH / 2, abs=1)
    assert place.bottom() == pytest.approx(HEIGHT / 2 - 3, abs=1)


def test_name_above_the_highest_peak_stays_in_view(found, metrics):
    found.set_peaks(((at(8.0), 4.0), (at(2.0), 9.0)))
    assert [place.top() for _, place in found.placed(metrics)] == [0, 0]


def test_found_peaks_beyond_the_view_are_not_named(plot, found, metrics):
    found.set_peaks(((at(6.4), 1.0), (at(12.0, "Hg_La"), 1.0)))
    plot.box.setXRange(10, 14, padding=0)
    assert names(found.placed(metrics)) == ["Hg_La"]


def test_names_of_neighbouring_peaks_stand_aside_rather_than_overlap(found, metrics):
    aside = metrics.horizontalAdvance("Mn") * 16 / WIDTH
    found.set_peaks(((line("Fe_Ka"), 2.0), (at(line("Fe_Ka").energy_kev - aside, "Mn_Ka"), 2.0)))
    (_, first), (_, second) = found.placed(metrics)
    assert not first.intersects(second)
    assert second.right() < first.left()
    assert second.center().x() < found.x_of(line("Fe_Ka").energy_kev - aside)


def test_the_stronger_of_two_peaks_at_one_place_is_named(found, metrics):
    found.set_peaks(((at(6.40, "Mn_Ka"), 2.0), (at(6.401), 2.0)))
    assert names(found.placed(metrics)) == ["Mn_Ka"]


def test_names_keep_clear_of_the_chosen_elements_labels(marks, found, metrics):
    marks.set_lines((at(6.4),))
    found.set_peaks(((at(6.41, "Mn_Kb"), 4.0), (at(10.0, "Hg_La"), 4.0)))
    assert names(found.placed(metrics)) == ["Hg_La"]


def test_names_are_drawn_quietly(plot, found):
    before = plot.grab().toImage()
    found.set_peaks(((at(8.0), 2.0),))
    after = plot.grab().toImage()
    changed = np.array(
        [
            (x, y)
            for x in range(350, 450)
            for y in range(100, 200)
            if before.pixelColor(x, y) != after.pixelColor(x, y)
        ]
    )
    assert len(changed) > 10
    assert changed[:, 1].max() <= HEIGHT / 2
    brightest = max(after.pixelColor(int(x), int(y)).lightness() for x, y in changed)
    assert brightest <= QColor(COLOURS.muted).lightness() + 2
