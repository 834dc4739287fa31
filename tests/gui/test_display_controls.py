"""The display's controls give back what they were given."""

import pytest

from app.core.display import MapDisplay, Scale
from app.gui.display_controls import DisplayControls


@pytest.fixture
def controls(qtbot):
    controls = DisplayControls(MapDisplay())
    qtbot.addWidget(controls)
    return controls


def test_shown_display_comes_back_and_is_not_told(controls, qtbot):
    display = MapDisplay("grey", Scale.LOG, 20.0, 30.0, inverted=True)
    with qtbot.assertNotEmitted(controls.display_changed):
        controls.set_display(display)
    assert controls.display == display
    assert controls.colour_map.currentText() == "grey"
    assert (controls.low.value(), controls.high.value()) == (20.0, 30.0)


def test_edit_is_told_once_with_the_whole_display(controls, qtbot):
    with qtbot.waitSignal(controls.display_changed) as told:
        controls.low.setValue(5.0)
    assert told.args == [MapDisplay(low_percentile=5.0)]
    with qtbot.waitSignal(controls.display_changed) as told:
        controls.scale.setCurrentIndex(controls.scale.findData("log"))
        controls.scale.activated.emit(controls.scale.currentIndex())
    assert told.args == [MapDisplay(low_percentile=5.0, scale=Scale.LOG)]
    with qtbot.waitSignal(controls.display_changed) as told:
        controls.inverted.click()
    assert told.args == [MapDisplay(low_percentile=5.0, scale=Scale.LOG, inverted=True)]


def test_percentiles_cannot_cross(controls):
    controls.set_display(MapDisplay(low_percentile=40.0, high_percentile=60.0))
    controls.low.setValue(80.0)
    assert controls.display.low_percentile < controls.display.high_percentile
    controls.high.setValue(0.0)
    assert controls.display.low_percentile < controls.display.high_percentile
