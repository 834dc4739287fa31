"""Lloyd's steps."""

import numpy as np
import pytest

from app.core.clustering import kmeans
from app.core.clustering.kmeans import fitted, lloyd, member_sums, moved, nearest


@pytest.fixture
def points():
    """Three groups, 40, 70 and 90 points, in four dimensions."""
    generator = np.random.default_rng(9)
    centres = np.array([[0, 0, 0, 0], [9, 0, 0, 1], [0, 8, 3, 0]], np.float64)
    owner = np.repeat([0, 1, 2], [40, 70, 90])
    return (centres[owner] + generator.normal(0, 0.5, (200, 4))).astype(np.float32)


def nothing():
    pass


def test_the_nearest_centre_is_the_nearest_and_of_equals_the_first():
    centres = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 10.0]])
    points = np.array([[1, 0], [3, 0], [2, 0], [0, 7]], np.float32)
    np.testing.assert_array_equal(nearest(points, centres), [0, 1, 0, 2])


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32, np.float32])
def test_sums_of_members_are_exact(kind):
    counts = np.random.default_rng(4).integers(0, 250, (50, 6)).astype(kind)
    counts[3, 2] = 255 if kind is np.uint8 else 65535
    labels = np.arange(50) % 3
    expected = np.stack([counts[labels == n].sum(axis=0, dtype=np.float64) for n in range(3)])
    np.testing.assert_array_equal(member_sums(counts, labels, 3), expected)


def test_large_counts_lose_nothing_in_their_sum():
    counts = np.full((3, 2), 2**24 + 1, np.uint32)
    np.testing.assert_array_equal(
        member_sums(counts, np.zeros(3, int), 1), [[3 * 2**24 + 3, 3 * 2**24 + 3]]
    )


def test_a_cluster_without_members_stays_where_it_was():
    centres = np.array([[1.0, 1.0], [5.0, 5.0]])
    sums = np.array([[8.0, 4.0], [0.0, 0.0]])
    np.testing.assert_array_equal(moved(centres, sums, np.array([4, 0])), [[2, 1], [5, 5]])


def test_steps_reach_the_optimum_of_scikit_learn(points):
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        best = KMeans(3, n_init=20, random_state=1).fit(points)
        found = lloyd(points, fitted(points, 3, seed=0), nothing)
    inertia = ((points - found[nearest(points, found)]) ** 2).sum()
    assert inertia == pytest.approx(best.inertia_, rel=1e-6)


def test_steps_from_anywhere_never_make_it_worse(points):
    centres = points[[0, 1, 2]].astype(np.float64)
    before = ((points - centres[nearest(points, centres)]) ** 2).sum()
    after = lloyd(points, centres, nothing)
    assert ((points - after[nearest(points, after)]) ** 2).sum() < before


def test_steps_can_be_stopped_between_pieces(points, monkeypatch):
    monkeypatch.setattr(kmeans, "_CHUNK", 30)
    calls = []

    def check():
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lloyd(points, points[:3].astype(np.float64), check)
    assert len(calls) == 5
