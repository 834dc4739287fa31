"""Kept maps can be shown again, renamed, let go and exported."""

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QLineEdit

from app.gui.docks.maps_dock import MapsPanel


@pytest.fixture
def panel(session, show):
    return show(MapsPanel(session))


@pytest.fixture
def kept(panel, session, make_scan, qtbot):
    """The panel on screen with two kept maps, of channels 31 to 33 and 39 to 41."""
    session.open_scan(make_scan())
    for window in ((31, 34), (39, 42)):
        session.set_window(*window)
        session.finish_window()
        session.keep_map()
    session.set_window(0, 9)
    panel.resize(360, 260)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.view.setFocus()
    return panel


def select(panel, *rows):
    for row in rows:
        flag = QItemSelectionModel.SelectionFlag.Select
        panel.view.selectionModel().select(panel.model.index(row), flag)


def test_without_maps_it_says_what_they_are_for_and_offers_nothing(panel):
    assert panel._empty.text() == "Keep a map to compare it and to export several at once."
    assert not panel._empty.isHidden()
    assert panel.view.isHidden()
    assert not panel._export.isEnabled()
    assert not panel._delete.isEnabled()


def test_kept_map_takes_the_place_of_the_words(kept):
    assert kept._empty.isHidden()
    assert kept.view.isVisible()
    assert [row.name for row in kept.model.rows] == ["6.10–6.70 keV", "7.70–8.30 keV"]
    assert kept._export.isEnabled()


def test_panel_made_after_a_map_was_kept_lists_it(kept, session, show):
    assert show(MapsPanel(session)).model.rowCount() == 2


def test_click_on_a_picture_shows_the_map_again(kept, session, qtbot):
    place = kept.view.visualRect(kept.model.index(1)).center()
    qtbot.mouseClick(kept.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.window == (39, 42)
    assert session.window_title == "7.70–8.30 keV"


def test_f2_renames_in_place(kept, session, qtbot):
    kept.view.setCurrentIndex(kept.model.index(0))
    qtbot.keyClick(kept.view, Qt.Key.Key_F2)
    editor = kept.view.findChild(QLineEdit)
    assert editor.text() == "6.10–6.70 keV"
    editor.setText("Iron")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    # the list takes what was typed over when the key has been dealt with
    qtbot.waitUntil(lambda: session.kept[0].name == "Iron")
    assert session.kept[1].name == "7.70–8.30 keV"
    assert session.undo_stack.undoText() == "rename map to Iron"


def test_delete_is_offered_only_while_something_is_chosen(kept):
    assert not kept._delete.isEnabled()
    select(kept, 0)
    assert kept._delete.isEnabled()
    kept.view.clearSelection()
    assert not kept._delete.isEnabled()


@pytest.mark.parametrize(("rows", "left"), [((0,), ["7.70–8.30 keV"]), ((0, 1), [])])
def test_delete_button_lets_the_chosen_maps_go(kept, session, rows, left):
    kept.view.setSelectionMode(kept.view.SelectionMode.MultiSelection)
    select(kept, *rows)
    kept._delete.click()
    assert [item.name for item in session.kept] == left


def test_delete_key_lets_the_chosen_map_go_and_undo_brings_it_back(kept, session, qtbot):
    kept.activateWindow()
    qtbot.waitUntil(kept.view.hasFocus)
    select(kept, 1)
    qtbot.keyClick(kept.view, Qt.Key.Key_Delete)
    assert [item.name for item in session.kept] == ["6.10–6.70 keV"]
    session.undo_stack.undo()
    assert [row.name for row in kept.model.rows] == ["6.10–6.70 keV", "7.70–8.30 keV"]


def test_deleting_with_nothing_chosen_changes_nothing(kept, session):
    before = session.state
    kept.delete_selected()
    assert session.state is before


def test_last_map_gone_brings_the_words_back(kept, session):
    for item in session.kept:
        session.remove_map(item.id)
    assert kept._empty.isVisible()
    assert kept.view.isHidden()
    assert not kept._delete.isEnabled()
    assert not kept._export.isEnabled()


def test_export_is_asked_for(kept, qtbot):
    with qtbot.waitSignal(kept.export_requested):
        kept._export.click()
