"""A strip says what its colours mean."""

import numpy as np

from app.gui.views.legend_strip import LegendStrip

STRIP = np.zeros((1, 10, 3), np.uint8)
STRIP[0, 5:] = (250, 10, 20)


def test_strip_is_drawn_with_its_ends_and_unit(qtbot):
    strip = LegendStrip()
    qtbot.addWidget(strip)
    assert strip.isHidden()
    strip.set_strip(STRIP, "0", "64", "standard deviation, of 255")
    strip.resize(200, strip.sizeHint().height())
    assert not strip.isHidden()
    assert strip.words == ("0", "standard deviation, of 255", "64")
    assert strip.accessibleDescription() == "standard deviation, of 255: from 0 to 64"
    drawn = strip.grab().toImage()
    ratio = drawn.devicePixelRatio()
    right = drawn.pixelColor(round(150 * ratio), round(12 * ratio)).getRgb()[:3]
    left = drawn.pixelColor(round(50 * ratio), round(12 * ratio)).getRgb()[:3]
    assert (left, right) == ((0, 0, 0), (250, 10, 20))


def test_nothing_to_explain_takes_no_room(qtbot):
    strip = LegendStrip()
    qtbot.addWidget(strip)
    strip.set_strip(STRIP, "0", "1", "novelty")
    strip.set_strip(None)
    assert strip.isHidden()
    assert strip.words == ("", "", "")
    strip.set_strip(STRIP, "0", "1", "novelty", "How new it is.")
    assert strip.toolTip() == "How new it is."
