"""The menu of the pigments has an entry for everything, usable exactly when it can do something."""

import pytest
from PySide6.QtWidgets import QMenu

from app.core.region import Region
from app.gui.actions import ACTIONS
from app.gui.pigment_actions import PIGMENT_ACTIONS


@pytest.fixture
def actions(window):
    return window.window_actions.pigments


@pytest.fixture
def menu(window):
    (menu,) = [item for item in window.menuBar().findChildren(QMenu) if item.title() == "&Pigments"]
    return menu


def enabled(actions):
    return {spec.name for spec in PIGMENT_ACTIONS if actions[spec.name].isEnabled()}


def test_every_action_has_its_place_in_the_menu(actions, menu):
    placed = [action.objectName() for action in menu.actions() if action.objectName()]
    assert placed == [spec.name for spec in PIGMENT_ACTIONS]
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[1:5] == ["&New…", "&Duplicate", "&Edit…", "De&lete"]


def test_letters_to_press_are_used_once(menu):
    texts = [action.text() for action in menu.actions() if "&" in action.text()]
    letters = [text[text.index("&") + 1].lower() for text in texts]
    assert sorted(set(letters)) == sorted(letters)


def test_keys_and_names_are_shared_with_no_other_action(actions, window):
    names = [spec.name for spec in (*ACTIONS, *PIGMENT_ACTIONS)]
    keys = [actions[spec.name].shortcut().toString() for spec in PIGMENT_ACTIONS]
    keys += [window.window_actions.table[spec.name].shortcut().toString() for spec in ACTIONS]
    keys = [key for key in keys if key]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)


def test_without_pigments_and_scan_little_can_be_done(actions):
    usual = {spec.name for spec in PIGMENT_ACTIONS}
    assert enabled(actions) == usual - {
        "pigments_export",
        "pigments_export_chosen",
        "make_pigment",
    }


def test_export_is_offered_for_what_is_there(actions, window):
    desk = window.pigments.desk
    desk.load()
    assert "pigments_export" in enabled(actions)
    desk.select([desk.rows[0].place])
    assert "pigments_export_chosen" in enabled(actions)
    desk.select([])
    assert "pigments_export_chosen" not in enabled(actions)


def test_pigment_can_be_made_of_a_place_on_an_axis(actions, window, make_scan):
    window.session.open_scan(make_scan())
    assert "make_pigment" not in enabled(actions)
    window.session.set_region(Region(0, 1, 0, 1))
    assert "make_pigment" in enabled(actions)
    window.session.open_scan(make_scan(axis=None))
    window.session.set_region(Region(0, 1, 0, 1))
    assert "make_pigment" not in enabled(actions)


def test_panel_is_shown_and_put_away_by_one_action(actions, window, qtbot):
    action = actions["pigments"]
    assert not action.isChecked()
    action.trigger()
    assert not window.docks["pigments"].isHidden()
    assert not window.docks["candidates"].isHidden()
    assert action.isChecked()
    action.trigger()
    assert window.docks["pigments"].isHidden()
    assert window.docks["candidates"].isHidden()
    window.docks["pigments"].show()
    assert action.isChecked()


def test_library_button_offers_import_and_export(window, actions):
    offered = window.pigments.panel.more.menu().actions()
    assert actions["pigments_import"] in offered
    assert actions["recompute"] in offered
