"""The plate of a map of clusters."""

import numpy as np
import pytest

from app.core.clustering.colours import OUTSIDE_SRGB, cluster_colours
from app.io.cluster_picture import LegendEntry, cluster_rgb, draw_clusters

LEGEND = (LegendEntry("Cluster 1", ("20 pixels · 67 %", "Fe, Cu")), LegendEntry("Cluster 2"))


@pytest.fixture
def labels():
    found = np.zeros((5, 8), np.int16)
    found[3:, 2:] = 1
    found[:, 0] = -1
    return found


def count_of(plate, colour):
    return int((plate == np.array(colour, np.uint8)).all(axis=-1).sum())


def test_each_cluster_has_its_colour_and_outside_has_none_of_them(labels):
    rgb = cluster_rgb(labels)
    colours = cluster_colours(2)
    np.testing.assert_array_equal(rgb[0, 3], colours[0])
    np.testing.assert_array_equal(rgb[4, 3], colours[1])
    np.testing.assert_array_equal(rgb[2, 0], OUTSIDE_SRGB)


def test_map_and_legend_are_on_the_plate(labels):
    plate = draw_clusters(labels, LEGEND, title="panel · 2 clusters")
    colours = cluster_colours(2)
    block = (800 // 8) ** 2
    for number, colour in enumerate(colours):
        shown = count_of(plate, colour)
        # the map itself, and the patch beside its name
        assert (labels == number).sum() * block + 400 < shown
        assert shown < (labels == number).sum() * block + 1000
    assert count_of(plate, OUTSIDE_SRGB) > 5 * block + 400


def test_where_everything_is_clustered_the_legend_has_no_outside(labels):
    plate = draw_clusters(np.maximum(labels, 0), LEGEND, title="panel")
    assert count_of(plate, OUTSIDE_SRGB) == 0


def test_a_long_legend_makes_the_plate_higher(labels):
    many = [LegendEntry(f"Cluster {n + 1}", ("1 pixel",)) for n in range(40)]
    assert draw_clusters(labels, many, title="").shape[0] > 2500


def test_a_scale_bar_is_drawn_where_the_step_is_known(labels):
    without = draw_clusters(labels, LEGEND, title="panel")
    with_bar = draw_clusters(labels, LEGEND, title="panel", scale_bar=(1.0, 2.0))
    assert with_bar.shape[0] > without.shape[0]


def test_pixels_keep_their_shape(labels):
    tall = draw_clusters(labels, LEGEND, title="", pixel_aspect=2.0)
    assert tall.shape[0] > draw_clusters(labels, LEGEND, title="").shape[0] + 400
