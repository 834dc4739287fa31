"""K-Means of weighted colours."""

import numpy as np
import pytest

from app.core.synthesis.colour_means import WeightedColours, colour_means, quick_means, quick_starts


def clouds(count=5, each=40, spread=0.02):
    generator = np.random.default_rng(8)
    centres = np.linspace(0.1, 0.9, count)[:, None] * np.ones(3)
    colours = np.repeat(centres, each, axis=0) + generator.normal(0, spread, (count * each, 3))
    return WeightedColours(colours, generator.integers(1, 50, count * each).astype(float))


def inertia(source, centres):
    apart = ((source.colours[:, None] - centres) ** 2).sum(axis=2)
    return float(apart.min(axis=1) @ source.weights)


def test_starts_are_colours_that_are_there_all_different():
    source = clouds()
    for start in source.starts(5, 7, np.random.default_rng(1)):
        apart = np.abs(source.colours[:, None] - start).max(axis=2)
        assert (apart.min(axis=0) == 0).all()
        assert len(np.unique(apart.argmin(axis=0))) == 5


def test_a_round_moves_centres_to_the_weighted_means_and_tells_what_was_left():
    source = WeightedColours(
        np.array([[0.0, 0, 0], [0.2, 0, 0], [1.0, 1, 1]]), np.array([1.0, 3.0, 2.0])
    )
    start = np.array([[[0.1, 0, 0], [0.9, 1, 1], [9.0, 9, 9]]])
    centres, left = source.moved(start, 1)
    np.testing.assert_allclose(centres, [[[0.15, 0, 0], [1, 1, 1], [9, 9, 9]]])
    lengths = (source.colours**2).sum(axis=1) @ source.weights
    assert left[0] + lengths == pytest.approx(inertia(source, centres[0]))


def test_each_start_goes_its_own_way_however_many_there_are():
    source = clouds()
    starts = source.starts(4, 200, np.random.default_rng(2))
    together, left = source.moved(starts, 3)
    for number in (0, 99, 199):
        alone, own = source.moved(starts[number : number + 1], 3)
        np.testing.assert_allclose(together[number], alone[0])
        assert left[number] == pytest.approx(own[0])


@pytest.mark.parametrize("k", [1, 5, 70])
def test_as_many_centres_as_asked_for_and_the_same_for_a_seed(k):
    source = clouds()
    first, again = (colour_means(source, source, k, 6) for _ in range(2))
    assert first.shape == (k, 3)
    np.testing.assert_array_equal(first, again)


def test_clouds_are_found_one_by_one():
    source = clouds()
    centres = colour_means(source, source, 5, 0)
    np.testing.assert_allclose(np.sort(centres[:, 0]), np.linspace(0.1, 0.9, 5), atol=0.02)


def test_colours_no_more_than_clusters_leave_nothing():
    source = WeightedColours(np.eye(3), np.array([1.0, 2.0, 3.0]))
    assert inertia(source, colour_means(source, source, 3, 0)) == pytest.approx(0, abs=1e-12)


@pytest.mark.validation
def test_no_worse_than_the_best_of_many_full_starts():
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    generator = np.random.default_rng(12)
    source = WeightedColours(generator.random((1500, 3)), generator.integers(1, 99, 1500) / 1.0)
    with threadpool_limits(1):
        fits = [
            KMeans(9, n_init=1, random_state=seed).fit(source.colours, None, source.weights)
            for seed in range(20)
        ]
        own = inertia(source, colour_means(source, source, 9, 0))
    assert own <= 1.003 * min(fit.inertia_ for fit in fits)


def test_a_guess_is_hardly_worse_and_the_same_for_a_seed():
    source = clouds()
    first, again = (quick_means(source, quick_starts(source, 7, 3), 5) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert first.shape == (5, 3)
    assert inertia(source, first) <= 1.02 * inertia(source, colour_means(source, source, 5, 3))
