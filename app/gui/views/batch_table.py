"""The table of a batch's scans: a bar for how far each is; files are dropped on it."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.gui.theme import figures_font

_BAR_HEIGHT = 6
_MARGIN = 6


class BarDelegate(QStyledItemDelegate):
    """Draws a fraction 0..1 as a bar; nothing where there is none.

    Parameters
    ----------
    role
        By which the model tells the fraction.
    """

    def __init__(self, role: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the cell's ground as all cells have it, and the bar on it."""
        super().paint(painter, option, index)
        fraction = index.data(self._role)
        if fraction is None:
            return
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        palette = option.palette
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        groove = cell.adjusted(_MARGIN, 0, -_MARGIN, 0)
        groove.setHeight(_BAR_HEIGHT)
        groove.moveCenter(cell.center())
        done = QRect(groove)
        done.setWidth(round(groove.width() * min(max(fraction, 0.0), 1.0)))
        painter.fillRect(groove, palette.mid())
        painter.fillRect(done, palette.highlightedText() if is_chosen else palette.highlight())


class NameDelegate(QStyledItemDelegate):
    """Shortens names in their middle: what tells them apart is often their end."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """As all cells, but for where the dots are."""
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


class BatchTable(QTableView):
    """Rows of scans; what is wished for comes as signals.

    Signals
    -------
    dropped(list of Path)
        Files and folders were dropped.
    remove_requested()
        The rows that are chosen are to be taken out.
    options_requested()
        How the rows that are chosen are opened is to be asked: by Enter or a double click.
    """

    dropped = Signal(object)
    options_requested = Signal()
    remove_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = ""
        self.setAccessibleName(self.tr("Scans"))
        self.setAcceptDrops(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setFont(figures_font(self.font()))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.horizontalHeader().setHighlightSections(False)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.horizontalHeader().setDefaultAlignment(left)
        self.activated.connect(self.options_requested)

    def set_columns(self, widths: tuple[int, ...], bar: int, role: int) -> None:
        """Give the columns their widths, the last one what is left.

        Parameters
        ----------
        bar, role
            The column that is drawn as a bar, and the role that tells its fraction.
        """
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        self.setItemDelegateForColumn(0, NameDelegate(self))
        self.setItemDelegateForColumn(bar, BarDelegate(role, self))
        header = self.horizontalHeader()
        header.setSectionResizeMode(len(widths), QHeaderView.ResizeMode.Stretch)

    def set_hint(self, text: str) -> None:
        """What to do while there are no rows."""
        self._hint = text

    @property
    def chosen(self) -> tuple[int, ...]:
        """Places of the rows that are chosen, in order."""
        return tuple(sorted(index.row() for index in self.selectionModel().selectedRows()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take rows out by Delete; all else as tables have it."""
        if event.matches(QKeySequence.StandardKey.Delete):
            self.remove_requested.emit()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        self._accept(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take them anywhere on the table."""
        self._accept(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand over what was dropped."""
        if self._accept(event):
            urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
            self.dropped.emit([Path(url.toLocalFile()) for url in urls])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or what to do while there are none."""
        super().paintEvent(event)
        model: Any = self.model()
        if self._hint and (model is None or not model.rowCount()):
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            inside = self.viewport().rect().adjusted(24, 24, -24, -24)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inside, int(flags), self._hint)
            painter.end()

    def minimumSizeHint(self) -> QSize:
        """A few rows at least."""
        return QSize(320, 160)

    def _accept(self, event: QDropEvent) -> bool:
        """Whether there are files; they are copied, for who offers a move may delete them after."""
        if not any(url.isLocalFile() for url in event.mimeData().urls()):
            event.ignore()
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return True
