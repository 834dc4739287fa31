"""The parts that plates share."""

import numpy as np
import pytest

from app.io import plate_parts


@pytest.mark.parametrize(
    ("shape", "aspect"),
    [((900, 1700), 0.5), ((900, 1700), 1.5), ((5, 7), 3.3), ((700, 400), 1.25)],
)
def test_maps_of_any_size_keep_the_shape_of_their_pixels(shape, aspect):
    large, factor = plate_parts.enlarged(np.zeros((*shape, 3), np.uint8), aspect)
    rows, cols = shape
    assert large.shape[1] == cols * factor
    assert large.shape[0] / rows / factor == pytest.approx(aspect, rel=0.06)
    assert large.size < 250e6


def test_small_maps_become_blocks_of_whole_pixels():
    small = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    large, factor = plate_parts.enlarged(small, 1.0)
    assert large.shape == (2 * factor, 3 * factor, 3)
    assert large.shape[1] >= 800
    np.testing.assert_array_equal(large[::factor, ::factor], small)


def test_a_scale_bar_is_given_in_pixels_of_the_plate_or_left_out():
    assert plate_parts.readable((5.0, 3.0), 4) == (5.0, 12.0)
    assert plate_parts.readable((5.0, 2.0), 4) is None
    assert plate_parts.readable(None, 4) is None
