"""How maps are shown: colour map, scale and the percentiles of the darkest and lightest colour."""

from dataclasses import replace

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QWidget

from app.core.display import COLOUR_MAPS, MapDisplay, Scale
from app.gui.views.spin_boxes import StepSpinBox

_SWATCH = QSize(48, 12)
_GAP = 0.1


class DisplayControls(QWidget):
    """Edits a `MapDisplay`; values in, values out."""

    display_changed = Signal(object)

    def __init__(self, display: MapDisplay, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self.colour_map = QComboBox()
        self.colour_map.setIconSize(_SWATCH)
        for name in COLOUR_MAPS:
            self.colour_map.addItem(colour_map_icon(name), name, name)
        self.scale = QComboBox()
        for scale, text in (
            (Scale.LINEAR, self.tr("linear")),
            (Scale.SQRT, self.tr("√ root")),
            (Scale.LOG, self.tr("log")),
        ):
            self.scale.addItem(text, scale.value)
        self.low, self.high = self._percentile_spin(), self._percentile_spin()
        self.inverted = QCheckBox(self.tr("invert"))
        for widget, tip in (
            (self.colour_map, self.tr("Colour map")),
            (self.scale, self.tr("How counts spread over the colours")),
            (self.low, self.tr("Percentage of pixels at or below the first colour")),
            (self.high, self.tr("Percentage of pixels at or below the last colour")),
            (self.inverted, self.tr("Run the colours from high to low")),
        ):
            widget.setToolTip(tip)
            widget.setAccessibleName(tip)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(4)
        for item in (self.colour_map, self.scale, self.low, QLabel("–"), self.high, self.inverted):
            layout.addWidget(item)
        self.set_display(display)
        self.colour_map.activated.connect(self._on_edited)
        self.scale.activated.connect(self._on_edited)
        self.low.valueChanged.connect(self._on_edited)
        self.high.valueChanged.connect(self._on_edited)
        self.inverted.clicked.connect(self._on_edited)

    @property
    def display(self) -> MapDisplay:
        """The display as edited."""
        return self._display

    @Slot(object)
    def set_display(self, display: MapDisplay) -> None:
        """Show a display without emitting."""
        self._display = display
        blocked = [(item, item.blockSignals(True)) for item in (self.low, self.high)]
        self.colour_map.setCurrentIndex(self.colour_map.findData(display.colour_map))
        self.scale.setCurrentIndex(self.scale.findData(display.scale.value))
        # each end stops short of the other, so that the two are always in order
        self.low.setRange(0.0, display.high_percentile - _GAP)
        self.high.setRange(display.low_percentile + _GAP, 100.0)
        self.low.setValue(display.low_percentile)
        self.high.setValue(display.high_percentile)
        self.inverted.setChecked(display.inverted)
        for item, before in blocked:
            item.blockSignals(before)

    def _percentile_spin(self) -> StepSpinBox:
        spin = StepSpinBox()
        spin.setDecimals(1)
        spin.setSingleStep(0.5)
        spin.setRange(0.0, 100.0)
        spin.setSuffix(" %")
        spin.setKeyboardTracking(False)
        return spin

    @Slot()
    def _on_edited(self) -> None:
        edited = replace(
            self._display,
            colour_map=self.colour_map.currentData(),
            scale=Scale(self.scale.currentData()),
            low_percentile=self.low.value(),
            high_percentile=self.high.value(),
            inverted=self.inverted.isChecked(),
        )
        if edited != self._display:
            self.set_display(edited)
            self.display_changed.emit(edited)


def colour_map_icon(name: str) -> QIcon:
    """A strip of a colour map from low to high."""
    table = COLOUR_MAPS[name]
    image = QImage(table.tobytes(), len(table), 1, 3 * len(table), QImage.Format.Format_RGB888)
    # scaling copies, so the bytes may go
    return QIcon(QPixmap.fromImage(image.scaled(_SWATCH)))
