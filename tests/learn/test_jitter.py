"""Counts are drawn as told, on an axis that is as wrong as told."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.resampling import counts_between
from app.learn.axis import CHANNELS, GAIN_KEV
from app.learn.jitter import AxisError, Measuring, counted, displaced, rebinned


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


def test_rebinned_spectra_are_those_of_the_application_s_own_resampling():
    energies = (np.arange(1024) + 0.5) * 0.04
    shapes = np.exp(-0.5 * ((energies - np.array([[8.0], [20.0]])) / 0.3) ** 2)
    error = AxisError(-0.01, 0.02)
    found = rebinned(shapes.astype(np.float32), error)
    axis = EnergyAxis(0.02 * 0.99 + 0.02, 0.04 * 0.99)
    for row, shape in zip(found, shapes, strict=True):
        expected = counts_between(shape, axis, np.arange(CHANNELS + 1) * GAIN_KEV)
        np.testing.assert_allclose(row, expected, atol=0.02)
        assert row.sum() == pytest.approx(shape.sum(), rel=1e-5)


def test_with_a_right_axis_pairs_of_fine_channels_are_joined():
    spectra = np.random.default_rng(1).random((3, 1024)).astype(np.float32)
    wanted = spectra.reshape(3, CHANNELS, 2).sum(axis=2)
    np.testing.assert_allclose(rebinned(spectra, AxisError()), wanted, atol=2e-4)


def test_every_other_row_is_displaced():
    maps = np.arange(20).reshape(4, 5)
    moved = displaced(maps, 2)
    np.testing.assert_array_equal(moved[::2], maps[::2])
    np.testing.assert_array_equal(moved[1], [5, 5, 5, 6, 7])
    np.testing.assert_array_equal(displaced(maps, -1)[3], [16, 17, 18, 19, 19])


def test_backlash_comes_as_often_as_told():
    rng = np.random.default_rng(2)
    how = Measuring(backlash_share=0.3)
    found = np.array([how.backlash(rng) for _ in range(4000)])
    assert (found != 0).mean() == pytest.approx(0.3, abs=0.03)
    assert set(found.tolist()) == {-2, -1, 0, 1, 2}
    assert Measuring().backlash(rng) == 0


def test_some_axes_end_early_and_none_before_26_kev():
    rng = np.random.default_rng(3)
    ends = np.array([Measuring(short_share=0.5).last_bin(rng) for _ in range(2000)])
    assert (ends == CHANNELS).mean() == pytest.approx(0.5, abs=0.05)
    assert ends.min() >= 325
    assert (np.array([Measuring().last_bin(rng) for _ in range(50)]) == CHANNELS).all()
