import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.gui.views.energy_window import Ruler
from app.gui.views.spectrum_curves import counts_range, drawn_points, visible_channels

RULER = Ruler(EnergyAxis(0.0, 0.01), 1000)


def test_one_channel_more_to_either_side_is_drawn():
    assert visible_channels(RULER, 1.0, 2.0) == (99, 202)
    assert visible_channels(RULER, -5.0, 50.0) == (0, 1000)


def test_wide_channels_are_drawn_as_steps():
    counts = np.array([3, 5, 4], np.uint16)
    places, heights = drawn_points(counts, Ruler(None, 3), (0, 3), 300)
    assert places.tolist() == [-0.5, 0.5, 0.5, 1.5, 1.5, 2.5]
    assert heights.tolist() == [3, 3, 5, 5, 4, 4]


def test_ordinary_channels_are_drawn_at_their_centres():
    counts = np.arange(1000)
    places, heights = drawn_points(counts, RULER, (10, 900), 800)
    np.testing.assert_allclose(places, np.arange(10, 900) * 0.01)
    np.testing.assert_array_equal(heights, counts[10:900])


def test_crowded_channels_keep_their_highest_and_lowest_counts():
    counts = np.full(4099, 10)
    counts[777], counts[2001], counts[4098] = 5000, 0, 77
    places, heights = drawn_points(counts, Ruler(None, 4099), (0, 4099), 400)
    assert len(places) == len(heights) < 1800
    assert heights.max() == 5000
    assert heights.min() == 0
    assert heights[-1] == 77
    assert places[heights.argmax()] == pytest.approx(777, abs=5)
    assert np.all(np.diff(places) >= 0)


def test_bent_axis_is_followed():
    ruler = Ruler(EnergyAxis(0.0, 0.01, 1e-6), 1000)
    places, _ = drawn_points(np.zeros(1000), ruler, (0, 1000), 800)
    assert places[-1] == pytest.approx(0.01 * 999 + 1e-6 * 999**2)


def test_linear_range_starts_at_zero():
    assert counts_range([np.array([5, 7, 9])], (0, 2), is_log=False) == (0, 7)


def test_negative_counts_stay_visible_on_a_linear_axis():
    assert counts_range([np.array([-2.0, 7])], (0, 2), is_log=False) == (-2, 7)


def test_logarithmic_range_starts_below_the_smallest_counts_that_are_not_zero():
    low, high = counts_range([np.array([0, 4, 9000])], (0, 3), is_log=True)
    assert 0 < low < 4
    assert high == 9000


def test_logarithmic_range_spans_at_most_seven_decades():
    low, high = counts_range([np.array([1e-6, 1e9])], (0, 2), is_log=True)
    assert high / low < 2e7


@pytest.mark.parametrize("is_log", [True, False])
@pytest.mark.parametrize("curves", [[], [np.zeros(5)], [np.full(5, np.nan)]])
def test_without_counts_there_is_still_a_range(curves, is_log):
    low, high = counts_range(curves, (0, 5), is_log)
    assert high > low
    assert low > 0 or not is_log
