"""Counts of the main lines of a stack, and from which layer they come."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.core.physics.line_shares import LineShare
from app.gui.theme import figures_font
from app.gui.views.numbers import grouped


class RowDelegate(QStyledItemDelegate):
    """Draws the chosen row evenly: Fusion's veil over the current cell makes its text faint."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Leave the veil out."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus


class LineTable(QTableWidget):
    """A row per line: its counts, and what each layer, numbered from the top, has of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Counts of the main lines by layer"))
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setItemDelegate(RowDelegate(self))
        self.verticalHeader().hide()
        self.setFont(figures_font(self.font()))

    def set_shares(self, shares: Sequence[LineShare], roles: Sequence[str]) -> None:
        """Show lines.

        Parameters
        ----------
        shares
            The lines.
        roles
            What each layer is in the painting, top to bottom.
        """
        names = [f"{number} {role}" for number, role in enumerate(roles, 1)]
        self.setColumnCount(2 + len(names))
        self.setRowCount(len(shares))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column, text in enumerate([self.tr("Line"), self.tr("Counts"), *names]):
            head = QTableWidgetItem(text)
            head.setTextAlignment(right if column else Qt.AlignmentFlag.AlignLeft)
            self.setHorizontalHeaderItem(column, head)
        for row, share in enumerate(shares):
            texts = [share.line.label, _counts(share.counts)]
            texts += [_percent(part) for part in share.shares]
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(right)
                self.setItem(row, column, item)
        self.resizeColumnsToContents()
        self.resizeRowsToContents()


def _counts(value: float) -> str:
    return grouped(value) if value >= 10 else f"{value:.2g}"


def _percent(share: float) -> str:
    """A share in per cent; a trace is said to be one, not rounded to nothing."""
    if share == 0:
        return "–"
    return "< 0.1 %" if share < 0.001 else f"{100 * share:.1f} %"
