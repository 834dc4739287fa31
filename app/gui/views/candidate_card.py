"""Candidates that XRF cannot tell apart: colours and names, how well they fit, and by what."""

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.core.candidates import Candidate
from app.core.evidence import LineEvidence
from app.gui.pigment_models import swatch
from app.gui.theme import figures_font, plot_colours_for

_SWATCH_PIXELS = 22
_SMALL_SWATCH_PIXELS = 12
_BAR = QSize(56, 8)


class ScoreBar(QWidget):
    """A share of 1 as a bar."""

    def __init__(self, score: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.score = min(max(score, 0.0), 1.0)
        self.setFixedSize(_BAR)
        self.setAccessibleName(self.tr("Score {:.2f} of 1").format(self.score))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the whole in grey and the share upon it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().mid())
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        painter.setBrush(self.palette().highlight())
        share = QRectF(self.rect())
        share.setWidth(share.width() * self.score)
        painter.drawRoundedRect(share, 3, 3)
        painter.end()


class CandidateLine(QFrame):
    """One candidate's colour, name and score.

    A click, Enter or the space bar asks for its lines, a double click for the pigment itself.
    """

    chosen = Signal(object)  # Candidate
    opened = Signal(object)  # Candidate

    def __init__(
        self, candidate: Candidate, *, is_first: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.candidate = candidate
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(candidate.pigment.name)
        self.setToolTip(
            "\n".join(
                (
                    *_plain_lines(candidate),
                    self.tr("Click to mark its lines, double-click to look at the pigment"),
                )
            )
        )
        colour = QLabel()
        size = _SWATCH_PIXELS if is_first else _SMALL_SWATCH_PIXELS
        colour.setPixmap(swatch(candidate.pigment.srgb, size))
        colour.setFixedWidth(_SWATCH_PIXELS)
        colour.setAlignment(Qt.AlignmentFlag.AlignCenter)
        name = QLabel(candidate.pigment.name)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setWordWrap(True)
        if is_first:
            name.setProperty("role", "title")
        score = QLabel(f"{candidate.score:.2f}")
        score.setFont(figures_font(score.font()))
        line = QHBoxLayout(self)
        line.setContentsMargins(1, 1, 1, 1)
        line.addWidget(colour)
        line.addWidget(name, 1)
        if is_first:
            line.addWidget(ScoreBar(candidate.score))
        line.addWidget(score)

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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a rim around the line that has the focus."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(self.palette().highlight().color())
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            painter.end()


class CandidateCard(QFrame):
    """Shows candidates that XRF cannot tell apart, the best first, with what speaks for it.

    Parameters
    ----------
    members
        At least one.
    """

    chosen = Signal(object)  # Candidate
    opened = Signal(object)  # Candidate

    def __init__(self, members: tuple[Candidate, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.members = members
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.lines = [
            CandidateLine(member, is_first=number == 0) for number, member in enumerate(members)
        ]
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setWordWrap(True)
        twins = QLabel(self.tr("The same to XRF:"))
        twins.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 5, 6, 5)
        column.setSpacing(2)
        column.addWidget(self.lines[0])
        column.addWidget(self.words)
        column.addWidget(twins)
        twins.setVisible(len(members) > 1)
        for line in self.lines[1:]:
            column.addWidget(line)
        for line in self.lines:
            line.chosen.connect(self.chosen)
            line.opened.connect(self.opened)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._write()

    def _write(self) -> None:
        first, colours = self.members[0], plot_colours_for(self.palette())
        parts = []
        if first.supporting:
            lines = escape(", ".join(_labels(first.supporting)))
            words = self.tr("for it: {}")
            parts.append(words.format(f"<span style='color:{colours.region}'>{lines}</span>"))
        if first.missing:
            struck = ", ".join(f"<s>{escape(text)}</s>" for text in _labels(first.missing))
            words = self.tr("missing: {}")
            parts.append(words.format(f"<span style='color:{colours.accent}'>{struck}</span>"))
        if first.remark:
            muted = f"<span style='color:{colours.muted}'>{escape(first.remark)}</span>"
            parts.append(muted)
        self.words.setText("<br>".join(parts))
        self.words.setVisible(bool(parts))


def _labels(evidence: Iterable[LineEvidence]) -> list[str]:
    return [item.line.label for item in evidence]


def _plain_lines(candidate: Candidate) -> list[str]:
    """What speaks for and against a candidate, for a tool tip."""
    words = []
    if candidate.supporting:
        words.append(f"for it: {', '.join(_labels(candidate.supporting))}")
    if candidate.missing:
        words.append(f"missing: {', '.join(_labels(candidate.missing))}")
    return [*words, candidate.remark] if candidate.remark else words
