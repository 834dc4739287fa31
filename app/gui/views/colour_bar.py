"""The strip beside a map that says which colour stands for how many counts."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.display import MapDisplay, Scale, colour_bar, fraction_of
from app.gui.theme import figures_font, plot_colours_for
from app.gui.views.numbers import nice_step, short_counts

STRIP_WIDTH = 14
STRIP_ROWS = 256
_TICK_PX = 5
_MARGIN_PX = 8


def nice_ticks(limits: tuple[float, float], scale: Scale, at_most: int) -> tuple[float, ...]:
    """Round counts between two limits, rising, to write beside a colour bar.

    Parameters
    ----------
    limits
        Counts of the first and the last colour.
    scale
        How counts spread over the strip; ticks keep their distance on it.
    at_most
        How many ticks fit, at least 2.

    Returns
    -------
    tuple of float
        The limits themselves where fewer than two round counts lie between them.
    """
    low, high = limits
    if not high > low:
        return (low,)
    if scale is Scale.LINEAR:
        step = nice_step(high - low, at_most - 1)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        ticks = tuple(index * step for index in range(first, last + 1))
    else:
        ticks = _spread_ticks(limits, scale, at_most)
    return ticks if len(ticks) > 1 else limits


def _spread_ticks(limits: tuple[float, float], scale: Scale, at_most: int) -> tuple[float, ...]:
    """Powers of ten first, then 5 and 2 times those, then the limits, where there is room."""
    low, high = limits
    top = math.ceil(math.log10(max(abs(low), abs(high), 1)))
    candidates = [0.0] + [
        sign * factor * 10.0**power
        for factor in (1, 5, 2)
        for power in range(top, -1, -1)
        for sign in (1, -1)
    ]
    candidates += [low, high]
    inside = [value for value in dict.fromkeys(candidates) if low <= value <= high]
    places = fraction_of(np.array(inside), limits, scale).tolist()
    chosen: dict[float, float] = {}
    for value, place in zip(inside, places, strict=True):
        if all(abs(place - other) >= 1 / at_most for other in chosen.values()):
            chosen[value] = place
    return tuple(sorted(chosen))


class ColourBar(QWidget):
    """A vertical strip of the map's colours with round counts beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = MapDisplay()
        self._limits = (0.0, 1.0)
        self._unit = "counts"
        self._strip = _strip(self._display)
        self.setFont(figures_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Colour bar")

    def set_levels(
        self, display: MapDisplay, limits: tuple[float, float], unit: str = "counts"
    ) -> None:
        """Show a map's colours and the values of the first and the last of them."""
        if display != self._display:
            self._display = display
            self._strip = _strip(display)
        elif (limits, unit) == (self._limits, self._unit):
            return
        self._limits, self._unit = limits, unit
        low, high = (short_counts(round(limit, 1)) for limit in limits)
        self.setAccessibleDescription(f"From {low} to {high} {unit}, {display.scale.value} scale")
        self.update()

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Counts and text of what is written beside the strip, rising."""
        spacing = self.fontMetrics().height() * 2
        at_most = max(self._strip_rect().height() // spacing, 2)
        values = nice_ticks(self._limits, self._display.scale, at_most)
        return tuple((value, short_counts(_readable(value))) for value in values)

    def sizeHint(self) -> QSize:
        """Wide enough for five figures."""
        text = self.fontMetrics().horizontalAdvance(short_counts(888_888))
        return QSize(_MARGIN_PX + STRIP_WIDTH + _TICK_PX + 3 + text + _MARGIN_PX, 160)

    def minimumSizeHint(self) -> QSize:
        """As wide as it likes to be."""
        return QSize(self.sizeHint().width(), 60)

    def _strip_rect(self) -> QRect:
        top = self.fontMetrics().height() + 8
        half = self.fontMetrics().height() // 2
        height = max(self.height() - top - half - 2, 10)
        return QRect(_MARGIN_PX, top, STRIP_WIDTH, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw strip, outline, ticks and the unit."""
        colours = plot_colours_for(self.palette())
        strip = self._strip_rect()
        metrics = self.fontMetrics()
        ticks = self.ticks
        values = np.array([value for value, _ in ticks])
        places = fraction_of(values, self._limits, self._display.scale).tolist()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.background))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(strip, self._strip)
        painter.setPen(QColor(colours.muted))
        painter.drawText(_MARGIN_PX, metrics.ascent() + 1, self._unit)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(strip.adjusted(0, 0, -1, -1))
        left = strip.right() + 1
        for (_, text), place in zip(ticks, places, strict=True):
            y = strip.bottom() - round(place * (strip.height() - 1))
            painter.setPen(QColor(colours.muted))
            painter.drawLine(left, y, left + _TICK_PX - 1, y)
            painter.setPen(QColor(colours.text))
            baseline = y + (metrics.ascent() - metrics.descent()) // 2 + 1
            painter.drawText(left + _TICK_PX + 3, baseline, text)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def _readable(value: float) -> float:
    """Counts as they are; of small values, which need not be whole, three figures."""
    return round(value, 6) if abs(value) >= 100 else float(f"{value:.3g}")


def _strip(display: MapDisplay) -> QImage:
    """The colours from last (top) to first, one pixel wide."""
    colours, _ = colour_bar(display, (0.0, 1.0), STRIP_ROWS)
    colours = np.ascontiguousarray(colours)
    image = QImage(colours.tobytes(), 1, STRIP_ROWS, 4, QImage.Format.Format_RGBA8888)
    # the image does not own the bytes it was made of
    return image.copy()
