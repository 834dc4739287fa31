"""A score for each of a few numbers, as bars with the best one marked."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.theme import figures_font, plot_colours_for

_HEIGHT = 64
_GAP = 6.0
_WIDEST = 34.0


class ScoreBars(QWidget):
    """Draws scores between 0 and 1 above the numbers they belong to; it takes no keyboard.

    Parameters
    ----------
    what
        What the score is, for screen readers and the tool tip.
    """

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = what
        self._scores: tuple[tuple[int, float], ...] = ()
        self._chosen: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(what)

    @property
    def scores(self) -> tuple[tuple[int, float], ...]:
        """The numbers with their scores."""
        return self._scores

    def set_scores(self, scores: tuple[tuple[int, float], ...], chosen: int | None) -> None:
        """Show other scores.

        Parameters
        ----------
        scores
            Numbers with their scores; one below 0 is drawn as 0.
        chosen
            The number that is marked; None for none.
        """
        self._scores, self._chosen = scores, chosen
        words = ", ".join(f"{number}: {score:.3f}" for number, score in scores)
        self.setAccessibleDescription(words)
        self.setToolTip(f"{self._what}: {words}" if words else "")
        self.setVisible(bool(scores))
        self.update()

    def sizeHint(self) -> QSize:
        """Low: it is beside the point most of the time."""
        return QSize(160, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Room for five bars."""
        return QSize(120, _HEIGHT)

    def bars(self) -> tuple[QRectF, ...]:
        """Where each bar is drawn: the best score reaches the top, the lowest stays visible."""
        if not self._scores:
            return ()
        line = self.fontMetrics().height()
        top, bottom = float(line), float(self.height() - line - 2)
        step = min(self.width() / len(self._scores), _WIDEST + _GAP)
        values = [max(score, 0.0) for _, score in self._scores]
        low, high = min(values), max(values)
        places = []
        for place, value in enumerate(values):
            # differences are small beside the scores: the axis begins below the lowest one
            share = 1.0 if high == low else 0.25 + 0.75 * (value - low) / (high - low)
            height = share * (bottom - top)
            places.append(QRectF(place * step, bottom - height, step - _GAP, height))
        return tuple(places)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars, numbers below and scores above."""
        colours = plot_colours_for(self.palette())
        painter = QPainter(self)
        painter.setFont(figures_font(self.font()))
        line = painter.fontMetrics().height()
        for bar, (number, score) in zip(self.bars(), self._scores, strict=True):
            is_chosen = number == self._chosen
            painter.fillRect(bar, QColor(colours.accent if is_chosen else colours.muted))
            painter.setPen(QColor(colours.text if is_chosen else colours.muted))
            below = QRectF(bar.left(), self.height() - line, bar.width(), line)
            above = QRectF(bar.left() - _GAP / 2, bar.top() - line, bar.width() + _GAP, line)
            painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), str(number))
            painter.drawText(above, int(Qt.AlignmentFlag.AlignCenter), f"{score:.2f}".lstrip("0"))
        painter.end()
