"""The models that recolour: which there are, whether this scan suits them, what their card says."""

from html import escape

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.pigment_models import swatch
from app.gui.recolour_values import ModelRow, Srgb, Standing

EMPTY = (
    "No model is here yet. Drop a network (.onnx) on the window, or add one: it predicts a colour "
    "for each spectrum."
)
_DOT = 10
_MOST_ROWS = 6
_WIDTH = 250
# apart in lightness as well, and never without the word beside them
_COLOURS: dict[Standing, Srgb] = {
    Standing.FITS: (46, 160, 90),
    Standing.DOUBTFUL: (222, 165, 40),
    Standing.UNFIT: (190, 60, 45),
    Standing.BROKEN: (120, 30, 30),
    Standing.NO_CARD: (110, 130, 190),
    Standing.OPEN: (130, 130, 130),
}


class _List(QTreeWidget):
    """As high as its rows ask for; a long list scrolls."""

    def sizeHint(self) -> QSize:
        """Room for the head and at most so many rows."""
        rows = min(max(self.topLevelItemCount(), 1), _MOST_ROWS)
        line = self.fontMetrics().height() + 6
        return QSize(_WIDTH, line * (rows + 1) + 2 * self.frameWidth() + 2)


class ModelsPage(QWidget):
    """Lists models; of the one chosen it tells the verdict and the card.

    Signals
    -------
    chosen(key or None)
        Another model was chosen.
    add_requested(), card_requested(key), remove_requested(key)
        A file is to be added; a card is to be written; a dropped model is to be let go of.
    """

    chosen = Signal(object)
    add_requested = Signal()
    card_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ModelRow, ...] = ()
        self._title = _label("title")
        self.list = self._list()
        self._verdict = _label("")
        self._facts = _label("")
        self._facts.setTextFormat(Qt.TextFormat.RichText)
        # a path or checksum without a space must not make the page wider
        self._facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.add_button = QPushButton(self.tr("Add…"))
        self.add_button.setToolTip(self.tr("Add a network (.onnx) to your own models"))
        self.add_button.clicked.connect(self.add_requested)
        self.card_button = QPushButton(self.tr("Write its card…"))
        self.card_button.setToolTip(
            self.tr("Say which energies and which preparation of the counts the model expects")
        )
        self.card_button.clicked.connect(self._on_card)
        self.remove_button = QPushButton(self.tr("Remove from the list"))
        self.remove_button.setToolTip(self.tr("Let go of the dropped file; it is not deleted"))
        self.remove_button.clicked.connect(self._on_remove)
        self._lay_out()
        self.set_rows(())

    @property
    def rows(self) -> tuple[ModelRow, ...]:
        """The models listed."""
        return self._rows

    @property
    def title(self) -> str:
        """How many there are and suit, or what models are while there are none."""
        return self._title.text()

    @property
    def verdict(self) -> str:
        """What is said of the chosen model before this scan."""
        return self._verdict.text()

    @property
    def facts(self) -> str:
        """What the card of the chosen model says, as HTML."""
        return self._facts.text()

    @property
    def selected(self) -> ModelRow | None:
        """The chosen model."""
        items = self.list.selectedItems()
        return self._rows[self.list.indexOfTopLevelItem(items[0])] if items else None

    def set_rows(self, rows: tuple[ModelRow, ...]) -> None:
        """List models; the chosen one stays so where it is still there.

        Nothing is emitted while it stays; else the first one that suits is chosen, and told.
        """
        before = None if self.selected is None else self.selected.key
        self._rows = rows
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addTopLevelItems([_item(row) for row in rows])
        self.list.updateGeometry()
        places = {row.key: place for place, row in enumerate(rows)}
        kept = before in places
        if rows:
            place = places[before] if kept and before is not None else _best(rows)
            self._select(place)
        self.list.blockSignals(False)
        self._title.setText(self._title_text())
        self._title.setProperty("role", "title" if rows else "muted")
        self._title.style().polish(self._title)
        self.list.setVisible(bool(rows))
        self._refresh()
        if not kept:
            self.chosen.emit(None if self.selected is None else self.selected.key)

    def choose(self, key: str) -> None:
        """Choose a model; without effect where it is not listed."""
        for place, row in enumerate(self._rows):
            if row.key == key:
                self._select(place)

    def _select(self, place: int) -> None:
        item = self.list.topLevelItem(place)
        if item is not None:
            self.list.setCurrentItem(item)

    def _title_text(self) -> str:
        if not self._rows:
            return self.tr(EMPTY)
        number = len(self._rows)
        words = (self.tr("{} model") if number == 1 else self.tr("{} models")).format(number)
        fitting = sum(row.standing is Standing.FITS for row in self._rows)
        if all(row.standing is Standing.OPEN for row in self._rows):
            return words
        fits = self.tr("{} fits this scan") if fitting == 1 else self.tr("{} fit this scan")
        return f"{words} · {fits.format(fitting if fitting else self.tr('none'))}"

    def _list(self) -> QTreeWidget:
        made = _List()
        made.setHeaderLabels([self.tr("Model"), self.tr("Gives"), self.tr("From"), ""])
        made.headerItem().setText(3, self.tr("This scan"))
        made.setAccessibleName(self.tr("Models"))
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setAllColumnsShowFocus(True)
        made.setIconSize(QSize(_DOT, _DOT))
        made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = made.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        made.itemSelectionChanged.connect(self._on_selected)
        return made

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.addWidget(self.card_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 2, 4, 0)
        inner.setSpacing(6)
        inner.addWidget(self._verdict)
        inner.addLayout(buttons)
        inner.addWidget(self._facts)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.list)
        column.addWidget(area, 1)

    @Slot()
    def _on_selected(self) -> None:
        self._refresh()
        self.chosen.emit(None if self.selected is None else self.selected.key)

    @Slot()
    def _on_card(self) -> None:
        if self.selected is not None:
            self.card_requested.emit(self.selected.key)

    @Slot()
    def _on_remove(self) -> None:
        if self.selected is not None:
            self.remove_requested.emit(self.selected.key)

    def _refresh(self) -> None:
        row = self.selected
        self._verdict.setText("" if row is None else "\n".join(_bulleted(row.sentences)))
        self._verdict.setVisible(bool(self._verdict.text()))
        role = "problem" if row is not None and _is_problem(row.standing) else ""
        self._verdict.setProperty("role", role)
        self._verdict.style().polish(self._verdict)
        self._facts.setText("" if row is None else _table(row.facts))
        self.card_button.setVisible(row is not None and row.standing is Standing.NO_CARD)
        self.remove_button.setVisible(row is not None and row.origin == "dropped")


def _best(rows: tuple[ModelRow, ...]) -> int:
    """The first row of the best standing."""
    order = list(Standing)
    return min(range(len(rows)), key=lambda place: order.index(rows[place].standing))


def _is_problem(standing: Standing) -> bool:
    return standing in (Standing.UNFIT, Standing.BROKEN)


def _bulleted(sentences: tuple[str, ...]) -> list[str]:
    return list(sentences) if len(sentences) < 2 else [f"• {text}" for text in sentences]


def _table(facts: tuple[tuple[str, str], ...]) -> str:
    return "".join(
        f"<p style='margin: 0 0 5px 0'><b>{escape(name)}</b><br>{escape(value)}</p>"
        for name, value in facts
    )


def _item(row: ModelRow) -> QTreeWidgetItem:
    item = QTreeWidgetItem([row.name, row.task, row.origin, row.standing.value])
    icon = QIcon(_dot(row.standing))
    # a chosen row must not tint it
    icon.addPixmap(_dot(row.standing), QIcon.Mode.Selected)
    item.setIcon(3, icon)
    words = "\n".join((row.name, *row.sentences))
    for column in range(4):
        item.setToolTip(column, words)
    return item


def _dot(standing: Standing) -> QPixmap:
    """A square of its colour; what cannot be used is struck through as well."""
    pixmap = swatch(_COLOURS[standing], _DOT)
    if _is_problem(standing):
        painter = QPainter(pixmap)
        painter.drawLine(1, _DOT - 2, _DOT - 2, 1)
        painter.end()
    return pixmap


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        label.setProperty("role", role)
    return label
