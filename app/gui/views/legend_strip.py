"""A strip of colours with what its two ends mean."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.theme import figures_font, plot_colours_for

STRIP_HEIGHT = 12
_WIDEST = 230
_GAP = 4
_MARGIN = 8


class LegendStrip(QWidget):
    """Draws colours from left to right, the value of each end below it and the unit between.

    It is hidden while there is nothing to explain.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._words = ("", "", "")
        self.setFont(figures_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend")
        self.hide()

    @property
    def words(self) -> tuple[str, str, str]:
        """Left end, meaning and unit, right end."""
        return self._words

    def set_strip(
        self,
        strip: NDArray[Any] | None,
        low: str = "",
        high: str = "",
        unit: str = "",
        meaning: str = "",
    ) -> None:
        """Show another strip.

        Parameters
        ----------
        strip
            Colours of shape (rows, columns, 3), uint8; None hides the legend.
        low, high
            Values of the first and the last colour.
        unit
            What the values are, in a word or two.
        meaning
            The same at length, for who asks.
        """
        self._image = None if strip is None else _image(strip)
        self._words = (low, unit, high) if strip is not None else ("", "", "")
        self.setAccessibleDescription(f"{unit}: from {low} to {high}")
        self.setToolTip(meaning or unit)
        self.setVisible(strip is not None)
        self.update()

    def sizeHint(self) -> QSize:
        """The strip and one line of words, with a margin."""
        height = STRIP_HEIGHT + _GAP + self.fontMetrics().height() + 2 * _MARGIN
        return QSize(_WIDEST, height)

    def minimumSizeHint(self) -> QSize:
        """As high as it likes to be."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw strip, outline and words."""
        if self._image is None:
            return
        colours = plot_colours_for(self.palette())
        painter = QPainter(self)
        # it stands upon a picture
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(colours.background)
        ground.setAlphaF(0.85)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect(), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        width = self.width() - 2 * _MARGIN
        place = QRect(_MARGIN, _MARGIN, width, STRIP_HEIGHT)
        painter.drawImage(place, self._image)
        painter.setPen(QColor(colours.muted))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(0, 0, -1, -1))
        top = place.bottom() + _GAP
        line = QRect(_MARGIN, top, width, self.fontMetrics().height() + 2)
        low, unit, high = self._words
        metrics = self.fontMetrics()
        ends = metrics.horizontalAdvance(low) + _GAP, metrics.horizontalAdvance(high) + _GAP
        between = line.adjusted(ends[0], 0, -ends[1], 0)
        words = metrics.elidedText(unit, Qt.TextElideMode.ElideRight, max(between.width(), 0))
        painter.drawText(between, int(Qt.AlignmentFlag.AlignHCenter), words)
        painter.setPen(QColor(colours.text))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft), low)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight), high)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def _image(strip: NDArray[Any]) -> QImage:
    rows, cols = strip.shape[:2]
    data = np.ascontiguousarray(strip, np.uint8).tobytes()
    # copied, as the image does not own the bytes it is made of
    return QImage(data, cols, rows, 3 * cols, QImage.Format.Format_RGB888).copy()
