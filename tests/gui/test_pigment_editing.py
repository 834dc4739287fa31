"""Editors get their spectra, files and instruments, and nothing edited is lost."""

import threading
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.physics.instrument import Instrument
from app.core.pigments import SpectrumKind
from app.engine.instruments import Instruments
from app.errors import WriteError
from app.gui import pigment_editing
from app.gui.dialogs.axis import AxisDialog, AxisParameters
from app.gui.job_manager import JobManager
from app.gui.pigment_desk import PigmentDesk
from app.gui.pigment_editing import PigmentEditing
from app.io.pigment_store import PigmentStore


@pytest.fixture
def jobs(qapp):
    jobs = JobManager()
    yield jobs
    assert jobs.close()


@pytest.fixture
def desk(qapp, libraries, make_pigment):
    libraries.create("Mock-ups", (make_pigment("Ochre"), make_pigment("Umber", "MnO2")))
    desk = PigmentDesk(libraries)
    desk.load()
    yield desk
    desk.stop()


@pytest.fixture
def editing(desk, jobs, qtbot, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    editing = PigmentEditing(desk, jobs, Instruments(tmp_path / "instruments.json"), window)
    yield editing
    editing.close_all()
    assert editing.editors == ()


def row_of(desk, name):
    return next(row for row in desk.rows if row.pigment.name == name)


@pytest.fixture
def editor(editing, desk):
    return editing.edit(row_of(desk, "Ochre"))


@pytest.fixture
def computed(monkeypatch):
    """Computations that stop before the full spectrum until they are let go."""

    class Held:
        def __init__(self):
            self.go_on = threading.Event()
            self.asked = []

        def __call__(self, pigment, instrument, context, cache):
            self.asked.append(pigment.density_g_cm3)
            context.partial(("primary", pigment.density_g_cm3))
            self.go_on.wait(20)
            context.check()
            return ("full", pigment.density_g_cm3)

    held = Held()
    monkeypatch.setattr(pigment_editing, "compute", held)
    return held


@pytest.fixture
def shown(monkeypatch):
    """What is given to editors to show, in order."""
    got = []
    monkeypatch.setattr(
        pigment_editing.PigmentEditor, "set_computed", lambda _, spectrum: got.append(spectrum)
    )
    return got


def test_primary_is_shown_before_the_full_spectrum_is_there(computed, shown, editor, qtbot):
    qtbot.waitUntil(lambda: shown == [("primary", 5.2)])
    computed.go_on.set()
    qtbot.waitUntil(lambda: shown == [("primary", 5.2), ("full", 5.2)])


def test_the_spectrum_of_an_older_draft_is_dropped(computed, shown, editor, jobs, qtbot):
    qtbot.waitUntil(lambda: computed.asked == [5.2])
    editor.fields.density.line.setText("4.8")
    with qtbot.waitSignal(editor.draft_changed):
        pass
    del shown[:]
    computed.go_on.set()
    qtbot.waitUntil(lambda: not jobs._handlers)
    assert shown == [("primary", 4.8), ("full", 4.8)]


def test_a_real_spectrum_arrives(editor, qtbot):
    qtbot.waitUntil(lambda: editor.panel.computed is not None and editor.panel.computed.is_full)
    assert "Fe Kα" in [line.label for line in editor.panel.plot.lines]
    assert editor.panel.state == "with secondary excitation"


def test_what_is_edited_is_stored_and_can_be_undone(editor, editing, desk):
    editor.fields.name.setText("Yellow ochre")
    editor.accept()
    assert editing.editors == ()
    assert row_of(desk, "Yellow ochre").pigment.id == "ochre"
    desk.undo()
    assert row_of(desk, "Ochre")


def test_where_storing_fails_the_editor_stays_open_and_says_why(editor, editing, desk, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise WriteError("Cannot write the library.", "The disk is full.", "Free some space.")

    monkeypatch.setattr(PigmentStore, "apply", refuse)
    editor.fields.name.setText("Yellow ochre")
    editor.accept()
    assert editing.editors == (editor,)
    assert "The disk is full." in editor._problem.text()
    monkeypatch.undo()
    editor.accept()
    assert editing.editors == ()
    assert row_of(desk, "Yellow ochre")


@pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)")
def test_the_same_pigment_has_one_editor(editor, editing, desk):
    assert editing.edit(row_of(desk, "Ochre")) is editor
    assert editing.edit(row_of(desk, "Umber")) is not editor
    assert len(editing.editors) == 2


def test_its_own_name_is_free_and_those_of_others_are_not(editor):
    assert editor.problem == ""
    editor.fields.name.setText("umber")
    assert "already" in editor.problem


def test_a_new_pigment_is_added_under_an_id_made_from_its_name(editing, desk):
    editor = editing.create()
    assert editor.problem != ""
    editor.fields.name.setText("Red lead")
    editor.fields.composition.formula_line(0).setText("Pb3O4")
    editor.fields.density.set_value(8.9)
    editor.accept()
    assert row_of(desk, "Red lead").pigment.id == "red-lead"


def test_a_pigment_made_elsewhere_can_be_edited_before_it_is_added(
    editing, desk, make_pigment, monkeypatch
):
    asked = []
    discard = QMessageBox.StandardButton.Discard
    monkeypatch.setattr(QMessageBox, "question", lambda *_: asked.append(True) or discard)
    editor = editing.create(make_pigment("From the hands", ""))
    assert editor.problem == ""
    assert editing.may_close()
    editor.reject()
    assert asked == [True, True]
    assert "From the hands" not in [row.pigment.name for row in desk.rows]


def test_a_shipped_pigment_is_copied_and_the_copy_opened(editing, desk):
    editor = editing.edit(row_of(desk, "Azurite"))
    assert "read-only" in editor.windowTitle()
    editor.duplicate_requested.emit()
    (copy,) = editing.editors
    assert copy is not editor
    assert "read-only" not in copy.windowTitle()
    assert copy.pigment.components == editor.pigment.components


def test_a_measured_spectrum_is_read_from_its_file(editor, editing, monkeypatch, qtbot, tmp_path):
    path = tmp_path / "mock-up.csv"
    rows = "\n".join(f"{0.02 * channel:.2f},{channel % 7}" for channel in range(64))
    path.write_text(f"energy_kev,counts\n{rows}\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    editor.panel.import_button.click()
    qtbot.waitUntil(lambda: editor.panel.spectra != ())
    (spectrum,) = editor.pigment.spectra
    assert (spectrum.label, spectrum.kind) == ("mock-up", SpectrumKind.MEASURED)
    assert spectrum.counts.tolist() == [channel % 7 for channel in range(64)]
    assert spectrum.axis.gain_kev == pytest.approx(0.02)
    assert spectrum.source.startswith("File mock-up.csv, sha256:")


def test_a_file_that_is_no_spectrum_is_said_in_the_editor(editor, editing, qtbot, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague")
    editing.import_spectrum(editor, path)
    qtbot.waitUntil(lambda: "letter.txt" in editor._problem.text())
    assert editor.panel.spectra == ()


def test_what_arrives_for_a_closed_editor_is_dropped(editor, editing, jobs, qtbot, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague")
    with qtbot.waitSignal(jobs.idle):
        editing.import_spectrum(editor, path)
        editor.abandon()
    assert editing.editors == ()


def test_own_instruments_are_kept_and_offered(editor, editing, tmp_path):
    dialog = editing.open_instruments()
    dialog.name.setText("Mine")
    dialog.form.editor("tube_kv").setValue(33.0)
    dialog.save_button.click()
    dialog.accept()
    kept = Instruments(tmp_path / "instruments.json")
    assert [item.name for item in kept.own()] == ["Mine"]
    assert editor.panel.instrument_box.findText("Mine") >= 0
    again = editing.open_instruments()
    again.list.setCurrentRow(again.list.count() - 1)
    again.delete_button.click()
    again.accept()
    assert kept.own() == ()
    assert editor.panel.instrument_box.findText("Mine") == -1


def test_instruments_that_cannot_be_kept_are_told(editing, monkeypatch, qtbot):
    def refuse(*_args, **_kwargs):
        raise WriteError("Cannot write the instruments.", "The disk is full.")

    monkeypatch.setattr(Instruments, "save", refuse)
    dialog = editing.open_instruments()
    dialog._own.append(replace(Instrument(), name="Mine"))
    with qtbot.waitSignal(editing.failed) as told:
        dialog.accept()
    assert "The disk is full." in str(told.args[0])


def test_where_a_file_has_no_energies_they_are_asked_for(editor, editing, qtbot, shared_data):
    path = shared_data("single_spectra/XRFSpectrum.mca")
    editing.import_spectrum(editor, path)
    qtbot.waitUntil(lambda: editor.findChildren(AxisDialog) != [])
    (dialog,) = editor.findChildren(AxisDialog)
    assert "XRFSpectrum.mca" in dialog.windowTitle()
    dialog.form.set_values(AxisParameters(0.0, 0.00475))
    dialog.accept()
    qtbot.waitUntil(lambda: editor.panel.spectra != ())
    (spectrum,) = editor.pigment.spectra
    assert (spectrum.axis.gain_kev, spectrum.axis.source) == (0.00475, "given by the user")
    # the next file of the same detector begins with it
    editing.import_spectrum(editor, path)
    qtbot.waitUntil(
        lambda: any(item.isVisible() for item in editor.findChildren(AxisDialog) if item != dialog)
    )
    another = editor.findChildren(AxisDialog)[-1]
    assert another.values().gain_kev == 0.00475
    another.reject()
    assert len(editor.panel.spectra) == 1


def test_a_new_composition_keeps_its_computed_spectrum(editor, desk, qtbot):
    editor.fields.composition.formula_line(0).setText("FeOOH")
    qtbot.waitUntil(lambda: editor.to_keep is not None)
    shown = editor.panel.computed
    editor.accept()
    (kept,) = row_of(desk, "Ochre").pigment.spectra
    assert (kept.kind, kept.label) == (SpectrumKind.COMPUTED, shown.instrument.name)
    assert kept.counts.tolist() == pytest.approx(shown.counts.tolist(), rel=1e-6)


def test_the_next_spectrum_is_looked_for_where_the_last_one_was(
    editor, editing, monkeypatch, tmp_path
):
    asked = []

    def choose(_parent, _title, folder, _filters):
        asked.append(folder)
        return (str(tmp_path / "none.spx"), "")

    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose)
    editor.panel.import_button.click()
    editor.panel.import_button.click()
    assert asked[1] == str(tmp_path)


@pytest.fixture
def answer(monkeypatch):
    """Answer the next question; gives what was asked."""
    asked = []

    def give(button):
        def question(_parent, _title, words):
            asked.append(words)
            return button

        monkeypatch.setattr(QMessageBox, "question", question)
        return asked

    return give


def test_a_pigment_changed_meanwhile_is_replaced_only_if_the_user_agrees(
    editor, editing, desk, answer
):
    row = row_of(desk, "Ochre")
    desk.edit(row, replace(row.pigment, notes="changed beside the editor"))
    editor.fields.name.setText("Yellow ochre")
    asked = answer(QMessageBox.StandardButton.No)
    editor.accept()
    assert editing.editors == (editor,)
    assert row_of(desk, "Ochre").pigment.notes == "changed beside the editor"
    answer(QMessageBox.StandardButton.Yes)
    editor.accept()
    assert editing.editors == ()
    assert row_of(desk, "Yellow ochre").pigment.notes == ""
    assert asked[0].startswith("“Ochre” has been changed in “Mock-ups”")
    desk.undo()
    assert row_of(desk, "Ochre").pigment.notes == "changed beside the editor"


def test_a_pigment_deleted_meanwhile_can_be_added_again(editor, editing, desk, answer):
    desk.remove((row_of(desk, "Ochre"),))
    editor.fields.name.setText("Yellow ochre")
    asked = answer(QMessageBox.StandardButton.Yes)
    editor.accept()
    assert asked == ["“Ochre” is no longer in “Mock-ups”. Do you want to add it again?"]
    assert editing.editors == ()
    assert row_of(desk, "Yellow ochre").library.title == "Mock-ups"
