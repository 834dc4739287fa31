"""Label maps take the clusters' colours; a chosen cluster stands out by lightness."""

import numpy as np
import pytest

from app.core.clustering.colours import OUTSIDE_SRGB, cluster_colours
from app.core.clustering.picture import label_picture

LABELS = np.array([[0, 1, 2], [2, -1, 0]], np.int16)


def test_each_pixel_has_the_colour_of_its_cluster_and_is_opaque():
    picture = label_picture(LABELS)
    colours = cluster_colours(3)
    assert picture.shape == (2, 3, 4)
    assert picture.dtype == np.uint8
    np.testing.assert_array_equal(picture[0, :, :3], colours)
    assert tuple(picture[1, 1, :3]) == OUTSIDE_SRGB
    assert (picture[..., 3] == 255).all()


def test_map_of_nothing_but_the_outside_is_drawn():
    picture = label_picture(np.full((2, 3), -1, np.int16))
    assert (picture[..., :3] == OUTSIDE_SRGB).all()


@pytest.mark.parametrize("chosen", range(8))
def test_chosen_cluster_keeps_its_colour_and_stands_out_from_all_others(chosen):
    labels = np.array([[*range(8), -1]], np.int16)
    picture = label_picture(labels, chosen)[0, :, :3].astype(float)
    np.testing.assert_array_equal(picture[chosen], cluster_colours(8)[chosen])
    lightness = picture @ [0.2126, 0.7152, 0.0722]
    others = np.delete(lightness, chosen)
    assert np.abs(others - lightness[chosen]).min() > 35
