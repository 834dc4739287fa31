"""The drawing area of a spectrum: curves, zoom and pan, the energy window under the mouse."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.core.lines import EmissionLine
from app.gui.theme import PlotColours, plot_colours_for, seen_on
from app.gui.views.energy_window import Grip, Ruler, grip_at
from app.gui.views.spectrum_curves import counts_range, drawn_points, visible_channels
from app.gui.views.spectrum_items import CountsAxis, FoundLabels, LineLabels, WindowBand

CURVES = ("Sum", "Maximum pixel", "Pixel", "Region", "Cluster")
# how far from a line's place its peak's highest channel is looked for
_NEAR_CHANNELS = 3
_CURSORS = {
    None: Qt.CursorShape.ArrowCursor,
    Grip.BODY: Qt.CursorShape.OpenHandCursor,
    Grip.LOW: Qt.CursorShape.SizeHorCursor,
    Grip.HIGH: Qt.CursorShape.SizeHorCursor,
}


def curve_colour(place: int, colours: PlotColours) -> str:
    """The colour of the first curve, 0, and of further ones, as #rrggbb."""
    shades = (colours.sum, colours.maximum, colours.pixel, colours.region, colours.line)
    return shades[place]


class _SpectrumBox(pg.ViewBox):
    """Left drags belong to the energy window; right and middle drags pan along the energy."""

    dragged = Signal(float, float, bool, bool)

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.setMouseEnabled(x=True, y=False)
        self.disableAutoRange()

    def mouseDragEvent(self, ev: MouseDragEvent, axis: int | None = None) -> None:
        """Hand left drags on as pixels from the left; pan with the other buttons."""
        ev.accept()
        if ev.button() == Qt.MouseButton.LeftButton and axis is None:
            down = ev.buttonDownPos(ev.button()).x()
            self.dragged.emit(down, ev.pos().x(), ev.isStart(), ev.isFinish())
        elif axis != 1:
            moved = self.mapToView(ev.lastPos()).x() - self.mapToView(ev.pos()).x()
            self.translateBy(x=moved)


class SpectrumPlot(pg.PlotWidget):
    """Shows spectra over energy, or over channels where the energy is unknown.

    Parameters
    ----------
    names
        Of the curves, at most five.

    Signals
    -------
    window_dragged(first, stop), window_released()
        The energy window follows the mouse; the button is up again.
    hovered(position or None)
        The pointer is at a place on the axis, or gone.
    """

    window_dragged = Signal(int, int)
    window_released = Signal()
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None, names: tuple[str, ...] = CURVES) -> None:
        self.names = names
        self.box = _SpectrumBox()
        self._counts_axis = CountsAxis()
        super().__init__(parent, viewBox=self.box, axisItems={"left": self._counts_axis})
        self.ruler = Ruler(None, 0)
        self.energy_window = (0, 1)
        self._is_log = False
        self._values: dict[str, NDArray[Any]] = {}
        self._shown = set(names)
        self._cluster_srgb: tuple[int, int, int] | None = None
        self._grip: Grip | None = None
        self._start = (0, 1)
        self.band = WindowBand(self.box)
        self.labels = LineLabels(self.box)
        self.found_labels = FoundLabels(self.box, self.labels)
        self._lines: tuple[EmissionLine, ...] = ()
        self._found: tuple[EmissionLine, ...] = ()
        self.curves = {name: pg.PlotCurveItem(name=name) for name in names}
        for depth, curve in enumerate(self.curves.values()):
            curve.setZValue(depth)
            self.box.addItem(curve, ignoreBounds=True)
        self._set_up_axes()
        self.setMinimumSize(200, 120)
        self.setAccessibleName("Spectrum; arrow keys move the energy window")
        self.box.dragged.connect(self._on_dragged)
        self.box.sigXRangeChanged.connect(self._redraw)
        self.box.sigResized.connect(self._redraw)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.scene().sigMouseClicked.connect(self._on_mouse_clicked)
        self._follow_theme()

    def _set_up_axes(self) -> None:
        self.plotItem.hideButtons()
        self.plotItem.setContentsMargins(4, 6, 12, 0)
        self._counts_axis.setWidth(66)
        self._counts_axis.setLabel("Counts")
        bottom = self.plotItem.getAxis("bottom")
        bottom.enableAutoSIPrefix(False)
        bottom.setLabel("Channel")
        for axis in (self._counts_axis, bottom):
            axis.setStyle(tickLength=-4, maxTickLevel=1, tickTextOffset=4)

    def set_ruler(self, ruler: Ruler) -> None:
        """Take another axis and show all of it."""
        self.ruler = ruler
        self._values = {
            name: values for name, values in self._values.items() if len(values) == ruler.channels
        }
        for axis in (self._counts_axis, self.plotItem.getAxis("bottom")):
            axis.setVisible(ruler.channels > 0)
        label = "Channel" if ruler.axis is None else "Energy (keV)"
        self.plotItem.getAxis("bottom").setLabel(label)
        low, high = ruler.limits
        narrowest = (high - low) / max(ruler.channels, 1) * 4
        self.box.setLimits(xMin=low, xMax=high, minXRange=min(narrowest, high - low))
        self.set_window(*self.energy_window)
        self.reset()

    def reset(self) -> None:
        """Show the whole axis."""
        self.box.setXRange(*self.ruler.limits, padding=0)
        self._redraw()

    def set_values(self, name: str, values: NDArray[Any] | None) -> None:
        """Counts of a curve, shape (channels,); None takes it away."""
        if values is None:
            self._values.pop(name, None)
        else:
            self._values[name] = values
        self._redraw()

    def values(self, name: str) -> NDArray[Any] | None:
        """Counts of a curve, shape (channels,), where it has any."""
        return self._values.get(name)

    @property
    def shown(self) -> dict[str, NDArray[Any]]:
        """Names and counts of the curves that are drawn."""
        return {
            name: self._values[name]
            for name in self.names
            if name in self._values and name in self._shown
        }

    def set_shown(self, names: set[str]) -> None:
        """Which curves are drawn, as far as they have counts."""
        if names != self._shown:
            self._shown = names
            self._redraw()

    def colour_of(self, name: str) -> str:
        """The colour a curve is drawn in, as #rrggbb."""
        colours = plot_colours_for(self.palette())
        if name == "Cluster" and self._cluster_srgb is not None:
            return seen_on(self._cluster_srgb, colours.background)
        return curve_colour(self.names.index(name), colours)

    def set_cluster_colour(self, srgb: tuple[int, int, int] | None) -> None:
        """The colour of the cluster's curve, as far as it is seen on the ground; None resets."""
        self._cluster_srgb = srgb
        self._follow_theme()

    def set_log(self, on: bool) -> None:
        """Draw counts on a logarithmic axis; zeros lie on its lower end."""
        if on != self._is_log:
            self._is_log = on
            self._counts_axis.set_log(on)
            self._redraw()

    def set_lines(self, lines: tuple[EmissionLine, ...]) -> None:
        """Emission lines to mark; there is nothing to mark them on without an energy axis."""
        self._lines = lines if self.ruler.axis is not None else ()
        self.labels.set_lines(self._lines)
        self._redraw()

    def set_found(self, lines: tuple[EmissionLine, ...]) -> None:
        """Name the peaks of lines that were recognised, the strongest first."""
        self._found = lines if self.ruler.axis is not None else ()
        self._redraw()

    @property
    def is_whole(self) -> bool:
        """Whether the energy window covers the whole axis, as after opening."""
        return self.ruler.channels > 0 and self.energy_window == (0, self.ruler.channels)

    def set_window(self, first: int, stop: int) -> None:
        """Put the energy window on channels first..stop-1 without emitting anything."""
        self.energy_window = self.ruler.clipped(first, stop)
        self.band.set_tinted(not self.is_whole)
        self.band.set_edges(
            *(self.ruler.edges(*self.energy_window) if self.ruler.channels else (0, 0))
        )

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Leave keys to the view."""
        ev.ignore()

    def keyReleaseEvent(self, ev: QKeyEvent) -> None:
        """Leave keys to the view."""
        ev.ignore()

    def focusInEvent(self, ev: QFocusEvent) -> None:
        """Show that the keyboard moves the window."""
        super().focusInEvent(ev)
        self.band.set_focused(True)

    def focusOutEvent(self, ev: QFocusEvent) -> None:
        """Show that the keyboard is elsewhere."""
        super().focusOutEvent(ev)
        self.band.set_focused(False)

    def leaveEvent(self, ev: QEvent) -> None:
        """Tell that the pointer is gone."""
        super().leaveEvent(ev)
        self.hovered.emit(None)

    def changeEvent(self, ev: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(ev)
        # the base class changes its palette while it is being built
        if ev.type() == QEvent.Type.PaletteChange and self.plotItem is not None:
            self._follow_theme()

    def _follow_theme(self) -> None:
        colours = plot_colours_for(self.palette())
        self.setBackground(colours.background)
        for axis in (self._counts_axis, self.plotItem.getAxis("bottom")):
            axis.setPen(pg.mkPen(colours.muted))
            axis.setTextPen(pg.mkPen(colours.text))
        for name, curve in self.curves.items():
            # a mean has little noise to hide and much to lie under
            width = 2 if name == "Cluster" else 1
            curve.setPen(pg.mkPen(self.colour_of(name), width=width))
        self.band.set_colours(colours)
        self.labels.set_colours(colours)
        self.found_labels.set_colours(colours)

    def _redraw(self) -> None:
        """Draw what is visible and fit the counts axis to it."""
        shown = self.shown
        visible = visible_channels(self.ruler, *self.box.viewRange()[0])
        low, high = counts_range(shown.values(), visible, self._is_log)
        width = self.box.width()
        for name, curve in self.curves.items():
            if name not in shown:
                curve.setData([], [])
                continue
            places, counts = drawn_points(shown[name], self.ruler, visible, width)
            curve.setData(places, np.log10(np.maximum(counts, low)) if self._is_log else counts)
        if self._is_log:
            low, high = np.log10(low), np.log10(high)
        self.box.setYRange(low, high + (high - low) * self._headroom(), padding=0)
        self.found_labels.set_peaks(self._peaks(shown))

    def _headroom(self) -> float:
        """Share of the height that is kept free for labels above the highest peak."""
        if self.labels.has_lines:
            return 0.22
        return 0.14 if self._found else 0.06

    def _peaks(self, shown: dict[str, NDArray[Any]]) -> tuple[tuple[EmissionLine, float], ...]:
        """Lines found but not marked, each with the height of the highest curve at it."""
        if self.ruler.axis is None or not shown:
            return ()
        marked = {line.element for line in self._lines}
        peaks = []
        for line in self._found:
            channel = round(self.ruler.channel(line.energy_kev))
            near = slice(max(channel - _NEAR_CHANNELS, 0), channel + _NEAR_CHANNELS + 1)
            if line.element in marked or not 0 <= channel < self.ruler.channels:
                continue
            height = max(float(values[near].max()) for values in shown.values())
            height = np.log10(max(height, 1e-9)) if self._is_log else height
            peaks.append((line, float(height)))
        return tuple(peaks)

    def _on_dragged(self, pressed: float, current: float, starts: bool, ends: bool) -> None:
        if not self.ruler.channels:
            return
        if starts or self._grip is None:
            self._grip = self._grip_at(pressed) or Grip.NEW
            self._start = self.energy_window
        window = self.ruler.dragged(
            self._grip, self._start, self._channel_at(pressed), self._channel_at(current)
        )
        if window != self.energy_window:
            self.set_window(*window)
            self.window_dragged.emit(*self.energy_window)
        if ends:
            self._grip = None
            self.window_released.emit()

    def _grip_at(self, x: float) -> Grip | None:
        """What a drag from here takes hold of; a window over everything cannot be moved."""
        grip = grip_at(x, *self.band.pixels)
        return None if grip is Grip.BODY and self.is_whole else grip

    def _channel_at(self, x: float) -> float:
        return self.ruler.channel(self.box.mapToView(QPointF(x, 0)).x())

    def _on_mouse_moved(self, scene_position: QPointF) -> None:
        if not self.box.sceneBoundingRect().contains(scene_position):
            self.hovered.emit(None)
            return
        x = self.box.mapFromScene(scene_position).x()
        if self._grip is None:
            self.viewport().setCursor(_CURSORS[self._grip_at(x)])
        self.hovered.emit(self.box.mapSceneToView(scene_position).x())

    def _on_mouse_clicked(self, ev: MouseClickEvent) -> None:
        if ev.double() and ev.button() == Qt.MouseButton.LeftButton:
            self.reset()
