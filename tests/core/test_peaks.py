"""Peaks of a summed spectrum."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.peaks import NetSpectrum
from app.core.spectra import fwhm_kev

AXIS = EnergyAxis(0.0, 0.02)


def gaussians(channels, *peaks):
    energies = AXIS.energies_kev(channels)
    total = np.full(channels, 50.0)
    for energy, counts in peaks:
        sigma = fwhm_kev(energy) / 2.35482
        shape = np.exp(-0.5 * ((energies - energy) / sigma) ** 2)
        total += counts * shape / shape.sum()
    return np.random.default_rng(11).poisson(total)


def test_peaks_are_found_where_they_are_the_largest_first():
    counts = gaussians(900, (6.4, 20_000), (10.55, 90_000), (14.1, 4_000))
    peaks = NetSpectrum(counts, AXIS).peaks(0.9)
    assert [peak.energy_kev for peak in peaks] == pytest.approx([10.55, 6.4, 14.1], abs=0.02)
    # ±0.6 of the full width hold 84 % of a Gaussian peak
    assert peaks[0].counts == pytest.approx(0.842 * 90_000, rel=0.05)


def test_peak_below_the_lowest_energy_is_left_out():
    counts = gaussians(900, (0.3, 50_000), (6.4, 20_000))
    assert [round(peak.energy_kev, 1) for peak in NetSpectrum(counts, AXIS).peaks(0.9)] == [6.4]


def test_what_does_not_stand_out_of_the_noise_is_no_peak():
    counts = gaussians(900, (6.4, 60))
    assert NetSpectrum(counts, AXIS).peaks(0.9) == ()


@pytest.mark.parametrize("channels", [0, 1, 2, 3])
def test_spectra_of_few_channels_have_no_peak(channels):
    assert NetSpectrum(np.ones(channels), AXIS).peaks(0.0) == ()


def test_not_finite_and_negative_counts_are_taken_as_none():
    counts = gaussians(900, (6.4, 20_000)).astype(float)
    counts[[500, 600, 700]] = np.nan, -5.0, np.inf
    energies = [peak.energy_kev for peak in NetSpectrum(counts, AXIS).peaks(0.9)]
    assert energies == pytest.approx([6.4], abs=0.02)
