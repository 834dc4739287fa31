from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QMessageBox, QPushButton, QWidget

from app.core.axis import EnergyAxis
from app.core.pigments import PigmentSpectrum, SpectrumKind
from app.errors import ReadError
from app.gui.dialogs.pigment import PigmentEditor

OK = QDialogButtonBox.StandardButton.Ok
MEASURED = PigmentSpectrum(
    "mock-up", SpectrumKind.MEASURED, EnergyAxis(0.0, 0.1), np.ones(100, np.float32)
)


@pytest.fixture
def make_editor(qtbot, vermilion, instruments):
    def make(pigment=vermilion, **more):
        editor = PigmentEditor(pigment, frozenset({"azurite"}), instruments, **more)
        qtbot.addWidget(editor, before_close_func=lambda widget: widget.abandon())
        # heard from the start: the first draft may be told before the test begins
        editor.told = []
        editor.draft_changed.connect(lambda *draft: editor.told.append(draft))
        editor.show()
        return editor

    return make


@pytest.fixture
def editor(make_editor):
    return make_editor()


@pytest.fixture
def answers(monkeypatch):
    """What the user answers when asked whether to discard, one after the other."""
    asked = []

    def ask(*_):
        return asked.pop(0)

    monkeypatch.setattr(QMessageBox, "question", ask)
    return asked


def settle(editor, qtbot):
    """Wait until what was typed has been told."""
    qtbot.waitUntil(lambda: not editor._later.isActive())


def is_on(editor):
    return editor._buttons.button(OK).isEnabled()


def test_untouched_pigment_closes_without_asking(editor, vermilion, answers):
    assert editor.pigment == vermilion
    assert not editor.is_changed
    editor.reject()
    assert not editor.isVisible()


def test_draft_is_told_at_first_and_when_the_spectrum_changes(editor, vermilion, qtbot):
    settle(editor, qtbot)
    assert editor.told == [(vermilion, editor.instrument)]
    with qtbot.waitSignal(editor.draft_changed) as told:
        editor.fields.density.line.setText("8")
    assert told.args[0].density_g_cm3 == 8.0
    with qtbot.waitSignal(editor.draft_changed) as told:
        editor.panel.instrument_box.setCurrentIndex(1)
    assert told.args[1].name == "Mo"


def test_typing_fast_is_told_once(editor, qtbot):
    settle(editor, qtbot)
    editor.told.clear()
    for text in ("7", "7.", "7.5"):
        editor.fields.density.line.setText(text)
    settle(editor, qtbot)
    assert [pigment.density_g_cm3 for pigment, _ in editor.told] == [7.5]


def test_what_decides_no_spectrum_is_not_told(editor, qtbot):
    settle(editor, qtbot)
    editor.told.clear()
    editor.fields.notes.setPlainText("other")
    settle(editor, qtbot)
    editor.fields.density.line.setText("-1")
    settle(editor, qtbot)
    assert editor.told == []


def test_a_taken_name_still_shows_its_spectrum(editor, qtbot):
    editor.fields.name.setText("azurite")
    editor.fields.density.line.setText("7.5")
    settle(editor, qtbot)
    assert editor.told[-1][0].density_g_cm3 == 7.5
    assert not is_on(editor)


def test_ok_is_off_while_something_is_wrong_and_the_reason_is_said(editor):
    editor.fields.composition.formula_line(0).setText("HgX")
    assert not is_on(editor)
    assert editor._problem.text() == editor.problem != ""
    editor.fields.composition.formula_line(0).setText("HgSe")
    assert is_on(editor)
    assert editor._problem.isHidden()


def test_editor_waits_until_its_pigment_is_stored(editor, qtbot):
    editor.fields.name.setText("cinnabar red")
    with qtbot.waitSignal(editor.save_requested) as told:
        editor._buttons.button(OK).click()
    assert told.args[0].name == "cinnabar red"
    assert editor.isVisible()
    with qtbot.waitSignal(editor.accepted):
        editor.finish()
    assert not editor.isVisible()


def test_nothing_is_asked_to_be_stored_while_something_is_wrong(editor, qtbot):
    editor.fields.name.setText("")
    with qtbot.assertNotEmitted(editor.save_requested):
        editor.accept()


@pytest.mark.parametrize("way", ["reject", "close"])
def test_closing_with_changes_asks(editor, answers, way):
    editor.fields.name.setText("other")
    answers += [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    getattr(editor, way)()
    assert editor.isVisible()
    getattr(editor, way)()
    assert not editor.isVisible()
    assert answers == []


def test_a_pigment_in_no_library_asks_even_untouched(make_editor, answers):
    editor = make_editor(is_new=True)
    answers.append(QMessageBox.StandardButton.Cancel)
    editor.reject()
    assert editor.isVisible()
    assert editor.isWindowModified()


def test_primary_spectrum_is_followed_by_the_full_one(editor, instruments, make_computed, qtbot):
    settle(editor, qtbot)
    assert editor.panel.state == "computing …"
    editor.set_computed(make_computed(instruments[0], is_full=False))
    assert "secondary follows" in editor.panel.state
    editor.set_computed(make_computed(instruments[0]))
    assert editor.panel.state == "with secondary excitation"
    assert [line.label for line in editor.panel.plot.lines] == ["Hg Lα"]


def test_visibility_is_told_in_words(editor, qtbot):
    settle(editor, qtbot)
    assert "Hg Lα" in editor.visibility_text


def test_a_dye_without_composition_has_nothing_to_compute(make_editor, make_compound, qtbot):
    editor = make_editor(make_compound("indigo", ""))
    settle(editor, qtbot)
    assert editor.told == []
    assert editor.panel.state.startswith("nothing to compute")
    assert "not given" in editor.visibility_text


def test_failure_is_said_in_the_editor_until_something_changes(editor, qtbot):
    settle(editor, qtbot)
    editor.show_error(ReadError("Cannot read this spectrum.", "a.mca: empty.", "Measure again."))
    assert editor._problem.text() == "Cannot read this spectrum. a.mca: empty. Measure again."
    assert editor.panel.state == ""
    editor.fields.notes.setPlainText("x")
    assert editor._problem.isHidden()


def test_imported_spectrum_belongs_to_the_pigment(editor, vermilion, qtbot):
    with qtbot.waitSignal(editor.spectrum_import_requested):
        editor.panel.import_button.click()
    editor.add_measured(MEASURED)
    assert editor.pigment == replace(vermilion, spectra=(MEASURED,))
    assert editor.is_changed


def test_shipped_pigment_can_only_be_looked_at_and_duplicated(make_editor, qtbot, vermilion):
    editor = make_editor(read_only=True)
    assert "read-only" in editor.windowTitle()
    assert editor._buttons.button(OK) is None
    with qtbot.waitSignal(editor.duplicate_requested):
        next(
            button
            for button in editor._buttons.buttons()
            if button.text() == "Duplicate into my library"
        ).click()
    assert editor.pigment == vermilion
    editor.reject()
    assert not editor.isVisible()


def test_nothing_still_ticks_in_a_closed_editor(editor):
    editor.fields.density.line.setText("8.0")
    editor.abandon()
    assert not editor._later.isActive()


def test_every_control_has_a_name_and_enter_presses_no_button(editor, qtbot):
    for widget in editor.findChildren(QWidget):
        takes_keys = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes_keys and widget.isVisible() and widget.focusProxy() is None:
            name = widget.accessibleName() or getattr(widget, "text", str)()
            assert name, widget
    qtbot.waitExposed(editor)
    buttons = editor.findChildren(QPushButton)
    assert not any(button.autoDefault() or button.isDefault() for button in buttons)
    with qtbot.assertNotEmitted(editor.save_requested):
        qtbot.keyClick(editor.fields.density.line, Qt.Key.Key_Return)


def test_tab_goes_through_the_fields_in_their_order(editor):
    order, widget = [], editor.fields.name
    while widget not in order:
        order.append(widget)
        widget = widget.nextInFocusChain()
    fields = editor.fields
    wanted = [
        *(fields.name, fields.synonyms, fields.group, fields.colour.swatch, fields.colour.hex),
        *(fields.colour.rgb, fields.colour.lab, fields.colour_source),
        *(fields.composition.formula_line(0), fields.composition.add_button, fields.density.line),
        *(fields.binder, fields.volume_fraction.line, fields.period, fields.from_year),
        *(fields.to_year, fields.xrf_note, fields.notes, fields.source),
        *(editor.panel.instrument_box, editor.panel.list, editor.panel.import_button),
    ]
    places = [order.index(item) for item in wanted]
    assert places == sorted(places)


def test_a_spectrum_left_from_before_a_mistake_is_said_to_be(
    editor, instruments, make_computed, qtbot
):
    settle(editor, qtbot)
    editor.set_computed(make_computed(instruments[0]))
    editor.fields.composition.formula_line(0).setText("Hg(S")
    settle(editor, qtbot)
    assert editor.panel.state == "of the last valid values"
    # one that comes late is no better
    editor.set_computed(make_computed(instruments[0]))
    assert editor.panel.state == "of the last valid values"
    editor.fields.composition.formula_line(0).setText("HgS")
    settle(editor, qtbot)
    assert len(editor.told) == 2
    assert editor.panel.state == "computing …"


def test_spectra_computed_for_the_composition_before_are_not_kept(
    make_editor, vermilion, instruments, make_computed, qtbot
):
    computed = PigmentSpectrum(
        "Rh", SpectrumKind.COMPUTED, EnergyAxis(0.0, 0.1), np.ones(100, np.float32)
    )
    editor = make_editor(replace(vermilion, spectra=(computed, MEASURED)))
    settle(editor, qtbot)
    editor.set_computed(make_computed(instruments[0]))
    editor.fields.notes.setPlainText("other")
    assert editor.pigment.spectra == (computed, MEASURED)
    assert editor.to_keep is None
    editor.fields.composition.formula_line(0).setText("HgSe")
    assert editor.pigment.spectra == (MEASURED,)
    assert editor.panel.list.item(0).text() == "Rh (computed before the change)"
    assert editor.to_keep is None
    settle(editor, qtbot)
    editor.set_computed(make_computed(instruments[0], is_full=False))
    assert editor.to_keep is None
    full = make_computed(instruments[0])
    editor.set_computed(full)
    assert editor.to_keep is full
    editor.fields.composition.formula_line(0).setText("HgS")
    assert editor.pigment.spectra == (computed, MEASURED)
    assert editor.panel.list.item(0).text() == "Rh (computed)"


def test_reasons_move_nothing(editor, qtbot):
    height = editor.panel.height()
    editor.fields.density.line.setText("-1")
    qtbot.waitUntil(lambda: editor._problem.isVisible())
    editor.layout().activate()
    assert editor.panel.height() == height


def test_a_spectrum_that_arrives_does_not_wipe_a_failure_away(
    editor, instruments, make_computed, qtbot
):
    settle(editor, qtbot)
    editor.show_error(ReadError("Cannot read this.", "a.mca: empty."))
    editor.set_computed(make_computed(instruments[0]))
    assert editor._problem.text() == "Cannot read this. a.mca: empty."
