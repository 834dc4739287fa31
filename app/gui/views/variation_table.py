"""Variations of a recipe, a row each; what is left empty stays as the recipe has it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.gui.theme import figures_font

NAME, MORE = "name", ""


class VariationTable(QTableWidget):
    """Texts by the name of a parameter; the last column takes any others as "name = value".

    Signals
    -------
    changed()
        A text was changed, or a row came or went.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self.setAccessibleName(self.tr("Variations"))
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setFont(figures_font(self.font()))
        self.verticalHeader().hide()
        self.itemChanged.connect(self._on_item)

    def set_columns(self, titles: Mapping[str, str]) -> None:
        """Ask for these parameters: their names with what they are called; `MORE` comes last."""
        self._names = (NAME, *titles, MORE)
        self.setColumnCount(len(self._names))
        words = [self.tr("Name"), *titles.values(), self.tr("Anything else")]
        self.setHorizontalHeaderLabels(words)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(self._names) - 1, QHeaderView.ResizeMode.Stretch)
        for place, name in enumerate(self._names):
            item = self.horizontalHeaderItem(place)
            if item is not None and name == MORE:
                item.setToolTip(self.tr("Such as: paint_um = 10; ground = gypsum"))
            elif item is not None and name == "seed":
                item.setToolTip(self.tr("Empty: each scan has its own, by the names of its files"))

    @property
    def rows(self) -> tuple[Mapping[str, str], ...]:
        """The texts of each row by the parameter's name; those left empty are not there."""
        return tuple(self._row(place) for place in range(self.rowCount()))

    def set_rows(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Show other rows; what has no column is added to the last one."""
        with QSignalBlocker(self):
            self.setRowCount(0)
            for row in rows:
                self._append(row)
        self.changed.emit()

    def add_row(self, row: Mapping[str, str]) -> None:
        """Add a row below the others and go to its name."""
        with QSignalBlocker(self):
            self._append(row)
        self.setCurrentCell(self.rowCount() - 1, 0)
        self.changed.emit()

    def remove_row(self) -> None:
        """Take the current row away; the last one stays."""
        if self.rowCount() > 1 and self.currentRow() >= 0:
            self.removeRow(self.currentRow())
            self.changed.emit()

    def _append(self, row: Mapping[str, str]) -> None:
        place = self.rowCount()
        self.insertRow(place)
        others = [f"{name} = {text}" for name, text in row.items() if name not in self._names]
        for column, name in enumerate(self._names):
            text = row.get(name, "") if name != MORE else "; ".join(others)
            self.setItem(place, column, QTableWidgetItem(text))

    def _row(self, place: int) -> dict[str, str]:
        found = {}
        for column, name in enumerate(self._names):
            item = self.item(place, column)
            text = "" if item is None else item.text().strip()
            if name != MORE and text:
                found[name] = text
            elif name == MORE:
                found.update(_others(text))
        return found

    @Slot()
    def _on_item(self) -> None:
        self.changed.emit()


def _others(text: str) -> dict[str, str]:
    """Parameters from "name = value; name = value"; what has no value has an empty one."""
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    return {name.strip(): value.strip() for name, _, value in parts}
