"""Quick Poisson numbers are distributed as slow ones."""

import numpy as np
import pytest
from scipy.stats import poisson

from app.learn.poisson import draw


def drawn(rate, number=200_000, seed=1):
    return draw(np.full(number, rate, np.float32), np.random.default_rng(seed))


@pytest.mark.validation
@pytest.mark.parametrize("rate", [0.001, 0.03, 0.4, 1.0, 7.3, 40.0, 63.9, 64.5, 900.0, 20_000.0])
def test_mean_and_variance_are_the_rate(rate):
    found = drawn(rate)
    spread = np.sqrt(rate / len(found))
    assert found.mean() == pytest.approx(rate, abs=5 * spread + 2e-4 * rate)
    assert found.var() / found.mean() == pytest.approx(1.0, abs=0.02 + 0.5 * spread / rate)


@pytest.mark.validation
@pytest.mark.parametrize("rate", [0.02, 0.7, 3.3, 12.0, 55.0, 80.0])
def test_how_often_each_number_comes_is_as_by_the_formula(rate):
    found = drawn(rate, 400_000, seed=2).astype(int)
    often = np.bincount(found) / len(found)
    wanted = poisson.pmf(np.arange(len(often)), rate)
    # total variation; sampling alone makes about 0.3 %
    assert np.abs(often - wanted).sum() / 2 < 0.008


def test_nothing_expected_gives_nothing_and_shapes_are_kept():
    rates = np.zeros((3, 5, 7), np.float32)
    rates[1] = 10.0
    found = draw(rates, np.random.default_rng(3))
    assert found.shape == (3, 5, 7)
    assert found.dtype == np.float32
    assert (found[0] == 0).all()
    assert (found[1] > 0).any()
    np.testing.assert_array_equal(found, np.round(found))


def test_the_seed_decides_and_numbers_do_not_depend_on_each_other():
    np.testing.assert_array_equal(drawn(2.0, 1000, 4), drawn(2.0, 1000, 4))
    pairs = drawn(3.0, 100_000, 5).reshape(-1, 2)
    assert np.corrcoef(pairs.T)[0, 1] == pytest.approx(0.0, abs=0.02)
