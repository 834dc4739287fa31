"""A section through a stack of layers, drawn to scale."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.theme import plot_colours_for
from app.gui.views.numbers import length_text

# a layer thinner than this would not be seen, one thicker than this leaves no room for others
_THINNEST_PX = 5.0
_LARGEST_SHARE = 0.6
_STRIP_PX = 6.0
_LABEL_GAP = 6.0


@dataclass(frozen=True, slots=True)
class SectionLayer:
    """A layer as it is drawn.

    Parameters
    ----------
    name
        Its part in the painting.
    thickness_um
        Thickness, µm.
    fill
        Its own colour, as #rrggbb; None for what has none, as a varnish.
    mark
        The colour its curve has in the plot, as #rrggbb.
    """

    name: str
    thickness_um: float
    fill: str | None
    mark: str


class StackDrawing(QWidget):
    """Draws layers from the top, each as high as it is thick, with its thickness beside it.

    Very thin layers are drawn a little thicker than they are, and one that would leave no room
    for the others thinner, with a break through it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[SectionLayer, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Section through the layers"))

    def set_layers(self, layers: tuple[SectionLayer, ...]) -> None:
        """Show other layers, the first at the top."""
        self._layers = layers
        words = ", ".join(f"{layer.name} {_thickness(layer)}" for layer in layers)
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for names and thicknesses."""
        return QSize(170, 160)

    def minimumSizeHint(self) -> QSize:
        """As narrow as names and thicknesses can be read."""
        return QSize(130, 80)

    def heights(self, available: float) -> tuple[tuple[float, bool], ...]:
        """Height in pixels of each layer, and whether it is drawn with a break.

        Parameters
        ----------
        available
            Height of the whole drawing in pixels.
        """
        total = sum(layer.thickness_um for layer in self._layers)
        if not total > 0:
            return ()
        limit = _LARGEST_SHARE * total if len(self._layers) > 1 else total
        others = total - max(layer.thickness_um for layer in self._layers)
        # with one layer far thicker than all others together, the others are to scale
        is_cut = [len(self._layers) > 1 and layer.thickness_um > limit for layer in self._layers]
        shown = [
            others * _LARGEST_SHARE / (1 - _LARGEST_SHARE) if cut else layer.thickness_um
            for layer, cut in zip(self._layers, is_cut, strict=True)
        ]
        spare = max(available - _THINNEST_PX * len(shown), 0.0)
        scale = spare / sum(shown)
        return tuple(
            (_THINNEST_PX + thickness * scale, cut)
            for thickness, cut in zip(shown, is_cut, strict=True)
        )

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the section, then names and thicknesses where they fit."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = plot_colours_for(self.palette())
        line = painter.fontMetrics().height()
        inside = QRectF(self.rect()).adjusted(1, line / 2, -1, -line / 2)
        section = QRectF(inside.left(), inside.top(), inside.width() * 0.36, inside.height())
        top, free = section.top(), 0.0
        for layer, (height, is_cut) in zip(
            self._layers, self.heights(section.height()), strict=False
        ):
            place = QRectF(section.left(), top, section.width(), height)
            self._paint_layer(painter, place, layer, is_cut)
            left = section.right() + _LABEL_GAP
            # names move down where their layers are too thin to stand beside them
            middle = max(place.center().y(), free + line / 2)
            free = middle + line / 2
            painter.setPen(QColor(colours.text))
            label = QRectF(left, middle - line / 2, inside.right() - left, line)
            text = f"{_thickness(layer)} {layer.name}"
            shown = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(label.width())
            )
            painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, shown)
            top += height
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._layers:
            painter.drawRect(section)
        painter.end()

    def _paint_layer(
        self, painter: QPainter, place: QRectF, layer: SectionLayer, is_cut: bool
    ) -> None:
        colours = plot_colours_for(self.palette())
        if layer.fill is None:
            painter.fillRect(place, QColor(colours.grid))
        else:
            painter.fillRect(place, QColor(layer.fill))
        strip = QRectF(place.left(), place.top(), _STRIP_PX, place.height())
        painter.fillRect(strip, QColor(layer.mark))
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.drawLine(place.topLeft(), place.topRight())
        if is_cut:
            middle, step = place.center().y(), place.width() / 8
            points = [
                QPointF(place.left() + number * step, middle + (4 if number % 2 else -4))
                for number in range(9)
            ]
            painter.setPen(QPen(QColor(colours.background), 3))
            painter.drawPolyline(points)


def _thickness(layer: SectionLayer) -> str:
    return length_text(layer.thickness_um / 1000)
