"""The colours of a palette: how much of the picture each has, and what it is mixed from."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.core.colour import Srgb
from app.gui.pigment_models import SWATCH_PIXELS, swatch
from app.gui.theme import figures_font
from app.gui.views.line_table import RowDelegate

_SWATCH = 18
_FITTED_ROWS = 32


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """A colour as it is shown.

    Parameters
    ----------
    srgb
        0..255 each.
    share
        Of the picture's pixels, 0..1.
    mixture
        What it is mixed from, in words.
    is_changed
        Whether the user changed something in it.
    """

    srgb: Srgb
    share: float
    mixture: str
    is_changed: bool = False


class PaletteTable(QTableWidget):
    """A row per colour, the largest first; one of them is chosen.

    Signals
    -------
    chosen(int)
        The user chose another colour, by its number from 0.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titles = [self.tr("Colour"), self.tr("Area"), self.tr("Mixed from")]
        self.setColumnCount(len(titles))
        self.setHorizontalHeaderLabels(titles)
        self.setAccessibleName(self.tr("Colours of the picture"))
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(RowDelegate(self))
        self.setFont(figures_font(self.font()))
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        # fitted when rows have come: fitting at each of hundreds of changes would take seconds
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setResizeContentsPrecision(_FITTED_ROWS)
        self._rows: tuple[PaletteRow, ...] = ()
        self.currentCellChanged.connect(self._on_current)

    @property
    def number(self) -> int:
        """The chosen colour, from 0; −1 while there is none."""
        return self.currentRow()

    def set_rows(self, rows: Sequence[PaletteRow]) -> None:
        """Show other colours; the place that was chosen stays chosen where it is still there."""
        number, before = self.currentRow(), self._rows
        self._rows = tuple(rows)
        with QSignalBlocker(self):
            self.setRowCount(len(rows))
            for place, row in enumerate(rows):
                if place >= len(before) or before[place] != row:
                    self._fill(place, row)
            if rows:
                self.setCurrentCell(min(max(number, 0), len(rows) - 1), 0)
        if before != self._rows:
            for column in (0, 1):
                self.resizeColumnToContents(column)

    def _fill(self, place: int, row: PaletteRow) -> None:
        mark = "*" if row.is_changed else ""
        for column, text in enumerate((f"{place + 1}{mark}", _percent(row.share), row.mixture)):
            item = QTableWidgetItem(text)
            item.setToolTip(row.mixture)
            if column == 0:
                item.setIcon(swatch_icon(row.srgb, _SWATCH))
                if row.is_changed:
                    item.setToolTip(self.tr("Changed by hand"))
            self.setItem(place, column, item)

    @Slot(int, int, int, int)
    def _on_current(self, row: int, _column: int, before: int, _before: int) -> None:
        if row >= 0 and row != before:
            self.chosen.emit(row)


def swatch_icon(srgb: Srgb, size: int = SWATCH_PIXELS) -> QIcon:
    """A square of a colour that a chosen row does not tint."""
    pixmap = swatch(srgb, size)
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def _percent(share: float) -> str:
    """A share with two figures: 42 %, 3.1 %, 0.4 %."""
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 9.95 else f"{percent:.1f} %"
