"""Colours of clusters."""

from itertools import combinations

import numpy as np
import pytest

from app.core.clustering.colours import OUTSIDE_SRGB, cluster_colours, least_difference


@pytest.mark.parametrize(("count", "least"), [(8, 15.0), (12, 15.0), (20, 15.0), (30, 10.0)])
def test_colour_blind_eyes_tell_clusters_apart(count, least):
    colours = [tuple(colour) for colour in cluster_colours(count).tolist()]
    worst = min(least_difference(a, b) for a, b in combinations(colours, 2))
    assert worst > least
    assert min(least_difference(OUTSIDE_SRGB, colour) for colour in colours) > least


def test_red_and_green_of_one_lightness_would_not_do():
    assert least_difference((200, 80, 0), (110, 130, 0)) < 10


def test_more_clusters_keep_the_colours_of_the_first():
    many = cluster_colours(30)
    for count in (1, 8, 9, 17):
        np.testing.assert_array_equal(cluster_colours(count), many[:count])
    assert len(np.unique(many, axis=0)) == 30


def test_any_number_has_colours():
    assert cluster_colours(0).shape == (0, 3)
    assert cluster_colours(250).shape == (250, 3)
