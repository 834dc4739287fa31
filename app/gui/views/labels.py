"""Labels that change often without moving anything around them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class QuietLabel(QLabel):
    """One line of plain text that shortens itself rather than push its neighbours.

    Parameters
    ----------
    role
        What the style sheet knows it by: "title", "muted" or "banner".
    name
        For screen readers.
    """

    def __init__(self, role: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Change the text where it differs: every change costs a new layout."""
        if text != self.text():
            self.setText(text)

    def minimumSizeHint(self) -> QSize:
        """As narrow as its neighbours like."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much of the text as fits, an ellipsis for the rest."""
        inside = self.contentsRect()
        text = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, inside.width()
        )
        painter = QPainter(self)
        role = self.foregroundRole()
        self.style().drawItemText(
            painter, inside, int(self.alignment()), self.palette(), self.isEnabled(), text, role
        )
        painter.end()
