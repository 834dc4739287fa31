"""One candidate: its colour and name, how well it fits, which lines speak for it or are missing."""

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.core.candidates import Candidate
from app.core.evidence import LineEvidence
from app.gui.pigment_models import swatch
from app.gui.theme import figures_font, plot_colours_for

_SWATCH_PIXELS = 22
_BAR = QSize(72, 8)
_MOST_TWINS = 6


class ScoreBar(QWidget):
    """A share of 1 as a bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score = 0.0
        self.setFixedSize(_BAR)

    @property
    def score(self) -> float:
        """The share shown, 0..1."""
        return self._score

    def set_score(self, score: float) -> None:
        """Show another share, 0..1."""
        self._score = min(max(score, 0.0), 1.0)
        self.setAccessibleName(self.tr("Score {:.2f} of 1").format(self._score))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the whole in grey and the share upon it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().mid())
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        painter.setBrush(self.palette().highlight())
        share = QRectF(self.rect())
        share.setWidth(share.width() * self._score)
        painter.drawRoundedRect(share, 3, 3)
        painter.end()


class CandidateCard(QFrame):
    """Shows one candidate; a click, Enter or the space bar asks for its lines to be marked."""

    chosen = Signal(object)  # Candidate
    opened = Signal(object)  # Candidate

    def __init__(self, candidate: Candidate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.candidate = candidate
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(candidate.pigment.name)
        self.setToolTip(self.tr("Click to mark its lines, double-click to look at the pigment"))
        colour = QLabel()
        colour.setPixmap(swatch(candidate.pigment.srgb, _SWATCH_PIXELS))
        name = QLabel(candidate.pigment.name)
        name.setProperty("role", "title")
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setWordWrap(True)
        self.bar = ScoreBar()
        self.bar.set_score(candidate.score)
        score = QLabel(f"{candidate.score:.2f}")
        score.setFont(figures_font(score.font()))
        header = QHBoxLayout()
        header.addWidget(colour)
        header.addWidget(name, 1)
        header.addWidget(self.bar)
        header.addWidget(score)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 5, 6, 5)
        column.setSpacing(2)
        column.addLayout(header)
        column.addWidget(self.words)
        self._write()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the lines."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self.candidate)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the pigment itself."""
        super().mouseDoubleClickEvent(event)
        self.opened.emit(self.candidate)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do by key what the mouse does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.candidate)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._write()

    def _write(self) -> None:
        candidate, colours = self.candidate, plot_colours_for(self.palette())
        parts = []
        if candidate.supporting:
            lines = _labels(candidate.supporting)
            words = self.tr("for it: {}").format(
                f"<span style='color:{colours.region}'>{escape(', '.join(lines))}</span>"
            )
            parts.append(words)
        if candidate.missing:
            struck = ", ".join(f"<s>{escape(text)}</s>" for text in _labels(candidate.missing))
            words = self.tr("missing: {}").format(
                f"<span style='color:{colours.accent}'>{struck}</span>"
            )
            parts.append(words)
        if candidate.same_as:
            names = ", ".join(candidate.same_as[:_MOST_TWINS])
            if len(candidate.same_as) > _MOST_TWINS:
                names = self.tr("{} and {} more").format(
                    names, len(candidate.same_as) - _MOST_TWINS
                )
            parts.append(self.tr("same to XRF: {}").format(escape(names)))
        if candidate.remark:
            muted = f"<span style='color:{colours.muted}'>{escape(candidate.remark)}</span>"
            parts.append(muted)
        self.words.setText("<br>".join(parts))
        self.words.setVisible(bool(parts))


def _labels(evidence: Iterable[LineEvidence]) -> list[str]:
    return [item.line.label for item in evidence]
