"""Rows of a batch say what is in a scan and what became of it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.core.batch.states import RowState
from app.gui.batch_rows import (
    CONTENTS,
    MESSAGE,
    PROGRESS,
    SCAN,
    STATE,
    TIME,
    BatchRow,
    BatchRowsModel,
    FractionRole,
    time_text,
)
from app.gui.theme import problem_colour

A, B, C = (Path(f"/scans/{name}.h5") for name in "abc")


@pytest.fixture
def model(qapp, qtmodeltester):
    model = BatchRowsModel()
    model.set_rows([BatchRow(A, "3 × 4 × 64", "details"), BatchRow(B, problem="Broken.")])
    qtmodeltester.check(model)
    return model


def text(model, row, column, role=Qt.ItemDataRole.DisplayRole):
    return model.index(row, column).data(role)


def test_cells_hold_what_is_known(model):
    assert [text(model, 0, column) for column in range(6)] == ["a.h5", "3 × 4 × 64", *[""] * 4]
    assert text(model, 0, SCAN, Qt.ItemDataRole.ToolTipRole) == str(A)
    assert text(model, 0, CONTENTS, Qt.ItemDataRole.ToolTipRole) == "details"
    assert text(model, 1, CONTENTS) == "Broken."
    titles = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    assert titles == ["Scan", "Contents", "State", "Progress", "Time", "Message"]


def test_a_change_is_told_once_and_only_where_there_is_one(model):
    told = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.column())))
    model.update(1, state=RowState.RUNNING, fraction=0.256, seconds=3725, message="Reading")
    model.update(1, state=RowState.RUNNING)
    assert told == [(1, MESSAGE)]
    assert [text(model, 1, c) for c in (STATE, TIME, MESSAGE)] == [
        "running",
        "1:02:05 h",
        "Reading",
    ]
    assert text(model, 1, PROGRESS, FractionRole) == 0.256
    assert text(model, 1, PROGRESS, Qt.ItemDataRole.AccessibleTextRole) == "26%"


def test_what_is_wrong_has_its_colour(model):
    wrong = problem_colour(QApplication.palette())
    model.update(0, state=RowState.FAILED, message="No.", outputs=(A,))
    role = Qt.ItemDataRole.ForegroundRole
    shown = [text(model, 0, column, role) for column in range(6)]
    assert [None if item is None else item.name() for item in shown] == [
        *[None] * 2,
        wrong,
        *[None] * 2,
        wrong,
    ]
    assert text(model, 1, CONTENTS, role).name() == wrong
    assert text(model, 0, MESSAGE, Qt.ItemDataRole.ToolTipRole) == f"No.\n{A}"


def test_every_state_has_a_word(model):
    words = []
    for state in RowState:
        model.update(0, state=state)
        words.append(text(model, 0, STATE))
    assert words == ["waiting", "running", "done", "up to date", "failed", "cancelled"]


def test_rows_come_and_go(model):
    model.add([BatchRow(C)])
    model.add([])
    model.remove([0, 1, 0])
    assert [row.path for row in model.rows] == [C]
    assert model.index(9, 0).data() is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1:00 min"),
        (3599.4, "59:59 min"),
        (3599.6, "1:00:00 h"),
        (93784, "26:03:04 h"),
    ],
)
def test_times_read_as_on_a_clock(seconds, words):
    assert time_text(seconds) == words
