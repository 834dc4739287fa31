"""Pigments, candidates, scan and undo work together in the window."""

import threading
import time

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDockWidget, QInputDialog, QMainWindow, QMessageBox

from app.core.region import Region
from app.engine.pigment_libraries import export
from app.errors import ParameterError
from app.gui import recomputing
from app.gui.dialogs.nearest import NearestDialog
from app.gui.main_window import PIGMENT_DOCKS


@pytest.fixture
def parts(window):
    window.pigments.show_pigments()
    return window.pigments


@pytest.fixture
def own(parts, make_pigment):
    """A library of the user's own with two pigments, shown."""
    store = parts.libraries.create("Mock-ups", (make_pigment("Ochre"), make_pigment("Umber")))
    parts.desk.refresh()
    parts.desk.show_library(str(store.path))
    return store


def choose(parts, name):
    parts.desk.select([row.place for row in parts.desk.rows if row.pigment.name == name])


def in_file(store):
    return sorted(pigment.name for pigment in store.pigments())


def test_nothing_is_read_while_the_panel_is_out_of_sight(window):
    assert window.docks["pigments"].isHidden()
    assert not window.pigments.desk.is_loaded


def test_shown_panel_lists_the_shipped_library(window, parts):
    assert parts.panel.model.rowCount() == len(parts.libraries.shipped().pigments)
    assert parts.panel.library.currentText().startswith(parts.libraries.shipped().name)
    area = window.dockWidgetArea(window.docks["pigments"])
    assert area is Qt.DockWidgetArea.LeftDockWidgetArea
    assert window.tabifiedDockWidgets(window.docks["pigments"]) == [window.docks["candidates"]]


def test_window_with_all_its_panels_fits_a_small_screen(window, parts):
    assert window.minimumSizeHint().width() <= 1024
    assert window.minimumSizeHint().height() <= 700


def test_keys_of_the_table_reach_the_library(window, parts, own, qtbot):
    choose(parts, "Ochre")
    parts.panel.table.setFocus()
    qtbot.keyClick(parts.panel.table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert in_file(own) == ["Ochre", "Ochre (2)", "Umber"]
    qtbot.keyClick(parts.panel.table, Qt.Key.Key_Delete)
    assert in_file(own) == ["Ochre", "Umber"]
    assert window.undo.is_at_pigments
    assert window.window_actions.table["undo"].text() == "&Undo delete Ochre (2)"
    window.window_actions.table["undo"].trigger()
    assert in_file(own) == ["Ochre", "Ochre (2)", "Umber"]


def test_undo_belongs_to_the_scan_again_when_the_map_has_the_focus(window, parts, own, make_scan):
    window.session.open_scan(make_scan())
    choose(parts, "Ochre")
    parts.desk.remove(parts.desk.selection)
    parts.panel.table.setFocus()
    assert window.window_actions.table["undo"].text() == "&Undo delete Ochre"
    window.spectrum_view.setFocus()
    assert window.window_actions.table["undo"].text() == "&Undo open hands"


def test_enter_opens_the_editor_whose_change_is_kept_and_undone(window, parts, own, qtbot):
    choose(parts, "Ochre")
    parts.panel.table.setFocus()
    qtbot.keyClick(parts.panel.table, Qt.Key.Key_Return)
    (editor,) = parts.editing.editors
    assert parts.contains(editor)
    assert editor.pigment.name == "Ochre"
    editor.abandon()


def test_lines_of_a_chosen_pigment_are_marked_and_taken_back(window, parts, own, make_scan):
    window.session.open_scan(make_scan())
    choose(parts, "Ochre")
    parts.panel.details.mark.click()
    assert "Fe_Ka" in [line.key for line in window.session.lines]
    assert window.session.undo_stack.undoText() == "mark lines of Ochre"
    choose(parts, "Umber")
    parts.panel.details.mark.click()
    window.session.undo_stack.undo()
    assert window.session.lines == ()


def test_candidates_of_a_region_are_shown_marked_and_opened(window, parts, make_scan, qtbot):
    window.session.open_scan(make_scan())
    window.session.set_region(Region(0, 5, 0, 7))
    with qtbot.waitSignal(window.jobs.idle, timeout=20_000):
        window.window_actions.pigments["ask"].trigger()
    assert parts.candidates.subject == "hands: rows 0–4, columns 0–6 (35 pixels)"
    report = parts.candidates.report
    assert report is not None
    candidate = report.candidates[0]
    parts.candidates.candidate_chosen.emit(candidate)
    assert {line.key for line in window.session.lines} >= {
        item.line.key for item in candidate.supporting
    }
    parts.candidates.candidate_opened.emit(candidate)
    assert [row.pigment for row in parts.desk.selection] == [candidate.pigment]


def test_pigment_is_made_of_a_region_and_opened_for_editing(window, parts, make_scan, qtbot):
    window.session.open_scan(make_scan())
    window.session.set_region(Region(0, 1, 0, 1))
    window.window_actions.pigments["make_pigment"].trigger()
    (dialog,) = window.findChildren(QInputDialog)
    assert dialog.textValue() == "From hands"
    with qtbot.waitSignal(parts.asking.made):
        dialog.accept()
    (editor,) = parts.editing.editors
    assert editor.pigment.name == "From hands"
    assert len(editor.pigment.spectra) == 1
    editor.abandon()


def test_nearest_pigment_is_looked_at(window, parts, qtbot):
    window.window_actions.pigments["nearest"].trigger()
    (dialog,) = window.findChildren(NearestDialog)
    wanted = dialog.found[0]
    dialog.pigment_chosen.emit(wanted)
    assert [row.pigment for row in parts.desk.selection] == [wanted]
    dialog.close()


def test_pigment_is_chosen_by_its_name_and_an_unknown_one_is_an_error(parts):
    parts.choose_named("azurite")
    assert [row.pigment.name for row in parts.desk.selection] == ["Azurite"]
    with pytest.raises(ParameterError):
        parts.choose_named("no such pigment")


def test_change_from_elsewhere_reaches_the_message_bar(window, parts, own):
    choose(parts, "Ochre")
    row = parts.desk.selection[0]
    own.remove("ochre")
    parts.desk.remove((row,))
    assert window.message_bar.isVisible()


@pytest.fixture
def library_file(tmp_path, make_pigment):
    target = tmp_path / "given.pigments.zip"
    export((make_pigment("Smalt", "SiO2"),), target)
    return target


def test_dropped_library_is_offered_to_be_taken_in(window, library_file, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(library_file))])
    place, none = QPointF(5, 5), Qt.KeyboardModifier.NoModifier
    event = QDropEvent(place, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    with qtbot.waitSignal(window.jobs.idle):
        window.dropEvent(event)
    dialog = window.pigments.exchange.dialog
    assert dialog is not None
    assert window.session.scan is None
    dialog.accept()
    assert [row.pigment.name for row in window.pigments.desk.selection] == ["Smalt"]


def test_library_and_scan_are_opened_together(window, library_file, scan_file, qtbot):
    with qtbot.waitSignal(window.jobs.idle):
        window.open_files([library_file, scan_file])
    qtbot.waitUntil(lambda: window.session.scan is not None)
    qtbot.waitUntil(lambda: window.pigments.exchange.dialog is not None)
    window.pigments.exchange.dialog.reject()


def test_closing_with_an_editor_open_and_spectra_computed_takes_less_than_three_seconds(
    make_window, make_pigment, monkeypatch, qtbot
):
    window = make_window()
    parts = window.pigments
    parts.show_pigments()
    started = threading.Event()

    def recompute(pigments, instrument, context):
        started.set()
        while True:
            context.progress(0.5, "Computing")

    monkeypatch.setattr(recomputing, "recompute", recompute)
    parts.recomputing.start(parts.desk.entries[0], parts.instruments.presets()[0])
    parts.desk.select([parts.desk.rows[0].place])
    parts.panel.edit_requested.emit()
    parts.open_layers()
    assert started.wait(5)
    begin = time.monotonic()
    assert window.close()
    assert time.monotonic() - begin < 3
    assert parts.editing.editors == ()


def test_unsaved_pigment_keeps_the_window_open_if_the_user_wants(make_window, monkeypatch):
    window = make_window()
    window.pigments.desk.load()
    editor = window.pigments.editing.create()
    editor.fields.name.setText("Not saved yet")
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    monkeypatch.setattr(QMessageBox, "question", lambda *args, **kwargs: answers.pop(0))
    assert not window.close()
    assert window.isVisible()
    assert window.close()
    assert answers == []


def test_layout_of_an_earlier_version_leaves_the_new_panels_where_they_belong(window, qtbot):
    earlier = QMainWindow()
    qtbot.addWidget(earlier)
    right = Qt.DockWidgetArea.RightDockWidgetArea
    for name in window.docks:
        if name not in PIGMENT_DOCKS:
            dock = QDockWidget(name)
            dock.setObjectName(f"dock_{name}")
            earlier.addDockWidget(right, dock)
    toolbar = earlier.addToolBar("Tools")
    toolbar.setObjectName("tools")
    state: QByteArray = earlier.saveState()
    assert window.restoreState(state)
    window.pigments.show_pigments()
    for name in PIGMENT_DOCKS:
        dock = window.docks[name]
        assert not dock.isHidden()
        assert not dock.isFloating()
        assert window.dockWidgetArea(dock) is Qt.DockWidgetArea.LeftDockWidgetArea
    assert window.docks["pigments"].width() > 200
