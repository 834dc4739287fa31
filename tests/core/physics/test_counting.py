"""Counts drawn and time lost."""

import numpy as np
import pytest

from app.core.physics.counting import dead_share, draw_counts, real_time_s
from app.errors import ParameterError


def test_the_same_seed_gives_the_same_counts():
    expected = np.linspace(0, 50, 15).reshape(3, 5)
    first, second, other = (draw_counts(expected, seed) for seed in (4, 4, 5))
    assert first.shape == (3, 5)
    assert first.dtype == np.int64
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


def test_nothing_expected_gives_nothing():
    assert draw_counts(np.zeros(7), 1).tolist() == [0] * 7


def test_mean_is_what_was_expected():
    drawn = draw_counts(np.full(40_000, 2.5), 8)
    assert drawn.mean() == pytest.approx(2.5, abs=5 * (2.5 / 40_000) ** 0.5)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_what_cannot_be_expected_is_refused(wrong):
    with pytest.raises(ParameterError, match="not negative"):
        draw_counts(np.array([1.0, wrong]), 1)


def test_dead_time_grows_with_the_rate():
    assert dead_share(0.0, 1e-6) == 0.0
    assert dead_share(1e6, 1e-6) == pytest.approx(0.5)
    assert dead_share(1e5, 1e-6) == pytest.approx(0.1 / 1.1)


def test_live_time_takes_longer():
    assert real_time_s(3.0, 1e6, 1e-6) == pytest.approx(6.0)
    assert real_time_s(3.0, 0.0, 1e-6) == 3.0


@pytest.mark.parametrize(("rate", "dead"), [(-1.0, 1e-6), (1e5, -1.0), (float("nan"), 1e-6)])
def test_impossible_rates_are_refused(rate, dead):
    with pytest.raises(ParameterError, match="dead time"):
        dead_share(rate, dead)
