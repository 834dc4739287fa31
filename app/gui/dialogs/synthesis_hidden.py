"""A picture that lies hidden under the paint of a synthetic scan."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.gui.views.labels import QuietLabel

_WIDE, _HIGH = 56, 40


class HiddenPicture(QWidget):
    """Which picture is hidden, if any, with a small look at it.

    Signals
    -------
    choose_requested()
        The user wants to choose a file.
    changed()
        Another picture, or none.
    """

    choose_requested = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self.picture = QLabel()
        self.picture.setFixedSize(_WIDE, _HIGH)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = QuietLabel("muted", self.tr("Hidden picture"))
        self.choose = QPushButton(self.tr("Hidden picture…"))
        self.choose.setToolTip(
            self.tr("A picture painted under this one: its paint is computed as a layer below")
        )
        self.drop = QPushButton(self.tr("Leave out"))
        for button in (self.choose, self.drop):
            button.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.picture, self._name, self.choose, self.drop):
            row.addWidget(widget, int(widget is self._name))
        self.choose.clicked.connect(self.choose_requested)
        self.drop.clicked.connect(self._on_drop)
        self._show()

    @property
    def path(self) -> Path | None:
        """The picture's file; None where nothing is hidden."""
        return self._path

    @property
    def words(self) -> str:
        """What is said of the picture."""
        return self._name.text()

    def set_path(self, path: Path | None) -> None:
        """Another picture, whose look follows, or none."""
        if path != self._path:
            self._path = path
            self.picture.clear()
            self._show()
            self.changed.emit()

    def set_picture(self, path: Path, rgb: NDArray[np.uint8]) -> None:
        """Show what the picture looks like, shape (rows, cols, 3), if it is still that one."""
        if path != self._path:
            return
        rows, cols = rgb.shape[:2]
        data = np.ascontiguousarray(rgb).tobytes()
        image = QImage(data, cols, rows, 3 * cols, QImage.Format.Format_RGB888)
        smooth = Qt.TransformationMode.SmoothTransformation
        ratio = self.devicePixelRatioF()
        small = QPixmap.fromImage(image).scaled(
            round(_WIDE * ratio),
            round(_HIGH * ratio),
            Qt.AspectRatioMode.KeepAspectRatio,
            smooth,
        )
        small.setDevicePixelRatio(ratio)
        self.picture.setPixmap(small)

    def _show(self) -> None:
        has_one = self._path is not None
        self.picture.setVisible(has_one)
        self.drop.setVisible(has_one)
        self.choose.setText(self.tr("Another…") if has_one else self.tr("Hidden picture…"))
        self._name.show_text(self._path.name if self._path else self.tr("nothing hidden"))
        self._name.setToolTip(str(self._path) if self._path else "")

    @Slot()
    def _on_drop(self) -> None:
        self.set_path(None)
