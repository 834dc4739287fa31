"""The predicted colour of what is pointed at, large enough to be judged by eye."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui.pigment_models import swatch
from app.gui.recolour_values import PixelColour, hex_text
from app.gui.theme import figures_font
from app.gui.views.labels import QuietLabel

_SWATCH_PIXELS = 36


class PixelColourView(QWidget):
    """A colour with its place, its numbers and how sure it is; as high without one as with one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._swatch = QLabel()
        self._swatch.setFixedSize(_SWATCH_PIXELS, _SWATCH_PIXELS)
        self._place = QuietLabel("title", self.tr("Place"))
        self._words = QuietLabel("muted", self.tr("Predicted colour"))
        for label in (self._place, self._words):
            label.setFont(figures_font(self.font()))
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addStretch(1)
        column.addWidget(self._place)
        column.addWidget(self._words)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._swatch, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(column, 1)
        self.setFixedHeight(_SWATCH_PIXELS + 2)
        self.set_colour(None)

    @property
    def texts(self) -> tuple[str, str]:
        """Both lines."""
        return self._place.text(), self._words.text()

    def set_colour(self, shown: PixelColour | None) -> None:
        """Show another colour; None says what to do."""
        if shown is None or shown.srgb is None:
            self._swatch.clear()
        else:
            self._swatch.setPixmap(swatch(shown.srgb, _SWATCH_PIXELS))
        if shown is None:
            self._place.show_text("")
            self._words.show_text(self.tr("Point at a pixel in the picture"))
            return
        self._place.show_text(shown.place)
        parts = [] if shown.srgb is None else [hex_text(shown.srgb)]
        self._words.show_text(
            " · ".join(part for part in (*parts, *shown.facts, shown.note) if part)
        )
        bands = "" if shown.srgb is None else "sRGB {}, {}, {}".format(*shown.srgb)
        self.setToolTip(bands)
