"""A map as a picture: colours, scale bar, read-out under the pointer, a region to draw."""

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.display import MapDisplay, levels, to_rgb
from app.core.region import Region
from app.gui.theme import figures_font
from app.gui.views.colour_bar import ColourBar
from app.gui.views.labels import QuietLabel
from app.gui.views.map_canvas import MapCanvas
from app.gui.views.map_overlay import Overlay
from app.gui.views.numbers import counts_text, grouped

_ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class MapView(QWidget):
    """Shows the counts of every pixel and says what the user points at.

    Signals
    -------
    pixel_hovered(row, col), pixel_left()
        The pointer came to another pixel; left the picture.
    pixel_clicked(row, col)
        A pixel was chosen, by a click or by the arrow keys.
    region_drawn(Region or None)
        A rectangle was drawn or changed; None when it was removed with Esc.
    pixel_cleared()
        The chosen pixel was let go with Esc.
    open_requested(), sample_requested()
        The buttons shown while there is no map.
    overlay_closed()
        The user wants the map back that an overlay has taken the place of.
    overlay_changed(Overlay or None)
        Something else takes the place of the map, or nothing any more.
    """

    pixel_hovered = Signal(int, int)
    pixel_left = Signal()
    pixel_clicked = Signal(int, int)
    region_drawn = Signal(object)
    pixel_cleared = Signal()
    open_requested = Signal()
    sample_requested = Signal()
    overlay_closed = Signal()
    overlay_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[Any] | None = None
        self._picture: NDArray[Any] | None = None
        self._map_title = ""
        self._overlay: Overlay | None = None
        self._levels = (MapDisplay(), (0.0, 1.0))
        self._step_mm: tuple[float, float] | None = None
        self._hovered: tuple[int, int] | None = None
        self._marked: tuple[int, int] | None = None
        self._region: Region | None = None
        self.canvas = MapCanvas()
        self.colour_bar = ColourBar()
        self._title = QuietLabel("title", "Name and energy window of the map")
        self.back_button = QToolButton()
        self.back_button.setText(self.tr("Back to the map"))
        self.back_button.clicked.connect(self.overlay_closed)
        self._banner = QLabel()
        self._banner.setProperty("role", "banner")
        # as high as its neighbours, so that the picture stays where it is when those come and go
        self._title.setMinimumHeight(
            max(self.fontMetrics().height() + 4, self.back_button.sizeHint().height())
        )
        self._readout = QuietLabel("muted", "Read-out of the map")
        self._readout.setFont(figures_font(self.font()))
        self._empty = self._empty_page()
        self._pages = QStackedWidget()
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self.canvas)
        self.setAccessibleName("Map")
        self.canvas.pixel_hovered.connect(self._on_hovered)
        self.canvas.pixel_left.connect(self._on_left)
        self.canvas.pixel_clicked.connect(self.pixel_clicked)
        self.canvas.region_drawn.connect(self._on_region_drawn)
        self.clear()

    def _empty_page(self) -> QWidget:
        """How to begin: what can be opened, and two buttons."""
        shortcut = QKeySequence(QKeySequence.StandardKey.Open)
        keys = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
        words = QLabel(f"Open a scan: {keys}, or drop a file here")
        words.setProperty("role", "muted")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for text, signal in (
            ("Open a scan…", self.open_requested),
            ("Look at the sample", self.sample_requested),
        ):
            button = QPushButton(text)
            button.clicked.connect(signal)
            buttons.addWidget(button)
        buttons.addStretch(1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(words)
        column.addLayout(buttons)
        column.addStretch(1)
        return page

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(10, 6, 10, 6)
        header.addWidget(self._title, 1)
        header.addWidget(self.back_button)
        header.addWidget(self._banner)
        picture = QHBoxLayout()
        picture.setContentsMargins(0, 0, 0, 0)
        picture.setSpacing(0)
        picture.addWidget(self.canvas, 1)
        picture.addWidget(self.colour_bar)
        # so that the picture stays where it is when an overlay comes and goes
        room = self.colour_bar.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.colour_bar.setSizePolicy(room)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addLayout(picture, 1)
        self._readout.setContentsMargins(10, 5, 10, 5)
        column.addWidget(self._readout)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    @property
    def is_empty(self) -> bool:
        """Whether no map is shown."""
        return self._counts is None

    @property
    def readout(self) -> str:
        """The line under the map."""
        return self._readout.text()

    def set_map(
        self,
        counts: NDArray[Any],
        *,
        title: str,
        display: MapDisplay,
        step_mm: tuple[float, float] | None,
        row_step: int = 1,
    ) -> None:
        """Show a map; zoom, marker and region stay when the size does.

        Parameters
        ----------
        counts
            Shape (rows, cols), any real dtype.
        title
            Name and window of the map, as "Fe Kα · 6.25–6.55 keV".
        display
            Colours, scale and percentiles.
        step_mm
            Distance between rows and between columns, mm; None where unknown.
        row_step
            Above 1 the map is a first look at every so many rows, and a banner says so.
        """
        limits = levels(counts, display.low_percentile, display.high_percentile)
        if counts.shape != self.canvas.shape:
            self.set_marker(None)
            self.set_region(None)
            self._hovered = None
        self._counts = counts
        self._step_mm = step_mm
        self._picture = to_rgb(counts, display, limits)
        self._map_title = title
        self._levels = display, limits
        self._draw()
        if row_step > 1:
            self._banner.setText(f"first look: every {_ordinal(row_step)} row")
        self._banner.setVisible(row_step > 1)
        self._pages.setCurrentIndex(1)
        self._update_readout()

    def clear(self) -> None:
        """Show no map, but how to open a scan."""
        self._counts = self._picture = self._overlay = None
        self._hovered = self._marked = self._region = None
        self.canvas.clear_picture()
        self._pages.setCurrentIndex(0)
        self._update_readout()

    def set_overlay(self, overlay: Overlay | None) -> None:
        """Show something else in place of the map; None shows the map again.

        An overlay of another size than the map is not shown.
        """
        if overlay is self._overlay:
            return
        self._overlay = overlay
        if self._counts is not None:
            self._draw()
            self._update_readout()
        self.overlay_changed.emit(overlay)

    def remove_overlay(self, overlay: Overlay | None) -> None:
        """Show the map again if this overlay has its place, and not if another one has."""
        if overlay is self._overlay:
            self.set_overlay(None)

    @property
    def overlay(self) -> Overlay | None:
        """What is shown in place of the map."""
        if self._counts is None or self._overlay is None:
            return None
        return self._overlay if self._overlay.picture.shape[:2] == self._counts.shape else None

    def set_region(self, region: Region | None) -> None:
        """Show a region of the picture without emitting `region_drawn`."""
        self._region = region
        self.canvas.set_region(region)
        self._update_readout()

    def set_marker(self, pixel: tuple[int, int] | None) -> None:
        """Mark the chosen pixel (row, col)."""
        self._marked = pixel
        self.canvas.marker.set_pixel(pixel)
        self._update_readout()

    def set_region_tool(self, on: bool) -> None:
        """Let the left button draw a region; off, it pans."""
        self.canvas.set_drawing(on)

    def fit(self) -> None:
        """Show the whole picture."""
        self.canvas.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F fits, + and − zoom, Esc removes region or pixel, arrows move the chosen pixel."""
        key = Qt.Key(event.key())
        if self._counts is None:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_F and not event.modifiers():
            self.fit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.canvas.zoom(0.8 if key == Qt.Key.Key_Plus else 1.25)
        elif key == Qt.Key.Key_Escape and self._region is not None:
            self.set_region(None)
            self.region_drawn.emit(None)
        elif key == Qt.Key.Key_Escape and self._marked is not None:
            self.set_marker(None)
            self.pixel_cleared.emit()
        elif key in _ARROWS:
            self._move_pixel(*_ARROWS[key], 10 if _is_shifted(event) else 1)
        else:
            super().keyPressEvent(event)

    def _move_pixel(self, down: int, right: int, by: int) -> None:
        rows, cols = self.canvas.shape
        row, col = (rows // 2, cols // 2)
        if self._marked is not None:
            row = min(max(self._marked[0] + down * by, 0), rows - 1)
            col = min(max(self._marked[1] + right * by, 0), cols - 1)
        if (row, col) != self._marked:
            self.set_marker((row, col))
            self.pixel_clicked.emit(row, col)

    def _draw(self) -> None:
        """Put the map or what takes its place on screen."""
        shown = self.overlay
        if self._picture is not None:
            picture = self._picture if shown is None else shown.picture
            self.canvas.set_picture(picture, self._step_mm)
        self._title.show_text(self._map_title if shown is None else shown.title)
        scale = None if shown is None else shown.scale
        if scale is not None:
            self.colour_bar.set_levels(scale.display, scale.limits, scale.unit)
        else:
            self.colour_bar.set_levels(*self._levels)
        self.colour_bar.setVisible(shown is None or scale is not None)
        self.back_button.setVisible(shown is not None)

    def _update_readout(self) -> None:
        self._readout.show_text(self._readout_text())

    def _readout_text(self) -> str:
        if self._counts is None:
            return ""
        pixel = self._hovered or self._marked
        if pixel is not None:
            shown = self.overlay
            what = (
                counts_text(float(self._counts[pixel])) if shown is None else shown.name_at(pixel)
            )
            return _pixel_text(pixel, what, self._step_mm)
        rows, cols = self._counts.shape
        parts = [f"{_number_of(rows, 'row')} × {_number_of(cols, 'column')}"]
        if self._step_mm is not None:
            parts.append(f"step {self._step_mm[1]:g} × {self._step_mm[0]:g} mm")
        if self._region is not None:
            parts.append(f"region of {_number_of(self._region.pixels, 'pixel')}")
        return " · ".join(parts)

    def _on_hovered(self, row: int, col: int) -> None:
        self._hovered = (row, col)
        self._update_readout()
        self.pixel_hovered.emit(row, col)

    def _on_left(self) -> None:
        self._hovered = None
        self._update_readout()
        self.pixel_left.emit()

    def _on_region_drawn(self, region: Region) -> None:
        self._region = region
        self._update_readout()
        self.region_drawn.emit(region)


def _ordinal(number: int) -> str:
    """16th, 2nd, 103rd."""
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else suffix}"


def _number_of(number: int, thing: str) -> str:
    """1 row, 1 200 rows."""
    return f"{grouped(number)} {thing}{'' if number == 1 else 's'}"


def _is_shifted(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


def _pixel_text(pixel: tuple[int, int], what: str, step_mm: tuple[float, float] | None) -> str:
    """Place of a pixel (row, col), what is there, its distance from the first in mm if known."""
    row, col = pixel
    parts = [f"row {row}, col {col}", what]
    if step_mm is not None:
        decimals = 1 if min(step_mm) >= 0.1 else 3
        x, y = col * step_mm[1], row * step_mm[0]
        parts.append(f"x {x:.{decimals}f} mm, y {y:.{decimals}f} mm")
    return " · ".join(parts)
