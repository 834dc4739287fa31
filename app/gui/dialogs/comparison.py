"""Two scans beside each other: maps of one energy window, spectra, and how alike they are."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.axis import EnergyAxis
from app.core.display import MapDisplay
from app.core.lines import EmissionLine, roi_for
from app.gui.comparison_words import GROUPS, definition_of, limits_in_words, title_of
from app.gui.theme import figures_font
from app.gui.views.compared_maps import ComparedMaps
from app.gui.views.compared_spectra import ComparedSpectra
from app.gui.views.labels import QuietLabel

SIZE = (1180, 760)
_SCORES_WIDTH = 330

Score = tuple[str, str, float | None, str]
"""Its group, its measure, its value (None where not defined) and its limits."""


@dataclass(frozen=True, slots=True, eq=False)
class ComparedScans:
    """What is shown of two scans.

    Parameters
    ----------
    names
        Of both.
    axis, channels
        Energy axis that both are on, None where unknown, and its number of channels.
    spectra
        Counts of all pixels of both, each of shape (channels,).
    factor
        What the second one's counts are multiplied with to be as many as the first's.
    lines
        Emission lines to choose from.
    scores
        How alike they are.
    notes
        Sentences on what a reader should know.
    step_mm
        Distance between rows and between columns, mm, where known.
    """

    names: tuple[str, str]
    axis: EnergyAxis | None
    channels: int
    spectra: tuple[NDArray[Any], NDArray[Any]]
    factor: float
    lines: tuple[EmissionLine, ...]
    scores: tuple[Score, ...]
    notes: tuple[str, ...] = ()
    step_mm: tuple[float, float] | None = None


class ComparisonDialog(QDialog):
    """Shows two scans; it stays as it is whatever is opened in the window meanwhile.

    Signals
    -------
    window_changed(first, stop)
        Maps of these common channels are wanted; see `set_maps`.
    export_requested()
        The scores are to be written.
    """

    window_changed = Signal(int, int)
    export_requested = Signal()

    def __init__(self, compared: ComparedScans, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compared = compared
        self._maps: tuple[NDArray[Any], NDArray[Any]] | None = None
        first, second = compared.names
        self.setWindowTitle(self.tr("{} and {}").format(first, second))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.maps = ComparedMaps()
        self.maps.set_titles(f"A · {first}", f"B · {second}")
        self.spectra = ComparedSpectra()
        self.spectra.set_axis(compared.axis, compared.channels)
        self.spectra.set_found(compared.lines)
        self.line_box = self._line_box()
        self.scale_box = QCheckBox(self.tr("Scale B to the counts of A"))
        self.scale_box.setToolTip(
            self.tr("Multiply all counts of B by {:.4g}, so that both have as many").format(
                compared.factor
            )
        )
        self.scale_box.setEnabled(compared.factor != 1.0)
        self.shared_box = QCheckBox(self.tr("Same colours for the same counts"))
        self.shared_box.setToolTip(self.tr("Off, each map has levels of its own"))
        self.shared_box.setChecked(True)
        self.scores = self._score_list()
        self.notes = QLabel("\n\n".join(compared.notes))
        self.export_button = QPushButton(self.tr("Export scores…"))
        self.export_button.setToolTip(self.tr("Save the scores as a table (CSV) or as JSON"))
        self.export_button.setAutoDefault(False)
        self._lay_out()
        self.resize(*SIZE)
        self.scale_box.toggled.connect(self._show)
        self.shared_box.toggled.connect(self.maps.set_shared)
        self.spectra.window_changed.connect(self._on_window)
        self.line_box.activated.connect(self._on_line)
        self.export_button.clicked.connect(self.export_requested)
        self._show()

    @property
    def energy_window(self) -> tuple[int, int]:
        """The common channels that the maps are of, first..stop-1."""
        return self.spectra.energy_window

    def set_maps(self, first: NDArray[Any], second: NDArray[Any]) -> None:
        """Counts of both in the energy window, each of shape (rows, cols)."""
        self._maps = first, second
        self._show_maps()

    def set_display(self, display: MapDisplay) -> None:
        """Colours, scale and percentiles of the maps."""
        self.maps.set_display(display)

    def set_window(self, first: int, stop: int) -> None:
        """Put the energy window on these common channels, and ask for their maps."""
        self.spectra.set_window(first, stop)
        self._on_window(*self.spectra.energy_window)

    def place_line(self, line: EmissionLine) -> None:
        """Put the energy window on a line, and ask for its maps."""
        if self._compared.axis is not None:
            self.set_window(*self._window_of(line, self._compared.axis))

    def _window_of(self, line: EmissionLine, axis: EnergyAxis) -> tuple[int, int]:
        channels = self._compared.channels
        roi = roi_for(line, axis, channels=channels)
        return axis.channel_range(roi.low_kev, roi.high_kev, channels)

    def _line_box(self) -> QComboBox:
        box = QComboBox()
        box.addItem(self.tr("All channels"), ("",))
        for line in self._compared.lines:
            box.addItem(line.label, (line.key,))
        box.setAccessibleName(self.tr("Emission line of the maps"))
        box.setToolTip(self.tr("Lines that stand out in A or B; or drag across a peak"))
        return box

    def _score_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setHeaderLabels([self.tr("Measure"), self.tr("Score"), self.tr("Equal … unlike")])
        made.setAccessibleName(self.tr("Scores"))
        made.setRootIsDecorated(False)
        made.setAllColumnsShowFocus(True)
        made.setIndentation(8)
        header = made.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        groups: dict[str, QTreeWidgetItem] = {}
        for of, measure, value, limits in self._compared.scores:
            if of not in groups:
                groups[of] = _heading(of, made)
            groups[of].addChild(_score(of, measure, value, limits, made))
        made.expandAll()
        return made

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        label = QLabel(self.tr("&Maps of"))
        label.setBuddy(self.line_box)
        bar.addWidget(label)
        bar.addWidget(self.line_box)
        bar.addSpacing(12)
        bar.addWidget(self.shared_box)
        bar.addSpacing(12)
        bar.addWidget(self.scale_box)
        bar.addStretch(1)
        pictures = QSplitter(Qt.Orientation.Vertical)
        pictures.addWidget(self.maps)
        pictures.addWidget(self.spectra)
        pictures.setStretchFactor(0, 3)
        pictures.setStretchFactor(1, 2)
        pictures.setChildrenCollapsible(False)
        about = QuietLabel("title", self.tr("How alike they are"))
        about.show_text(self.tr("How alike they are"))
        self.notes.setWordWrap(True)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setProperty("role", "muted")
        self.notes.setVisible(bool(self._compared.notes))
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (about, self.scores, self.notes, self.export_button):
            column.addWidget(widget, 1 if widget is self.scores else 0)
        side.setFixedWidth(_SCORES_WIDTH)
        left = QVBoxLayout()
        left.addLayout(bar)
        left.addWidget(pictures, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addLayout(left, 1)
        whole.addWidget(side)

    @property
    def _factor(self) -> float:
        return self._compared.factor if self.scale_box.isChecked() else 1.0

    @Slot()
    def _show(self) -> None:
        first, second = self._compared.spectra
        self.spectra.set_spectra(first, second * self._factor)
        self._show_maps()

    def _show_maps(self) -> None:
        if self._maps is not None:
            first, second = self._maps
            scaled = second if self._factor == 1.0 else second * self._factor
            self.maps.set_maps(first, scaled, self._compared.step_mm)

    @Slot(int, int)
    def _on_window(self, first: int, stop: int) -> None:
        self.line_box.setCurrentIndex(self._named_place(first, stop))
        self.window_changed.emit(first, stop)

    def _named_place(self, first: int, stop: int) -> int:
        """Where the box names this window; −1 for one that is no line's own."""
        axis, lines = self._compared.axis, self._compared.lines
        if (first, stop) == (0, self._compared.channels):
            return 0
        own = [axis is not None and self._window_of(line, axis) == (first, stop) for line in lines]
        return own.index(True) + 1 if True in own else -1

    @Slot(int)
    def _on_line(self, _place: int) -> None:
        key = self.line_box.currentData()[0]
        chosen = [line for line in self._compared.lines if line.key == key]
        if chosen:
            self.place_line(chosen[0])
        else:
            self.set_window(0, self._compared.channels)


def _heading(of: str, parent: QTreeWidget) -> QTreeWidgetItem:
    title, meaning = GROUPS.get(of, (of, ""))
    item = QTreeWidgetItem(parent, [title])
    item.setFirstColumnSpanned(True)
    item.setToolTip(0, meaning)
    font = item.font(0)
    font.setBold(True)
    item.setFont(0, font)
    return item


def _score(
    of: str, measure: str, value: float | None, limits: str, parent: QTreeWidget
) -> QTreeWidgetItem:
    number = "–" if value is None else f"{value:.4g}".replace("-", "−")
    item = QTreeWidgetItem([title_of(of, measure), number, limits.replace("-", "−")])
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    item.setTextAlignment(1, right)
    tip = f"{definition_of(of, measure)}\n{limits_in_words(limits)}"
    if value is None:
        tip += "\nNot defined here; see the notes."
    for column in range(3):
        item.setToolTip(column, tip)
        item.setFont(column, figures_font(parent.font()))
    return item
