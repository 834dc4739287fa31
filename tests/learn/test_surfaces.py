"""Surfaces show the colours that their paints have."""

import numpy as np
import pytest

from app.core.synthesis.kubelka_munk import km_colour
from app.learn.fields import Field
from app.learn.surfaces import Surface, copied, encoded, linear, painted_at_random

ROWS, COLS = 30, 44


def checked(surface, pigments):
    assert surface.field.first.shape == (ROWS, COLS)
    assert surface.shares.shape[1] == len(pigments)
    np.testing.assert_allclose(surface.shares.sum(axis=1), 1.0)
    colours = np.array([pigment.srgb for pigment in pigments], float)
    np.testing.assert_allclose(surface.srgb * 255, km_colour(surface.shares, colours))
    highest = max(surface.field.first.max(), surface.field.second.max())
    assert highest < len(surface.shares)


def test_random_paints_have_their_mixtures_colours(pigments):
    checked(painted_at_random(ROWS, COLS, 9, pigments, np.random.default_rng(1)), pigments)


def test_a_copied_picture_resembles_its_model(pigments):
    rng = np.random.default_rng(2)
    picture = np.zeros((ROWS, COLS, 3), np.uint8)
    picture[:, :22] = (190, 160, 120)
    picture[:, 22:] = (60, 60, 70)
    picture[5:9] = (235, 230, 220)
    surface = copied(picture, 12, pigments, rng)
    checked(surface, pigments)
    shown = surface.picture()
    assert shown.shape == (ROWS, COLS, 3)
    assert np.abs(shown * 255 - picture).mean() < 25
    # where the model is even the copy is even
    assert np.ptp(shown[10:, :20].reshape(-1, 3), axis=0).max() < 1e-6


def test_a_picture_of_one_colour_is_one_paint(pigments):
    surface = copied(np.full((4, 6, 3), 90, np.uint8), 5, pigments, np.random.default_rng(3))
    assert len(surface.shares) == 1
    assert (surface.field.share == 0).all()


def test_a_smooth_picture_stays_smooth(pigments):
    """Points between two clusters have some of both paints, so that there are no steps."""
    ramp = np.linspace(20, 235, COLS).astype(np.uint8)
    picture = np.repeat(np.tile(ramp, (ROWS, 1))[..., None], 3, axis=2)
    shown = copied(picture, 8, pigments, np.random.default_rng(4)).picture()
    assert len(np.unique(shown[0], axis=0)) > 12


def test_two_paints_in_a_point_add_their_light():
    zero = np.zeros((1, 2), np.uint16)
    field = Field(zero, zero + 1, np.array([[0.25, 0.0]], np.float32))
    colours = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    shown = Surface(field, np.eye(2), colours).picture()
    np.testing.assert_allclose(shown[0, 0], encoded(np.full(3, 0.25)), atol=1e-6)
    np.testing.assert_allclose(shown[0, 1], 0.0, atol=1e-6)


def test_light_and_its_code_are_inverse():
    values = np.linspace(0, 1, 101)
    np.testing.assert_allclose(encoded(linear(values)), values, atol=1e-4)
    assert linear(np.array(0.5)) == pytest.approx(0.21404, abs=1e-4)
