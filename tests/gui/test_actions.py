"""Actions are enabled exactly when they can do something."""

import pytest
from PySide6.QtWidgets import QWidget

from app.core.region import Region
from app.gui import theme
from app.gui.actions import ACTIONS, Actions
from app.gui.session import Session

ALWAYS = {
    "open",
    "open_folder",
    "open_with",
    "open_sample",
    "batch",
    "synthesise",
    "quit",
    "log",
    "manual",
    "about",
    "log_folder",
    "recolour",
}
SCAN = ALWAYS | {"axis", "region_tool", "fit", "undo"}
NO_AXIS = SCAN | {"keep", "clusters", "compare", "export_map", "export_spectrum", "export_cube"}
WHOLE = NO_AXIS | {"unmix"}


@pytest.fixture
def session(qapp):
    return Session()


@pytest.fixture
def actions(session, qtbot, undo_for):
    window = QWidget()
    qtbot.addWidget(window)
    yield Actions(session, window, undo_for(session, window))
    window.close()


def enabled(actions):
    return {spec.name for spec in ACTIONS if actions[spec.name].isEnabled()}


def test_names_and_shortcuts_are_used_once(actions):
    names = [spec.name for spec in ACTIONS]
    keys = [actions[name].shortcut().toString() for name in names]
    keys = [key for key in keys if key]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)


def test_every_action_says_what_it_does(actions):
    assert all(actions[spec.name].statusTip() for spec in ACTIONS)


def test_nothing_open(actions):
    assert enabled(actions) == ALWAYS


def test_first_look_can_be_looked_at_but_not_exported(actions, session, make_scan):
    session.open_scan(make_scan(row_step=2))
    assert enabled(actions) == SCAN | {"keep"}


def test_scan_without_axis_has_maps_of_channels(actions, session, make_scan):
    session.open_scan(make_scan(axis=None))
    assert enabled(actions) == NO_AXIS


def test_whole_scan(actions, session, make_scan):
    session.open_scan(make_scan())
    assert enabled(actions) == WHOLE
    session.keep_map()
    assert enabled(actions) == WHOLE | {"export_maps"}
    session.set_region(Region(0, 2, 0, 2))
    assert enabled(actions) == WHOLE | {"export_maps", "clear_region"}
    session.undo_stack.undo()
    assert enabled(actions) == WHOLE | {"export_maps", "redo"}


def test_undo_names_the_change(actions, session, make_scan):
    session.open_scan(make_scan())
    session.set_window(3, 9)
    assert actions["undo"].text() == "&Undo move energy window"
    session.undo_stack.undo()
    assert actions["undo"].text() == "&Undo open hands"
    assert actions["redo"].text() == "&Redo move energy window"


def test_log_follows_the_session(actions, session):
    assert actions["log"].isChecked()
    session.set_spectrum_log(False)
    assert not actions["log"].isChecked()


@pytest.mark.parametrize("chosen", [theme.Theme.DARK, theme.Theme.LIGHT])
def test_every_named_icon_exists(actions, chosen):
    actions.set_theme(chosen)
    assert all(not actions[spec.name].icon().isNull() for spec in ACTIONS if spec.icon)
