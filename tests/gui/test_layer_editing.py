"""The stack editor gets pigments and spectra, and its spectrum goes into a file."""

import csv
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.physics.stack_recipe import presets
from app.engine.instruments import Instruments
from app.errors import ReadError
from app.gui.job_manager import JobManager
from app.gui.layer_editing import LayerEditing, told_apart
from app.gui.pigment_desk import PigmentDesk
from app.gui.pigment_models import ALL


@pytest.fixture
def jobs(qapp):
    jobs = JobManager()
    yield jobs
    assert jobs.close()


@pytest.fixture
def desk(qapp, libraries, make_pigment):
    libraries.create(
        "Mock-ups", (make_pigment("Vermilion", "HgS"), make_pigment("Lead white", "PbCO3"))
    )
    desk = PigmentDesk(libraries)
    desk.load()
    yield desk
    desk.stop()


@pytest.fixture
def editing(desk, jobs, qtbot, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    editing = LayerEditing(desk, jobs, Instruments(tmp_path / "instruments.json"), window)
    yield editing
    editing.close_all()
    assert editing.editor is None


@pytest.fixture
def editor(editing, qtbot):
    editor = editing.open()
    qtbot.waitUntil(lambda: editor.plot.spectrum is not None and editor.plot.spectrum.is_full)
    return editor


def test_spectrum_of_the_stack_arrives_with_its_lines(editor):
    assert editor.plot.spectrum.layer_names[1:] == ("paint: Vermilion", "ground: Lead white")
    assert {"Hg Lα", "Pb Lα"} <= {line.label for line in editor.plot.lines}


@pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)")
def test_there_is_one_editor(editor, editing):
    assert editing.open() is editor


def test_pigments_that_cannot_be_read_are_told(editing, desk, monkeypatch, qtbot):
    def refuse(_key):
        raise ReadError("Cannot read this library.", "It is damaged.")

    monkeypatch.setattr(desk, "rows_of", refuse)
    with qtbot.waitSignal(editing.failed) as told:
        assert editing.open() is None
    assert "damaged" in str(told.args[0])


@pytest.mark.parametrize("name", ["stack.csv", "stack"])
def test_spectrum_is_written_as_a_table_with_a_column_per_layer(
    editor, editing, monkeypatch, qtbot, tmp_path, name
):
    chosen = (str(tmp_path / name), "Table (*.csv)")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    with qtbot.waitSignal(editing.written) as told:
        editor._export.click()
    assert told.args == [tmp_path / "stack.csv"]
    lines = (tmp_path / "stack.csv").read_text(encoding="utf-8").splitlines()
    table = list(csv.reader(line for line in lines if not line.startswith("#")))
    assert len(table) == 1 + 2048
    assert [len(row) for row in table[:2]] == [len(table[0])] * 2
    spectrum = editor.plot.spectrum
    place = table[0].index("2 paint: Vermilion")
    written = [float(row[place]) for row in table[1:]]
    assert written == pytest.approx(spectrum.layers[1].tolist(), rel=1e-5, abs=1e-9)


def test_picture_is_written(editor, editing, qtbot, tmp_path):
    with qtbot.waitSignal(editing.written):
        editing.export(editor.plot.spectrum, tmp_path / "stack.png")
    assert (tmp_path / "stack.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_is_written_when_no_name_is_given(editor, monkeypatch, tmp_path, jobs):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    editor._export.click()
    assert not jobs.is_busy


def menu_action(editor, text):
    return next(item for item in editor.preset_button.menu().actions() if item.text() == text)


def test_a_stack_is_kept_in_a_file_and_comes_back(editor, editing, monkeypatch, qtbot, tmp_path):
    editor.table.setCurrentCell(1, 0)
    editor.form.thickness.line.setText("7.5")
    layers = editor.recipe.layers
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    with qtbot.waitSignal(editing.written) as told:
        menu_action(editor, "Save as…").trigger()
    assert told.args == [tmp_path / "mine.json"]
    editor.remove_button.click()
    path = str(tmp_path / "mine.json")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    menu_action(editor, "Open…").trigger()
    assert editor.recipe.layers == layers
    assert editor.recipe.name == "mine"


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 9, "name": "x", "layers": []}'])
def test_what_is_no_stack_is_said_and_the_one_shown_stays(editor, monkeypatch, tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text)
    before = editor.recipe
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    menu_action(editor, "Open…").trigger()
    assert editor.recipe == before
    assert editor._problem.isVisible()


def test_a_stack_that_cannot_be_kept_is_said(editor, monkeypatch, tmp_path):
    (tmp_path / "there.json").mkdir()
    chosen = (str(tmp_path / "there.json"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    menu_action(editor, "Save as…").trigger()
    assert "there.json" in editor._problem.text()


def test_a_file_is_not_replaced_unasked(editor, monkeypatch, tmp_path, jobs):
    (tmp_path / "mine.json").write_text("precious")
    (tmp_path / "mine.csv").write_text("precious")
    chosen = (str(tmp_path / "mine"), "Table (*.csv)")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    no = QMessageBox.StandardButton.No
    monkeypatch.setattr(QMessageBox, "question", lambda *_: no)
    menu_action(editor, "Save as…").trigger()
    editor._export.click()
    assert not jobs.is_busy
    assert (tmp_path / "mine.json").read_text() == "precious"
    assert (tmp_path / "mine.csv").read_text() == "precious"


def test_the_editor_comes_back_with_the_stack_and_instrument_it_was_left_with(editor, editing):
    editor.set_recipe(presets()[1])
    editor.choose_instrument("Mo 40 kV")
    editor.reject()
    again = editing.open()
    assert again is not editor
    assert (again.recipe, again.instrument.name) == (presets()[1], "Mo 40 kV")


def test_new_instruments_reach_the_open_editor(editor, editing):
    own = replace(editor.instrument, name="Ours", tube_kv=35.0)
    editing._instruments.save(own)
    editing.refresh_instruments()
    editor.choose_instrument("Ours")
    assert editor.instrument == own


def test_pigments_of_the_same_name_are_told_apart_by_their_libraries(editing, libraries, desk):
    azurite = libraries.shipped().pigments[0]
    own = replace(azurite, density_g_cm3=3.5)
    libraries.create("Lab", (own,))
    libraries.create("Copies", (azurite, replace(azurite, id="mine", name="My azurite")))
    renamed = replace(azurite, name="Bergblau")
    libraries.create("Names", (renamed,))
    desk.refresh()
    offered = {item.name: item for item in told_apart(desk.rows_of(ALL))}
    assert [name for name in offered if "Azurite" in name] == ["Azurite", "Azurite (Lab)"]
    assert offered["My azurite"].id == "mine"
    # its id is that of another one here
    assert offered["Bergblau"].components == azurite.components
    assert len({item.id for item in offered.values()}) == len(offered)
    assert offered["Azurite"] == azurite
    assert offered["Azurite (Lab)"].density_g_cm3 == 3.5
    editor = editing.open()
    editor.table.setCurrentCell(1, 0)
    assert editor.form.pigments.box(0).findText("Azurite (Lab)") >= 0
