"""Parts of pictures have the size that is wanted, and are parts of them."""

import numpy as np
import pytest

from app.learn.cuts import cut, fitted, within


@pytest.mark.parametrize("shape", [(40, 90), (300, 50), (10, 12)])
def test_parts_have_the_size_that_is_wanted(shape):
    picture = np.zeros((*shape, 3), np.uint8)
    for seed in range(5):
        part = cut(picture, 16, 24, np.random.default_rng(seed))
        assert part.shape == (16, 24, 3)
        assert part.dtype == np.uint8


def test_parts_have_the_picture_s_colours_in_a_little_other_light():
    picture = np.zeros((60, 80, 3), np.uint8)
    picture[..., 0], picture[..., 1] = 200, 100
    parts = np.array([cut(picture, 8, 8, np.random.default_rng(seed)) for seed in range(40)])
    assert (parts[..., 2] == 0).all()
    assert 185 < parts[..., 0].mean() < 212
    assert parts[..., 0].std() > 3


def test_parts_differ_and_the_seed_decides():
    picture = np.random.default_rng(1).integers(0, 255, (90, 70, 3)).astype(np.uint8)
    one, same, other = (cut(picture, 9, 7, np.random.default_rng(seed)) for seed in (2, 2, 3))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_points_are_averaged_and_proportions_kept():
    picture = np.zeros((4, 8, 3), np.uint8)
    picture[:, ::2] = 100
    np.testing.assert_array_equal(fitted(picture, 2, 4), np.full((2, 4, 3), 50))
    assert within(picture, 4).shape == (2, 4, 3)
    assert within(picture, 100).shape == (4, 8, 3)
