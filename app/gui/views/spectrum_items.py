"""What is drawn with the curves of a spectrum: counts axis, energy window, line marks."""

import math

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.core.lines import EmissionLine
from app.gui.theme import PlotColours
from app.gui.views.numbers import short_counts

LABEL_ROWS = 4
_LABEL_GAP = 8.0


class CountsAxis(pg.AxisItem):
    """The counts axis; in logarithmic mode the plot's heights are decimal logarithms."""

    def __init__(self) -> None:
        super().__init__("left")
        self.is_log = False
        self.enableAutoSIPrefix(False)

    def set_log(self, on: bool) -> None:
        """Read heights as decimal logarithms of counts, or as counts."""
        self.is_log = on
        self.picture = None
        self.update()

    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, list[float]]]:
        """Decades, then 2 and 5 times those where there is room; linear as the axis does it."""
        if not self.is_log:
            levels: list[tuple[float, list[float]]] = super().tickValues(minVal, maxVal, size)
            return levels[:1]
        decades = range(math.floor(minVal), math.ceil(maxVal) + 1)
        major = [float(power) for power in decades if minVal <= power <= maxVal]
        per_decade = size / max(maxVal - minVal, 1e-9)
        spacing = max(math.ceil(18 / per_decade), 1)
        levels = [(1.0, [power for power in major if power % spacing == 0])]
        if per_decade > 70:
            between = [power + math.log10(factor) for power in decades for factor in (2, 5)]
            levels.append((0.3, [value for value in between if minVal <= value <= maxVal]))
        return levels

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Counts with thin spaces between thousands, large ones as powers of ten."""
        if self.is_log:
            return [short_counts(round(10.0**value, 9 - math.floor(value))) for value in values]
        return [short_counts(round(value, 9)) for value in values]


class _Overlay(pg.GraphicsObject):
    """Something drawn over the whole view box, in its own pixels."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__()
        # a parent given to the constructor ends in a crash when the view is deleted
        self.setParentItem(box)
        self._box = box
        box.sigXRangeChanged.connect(self._on_view_changed)
        box.sigResized.connect(self._on_view_changed)

    def boundingRect(self) -> QRectF:
        """The whole view box."""
        return QRectF(0, 0, self._box.rect().width(), self._box.rect().height())

    def x_of(self, position: float) -> float:
        """Pixels from the left edge to a place on the axis."""
        low, high = self._box.viewRange()[0]
        return (position - low) / (high - low) * self._box.rect().width()

    def _on_view_changed(self) -> None:
        self.prepareGeometryChange()
        self.update()


class _WindowOverlay(_Overlay):
    """Something drawn for the energy window."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box)
        self._edges = (0.0, 0.0)
        self._colours: PlotColours | None = None

    def set_edges(self, low: float, high: float) -> None:
        """Where the window begins and ends on the axis; nothing is drawn of an empty one."""
        self._edges = (low, high)
        self.update()

    def set_colours(self, colours: PlotColours) -> None:
        """Follow the theme."""
        self._colours = colours
        self.update()

    @property
    def pixels(self) -> tuple[float, float]:
        """Edges in pixels from the left of the view box."""
        return self.x_of(self._edges[0]), self.x_of(self._edges[1])


class WindowGrips(_WindowOverlay):
    """A grip on each edge of the energy window, in front of the curves."""

    _GRIP = QRectF(-3.5, -28, 7, 24)

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box)
        self.setZValue(40)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the grips by the axis, where they hide least."""
        if self._colours is None or self._edges[1] <= self._edges[0]:
            return
        low, high = self.pixels
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._colours.background), 1.5))
        painter.setBrush(QColor(self._colours.accent))
        # on a narrow window they stand outside it, so that its body can still be seen
        apart = max(14.0 - (high - low), 0.0) / 2
        for x in (low - apart, high + apart):
            painter.drawRoundedRect(self._GRIP.translated(x, self._box.rect().height()), 3.5, 3.5)


class WindowBand(_WindowOverlay):
    """The energy window: a tinted band behind the curves, its grips before them.

    A window over the whole axis has its edges only: a tint everywhere would say nothing.
    """

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box)
        self.setZValue(-200)
        self._is_focused = False
        self._is_tinted = True
        self._grips = WindowGrips(box)

    def set_edges(self, low: float, high: float) -> None:
        """Where the window begins and ends on the axis; nothing is drawn of an empty one."""
        super().set_edges(low, high)
        self._grips.set_edges(low, high)

    def set_colours(self, colours: PlotColours) -> None:
        """Follow the theme."""
        super().set_colours(colours)
        self._grips.set_colours(colours)

    def set_tinted(self, on: bool) -> None:
        """Whether the window is tinted between its edges."""
        self._is_tinted = on
        self.update()

    def set_focused(self, on: bool) -> None:
        """Show that the keyboard moves the window."""
        self._is_focused = on
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw band and edges."""
        if self._colours is None or self._edges[1] <= self._edges[0]:
            return
        low, high = self.pixels
        height = self._box.rect().height()
        accent = QColor(self._colours.accent)
        fill = QColor(accent)
        fill.setAlpha(70 if self._is_focused else 48)
        if self._is_tinted:
            painter.fillRect(QRectF(low, 0, max(high - low, 1), height), fill)
        painter.setPen(QPen(accent, 1.5))
        for x in (low, high):
            painter.drawLine(QPointF(x, 0), QPointF(x, height))


class LineLabels(_Overlay):
    """Marks emission lines: a thin line each, and labels that do not cover one another."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box)
        self.setZValue(50)
        self._lines: tuple[EmissionLine, ...] = ()
        self._colours: PlotColours | None = None

    def set_lines(self, lines: tuple[EmissionLine, ...]) -> None:
        """Lines to mark."""
        self._lines = tuple(sorted(lines, key=lambda line: (line.name[1] != "a", line.energy_kev)))
        self.update()

    def set_colours(self, colours: PlotColours) -> None:
        """Follow the theme."""
        self._colours = colours
        self.update()

    @property
    def has_lines(self) -> bool:
        """Whether any line is marked."""
        return bool(self._lines)

    def placed(
        self, metrics: QFontMetricsF
    ) -> tuple[tuple[EmissionLine, float, QRectF | None], ...]:
        """What is drawn: each visible line, its pixel from the left and its label's place.

        Alpha lines choose first. A label goes to the first of `LABEL_ROWS` rows in which it
        fits; a line whose label fits nowhere keeps its mark and has no place.
        """
        width = self._box.rect().width()
        rows: list[list[tuple[float, float]]] = [[] for _ in range(LABEL_ROWS)]
        placed = []
        for line in self._lines:
            x = self.x_of(line.energy_kev)
            if not 0 <= x <= width:
                continue
            wide = metrics.horizontalAdvance(line.label)
            left = min(max(x - wide / 2, 2), max(width - wide - 2, 2))
            row = _free_row(rows, left, left + wide)
            place = None
            if row is not None:
                rows[row].append((left, left + wide))
                place = QRectF(left, 3 + row * metrics.height(), wide, metrics.height())
            placed.append((line, x, place))
        return tuple(placed)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw marks, then labels on the ground's colour."""
        if self._colours is None or not self._lines:
            return
        placed = self.placed(QFontMetricsF(painter.font()))
        height = self._box.rect().height()
        ink = QColor(self._colours.line)
        faint = QColor(ink)
        faint.setAlpha(130)
        painter.setPen(QPen(faint, 1, Qt.PenStyle.DotLine))
        for _, x, place in placed:
            top = 3.0 if place is None else place.bottom()
            painter.drawLine(QPointF(x, top), QPointF(x, height))
        ground = QColor(self._colours.background)
        ground.setAlpha(215)
        for line, _, place in placed:
            if place is None:
                continue
            painter.fillRect(place.adjusted(-2, 0, 2, 0), ground)
            painter.setPen(ink)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, line.label)


class FoundLabels(_Overlay):
    """Quiet names above the peaks that were recognised in the sum spectrum.

    Parameters
    ----------
    marks
        The labels of the chosen element, which come first.
    """

    _GAP = 3.0
    # a name beside a stronger one may stand a little aside, in shares of its width
    _ASIDE = (0.0, -0.3, 0.3)

    def __init__(self, box: pg.ViewBox, marks: LineLabels) -> None:
        super().__init__(box)
        self.setZValue(45)
        self._marks = marks
        self._peaks: tuple[tuple[EmissionLine, float], ...] = ()
        self._colours: PlotColours | None = None

    def set_peaks(self, peaks: tuple[tuple[EmissionLine, float], ...]) -> None:
        """Lines, the strongest first, each with the height of its peak on the counts axis."""
        self._peaks = peaks
        self.update()

    def set_colours(self, colours: PlotColours) -> None:
        """Follow the theme."""
        self._colours = colours
        self.update()

    def placed(self, metrics: QFontMetricsF) -> tuple[tuple[EmissionLine, QRectF], ...]:
        """Visible names and their places; one without room beside the others is left out."""
        low, high = self._box.viewRange()[1]
        area = self._box.rect()
        chosen: list[tuple[EmissionLine, QRectF]] = []
        taken = [place for _, _, place in self._marks.placed(metrics) if place is not None]
        for line, value in self._peaks:
            x = self.x_of(line.energy_kev)
            if not 0 <= x <= area.width() or high <= low:
                continue
            wide = metrics.horizontalAdvance(line.element)
            y = (high - value) / (high - low) * area.height()
            top = max(y - self._GAP - metrics.height(), 0)
            for aside in self._ASIDE:
                left = x + (aside - 0.5) * wide
                left = min(max(left, 2), max(area.width() - wide - 2, 2))
                place = QRectF(left, top, wide, metrics.height())
                if not any(place.adjusted(-3, 0, 3, 0).intersects(other) for other in taken):
                    chosen.append((line, place))
                    taken.append(place)
                    break
        return tuple(chosen)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the names in the colour of what matters less."""
        if self._colours is None or not self._peaks:
            return
        painter.setPen(QColor(self._colours.muted))
        for line, place in self.placed(QFontMetricsF(painter.font())):
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, line.element)


def _free_row(rows: list[list[tuple[float, float]]], left: float, right: float) -> int | None:
    """The first row in which nothing lies between two places."""
    for row, taken in enumerate(rows):
        if all(right + _LABEL_GAP <= begin or end + _LABEL_GAP <= left for begin, end in taken):
            return row
    return None
