"""The pigments' panel: a list to find, choose and change pigments by mouse and by key."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from app.gui.docks.pigments_dock import PigmentsPanel
from app.gui.pigment_models import ALL, SHIPPED, LibraryEntry, PigmentRow

VELATURA = LibraryEntry(SHIPPED, "Velatura", is_read_only=True)
OWN = LibraryEntry("/libraries/own.pigments", "Mock-ups")


@pytest.fixture
def panel(qtbot, libraries, make_pigment, show):
    """The panel on screen with two shipped pigments and two of the user's own."""
    panel = show(PigmentsPanel())
    panel.set_libraries((VELATURA, OWN), ALL)
    rows = [PigmentRow(pigment, VELATURA) for pigment in libraries.shipped().pigments]
    rows += [PigmentRow(make_pigment(name), OWN) for name in ("Ochre", "Umber")]
    panel.set_rows(tuple(rows))
    panel.resize(340, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.table.setFocus()
    return panel


@pytest.fixture
def asked(panel):
    """What the panel asks for, by name."""
    asked = []
    for name in ("add", "edit", "duplicate", "delete"):
        signal = getattr(panel, f"{name}_requested")
        signal.connect(lambda *_args, name=name: asked.append(name))
    return asked


def names(panel):
    return [panel.proxy.index(row, 0).data() for row in range(panel.proxy.rowCount())]


def choose(panel, *wanted):
    panel.table.clearSelection()
    rows = [row for row in panel.model.rows if row.pigment.name in wanted]
    panel.set_selection(tuple(rows))


def test_pigments_are_listed_by_name_with_their_number(panel):
    assert names(panel) == ["Azurite", "Madder lake", "Ochre", "Umber"]
    assert panel.count.text() == "4 pigments"
    assert panel.empty.isHidden()


def test_libraries_are_offered_with_all_of_them_first(panel, qtbot):
    titles = [panel.library.itemText(row) for row in range(panel.library.count())]
    assert titles == ["All libraries", "Velatura (read-only)", "Mock-ups"]
    with qtbot.waitSignal(panel.library_chosen) as chosen:
        panel.library.setFocus()
        qtbot.keyClick(panel.library, Qt.Key.Key_Down)
    assert chosen.args == [SHIPPED]


def test_single_library_needs_no_choice_of_all(panel):
    panel.set_libraries((VELATURA,), ALL)
    assert panel.library.count() == 1
    assert panel.library.currentText() == "Velatura (read-only)"


def test_typing_finds_and_says_how_many(panel, qtbot):
    qtbot.keyClicks(panel.filter.text, "mountain")
    assert names(panel) == ["Azurite"]
    assert panel.count.text() == "1 of 4 pigments"


def test_nothing_found_is_said_in_place_of_the_table(panel, qtbot):
    qtbot.keyClicks(panel.filter.text, "zzz")
    assert panel.table.isHidden()
    assert panel.empty.text().startswith("No pigment matches.")


def test_empty_library_says_how_to_fill_it(panel):
    panel.set_rows(())
    assert panel.table.isHidden()
    assert panel.empty.text().startswith("This library is empty.")


def test_choice_is_told_by_place_and_shown_below(panel, qtbot):
    with qtbot.waitSignal(panel.selection_changed) as told:
        panel.table.selectRow(2)
    assert told.args == [((OWN.key, "ochre"),)]
    assert "Fe₂O₃" in panel.details.facts


def test_choice_from_elsewhere_is_not_told_back(panel):
    told = []
    panel.selection_changed.connect(told.append)
    choose(panel, "Umber")
    assert [row.pigment.name for row in panel.selection] == ["Umber"]
    assert told == []


def test_choice_from_elsewhere_lets_go_of_a_filter_that_hides_it(panel):
    panel.filter.text.setText("azurite")
    choose(panel, "Umber")
    assert [row.pigment.name for row in panel.selection] == ["Umber"]
    assert panel.filter.text.text() == ""


def test_choice_stays_when_the_list_is_read_again(panel):
    choose(panel, "Umber")
    panel.set_rows(panel.model.rows[1:])
    assert [row.pigment.name for row in panel.selection] == ["Umber"]


def test_chosen_pigment_that_the_filter_hides_is_let_go_of(panel):
    choose(panel, "Umber")
    told = []
    panel.selection_changed.connect(told.append)
    panel.filter.text.setText("azurite")
    assert panel.selection == ()
    assert told[-1] == ()
    assert not panel.delete_button.isEnabled()


@pytest.mark.parametrize(
    ("key", "modifier", "wanted"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "edit"),
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier, "edit"),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "delete"),
        (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier, "duplicate"),
        (Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier, "add"),
    ],
)
def test_keys_in_the_table_do_what_they_say(panel, asked, qtbot, key, modifier, wanted):
    choose(panel, "Ochre")
    qtbot.keyClick(panel.table, key, modifier)
    assert asked == [wanted]


def test_keys_in_the_search_field_are_left_to_it(panel, asked, qtbot):
    choose(panel, "Ochre")
    panel.filter.text.setFocus()
    qtbot.keyClick(panel.filter.text, Qt.Key.Key_Delete)
    qtbot.keyClick(panel.filter.text, Qt.Key.Key_Return)
    assert asked == []


def test_double_click_edits(panel, asked, qtbot):
    place = panel.table.visualRect(panel.proxy.index(0, 0)).center()
    viewport = panel.table.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert asked == ["edit"]


def test_buttons_do_what_they_say(panel, asked, qtbot):
    choose(panel, "Ochre")
    for button in (
        panel.new_button,
        panel.edit_button,
        panel.duplicate_button,
        panel.delete_button,
    ):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == ["add", "edit", "duplicate", "delete"]


def test_what_cannot_be_done_cannot_be_chosen(panel):
    choose(panel)
    assert not panel.edit_button.isEnabled()
    assert not panel.duplicate_button.isEnabled()
    assert not panel.delete_button.isEnabled()
    choose(panel, "Ochre", "Umber")
    assert not panel.edit_button.isEnabled()
    assert panel.delete_button.isEnabled()
    choose(panel, "Azurite")
    assert panel.edit_button.isEnabled()
    assert not panel.delete_button.isEnabled()
    assert panel.delete_button.toolTip()


def test_read_only_pigment_is_opened_not_edited(panel):
    choose(panel, "Azurite")
    assert panel.edit_button.text() == "Open…"
    choose(panel, "Ochre")
    assert panel.edit_button.text() == "Edit…"


def test_context_menu_offers_the_same_as_the_keys(panel):
    assert panel.table.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
    texts = [action.text() for action in panel.table.actions()]
    assert texts == ["&New…", "&Duplicate", "&Edit…", "De&lete"]
    assert panel.table.actions() == list(panel.actions_of_table)


def test_library_button_offers_the_menu_it_is_given(panel):
    menu = QMenu(panel)
    panel.set_menu(menu)
    assert panel.more.menu() is menu


def test_panel_stays_small(panel):
    panel.filter.unfold.setChecked(True)
    size = panel.minimumSizeHint()
    assert size.width() <= 300
    assert size.height() <= 420
