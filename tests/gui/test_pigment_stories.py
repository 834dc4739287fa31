"""What a restorer comes for with pigments, from the search to what is taken home."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QMessageBox

from app.core.physics.presets import PRESETS
from app.core.pigments import SpectrumKind
from app.gui.dialogs.axis import AxisDialog, AxisParameters
from app.gui.job_manager import JobManager
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences
from app.gui.session import Session

OK = QDialogButtonBox.StandardButton.Ok


class Restorer:
    """One who works in the real window, with the shipped library and nothing of their own."""

    def __init__(self, qtbot, monkeypatch):
        self._qtbot = qtbot
        self._chosen = ""
        self.window = MainWindow(Session(), JobManager(), Preferences(is_kept=False))
        self.window.show()
        qtbot.waitExposed(self.window)
        self.parts = self.window.pigments
        self.panel = self.parts.panel
        self.parts.show_panel("pigments")
        qtbot.waitUntil(lambda: self.panel.model.rowCount() > 60)
        for name in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda *_: (self._chosen, ""))

    @property
    def shown(self):
        """Names and libraries of the pigments that the filter leaves."""
        self.panel.table.selectAll()
        chosen = [(item.pigment.name, item.library.title) for item in self.panel.selection]
        self.panel.table.clearSelection()
        return chosen

    @property
    def editor(self):
        (editor,) = self.parts.editing.editors
        return editor

    def types(self, line, text):
        line.setFocus()
        line.selectAll()
        if text.isascii():
            self._qtbot.keyClicks(line, text)
        else:
            # as an input method hands letters over that no key has
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(line, event)

    def chooses(self, name, library):
        panel = self.panel
        for row in range(panel.proxy.rowCount()):
            panel.table.selectRow(row)
            (item,) = panel.selection
            if (item.pigment.name, item.library.title) == (name, library):
                return item.pigment
        raise AssertionError(f"{name} of {library} is not listed")

    def sees(self, what):
        self._qtbot.waitUntil(what, timeout=20_000)

    def sees_full_spectrum(self):
        self.sees(lambda: self.editor.panel.state == "with secondary excitation")
        return self.editor.panel.computed

    def presses_ok(self):
        self.editor._buttons.button(OK).click()

    def picks_file(self, path):
        self._chosen = str(path)


@pytest.fixture
def restorer(qtbot, dark, monkeypatch):
    restorer = Restorer(qtbot, monkeypatch)
    yield restorer
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    restorer.window.close()
    restorer.window.deleteLater()


def test_a_shipped_pigment_becomes_ones_own_with_a_measured_spectrum(restorer, shared_data):
    restorer.types(restorer.panel.filter.text, "azur")
    restorer.types(restorer.panel.filter.elements, "Cu")
    restorer.types(restorer.panel.filter.year, "1500")
    assert [name for name, _ in restorer.shown] == ["Azurite", "Blue verditer"]
    shipped = restorer.chooses("Azurite", "Velatura")

    # looked at, then copied: the copy opens, and nothing of it has been changed yet
    restorer.panel.edit_button.click()
    assert "read-only" in restorer.editor.windowTitle()
    restorer.editor.duplicate_requested.emit()
    editor = restorer.editor
    assert "read-only" not in editor.windowTitle()
    assert not editor.is_changed
    assert editor.pigment.synonyms == shipped.synonyms

    # a typing error is said where it is, and the spectrum says that it is left over
    restorer.sees_full_spectrum()
    formula = editor.fields.composition.formula_line(0)
    restorer.types(formula, "Cu3(CO3)2(OX)2")
    assert "character 12" in editor.problem
    assert not editor._buttons.button(OK).isEnabled()
    restorer.sees(lambda: editor.panel.state == "of the last valid values")
    restorer.types(formula, "Cu2CO3(OH)2")
    restorer.types(editor.fields.density.line, "4,05")
    restorer.sees(lambda: editor.to_keep is not None)

    # a file without energies asks for them
    restorer.picks_file(shared_data("single_spectra/XRFSpectrum.mca"))
    editor.panel.import_button.click()
    restorer.sees(lambda: editor.findChildren(AxisDialog) != [])
    (question,) = editor.findChildren(AxisDialog)
    question.form.set_values(AxisParameters(0.0, 0.00475))
    question.accept()
    restorer.sees(lambda: editor.panel.plot.is_normalised)
    restorer.presses_ok()

    # kept: what was measured, and what was computed for the new formula alone
    assert restorer.parts.editing.editors == ()
    own = restorer.chooses("Azurite", "My pigments")
    assert (own.components[0].formula, own.density_g_cm3) == ("Cu2CO3(OH)2", 4.05)
    kept = [(item.kind, item.label) for item in own.spectra]
    assert kept == [(SpectrumKind.MEASURED, "XRFSpectrum"), (SpectrumKind.COMPUTED, "Rh 50 kV")]
    assert restorer.chooses("Azurite", "Velatura") == shipped

    # and back, step by step
    desk = restorer.parts.desk
    desk.undo()
    assert restorer.chooses("Azurite", "My pigments").components == shipped.components
    desk.redo()
    assert restorer.chooses("Azurite", "My pigments") == own
    restorer.panel.delete_button.click()
    assert ("Azurite", "My pigments") not in restorer.shown
    desk.undo()
    assert restorer.chooses("Azurite", "My pigments") == own


def test_an_instrument_of_ones_own_is_used_in_the_editor_and_in_the_stack(restorer, qtbot):
    restorer.chooses("Smalt", "Velatura")
    restorer.panel.edit_button.click()
    restorer.parts.open_layers()
    stack = restorer.parts.layers.editor
    dialog = restorer.parts.editing.open_instruments()
    (preset,) = dialog.list.findItems("Bruker M6 Jetstream", Qt.MatchFlag.MatchExactly)
    dialog.list.setCurrentItem(preset)
    dialog.form.editor("path").setCurrentText("helium")
    assert not dialog.save_button.isEnabled()
    dialog.name.setText("M6, helium (聖母)")
    dialog.save_button.click()
    dialog.accept()

    editor = restorer.editor
    air = restorer.sees_full_spectrum()
    assert air.instrument == PRESETS["Rh 50 kV"]
    box = editor.panel.instrument_box
    box.setCurrentIndex(box.findText("M6, helium (聖母)"))
    restorer.sees(lambda: editor.panel.computed.instrument.path == "helium")
    stack.choose_instrument("M6, helium (聖母)")
    restorer.sees(lambda: stack.plot.spectrum is not None and stack.plot.spectrum.is_full)
    restorer.sees(lambda: stack.plot.spectrum.instrument.path == "helium")


def test_vermilion_hidden_under_lead_white_shows_in_the_table_and_is_taken_home(
    restorer, qtbot, tmp_path
):
    restorer.parts.open_layers()
    stack = restorer.parts.layers.editor
    names = {action.text(): action for action in stack.preset_button.menu().actions()}
    names["Hidden vermilion under lead white"].trigger()
    stack.table.setCurrentCell(1, 0)

    ratios = []
    for thickness in ("5", "15", "40"):
        restorer.types(stack.form.thickness.line, thickness)
        restorer.sees(lambda wanted=thickness: wanted + " µm" == stack.table.item(1, 3).text())
        restorer.sees(lambda: not stack._later.isActive() and stack._export.isEnabled())
        counts = {
            stack.shares.item(row, 0).text(): stack.shares.item(row, 1).text()
            for row in range(stack.shares.rowCount())
        }
        alpha, beta = (_number(counts[key]) for key in ("Hg Lα", "Hg Lβ"))
        ratios.append(alpha / beta)
    # lead white takes more of the softer line
    assert ratios[0] > ratios[1] > ratios[2]
    assert ratios[0] / ratios[2] > 1.3

    target = tmp_path / "hidden.csv"
    restorer.picks_file(target)
    with qtbot.waitSignal(restorer.parts.layers.written, timeout=20_000):
        stack._export.click()
    lines = [line for line in target.read_text("utf-8").splitlines() if line[0] != "#"]
    heads, *rows = csv.reader(lines)
    assert [head.partition(":")[0] for head in heads[2:]] == [
        *("total", "1 varnish", "2 paint", "3 underpaint", "4 ground", "scatter"),
        "argon of the air",
    ]
    values = np.array(rows, float)
    assert values[:, 3:].sum(axis=1) == pytest.approx(values[:, 2], rel=1e-6, abs=1e-9)


def test_closing_the_window_over_an_unsaved_pigment_asks_first(restorer, monkeypatch):
    asked = []
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    monkeypatch.setattr(
        QMessageBox, "question", lambda *words: asked.append(words[2]) or answers.pop(0)
    )
    restorer.panel.new_button.click()
    name = "Ультрамарин 聖母 " * 4
    restorer.types(restorer.editor.fields.name, name.strip())
    restorer.window.close()
    assert restorer.window.isVisible()
    assert restorer.editor.fields.name.text() == name.strip()
    restorer.window.close()
    assert not restorer.window.isVisible()
    assert restorer.parts.editing.editors == ()
    assert all("Ультрамарин" in words for words in asked)
    assert answers == []


def _number(text):
    return float("".join(character for character in text if character.isdigit()))
