"""Predicted colours are shown with a badge that says what they are."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from app.core.region import Region
from app.gui.recolour_values import PixelColour
from app.gui.views.recoloured_view import RecolouredView, pixel_text

PICTURE = np.full((20, 30, 4), 255, np.uint8)
PICTURE[..., :3] = (10, 120, 230)


@pytest.fixture
def view(qtbot):
    view = RecolouredView()
    qtbot.addWidget(view)
    view.resize(420, 320)
    view.show()
    return view


def show(view):
    view.set_picture(PICTURE, title="Colour by KNN", badge="predicted colour", step_mm=(0.5, 0.5))


def test_badge_is_there_as_long_as_colours_are(view):
    assert view.is_empty
    assert view.badge.isHidden()
    show(view)
    assert not view.is_empty
    assert view.badge.isVisible()
    assert view.badge_text == "predicted colour"
    assert view.title.text() == "Colour by KNN"
    view.clear()
    assert view.is_empty
    assert view.badge_text == ""
    assert view.title.text() == ""


def test_pixel_is_told_with_its_colour(view):
    show(view)
    view.set_pixel_colour(PixelColour("row 3, col 4", (172, 120, 60), ("± 9 of 255",)))
    assert view.readout == "row 3, col 4 · #AC783C · ± 9 of 255"
    view.set_pixel_colour(None)
    assert view.readout == ""


def test_picture_finer_than_the_scan_has_the_scans_pixels(view):
    fine = np.repeat(np.repeat(PICTURE, 3, axis=0), 3, axis=1)
    view.set_picture(fine, title="", badge="", step_mm=None, fineness=3)
    assert view.canvas.shape == (20, 30)
    rect = view.canvas.image.mapRectToParent(view.canvas.image.boundingRect())
    assert (rect.width(), rect.height()) == (30, 20)


def test_legend_stands_upon_the_picture_and_the_button_says_what_it_does(view):
    show(view)
    strip = np.zeros((1, 5, 3), np.uint8)
    view.set_legend(strip, "0", "1", "novelty")
    assert view.legend.isVisible()
    corner = view.legend.geometry().bottomRight()
    assert view.canvas.width() - 14 <= corner.x() < view.canvas.width()
    assert view.canvas.height() - 14 <= corner.y() < view.canvas.height()
    assert view.close_button.text() == "Hide"
    view.set_alone(on=True)
    assert view.close_button.text() == "Back to the map"


def test_pixel_without_a_colour_says_why():
    assert pixel_text(PixelColour("row 0, col 1", note="not recoloured yet")) == (
        "row 0, col 1 · not recoloured yet"
    )


def test_pointer_click_and_region_are_told_as_by_the_map(view, qtbot, mouse):
    show(view)
    middle = (view.canvas.width() / 2, view.canvas.height() / 2)
    with qtbot.waitSignal(view.pixel_hovered) as hovered:
        mouse.move(view.canvas.viewport(), middle)
    with qtbot.waitSignal(view.pixel_clicked) as clicked:
        mouse.click(view.canvas.viewport(), middle)
    assert clicked.args == hovered.args
    view.set_region(Region(2, 5, 3, 9))
    assert view.canvas.region_box is not None
    view.set_marker((1, 2))
    view.set_region(None)
    assert view.canvas.region_box is None


def test_keys_are_left_to_the_map_and_the_button_closes(view, qtbot):
    show(view)
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(view.key_pressed) as told:
        view.keyPressEvent(key)
    assert told.args == [key]
    with qtbot.waitSignal(view.closed):
        view.close_button.click()
