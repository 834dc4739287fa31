"""Why a colour was predicted: what it would be without an element, and what else could be there."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui.pigment_models import swatch
from app.gui.recolour_values import ColourReasons, Srgb, hex_text
from app.gui.theme import figures_font
from app.gui.views.legend import FlowLayout

_LARGE = 34
_SMALL = 20
_MOST_ALTERNATIVES = 12


class ColourReasonsView(QWidget):
    """Shows a colour with what it would be without each of a few elements, and its alternatives.

    It is hidden while there is nothing to show.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reasons: ColourReasons | None = None
        self._content: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.setAccessibleName(self.tr("What made this colour"))
        self.hide()

    @property
    def reasons(self) -> ColourReasons | None:
        """What is shown."""
        return self._reasons

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is written, in order."""
        return tuple(label.text() for label in self.findChildren(QLabel) if label.text())

    def set_reasons(self, reasons: ColourReasons | None, words: str = "") -> None:
        """Show other reasons; words in their place while there are none.

        Parameters
        ----------
        words
            Why there are none, or that they are being worked out.
        """
        self._reasons = reasons
        if self._content is not None:
            self._column.removeWidget(self._content)
            self._content.setParent(None)
            self._content.deleteLater()
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        if reasons is None:
            column.addWidget(_label(words, "muted"))
        else:
            self._fill(column, reasons)
        self._column.addWidget(self._content)
        self.setVisible(reasons is not None or bool(words))

    def _fill(self, column: QVBoxLayout, reasons: ColourReasons) -> None:
        head = QHBoxLayout()
        head.addWidget(_swatch(reasons.srgb, _LARGE))
        told = " · ".join((hex_text(reasons.srgb), *reasons.facts))
        head.addWidget(_label(f"{reasons.place}\n{told}", "title"), 1)
        column.addLayout(head)
        if reasons.effects:
            column.addWidget(_label(self.tr("Without one element's lines it would be:"), "muted"))
            grid = QGridLayout()
            grid.setSpacing(4)
            grid.setColumnStretch(2, 1)
            for row, effect in enumerate(reasons.effects):
                grid.addWidget(_swatch(effect.srgb, _SMALL), row, 0)
                grid.setRowMinimumHeight(row, _SMALL)
                grid.addWidget(QLabel(self.tr("without {}").format(effect.element)), row, 1)
                moved = QLabel(self.tr("moves by ΔE {:.1f}").format(effect.delta_e))
                moved.setProperty("role", "muted")
                moved.setFont(figures_font(moved.font()))
                grid.addWidget(moved, row, 2)
            column.addLayout(grid)
        else:
            column.addWidget(_label(self.tr("No element's lines stand out in it."), "muted"))
        if reasons.sentence:
            column.addWidget(_label(reasons.sentence, ""))
        if reasons.alternatives:
            column.addWidget(self._alternatives(reasons.alternatives))

    def _alternatives(self, alternatives: tuple[tuple[str, Srgb], ...]) -> QWidget:
        place = QWidget()
        flow = FlowLayout(place)
        flow.setContentsMargins(0, 0, 0, 0)
        for name, srgb in alternatives[:_MOST_ALTERNATIVES]:
            item = QWidget()
            row = QHBoxLayout(item)
            row.setContentsMargins(0, 0, 6, 0)
            row.setSpacing(4)
            row.addWidget(_swatch(srgb, _SMALL))
            words = QLabel(name)
            words.setTextFormat(Qt.TextFormat.PlainText)
            row.addWidget(words)
            flow.addWidget(item)
        return place


def _swatch(srgb: Srgb, size: int) -> QLabel:
    label = QLabel()
    label.setPixmap(swatch(srgb, size))
    label.setFixedSize(size, size)
    label.setToolTip(hex_text(srgb))
    label.setAccessibleName(hex_text(srgb))
    return label


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
