"""The scans of a batch as a table: what is in each, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.core.batch.states import RowState
from app.gui.theme import problem_colour

Index = QModelIndex | QPersistentModelIndex

SCAN, CONTENTS, STATE, PROGRESS, TIME, MESSAGE = range(6)
FractionRole = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One scan of a batch as it is shown.

    Parameters
    ----------
    path
        The scan's file or folder.
    contents
        What was found in it without reading its counts; empty until it was looked at.
    details
        More of what was found, a line each.
    problem
        Why it cannot be opened; empty when it can.
    state
        None before there was anything to do with it.
    fraction
        How far it is, 0..1; None while unknown.
    seconds
        How long it took so far, s; None before it began.
    message
        What is being done, or what went wrong.
    outputs
        Files that were written of it.
    """

    path: Path
    contents: str = ""
    details: str = ""
    problem: str = ""
    state: RowState | None = None
    fraction: float | None = None
    seconds: float | None = None
    message: str = ""
    outputs: tuple[Path, ...] = ()


class BatchRowsModel(QAbstractTableModel):
    """Scans in the order in which they were added."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[BatchRow] = []
        self._titles = (
            self.tr("Scan"),
            self.tr("Contents"),
            self.tr("State"),
            self.tr("Progress"),
            self.tr("Time"),
            self.tr("Message"),
        )
        self._state_words: Mapping[RowState | None, str] = {
            None: "",
            RowState.WAITING: self.tr("waiting"),
            RowState.RUNNING: self.tr("running"),
            RowState.DONE: self.tr("done"),
            RowState.UP_TO_DATE: self.tr("up to date"),
            RowState.FAILED: self.tr("failed"),
            RowState.CANCELLED: self.tr("cancelled"),
        }

    @property
    def rows(self) -> tuple[BatchRow, ...]:
        """All rows."""
        return tuple(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many scans are listed."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Six: scan, contents, state, progress, time and message."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Titles of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, and by role tool tips, the fraction 0..1 and the colour of what is wrong."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(row, column) or self._text(row, column) or None
        if role == FractionRole:
            return row.fraction
        if role == Qt.ItemDataRole.AccessibleTextRole and column == PROGRESS:
            return "" if row.fraction is None else f"{row.fraction:.0%}"
        is_wrong = column in (STATE, MESSAGE) if row.state is RowState.FAILED else False
        if role == Qt.ItemDataRole.ForegroundRole and (
            is_wrong or (row.problem and column == CONTENTS)
        ):
            return QColor(problem_colour(QApplication.palette()))
        if role == Qt.ItemDataRole.TextAlignmentRole and column == TIME:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def set_rows(self, rows: Sequence[BatchRow]) -> None:
        """Show other scans."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def add(self, rows: Sequence[BatchRow]) -> None:
        """List more scans below the others."""
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def remove(self, places: Sequence[int]) -> None:
        """Take scans out."""
        for place in sorted(set(places), reverse=True):
            self.beginRemoveRows(QModelIndex(), place, place)
            del self._rows[place]
            self.endRemoveRows()

    def update(self, place: int, **changes: Any) -> None:
        """Change fields of a scan's row."""
        new = replace(self._rows[place], **changes)
        if new != self._rows[place]:
            self._rows[place] = new
            self.dataChanged.emit(self.index(place, 0), self.index(place, MESSAGE))

    def _text(self, row: BatchRow, column: int) -> str:
        texts = {
            SCAN: row.path.name or str(row.path),
            CONTENTS: row.problem or row.contents,
            STATE: self._state_words[row.state],
            TIME: "" if row.seconds is None else time_text(row.seconds),
            MESSAGE: row.message,
        }
        return texts.get(column, "")


def _tip(row: BatchRow, column: int) -> str:
    """What a cell tells besides its text."""
    tips = {
        SCAN: str(row.path),
        CONTENTS: row.problem or row.details,
        MESSAGE: "\n".join((row.message, *map(str, row.outputs))).strip(),
    }
    return tips.get(column, "")


def time_text(seconds: float) -> str:
    """A time as one reads it from a clock: 0.4 s, 12 s, 3:05 min, 2:03:00 h."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d} h"
