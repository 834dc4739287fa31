"""A picture of predicted colours, marked as such, beside the map or in its place."""

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.core.region import Region
from app.gui.pigment_models import swatch
from app.gui.recolour_values import PixelColour, hex_text
from app.gui.theme import figures_font
from app.gui.views.labels import QuietLabel
from app.gui.views.legend_strip import LegendStrip
from app.gui.views.map_canvas import MapCanvas

_SWATCH_PIXELS = 18
_LEGEND_MARGIN = 10


class RecolouredView(QWidget):
    """Shows colours that a model predicts; a badge says so as long as any are shown.

    Signals
    -------
    pixel_hovered(row, col), pixel_left()
        The pointer came to another pixel; left the picture.
    pixel_clicked(row, col)
        A pixel was chosen.
    region_drawn(Region)
        A rectangle was drawn or changed.
    key_pressed(QKeyEvent)
        A key that the map understands.
    closed()
        The user wants the map alone.
    """

    pixel_hovered = Signal(int, int)
    pixel_left = Signal()
    pixel_clicked = Signal(int, int)
    region_drawn = Signal(object)
    key_pressed = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = MapCanvas()
        self.legend = LegendStrip(self.canvas)
        self.title = QuietLabel("title", self.tr("What is shown of the recoloured picture"))
        self.badge = QLabel()
        self.badge.setProperty("role", "banner")
        self.close_button = QToolButton()
        self.set_alone(on=False)
        self.close_button.clicked.connect(self.closed)
        self._swatch = QLabel()
        self._swatch.setFixedSize(_SWATCH_PIXELS, _SWATCH_PIXELS)
        self._readout = QuietLabel("muted", self.tr("Predicted colour of the pixel"))
        self._readout.setFont(figures_font(self.font()))
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Recoloured picture"))
        self.canvas.setAccessibleName(self.tr("Recoloured picture; moves with the map"))
        self.canvas.pixel_hovered.connect(self.pixel_hovered)
        self.canvas.pixel_left.connect(self.pixel_left)
        self.canvas.pixel_clicked.connect(self.pixel_clicked)
        self.canvas.region_drawn.connect(self.region_drawn)
        self.clear()

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(10, 6, 10, 6)
        # as high as the map's own, so that the two pictures are in line
        self.title.setMinimumHeight(
            max(self.fontMetrics().height() + 4, self.close_button.sizeHint().height())
        )
        header.addWidget(self.title, 1)
        header.addWidget(self.badge)
        header.addWidget(self.close_button)
        below = QHBoxLayout()
        below.setContentsMargins(10, 3, 10, 3)
        below.setSpacing(8)
        below.addWidget(self._swatch)
        below.addWidget(self._readout, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self.canvas, 1)
        column.addLayout(below)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown."""
        return self.canvas.shape == (0, 0)

    @property
    def readout(self) -> str:
        """The line under the picture."""
        return self._readout.text()

    @property
    def badge_text(self) -> str:
        """What the badge says; empty while nothing is shown."""
        return self.badge.text()

    def set_picture(
        self,
        picture: NDArray[Any],
        *,
        title: str,
        badge: str,
        step_mm: tuple[float, float] | None,
        fineness: int = 1,
    ) -> None:
        """Show colours.

        Parameters
        ----------
        picture
            Red, green, blue and opacity, shape (rows, cols, 4), uint8; 0 opacity where nothing
            was predicted.
        title
            What is shown of which model.
        badge
            What these colours are: "predicted colour".
        step_mm
            Distance between rows and between columns, mm; None where unknown.
        fineness
            How many rows and columns of the colours make up a pixel.
        """
        self.canvas.set_picture(picture, step_mm, fineness)
        self.title.show_text(title)
        self.title.setToolTip(title)
        self.badge.setText(badge)
        self.badge.setVisible(bool(badge))

    def clear(self) -> None:
        """Show nothing."""
        self.canvas.clear_picture()
        self.title.show_text("")
        self.badge.clear()
        self.badge.hide()
        self.set_legend(None)
        self.set_pixel_colour(None)

    def set_pixel_colour(self, shown: PixelColour | None) -> None:
        """Say which colour is predicted for the pixel under the pointer or the chosen one."""
        srgb = None if shown is None else shown.srgb
        if srgb is None:
            self._swatch.clear()
        else:
            self._swatch.setPixmap(swatch(srgb, _SWATCH_PIXELS))
        self._readout.show_text("" if shown is None else pixel_text(shown))
        bands = "" if srgb is None else "sRGB {}, {}, {}".format(*srgb)
        self._readout.setToolTip("\n".join(text for text in (self._readout.text(), bands) if text))

    def set_alone(self, *, on: bool) -> None:
        """Whether the map is out of sight, which the button then brings back."""
        self.close_button.setText(self.tr("Back to the map") if on else self.tr("Hide"))

    def set_legend(
        self,
        strip: NDArray[Any] | None,
        low: str = "",
        high: str = "",
        unit: str = "",
        meaning: str = "",
    ) -> None:
        """Say upon the picture what its colours mean, as `LegendStrip.set_strip`."""
        self.legend.set_strip(strip, low, high, unit, meaning)
        self._place_legend()

    def set_marker(self, pixel: tuple[int, int] | None) -> None:
        """Mark the chosen pixel (row, col)."""
        self.canvas.marker.set_pixel(None if self.is_empty else pixel)

    def set_region(self, region: Region | None) -> None:
        """Show the chosen region without emitting anything."""
        self.canvas.set_region(region)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the legend in its corner."""
        super().resizeEvent(event)
        self._place_legend()

    def showEvent(self, event: QShowEvent) -> None:
        """Put the legend into its corner."""
        super().showEvent(event)
        self._place_legend()

    def _place_legend(self) -> None:
        """Put the legend at the lower right, opposite the scale bar."""
        size = self.legend.sizeHint()
        width = min(size.width(), max(self.canvas.width() // 2, 1))
        left = self.canvas.width() - width - _LEGEND_MARGIN
        top = self.canvas.height() - size.height() - _LEGEND_MARGIN
        self.legend.setGeometry(left, top, width, size.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the map answer: both show the same pixels."""
        self.key_pressed.emit(event)


def pixel_text(shown: PixelColour) -> str:
    """A predicted colour in words: "row 3, col 4 · #AC783C · ± 9 of 255"."""
    parts = [shown.place]
    if shown.srgb is not None:
        parts.append(hex_text(shown.srgb))
    parts += shown.facts
    if shown.note:
        parts.append(shown.note)
    return " · ".join(part for part in parts if part)
