"""Two numbers do to the energy window what dragging it does."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.core.axis import EnergyAxis
from app.gui.views.energy_window import Ruler
from app.gui.views.window_controls import WindowControls

RULER = Ruler(EnergyAxis(0.0, 0.04), 400)


@pytest.fixture
def empty(qtbot):
    controls = WindowControls()
    qtbot.addWidget(controls)
    return controls


@pytest.fixture
def controls(empty):
    """On an axis of 400 channels of 0.04 keV, the window on channels 150 to 169."""
    empty.set_ruler(RULER)
    empty.set_window(150, 170)
    return empty


@pytest.fixture
def entered(controls):
    """Every window that was entered."""
    told = []
    controls.window_entered.connect(lambda first, stop: told.append((first, stop)))
    return told


def texts(controls):
    return (
        controls._centre_spin.text(),
        controls._width_spin.text(),
        controls._channels.text(),
    )


def type_into(qtbot, spin, text):
    spin.selectAll()
    qtbot.keyClicks(spin, text)


def test_without_channels_there_is_nothing_to_enter(empty):
    assert not empty.isEnabled()
    assert empty._channels.text() == ""


def test_window_is_shown_in_kev_and_channels(controls):
    assert controls.isEnabled()
    assert texts(controls) == ("6.380 keV", "0.800 keV", "channels 150–169")


def test_single_channel_is_not_called_a_range(controls):
    controls.set_window(160, 161)
    assert texts(controls) == ("6.400 keV", "0.040 keV", "channel 160")


def test_without_an_energy_axis_the_numbers_are_channels(controls):
    controls.set_ruler(Ruler(None, 400))
    assert texts(controls) == ("159.5 ch", "20.0 ch", "channels 150–169")


def test_another_axis_shows_the_same_channels(controls):
    controls.set_ruler(Ruler(EnergyAxis(1.0, 0.02), 400))
    assert texts(controls) == ("4.190 keV", "0.400 keV", "channels 150–169")


def test_showing_a_window_or_an_axis_enters_nothing(controls, entered):
    controls.set_window(10, 20)
    controls.set_ruler(Ruler(None, 400))
    controls.set_ruler(Ruler(None, 5))
    assert entered == []


def test_typed_centre_moves_the_window_and_snaps_to_channels(controls, entered):
    controls._centre_spin.setValue(8.0)
    assert entered == [(190, 210)]
    assert controls._centre_spin.text() == "7.980 keV"
    assert controls._width_spin.text() == "0.800 keV"


def test_typed_width_resizes_about_the_centre(controls, entered):
    controls._width_spin.setValue(0.4)
    assert entered == [(155, 165)]
    assert texts(controls) == ("6.380 keV", "0.400 keV", "channels 155–164")


def test_number_that_means_the_same_channels_is_put_right_and_not_told(controls, entered):
    controls._centre_spin.setValue(6.385)
    assert entered == []
    assert controls._centre_spin.text() == "6.380 keV"


def test_a_step_is_one_channel(controls, entered):
    controls._centre_spin.stepUp()
    controls._centre_spin.stepDown()
    controls._width_spin.stepUp()
    assert entered[:2] == [(151, 171), (150, 170)]
    assert entered[2][1] - entered[2][0] == 21


def test_narrowest_window_is_one_channel(controls, entered):
    controls.set_window(160, 161)
    controls._width_spin.stepDown()
    controls._width_spin.setValue(0.0)
    assert entered == []
    assert controls._width_spin.text() == "0.040 keV"


@pytest.mark.parametrize(("centre", "window"), [(-99.0, (0, 20)), (99.0, (380, 400))])
def test_centre_beyond_the_axis_stops_at_its_end_with_the_width_kept(
    controls, entered, centre, window
):
    controls._centre_spin.setValue(centre)
    assert entered == [window]


def test_width_beyond_the_axis_takes_all_of_it(controls, entered):
    controls._width_spin.setValue(500.0)
    assert entered == [(0, 400)]
    assert controls._channels.text() == "channels 0–399"


def test_nothing_moves_until_a_number_is_finished(controls, entered, qtbot):
    type_into(qtbot, controls._centre_spin, "8.0")
    assert entered == []
    qtbot.keyClick(controls._centre_spin, Qt.Key.Key_Return)
    assert entered == [(190, 210)]


def test_labels_lead_to_their_boxes(controls):
    buddies = {label.text(): label.buddy() for label in controls.findChildren(QLabel)}
    assert buddies["&Centre"] is controls._centre_spin
    assert buddies["&Width"] is controls._width_spin
    assert controls._centre_spin.accessibleName() == "Centre of the energy window"
    assert controls._width_spin.accessibleName() == "Width of the energy window"
