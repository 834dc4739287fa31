"""The colour of what is pointed at is shown large, with its numbers."""

import pytest

from app.gui.recolour_values import PixelColour
from app.gui.views.pixel_colour import PixelColourView


@pytest.fixture
def view(qtbot):
    view = PixelColourView()
    qtbot.addWidget(view)
    view.resize(300, view.height())
    view.show()
    return view


def test_colour_is_shown_with_place_and_numbers(view):
    shown = PixelColour("row 3, col 4", (172, 120, 60), ("± 9 of 255",), "predicted now")
    view.set_colour(shown)
    assert view.texts == ("row 3, col 4", "#AC783C · ± 9 of 255 · predicted now")
    assert view.toolTip() == "sRGB 172, 120, 60"
    assert view.grab().toImage().pixelColor(18, 18).getRgb()[:3] == (172, 120, 60)


def test_it_stays_as_high_without_a_colour(view):
    height = view.height()
    view.set_colour(PixelColour("row 3, col 4", note="not recoloured"))
    assert view.texts == ("row 3, col 4", "not recoloured")
    assert view.toolTip() == ""
    view.set_colour(None)
    assert view.texts == ("", "Point at a pixel in the picture")
    assert view.height() == height
