"""The energy window as two numbers: its centre and its width."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.gui.theme import figures_font
from app.gui.views.energy_window import Ruler
from app.gui.views.spin_boxes import StepSpinBox


class WindowControls(QWidget):
    """Spin boxes that do what dragging the energy window does.

    Signals
    -------
    window_entered(first, stop)
        Another window was typed or stepped to; never emitted by `set_window`.
    """

    window_entered = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ruler = Ruler(None, 0)
        self._window = (0, 1)
        self._centre_spin = self._spin("Centre of the energy window")
        self._width_spin = self._spin("Width of the energy window")
        self._channels = QLabel()
        self._channels.setProperty("role", "muted")
        self._channels.setFont(figures_font(self.font()))
        self._channels.setAccessibleName("Channels of the energy window")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for text, spin in (("&Centre", self._centre_spin), ("&Width", self._width_spin)):
            label = QLabel(text)
            label.setBuddy(spin)
            row.addWidget(label)
            row.addWidget(spin)
            row.addSpacing(8)
        row.addWidget(self._channels)
        self._centre_spin.valueChanged.connect(self._on_centre_changed)
        self._width_spin.valueChanged.connect(self._on_width_changed)
        self.set_ruler(self._ruler)

    def _spin(self, name: str) -> StepSpinBox:
        spin = StepSpinBox()
        spin.setKeyboardTracking(False)
        spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        spin.setAccessibleName(name)
        spin.setFont(figures_font(self.font()))
        spin.setMinimumWidth(104)
        return spin

    def set_ruler(self, ruler: Ruler) -> None:
        """Take another axis: unit, decimals, steps and limits follow it."""
        self._ruler = ruler
        low, high = ruler.limits
        per_channel = (high - low) / max(ruler.channels, 1)
        for spin in (self._centre_spin, self._width_spin):
            spin.blockSignals(True)
            spin.setSuffix(f" {ruler.unit}")
            spin.setDecimals(1 if ruler.axis is None else 3)
            spin.setSingleStep(per_channel)
        self._centre_spin.setRange(low, high)
        self._width_spin.setRange(per_channel * 0.5, high - low)
        for spin in (self._centre_spin, self._width_spin):
            spin.blockSignals(False)
        self.setEnabled(ruler.channels > 0)
        self.set_window(*self._window)

    def set_window(self, first: int, stop: int) -> None:
        """Show channels first..stop-1 without emitting anything."""
        self._window = (first, stop)
        low, high = self._ruler.edges(first, stop)
        for spin, value in ((self._centre_spin, (low + high) / 2), (self._width_spin, high - low)):
            spin.blockSignals(True)
            spin.setValue(value)
            spin.blockSignals(False)
        self._channels.setText(_channels_text(first, stop) if self._ruler.channels else "")

    def _on_centre_changed(self, centre: float) -> None:
        first, stop = self._window
        self._enter(self._ruler.centred(centre, stop - first))

    def _on_width_changed(self, width: float) -> None:
        first, stop = self._window
        channels = self._ruler.width_in_channels(first, stop, width)
        self._enter(self._ruler.widened(first, stop, channels - (stop - first)))

    def _enter(self, window: tuple[int, int]) -> None:
        is_new = window != self._window
        # shown again in any case: what was typed is snapped to whole channels
        self.set_window(*window)
        if is_new:
            self.window_entered.emit(*window)


def _channels_text(first: int, stop: int) -> str:
    return f"channel {first}" if stop == first + 1 else f"channels {first}–{stop - 1}"
