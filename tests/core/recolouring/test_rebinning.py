"""Counts in a network's bins: conserved, and what each bin covers."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.recolouring.rebinning import ROWS, Rebinning
from app.core.resampling import counts_between
from app.errors import ParameterError


def edges(first, last, bins):
    return np.linspace(first, last, bins + 1)


def test_bins_get_the_shares_of_the_channels_they_cover():
    # channels reach 0–1, 1–2, 2–3, 3–4 keV
    rebinning = Rebinning(EnergyAxis(0.5, 1.0), 4, np.array([0.5, 1.25, 3.0, 3.5]))
    found = rebinning.rebinned(np.array([[8, 4, 2, 10], [0, 16, 0, 0]], dtype=np.uint16))
    np.testing.assert_array_equal(found, [[4 + 1, 3 + 2, 5], [4, 12, 0]])
    assert found.dtype == np.float32


def test_bins_beside_the_scan_stay_empty_and_what_is_beside_the_bins_is_lost():
    rebinning = Rebinning(EnergyAxis(2.5, 1.0), 3, edges(0, 5, 5))
    np.testing.assert_array_equal(rebinning.rebinned(np.array([[7, 8, 9]])), [[0, 0, 7, 8, 9]])
    rebinning = Rebinning(EnergyAxis(0.5, 1.0), 5, edges(2, 4, 2))
    np.testing.assert_array_equal(rebinning.rebinned(np.array([[1, 2, 3, 4, 5]])), [[3, 4]])


def test_the_same_bins_give_the_same_counts():
    counts = np.random.default_rng(1).poisson(3.0, (5, 64)).astype(np.uint32)
    axis = EnergyAxis(0.05, 0.1)
    found = Rebinning(axis, 64, edges(0.0, 6.4, 64)).rebinned(counts)
    np.testing.assert_allclose(found, counts, atol=1e-5)


@pytest.mark.parametrize(
    "dtype", [np.uint8, np.uint16, np.uint32, np.int64, np.float32, np.float64]
)
@pytest.mark.parametrize("bins", [3, 500, 1000])
def test_counts_are_conserved_whatever_their_type_and_the_bins(dtype, bins):
    counts = np.random.default_rng(2).poisson(20.0, (ROWS + 3, 700)).astype(dtype)
    axis = EnergyAxis(-0.1, 0.03, 1e-6)
    found = Rebinning(axis, 700, edges(-1.0, 40.0, bins)).rebinned(counts)
    assert found.shape == (ROWS + 3, bins)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), counts.sum(axis=1), rtol=1e-6)


def test_many_spectra_are_binned_as_each_alone():
    counts = np.random.default_rng(3).poisson(2.0, (2 * ROWS + 5, 90)).astype(np.uint16)
    rebinning = Rebinning(EnergyAxis(0.0, 0.1), 90, edges(0.37, 8.1, 41))
    alone = np.concatenate([rebinning.rebinned(spectrum[np.newaxis]) for spectrum in counts])
    np.testing.assert_allclose(rebinning.rebinned(counts), alone, rtol=1e-6, atol=1e-6)
    assert rebinning.rebinned(counts[:0]).shape == (0, 41)


def test_a_smooth_spectrum_is_binned_as_by_cubics():
    energies = 0.02 * np.arange(2048)
    counts = 1000 * np.exp(-(((energies - 12) / 6) ** 2))[np.newaxis]
    limits = edges(0.5, 38.5, 500)
    axis = EnergyAxis(0.0, 0.02)
    np.testing.assert_allclose(
        Rebinning(axis, 2048, limits).rebinned(counts),
        counts_between(counts, axis, limits),
        rtol=2e-3,
        atol=1e-2,
    )


def test_energies_with_nothing_in_common_are_told():
    with pytest.raises(ParameterError, match=r"from 0\.00 to 4\.00 keV; .* 5\.00 to 9\.00 keV"):
        Rebinning(EnergyAxis(0.5, 1.0), 4, edges(5, 9, 4))
    with pytest.raises(ParameterError, match="bends back"):
        Rebinning(EnergyAxis(0.5, 1.0, -0.1), 40, edges(5, 9, 4))


def test_a_spectrum_gets_the_same_bins_whichever_others_come_with_it():
    rng = np.random.default_rng(2)
    counts = rng.poisson(3, (2 * ROWS + 40, 700)).astype(np.uint16)
    rebinning = Rebinning(EnergyAxis(-0.0155, 0.0292), 700, edges(0, 20, 250))
    expected = rebinning.rebinned(counts)
    for at_once in (1, 7, 40, ROWS, ROWS + 4):
        found = [
            rebinning.rebinned(counts[start : start + at_once])
            for start in range(0, len(counts), at_once)
        ]
        np.testing.assert_array_equal(np.concatenate(found), expected)
