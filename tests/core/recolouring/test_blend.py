"""Doubt on a picture: none changes nothing, all of it hides the colour, in between in between."""

import numpy as np
import pytest

from app.core.recolouring.blend import (
    HATCH_PERIOD_PX,
    LARGEST_SD,
    NOT_COMPUTED_SRGB,
    USUAL_NOVELTY,
    Blend,
    blended,
    doubt_of,
)

ROWS, COLS = 8, 16


def even(*bands):
    return np.broadcast_to(np.array(bands, np.float32) / 255, (ROWS, COLS, 3)).copy()


@pytest.mark.parametrize("style", Blend)
def test_without_doubt_the_colours_are_as_predicted(style):
    rgb = np.random.default_rng(3).random((3, 5, 3)).astype(np.float32)
    expected = np.rint(rgb * 255).astype(np.uint8)
    np.testing.assert_array_equal(blended(rgb, np.zeros((3, 5)), style), expected)
    np.testing.assert_array_equal(blended(rgb, None, style), expected)
    np.testing.assert_array_equal(blended(rgb, np.ones((3, 5)), style, strength=0.0), expected)


def test_style_none_hides_the_doubt():
    picture = blended(even(200, 10, 30), np.ones((ROWS, COLS)), Blend.NONE)
    assert (picture == (200, 10, 30)).all()


def test_fading_goes_to_grey_in_proportion():
    doubt = np.full((ROWS, COLS), 0.5)
    doubt[0] = 1.0
    picture = blended(even(255, 0, 51), doubt, Blend.FADE)
    assert (picture[0] == 128).all()
    assert (picture[1:] == (191, 64, 89)).all()
    assert (blended(even(255, 0, 51), doubt * 2, Blend.FADE, 0.5)[1:] == (191, 64, 89)).all()


BRIGHT, DIM = (140, 140, 140), (120, 120, 120)


@pytest.mark.parametrize("eighths", range(9))
def test_hatching_covers_the_share_that_is_doubtful(eighths):
    doubt = np.full((ROWS, COLS), eighths / 8)
    light = blended(even(250, 250, 250), doubt, Blend.HATCH)
    covered = (light[..., 0] < 200).mean()
    assert HATCH_PERIOD_PX == 8
    assert covered == eighths / 8
    dark = blended(even(5, 5, 5), doubt, Blend.HATCH)
    assert (dark[..., 0] > 100).mean() == eighths / 8


def test_full_doubt_hides_whether_a_colour_is_light_or_dark():
    sure_of_nothing = np.ones((ROWS, COLS))
    light, dark = (blended(even(*rgb), sure_of_nothing, Blend.HATCH) for rgb in (BRIGHT, DIM))
    np.testing.assert_array_equal(light, dark)
    half = np.full((ROWS, COLS), 0.5)
    light, dark = (blended(even(*rgb), half, Blend.HATCH) for rgb in (BRIGHT, DIM))
    assert light.min() < 70
    assert dark.max() > 190


def test_pixels_without_a_colour_are_told_from_grey_ones():
    rgb = even(10, 20, 30)
    rgb[2, 3, 1] = np.nan
    for style in Blend:
        picture = blended(rgb, np.zeros((ROWS, COLS)), style)
        assert tuple(picture[2, 3]) == NOT_COMPUTED_SRGB
        assert tuple(picture[2, 4]) == (10, 20, 30)


def test_a_colour_whose_doubt_is_not_known_is_doubtful():
    doubt = np.zeros((ROWS, COLS))
    doubt[1, 2] = np.nan
    assert tuple(blended(even(0, 255, 0), doubt, Blend.FADE)[1, 2]) == (128, 128, 128)


def test_doubt_is_the_worse_of_scatter_and_novelty():
    sd = np.array([[0.0, LARGEST_SD / 2, LARGEST_SD, 1.0, np.nan, np.nan]])
    novelty = np.array([[0.5, USUAL_NOVELTY, (1 + USUAL_NOVELTY) / 2, 0.1, 1.0, np.nan]])
    np.testing.assert_allclose(doubt_of(sd, None), [[0, 0.5, 1, 1, np.nan, np.nan]], atol=1e-6)
    np.testing.assert_allclose(doubt_of(None, novelty), [[0, 0, 0.5, 0, 1, np.nan]], atol=1e-5)
    np.testing.assert_allclose(doubt_of(sd, novelty), [[0, 0.5, 1, 1, 1, np.nan]], atol=1e-5)
    assert doubt_of(None, None) is None
