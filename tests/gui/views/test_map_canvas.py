"""The drawing area: where pixels are, what the mouse does there, and what is shown of it."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.core.region import Region
from app.gui import theme
from app.gui.views.map_canvas import MapCanvas

ROWS, COLS = 12, 18
RED, BLUE = (200, 30, 20, 255), (20, 40, 220, 255)


def picture(rows=ROWS, cols=COLS):
    """Red, with one blue pixel in row 2, column 15."""
    colours = np.empty((rows, cols, 4), np.uint8)
    colours[:] = RED
    colours[2 % rows, 15 % cols] = BLUE
    return colours


@pytest.fixture
def empty(qtbot):
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    with qtbot.waitExposed(canvas):
        canvas.show()
    return canvas


@pytest.fixture
def canvas(empty):
    empty.set_picture(picture(), None)
    return empty


@pytest.fixture
def told(canvas):
    """Everything the canvas tells, in order."""
    told = []
    canvas.pixel_hovered.connect(lambda row, col: told.append(("hovered", row, col)))
    canvas.pixel_clicked.connect(lambda row, col: told.append(("clicked", row, col)))
    canvas.pixel_left.connect(lambda: told.append(("left",)))
    canvas.region_drawn.connect(lambda region: told.append(("region", region)))
    return told


def place(canvas, row, col):
    """Where a (fractional) row and column are in the widget."""
    point = canvas.mapFromScene(canvas.box.mapViewToScene(QPointF(col, row)))
    return point.x(), point.y()


def test_without_a_picture_nothing_can_be_pointed_at(empty, mouse, qtbot):
    assert empty.shape == (0, 0)
    assert empty.pixel_at(QPointF(150, 150)) is None
    with qtbot.assertNotEmitted(empty.pixel_clicked):
        mouse.click(empty.viewport(), (150, 150))
    empty.fit()
    assert empty.shape == (0, 0)


def test_pixel_reaches_from_its_number_to_the_next(canvas):
    assert canvas.shape == (ROWS, COLS)
    to_scene = canvas.box.mapViewToScene
    assert canvas.pixel_at(to_scene(QPointF(15.01, 2.01))) == (2, 15)
    assert canvas.pixel_at(to_scene(QPointF(15.99, 2.99))) == (2, 15)
    assert canvas.pixel_at(to_scene(QPointF(0.01, 0.01))) == (0, 0)
    assert canvas.pixel_at(to_scene(QPointF(17.99, 11.99))) == (11, 17)


@pytest.mark.parametrize(("x", "y"), [(-0.01, 5), (18.01, 5), (5, -0.01), (5, 12.01)])
def test_beside_the_picture_there_is_no_pixel(canvas, x, y):
    assert canvas.pixel_at(canvas.box.mapViewToScene(QPointF(x, y))) is None


def test_colours_are_shown_where_their_pixels_are(canvas):
    image = canvas.grab().toImage()
    for row, col, colour in ((2.5, 15.5, BLUE), (2.5, 14.5, RED), (3.5, 15.5, RED)):
        x, y = place(canvas, row, col)
        assert image.pixelColor(x, y).getRgb() == colour


@pytest.mark.parametrize(("step_mm", "ratio"), [((0.5, 0.5), 1), ((1.0, 0.5), 0.5), (None, 1)])
def test_sides_of_a_pixel_follow_the_step(empty, step_mm, ratio):
    empty.set_picture(picture(), step_mm)
    width, height = empty.box.viewPixelSize()
    assert height / width == pytest.approx(ratio, rel=0.01)


def test_sides_follow_when_the_same_picture_gets_a_step(canvas):
    canvas.set_picture(picture(), (1.0, 0.5))
    width, height = canvas.box.viewPixelSize()
    assert height / width == pytest.approx(0.5, rel=0.01)
    assert canvas.scale_bar.bar[1].endswith("mm")


def test_zoom_stays_with_a_picture_of_the_same_size_and_ends_with_another(canvas):
    canvas.zoom(0.5)
    before = canvas.box.viewRect()
    canvas.set_picture(picture(), None)
    assert canvas.box.viewRect() == before
    canvas.set_picture(picture(5, 7), None)
    assert canvas.shape == (5, 7)
    assert canvas.box.viewRect().contains(0.1, 0.1)
    assert canvas.box.viewRect().contains(6.9, 4.9)


def test_zoom_below_one_magnifies_about_the_centre(canvas):
    before = canvas.box.viewRect()
    canvas.zoom(0.5)
    after = canvas.box.viewRect()
    assert after.width() == pytest.approx(before.width() / 2)
    assert after.center().x() == pytest.approx(before.center().x())
    assert after.center().y() == pytest.approx(before.center().y())


@pytest.mark.parametrize("is_zoomed", [False, True])
def test_only_a_fitted_picture_is_fitted_again_when_the_area_grows(canvas, qtbot, is_zoomed):
    if is_zoomed:
        canvas.zoom(0.5)
    seen = canvas.box.viewRect()
    canvas.resize(800, 600)
    qtbot.waitUntil(lambda: canvas.box.width() > 700)
    whole = canvas.box.viewRect().contains(0.1, 0.1)
    assert whole is not is_zoomed
    if not is_zoomed:
        assert canvas.box.viewRect().width() == pytest.approx(seen.width(), rel=0.02)


def test_dragging_the_picture_away_keeps_it_there_when_the_area_grows(canvas, mouse, qtbot):
    mouse.drag(canvas.viewport(), place(canvas, 6, 6), place(canvas, 6, 12))
    assert canvas.box.viewRect().left() < -5
    canvas.resize(800, 600)
    qtbot.waitUntil(lambda: canvas.box.width() > 700)
    assert canvas.box.viewRect().left() < -5


def test_pixel_is_told_once_while_the_pointer_stays_on_it(canvas, told, mouse):
    for row, col in ((2.2, 3.2), (2.5, 3.5), (2.8, 3.8), (3.2, 3.8)):
        mouse.move(canvas.viewport(), place(canvas, row, col))
    assert told == [("hovered", 2, 3), ("hovered", 3, 3)]


def test_pointer_leaving_the_widget_leaves_the_pixel_once(canvas, told, mouse):
    mouse.move(canvas.viewport(), place(canvas, 2.5, 3.5))
    for _ in range(2):
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert told == [("hovered", 2, 3), ("left",)]


def test_pixel_is_told_again_after_the_picture_was_cleared(canvas, told, mouse):
    mouse.move(canvas.viewport(), place(canvas, 2.5, 3.5))
    canvas.clear_picture()
    canvas.set_picture(picture(), None)
    mouse.move(canvas.viewport(), place(canvas, 2.6, 3.6))
    assert told == [("hovered", 2, 3), ("hovered", 2, 3)]


def test_left_click_chooses_a_pixel_and_other_buttons_do_not(canvas, told, mouse):
    mouse.click(canvas.viewport(), place(canvas, 7.5, 11.5))
    for button in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
        mouse.click(canvas.viewport(), place(canvas, 3.5, 4.5), button)
    assert [what for what in told if what[0] == "clicked"] == [("clicked", 7, 11)]


def test_double_click_fits_the_picture(canvas, mouse):
    canvas.zoom(0.2)
    mouse.double_click(canvas.viewport(), place(canvas, 6, 9))
    assert canvas.box.viewRect().contains(0.1, 0.1)


def test_drag_while_drawing_makes_a_region_told_at_its_end(canvas, told, mouse):
    canvas.set_drawing(True)
    before = canvas.box.viewRect()
    mouse.drag(canvas.viewport(), place(canvas, 8.5, 10.5), place(canvas, 3.5, 4.5))
    assert [what for what in told if what[0] == "region"] == [("region", Region(3, 9, 4, 11))]
    assert canvas.region_box.region == Region(3, 9, 4, 11)
    assert canvas.box.viewRect() == before


def test_drag_beside_the_picture_draws_nothing(canvas, told, mouse):
    canvas.zoom(3)
    canvas.set_drawing(True)
    mouse.drag(canvas.viewport(), place(canvas, -6, -6), place(canvas, -3, -2))
    assert [what for what in told if what[0] == "region"] == []
    assert canvas.region_box is None


def test_right_drag_does_not_draw(canvas, told, mouse):
    canvas.set_drawing(True)
    right = Qt.MouseButton.RightButton
    mouse.drag(canvas.viewport(), place(canvas, 3, 4), place(canvas, 8, 10), button=right)
    assert canvas.region_box is None


def test_cursor_says_that_a_drag_draws(canvas):
    canvas.set_drawing(True)
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
    canvas.set_drawing(False)
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_region_is_set_moved_and_removed_without_being_told(canvas, told):
    canvas.set_region(Region(2, 5, 3, 9))
    first = canvas.region_box
    canvas.set_region(Region(4, 5, 3, 4))
    assert canvas.region_box is first
    assert first.region == Region(4, 5, 3, 4)
    canvas.set_region(None)
    canvas.set_region(None)
    assert canvas.region_box is None
    assert first.scene() is None
    assert told == []


def test_clearing_removes_picture_marker_and_region(canvas):
    canvas.marker.set_pixel((3, 4))
    canvas.set_region(Region(2, 5, 3, 9))
    canvas.clear_picture()
    assert canvas.shape == (0, 0)
    assert canvas.image.image is None
    assert not canvas.marker.isVisible()
    assert canvas.region_box is None
    canvas.set_region(Region(2, 5, 3, 9))
    assert canvas.region_box is None


def test_keys_are_left_to_the_view_around_it(canvas):
    for key in (Qt.Key.Key_Left, Qt.Key.Key_F, Qt.Key.Key_Plus):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        before = canvas.box.viewRect()
        canvas.keyPressEvent(event)
        assert not event.isAccepted()
        assert canvas.box.viewRect() == before


@pytest.mark.parametrize("wanted", [theme.Theme.LIGHT, theme.Theme.DARK])
def test_ground_follows_the_theme(canvas, qapp, dark, wanted):
    theme.apply_theme(qapp, wanted)
    found = canvas.grab().toImage().pixelColor(1, 1).name()
    assert found == theme.plot_colours(wanted).background
