"""How well each number of clusters sets them apart, as a small curve."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.theme import figures_font, plot_colours_for

_HEIGHT = 84
_MARGIN = 14.0
_DOT = 3.0
_LEAST_SPAN = 0.02


class SilhouettePlot(QWidget):
    """Shows mean silhouettes over numbers of clusters and marks the best one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tried: tuple[tuple[int, float], ...] = ()
        self.setFont(figures_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def best(self) -> int | None:
        """The number of the highest silhouette, the first of equally high ones."""
        return max(self._tried, key=lambda item: item[1])[0] if self._tried else None

    @property
    def tried(self) -> tuple[int, ...]:
        """The numbers of clusters, rising."""
        return tuple(number for number, _ in self._tried)

    @property
    def words(self) -> str:
        """What the curve shows, for tool tip and screen readers."""
        each = ", ".join(f"{number}: {score:.2f}" for number, score in self._tried)
        return self.tr("Mean silhouette by number of clusters: {}").format(each)

    def sizeHint(self) -> QSize:
        """As high as a curve and its figures need."""
        return QSize(200, _HEIGHT)

    def set_silhouettes(self, tried: tuple[tuple[int, float], ...]) -> None:
        """Show numbers of clusters with their mean silhouettes; nothing is drawn of none."""
        self._tried = tuple(sorted(tried))
        self.setToolTip(self.words)
        self.setAccessibleName(self.words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a dot per number, the best one large with its value."""
        if not self._tried:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = plot_colours_for(self.palette())
        line = self.fontMetrics().height()
        places = self._places(line)
        painter.setPen(QPen(QColor(colours.muted), 1.2))
        painter.drawPolyline(QPolygonF(places))
        wide = self._widest_label()
        last_end = -wide
        for place, (number, score) in zip(places, self._tried, strict=True):
            is_best = number == self.best
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent if is_best else colours.muted))
            size = _DOT * (1.7 if is_best else 1.0)
            painter.drawEllipse(place, size, size)
            painter.setPen(QColor(colours.text if is_best else colours.muted))
            below = QRectF(place.x() - wide / 2, self.height() - line, wide, line)
            # where figures would touch, only some are written; the best one always
            if is_best or (below.left() > last_end and not self._hides_best(below, places)):
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(number))
                last_end = below.right()
            if is_best:
                above = QRectF(place.x() - 30, place.y() - size - line, 60, line)
                painter.drawText(above, Qt.AlignmentFlag.AlignCenter, f"{score:.2f}")
        painter.end()

    def _places(self, line: int) -> list[QPointF]:
        """Where the dots are, between room for figures above and below."""
        scores = [score for _, score in self._tried]
        numbers = [number for number, _ in self._tried]
        low, high = min(scores), max(scores)
        # a curve that is next to level is not drawn as if it had peaks
        span = max(high - low, _LEAST_SPAN)
        top, bottom = line + 8.0, self.height() - line - 7.0
        reach = max(numbers[-1] - numbers[0], 1)
        across = self.width() - 2 * _MARGIN - 16
        return [
            QPointF(
                _MARGIN + 8 + across * (number - numbers[0]) / reach,
                bottom - (bottom - top) * (score - low) / span,
            )
            for number, score in self._tried
        ]

    def _widest_label(self) -> float:
        return float(self.fontMetrics().horizontalAdvance(str(self._tried[-1][0]))) + 8

    def _hides_best(self, label: QRectF, places: list[QPointF]) -> bool:
        """Whether a label would reach into that of the best number, which follows."""
        best = next(
            place.x()
            for place, (number, _) in zip(places, self._tried, strict=True)
            if number == self.best
        )
        return label.left() < best < label.right() + label.width() / 2
