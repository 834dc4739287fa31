"""Photons that are taken for one: what is lost, what is kept, what makes no sense."""

import math

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.physics.pileup import piled_up
from app.errors import ParameterError

AXIS = EnergyAxis(0.0, 0.02)


def test_two_photons_are_taken_for_one():
    """1 000 photons in 1 s, pairs within 1 µs: each opens a window that 0.001 others fall into."""
    counts = np.zeros(1000)
    counts[200] = 1000.0
    piled = piled_up(counts, AXIS, 1000.0, 1e-6)
    shares = [math.exp(-1e-3) * 1e-3**k / math.factorial(k) / 1.001 for k in range(3)]
    assert piled[[200, 400, 600]] == pytest.approx(1000 * np.array(shares), rel=1e-6)
    assert np.count_nonzero(piled > 1e-6) == 3


@pytest.mark.parametrize("offset", [0.0, -0.333, -0.9555, 0.1])
def test_energy_is_kept_and_counts_fall(offset):
    axis = EnergyAxis(offset, 0.02)
    counts = np.zeros((2, 1500))
    counts[:, [150, 170]] = [[5000.0, 3000.0], [1.0, 0.0]]
    piled = piled_up(counts, axis, np.array([2e5, 5e4]), 5e-7)
    energies = axis.energies_kev(1500)
    np.testing.assert_allclose(piled @ energies, counts @ energies, rtol=1e-6)
    np.testing.assert_allclose(piled.sum(axis=1), [8000 / 1.1, 1 / 1.025], rtol=1e-6)


def test_sum_peak_lies_at_the_sum_of_energies():
    """3.75 keV twice is 7.5 keV, on an axis that begins below 0 between two channels."""
    axis = EnergyAxis(-0.513, 0.02)
    counts = np.zeros(800)
    counts[200] = 1000.0
    energies = axis.energies_kev(800)
    piled = piled_up(counts, axis, 1000.0, 1e-6)
    pairs = piled[300:500]
    assert pairs @ energies[300:500] / pairs.sum() == pytest.approx(2 * energies[200], rel=1e-9)
    assert np.count_nonzero(pairs > 1e-3) == 2


def test_sums_beyond_the_axis_are_lost_and_do_not_come_back():
    counts = np.zeros(300)
    counts[290] = 1000.0
    piled = piled_up(counts, AXIS, 1e5, 1e-6)
    assert piled[290] == pytest.approx(1000 * math.exp(-0.1) / 1.1, rel=1e-9)
    assert np.delete(piled, 290).max() < 1e-9


def test_simulated_arrivals_give_the_same_spectrum():
    """Photons at random times, summed within 2 µs of the first, count what is expected."""
    generator = np.random.default_rng(5)
    rate, window, photons = 1e5, 2e-6, 400_000
    channels = generator.choice([50, 80], photons, p=[0.7, 0.3])
    times = np.cumsum(generator.exponential(1 / rate, photons))
    counted = np.zeros(1000)
    place = 0
    while place < photons:
        end = int(np.searchsorted(times, times[place] + window, side="right"))
        counted[channels[place:end].sum()] += 1
        place = end
    single = np.bincount(channels, minlength=1000).astype(float)
    expected = piled_up(single, AXIS, rate, window)
    peaks = [50, 80, 100, 130, 160, 150, 180, 210]
    deviation = (counted[peaks] - expected[peaks]) / np.sqrt(expected[peaks])
    assert np.abs(deviation).max() < 4
    # pairs alone would be wrong by more than that
    assert counted[150:].sum() > 1000


@pytest.mark.parametrize(("rate", "time"), [(0.0, 1e-6), (1e5, 0.0)])
def test_nothing_piles_up_without_rate_or_resolving_time(rate, time):
    counts = np.arange(200.0).reshape(2, 100)
    np.testing.assert_array_equal(piled_up(counts, AXIS, rate, time), counts)


def test_empty_spectra_and_no_spectra_stay_what_they_are():
    assert piled_up(np.zeros((0, 70)), AXIS, 1e5, 1e-7).shape == (0, 70)
    np.testing.assert_array_equal(piled_up(np.zeros((2, 3, 70)), AXIS, 1e5, 1e-7), 0.0)


def test_many_spectra_are_folded_as_each_alone():
    counts = np.random.default_rng(1).gamma(0.3, 10.0, (40, 130))
    rates = np.linspace(0, 4e5, 40)
    together = piled_up(counts, EnergyAxis(-0.1, 0.03), rates, 2e-7)
    for row, rate, found in zip(counts, rates, together, strict=True):
        alone = piled_up(row, EnergyAxis(-0.1, 0.03), float(rate), 2e-7)
        np.testing.assert_allclose(found, alone, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("counts", "rate", "time", "what"),
    [
        (np.full(5, -1.0), 1e5, 1e-7, "expected counts"),
        (np.full(5, np.nan), 1e5, 1e-7, "expected counts"),
        (np.ones(5), -1.0, 1e-7, "photons per second"),
        (np.ones(5), 1e5, np.inf, "resolving time"),
        (np.ones(5), 1e7, 1e-6, "10 photons"),
        (np.ones((3, 5)), np.ones(4), 1e-7, "shape"),
        (np.float64(3.0), 1.0, 1e-7, "shape"),
    ],
)
def test_what_makes_no_sense_is_told(counts, rate, time, what):
    with pytest.raises(ParameterError, match=what):
        piled_up(counts, AXIS, rate, time)
