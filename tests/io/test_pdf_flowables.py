"""Plates on PDF pages: blocks for pixels, grey for the unknown, sizes true to the scan."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.batch.document import ColourBar, Curve, Plate
from app.core.display import MapDisplay
from app.io.pdf_flowables import UNKNOWN_RGB, ColourStrip, CurvePlot, Picture, picture_of

RGB = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)


def test_each_pixel_becomes_a_block():
    large = np.asarray(picture_of(RGB, least=10))
    assert large.shape == (9, 12, 3)
    np.testing.assert_array_equal(large[::3, ::3], RGB)
    np.testing.assert_array_equal(large[2::3, 2::3], RGB)


def test_a_large_picture_stays_as_it_is():
    wide = np.zeros((5, 900, 3), np.uint8)
    assert picture_of(wide).size == (900, 5)


def test_a_picture_finer_than_print_becomes_means_of_blocks():
    fine = np.zeros((10, 2500, 3), np.uint8)
    fine[:, ::3] = 90
    shown = np.asarray(picture_of(fine))
    assert shown.shape[1] == 834
    assert set(shown[:3, :800].ravel().tolist()) == {30}


def test_a_scan_of_one_line_can_still_be_seen():
    found = Picture(Plate("line", np.zeros((1, 3000, 3), np.uint8)), 200.0, 300.0)
    assert found.height > 8.0


def test_what_is_clear_is_grey():
    rgba = np.zeros((2, 3, 4), np.uint8)
    rgba[0, 0] = (250, 0, 10, 255)
    shown = np.asarray(picture_of(rgba, least=3))
    assert shown[0, 0].tolist() == [250, 0, 10]
    assert shown[1, 2].tolist() == list(UNKNOWN_RGB)


def test_a_plate_keeps_its_shape_and_rows_farther_apart_make_it_higher():
    square = Picture(Plate("a", RGB), 200.0, 500.0)
    assert square.wrap(0, 0) == (200.0, pytest.approx(150.0))
    tall = Picture(Plate("a", RGB, aspect=2.0), 200.0, 500.0)
    assert tall.height == pytest.approx(300.0)


def test_a_high_plate_becomes_narrower():
    found = Picture(Plate("a", np.zeros((100, 10, 3), np.uint8)), 200.0, 300.0)
    assert found.height == pytest.approx(300.0)


def test_room_for_a_colour_bar_makes_pictures_of_one_size():
    bar = ColourBar(MapDisplay(), (0.0, 9.0))
    with_bar = Picture(Plate("a", RGB, bar=bar), 200.0, 500.0)
    without = Picture(Plate("a", RGB), 200.0, 500.0, room_for_bar=True)
    assert with_bar.height == without.height < 150.0


def test_a_scale_bar_needs_room_and_one_that_cannot_be_read_is_left_out():
    told = Picture(Plate("a", RGB, scale_bar=(20.0, 1.0)), 200.0, 500.0)
    tiny = Picture(Plate("a", RGB, scale_bar=(0.1, 0.01)), 200.0, 500.0)
    assert told.height > tiny.height == pytest.approx(150.0)


def test_strips_and_curves_have_the_width_asked_for():
    assert ColourStrip(ColourBar(MapDisplay(), (0.0, 9.0)), 30.0).wrap(0, 0)[0] == 30.0
    curve = CurvePlot(Curve("sum", np.ones(9), EnergyAxis(0.0, 0.1)), 300.0)
    assert curve.wrap(0, 0) == (300.0, 150.0)
