"""Whatever is dropped, imported or attached, a failure is one message and nothing is lost."""

import json
import shutil
import sqlite3
import zipfile
from dataclasses import replace

import h5py
import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox

from app.engine.pigment_libraries import export
from app.errors import AppError
from app.gui import pigment_parts
from app.gui.dialogs.pigment_import import REPLACE
from app.io.pigment_store import PigmentStore

CSV = "name,red,green,blue,components,density_g_cm3\n"


@pytest.fixture(autouse=True)
def answers(monkeypatch):
    """Questions about unsaved changes are answered by letting them go."""
    discard = QMessageBox.StandardButton.Discard
    monkeypatch.setattr(QMessageBox, "question", lambda *_args, **_more: discard)


@pytest.fixture
def window(answers, make_window, make_scan, make_pigment, libraries, monkeypatch):
    """The real window with a scan, an own library of two pigments and one step to take back."""
    monkeypatch.setattr(pigment_parts, "Libraries", lambda: libraries)
    window = make_window()
    window.session.open_scan(make_scan())
    desk = window.pigments.desk
    pigments = make_pigment("Ochre"), make_pigment("Umber", "MnO2")
    store = window.pigments.libraries.create("Mock-ups", pigments)
    window.pigments.show_pigments()
    desk.show_library(str(store.path))
    desk.add(make_pigment("Smalt", "SiO2"))
    return window


@pytest.fixture
def good(tmp_path, make_pigment):
    """Make a sound file of pigments of a suffix."""

    def make(suffix):
        path = tmp_path / f"bad{suffix}"
        export((make_pigment("Malachite", "CuCO3·Cu(OH)2"), make_pigment("Ochre")), path)
        return path

    return make


def everything(window):
    """All that a failure must leave as it is: scan, undo, table and the user's own files."""
    desk, session = window.pigments.desk, window.session
    folder = window.pigments.libraries.folder
    return (
        session.state,
        session.undo_stack.count(),
        desk.undo_stack.count(),
        desk.shown,
        desk.entries,
        desk.rows,
        desk.selection,
        {path.name: path.read_bytes() for path in folder.iterdir()},
    )


@pytest.fixture
def errors(window):
    found = []
    for signal in (window.jobs.failed, window.jobs.crashed, window.pigments.failed):
        signal.connect(found.append)
    return found


def assert_one_message(window, errors, before, words):
    (error,) = errors
    assert isinstance(error, AppError), repr(error)
    assert words in error.message, error.message
    assert error.title
    assert error.hint
    assert window.message_bar.text == f"{error.title} {error.message}\n{error.hint}"
    assert not window.message_bar.isHidden()
    assert everything(window) == before
    assert not window.jobs.has_any


def text(path, content="This is a letter, no pigments.\n"):
    path.write_text(content, "utf-8")
    return path


def cut(path, share=0.5):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def spoilt(path):
    """A library whose second page is overwritten."""
    content = bytearray(path.read_bytes())
    content[4096 : 4096 + 2000] = b"\xff" * 2000
    path.write_bytes(bytes(content))
    return path


def pragma(path, statement):
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def folder(path):
    path.mkdir()
    return path


def other_sqlite(path):
    return pragma(path, "CREATE TABLE letters (words TEXT)")


def rewritten(path, change):
    """An archive whose description of the library is another."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["library.json"] = change(members["library.json"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def with_record(path, **values):
    def change(content):
        record = json.loads(content)
        record["pigments"][0] |= values
        return json.dumps(record).encode()

    return rewritten(path, change)


def later(content):
    return json.dumps(json.loads(content) | {"schema": 99}).encode()


def zip_of(path, name="readme.txt"):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "nothing here")
    return path


def ganx(path, entry, counts=None):
    if counts is not None:
        with h5py.File(path.with_name("one.h5"), "w") as file:
            file["x"], file["y"] = np.arange(len(counts)) * 0.02, counts
    return text(path, json.dumps({"Azure": entry}))


DROPPED = {
    "library cut short": (lambda g, f: cut(g(".pigments")), "bad.pigments"),
    "library spoilt inside": (lambda g, f: spoilt(g(".pigments")), "bad.pigments"),
    "library of a later version": (
        lambda g, f: pragma(g(".pigments"), "PRAGMA user_version = 99"),
        "99",
    ),
    "library without its tables": (
        lambda g, f: pragma(g(".pigments"), "DROP TABLE library"),
        "bad.pigments",
    ),
    "library without a name": (
        lambda g, f: pragma(g(".pigments"), "DELETE FROM library"),
        "name is missing",
    ),
    "database of another program": (
        lambda g, f: other_sqlite(f / "bad.pigments"),
        "another program",
    ),
    "text named library": (lambda g, f: text(f / "bad.pigments"), "bad.pigments"),
    "empty library": (lambda g, f: text(f / "bad.pigments", ""), "0 bytes"),
    "library that is not there": (lambda g, f: f / "bad.pigments", "no such file"),
    "folder named library": (lambda g, f: folder(f / "bad.pigments"), "folder"),
    "archive cut short": (lambda g, f: cut(g(".pigments.zip")), "bad.pigments.zip"),
    "archive of text": (lambda g, f: zip_of(f / "bad.pigments.zip"), "bad.pigments.zip"),
    "text named archive": (lambda g, f: text(f / "bad.pigments.zip"), "bad.pigments.zip"),
    "archive of a later version": (
        lambda g, f: rewritten(g(".pigments.zip"), later),
        "99",
    ),
    "archive whose list is no JSON": (
        lambda g, f: rewritten(g(".pigments.zip"), lambda content: content[:-40]),
        "bad.pigments.zip",
    ),
    "archive with a negative density": (
        lambda g, f: with_record(g(".pigments.zip"), density_g_cm3=-4.0),
        "ensity",
    ),
    "archive with a formula of no elements": (
        lambda g, f: with_record(
            g(".pigments.zip"), components=[{"formula": "Xx2", "share": 1.0, "name": ""}]
        ),
        "Xx",
    ),
    "archive with one name twice": (
        lambda g, f: with_record(g(".pigments.zip"), name="OCHRE"),
        "bad.pigments.zip",
    ),
    "archive with a colour beyond white": (
        lambda g, f: with_record(g(".pigments.zip"), srgb=[300, 0, 0]),
        "bad.pigments.zip",
    ),
    "archive that is not there": (lambda g, f: f / "bad.pigments.zip", "bad.pigments.zip"),
    "JSON cut short": (lambda g, f: text(f / "bad.json", '{"Azure": {"xrf": "one.h5"'), "bad.json"),
    "JSON of something else": (lambda g, f: text(f / "bad.json", '{"a": [1, 2]}'), "bad.json"),
    "JSON whose spectrum is not there": (
        lambda g, f: ganx(f / "bad.json", {"xrf": "gone.h5", "RGB": [1, 2, 3]}),
        "gone.h5",
    ),
    "JSON that reaches out of its folder": (
        lambda g, f: ganx(f / "bad.json", {"xrf": "../../one.h5", "RGB": [1, 2, 3]}),
        "Azure",
    ),
    "JSON whose spectrum holds no numbers": (
        lambda g, f: ganx(f / "bad.json", {"xrf": "one.h5", "RGB": [1, 2, 3]}, np.full(20, np.nan)),
        "one.h5",
    ),
    "JSON whose spectrum is negative": (
        lambda g, f: ganx(f / "bad.json", {"xrf": "one.h5", "RGB": [1, 2, 3]}, np.full(20, -1.0)),
        "one.h5",
    ),
    "JSON without a colour": (
        lambda g, f: ganx(f / "bad.json", {"xrf": "one.h5"}, np.ones(20)),
        "Azure",
    ),
}

IMPORTED = {
    "table without names": (lambda g, f: text(f / "bad.csv", "red,green\n1,2\n"), "bad.csv"),
    "table with a formula of no elements": (
        lambda g, f: text(f / "bad.csv", f"{CSV}Azure,1,2,3,Xx2,4\n"),
        "line 2",
    ),
    "table with a negative density": (
        lambda g, f: text(f / "bad.csv", f"{CSV}Azure,1,2,3,CuO,-4\n"),
        "line 2",
    ),
    "table with one name twice": (
        lambda g, f: text(f / "bad.csv", f"{CSV}Azure,1,2,3,CuO,4\nazure,1,2,3,CuO,4\n"),
        "zure",
    ),
    "table with a colour beyond white": (
        lambda g, f: text(f / "bad.csv", f"{CSV}Azure,1,2,333,CuO,4\n"),
        "line 2",
    ),
    "empty table": (lambda g, f: text(f / "bad.csv", ""), "bad.csv"),
    "picture": (lambda g, f: text(f / "photo.png", "\x89PNG\r\n"), "photo.png"),
}

ATTACHED = {
    "letter": (lambda f: text(f / "bad.csv"), "bad.csv"),
    "table of letters": (lambda f: text(f / "bad.csv", "energy,counts\na,b\nc,d\n"), "bad.csv"),
    "table that holds no numbers": (
        lambda f: text(f / "bad.csv", "energy_kev,counts\n" + "0.1,nan\n0.2,nan\n0.3,nan\n"),
        "bad.csv",
    ),
    "energies that jump": (
        lambda f: text(f / "bad.csv", "energy_kev,counts\n1,1\n2,1\n9,1\n4,1\n"),
        "bad.csv",
    ),
    "Bruker file of text": (lambda f: text(f / "bad.spx"), "bad.spx"),
    "Amptek file without its end": (
        lambda f: text(f / "bad.mca", "<<PMCA SPECTRUM>>\n<<DATA>>\n1\n2\n"),
        "bad.mca",
    ),
    "HDF5 file of text": (lambda f: text(f / "bad.h5"), "bad.h5"),
    "empty file": (lambda f: text(f / "bad.mca", ""), "bad.mca"),
    "file that is not there": (lambda f: f / "bad.spx", "bad.spx"),
}


def test_there_are_more_than_thirty_bad_inputs():
    assert len({**DROPPED, **IMPORTED, **ATTACHED}) > 30


@pytest.mark.parametrize("case", DROPPED, ids=lambda name: name.replace(" ", "_"))
def test_a_bad_file_dropped_is_one_message(case, window, errors, good, tmp_path, qtbot):
    make, words = DROPPED[case]
    path = make(good, tmp_path)
    before = everything(window)
    with qtbot.waitSignal(window.jobs.idle):
        window.open_files([path])
    assert window.pigments.exchange.dialog is None
    assert_one_message(window, errors, before, words)


@pytest.mark.parametrize("case", IMPORTED, ids=lambda name: name.replace(" ", "_"))
def test_a_bad_file_imported_is_one_message(case, window, errors, good, tmp_path, qtbot):
    make, words = IMPORTED[case]
    path = make(good, tmp_path)
    before = everything(window)
    with qtbot.waitSignal(window.jobs.idle):
        window.pigments.exchange.import_file(path)
    assert window.pigments.exchange.dialog is None
    assert_one_message(window, errors, before, words)


@pytest.mark.parametrize("case", ATTACHED, ids=lambda name: name.replace(" ", "_"))
def test_a_bad_spectrum_is_said_in_its_editor(case, window, errors, tmp_path, qtbot):
    make, words = ATTACHED[case]
    path = make(tmp_path)
    parts = window.pigments
    parts.panel.edit_requested.emit()
    (editor,) = parts.editing.editors
    pigment, before = editor.pigment, everything(window)
    parts.editing.import_spectrum(editor, path)
    qtbot.waitUntil(lambda: words in editor._problem.text())
    qtbot.waitUntil(lambda: not window.jobs.has_any)
    assert editor.pigment == pigment
    assert errors == []
    assert everything(window) == before
    editor.abandon()


def damage(path, _held):
    path.write_bytes(path.read_bytes()[:900])


def empty(path, _held):
    path.write_bytes(b"")


def vanish(path, _held):
    path.unlink()


def lock(path, held):
    held.append(sqlite3.connect(path, isolation_level=None))
    held[0].execute("BEGIN EXCLUSIVE")


def make_later(path, _held):
    pragma(path, "PRAGMA user_version = 99")


@pytest.fixture
def held():
    """Connections of another program, closed in the end."""
    held = []
    yield held
    for connection in held:
        connection.close()


@pytest.mark.parametrize("spoil", [damage, empty, vanish, lock, make_later])
@pytest.mark.parametrize("deed", ["edit", "delete", "duplicate", "undo", "import"])
def test_a_library_that_fails_under_a_change_is_told_and_comes_back_whole(
    spoil, deed, window, errors, make_pigment, held, tmp_path, monkeypatch
):
    monkeypatch.setitem(PigmentStore.__init__.__kwdefaults__, "patience_s", 0.01)
    desk = window.pigments.desk
    path = tmp_path / "kept"
    store = window.pigments.libraries.own()[0].path
    shutil.copy(store, path)
    before = everything(window)
    row = desk.selection[0]
    spoil(store, held)
    deeds = {
        "edit": lambda: desk.edit(row, replace(row.pigment, notes="changed")),
        "delete": lambda: desk.remove((row,)),
        "duplicate": lambda: desk.duplicate((row,)),
        "undo": desk.undo,
        "import": lambda: desk.take_in((make_pigment("New"),), REPLACE, str(store)),
    }
    assert not deeds[deed]()
    assert errors
    assert all(isinstance(error, AppError) and error.title and error.hint for error in errors)
    assert not window.message_bar.isHidden()
    assert desk.undo_stack.index() == 1
    for connection in held:
        connection.close()
    shutil.copy(path, store)
    desk.refresh()
    desk.show_library(str(store))
    desk.select([row.place])
    assert everything(window) == before
    desk.undo()
    assert [item.pigment.name for item in desk.rows] == ["Ochre", "Umber"]


def test_a_library_that_vanishes_before_the_question_is_answered(
    window, errors, good, qtbot, monkeypatch
):
    path = window.pigments.libraries.own()[0].path
    content = path.read_bytes()
    with qtbot.waitSignal(window.jobs.idle):
        window.open_files([good(".pigments.zip")])
    path.unlink()
    window.pigments.exchange.dialog.accept()
    (error,) = errors
    assert error.title in window.message_bar.text
    assert [item.name for item in window.pigments.libraries.own()] == []
    path.write_bytes(content)


def test_a_new_library_without_a_usable_name_is_told(window, errors):
    before = everything(window)
    window.pigments.desk.create_library("  ")
    assert_one_message(window, errors, before, "0 characters")


def test_a_second_library_of_one_name_is_told(window, errors):
    before = everything(window)
    window.pigments.desk.create_library("MOCK-UPS")
    assert_one_message(window, errors, before, "Names differ")


def test_a_pigment_of_a_taken_name_stays_in_its_editor(window, errors, monkeypatch):
    parts = window.pigments
    parts.panel.edit_requested.emit()
    (editor,) = parts.editing.editors
    before = everything(window)
    editor.fields.name.setText("UMBER")
    editor.accept()
    assert parts.editing.editors == (editor,)
    assert editor.problem.startswith("Name: There is a pigment “UMBER” already")
    assert everything(window) == before
    monkeypatch.setattr(
        QMessageBox, "question", lambda *_args, **_more: QMessageBox.StandardButton.Cancel
    )
    editor.reject()
    assert parts.editing.editors == (editor,)
    editor.abandon()
