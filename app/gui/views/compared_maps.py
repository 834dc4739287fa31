"""Two maps of the same pixels beside each other, linked in zoom and in what their colours mean."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.display import MapDisplay, levels, to_rgb
from app.gui.theme import figures_font
from app.gui.views.canvas_link import CanvasLink
from app.gui.views.colour_bar import ColourBar
from app.gui.views.labels import QuietLabel
from app.gui.views.map_canvas import MapCanvas
from app.gui.views.numbers import grouped

Pixel = tuple[int, int]


class ComparedMaps(QWidget):
    """Shows the counts of every pixel of two scans, A and B.

    Signals
    -------
    pixel_hovered(row, col), pixel_left()
        The pointer came to another pixel of either map; left both.
    """

    pixel_hovered = Signal(int, int)
    pixel_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._maps: tuple[NDArray[Any], NDArray[Any]] | None = None
        self._is_shared = True
        self._display = MapDisplay()
        self._step_mm: tuple[float, float] | None = None
        self._pixel: Pixel | None = None
        self.canvases = MapCanvas(), MapCanvas()
        self.bars = ColourBar(), ColourBar()
        self.titles = QuietLabel("title", "First scan"), QuietLabel("title", "Second scan")
        self._readout = QuietLabel("muted", self.tr("Read-out of both maps"))
        self._readout.setFont(figures_font(self.font()))
        self._lay_out()
        self._link = CanvasLink(*self.canvases, parent=self)
        for place, canvas in enumerate(self.canvases):
            other = self.canvases[1 - place]
            canvas.pixel_hovered.connect(self._on_hovered)
            canvas.pixel_left.connect(self._on_left)
            # what is pointed at in the one is marked in the other
            canvas.pixel_hovered.connect(lambda row, col, o=other: o.marker.set_pixel((row, col)))
            canvas.pixel_left.connect(lambda o=other: o.marker.set_pixel(None))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Two maps; F fits them, plus and minus zoom"))

    def _lay_out(self) -> None:
        both = QHBoxLayout()
        both.setSpacing(8)
        for title, canvas, bar in zip(self.titles, self.canvases, self.bars, strict=True):
            title.setContentsMargins(8, 4, 8, 4)
            picture = QHBoxLayout()
            picture.setSpacing(0)
            picture.addWidget(canvas, 1)
            picture.addWidget(bar)
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(title)
            column.addLayout(picture, 1)
            both.addLayout(column, 1)
        self._readout.setContentsMargins(8, 4, 8, 4)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(both, 1)
        whole.addWidget(self._readout)

    @property
    def readout(self) -> str:
        """The line under the maps."""
        return self._readout.text()

    @property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Counts of the first and last colour of either map."""
        if self._maps is None:
            return (0.0, 0.0), (0.0, 0.0)
        low, high = self._display.low_percentile, self._display.high_percentile
        if self._is_shared:
            together = np.concatenate([item.ravel() for item in self._maps])
            shared = levels(together, low, high)
            return shared, shared
        first, second = (levels(item, low, high) for item in self._maps)
        return first, second

    def set_titles(self, first: str, second: str) -> None:
        """Name the two."""
        for label, title in zip(self.titles, (first, second), strict=True):
            label.show_text(title)
            label.setToolTip(title)

    def set_maps(
        self, first: NDArray[Any], second: NDArray[Any], step_mm: tuple[float, float] | None
    ) -> None:
        """Show two maps; the zoom stays when their size does.

        Parameters
        ----------
        first, second
            Counts, both of shape (rows, cols).
        step_mm
            Distance between rows and between columns of both, mm; None where unknown.
        """
        self._maps, self._step_mm = (first, second), step_mm
        self._draw()
        self._update_readout()

    def set_display(self, display: MapDisplay) -> None:
        """Other colours, another scale or other percentiles."""
        self._display = display
        self._draw()

    def set_shared(self, on: bool) -> None:
        """Give the same counts the same colour in both, or each map its own levels."""
        self._is_shared = on
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F fits, + and − zoom both."""
        key = event.key()
        if key == Qt.Key.Key_F and not event.modifiers():
            self.canvases[0].fit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.canvases[0].zoom(0.8 if key == Qt.Key.Key_Plus else 1.25)
        else:
            super().keyPressEvent(event)

    def _draw(self) -> None:
        if self._maps is None:
            return
        for counts, limits, canvas, bar in zip(
            self._maps, self.limits, self.canvases, self.bars, strict=True
        ):
            canvas.set_picture(to_rgb(counts, self._display, limits), self._step_mm)
            bar.set_levels(self._display, limits)
        self._link.align()

    def _on_hovered(self, row: int, col: int) -> None:
        self._pixel = (row, col)
        self._update_readout()
        self.pixel_hovered.emit(row, col)

    def _on_left(self) -> None:
        self._pixel = None
        self._update_readout()
        self.pixel_left.emit()

    def _update_readout(self) -> None:
        self._readout.show_text(self._readout_text())

    def _readout_text(self) -> str:
        if self._maps is None:
            return ""
        rows, cols = self._maps[0].shape
        if self._pixel is None:
            return f"{grouped(rows)} × {grouped(cols)} pixels (rows × columns)"
        values = [float(item[self._pixel]) for item in self._maps]
        each = [grouped(value, 0 if value == int(value) else 1) for value in values]
        row, col = self._pixel
        text = f"row {row}, col {col} · A {each[0]} · B {each[1]} counts"
        return f"{text} · B/A {grouped(values[1] / values[0], 2)}" if values[0] > 0 else text
