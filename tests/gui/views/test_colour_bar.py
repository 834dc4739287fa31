import numpy as np
import pytest

from app.core.display import COLOUR_MAPS, MapDisplay, Scale
from app.gui.views.colour_bar import STRIP_WIDTH, ColourBar, nice_ticks


def test_linear_ticks_are_round_and_within_the_limits():
    assert nice_ticks((95, 1010), Scale.LINEAR, 6) == (200, 400, 600, 800, 1000)


def test_logarithmic_ticks_prefer_powers_of_ten():
    ticks = nice_ticks((0, 10_000), Scale.LOG, 10)
    assert {0, 10, 100, 1000, 10_000} <= set(ticks)


@pytest.mark.parametrize("scale", list(Scale))
def test_ticks_rise_and_keep_within_the_limits(scale):
    ticks = nice_ticks((7, 52_000), scale, 8)
    assert list(ticks) == sorted(set(ticks))
    assert ticks[0] >= 7
    assert ticks[-1] <= 52_000
    assert 3 <= len(ticks) <= 9


@pytest.mark.parametrize("scale", list(Scale))
def test_negative_net_counts_have_ticks_too(scale):
    ticks = nice_ticks((-50, 400), scale, 6)
    assert -50 <= ticks[0] < ticks[-1] <= 400


def test_constant_map_has_one_tick():
    assert nice_ticks((5, 5), Scale.LINEAR, 6) == (5,)


def test_limits_stand_in_where_no_round_counts_lie_between_them():
    assert nice_ticks((1010, 1011.5), Scale.LOG, 4) == (1010, 1011.5)


@pytest.fixture
def bar(qtbot):
    widget = ColourBar()
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint().width(), 300)
    return widget


def test_last_colour_is_on_top(bar):
    bar.set_levels(MapDisplay("viridis"), (0, 100))
    image = bar.grab().toImage()
    x = 8 + STRIP_WIDTH // 2
    column = [image.pixelColor(x, y) for y in range(30, 285)]
    greens = [colour.green() for colour in column]
    top, bottom = COLOUR_MAPS["viridis"][-1], COLOUR_MAPS["viridis"][0]
    assert abs(greens[0] - int(top[1])) < 12
    assert abs(greens[-1] - int(bottom[1])) < 12
    assert np.all(np.diff(greens) <= 1)


def test_inverted_colours_run_the_other_way(bar):
    bar.set_levels(MapDisplay("grey", inverted=True), (0, 100))
    image = bar.grab().toImage()
    x = 8 + STRIP_WIDTH // 2
    assert image.pixelColor(x, 40).red() < 30
    assert image.pixelColor(x, 280).red() > 220


def test_ticks_are_written_with_thin_spaces(bar):
    bar.set_levels(MapDisplay(), (0, 4000))
    assert ("1\u202f000") in [text for _, text in bar.ticks]


def test_limits_are_told_to_screen_readers(bar):
    bar.set_levels(MapDisplay(scale=Scale.LOG), (3, 4000))
    assert bar.accessibleName() == "Colour bar"
    assert bar.accessibleDescription() == "From 3 to 4\u202f000 counts, log scale"


def test_widest_tick_fits(bar):
    bar.set_levels(MapDisplay(), (0, 888_888))
    widest = max(bar.fontMetrics().horizontalAdvance(text) for _, text in bar.ticks)
    assert 8 + STRIP_WIDTH + 8 + widest <= bar.width()
