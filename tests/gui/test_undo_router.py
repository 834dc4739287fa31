"""Undo goes to the pigments while they have the focus, else to the scan."""

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.gui.session import Session


@pytest.fixture
def places(qtbot):
    """A window with one field that belongs to the pigments and one that does not."""
    window = QWidget()
    qtbot.addWidget(window)
    layout = QHBoxLayout(window)
    fields = [QLineEdit(), QLineEdit()]
    for field in fields:
        layout.addWidget(field)
    window.fields = fields
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    fields[1].setFocus()
    return window


@pytest.fixture
def router(places, undo_for, make_scan, make_pigment):
    session = Session(parent=places)
    router = undo_for(session, places, lambda widget: widget is places.fields[0])
    session.open_scan(make_scan())
    desk = router._desk
    desk.add(make_pigment("Vermilion", "HgS"))
    yield router
    desk.stop()


def test_scan_is_undone_at_first(router):
    assert not router.is_at_pigments
    assert router.undo_text == "open hands"


def test_focus_decides_whose_change_is_undone(router, places):
    places.fields[0].setFocus()
    assert router.is_at_pigments
    assert router.undo_text == "add Vermilion"
    places.fields[1].setFocus()
    assert router.undo_text == "open hands"


def test_undo_and_redo_reach_the_pigments_alone(router, places):
    places.fields[0].setFocus()
    router.undo()
    assert [row.pigment.name for row in router._desk.rows] == ["Azurite", "Madder lake"]
    assert router._session.scan is not None
    assert (router.can_undo, router.can_redo) == (False, True)
    assert router.redo_text == "add Vermilion"
    router.redo()
    assert len(router._desk.rows) == 3


def test_undo_reaches_the_scan_alone(router):
    router.undo()
    assert router._session.scan is None
    assert len(router._desk.rows) == 3
    router.redo()
    assert router._session.scan is not None


def test_each_move_and_each_change_is_told(router, places, make_pigment):
    told = []
    router.changed.connect(lambda: told.append(router.undo_text))
    places.fields[0].setFocus()
    router._desk.add(make_pigment("Smalt", "SiO2"))
    assert told[0] == "add Vermilion"
    assert told[-1] == "add Smalt"


def test_undo_stays_where_it_was_while_nothing_has_the_focus(router, places):
    places.fields[0].setFocus()
    places.fields[0].clearFocus()
    assert router.is_at_pigments
