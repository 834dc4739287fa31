"""What is drawn over a map: the chosen pixel, the region and the scale bar."""

import math

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.core.display import nice_scale_bar
from app.core.region import Region
from app.gui.views.numbers import length_text

_INK = QColor(255, 255, 255)
_SHADOW = QColor(0, 0, 0, 170)
_HOVERED = QColor(255, 200, 90)


def region_between(start: QPointF, end: QPointF, rows: int, cols: int) -> Region | None:
    """The pixels touched by a drag from one point to another; None outside the picture.

    Points are (column, row) with pixel (row, col) reaching from col to col + 1.
    """
    left, right = sorted((start.x(), end.x()))
    top, bottom = sorted((start.y(), end.y()))
    first_col, last_col = max(math.floor(left), 0), min(math.floor(right), cols - 1)
    first_row, last_row = max(math.floor(top), 0), min(math.floor(bottom), rows - 1)
    if first_col > last_col or first_row > last_row:
        return None
    return Region(first_row, last_row + 1, first_col, last_col + 1)


class Marker(pg.GraphicsObject):
    """A small target on the chosen pixel, the same size at every zoom."""

    _RADIUS = 6.0
    _TICK = 6.0

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(30)
        self.hide()

    def set_pixel(self, pixel: tuple[int, int] | None) -> None:
        """Sit on the centre of (row, col), or disappear."""
        self.setVisible(pixel is not None)
        if pixel is not None:
            self.setPos(pixel[1] + 0.5, pixel[0] + 0.5)

    def boundingRect(self) -> QRectF:
        """Ring, ticks and their shadow, in pixels of the screen."""
        reach = self._RADIUS + self._TICK + 2
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw it light on dark, so that it is seen on any map."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner, outer = self._RADIUS, self._RADIUS + self._TICK
        for pen in (QPen(_SHADOW, 3.5), QPen(_INK, 1.5)):
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0, 0), inner, inner)
            for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                painter.drawLine(QPointF(x * inner, y * inner), QPointF(x * outer, y * outer))


class RegionBox(pg.ROI):
    """A rectangle of whole pixels with handles on its corners and sides."""

    region_edited = Signal(object)

    def __init__(self, rows: int, cols: int) -> None:
        super().__init__(
            (0, 0),
            (1, 1),
            maxBounds=QRectF(0, 0, cols, rows),
            snapSize=1.0,
            scaleSnap=True,
            translateSnap=True,
            rotatable=False,
        )
        self._bounds = (rows, cols)
        self.setZValue(20)
        self.handleSize = 5
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1), (0.5, 0), (0.5, 1), (0, 0.5), (1, 0.5)):
            handle = self.addScaleHandle((x, y), (1 - x, 1 - y))
            handle.pen = handle.currentPen = pg.mkPen(_INK, width=2)
            handle.hoverPen = pg.mkPen(_HOVERED, width=3)
        self.sigRegionChangeFinished.connect(self._on_change_finished)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the outline light on dark, so that it is seen on any map."""
        outline = QRectF(0, 0, self.size().x(), self.size().y())
        for colour, width in ((_SHADOW, 4.0), (_INK, 2.0 if self.mouseHovering else 1.5)):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawRect(outline)

    @property
    def region(self) -> Region:
        """The pixels inside."""
        rows, cols = self._bounds
        left, top = round(self.pos().x()), round(self.pos().y())
        left, top = min(max(left, 0), cols - 1), min(max(top, 0), rows - 1)
        width, height = max(round(self.size().x()), 1), max(round(self.size().y()), 1)
        return Region(top, min(top + height, rows), left, min(left + width, cols))

    def set_region(self, region: Region) -> None:
        """Take its place without telling anyone."""
        if region == self.region:
            return
        size = (region.col_stop - region.col_start, region.row_stop - region.row_start)
        self.blockSignals(True)
        self.setPos((region.col_start, region.row_start), finish=False)
        self.setSize(size, finish=False)
        self.blockSignals(False)

    def _on_change_finished(self) -> None:
        self.region_edited.emit(self.region)


class ScaleBar(pg.GraphicsObject):
    """A round length in the lower left corner, fitting what is visible."""

    _MARGIN = 10.0
    _PAD = 7.0

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__()
        # a parent given to the constructor ends in a crash when the view is deleted
        self.setParentItem(box)
        self._box = box
        self._step_mm: float | None = None
        self._cols = 1
        self.setZValue(40)
        box.sigRangeChanged.connect(self._on_view_changed)
        box.sigResized.connect(self._on_view_changed)

    def set_scan(self, step_mm: float | None, cols: int) -> None:
        """Distance between columns, mm, None where unknown; number of columns."""
        if (step_mm, cols) != (self._step_mm, self._cols):
            self._step_mm, self._cols = step_mm, cols
            self.update()

    @property
    def bar(self) -> tuple[float, str]:
        """Length in columns and the text under it, for what is visible now."""
        visible = min(self._box.viewRect().width(), self._cols)
        length, columns = nice_scale_bar(self._step_mm or 1.0, max(visible, 1e-3))
        if self._step_mm is not None:
            return columns, length_text(length)
        length = max(round(length), 1)
        return float(length), f"{length} px"

    def boundingRect(self) -> QRectF:
        """The whole lower edge of the view."""
        view = self._box.rect()
        return QRectF(0, max(view.height() - 60, 0), view.width(), min(60, view.height()))

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw bar and text light on a dark ground, readable on any map."""
        view = self._box.viewRect()
        if view.width() <= 0:
            return
        columns, text = self.bar
        width = columns * self._box.rect().width() / view.width()
        metrics = painter.fontMetrics()
        line = metrics.height()
        ground_width = max(width, metrics.horizontalAdvance(text)) + 2 * self._PAD
        ground_height = line + 6 + 2 * self._PAD - 4
        bottom = self._box.rect().height() - self._MARGIN
        ground = QRectF(self._MARGIN, bottom - ground_height, ground_width, ground_height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(20, 19, 18, 185))
        painter.drawRoundedRect(ground, 4, 4)
        painter.setBrush(_INK)
        left = ground.center().x() - width / 2
        painter.drawRect(QRectF(round(left), round(ground.bottom() - self._PAD - 3), width, 3))
        painter.setPen(_INK)
        place = QRectF(ground.left(), ground.top() + self._PAD - 4, ground.width(), line)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _on_view_changed(self) -> None:
        self.prepareGeometryChange()
        self.update()
