"""Templates that XRF cannot tell apart."""

import numpy as np
import pytest

from app.core.unmixing.grouping import (
    alike,
    distance,
    limit_for,
    mixtures,
    twin,
    varnish_passes,
    without_scatter,
)


def normalised(*shapes):
    made = np.array(shapes, float)
    return made / made.sum(axis=1, keepdims=True)


def test_the_distance_is_zero_for_the_same_and_four_for_nothing_in_common():
    a, b, c = normalised([1, 1, 0, 0], [0, 0, 2, 1], [3, 1, 0, 0])
    assert distance(a, a) == 0
    assert distance(a, b) == pytest.approx(4.0, rel=1e-6)
    # 2·0.25²/1.25 + 2·0.25²/0.75
    assert distance(a, c) == pytest.approx(0.1 + 1 / 6, rel=1e-6)


def test_the_distance_times_the_counts_is_in_squared_standard_deviations():
    p, q = normalised([5, 4, 3, 2], [4, 4, 3, 3])
    drawn = np.random.default_rng(0).poisson(500 * p, (20_000, 4))
    likelihood = drawn @ (np.log(p) - np.log(q))
    # the two means of the best test are so many of its standard deviations apart
    other = np.random.default_rng(1).poisson(500 * q, (20_000, 4)) @ (np.log(p) - np.log(q))
    apart = (likelihood.mean() - other.mean()) ** 2 / (likelihood.var() + other.var())
    assert 2 * apart == pytest.approx(500 * distance(p, q), rel=0.1)


def test_few_counts_tell_less_apart():
    assert limit_for(100_000) == 0.04
    assert limit_for(90) == pytest.approx(0.1)
    assert limit_for(0) == 9.0


def test_groups_hold_only_what_is_close_to_all_its_members():
    near = normalised([10, 10, 0.1], [10, 9, 0.1], [0.1, 1, 10], [9, 10, 0.1])
    assert alike(near, 0.04) == [[0, 1, 3], [2]]
    assert alike(near[:1], 0.04) == [[0]]
    assert alike(near[:0], 0.04) == []


def test_a_mixture_is_told_with_its_parts():
    generator = np.random.default_rng(2)
    parts = normalised(*generator.random((3, 40)) ** 6)
    mixed = 0.7 * parts[0] + 0.3 * parts[2]
    assert mixtures(np.array([*parts, mixed]), 0.01) == {
        3: ((0, pytest.approx(0.7, abs=1e-3)), (2, pytest.approx(0.3, abs=1e-3)))
    }
    assert mixtures(parts, 0.01) == {}


def test_twins_do_not_explain_each_other_away():
    generator = np.random.default_rng(3)
    parts = normalised(*generator.random((3, 40)) ** 6)
    found = mixtures(np.array([parts[0], parts[0], *parts[1:]]), 0.01)
    assert len(found) == 1
    assert set(found) < {0, 1}


def test_scatter_is_taken_out_as_far_as_it_fits_below():
    energies = np.arange(80.0)
    scatter = normalised(np.exp(-(((energies - 60) / 8) ** 2)) + 0.05)[0]
    line = normalised(np.exp(-(((energies - 20) / 2) ** 2) / 2))[0]
    (left,) = without_scatter((0.6 * line + 0.4 * scatter)[None], scatter)
    assert left.sum() == pytest.approx(0.6, abs=0.02)
    np.testing.assert_allclose(left / left.sum(), line, atol=0.005)


def test_parts_that_are_mixtures_themselves_are_told_by_what_they_look_like():
    """The first is nearly the second, which is nearly the third."""
    first, second = [60, 6, 0, 0, 30], [62, 3, 0, 0, 31]
    shapes = normalised(first, second, [66, 0, 0, 0, 33], [0, 0, 1, 1, 0], [1, 98, 0, 1, 0])
    found = mixtures(shapes, 0.02)
    assert set(found) == {0, 1}
    assert all(part in (2, 3, 4) for parts in found.values() for part, _ in parts)
    assert {twin(parts) for parts in found.values()} == {2}


def test_a_twin_has_nine_tenths_of_what_a_mixture_looks_like():
    assert twin(((4, 0.9), (2, 0.1))) == 4
    assert twin(((4, 0.89), (2, 0.1))) is None
    assert twin(((4, 0.6), (2, 0.06))) == 4


def test_varnish_stops_soft_lines_and_hardly_iron():
    passes = varnish_passes(np.array([2.01, 2.31, 3.69, 6.40]), 30.0)
    np.testing.assert_allclose(passes, [0.248, 0.396, 0.795, 0.957], atol=0.003)
    np.testing.assert_array_equal(varnish_passes(np.array([2.01]), 0.0), [1.0])


def test_what_looks_like_nothing_has_no_twin():
    assert twin(()) is None
