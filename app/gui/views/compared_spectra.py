"""The spectra of two scans over one another, with the energy window that makes their maps."""

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.core.axis import EnergyAxis
from app.core.lines import EmissionLine
from app.gui.theme import figures_font
from app.gui.views.energy_window import Ruler
from app.gui.views.labels import QuietLabel
from app.gui.views.legend import Legend
from app.gui.views.line_readout import line_text
from app.gui.views.numbers import grouped
from app.gui.views.spectrum_plot import SpectrumPlot
from app.gui.views.window_controls import WindowControls

NAMES = ("A", "B")


class ComparedSpectra(QWidget):
    """Draws the counts of all pixels of two scans on one energy axis.

    Signals
    -------
    window_changed(first, stop)
        The user dragged or entered another energy window, in channels of that axis.
    """

    window_changed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[EmissionLine, ...] = ()
        self._position: float | None = None
        self.plot = SpectrumPlot(names=NAMES)
        self.plot.setAccessibleName(self.tr("Spectra of both scans"))
        self.legend = Legend()
        self.log_box = QCheckBox(self.tr("Log"))
        self.log_box.setToolTip(self.tr("Logarithmic axis: weak lines beside strong ones"))
        self.controls = WindowControls()
        self._readout = QuietLabel("muted", self.tr("Read-out of the spectra"))
        self._readout.setFont(figures_font(self.font()))
        header = QHBoxLayout()
        header.setContentsMargins(8, 2, 8, 2)
        header.addWidget(self.legend, 1)
        header.addWidget(self._readout, 3)
        header.addWidget(self.log_box)
        footer = QHBoxLayout()
        footer.setContentsMargins(8, 4, 8, 2)
        footer.addWidget(self.controls)
        footer.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self.plot, 1)
        column.addLayout(footer)
        self.setFocusProxy(self.plot)
        self.plot.window_dragged.connect(self._on_window)
        self.controls.window_entered.connect(self._on_window)
        self.plot.hovered.connect(self._on_hovered)
        self.log_box.toggled.connect(self.plot.set_log)
        self.legend.toggled.connect(self._on_toggled)
        self.log_box.setChecked(True)

    @property
    def energy_window(self) -> tuple[int, int]:
        """First channel of the energy window and the one after the last."""
        return self.plot.energy_window

    @property
    def readout(self) -> str:
        """What is said about the place under the pointer."""
        return self._readout.text()

    def set_axis(self, axis: EnergyAxis | None, channels: int) -> None:
        """Take the axis that both are on, None where unknown; the window covers all of it."""
        ruler = Ruler(axis, channels)
        self.plot.set_ruler(ruler)
        self.controls.set_ruler(ruler)
        self.set_window(0, channels)

    def set_spectra(self, first: NDArray[Any], second: NDArray[Any]) -> None:
        """Counts of both, each of shape (channels,)."""
        self._follow_theme()
        for name, values in zip(NAMES, (first, second), strict=True):
            self.plot.set_values(name, values)
        self._update_readout()

    def set_found(self, lines: tuple[EmissionLine, ...]) -> None:
        """Name the peaks of these lines."""
        self._lines = lines
        self.plot.set_found(lines)

    def set_window(self, first: int, stop: int) -> None:
        """Put the energy window on channels first..stop-1 without emitting anything."""
        self.plot.set_window(first, stop)
        self.controls.set_window(*self.plot.energy_window)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_theme()

    def _follow_theme(self) -> None:
        self.legend.set_entries(tuple((name, self.plot.colour_of(name)) for name in NAMES))

    def _on_window(self, first: int, stop: int) -> None:
        self.set_window(first, stop)
        self.window_changed.emit(first, stop)

    def _on_toggled(self, _name: str, _shown: bool) -> None:
        self.plot.set_shown(set(NAMES) - self.legend.hidden)
        self._update_readout()

    def _on_hovered(self, position: float | None) -> None:
        self._position = position
        self._update_readout()

    def _update_readout(self) -> None:
        self._readout.show_text("" if self._position is None else self._text(self._position))

    def _text(self, position: float) -> str:
        ruler = self.plot.ruler
        channel = round(ruler.channel(position))
        if not 0 <= channel < ruler.channels:
            return ""
        place = f"{ruler.position(channel):.2f} keV" if ruler.axis else f"channel {channel}"
        each = (
            f"{name} {grouped(float(values[channel]))}" for name, values in self.plot.shown.items()
        )
        parts = [place, f"{', '.join(each)} counts"]
        if ruler.axis is not None:
            parts.append(line_text(self._lines, position))
        return " · ".join(part for part in parts if part)
