"""Two pictures of the same pixels are looked at together."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from app.gui.views.canvas_link import CanvasLink
from app.gui.views.map_canvas import MapCanvas

PICTURE = np.full((20, 30, 4), 255, np.uint8)


@pytest.fixture
def pair(qtbot):
    made = []
    for _ in range(2):
        canvas = MapCanvas()
        qtbot.addWidget(canvas)
        canvas.resize(300, 200)
        canvas.show()
        canvas.set_picture(PICTURE, None)
        made.append(canvas)
    return made


def part(canvas):
    rect = canvas.box.viewRect()
    return [round(number, 3) for number in (rect.x(), rect.y(), rect.width(), rect.height())]


@pytest.mark.parametrize("leader", [0, 1])
def test_zooming_one_zooms_the_other(pair, leader):
    link = CanvasLink(*pair)
    pair[leader].zoom(0.5)
    assert part(pair[0]) == part(pair[1])
    assert not pair[1 - leader].is_fitted
    pair[leader].fit()
    assert part(pair[0]) == part(pair[1])
    assert pair[1 - leader].is_fitted
    assert link.parent() is None


def test_second_takes_the_place_of_the_first(pair):
    pair[0].zoom(0.25)
    CanvasLink(*pair)
    assert part(pair[1]) == part(pair[0])


def test_pictures_of_other_shapes_are_left_alone(pair):
    pair[1].set_picture(PICTURE[:10], None)
    before = part(pair[1])
    CanvasLink(*pair)
    pair[0].zoom(0.5)
    assert part(pair[1]) == before


def test_a_smaller_canvas_shows_at_least_the_same_part(pair):
    link = CanvasLink(*pair)
    pair[1].resize(150, 200)
    pair[0].box.setRange(QRectF(5, 5, 12, 8), padding=0)
    link.align()
    x, y, width, height = part(pair[1])
    assert x <= 5
    assert y <= 5
    assert x + width >= 17
    assert y + height >= 13
