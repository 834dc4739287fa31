"""A picture that grows keeps each pixel in its place, wherever the stage begins."""

import numpy as np
import pytest

from app.core.recolouring.card import card_from_plain
from app.core.recolouring.growing import GrowingPicture
from app.core.recolouring.outputs import Predicted


@pytest.fixture
def card(plain_card):
    return card_from_plain(plain_card())


def line(row, cols, value):
    cols = np.asarray(cols)
    size = len(cols)
    found = Predicted(
        rgb=np.full((size, 3), value, np.float32),
        novelty=np.full(size, value / 2, np.float32),
        maps=np.full((size, 2), value / 4, np.float32),
    )
    return np.full(size, row), cols, found


def test_a_picture_of_known_size_is_empty_where_nothing_was_measured(card):
    picture = GrowingPicture(card, "cpu", (3, 4))
    picture.put(*line(1, [0, 1, 2, 3], 0.5))
    found = picture.result(())
    assert found.rgb.shape == (3, 4, 3)
    assert (found.rgb[1] == 0.5).all()
    assert np.isnan(found.rgb[[0, 2]]).all()
    assert found.novelty[1].tolist() == [0.25] * 4
    assert found.maps.shape == (2, 3, 4)
    assert found.log_variance is None
    assert picture.pixels == 4
    assert picture.details() == {}


def test_a_picture_of_unknown_size_grows_to_all_sides(card):
    picture = GrowingPicture(card, "cpu")
    truth = np.full((300, 250), np.nan, np.float32)
    rng = np.random.default_rng(1)
    for value, row in enumerate([150, 151, 90, 250, 91], 1):
        cols = np.arange(*np.sort(rng.choice(np.arange(60, 240), 2, replace=False)))
        truth[row, cols] = value / 8
        picture.put(*line(row, cols, value / 8))
        there = np.isfinite(truth)
        rows, across = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
        part = truth[rows[0] : rows[-1] + 1, across[0] : across[-1] + 1]
        np.testing.assert_array_equal(picture.result(()).rgb[..., 1], part)
        assert picture.origin == (rows[0], across[0])
    assert picture.pixels == np.isfinite(truth).sum()
    assert picture.details() == {"origin": [90, across[0]]}


def test_a_pixel_that_comes_again_is_replaced_and_counted_once(card):
    picture = GrowingPicture(card, "cpu")
    picture.put(*line(0, [0, 1], 0.25))
    picture.put(*line(0, [1, 2], 0.75))
    assert picture.result(()).rgb[0, :, 0].tolist() == [0.25, 0.75, 0.75]
    assert picture.pixels == 3


def test_a_stage_that_counts_from_elsewhere_moves_a_picture_of_known_size(card):
    picture = GrowingPicture(card, "cpu", (3, 4))
    picture.put(*line(101, [50, 51], 0.5))
    found = picture.result(())
    assert found.rgb.shape == (3, 4, 3)
    assert (found.rgb[0, :2] == 0.5).all()
    assert picture.origin == (101, 50)


def test_a_result_is_a_copy(card):
    picture = GrowingPicture(card, "cpu", (1, 2))
    picture.put(*line(0, [0], 0.25))
    first = picture.result(())
    picture.put(*line(0, [0, 1], 0.75))
    assert first.rgb[0, 0, 0] == 0.25


def test_nothing_measured_gives_an_empty_picture(card):
    picture = GrowingPicture(card, "cpu")
    picture.put(*line(0, [], 0.25))
    assert np.isnan(picture.result(()).rgb).all()
