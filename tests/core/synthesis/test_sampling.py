"""Counts drawn from expected spectra."""

import hashlib

import numpy as np
import pytest
from scipy.stats import chi2

from app.core.synthesis.sampling import draw_row, tables
from app.errors import ParameterError


def draw(source, labels, numbers, seed, row):
    counts = np.empty((len(labels), source.channels), np.uint16)
    draw_row(source, labels, numbers, seed, row, counts)
    return counts


def spectra(count=3, channels=40, seed=0):
    return np.random.default_rng(seed).gamma(0.5, 1.0, (count, channels))


def test_every_pixel_has_exactly_its_number_of_counts():
    numbers = np.array([0, 1, 400, 7, 12])
    counts = draw(tables(spectra()), np.array([0, 1, 2, 0, 1]), numbers, 1, 0)
    assert counts.shape == (5, 40)
    assert counts.dtype == np.uint16
    assert counts.sum(axis=1).tolist() == numbers.tolist()


def test_the_same_seed_and_row_give_the_same_counts():
    source, labels = tables(spectra()), np.array([0, 1, 2, 2])
    first, again = (draw(source, labels, np.full(4, 50), 9, 3) for _ in range(2))
    other = draw(source, labels, np.full(4, 50), 9, 4)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("numbers", "digest"),
    [(np.full(1400, 50), "9b2f2b45a2cb6e32"), (np.arange(1400) % 61, "a368147d063a5a1c")],
)
def test_a_seed_gives_the_counts_it_always_gave(numbers, digest):
    """Synthetic scans are made again from the seed in their file: this may never change."""
    source = tables(np.arange(1.0, 301.0).reshape(3, 100) % 7 + 2.0**-20)
    counts = draw(source, np.arange(1400) % 3, numbers, 2026, 7)
    assert hashlib.sha256(counts.astype("<u2").tobytes()).hexdigest()[:16] == digest


def test_old_counts_are_overwritten():
    source, labels = tables(spectra()), np.array([0, 1])
    counts = np.full((2, 40), 9, np.uint32)
    draw_row(source, labels, np.array([3, 0]), 1, 0, counts)
    assert counts.sum(axis=1).tolist() == [3, 0]


def test_channels_without_probability_stay_empty():
    spectrum = np.zeros((1, 20))
    spectrum[0, [3, 11]] = 1, 1e-9
    counts = draw(tables(spectrum), np.zeros(50, int), np.full(50, 1000), 2, 0)
    assert set(np.flatnonzero(counts.sum(axis=0))) <= {3, 11}


def test_nothing_is_lost_where_most_draws_are_remainders():
    source = tables(np.full((1, 40_000), 1.0))
    counts = draw(source, np.zeros(3, int), np.full(3, 65_535), 5, 0)
    assert counts.sum(axis=1).tolist() == [65_535] * 3
    assert counts[:, 0].max() < 20


def test_a_single_channel_takes_everything():
    spectrum = np.eye(1, 5, 2)
    counts = draw(tables(spectrum), np.zeros(3, int), np.full(3, 10), 0, 0)
    assert counts.tolist() == [[0, 0, 10, 0, 0]] * 3


@pytest.mark.validation
def test_the_drawn_spectrum_follows_its_distribution():
    """Pearson's χ² of 20 seeds, with channels far rarer than one slot of the table."""
    spectrum = np.concatenate([np.full(30, 1.0), np.full(30, 2e-5)])[None]
    source = tables(spectrum)
    chances = []
    for seed in range(20):
        counts = draw(source, np.zeros(500, int), np.full(500, 4000), seed, 0)
        expected = spectrum[0] / spectrum.sum() * counts.sum()
        statistic = ((counts.sum(axis=0) - expected) ** 2 / expected).sum()
        chances.append(chi2.sf(statistic, 59))
    assert all(0.001 < chance < 0.999 for chance in chances), chances


@pytest.mark.parametrize("broken", [[[0.0, 0.0]], [[1.0, -1.0]], [[np.nan, 1.0]]])
def test_spectra_that_are_no_distribution_are_refused(broken):
    with pytest.raises(ParameterError, match="cannot be drawn from"):
        tables(np.array(broken))
