import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.axis import EnergyAxis
from app.gui.views.energy_window import Grip, Ruler, grip_at

AXIS = EnergyAxis(-0.02, 0.02)
RULER = Ruler(AXIS, 64)


def test_places_are_energies_where_there_is_an_axis():
    assert RULER.unit == "keV"
    assert RULER.position(11) == pytest.approx(0.2)
    assert RULER.channel(0.2) == pytest.approx(11)
    assert RULER.limits == pytest.approx((-0.03, 1.25))


def test_places_are_channels_without_an_axis():
    ruler = Ruler(None, 64)
    assert ruler.unit == "ch"
    assert ruler.position(11) == 11
    assert ruler.edges(10, 12) == (9.5, 11.5)


@pytest.mark.parametrize(
    ("window", "clipped"),
    [((-5, 3), (0, 3)), ((60, 99), (60, 64)), ((70, 80), (63, 64)), ((9, 9), (9, 10))],
)
def test_window_is_clipped_to_the_axis(window, clipped):
    assert RULER.clipped(*window) == clipped


def test_moving_keeps_the_width_at_the_ends():
    assert RULER.moved(10, 14, 1) == (11, 15)
    assert RULER.moved(10, 14, -99) == (0, 4)
    assert RULER.moved(10, 14, 99) == (60, 64)


def test_widening_and_narrowing_come_back():
    window = (10, 14)
    for _ in range(3):
        window = RULER.widened(*window, 1)
    assert window[1] - window[0] == 7
    for _ in range(3):
        window = RULER.widened(*window, -1)
    assert window == (10, 14)


def test_window_is_never_narrower_than_a_channel_nor_wider_than_the_axis():
    assert RULER.widened(10, 12, -10) == (11, 12)
    assert RULER.widened(10, 12, 1000) == (0, 64)


def test_centring_takes_the_nearest_whole_channels():
    assert RULER.centred(0.2, 1) == (11, 12)
    assert RULER.centred(0.2, 3) == (10, 13)
    assert RULER.centred(-9.0, 3) == (0, 3)


def test_width_in_kev_becomes_channels():
    assert RULER.width_in_channels(10, 12, 0.1) == 5
    assert RULER.width_in_channels(10, 12, 0.001) == 1


@pytest.mark.parametrize(
    ("grip", "pressed", "current", "window"),
    [
        (Grip.BODY, 12.0, 15.4, (13, 23)),
        (Grip.BODY, 12.0, -50.0, (0, 10)),
        (Grip.LOW, 10.0, 14.2, (14, 20)),
        (Grip.LOW, 10.0, 40.0, (19, 20)),
        (Grip.LOW, 10.0, -9.0, (0, 20)),
        (Grip.HIGH, 19.6, 29.7, (10, 30)),
        (Grip.HIGH, 19.6, 2.0, (10, 11)),
        (Grip.NEW, 40.2, 44.9, (40, 46)),
        (Grip.NEW, 44.9, 40.2, (40, 46)),
    ],
)
def test_drag_moves_resizes_or_draws(grip, pressed, current, window):
    assert RULER.dragged(grip, (10, 20), pressed, current) == window


@pytest.mark.parametrize(
    ("x", "grip"),
    [
        (89, None),
        (92, Grip.LOW),
        (100, Grip.LOW),
        (104, Grip.LOW),
        (106, Grip.BODY),
        (150, Grip.BODY),
        (194, Grip.BODY),
        (196, Grip.HIGH),
        (208, Grip.HIGH),
        (211, None),
    ],
)
def test_wide_window_has_edges_and_a_body(x, grip):
    assert grip_at(x, 100, 200) == grip


def test_narrow_window_can_still_be_moved_and_resized():
    grips = [grip_at(x, 100, 101) for x in range(85, 117)]
    assert grips.count(Grip.BODY) >= 8
    assert grips.count(Grip.LOW) >= 8
    assert grips.count(Grip.HIGH) >= 8


@given(
    first=st.integers(0, 63),
    width=st.integers(1, 64),
    grip=st.sampled_from(list(Grip)),
    pressed=st.floats(-100, 200),
    current=st.floats(-100, 200),
)
def test_whatever_the_drag_the_window_lies_on_the_axis(first, width, grip, pressed, current):
    start = RULER.clipped(first, first + width)
    low, stop = RULER.dragged(grip, start, pressed, current)
    assert 0 <= low < stop <= 64
    if grip is Grip.BODY:
        assert stop - low == start[1] - start[0]
