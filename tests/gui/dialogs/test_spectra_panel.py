import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.core.axis import EnergyAxis
from app.core.pigments import PigmentSpectrum, SpectrumKind
from app.gui.dialogs.spectra_panel import SpectraPanel


def spectrum(label, kind=SpectrumKind.MEASURED):
    return PigmentSpectrum(label, kind, EnergyAxis(0.0, 0.1), np.ones(100, np.float32))


@pytest.fixture
def panel(qtbot, instruments):
    kept = (spectrum("Rh", SpectrumKind.COMPUTED), spectrum("mock-up"))
    panel = SpectraPanel(kept, instruments)
    qtbot.addWidget(panel)
    return panel


def drawn(panel):
    return [curve.name for curve in panel.plot.plot.curves]


def test_measured_spectra_are_shown_at_first(panel):
    assert drawn(panel) == ["mock-up (measured)"]


def test_ticking_shows_and_hides(panel):
    panel.list.item(0).setCheckState(Qt.CheckState.Checked)
    assert drawn(panel) == ["Rh (computed)", "mock-up (measured)"]
    panel.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert drawn(panel) == ["Rh (computed)"]


def test_computed_spectrum_lies_in_front(panel, instruments, make_computed):
    panel.set_computed(make_computed(instruments[0]))
    assert drawn(panel) == ["mock-up (measured)", "Computed, Rh"]
    assert panel.plot.is_normalised
    panel.set_computed(None)
    assert drawn(panel) == ["mock-up (measured)"]


def test_an_added_spectrum_is_shown_under_a_name_of_its_own(panel, qtbot):
    with qtbot.waitSignal(panel.spectra_changed):
        panel.add(spectrum("mock-up"))
    assert [item.label for item in panel.spectra] == ["Rh", "mock-up", "mock-up"]
    assert drawn(panel) == ["mock-up (measured)", "mock-up (measured) 2"]


def test_the_chosen_spectrum_is_removed(panel, qtbot):
    assert not panel.remove_button.isEnabled()
    panel.list.setCurrentRow(0)
    with qtbot.waitSignal(panel.spectra_changed):
        panel.remove_button.click()
    assert [item.label for item in panel.spectra] == ["mock-up"]
    assert drawn(panel) == ["mock-up (measured)"]
    panel.remove_button.click()
    assert panel.spectra == ()
    assert not panel.remove_button.isEnabled()


def test_another_instrument_is_told(panel, qtbot, instruments):
    with qtbot.waitSignal(panel.instrument_changed) as told:
        panel.instrument_box.setCurrentIndex(1)
    assert told.args == [instruments[1]]
    assert panel.instrument is instruments[1]


def test_instruments_can_be_exchanged(panel, qtbot, instruments):
    panel.instrument_box.setCurrentIndex(1)
    with qtbot.assertNotEmitted(panel.instrument_changed):
        panel.set_instruments(instruments[::-1])
    assert panel.instrument == instruments[1]
    with qtbot.waitSignal(panel.instrument_changed):
        panel.set_instruments(instruments[:1])
    assert panel.instrument == instruments[0]


def test_read_only_panel_has_no_buttons(panel):
    panel.set_read_only(True)
    assert panel.import_button.isHidden()
    assert panel.remove_button.isHidden()


def test_what_saving_keeps_and_what_it_removes_is_said(panel, instruments, make_computed):
    assert panel._kept.text() == "Kept with the pigment"
    panel.list.item(0).setCheckState(Qt.CheckState.Checked)
    panel.list.setCurrentRow(0)
    panel.set_outdated(True, is_replaced=True)
    assert panel._kept.text() == "Kept with the pigment"
    panel.set_computed(make_computed(instruments[0]))
    assert panel._kept.text() == "Kept with the pigment; saving adds the computed spectrum"
    assert drawn(panel)[:2] == ["Rh (computed before the change)", "mock-up (measured)"]
    assert "saving removes it" in panel.list.item(0).toolTip()
    assert panel.list.currentRow() == 0
    panel.set_outdated(False, is_replaced=False)
    assert panel._kept.text() == "Kept with the pigment"
    assert drawn(panel)[:2] == ["Rh (computed)", "mock-up (measured)"]
