"""Counts are drawn as told, on an axis that is as wrong as told."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.resampling import counts_between
from app.learn.axis import CHANNELS, GAIN_KEV
from app.learn.jitter import Measuring, counted


def test_counts_are_on_the_networks_axis_and_poisson():
    shapes = np.zeros((2000, 1024))
    shapes[:, 160] = 1.0
    how = Measuring((1000.0, 1000.0), 0.0, 0.0)
    drawn = counted(shapes, how, np.random.default_rng(7))
    assert drawn.shape == (2000, CHANNELS)
    assert (np.flatnonzero(drawn.sum(axis=0)) == 80).all()
    total = drawn.sum(axis=1)
    assert total.mean() == pytest.approx(1000, rel=0.005)
    assert total.var() / total.mean() == pytest.approx(1.0, abs=0.1)


def test_a_wrong_axis_moves_a_line_by_what_is_told():
    shapes = np.zeros((1, 1024))
    shapes[0, 160] = 1.0
    how = Measuring((1e7, 1e7), 0.01, 0.03, is_fixed=True)
    drawn = counted(shapes, how, np.random.default_rng(8))[0]
    centres = (np.arange(CHANNELS) + 0.5) * GAIN_KEV
    assert drawn @ centres / drawn.sum() == pytest.approx(6.42 * 1.01 + 0.03, abs=0.012)


def test_total_counts_are_even_on_a_logarithmic_scale():
    shapes = np.full((3000, 1024), 1 / 1024)
    totals = counted(shapes, Measuring(), np.random.default_rng(9)).sum(axis=1)
    assert np.median(totals) == pytest.approx(np.sqrt(50 * 50_000), rel=0.15)
    assert totals.min() > 20
    assert totals.max() < 51_500


def test_rebinning_agrees_with_the_application_s_own():
    """A smooth spectrum through `counted` and through the application's resampling."""
    rng = np.random.default_rng(10)
    energies = (np.arange(1024) + 0.5) * 0.04
    shape = np.exp(-0.5 * ((energies - 12) / 4) ** 2)
    shape /= shape.sum()
    how = Measuring((1e8, 1e8), 0.01, 0.02, is_fixed=True)
    drawn = counted(shape[None, :], how, rng)[0] / 1e8
    axis = EnergyAxis(0.02 * 1.01 + 0.02, 0.04 * 1.01)
    expected = counts_between(shape, axis, np.arange(CHANNELS + 1) * GAIN_KEV)
    np.testing.assert_allclose(drawn, expected, atol=3e-5)
