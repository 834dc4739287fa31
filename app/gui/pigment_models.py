"""Pigments for Qt's views: the table of a library, in any order, and which of them are shown."""

import re
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from app.core.elements import ELEMENTS
from app.core.pigment_search import Filter, matches
from app.core.pigments import Pigment
from app.errors import ParameterError

SWATCH_PIXELS = 14
ALL = "all"
SHIPPED = "shipped"

Index = QModelIndex | QPersistentModelIndex

RowRole = Qt.ItemDataRole.UserRole
SortRole = Qt.ItemDataRole.UserRole + 1

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
# a number that counts atoms stands behind an element or a bracket
_COUNT = re.compile(r"(?<=[A-Za-z)\]}])\d+(?:\.\d+)?")
_NO_YEAR = 10_000
# up to neon no line gets through air and the detector's window
_LIGHT = frozenset(ELEMENTS[: ELEMENTS.index("Na")])


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A library as the chooser lists it.

    Parameters
    ----------
    key
        `SHIPPED`, or the path of the user's own.
    title
        What it is called.
    is_read_only
        Whether its pigments can only be copied.
    """

    key: str
    title: str
    is_read_only: bool = False


@dataclass(frozen=True, slots=True)
class PigmentRow:
    """A pigment and the library it is in."""

    pigment: Pigment
    library: LibraryEntry

    @property
    def place(self) -> tuple[str, str]:
        """Key of its library and its id there."""
        return self.library.key, self.pigment.id


def subscripted(formula: str) -> str:
    """A formula with numbers of atoms set low: "2PbCO₃·Pb(OH)₂".

    Factors in front stay on the line; a number with decimals keeps its point.
    """
    return _COUNT.sub(lambda found: found[0].translate(_SUBSCRIPTS), formula)


def elements_text(pigment: Pigment) -> str:
    """Its elements, those that XRF may see first, then by mass; empty for an unreadable formula."""
    try:
        found = pigment.elements
    except ParameterError:
        return ""
    return ", ".join(sorted(found, key=lambda symbol: symbol in _LIGHT))


def period_text(pigment: Pigment) -> str:
    """When it was used: its own words, else the years."""
    if pigment.period:
        return pigment.period
    begin, end = pigment.from_year, pigment.to_year
    if begin is None and end is None:
        return ""
    if end is None:
        return f"from {_year(begin)}"
    return f"until {_year(end)}" if begin is None else f"{_year(begin)}–{_year(end)}"


def _year(year: int | None) -> str:
    if year is None:
        return ""
    return f"{-year} BC" if year < 0 else str(year)


def swatch(srgb: tuple[int, int, int], size: int = SWATCH_PIXELS) -> QPixmap:
    """A square of a colour with a thin rim, so that white shows on white.

    Parameters
    ----------
    srgb
        0..255 each.
    size
        Side, pixels of the window.
    """
    pixmap = QPixmap(2 * size, 2 * size)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(128, 128, 128, 160), 1))
    painter.setBrush(QColor(*srgb))
    painter.drawRoundedRect(QRectF(0.5, 0.5, size - 1, size - 1), 2, 2)
    painter.end()
    return pixmap


class PigmentsModel(QAbstractTableModel):
    """One pigment a row: name with its colour, formula, elements, period, library, source."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[PigmentRow, ...] = ()
        self._swatches: dict[tuple[int, int, int], QIcon] = {}
        self._titles = (
            self.tr("Pigment"),
            self.tr("Formula"),
            self.tr("Elements"),
            self.tr("Period"),
            self.tr("Library"),
            self.tr("Source"),
        )

    @property
    def rows(self) -> tuple[PigmentRow, ...]:
        """The pigments as listed."""
        return self._rows

    def set_rows(self, rows: tuple[PigmentRow, ...]) -> None:
        """List other pigments."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many pigments there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many facts of each are shown."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Titles of the columns."""
        across = orientation is Qt.Orientation.Horizontal
        return self._titles[section] if across and role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, swatch, tool tip, what to sort by, and the `PigmentRow` itself."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return self._icon(row.pigment.srgb)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(row)
        if role == SortRole:
            return self._order(row, column)
        return row if role == RowRole else None

    def _text(self, row: PigmentRow, column: int) -> str:
        pigment = row.pigment
        texts = (
            lambda: pigment.name,
            lambda: subscripted(pigment.formula),
            lambda: elements_text(pigment),
            lambda: period_text(pigment),
            lambda: row.library.title,
            lambda: pigment.source,
        )
        return texts[column]()

    def _order(self, row: PigmentRow, column: int) -> Any:
        if column == 3:
            begin, end = row.pigment.from_year, row.pigment.to_year
            return begin if begin is not None else (_NO_YEAR if end is None else end - _NO_YEAR)
        return self._text(row, column).casefold()

    def _icon(self, srgb: tuple[int, int, int]) -> QIcon:
        if srgb not in self._swatches:
            pixmap = swatch(srgb)
            icon = QIcon(pixmap)
            # a chosen row must not tint the colour it is chosen for
            icon.addPixmap(pixmap, QIcon.Mode.Selected)
            self._swatches[srgb] = icon
        return self._swatches[srgb]

    def _tool_tip(self, row: PigmentRow) -> str:
        pigment = row.pigment
        name = pigment.name
        if pigment.synonyms:
            name = f"{name} ({', '.join(pigment.synonyms)})"
        formula = subscripted(pigment.formula) or self.tr("no composition given")
        elements = elements_text(pigment)
        lines = [name, f"{formula}: {elements}" if elements else formula]
        lines += [text for text in (period_text(pigment), pigment.xrf_note) if text]
        lines.append(self.tr("Library: {}").format(row.library.title))
        return "\n".join(lines)


class PigmentsProxy(QSortFilterProxyModel):
    """The pigments that match what is looked for, in the order of a column."""

    filter_changed = Signal(object)

    def __init__(self, model: PigmentsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._filter = Filter()
        self.setSourceModel(model)
        self.setSortRole(SortRole)
        self.sort(0, Qt.SortOrder.AscendingOrder)

    @property
    def filter(self) -> Filter:
        """What is looked for."""
        return self._filter

    def set_filter(self, wanted: Filter) -> None:
        """Look for something else."""
        if wanted != self._filter:
            self._filter = wanted
            self.invalidate()
            self.filter_changed.emit(wanted)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Whether a pigment is shown; one whose formula cannot be read has no elements."""
        index = self.sourceModel().index(source_row, 0, source_parent)
        row: PigmentRow = index.data(RowRole)
        try:
            return matches(row.pigment, self._filter)
        except ParameterError:
            return False
