"""Spectra on other energy axes."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.resampling import channel_edges, counts_between, resampled
from app.errors import ParameterError


def peak(axis, channels, energy, sigma=0.07, area=1000.0):
    from scipy.special import erf

    edges = channel_edges(axis, channels)
    below = 0.5 * area * (1 + erf((edges - energy) / (sigma * 2**0.5)))
    return np.diff(below)


def test_the_same_axis_changes_nothing():
    counts = np.array([[3.0, 0.0, 7.0, 1.0], [0.0, 0.0, 0.0, 9.0]])
    axis = EnergyAxis(0.1, 0.5)
    np.testing.assert_allclose(resampled(counts, axis, axis, 4), counts, atol=1e-12)


def test_joined_channels_are_sums():
    counts = np.arange(12.0)
    fine, coarse = EnergyAxis(0.05, 0.1), EnergyAxis(0.15, 0.3)
    np.testing.assert_allclose(resampled(counts, fine, coarse, 4), [3, 12, 21, 30])


@pytest.mark.parametrize("target", [EnergyAxis(-0.013, 0.0292), EnergyAxis(0.003, 0.01, 1e-7)])
def test_a_peak_keeps_area_place_and_shape(target):
    axis = EnergyAxis(0.0, 0.02)
    channels = 1100
    found = resampled(peak(axis, 600, 6.404), axis, target, channels)
    assert found.sum() == pytest.approx(1000.0, rel=1e-9)
    expected = peak(target, channels, 6.404)
    assert np.abs(found - expected).max() < 0.005 * expected.max()
    assert (found >= 0).all()


def test_what_lies_beside_the_new_axis_is_lost():
    axis = EnergyAxis(0.5, 1.0)
    np.testing.assert_allclose(counts_between(np.ones(10), axis, np.array([2.0, 4.0, 7.0])), [2, 3])


def test_where_the_old_axis_does_not_reach_there_are_none():
    found = resampled(np.ones(4), EnergyAxis(0.5, 1.0), EnergyAxis(0.5, 1.0), 6)
    np.testing.assert_allclose(found, [1, 1, 1, 1, 0, 0], atol=1e-12)


def test_axes_without_common_energies_are_refused():
    with pytest.raises(ParameterError, match=r"0\.00 to 4\.00 keV; .* 9\.50 to 12\.50 keV"):
        resampled(np.ones(4), EnergyAxis(0.5, 1.0), EnergyAxis(10.0, 1.0), 3)


def test_an_axis_that_bends_back_is_refused():
    with pytest.raises(ParameterError, match="rise and fall"):
        channel_edges(EnergyAxis(0.0, 0.02, -1e-4), 500)
