"""A picture with a frame around the part of it that is used."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.region import Region
from app.gui.views.map_canvas import MapCanvas


class CropView(QWidget):
    """Shows a picture, perhaps made smaller, and takes the part chosen in its own pixels.

    Signals
    -------
    cropped(Region)
        The user moved the frame.
    """

    cropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = MapCanvas()
        self.canvas.setAccessibleName(self.tr("Picture; drag the frame to scan a part of it"))
        # the picture's own pixels mean nothing to who looks at a painting
        self.canvas.scale_bar.hide()
        self.canvas.region_drawn.connect(self.cropped)
        self._size = (0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self.setFocusProxy(self.canvas)

    @property
    def region(self) -> Region | None:
        """The part in the frame; None without a picture."""
        box = self.canvas.region_box
        return None if box is None else box.region

    def set_picture(self, small: NDArray[np.uint8], rows: int, cols: int) -> None:
        """Show a picture of rows × cols pixels, all of it in the frame.

        Parameters
        ----------
        small
            sRGB, shape (rows, cols, 3), uint8, of that size or a smaller one.
        """
        opaque = np.full((*small.shape[:2], 1), 255, np.uint8)
        self.canvas.set_scaled_picture(np.concatenate([small, opaque], axis=2), rows, cols)
        self._size = (rows, cols)
        self.set_region(Region(0, rows, 0, cols))

    def set_region(self, region: Region) -> None:
        """Move the frame without telling anyone."""
        self.canvas.set_region(region)

    def sizeHint(self) -> QSize:
        """Room for a picture of usual sides."""
        return QSize(300, 230)
