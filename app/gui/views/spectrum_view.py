"""Spectra over energy with the energy window that makes the map."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.core.axis import EnergyAxis
from app.core.lines import EmissionLine
from app.gui.theme import figures_font
from app.gui.views.energy_window import Ruler
from app.gui.views.labels import QuietLabel
from app.gui.views.legend import stroke_icon
from app.gui.views.line_readout import line_text
from app.gui.views.numbers import counts_text, grouped
from app.gui.views.spectrum_plot import CURVES, SpectrumPlot
from app.gui.views.window_controls import WindowControls

# what to do while the map is still that of everything
HINT_ENERGY = "Choose an element, or drag across a peak, to see its map"
HINT_CHANNELS = "Drag across a peak to see its map"
_WINDOW_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)


class SpectrumView(QWidget):
    """Shows up to five spectra and lets the user choose an energy window.

    The window is held in whole channels, first..stop-1. Dragging its body moves it, its edges
    resize it, a drag beside it draws a new one. Left and Right move it by one channel, with
    Shift by ten; with Ctrl they change its width; Home and End go to the ends of the axis.

    Signals
    -------
    window_changed(first, stop)
        Another window, also while it is being dragged.
    window_change_finished()
        The button or key is up; numbers entered one after the other end with what follows.
    curve_toggled(name, shown)
        The user showed or hid a curve.
    """

    window_changed = Signal(int, int)
    window_change_finished = Signal()
    curve_toggled = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ruler: Ruler | None = None
        self._lines: tuple[EmissionLine, ...] = ()
        self._has_key_change = False
        self._is_entering = False
        self._cluster_name = ""
        self._position: float | None = None
        self.plot = SpectrumPlot()
        self.controls = WindowControls()
        self._curve_group = QButtonGroup(self)
        self._curve_group.setExclusive(False)
        self.curve_buttons = {name: self._curve_button(name) for name in CURVES}
        self._readout = QuietLabel("muted", "Read-out of the spectrum")
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._readout.setFont(figures_font(self.font()))
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self.plot)
        self.setAccessibleName("Spectrum")
        self.plot.window_dragged.connect(self._on_window_dragged)
        self.plot.window_released.connect(self.window_change_finished)
        self.plot.hovered.connect(self._on_hovered)
        self._curve_group.buttonToggled.connect(self._on_curve_toggled)
        self.controls.window_entered.connect(self._on_window_entered)
        self._follow_theme()
        self.set_log(True)
        self.set_axis(None, 0)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(8, 4, 10, 2)
        header.setSpacing(2)
        for button in self.curve_buttons.values():
            header.addWidget(button)
        header.addWidget(self._readout, 1)
        footer = QHBoxLayout()
        footer.setContentsMargins(10, 4, 10, 6)
        footer.addWidget(self.controls)
        footer.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self.plot, 1)
        column.addLayout(footer)

    def _curve_button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setText(name)
        button.setObjectName(name)
        button.setToolTip(f"Show the spectrum “{name}”")
        button.setAccessibleName(f"Show the spectrum “{name}”")
        button.setCheckable(True)
        button.setChecked(True)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(14, 14))
        button.hide()
        self._curve_group.addButton(button)
        return button

    @property
    def energy_window(self) -> tuple[int, int]:
        """First channel of the energy window and the one after the last."""
        return self.plot.energy_window

    @property
    def readout(self) -> str:
        """What is said about the place under the pointer."""
        return self._readout.text()

    def set_axis(self, axis: EnergyAxis | None, channels: int) -> None:
        """Take another energy axis, None where unknown, and number of channels.

        Curves of another length and the marked lines are dropped; the window is clipped. The
        axis that is there already changes nothing, not even the zoom.
        """
        ruler = Ruler(axis, channels)
        if ruler == self._ruler:
            return
        self._ruler = ruler
        self.set_lines(())
        self.plot.set_found(())
        self.plot.set_ruler(ruler)
        self.controls.set_ruler(ruler)
        self.controls.setVisible(channels > 0)
        self.controls.set_window(*self.energy_window)
        for name in CURVES:
            self.curve_buttons[name].setVisible(self.plot.values(name) is not None)
        self._on_hovered(None)

    def set_curve(self, name: str, values: NDArray[Any] | None) -> None:
        """Show counts of shape (channels,) as one of `CURVES`; None takes the curve away.

        Raises
        ------
        ValueError
            If there is no such curve or it has another number of channels than the axis.
        """
        if name not in CURVES:
            raise ValueError(f"no curve {name!r}; there are {', '.join(CURVES)}")
        if values is not None and np.shape(values) != (self.plot.ruler.channels,):
            raise ValueError(
                f"a curve of shape {np.shape(values)} on an axis of "
                f"{self.plot.ruler.channels} channels"
            )
        self.plot.set_values(name, values)
        self.curve_buttons[name].setVisible(values is not None)

    def set_cluster(
        self, number: int, srgb: tuple[int, int, int], means: NDArray[Any] | None
    ) -> None:
        """Show the mean spectrum of a cluster, in counts per pixel; None takes it away.

        Parameters
        ----------
        number
            As the user counts, from 1 on.
        srgb
            Colour of the cluster, 0..255 each.
        means
            Shape (channels,).
        """
        button = self.curve_buttons["Cluster"]
        name = f"Cluster {number} (mean)"
        button.setText(name)
        button.setToolTip(f"Show the mean spectrum of cluster {number}, in counts per pixel")
        button.setAccessibleName(button.toolTip())
        self._cluster_name = f"cluster {number}"
        self.plot.set_cluster_colour(srgb)
        self._follow_theme()
        self.set_curve("Cluster", means)
        self._update_readout()

    def set_visible_curves(self, names: tuple[str, ...]) -> None:
        """Which curves are drawn, without emitting `curve_toggled`."""
        for name, button in self.curve_buttons.items():
            self._curve_group.blockSignals(True)
            button.setChecked(name in names)
            self._curve_group.blockSignals(False)
        self.plot.set_shown(set(names))

    def set_window(self, first: int, stop: int) -> None:
        """Put the energy window on channels first..stop-1 without emitting anything."""
        self.plot.set_window(first, stop)
        self.controls.set_window(*self.energy_window)
        self._update_readout()

    def set_lines(self, lines: tuple[EmissionLine, ...]) -> None:
        """Mark emission lines; without an energy axis none are shown."""
        self._lines = lines
        self.plot.set_lines(lines)

    def set_found(self, lines: tuple[EmissionLine, ...]) -> None:
        """Name the peaks of lines recognised in the sum spectrum, the strongest first."""
        self.plot.set_found(lines)

    def set_log(self, on: bool) -> None:
        """Draw counts on a logarithmic axis, or on a linear one."""
        self.plot.set_log(on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move or resize the energy window."""
        if event.key() not in _WINDOW_KEYS or not self.plot.ruler.channels:
            super().keyPressEvent(event)
            return
        window = self._window_after(Qt.Key(event.key()), event.modifiers())
        if window != self.energy_window:
            self._finish_entering()
            self._has_key_change = True
            self.set_window(*window)
            self.window_changed.emit(*window)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Tell that the window has come to rest."""
        if event.key() not in _WINDOW_KEYS:
            super().keyReleaseEvent(event)
        elif self._has_key_change and not event.isAutoRepeat():
            self._has_key_change = False
            self.window_change_finished.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_theme()

    def _window_after(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> tuple[int, int]:
        ruler, (first, stop) = self.plot.ruler, self.energy_window
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return ruler.moved(first, stop, ruler.channels * (-1 if key == Qt.Key.Key_Home else 1))
        by = -1 if key == Qt.Key.Key_Left else 1
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            by *= 10
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            return ruler.widened(first, stop, by)
        return ruler.moved(first, stop, by)

    def _follow_theme(self) -> None:
        for name, button in self.curve_buttons.items():
            button.setIcon(stroke_icon(self.plot.colour_of(name)))

    def _on_window_dragged(self, first: int, stop: int) -> None:
        self._finish_entering()
        self.controls.set_window(first, stop)
        self._update_readout()
        self.window_changed.emit(first, stop)

    def _on_window_entered(self, first: int, stop: int) -> None:
        self.plot.set_window(first, stop)
        if not self._is_entering:
            self._is_entering = True
            self.window_change_finished.emit()
        self.window_changed.emit(first, stop)

    def _finish_entering(self) -> None:
        """End the steps of the spin boxes before something else moves the window."""
        if self._is_entering:
            self._is_entering = False
            self.window_change_finished.emit()

    def _on_curve_toggled(self, button: QToolButton, shown: bool) -> None:
        self.plot.set_shown({item for item in CURVES if self.curve_buttons[item].isChecked()})
        self.curve_toggled.emit(button.objectName(), shown)

    def _on_hovered(self, position: float | None) -> None:
        self._position = position
        self._update_readout()

    def _update_readout(self) -> None:
        if self._position is not None:
            self._readout.show_text(self._readout_text(self._position))
        elif not self.plot.is_whole:
            self._readout.show_text("")
        elif self.plot.ruler.axis is None:
            self._readout.show_text(HINT_CHANNELS)
        else:
            self._readout.show_text(HINT_ENERGY)

    def _readout_text(self, position: float) -> str:
        ruler = self.plot.ruler
        channel = round(ruler.channel(position))
        if not 0 <= channel < ruler.channels:
            return ""
        parts = [f"channel {channel}"]
        if ruler.axis is not None:
            # the channel's own energy: its counts are not those of the point itself
            parts.insert(0, f"{ruler.position(channel):.2f} keV")
        counts = {name: float(values[channel]) for name, values in self.plot.shown.items()}
        mean = counts.pop("Cluster", None)
        if len(counts) == 1:
            parts.append(counts_text(next(iter(counts.values()))))
        elif counts:
            each = (f"{name} {grouped(value)}" for name, value in counts.items())
            parts.append(", ".join(each) + " counts")
        if mean is not None:
            # a mean is a fraction of a count where the sum has many
            decimals = 0 if abs(mean) >= 100 else 2
            parts.append(f"{self._cluster_name} {grouped(mean, decimals)} counts per pixel")
        if ruler.axis is not None:
            parts.append(line_text(self._lines, position))
        return " · ".join(part for part in parts if part)
