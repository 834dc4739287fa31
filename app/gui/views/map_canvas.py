"""The drawing area of a map: picture, zoom and pan, region drawing."""

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.core.region import Region
from app.gui.theme import plot_colours_for
from app.gui.views.map_items import Marker, RegionBox, ScaleBar, region_between


class _MapBox(pg.ViewBox):
    """A view box whose left drag can draw instead of pan."""

    drawn = Signal(object, object, bool)

    def __init__(self) -> None:
        super().__init__(invertY=True, lockAspect=1.0, enableMenu=False, defaultPadding=0.0)
        self.is_drawing = False

    def mouseDragEvent(self, ev: MouseDragEvent, axis: int | None = None) -> None:
        """Draw with the left button while the tool is on; otherwise pan and zoom."""
        if self.is_drawing and ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            start = self.mapToView(ev.buttonDownPos(ev.button()))
            self.drawn.emit(start, self.mapToView(ev.pos()), ev.isFinish())
            return
        super().mouseDragEvent(ev, axis)


class MapCanvas(pg.GraphicsView):
    """Shows a picture whose pixel (row, col) reaches from (col, row) to (col + 1, row + 1).

    Signals carry whole pixels as (row, col).
    """

    pixel_hovered = Signal(int, int)
    pixel_left = Signal()
    pixel_clicked = Signal(int, int)
    region_drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape = (0, 0)
        self._hovered: tuple[int, int] | None = None
        self._is_fitted = True
        self.box = _MapBox()
        self.setCentralItem(self.box)
        self.image = pg.ImageItem(axisOrder="row-major")
        self.marker = Marker()
        self.scale_bar = ScaleBar(self.box)
        self.region_box: RegionBox | None = None
        self.box.addItem(self.image, ignoreBounds=True)
        self.box.addItem(self.marker, ignoreBounds=True)
        self.box.disableAutoRange()
        self.setMinimumSize(120, 100)
        self.setAccessibleName("Map; arrow keys move the chosen pixel, F fits the picture")
        self.box.drawn.connect(self._on_drawn)
        self.box.sigResized.connect(self._on_resized)
        self.box.sigRangeChangedManually.connect(self._on_moved_by_user)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.scene().sigMouseClicked.connect(self._on_mouse_clicked)
        self._follow_theme()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the picture; (0, 0) without one."""
        return self._shape

    @property
    def is_fitted(self) -> bool:
        """Whether the whole picture is shown, and stays so when the window changes."""
        return self._is_fitted

    def set_picture(
        self, picture: NDArray[np.uint8], step_mm: tuple[float, float] | None, fineness: int = 1
    ) -> None:
        """Show colours of shape (rows, cols, 4); a picture of another size is fitted.

        Parameters
        ----------
        picture
            Red, green, blue and opacity, uint8.
        step_mm
            Distance between rows and between columns, mm; the sides' proportion follows it.
        fineness
            How many rows and columns of the colours make up a pixel.
        """
        rows, cols = picture.shape[0] // fineness, picture.shape[1] // fineness
        self.image.setImage(picture, autoLevels=False)
        self.image.setRect(QRectF(0, 0, cols, rows))
        ratio = step_mm[1] / step_mm[0] if step_mm is not None else 1.0
        if self.box.state["aspectLocked"] != ratio:
            self.box.setAspectLocked(True, ratio)
        self.scale_bar.set_scan(None if step_mm is None else step_mm[1], cols)
        if (rows, cols) != self._shape:
            self._shape = (rows, cols)
            self.fit()

    def set_scaled_picture(self, picture: NDArray[np.uint8], rows: int, cols: int) -> None:
        """Show colours of shape (…, …, 4) as a picture of rows × cols pixels.

        For a picture too large to be drawn as it is: what is given is a smaller one of it.
        """
        self.set_region(None)
        self.image.setImage(picture, autoLevels=False)
        self.image.setRect(QRectF(0, 0, cols, rows))
        self._shape = (rows, cols)
        self.fit()

    def clear_picture(self) -> None:
        """Show nothing."""
        self.image.clear()
        self.marker.set_pixel(None)
        self.set_region(None)
        self._shape = (0, 0)
        self._hovered = None

    def fit(self) -> None:
        """Show the whole picture as large as possible."""
        rows, cols = self._shape
        # said first: who hears of the change may ask
        self._is_fitted = True
        if rows:
            self.box.setRange(QRectF(0, 0, cols, rows), padding=0.01)

    def show_as(self, other: "MapCanvas") -> None:
        """Show the part of the picture that another canvas shows, or all where that is fitted."""
        if other.is_fitted:
            self.fit()
            return
        self._is_fitted = False
        self.box.setRange(other.box.viewRect(), padding=0)

    def zoom(self, factor: float) -> None:
        """Zoom about the centre; below 1 magnifies."""
        self._is_fitted = False
        self.box.scaleBy((factor, factor))

    def set_drawing(self, on: bool) -> None:
        """Let a left drag draw a region rather than pan."""
        self.box.is_drawing = on
        shape = Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def set_region(self, region: Region | None) -> None:
        """Show a region without telling anyone; None removes it, as having no picture does."""
        if region is None or self._shape == (0, 0):
            if self.region_box is not None:
                self.box.removeItem(self.region_box)
                self.region_box = None
            return
        if self.region_box is None:
            self.region_box = RegionBox(*self._shape)
            self.region_box.region_edited.connect(self.region_drawn)
            self.box.addItem(self.region_box, ignoreBounds=True)
        self.region_box.set_region(region)

    def pixel_at(self, scene_position: QPointF) -> tuple[int, int] | None:
        """The pixel (row, col) under a point of the scene; None beside the picture."""
        point = self.box.mapSceneToView(scene_position)
        row, col = math.floor(point.y()), math.floor(point.x())
        rows, cols = self._shape
        return (row, col) if 0 <= row < rows and 0 <= col < cols else None

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Leave keys to the view."""
        ev.ignore()

    def leaveEvent(self, ev: QEvent) -> None:
        """Tell that the pointer is gone."""
        super().leaveEvent(ev)
        self._hover(None)

    def changeEvent(self, ev: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(ev)
        if ev.type() == QEvent.Type.PaletteChange:
            self._follow_theme()

    def _follow_theme(self) -> None:
        self.setBackground(plot_colours_for(self.palette()).background)

    def _hover(self, pixel: tuple[int, int] | None) -> None:
        if pixel == self._hovered:
            return
        self._hovered = pixel
        if pixel is None:
            self.pixel_left.emit()
        else:
            self.pixel_hovered.emit(*pixel)

    def _on_mouse_moved(self, scene_position: QPointF) -> None:
        inside = self.box.sceneBoundingRect().contains(scene_position)
        self._hover(self.pixel_at(scene_position) if inside else None)

    def _on_mouse_clicked(self, ev: MouseClickEvent) -> None:
        if ev.button() != Qt.MouseButton.LeftButton:
            return
        if ev.double():
            self.fit()
            return
        pixel = self.pixel_at(ev.scenePos())
        if pixel is not None:
            self.pixel_clicked.emit(*pixel)

    def _on_drawn(self, start: QPointF, end: QPointF, is_finished: bool) -> None:
        region = region_between(start, end, *self._shape)
        if region is None:
            return
        self.set_region(region)
        if is_finished:
            self.region_drawn.emit(region)

    def _on_resized(self) -> None:
        if self._is_fitted:
            self.fit()

    def _on_moved_by_user(self) -> None:
        self._is_fitted = False
