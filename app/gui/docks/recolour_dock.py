"""Recolouring: which model, by which processor, and how far it is; then the picture."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.gui.docks.recolour_models import ModelsPage
from app.gui.docks.recolour_picture import PicturePage
from app.gui.recolour_values import Part, ProcessorRow
from app.gui.views.labels import QuietLabel

LEAST_WIDTH = 250
LIVE = "Live, by line"
"""The choice of pixels that are still to be measured."""
_PARTS = 1000


class RecolourPanel(QWidget):
    """Two pages, the models and the picture, above what starts and stops the work.

    Signals
    -------
    run_requested(), stop_requested()
        The button was pressed.
    processor_chosen(key)
        Another processor was chosen.
    """

    run_requested = Signal()
    stop_requested = Signal()
    processor_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_running = False
        self._can_run = False
        self.models = ModelsPage()
        self.picture = PicturePage()
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.addTab(self.models, self.tr("Model"))
        self.pages.addTab(self.picture, self.tr("Picture"))
        self.processor_box = _combo(self.tr("Processor"))
        self.processor_box.currentIndexChanged.connect(self._on_processor)
        self.why_button = QToolButton()
        self.why_button.setText("?")
        self.why_button.setAccessibleName(self.tr("Why other processors cannot be chosen"))
        self.why_button.clicked.connect(self._on_why)
        self.part_box = _combo(self.tr("Which pixels"))
        self.part_box.addItems([*(part.value for part in Part), LIVE])
        self.run_button = QPushButton(self.tr("Recolour"))
        self.run_button.clicked.connect(self._on_run)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Progress"))
        self._progress = QuietLabel("muted", self.tr("How far the work is"))
        self._lay_out()
        self.setMinimumWidth(LEAST_WIDTH)
        self.set_region("")
        self.set_running(False)

    @property
    def processor(self) -> str:
        """The chosen processor; "auto" while none are listed."""
        data = self.processor_box.currentData()
        return "auto" if data is None else str(data)

    @property
    def part(self) -> Part:
        """Which pixels are to be recoloured."""
        return Part.SCAN if self.is_live else Part(self.part_box.currentText())

    @property
    def is_live(self) -> bool:
        """Whether a scan that is being measured is to be followed, line by line."""
        return self.part_box.currentText() == LIVE

    @property
    def progress_text(self) -> str:
        """How far it is and how fast, or what keeps it from being begun."""
        return self._progress.text()

    @property
    def absent(self) -> str:
        """Which processors are not there and why."""
        return self.why_button.toolTip()

    @property
    def is_running(self) -> bool:
        """Whether the button stops rather than starts."""
        return self._is_running

    def set_processors(self, rows: tuple[ProcessorRow, ...]) -> None:
        """List processors; those that are not available cannot be chosen, and say why."""
        before = self.processor
        self.processor_box.blockSignals(True)
        self.processor_box.clear()
        model = self.processor_box.model()
        for place, row in enumerate(rows):
            name = row.name if row.is_available else self.tr("{} – not here").format(row.name)
            self.processor_box.addItem(name, row.key)
            self.processor_box.setItemData(
                place, row.reason or row.name, Qt.ItemDataRole.ToolTipRole
            )
            if isinstance(model, QStandardItemModel):
                model.item(place).setEnabled(row.is_available)
        keys = [row.key for row in rows if row.is_available]
        kept = before if before in keys else (keys[0] if keys else "")
        self.processor_box.setCurrentIndex(max(self.processor_box.findData(kept), 0))
        self.processor_box.blockSignals(False)
        missing = [
            self.tr("{}: {}.").format(row.name, row.reason.rstrip("."))
            for row in rows
            if not row.is_available
        ]
        self.why_button.setToolTip("\n".join(missing))
        self.why_button.setVisible(bool(missing))

    def set_region(self, region: str) -> None:
        """Offer the region, in words; empty where there is none."""
        model = self.part_box.model()
        if isinstance(model, QStandardItemModel):
            model.item(list(Part).index(Part.REGION)).setEnabled(bool(region))
        if not region and self.part is Part.REGION:
            self.part_box.setCurrentIndex(0)
        words = self.tr("Draw a region in the map to recolour only its pixels")
        live = self.tr("“{}” follows the file of a scan that is still being written").format(LIVE)
        self.part_box.setToolTip(f"{region or words}\n{live}")

    def set_can_follow(self, on: bool) -> None:
        """Whether it is known what file the scan came from, so that it can be followed."""
        model = self.part_box.model()
        if isinstance(model, QStandardItemModel):
            model.item(self.part_box.findText(LIVE)).setEnabled(on)
        if not on and self.is_live:
            self.part_box.setCurrentIndex(0)

    def set_can_run(self, on: bool, why_not: str = "") -> None:
        """Whether the work can be begun; else why not."""
        self._can_run = on
        self._refresh()
        if not self._is_running:
            self._progress.show_text(why_not)

    def set_running(self, on: bool) -> None:
        """Show that the work is under way, or over."""
        self._is_running = on
        if on:
            self.set_progress(None, self.tr("Starting"))
        else:
            self._progress.show_text("")
        self._refresh()

    def set_progress(self, fraction: float | None, words: str) -> None:
        """Show how far it is, 0..1, and how fast; None while unknown."""
        self.bar.setRange(0, 0 if fraction is None else _PARTS)
        if fraction is not None:
            self.bar.setValue(round(fraction * _PARTS))
        self._progress.show_text(words)

    def set_words(self, words: str) -> None:
        """Say how it ended."""
        self._progress.show_text(words)
        self._progress.setToolTip(words)

    def show_picture_page(self) -> None:
        """Bring the page of the picture to the front."""
        self.pages.setCurrentWidget(self.picture)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel(self.tr("Processor")), 0, 0)
        processors = QHBoxLayout()
        processors.addWidget(self.processor_box, 1)
        processors.addWidget(self.why_button)
        grid.addLayout(processors, 0, 1, 1, 2)
        grid.addWidget(QLabel(self.tr("Pixels")), 1, 0)
        grid.addWidget(self.part_box, 1, 1)
        grid.addWidget(self.run_button, 1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(4)
        layout.addWidget(self.pages, 1)
        layout.addLayout(grid)
        layout.addWidget(self.bar)
        layout.addWidget(self._progress)

    @Slot()
    def _on_run(self) -> None:
        (self.stop_requested if self._is_running else self.run_requested).emit()

    @Slot()
    def _on_why(self) -> None:
        place = self.why_button.mapToGlobal(self.why_button.rect().topLeft())
        QToolTip.showText(place, self.absent, self.why_button)

    @Slot()
    def _on_processor(self) -> None:
        self.processor_chosen.emit(self.processor)

    def _refresh(self) -> None:
        self.run_button.setText(self.tr("Stop") if self._is_running else self.tr("Recolour"))
        self.run_button.setEnabled(self._is_running or self._can_run)
        room = self.bar.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(room)
        self.bar.setVisible(self._is_running)
        for widget in (self.processor_box, self.part_box):
            widget.setEnabled(not self._is_running)


def _combo(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    box.setMinimumWidth(80)
    return box
