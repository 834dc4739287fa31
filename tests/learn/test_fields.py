"""Pictures made of nothing are what is told of them, and the same for the same seed."""

import numpy as np
import pytest

from app.learn.fields import Field, blends, coloured, draw_field, patches, strokes

ROWS, COLS, AREAS = 40, 56, 7


def drawn(kind, seed):
    return kind(ROWS, COLS, AREAS, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", [patches, blends, draw_field])
@pytest.mark.parametrize("seed", range(6))
def test_every_point_has_two_known_areas_and_a_share(kind, seed):
    field = drawn(kind, seed)
    for labels in (field.first, field.second):
        assert labels.shape == (ROWS, COLS)
        assert labels.max() < AREAS
    assert field.share.min() >= 0
    assert field.share.max() <= 1
    assert len(np.unique(field.first)) > 1


@pytest.mark.parametrize("kind", [patches, blends, draw_field])
def test_the_seed_decides_all(kind):
    one, same, other = drawn(kind, 3), drawn(kind, 3), drawn(kind, 4)
    np.testing.assert_array_equal(one.first, same.first)
    np.testing.assert_array_equal(one.share, same.share)
    assert (one.first != other.first).any()


def test_within_a_patch_there_is_one_area_alone():
    field = drawn(patches, 1)
    assert (field.share == 0).mean() > 0.2
    assert field.share.max() <= 0.5


def test_blends_pass_from_each_area_to_the_next_without_a_jump():
    field = blends(64, 64, 4, np.random.default_rng(2))
    weights = np.zeros((4, 64, 64))
    np.put_along_axis(weights, field.first[None].astype(int), 1 - field.share[None], axis=0)
    np.add.at(weights, (field.second.astype(int), *np.mgrid[:64, :64]), field.share)
    assert np.abs(np.diff(weights, axis=1)).max() < 0.5


def test_strokes_cover_what_is_below_and_remember_it():
    empty = np.zeros((30, 50), np.uint16)
    ground = Field(empty, empty, np.zeros((30, 50), np.float32))
    field = strokes(ground, 9, np.random.default_rng(5))
    covered = field.first > 0
    assert 0.05 < covered.mean() < 1
    assert (field.share[field.first != field.second] < 1).all()
    assert (ground.first == 0).all()


def test_a_field_of_one_area_has_one_colour_but_for_light_and_grain():
    field = blends(20, 30, 1, np.random.default_rng(6))
    assert (field.first == 0).all()
    assert (field.second == 0).all()


def test_pictures_have_dark_and_light_muted_and_strong_colours():
    lightness, strength = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        picture = coloured(draw_field(ROWS, COLS, AREAS, rng), AREAS, rng)
        assert picture.shape == (ROWS, COLS, 3)
        assert picture.dtype == np.uint8
        lightness.append(picture.max(axis=2).ravel())
        strength.append(np.ptp(picture.astype(int), axis=2).ravel())
    assert (np.concatenate(lightness) < 60).mean() > 0.05
    assert (np.concatenate(lightness) > 220).mean() > 0.05
    assert (np.concatenate(strength) < 40).mean() > 0.1
    assert (np.concatenate(strength) > 120).mean() > 0.05
