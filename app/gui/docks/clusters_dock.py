"""Clusters of the spectra of a scan: their sizes, lines and how well they are apart."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QGridLayout,
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
from app.gui.theme import figures_font
from app.gui.views.numbers import MINUS, grouped
from app.gui.views.silhouette_plot import SilhouettePlot

LEAST_WIDTH = 250
EMPTY = "Clusters are groups of pixels with similar spectra. They show where a painting is alike."
_SWATCH_PIXELS = 14
_LIST_HEIGHT = 64
_MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """One cluster as listed.

    Parameters
    ----------
    number
        From 1 on.
    srgb
        Its colour, 0..255 each.
    pixels, share
        How many pixels, and which share of all that were clustered, 0..1.
    elements
        Of its strongest lines, the strongest first; tube and air left out.
    lines
        These lines in words.
    silhouette
        −1..1; None where the sample holds none of it.
    mean_counts
        Counts of a pixel on average.
    """

    number: int
    srgb: tuple[int, int, int]
    pixels: int
    share: float
    elements: tuple[str, ...]
    lines: tuple[str, ...]
    silhouette: float | None
    mean_counts: float


class _List(QTreeWidget):
    """As high as its rows ask for; a long list scrolls."""

    def sizeHint(self) -> QSize:
        """Room for the head and at most so many rows."""
        rows = min(self.topLevelItemCount(), _MOST_ROWS)
        line = self.fontMetrics().height() + 4
        return QSize(LEAST_WIDTH, line * (rows + 1) + 2 * self.frameWidth() + 4)


class ClustersPanel(QWidget):
    """Lists clusters; the one chosen is set off in the picture and drawn as a spectrum."""

    chosen = Signal(object)  # a cluster from 0 on, or None
    picture_toggled = Signal(bool)
    cluster_requested = Signal()
    ask_requested = Signal()
    make_requested = Signal()
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ClusterRow, ...] = ()
        self._title = _wrapped("title")
        self._note = _wrapped("muted")
        self.picture_box = QCheckBox(self.tr("Show in the picture"))
        self.picture_box.setToolTip(self.tr("Show clusters in place of the map, or the map again"))
        self.picture_box.toggled.connect(self.picture_toggled)
        self.list = self._list()
        self._details = _wrapped("")
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.plot = SilhouettePlot()
        self._silhouette = _wrapped("muted")
        self.cluster_button = QPushButton(self.tr("Cluster spectra…"))
        self.cluster_button.clicked.connect(self.cluster_requested)
        self.ask_button = QPushButton(self.tr("What could this be?"))
        self.ask_button.setToolTip(self.tr("Ask which pigments the chosen cluster could hold"))
        self.ask_button.clicked.connect(self.ask_requested)
        self.make_button = QPushButton(self.tr("Make a pigment…"))
        self.make_button.setToolTip(
            self.tr("Keep the spectrum of the chosen cluster as the reference of a new pigment")
        )
        self.make_button.clicked.connect(self.make_requested)
        self.export_button = QPushButton(self.tr("Export…"))
        self.export_button.setToolTip(
            self.tr("Save picture (PNG), numbers (TIFF, HDF5) and tables (CSV, JSON) in a folder")
        )
        self.export_button.clicked.connect(self.export_requested)
        self._lay_out()
        self.setMinimumWidth(LEAST_WIDTH)
        self.clear()

    @property
    def rows(self) -> tuple[ClusterRow, ...]:
        """The clusters listed."""
        return self._rows

    @property
    def title(self) -> str:
        """What was found, or what clusters are while there are none."""
        return self._title.text()

    @property
    def note(self) -> str:
        """How they were found."""
        return self._note.text()

    @property
    def details(self) -> str:
        """What is said of the chosen cluster."""
        return self._details.text()

    @property
    def silhouette_words(self) -> str:
        """What a silhouette is, and which number was chosen by it."""
        return self._silhouette.text()

    @property
    def selected(self) -> int | None:
        """The chosen cluster from 0 on."""
        items = self.list.selectedItems()
        return self.list.indexOfTopLevelItem(items[0]) if items else None

    def set_can_cluster(self, on: bool) -> None:
        """Whether there is a scan to cluster."""
        self.cluster_button.setEnabled(on)

    def set_picture_shown(self, on: bool) -> None:
        """Whether the clusters are in the picture now, without emitting anything."""
        self.picture_box.blockSignals(True)
        self.picture_box.setChecked(on)
        self.picture_box.blockSignals(False)

    def set_rows(
        self,
        rows: tuple[ClusterRow, ...],
        note: str,
        silhouettes: tuple[tuple[int, float], ...] = (),
    ) -> None:
        """List clusters; the one chosen before stays so where it is still there.

        Parameters
        ----------
        note
            How they were found.
        silhouettes
            Numbers of clusters that were tried with their mean silhouettes.
        """
        before = self.selected
        self._rows = rows
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addTopLevelItems([_item(row, self.list) for row in rows])
        if before is not None and before < len(rows):
            self._select(before)
        self.list.blockSignals(False)
        self.list.updateGeometry()
        pixels = grouped(sum(row.pixels for row in rows))
        clusters = self.tr("{} clusters") if len(rows) != 1 else self.tr("{} cluster")
        words = f"{clusters.format(len(rows))} · {self.tr('{} pixels').format(pixels)}"
        self._title.setText(words if rows else self.tr(EMPTY))
        self._title.setProperty("role", "title" if rows else "muted")
        self._title.style().polish(self._title)
        self._note.setText(note)
        self.plot.set_silhouettes(silhouettes)
        self._silhouette.setText(self._silhouette_text())
        self._refresh()

    def clear(self) -> None:
        """List nothing, but say what clusters are."""
        self.list.clearSelection()
        self.set_rows((), "")

    def choose(self, cluster: int | None) -> None:
        """Choose a cluster, from 0 on; None for none."""
        if cluster is None:
            self.list.clearSelection()
        else:
            self._select(cluster)

    def _select(self, cluster: int) -> None:
        item = self.list.topLevelItem(cluster)
        if item is not None:
            self.list.setCurrentItem(item)

    def _silhouette_text(self) -> str:
        meaning = self.tr(
            "Silhouette: 1 is well apart, 0 on the border, below 0 nearer to another cluster."
        )
        if self.plot.best is None:
            return meaning
        words = self.tr("Best: {}.")
        if self.plot.best in (self.plot.tried[0], self.plot.tried[-1]):
            # beyond the end of what was tried may be a better one
            words = self.tr("Best: {}, at the end of the range; try beyond it.")
        return f"{words.format(self.plot.best)} {meaning}"

    def _list(self) -> QTreeWidget:
        made = _List()
        made.setHeaderLabels(
            [
                self.tr("Cluster"),
                self.tr("Pixels"),
                self.tr("Share"),
                self.tr("Silh."),
                self.tr("Elements"),
            ]
        )
        head = made.headerItem()
        head.setToolTip(3, self.tr("Mean silhouette of its pixels, as far as they are sampled"))
        head.setToolTip(4, self.tr("Elements of its strongest lines, less those of tube and air"))
        for column in range(5):
            head.setTextAlignment(column, _alignment(column))
        made.setAccessibleName(self.tr("Clusters"))
        made.setMinimumHeight(_LIST_HEIGHT)
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setAllColumnsShowFocus(True)
        made.setIconSize(QSize(_SWATCH_PIXELS, _SWATCH_PIXELS))
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = made.header()
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        made.itemSelectionChanged.connect(self._on_selected)
        return made

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.picture_box, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QGridLayout()
        buttons.setSpacing(4)
        for place, button in enumerate(
            (self.ask_button, self.make_button, self.cluster_button, self.export_button)
        ):
            # they share a narrow dock
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(80)
            buttons.addWidget(button, *divmod(place, 2))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        for widget in (self._note, self.list, self._details, self.plot, self._silhouette):
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
    def _on_selected(self) -> None:
        self._refresh()
        self.chosen.emit(self.selected)

    def _refresh(self) -> None:
        has_rows, cluster = bool(self._rows), self.selected
        words = self.tr("Choose a cluster to set it off and to see its mean spectrum.")
        self._details.setText(words if cluster is None else _details(self._rows[cluster]))
        self._details.setVisible(has_rows)
        self._note.setVisible(bool(self._note.text()))
        self.plot.setVisible(self.plot.best is not None)
        for widget in (
            self.picture_box,
            self.list,
            self._silhouette,
            self.ask_button,
            self.make_button,
            self.export_button,
        ):
            widget.setVisible(has_rows)
        for button in (self.ask_button, self.make_button):
            button.setEnabled(cluster is not None)


def _item(row: ClusterRow, parent: QTreeWidget) -> QTreeWidgetItem:
    item = QTreeWidgetItem(
        [
            str(row.number),
            grouped(row.pixels),
            f"{grouped(100 * row.share, 1)} %",
            "–" if row.silhouette is None else f"{row.silhouette:.2f}".replace("-", MINUS),
            ", ".join(row.elements),
        ]
    )
    colour = QIcon(swatch(row.srgb, _SWATCH_PIXELS))
    # a chosen row keeps its colour, which would else be tinted
    colour.addPixmap(swatch(row.srgb, _SWATCH_PIXELS), QIcon.Mode.Selected)
    item.setIcon(0, colour)
    font = figures_font(parent.font())
    for column in range(5):
        item.setFont(column, font)
        item.setTextAlignment(column, _alignment(column))
        item.setToolTip(column, _details(row))
    return item


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in (0, 4) else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _details(row: ClusterRow) -> str:
    lines = ", ".join(row.lines)
    counts = f"on average {grouped(row.mean_counts)} counts per pixel"
    return f"Cluster {row.number}: {lines + '; ' if lines else ''}{counts}"


def _wrapped(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
