from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QMessageBox, QWidget

from app.core.physics.instrument import Instrument
from app.core.physics.presets import PRESETS
from app.gui.dialogs.instrument import InstrumentDialog

OWN = Instrument(name="Mine", tube_kv=35.0)


@pytest.fixture
def dialog(qtbot):
    dialog = InstrumentDialog(list(PRESETS.values()), [OWN], "Mine")
    qtbot.addWidget(dialog)
    return dialog


@pytest.fixture
def answers(monkeypatch):
    """What the user answers when asked whether to discard, one after the other."""
    asked = []
    monkeypatch.setattr(QMessageBox, "question", lambda *_: asked.pop(0))
    return asked


def is_on(dialog):
    return dialog._buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def choose(dialog, name):
    (item,) = dialog.list.findItems(name, Qt.MatchFlag.MatchExactly)
    dialog.list.setCurrentItem(item)


def test_untouched_instruments_come_back_as_they_were(dialog):
    assert dialog.own == (OWN,)
    assert dialog.chosen == OWN
    assert dialog.values() == OWN
    assert is_on(dialog)


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_passes_through_the_form_unchanged(dialog, name):
    choose(dialog, name)
    assert dialog.values() == PRESETS[name]
    assert dialog.problem == ""
    assert is_on(dialog)
    assert not dialog.delete_button.isEnabled()


def test_changed_values_are_saved_as_ones_own(dialog):
    choose(dialog, "Mo 40 kV")
    dialog.form.editor("tube_kv").setValue(30.0)
    assert "is a preset and stays as it is" in dialog.problem
    assert not dialog.save_button.isEnabled()
    dialog.name.setText("  My   Mo ")
    assert dialog.problem == ""
    assert not is_on(dialog)
    dialog.save_button.click()
    saved = replace(PRESETS["Mo 40 kV"], name="My Mo", tube_kv=30.0)
    assert dialog.own == (OWN, saved)
    assert dialog.chosen == saved
    assert is_on(dialog)


def test_saving_under_the_same_name_replaces(dialog):
    dialog.form.editor("tube_kv").setValue(36.0)
    dialog.name.setText("mine")
    dialog.save_button.click()
    assert dialog.own == (replace(OWN, name="mine", tube_kv=36.0),)


def test_own_instruments_are_deleted(dialog):
    dialog.delete_button.click()
    assert dialog.own == ()
    assert dialog.chosen in PRESETS.values()
    assert not dialog.delete_button.isEnabled()


def test_an_instrument_needs_a_name(dialog):
    dialog.name.setText(" ")
    assert dialog.problem == "An instrument needs a name."
    assert not is_on(dialog)
    assert not dialog.save_button.isEnabled()


def test_beam_is_told_and_follows_the_values(dialog):
    before = dialog.summary
    assert "mean energy" in before
    assert "lines of Rh" in before
    dialog.form.editor("tube_kv").setValue(20.0)
    assert dialog.summary != before


def test_unknown_name_starts_with_the_first_preset(qtbot):
    dialog = InstrumentDialog(list(PRESETS.values()), [], "gone")
    qtbot.addWidget(dialog)
    assert dialog.chosen == next(iter(PRESETS.values()))


def test_numbers_have_no_more_decimals_than_needed(dialog):
    assert dialog.form.editor("tube_kv").text() == "35 kV"
    assert dialog.form.editor("detector_mm").text() == "0.45 mm"


def test_every_control_has_a_name(dialog, qtbot):
    with qtbot.waitExposed(dialog):
        dialog.show()
    for widget in dialog.findChildren(QWidget):
        takes_keys = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes_keys and widget.isVisible() and widget.focusProxy() is None:
            name = widget.accessibleName() or getattr(widget, "text", str)()
            assert name or widget.objectName().startswith("qt_spinbox"), widget


def test_another_instrument_is_not_shown_over_unsaved_values_unasked(dialog, answers, qtbot):
    dialog.form.editor("tube_kv").setValue(36.0)
    answers.append(QMessageBox.StandardButton.Cancel)
    choose(dialog, "Mo 40 kV")
    assert dialog.values() == replace(OWN, tube_kv=36.0)
    qtbot.waitUntil(lambda: dialog.chosen == OWN)
    answers.append(QMessageBox.StandardButton.Discard)
    choose(dialog, "Mo 40 kV")
    assert dialog.values() == PRESETS["Mo 40 kV"]
    choose(dialog, "Mine")
    assert dialog.values() == OWN
    assert answers == []


@pytest.mark.parametrize("change", ["typed", "saved", "deleted"])
def test_leaving_with_changes_asks(dialog, answers, change, qtbot):
    dialog.show()
    dialog.form.editor("tube_kv").setValue(36.0)
    if change != "typed":
        dialog.save_button.click()
    if change == "deleted":
        dialog.delete_button.click()
    answers += [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    dialog.reject()
    assert dialog.isVisible()
    dialog.close()
    assert not dialog.isVisible()
    assert answers == []


def test_leaving_without_changes_does_not_ask(dialog):
    dialog.show()
    dialog.reject()
    assert not dialog.isVisible()
