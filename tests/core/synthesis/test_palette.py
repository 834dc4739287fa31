"""The palette of a picture."""

import numpy as np
import pytest

from app.core.synthesis.palette import find_palette, many_colours
from app.errors import ParameterError


def blobs(spread=4.0, seed=0):
    """Pixels around five well separated colours, 40 rows × 50 columns."""
    generator = np.random.default_rng(seed)
    centres = np.array([[20, 20, 20], [220, 40, 40], [40, 200, 60], [40, 60, 210], [240, 240, 230]])
    truth = generator.integers(0, 5, (40, 50))
    noisy = centres[truth] + generator.normal(0, spread, (40, 50, 3))
    return np.clip(noisy, 0, 255).astype(np.uint8), truth


def test_well_separated_colours_are_found_with_their_number():
    picture, truth = blobs()
    palette = find_palette(picture, around=5, delta=2, patience=5)
    assert palette.count == 5
    assert [k for k, _ in palette.silhouettes] == [3, 4, 5, 6, 7]
    for number in range(5):
        members = palette.labels == number
        assert len(np.unique(truth[members])) == 1
        assert palette.sizes[number] == members.sum()
        np.testing.assert_allclose(palette.colours[number], picture[members].mean(axis=0))


def test_the_upper_end_of_the_range_is_tried():
    picture, _ = blobs()
    palette = find_palette(picture, around=4, delta=1, patience=9)
    assert palette.silhouettes[-1][0] == 5
    assert palette.count == 5


def test_the_search_ends_when_patience_runs_out():
    picture, _ = blobs()
    palette = find_palette(picture, around=8, delta=3, patience=1)
    assert [k for k, _ in palette.silhouettes] == [5, 6]


def test_the_same_seed_gives_the_same_palette():
    picture, _ = blobs(spread=30)
    first, second = (find_palette(picture, 6, 1, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.labels, second.labels)
    np.testing.assert_array_equal(first.colours, second.colours)


def test_the_inertia_is_that_of_the_labels():
    picture, _ = blobs(spread=20)
    palette = find_palette(picture, 5, 0)
    apart = (picture - palette.colours[palette.labels]) / 255
    assert palette.inertia == pytest.approx((apart**2).sum())


@pytest.mark.validation
def test_the_inertia_is_that_of_the_best_of_twenty_full_starts():
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    picture, _ = blobs(spread=45, seed=2)
    pixels = picture.reshape(-1, 3) / 255
    with threadpool_limits(1):
        best = min(KMeans(6, n_init=1, random_state=s).fit(pixels).inertia_ for s in range(20))
    assert find_palette(picture, 6, 0).inertia <= 1.003 * best


@pytest.mark.parametrize(
    ("picture", "count"),
    [
        (np.zeros((3, 5, 3), np.uint8), 1),
        (np.full((1, 1, 3), 255, np.uint8), 1),
        (np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8), 2),
    ],
)
def test_black_flat_and_two_coloured_pictures_have_as_many_clusters_as_colours(picture, count):
    palette = find_palette(picture, 10, 2)
    assert palette.count == count
    assert palette.sizes.sum() == picture.shape[0] * picture.shape[1]
    assert palette.inertia == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("around", "delta", "patience"), [(2, 2, 3), (254, 2, 3), (5, 1, 0)])
def test_impossible_numbers_of_clusters_are_refused(around, delta, patience):
    with pytest.raises(ParameterError, match="numbers of clusters cannot be tried"):
        find_palette(blobs()[0], around, delta, patience)


def test_a_picture_of_another_shape_is_refused():
    with pytest.raises(ParameterError, match=r"shape \(4, 4\)"):
        find_palette(np.zeros((4, 4), np.uint8))


def test_many_colours_are_the_largest_first_with_their_means():
    generator = np.random.default_rng(1)
    picture = generator.integers(0, 256, (60, 80, 3)).astype(np.uint8)
    labels, colours = many_colours(picture, 300, seed=4)
    assert labels.dtype == np.uint16
    assert colours.shape == (300, 3)
    sizes = np.bincount(labels.ravel(), minlength=300)
    assert (np.diff(sizes) <= 0).all()
    for number in (0, 299):
        np.testing.assert_allclose(colours[number], picture[labels == number].mean(axis=0))
    again, _ = many_colours(picture, 300, seed=4)
    np.testing.assert_array_equal(again, labels)


def test_no_more_colours_than_the_picture_has():
    labels, colours = many_colours(np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8), 64)
    assert len(colours) == 2
    assert sorted(labels.ravel().tolist()) == [0, 1]


def test_a_number_of_many_colours_out_of_its_limits_is_refused():
    with pytest.raises(ParameterError, match="0 clusters"):
        many_colours(np.zeros((2, 2, 3), np.uint8), 0)
