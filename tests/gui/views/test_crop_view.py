"""A picture with a frame around the part that is used."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.core.region import Region
from app.gui.views.crop_view import CropView


def _at(row, col):
    return QPointF(col, row)


@pytest.fixture
def view(qtbot):
    view = CropView()
    qtbot.addWidget(view)
    view.resize(330, 230)
    with qtbot.waitExposed(view):
        view.show()
    view.set_picture(np.full((20, 30, 3), 90, np.uint8), 200, 300)
    return view


def test_all_of_the_picture_is_in_the_frame_at_first(view):
    assert view.region == Region(0, 200, 0, 300)


def test_a_smaller_picture_fills_the_pixels_of_the_whole_one(view):
    place = view.canvas.image.mapRectToParent(view.canvas.image.boundingRect())
    assert (place.width(), place.height()) == (300, 200)
    assert view.canvas.pixel_at(view.canvas.box.mapViewToScene(_at(120.5, 40.5))) == (120, 40)


def test_dragging_a_corner_tells_the_part_in_whole_pixels(view, mouse, qtbot):
    def point(row, col):
        spot = view.canvas.mapFromScene(view.canvas.box.mapViewToScene(_at(row, col)))
        return spot.x(), spot.y()

    with qtbot.waitSignal(view.cropped) as told:
        mouse.drag(view.canvas.viewport(), point(0, 0), point(50, 60))
    (region,) = told.args
    assert abs(region.row_start - 50) <= 3
    assert abs(region.col_start - 60) <= 3
    assert (region.row_stop, region.col_stop) == (200, 300)
    assert view.region == region


def test_setting_a_part_tells_nobody(view, qtbot):
    with qtbot.assertNotEmitted(view.cropped):
        view.set_region(Region(10, 60, 20, 90))
    assert view.region == Region(10, 60, 20, 90)


def test_another_picture_has_a_frame_of_its_own(view):
    view.set_region(Region(10, 60, 20, 90))
    view.set_picture(np.zeros((5, 4, 3), np.uint8), 5, 4)
    assert view.region == Region(0, 5, 0, 4)
