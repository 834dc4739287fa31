"""What is true about a scan of layers."""

import numpy as np
import pytest

from app.core.synthesis.physical_truth import Nodes, PaintLayer, scanned_columns


def test_values_at_points_lie_linearly_between_their_nodes():
    nodes = Nodes(
        numbers=np.zeros((2, 3), np.int32),
        levels_um=np.array([10.0, 20.0]),
        low=np.array([[0, 0, 1]], np.uint16),
        high=np.array([[1, 0, 1]], np.uint16),
        above=np.array([[0.25, 0.0, 1.0]], np.float32),
    )
    assert nodes.at_points(np.array([100.0, 200.0])) == pytest.approx(
        np.array([[125.0, 100.0, 200.0]])
    )


def test_abundances_are_those_of_the_paint_at_each_point():
    layer = PaintLayer(
        picture=np.zeros((1, 3, 3), np.uint8),
        labels=np.array([[1, 0, 1]], np.uint16),
        colours=np.zeros((2, 3)),
        mixed_colours=np.zeros((2, 3)),
        shares=np.array([[1.0, 0.0], [0.25, 0.75]]),
    )
    assert layer.abundances().tolist() == [[[0.25, 1.0, 0.25]], [[0.75, 0.0, 0.75]]]


def test_odd_rows_show_what_lies_beside_and_the_edge_is_repeated():
    assert scanned_columns(0, 4, 2).tolist() == [0, 1, 2, 3]
    assert scanned_columns(1, 4, 2).tolist() == [0, 0, 0, 1]
    assert scanned_columns(3, 4, -1).tolist() == [1, 2, 3, 3]
    assert scanned_columns(1, 1, 9).tolist() == [0]
