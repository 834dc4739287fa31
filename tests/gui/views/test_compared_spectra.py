"""Two spectra over one another with the energy window that makes their maps."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.lines import line
from app.gui.views.compared_spectra import ComparedSpectra

CHANNELS = 64
FIRST = np.arange(CHANNELS, dtype=np.float64) + 1
SECOND = 3 * FIRST


@pytest.fixture
def spectra(qtbot):
    spectra = ComparedSpectra()
    qtbot.addWidget(spectra)
    spectra.resize(600, 260)
    spectra.set_axis(EnergyAxis(0.0, 0.2), CHANNELS)
    spectra.set_spectra(FIRST, SECOND)
    spectra.set_found((line("Fe_Ka"),))
    spectra.show()
    qtbot.waitExposed(spectra)
    return spectra


def test_both_are_drawn_in_colours_of_their_own(spectra):
    assert list(spectra.legend.buttons) == ["A", "B"]
    np.testing.assert_array_equal(spectra.plot.shown["A"], FIRST)
    np.testing.assert_array_equal(spectra.plot.shown["B"], SECOND)
    assert spectra.plot.colour_of("A") != spectra.plot.colour_of("B")
    assert spectra.energy_window == (0, CHANNELS)


def test_place_under_the_pointer_is_told_of_both(spectra):
    spectra.plot.hovered.emit(6.4)
    assert spectra.readout.startswith("6.40 keV · A 33, B 99 counts · Fe")
    spectra.legend.buttons["A"].click()
    assert spectra.readout.startswith("6.40 keV · B 99 counts")
    assert list(spectra.plot.shown) == ["B"]
    spectra.plot.hovered.emit(100.0)
    assert spectra.readout == ""
    spectra.plot.hovered.emit(None)
    assert spectra.readout == ""


def test_channels_are_told_where_the_axis_is_not_known(spectra):
    spectra.set_axis(None, CHANNELS)
    spectra.set_spectra(FIRST, SECOND)
    spectra.plot.hovered.emit(9.0)
    assert spectra.readout == "channel 9 · A 10, B 30 counts"


def test_only_the_user_moves_the_window_aloud(spectra, qtbot):
    with qtbot.assertNotEmitted(spectra.window_changed):
        spectra.set_window(30, 35)
    assert spectra.energy_window == (30, 35)
    with qtbot.waitSignal(spectra.window_changed) as told:
        spectra.controls.window_entered.emit(10, 20)
    assert told.args == [10, 20]
    assert spectra.energy_window == (10, 20)
    with qtbot.waitSignal(spectra.window_changed) as told:
        spectra.plot.window_dragged.emit(11, 21)
    assert told.args == [11, 21]
    assert spectra.energy_window == (11, 21)


def test_counts_are_logarithmic_until_that_is_unticked(spectra):
    assert spectra.log_box.isChecked()
    top = spectra.plot.box.viewRange()[1][1]
    spectra.log_box.click()
    assert spectra.plot.box.viewRange()[1][1] > 50 * top
