"""Curves are drawn where their numbers are."""

import numpy as np

from app.io import drawing
from app.io.curves_picture import Panel, draw_curves


def of_colour(picture, number):
    wanted = [int(drawing.CURVES[number][place : place + 2], 16) for place in (1, 3, 5)]
    return (picture == wanted).all(axis=2)


def test_a_rising_curve_rises():
    points = [(float(x), float(x)) for x in range(11)]
    picture = draw_curves([Panel("A", {"up": points})], "steps", width=600, height=300)
    assert picture.shape == (300, 600, 3)
    rows, cols = np.nonzero(of_colour(picture, 0)[60:, :550])
    assert np.corrcoef(cols, rows)[0, 1] < -0.95


def test_panels_lie_below_each_other_and_have_their_own_height():
    one = Panel("A", {"a": [(0.0, 1.0), (5.0, 2.0)], "b": [(0.0, 3.0)]})
    other = Panel("B", {"c": [(0.0, 100.0), (5.0, float("nan")), (9.0, 300.0)]})
    picture = draw_curves([one, other, Panel("C", {})], "steps", width=500, height=200)
    assert picture.shape == (600, 500, 3)
    assert of_colour(picture[:200], 1).any()
    assert of_colour(picture[200:400], 0).any()
    assert not of_colour(picture[400:], 0)[40:, 70:480].any()


def test_a_single_point_and_equal_values_are_drawn():
    picture = draw_curves([Panel("A", {"a": [(3.0, 7.0)]})], "steps", width=300, height=200)
    assert of_colour(picture, 0).any()
