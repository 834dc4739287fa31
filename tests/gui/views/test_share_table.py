"""Pigments of a colour with their shares."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox

from app.gui.views.share_table import ShareRow, ShareTable

ROWS = (
    ShareRow("Azurite", (40, 90, 160), 0.93, 0.6, is_ruled=True),
    ShareRow("Indigo", (20, 20, 90), 0.88, 0.4, is_ruled=True, given=0.4),
    ShareRow("Smalt", (60, 60, 140), 0.80, 0.0, is_ruled=True, given=0.0),
    ShareRow("Chalk", (240, 240, 240), 0.31, 0.0, is_ruled=False),
)
ON, OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@pytest.fixture
def table(qtbot):
    table = ShareTable()
    qtbot.addWidget(table)
    table.resize(420, 200)
    with qtbot.waitExposed(table):
        table.show()
    table.set_rows(ROWS)
    return table


@pytest.fixture
def told(table):
    told = []
    table.share_given.connect(lambda name, share: told.append((name, share)))
    return told


def test_those_that_take_part_are_ticked(table):
    assert [table.item(row, 0).checkState() for row in range(4)] == [ON, ON, OFF, OFF]
    assert [table.item(row, 1).text() for row in range(4)] == ["0.93", "0.88", "0.80", "0.31"]
    assert table.item(1, 2).toolTip() == "Given by hand"
    assert not table.grab().isNull()


@pytest.mark.parametrize(
    ("row", "state", "expected"),
    [
        (0, OFF, ("Azurite", 0.0)),
        (1, OFF, ("Indigo", 0.0)),
        (2, ON, ("Smalt", None)),
        (3, ON, ("Chalk", 0.1)),
    ],
    ids=["left out", "given left out", "back to the rule", "let in"],
)
def test_ticks_leave_pigments_out_and_let_them_in(table, told, row, state, expected):
    table.item(row, 0).setCheckState(state)
    assert told == [expected]


def test_taking_back_one_that_the_rule_leaves_out_leaves_it_to_the_rule(table, told):
    table.set_rows((ShareRow("Chalk", (240, 240, 240), 0.31, 0.1, is_ruled=False, given=0.1),))
    table.item(0, 0).setCheckState(OFF)
    assert told == [("Chalk", None)]


def test_a_share_is_typed_in_per_cent(table, told, qtbot):
    table.setCurrentCell(0, 2)
    table.editItem(table.item(0, 2))
    editor = table.findChild(QDoubleSpinBox)
    assert editor.value() == pytest.approx(60.0)
    editor.setValue(25.0)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: told == [("Azurite", 0.25)])


def test_showing_others_tells_nobody_and_keeps_the_place_of_the_same_ones(table, told):
    table.setCurrentCell(2, 2)
    table.set_rows(ROWS[:2] + tuple(ShareRow(r.name, r.srgb, 0.5, 0.2, True) for r in ROWS[2:]))
    assert table.currentRow() == 2
    table.set_rows(ROWS[:1])
    assert table.rowCount() == 1
    assert told == []
