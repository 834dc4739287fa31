"""How many clusters there are."""

import numpy as np
import pytest

from app.core.clustering.choice import Silhouettes, choose, parse_numbers
from app.errors import ParameterError


@pytest.fixture
def sample():
    """Five groups on a ring, in random order."""
    generator = np.random.default_rng(0)
    angles = generator.integers(0, 5, 300) * 2 * np.pi / 5
    centres = 10 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return (centres + generator.normal(0, 0.8, (300, 2))).astype(np.float32)


def test_numbers_are_read_with_both_ends():
    assert parse_numbers("4..7") == (4, 5, 6, 7)
    assert parse_numbers(" 3 ") == (3,)
    assert parse_numbers("5..5") == (5,)


@pytest.mark.parametrize(
    "text", ["", "0", "7..4", "4..", "..4", "four", "4-7", "4..101", "-2", "2.5"]
)
def test_other_texts_are_told_with_what_is_expected(text):
    with pytest.raises(ParameterError, match=r"4\.\.12") as caught:
        parse_numbers(text)
    assert repr(text) in caught.value.message


def test_the_number_of_groups_is_found_and_both_ends_are_tried(sample):
    chosen = choose(sample, range(2, 8), patience=9)
    assert [k for k, _ in chosen.silhouettes] == [2, 3, 4, 5, 6, 7]
    assert chosen.centres.shape == (5, 2)
    assert max(chosen.silhouettes, key=lambda item: item[1])[0] == 5
    assert len(choose(sample, (3, 4, 5)).centres) == 5
    assert len(choose(sample, (5, 6)).centres) == 5


def test_the_search_ends_when_patience_runs_out(sample):
    assert [k for k, _ in choose(sample, range(5, 12), patience=2).silhouettes] == [5, 6, 7]


def test_a_given_number_is_not_judged(sample):
    chosen = choose(sample, (3,))
    assert (chosen.silhouettes, len(chosen.centres)) == ((), 3)


def test_there_are_no_more_clusters_than_different_points():
    points = np.repeat(np.array([[0, 0], [1, 0], [5, 5]], np.float32), [4, 2, 3], axis=0)
    np.testing.assert_array_equal(choose(points, (8,)).centres, [[0, 0], [1, 0], [5, 5]])
    assert len(choose(points, (2, 3, 4, 5)).centres) == 3
    assert len(choose(points[:1], (4, 5)).centres) == 1


def test_silhouettes_are_those_of_scikit_learn(sample):
    from sklearn.metrics import silhouette_samples

    labels = np.random.default_rng(3).integers(0, 4, 300)
    look = Silhouettes(sample)
    expected = silhouette_samples(sample, labels)
    np.testing.assert_allclose(look.each(labels), expected, atol=1e-4)
    assert look.mean(labels) == pytest.approx(expected.mean(), abs=1e-5)
    np.testing.assert_allclose(
        look.per_cluster(labels, 4), [expected[labels == n].mean() for n in range(4)], atol=1e-4
    )


def test_a_cluster_the_sample_does_not_hold_has_no_silhouette(sample):
    labels = np.where(sample[:, 0] > 0, 2, 0)
    found = Silhouettes(sample).per_cluster(labels, 3)
    np.testing.assert_array_equal(np.isnan(found), [False, True, False])


def test_a_single_cluster_and_a_point_alone_have_a_silhouette_of_0():
    points = np.array([[0, 0], [1, 1], [9, 9]], np.float32)
    np.testing.assert_array_equal(Silhouettes(points).each(np.zeros(3, int)), [0, 0, 0])
    assert Silhouettes(points).each(np.array([0, 0, 1]))[2] == 0
