"""What a scan was unmixed into: groups of pigments with their shares; each has a map."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
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

from app.gui.theme import figures_font
from app.gui.views.numbers import grouped

LEAST_WIDTH = 250
EMPTY = (
    "Unmixing shares the counts of each pixel out among pigments, or among components that it "
    "finds in the scan, and makes a map of each."
)
_SWATCH = QSize(24, 14)
_MOST_STRIPES = 4
_LIST_HEIGHT = 90
# with more, what is said of the chosen one would be out of sight
_MOST_ROWS = 8

Srgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class UnmixedRow:
    """A group of pigments, a component, or the residual.

    Parameters
    ----------
    name
        "Azurite, Malachite or 4 more".
    colours
        Of its pigments, 0..255 each; none for what has no colour.
    elements
        What XRF can see of it.
    share
        Of all counts, 0..1; None where it has none, as the residual.
    details
        What is to be known of it, for whoever has chosen it.
    is_weak
        Whether it is hardly anywhere above its error; listed when asked for.
    """

    name: str
    colours: tuple[Srgb, ...] = ()
    elements: tuple[str, ...] = ()
    share: float | None = None
    details: str = ""
    is_weak: bool = False


class _List(QTreeWidget):
    """As high as its rows ask for; a long list scrolls."""

    def sizeHint(self) -> QSize:
        """Room for the head and at most so many rows."""
        items = (self.topLevelItem(place) for place in range(self.topLevelItemCount()))
        shown = sum(item is not None and not item.isHidden() for item in items)
        line = max(self.fontMetrics().height(), _SWATCH.height()) + 4
        height = line * (min(shown, _MOST_ROWS) + 1) + 2 * self.frameWidth() + 4
        return QSize(LEAST_WIDTH, height)


class UnmixingPanel(QWidget):
    """Lists groups; the map of the one chosen is shown."""

    chosen = Signal(object)  # a row from 0 on, or None
    picture_toggled = Signal(bool)
    unmix_requested = Signal()
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[UnmixedRow, ...] = ()
        self._made = self._why_not = ""
        self._title = _wrapped("title")
        self._note = _wrapped("muted")
        self._warning = _wrapped("")
        self.picture_box = QCheckBox(self.tr("Show in the picture"))
        self.picture_box.setToolTip(
            self.tr("Show the chosen group in place of the map, or the map again")
        )
        self.picture_box.toggled.connect(self.picture_toggled)
        self.list = self._list()
        self.weaker_button = QPushButton()
        self.weaker_button.clicked.connect(self._show_weaker)
        self._details = _wrapped("")
        self._more = _wrapped("muted")
        self.unmix_button = QPushButton(self.tr("Unmix spectra…"))
        self.unmix_button.clicked.connect(self.unmix_requested)
        self.export_button = QPushButton(self.tr("Export…"))
        self.export_button.setToolTip(
            self.tr("Save plates (PNG), all maps (HDF5), a table (CSV) and notes (TXT, JSON)")
        )
        self.export_button.clicked.connect(self.export_requested)
        for label in (self._warning, self._details, self._more):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self.setMinimumWidth(LEAST_WIDTH)
        self.clear()

    @property
    def rows(self) -> tuple[UnmixedRow, ...]:
        """What is listed."""
        return self._rows

    @property
    def title(self) -> str:
        """What was found, or what unmixing is while there is nothing."""
        return self._title.text()

    @property
    def note(self) -> str:
        """How it was found, or why nothing can be."""
        return self._note.text()

    @property
    def warning(self) -> str:
        """How well it explains the spectra."""
        return self._warning.text()

    @property
    def details(self) -> str:
        """What is said of the chosen row."""
        return self._details.text()

    @property
    def more(self) -> str:
        """What else is to be known."""
        return self._more.text()

    @property
    def selected(self) -> int | None:
        """The chosen row from 0 on."""
        items = self.list.selectedItems()
        return self.list.indexOfTopLevelItem(items[0]) if items else None

    def set_can_unmix(self, on: bool, why_not: str = "") -> None:
        """Whether there is a scan to unmix, and what hinders it else."""
        self.unmix_button.setEnabled(on)
        self._why_not = why_not
        self._refresh()

    def set_picture_shown(self, on: bool) -> None:
        """Whether the chosen map is in the picture now, without emitting anything."""
        self.picture_box.blockSignals(True)
        self.picture_box.setChecked(on)
        self.picture_box.blockSignals(False)

    def set_rows(
        self,
        rows: tuple[UnmixedRow, ...],
        note: str,
        warning: str = "",
        more: tuple[str, ...] = (),
    ) -> None:
        """List what was found; nothing is chosen.

        Parameters
        ----------
        note
            How it was found.
        warning
            How well it explains the spectra.
        more
            Sentences on all that is to be known.
        """
        self._rows = rows
        self.list.blockSignals(True)
        self.list.clear()
        items = [_item(row, self.list) for row in rows]
        self.list.addTopLevelItems(items)
        for item, row in zip(items, rows, strict=True):
            # only an item that is in the list can be hidden
            item.setHidden(row.is_weak)
        weak = sum(row.is_weak for row in rows)
        self.list.blockSignals(False)
        self.list.updateGeometry()
        words = self.tr("Show {} weaker groups") if weak != 1 else self.tr("Show {} weaker group")
        self.weaker_button.setText(words.format(weak))
        self.weaker_button.setToolTip(self.tr("They are hardly anywhere above their errors"))
        self.weaker_button.setVisible(weak > 0)
        named = [row for row in rows if row.share is not None]
        words = self.tr("{} maps") if len(named) != 1 else self.tr("{} map")
        self._title.setText(words.format(len(named)) if rows else self.tr(EMPTY))
        self._title.setProperty("role", "title" if rows else "muted")
        self._title.style().polish(self._title)
        self._made = note
        self._warning.setText(warning)
        self._more.setText("\n\n".join(more))
        self._refresh()

    def clear(self) -> None:
        """List nothing, but say what unmixing is."""
        self.set_rows((), "")

    def choose(self, row: int | None) -> None:
        """Choose a row, from 0 on; None for none."""
        if row is None:
            self.list.clearSelection()
            return
        item = self.list.topLevelItem(row)
        if item is not None:
            item.setHidden(False)
            self.list.setCurrentItem(item)

    def _list(self) -> QTreeWidget:
        made = _List()
        made.setHeaderLabels([self.tr("Group"), self.tr("Elements"), self.tr("Share")])
        head = made.headerItem()
        head.setToolTip(0, self.tr("Pigments that XRF cannot tell apart here share one map"))
        head.setToolTip(1, self.tr("What XRF sees of it"))
        head.setToolTip(2, self.tr("Of all counts that are accounted for; counts are no masses"))
        for column in range(3):
            head.setTextAlignment(column, _alignment(column))
        made.setAccessibleName(self.tr("Groups"))
        made.setMinimumHeight(_LIST_HEIGHT)
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setAllColumnsShowFocus(True)
        made.setIconSize(_SWATCH)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = made.header()
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(24)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        made.itemSelectionChanged.connect(self._on_selected)
        return made

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.picture_box, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.unmix_button, self.export_button):
            # they share a narrow dock
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(80)
            buttons.addWidget(button, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        for widget in (
            self._note,
            self._warning,
            self.list,
            self.weaker_button,
            self._details,
            self._more,
        ):
            column.addWidget(widget, 1 if widget is self.list else 0)
        column.addStretch()
        # a low window scrolls the panel rather than grow by it
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(4)
        layout.addWidget(area, 1)
        layout.addLayout(buttons)

    @Slot()
    def _show_weaker(self) -> None:
        self.weaker_button.hide()
        for place in range(len(self._rows)):
            item = self.list.topLevelItem(place)
            if item is not None:
                item.setHidden(False)
        self.list.updateGeometry()

    @Slot()
    def _on_selected(self) -> None:
        self._refresh()
        self.chosen.emit(self.selected)

    def _refresh(self) -> None:
        has_rows, row = bool(self._rows), self.selected
        self._note.setText(self._made if has_rows else self._why_not)
        self._note.setVisible(bool(self._note.text()))
        words = self.tr("Choose a group to see its map.")
        self._details.setText(words if row is None else self._rows[row].details)
        for label in (self._details, self._warning, self._more):
            label.setVisible(bool(label.text()) and has_rows)
        for widget in (self.picture_box, self.list, self.export_button):
            widget.setVisible(has_rows)


def _item(row: UnmixedRow, parent: QTreeWidget) -> QTreeWidgetItem:
    share = "" if row.share is None else f"{grouped(100 * row.share, 1)} %"
    item = QTreeWidgetItem([row.name, ", ".join(row.elements), share])
    stripes = striped(row.colours)
    colour = QIcon(stripes)
    # a chosen row keeps its colours, which would else be tinted
    colour.addPixmap(stripes, QIcon.Mode.Selected)
    item.setIcon(0, colour)
    font = figures_font(parent.font())
    for column in range(3):
        item.setFont(column, font)
        item.setTextAlignment(column, _alignment(column))
        item.setToolTip(column, row.details or row.name)
    return item


def striped(colours: tuple[Srgb, ...]) -> QPixmap:
    """A swatch of at most four colours beside each other; empty without any."""
    pixmap = QPixmap(_SWATCH * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    if not colours:
        return pixmap
    shown = colours[:_MOST_STRIPES]
    painter = QPainter(pixmap)
    edges = [round(place * _SWATCH.width() / len(shown)) for place in range(len(shown) + 1)]
    for colour, left, right in zip(shown, edges, edges[1:], strict=False):
        painter.fillRect(QRect(left, 0, right - left, _SWATCH.height()), QColor(*colour))
    painter.setPen(QPen(QColor(128, 128, 128, 160)))
    painter.drawRect(QRect(0, 0, _SWATCH.width() - 1, _SWATCH.height() - 1))
    painter.end()
    return pixmap


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == 2 else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _wrapped(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
