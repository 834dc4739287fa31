"""The drawing area of spectra that have energy axes of their own."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.axis import EnergyAxis
from app.core.lines import EmissionLine
from app.gui.theme import PlotColours, plot_colours_for
from app.gui.views.energy_window import Ruler
from app.gui.views.spectrum_curves import counts_range, drawn_points, visible_channels
from app.gui.views.spectrum_items import CountsAxis, LineLabels

# expected counts go down to nothing between the peaks; what is further below is not looked at
_DECADES = 5
_STEP_SHARE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCurve:
    """A spectrum and how it is drawn.

    Parameters
    ----------
    name
        For the legend and the read-out.
    axis
        Its energy axis.
    values
        Heights, shape (channels,).
    colour
        As #rrggbb.
    width
        Width of the stroke in pixels.
    is_counted
        Whether photons were counted: below a single one there is nothing to see.
    """

    name: str
    axis: EnergyAxis
    values: NDArray[Any]
    colour: str
    width: float = 1.0
    is_counted: bool = False

    @property
    def ruler(self) -> Ruler:
        """Places of its channels."""
        return Ruler(self.axis, len(self.values))

    def at(self, energy_kev: float) -> float | None:
        """Height at an energy; None beside the axis."""
        channel = round(self.axis.channel(energy_kev))
        return float(self.values[channel]) if 0 <= channel < len(self.values) else None


class _Box(pg.ViewBox):
    """Drags and the wheel move and zoom along the energy only."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.setMouseEnabled(x=True, y=False)
        self.disableAutoRange()

    def mouseDragEvent(self, ev: MouseDragEvent, axis: int | None = None) -> None:
        """Move along the energy with any button."""
        ev.accept()
        if axis != 1:
            self.translateBy(x=self.mapToView(ev.lastPos()).x() - self.mapToView(ev.pos()).x())


class EnergyPlot(pg.PlotWidget):
    """Draws spectra over energy, with marked lines, on a linear or logarithmic axis.

    The arrow keys move along the energy, plus and minus zoom, Home shows everything.

    Signals
    -------
    hovered(energy or None)
        The pointer is at an energy, keV, or gone.
    theme_changed()
        The colours have to be chosen again.
    """

    hovered = Signal(object)
    theme_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.box = _Box()
        self._counts_axis = CountsAxis()
        super().__init__(parent, viewBox=self.box, axisItems={"left": self._counts_axis})
        self._is_log = False
        self._counts_label = ""
        self._curves: tuple[DrawnCurve, ...] = ()
        self._limits = (0.0, 1.0)
        self._lines: tuple[EmissionLine, ...] = ()
        self._items: list[pg.PlotCurveItem] = []
        self.labels = LineLabels(self.box)
        self._set_up_axes()
        self.setMinimumSize(200, 140)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Spectra; arrow keys move along the energy"))
        self.box.sigXRangeChanged.connect(self._redraw)
        self.box.sigResized.connect(self._redraw)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.scene().sigMouseClicked.connect(self._on_mouse_clicked)
        self._follow_theme()

    @property
    def colours(self) -> PlotColours:
        """The colours of the theme it is shown in."""
        return plot_colours_for(self.palette())

    @property
    def curves(self) -> tuple[DrawnCurve, ...]:
        """What is drawn."""
        return self._curves

    @property
    def is_log(self) -> bool:
        """Whether the counts axis is logarithmic."""
        return self._is_log

    def set_curves(self, curves: tuple[DrawnCurve, ...], limits: tuple[float, float]) -> None:
        """Draw spectra; the last lies in front.

        Parameters
        ----------
        curves
            What is drawn.
        limits
            Lowest and highest energy that can be looked at, keV. The zoom is kept while they
            stay the same.
        """
        self._curves = curves
        while len(self._items) < len(curves):
            item = pg.PlotCurveItem()
            item.setZValue(len(self._items))
            self.box.addItem(item, ignoreBounds=True)
            self._items.append(item)
        if limits != self._limits:
            self._limits = limits
            low, high = limits
            self.box.setLimits(xMin=low, xMax=high, minXRange=(high - low) / 400)
            self.reset()
        self._redraw()

    def set_lines(self, lines: tuple[EmissionLine, ...]) -> None:
        """Emission lines to mark."""
        self._lines = lines
        self.labels.set_lines(lines)
        self._redraw()

    def set_log(self, on: bool) -> None:
        """Draw counts on a logarithmic axis; zeros lie on its lower end."""
        if on != self._is_log:
            self._is_log = on
            self._counts_axis.set_log(on)
            self._redraw()

    def set_counts_label(self, text: str) -> None:
        """Say what the heights are, with their unit; on a low plot without what is in brackets."""
        self._counts_label = text
        self._fit_counts_label()

    def reset(self) -> None:
        """Show the whole axis."""
        self.box.setXRange(*self._limits, padding=0)
        self._redraw()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Move and zoom along the energy; leave other keys to the window."""
        low, high = self.box.viewRange()[0]
        width = high - low
        match ev.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                sign = -1 if ev.key() == Qt.Key.Key_Left else 1
                self.box.translateBy(x=sign * _STEP_SHARE * width)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.box.setXRange(low + width / 6, high - width / 6, padding=0)
            case Qt.Key.Key_Minus:
                self.box.setXRange(low - width / 4, high + width / 4, padding=0)
            case Qt.Key.Key_Home:
                self.reset()
            case _:
                ev.ignore()

    def leaveEvent(self, ev: QEvent) -> None:
        """Tell that the pointer is gone."""
        super().leaveEvent(ev)
        self.hovered.emit(None)

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        """Keep the labels clear of the peaks at any height."""
        super().resizeEvent(ev)
        # the base class is resized while it is being built
        if self.plotItem is not None and hasattr(self, "labels"):
            self._fit_counts_label()
            self._redraw()

    def changeEvent(self, ev: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(ev)
        # the base class changes its palette while it is being built
        if ev.type() == QEvent.Type.PaletteChange and self.plotItem is not None:
            self._follow_theme()
            self.theme_changed.emit()

    def _set_up_axes(self) -> None:
        self.plotItem.hideButtons()
        self.plotItem.setContentsMargins(4, 6, 12, 0)
        self._counts_axis.setWidth(66)
        bottom = self.plotItem.getAxis("bottom")
        bottom.enableAutoSIPrefix(False)
        bottom.setLabel(self.tr("Energy (keV)"))
        for axis in (self._counts_axis, bottom):
            axis.setStyle(tickLength=-4, maxTickLevel=1, tickTextOffset=4)

    def _fit_counts_label(self) -> None:
        text = self._counts_label
        # the label is written upwards beside the box
        if self.fontMetrics().horizontalAdvance(text) > self.box.height():
            text = text.partition(" (")[0]
        if text != self._counts_axis.labelText:
            self._counts_axis.setLabel(text)

    def _follow_theme(self) -> None:
        colours = self.colours
        self.setBackground(colours.background)
        for axis in (self._counts_axis, self.plotItem.getAxis("bottom")):
            axis.setPen(pg.mkPen(colours.muted))
            axis.setTextPen(pg.mkPen(colours.text))
        self.labels.set_colours(colours)

    def _redraw(self) -> None:
        """Draw what is visible and fit the counts axis to it."""
        visible = [visible_channels(item.ruler, *self.box.viewRange()[0]) for item in self._curves]
        parts = [
            curve.values[first:stop]
            for curve, (first, stop) in zip(self._curves, visible, strict=True)
        ]
        most = max((len(part) for part in parts), default=0)
        low, high = counts_range(parts, (0, most), self._is_log)
        if self._is_log:
            low = max(low, high / 10.0**_DECADES, *self._single_counts(parts))
        for item in self._items[len(self._curves) :]:
            item.setData([], [])
        # the items outlive a shorter list of curves
        for item, curve, channels in zip(self._items, self._curves, visible, strict=False):
            places, heights = drawn_points(curve.values, curve.ruler, channels, self.box.width())
            item.setPen(pg.mkPen(curve.colour, width=curve.width))
            heights = _log_heights(heights, low) if self._is_log else heights
            item.setData(places, heights, connect="finite")
        if self._is_log:
            low, high = np.log10(low), np.log10(high)
        self.box.setYRange(low, high + (high - low) * self._headroom(), padding=0)

    def _single_counts(self, parts: list[NDArray[Any]]) -> list[float]:
        """A little less than a single photon in each of the visible parts that were counted."""
        counted = (
            part[part > 0]
            for curve, part in zip(self._curves, parts, strict=True)
            if curve.is_counted
        )
        return [0.5 * float(part.min()) for part in counted if part.size]

    def _headroom(self) -> float:
        """What is kept free above the highest peak for the labels, in heights of the peak."""
        placed = self.labels.placed(QFontMetricsF(self.font()))
        lowest = max((place.bottom() for _, _, place in placed if place is not None), default=0.0)
        height = max(self.box.rect().height(), 1.0)
        share = min((lowest + 4) / height, 0.6)
        return max(share / (1 - share), 0.06)

    def _on_mouse_moved(self, scene_position: QPointF) -> None:
        area: QRectF = self.box.sceneBoundingRect()
        inside = area.contains(scene_position)
        self.hovered.emit(self.box.mapSceneToView(scene_position).x() if inside else None)

    def _on_mouse_clicked(self, ev: MouseClickEvent) -> None:
        if ev.double() and ev.button() == Qt.MouseButton.LeftButton:
            self.reset()


def _log_heights(heights: NDArray[np.float64], lowest: float) -> NDArray[np.float64]:
    """Decimal logarithms; what stays below the axis is not a number, as nothing is drawn of it."""
    below = ~(heights > lowest)
    beside = below.copy()
    # a peak comes up from the axis: the last point below on either side stays
    beside[1:] &= below[:-1]
    beside[:-1] &= below[1:]
    result = np.log10(np.maximum(heights, lowest))
    result[beside] = np.nan
    return result
