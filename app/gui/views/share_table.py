"""Pigments of one colour with their likeness and share; each can be left out or given a share."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSignalBlocker,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QHeaderView,
    QStyle,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.core.colour import Srgb
from app.gui.theme import figures_font, plot_colours_for
from app.gui.views.line_table import RowDelegate
from app.gui.views.palette_table import swatch_icon

Index = QModelIndex | QPersistentModelIndex

_SHARE = Qt.ItemDataRole.UserRole
_GIVEN = Qt.ItemDataRole.UserRole + 1
_RULED = Qt.ItemDataRole.UserRole + 2
_NAME, _LIKENESS, _BAR = range(3)


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A pigment as it is shown.

    Parameters
    ----------
    name
        Of the pigment.
    srgb
        Its colour, 0..255 each.
    likeness
        How alike it is to the colour, 1 for the same.
    share
        Its share of the mixture, 0..1.
    is_ruled
        Whether the rule by itself would let it take part.
    given
        The share the user gave it, 0 where it was left out; None where the rule decides.
    """

    name: str
    srgb: Srgb
    likeness: float
    share: float
    is_ruled: bool
    given: float | None = None


class ShareTable(QTableWidget):
    """A row per pigment: a tick for taking part, its likeness, its share as a bar.

    Signals
    -------
    share_given(str, float | None)
        The user gave a pigment a share of 0..1, or None to leave it to the rule.
    """

    share_given = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titles = [self.tr("Pigment"), self.tr("Alike"), self.tr("Share")]
        self.setColumnCount(len(titles))
        self.setHorizontalHeaderLabels(titles)
        self.setAccessibleName(self.tr("Pigments of the chosen colour"))
        self.setTabKeyNavigation(False)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(RowDelegate(self))
        self.setItemDelegateForColumn(_BAR, _ShareDelegate(self))
        self.setFont(figures_font(self.font()))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        # hundreds of pigments would each be measured at each change
        header.setResizeContentsPrecision(0)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_BAR, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(_BAR, 128)
        self.itemChanged.connect(self._on_item_changed)

    def set_rows(self, rows: Sequence[ShareRow]) -> None:
        """Show other pigments, or the same ones anew without moving anything."""
        names = [row.name for row in rows]
        is_same = names == [self._text(place) for place in range(self.rowCount())]
        with QSignalBlocker(self):
            if not is_same:
                self.setRowCount(len(rows))
                self.scrollToTop()
                if rows:
                    self.setCurrentCell(0, _BAR)
            for place, row in enumerate(rows):
                self._fill(place, row)
        self.viewport().update()

    def show_likeness(self, on: bool) -> None:
        """Show how alike the pigments are, or not where that decides nothing."""
        self.setColumnHidden(_LIKENESS, not on)

    def _text(self, place: int) -> str:
        item = self.item(place, _NAME)
        return "" if item is None else item.text()

    def _cell(self, place: int, column: int) -> QTableWidgetItem:
        item = self.item(place, column)
        if item is None:
            item = QTableWidgetItem()
            self.setItem(place, column, item)
        return item

    def _fill(self, place: int, row: ShareRow) -> None:
        name, likeness, share = (self._cell(place, column) for column in range(3))
        takes_part = row.share > 0
        text = self.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text)
        faint = QColor(plot_colours_for(self.palette()).muted)
        name.setText(row.name)
        name.setIcon(swatch_icon(row.srgb))
        name.setFlags(_FLAGS | Qt.ItemFlag.ItemIsUserCheckable)
        name.setCheckState(Qt.CheckState.Checked if takes_part else Qt.CheckState.Unchecked)
        likeness.setText(f"{row.likeness:.2f}")
        likeness.setFlags(_FLAGS)
        share.setFlags(_FLAGS | Qt.ItemFlag.ItemIsEditable)
        share.setData(_SHARE, row.share)
        share.setData(_GIVEN, row.given)
        share.setData(_RULED, row.is_ruled)
        for item in (name, likeness):
            item.setForeground(text if takes_part else faint)
            item.setToolTip(row.name)
        tip = self.tr("Decided by the rule; double-click to give it a share")
        if row.given is not None:
            tip = self.tr("Given by hand")
        share.setToolTip(tip)

    @Slot(QTableWidgetItem)
    def _on_item_changed(self, item: QTableWidgetItem) -> None:
        name = self._text(item.row())
        if item.column() == _BAR:
            self.share_given.emit(name, item.data(_SHARE))
            return
        is_on = item.checkState() is Qt.CheckState.Checked
        share = self._cell(item.row(), _BAR)
        if is_on == (share.data(_SHARE) > 0):
            return
        # back to the rule where it would do the same, else a share by hand
        given = None if is_on == bool(share.data(_RULED)) else _FIRST_SHARE if is_on else 0.0
        self.share_given.emit(name, given)


_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_FIRST_SHARE = 0.1


class _ShareDelegate(RowDelegate):
    """Draws a share as a bar with its percentage; edits it as one."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the bar; one given by hand is filled, one of the rule is paler."""
        super().paint(painter, option, index)
        share = float(index.data(_SHARE) or 0.0)
        given = index.data(_GIVEN)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        colours = plot_colours_for(option.palette)
        ink = QColor(colours.text)
        if is_chosen:
            ink = option.palette.color(QPalette.ColorRole.HighlightedText)
        room = option.rect.adjusted(4, 5, -4, -5)
        words = painter.fontMetrics().horizontalAdvance("100.0 %* ")
        width = max(room.width() - words, 10)
        painter.save()
        bar = QColor(ink if is_chosen else colours.accent)
        bar.setAlphaF(1.0 if given is not None else 0.55)
        painter.fillRect(QRect(room.left(), room.top(), round(width * share), room.height()), bar)
        painter.setPen(ink if share > 0 else QColor(ink if is_chosen else colours.muted))
        mark = "*" if given is not None else ""
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(option.rect.adjusted(0, 0, -4, 0), int(right), _percent(share) + mark)
        painter.restore()

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QDoubleSpinBox:
        """A spin box in per cent."""
        spin = QDoubleSpinBox(parent)
        spin.setDecimals(1)
        spin.setRange(0.0, 100.0)
        spin.setSingleStep(5.0)
        spin.setSuffix(" %")
        spin.setAccessibleName(self.tr("Share"))
        return spin

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the share as it is."""
        if isinstance(editor, QDoubleSpinBox):
            editor.setValue(100 * float(index.data(_SHARE) or 0.0))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Take the share."""
        if isinstance(editor, QDoubleSpinBox):
            editor.interpretText()
            model.setData(index, editor.value() / 100, _SHARE)


def _percent(share: float) -> str:
    if share == 0:
        return "–"
    return f"{100 * share:.1f} %" if share < 0.9995 else "100 %"
