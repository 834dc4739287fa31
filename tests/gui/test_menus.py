"""Every action is found in a menu, and the menus that change follow what they show."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QToolButton

from app.gui import theme
from app.gui.actions import ACTIONS, Actions
from app.gui.display_controls import DisplayControls
from app.gui.menus import RecentMenu, make_menus, make_toolbar
from app.gui.session import Session
from app.gui.theme import Theme


@pytest.fixture
def host(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def table(host, undo_for):
    session = Session(parent=host)
    return Actions(session, host, undo_for(session, host))


@pytest.fixture
def pigments(host):
    action = QAction("&Pigments", host)
    action.setObjectName("pigments")
    return action


@pytest.fixture
def recent(qtbot):
    """A menu of recent files with the list it is filled from."""
    menu, files = QMenu(), []
    qtbot.addWidget(menu)
    filler = RecentMenu(menu, lambda: tuple(files))
    return filler, menu, files


def entries(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_every_action_has_its_place_in_one_menu(host, table):
    make_menus(host, table, Theme.DARK)
    menus = host.menuBar().findChildren(QMenu)
    placed = [action.objectName() for menu in menus for action in menu.actions()]
    placed = [name for name in placed if name]
    assert sorted(placed) == sorted(spec.name for spec in ACTIONS)


def test_menus_stand_in_the_usual_order(host, table):
    make_menus(host, table, Theme.DARK)
    assert entries(host.menuBar()) == [
        "&File",
        "&Edit",
        "&Scan",
        "&Pigments",
        "&View",
        "&Help",
    ]


def test_letters_to_press_are_used_once_in_each_menu(host, table):
    make_menus(host, table, Theme.DARK)
    for menu in [host.menuBar(), *host.menuBar().findChildren(QMenu)]:
        # the panels' names are added by the window, files have numbers
        letters = [text[text.index("&") + 1].lower() for text in entries(menu) if "&" in text]
        assert sorted(set(letters)) == sorted(letters)


def test_every_entry_can_be_reached_by_a_letter(host, table):
    menus = make_menus(host, table, Theme.DARK)
    for menu in [host.menuBar(), *host.menuBar().findChildren(QMenu)]:
        if menu is not menus.recent:
            assert [text for text in entries(menu) if "&" not in text] == []


@pytest.mark.parametrize("chosen", list(Theme))
def test_one_theme_is_checked_at_a_time(host, table, chosen):
    group = make_menus(host, table, chosen).themes
    assert [action.data() for action in group.actions()] == ["dark", "light", "system"]
    assert [action.data() for action in group.actions() if action.isChecked()] == [chosen.value]
    other = next(action for action in group.actions() if not action.isChecked())
    other.trigger()
    assert group.checkedAction() is other
    assert sum(action.isChecked() for action in group.actions()) == 1


def test_no_recent_files_is_said_and_cannot_be_chosen(recent):
    _, menu, _ = recent
    assert entries(menu) == ["No files yet"]
    assert not menu.actions()[0].isEnabled()


def test_recent_files_are_numbered_with_their_folders(recent):
    filler, menu, files = recent
    files += [f"/scans/day{number}/hands.npz" for number in range(1, 12)]
    filler.fill()
    names = entries(menu)
    assert names[0] == "&1 day1/hands.npz"
    assert names[9] == "&0 day10/hands.npz"
    assert names[10] == "&1 day11/hands.npz"
    assert menu.actions()[0].toolTip() == "/scans/day1/hands.npz"


def test_ampersand_in_a_name_is_shown(recent):
    filler, menu, files = recent
    files.append("/scans/oil & egg/a&b.npz")
    filler.fill()
    assert entries(menu) == ["&1 oil && egg/a&&b.npz"]


def test_list_is_read_anew_each_time_the_menu_opens(recent):
    _, menu, files = recent
    files.append("/scans/hands.npz")
    menu.aboutToShow.emit()
    assert entries(menu) == ["&1 scans/hands.npz"]
    files.clear()
    menu.aboutToShow.emit()
    assert entries(menu) == ["No files yet"]


def test_chosen_file_is_told_as_a_path(recent, qtbot):
    filler, menu, files = recent
    files.append("/scans/hands.npz")
    filler.fill()
    with qtbot.waitSignal(filler.chosen) as told:
        menu.actions()[0].trigger()
    assert told.args == [Path("/scans/hands.npz")]


def test_entry_without_a_file_tells_nothing(recent, qtbot):
    filler, menu, _ = recent
    with qtbot.assertNotEmitted(filler.chosen):
        menu.triggered.emit(menu.actions()[0])


def test_toolbar_has_what_is_needed_most_with_pictures(host, table, pigments):
    display = DisplayControls(Session(parent=host).display)
    table.set_theme(Theme.DARK)
    toolbar = make_toolbar(host, table, display, pigments)
    pigments.setIcon(theme.icon("pigments", Theme.DARK))
    named = [action for action in toolbar.actions() if action.objectName()]
    assert [action.objectName() for action in named] == [
        *("open", "undo", "redo", "keep", "region_tool", "fit", "log", "pigments", "export_map")
    ]
    assert all(not action.icon().isNull() for action in named)
    assert display.parentWidget() is toolbar
    assert host.toolBarArea(toolbar) == Qt.ToolBarArea.TopToolBarArea


def test_few_buttons_of_the_toolbar_say_their_name(host, table, pigments):
    toolbar = make_toolbar(host, table, DisplayControls(Session(parent=host).display), pigments)
    beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    with_text = {
        button.defaultAction().objectName()
        for button in toolbar.findChildren(QToolButton)
        if button.defaultAction() is not None and button.toolButtonStyle() == beside
    }
    assert with_text == {"open", "keep", "export_map"}


def test_toolbars_place_can_be_kept(host, table, pigments):
    toolbar = make_toolbar(host, table, DisplayControls(Session(parent=host).display), pigments)
    state = host.saveState()
    toolbar.hide()
    assert host.restoreState(state)
    assert not toolbar.isHidden()
