"""Small maps side by side, each with its name and its highest value."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.core.display import COLOUR_MAPS
from app.gui.theme import figures_font, plot_colours_for

_TILE = QSize(96, 92)
_SMALLEST = QSize(54, 54)
_COLUMNS = 5


@dataclass(frozen=True, slots=True, eq=False)
class TilePicture:
    """What a tile shows.

    Parameters
    ----------
    name
        Written below.
    rgb
        Colours, shape (rows, cols, 3), uint8; None where there is nothing to show.
    note
        Written beside the name: the range of counts, or why there is nothing.
    """

    name: str
    rgb: NDArray[np.uint8] | None
    note: str = ""


def map_tile(name: str, counts: NDArray[np.int64] | None, missing: str) -> TilePicture:
    """Counts in the program's usual colours, from 0 to the highest.

    Parameters
    ----------
    counts
        Shape (rows, cols); None where there are none.
    missing
        What is said then.
    """
    if counts is None:
        return TilePicture(name, None, missing)
    highest = int(counts.max(initial=0))
    steps = counts * 255 // max(highest, 1)
    return TilePicture(name, COLOUR_MAPS["inferno"][steps], f"0–{highest}")


class PreviewTile(QWidget):
    """One small picture, whole pixels magnified, with its name below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = TilePicture("", None)
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def picture(self) -> TilePicture:
        """What is shown."""
        return self._picture

    def set_picture(self, picture: TilePicture) -> None:
        """Show another one."""
        self._picture = picture
        self._image = None if picture.rgb is None else _image(picture.rgb)
        words = f"{picture.name} {picture.note}".strip()
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Large enough to tell what is where."""
        return _TILE

    def minimumSizeHint(self) -> QSize:
        """As small as it still helps."""
        return _SMALLEST

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture as large as fits, and the words below."""
        colours = plot_colours_for(self.palette())
        painter = QPainter(self)
        painter.setFont(figures_font(self.font()))
        line = painter.fontMetrics().height()
        room = QRectF(0, 0, self.width(), max(self.height() - line - 3, 1))
        painter.fillRect(room, QColor(colours.background))
        if self._image is None:
            painter.setPen(QColor(colours.muted))
            centre = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(centre), self._picture.note)
        else:
            painter.drawImage(_fitted(self._image, room), self._image)
        self._draw_words(painter, QRectF(0, room.bottom() + 2, self.width(), line))
        painter.end()

    def _draw_words(self, painter: QPainter, place: QRectF) -> None:
        colours = plot_colours_for(self.palette())
        painter.setPen(QColor(colours.text))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft), self._picture.name)
        name = painter.fontMetrics().horizontalAdvance(self._picture.name + " ")
        note = "" if self._image is None else self._picture.note
        if painter.fontMetrics().horizontalAdvance(note) <= place.width() - name:
            painter.setPen(QColor(colours.muted))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignRight), note)


class PreviewTiles(QWidget):
    """Tiles in rows of five."""

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = tuple(PreviewTile() for _ in range(count))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for number, tile in enumerate(self.tiles):
            grid.addWidget(tile, number // _COLUMNS, number % _COLUMNS)

    def set_pictures(self, pictures: tuple[TilePicture, ...]) -> None:
        """Show a picture in each tile."""
        for tile, picture in zip(self.tiles, pictures, strict=True):
            tile.set_picture(picture)


def _image(rgb: NDArray[np.uint8]) -> QImage:
    rows, cols = rgb.shape[:2]
    data = np.ascontiguousarray(rgb).tobytes()
    # copied, so that the bytes may go
    return QImage(data, cols, rows, 3 * cols, QImage.Format.Format_RGB888).copy()


def _fitted(image: QImage, room: QRectF) -> QRectF:
    """The largest place of the image's proportion in the middle of a room."""
    scale = min(room.width() / image.width(), room.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    left = room.left() + (room.width() - width) / 2
    return QRectF(left, room.top() + (room.height() - height) / 2, width, height)
