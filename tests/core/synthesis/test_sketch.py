"""The palette while a recipe is being edited."""

import numpy as np
import pytest

from app.core.synthesis.generate import SynthesisRecipe, generate
from app.core.synthesis.sketch import sketch
from app.errors import Cancelled

RECIPE = SynthesisRecipe(clusters=4, delta=1, seed=2)


def picture(rows, cols):
    generator = np.random.default_rng(1)
    small = generator.integers(0, 256, (4, 5, 3))
    return np.kron(small, np.ones((rows // 4, cols // 5, 1))).astype(np.uint8)


def test_the_palette_is_the_one_the_scan_will_have(three):
    painting = picture(40, 50)
    found = sketch(painting, RECIPE, lambda first: None)
    made = generate(painting, three, "Test", RECIPE).truth.palette
    assert found.is_final
    assert (found.rows, found.cols) == (40, 50)
    np.testing.assert_array_equal(found.palette.labels, made.labels)
    np.testing.assert_array_equal(found.palette.colours, made.colours)


def test_a_first_look_comes_before_it():
    looks = []
    found = sketch(picture(400, 300), RECIPE, looks.append)
    (first,) = looks
    assert not first.is_final
    assert (first.rows, first.cols) == (400, 300)
    assert first.palette.count == 4
    assert first.palette.silhouettes == ()
    assert first.small.labels.max() < 4
    assert max(first.small.labels.shape) <= 64
    assert found.palette.silhouettes


def test_a_small_picture_needs_no_first_look():
    looks = []
    sketch(picture(40, 50), RECIPE, looks.append)
    assert looks == []


def test_it_can_be_stopped_between_two_numbers_of_colours():
    def stop(fraction, message=""):
        if fraction:
            raise Cancelled

    with pytest.raises(Cancelled):
        sketch(picture(40, 50), RECIPE, lambda first: None, stop)
