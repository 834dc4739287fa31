"""A small periodic table to choose an element and one of its lines."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.axis import EnergyAxis
from app.core.lines import PERIODIC_TABLE, EmissionLine, TableCell, confusions, line, lines_of
from app.errors import ParameterError
from app.gui.theme import plot_colours_for
from app.gui.views.labels import QuietLabel

LINE_NAMES = ("Ka", "Kb", "La", "Lb", "Lg", "Ma")
_LINE_LABELS = dict(zip(LINE_NAMES, ("Kα", "Kβ", "Lα", "Lβ", "Lγ", "Mα"), strict=True))
# what a detector sees while no axis says otherwise
_USUAL_KEV = (0.9, 40.0)
# eighteen columns of these leave the picture most of a small screen; two letters still fit
_BUTTON_WIDTH, _BUTTON_HEIGHT = 22, 23
_LINE_BUTTON_WIDTH = 32
_ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class _ElementButton(QToolButton):
    """One element; a dot says that its lines were found."""

    arrow_pressed = Signal(object, int, int)

    def __init__(self, cell: TableCell) -> None:
        super().__init__()
        self.cell = cell
        self.is_found = False
        self.setText(cell.symbol)
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFixedSize(QSize(_BUTTON_WIDTH, _BUTTON_HEIGHT))

    def set_found(self, found: bool) -> None:
        """Mark the element as found."""
        if found != self.is_found:
            self.is_found = found
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk through the table."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self.arrow_pressed.emit(self.cell, *_ARROWS[key])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cell of an element that can be chosen, the button, and the dot."""
        colours = plot_colours_for(self.palette())
        if self.isChecked() and self.isEnabled():
            self._paint_shape(colours.accent, None)
            self._paint_symbol(colours.background)
            return
        if self.isEnabled():
            self._paint_shape(colours.grid, None)
        super().paintEvent(event)
        if self.is_found:
            self._paint_shape(colours.accent, QPointF(self.width() - 4.5, 4.5))

    def _paint_symbol(self, colour: str) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(colour))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colour), 1, Qt.PenStyle.DotLine))
            painter.drawRect(self.rect().adjusted(2, 2, -3, -3))
        painter.end()

    def _paint_shape(self, colour: str, dot: QPointF | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        if dot is None:
            painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        else:
            painter.drawEllipse(dot, 2.5, 2.5)
        painter.end()


class ElementPicker(QWidget):
    """The elements up to uranium; those without a line on the energy axis are greyed.

    Signals
    -------
    line_chosen(key)
        An emission line was chosen, as "Fe_Ka": an element's usual line by a click on the
        element, another one by the row below.
    """

    line_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limits_kev: tuple[float, float] = _USUAL_KEV
        self._element: str | None = None
        self.buttons = {cell.symbol: _ElementButton(cell) for cell in PERIODIC_TABLE}
        self.line_buttons = {name: self._line_button(name) for name in LINE_NAMES}
        self._group = QButtonGroup(self)
        self._line_group = QButtonGroup(self)
        self._name = QuietLabel("muted", "Chosen element")
        self._lay_out()
        self.setAccessibleName("Elements")
        for button in self.buttons.values():
            self._group.addButton(button)
            button.arrow_pressed.connect(self._on_arrow_pressed)
        for line_button in self.line_buttons.values():
            self._line_group.addButton(line_button)
        self._group.buttonClicked.connect(self._on_element_clicked)
        self._line_group.buttonClicked.connect(self._on_line_clicked)
        self._update_buttons()
        self._show_lines(None)

    def _lay_out(self) -> None:
        table = QGridLayout()
        table.setSpacing(1)
        for button in self.buttons.values():
            cell = button.cell
            # a narrow gap sets the lanthanides and actinides apart
            row = cell.row if cell.row <= 7 else cell.row + 1
            table.addWidget(button, row - 1, cell.col - 1)
        table.setRowMinimumHeight(7, 6)
        table.setColumnStretch(18, 1)
        lines = QHBoxLayout()
        lines.setSpacing(1)
        for line_button in self.line_buttons.values():
            lines.addWidget(line_button)
        lines.addSpacing(8)
        lines.addWidget(self._name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(table)
        column.addLayout(lines)
        column.addStretch(1)

    def _line_button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setText(_LINE_LABELS[name])
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFixedSize(QSize(_LINE_BUTTON_WIDTH, _BUTTON_HEIGHT))
        button.setProperty("line", name)
        return button

    @property
    def element(self) -> str | None:
        """Symbol of the chosen element."""
        return self._element

    def set_axis(self, axis: EnergyAxis | None, channels: int) -> None:
        """Grey the elements without a line on the axis; None puts the usual range in place."""
        limits = _USUAL_KEV
        if axis is not None:
            low, high = axis.edges_kev(0, channels)
            limits = (max(low, _USUAL_KEV[0]), high)
        if limits != self._limits_kev:
            self._limits_kev = limits
            self._update_buttons()
            self._show_lines(None)

    def set_found(self, elements: tuple[str, ...]) -> None:
        """Mark the elements whose lines were recognised in the sum spectrum."""
        for symbol, button in self.buttons.items():
            button.set_found(symbol in elements)
            self._describe(button)

    def set_line(self, key: str | None) -> None:
        """Show a line such as "Fe_Ka" as the chosen one, without emitting `line_chosen`.

        Raises
        ------
        ParameterError
            If the line is unknown.
        """
        self._show_lines(None if key is None else line(key))

    def usable_lines(self, element: str) -> tuple[EmissionLine, ...]:
        """Lines of an element that lie on the axis."""
        low, high = self._limits_kev
        return tuple(item for item in lines_of(element) if low < item.energy_kev < high)

    def default_line(self, element: str) -> EmissionLine | None:
        """The line an element is mapped by: its usual one if it is on the axis."""
        usable = self.usable_lines(element)
        try:
            usual = line(element)
        except ParameterError:
            # said by the library of elements too light to be mapped
            return None
        return usual if usual in usable else next(iter(usable), None)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def _update_buttons(self) -> None:
        for symbol, button in self.buttons.items():
            button.setEnabled(self.default_line(symbol) is not None)
            self._describe(button)

    def _describe(self, button: _ElementButton) -> None:
        cell = button.cell
        parts = [f"{cell.symbol} {cell.name.lower()}"]
        if button.isEnabled():
            parts += [_line_text(item) for item in self.usable_lines(cell.symbol)]
        else:
            parts.append(self._why_not(cell.symbol))
        if button.is_found:
            parts.append("found in this scan")
        button.setToolTip(" · ".join(parts))
        button.setAccessibleName(f"{cell.name} ({cell.symbol})")
        button.setAccessibleDescription(", ".join(parts[1:]))

    def _why_not(self, element: str) -> str:
        low, high = self._limits_kev
        energies = [item.energy_kev for item in lines_of(element)]
        if not energies or max(energies) <= _USUAL_KEV[0]:
            return "too light: its lines do not reach the detector"
        return f"no usual line between {low:.2f} and {high:.2f} keV"

    def _show_lines(self, chosen: EmissionLine | None) -> None:
        """Let the row below show an element's lines, the chosen one pressed."""
        self._element = None if chosen is None else chosen.element
        by_name = {} if chosen is None else {i.name: i for i in self.usable_lines(chosen.element)}
        for group in (self._group, self._line_group):
            # an exclusive group does not let go of its last button
            group.setExclusive(False)
        for symbol, button in self.buttons.items():
            button.setChecked(symbol == self._element)
        for name, line_button in self.line_buttons.items():
            item = by_name.get(name)
            line_button.setEnabled(item is not None)
            line_button.setChecked(chosen is not None and name == chosen.name)
            label = _LINE_LABELS[name] if item is None else item.label
            line_button.setAccessibleName(f"Line {label}")
            line_button.setToolTip("" if item is None else _line_tool_tip(item))
        for group in (self._group, self._line_group):
            group.setExclusive(True)
        text = "Choose an element"
        if chosen is not None:
            text = f"{self.buttons[chosen.element].cell.name} · {_line_text(chosen)}"
        self._name.show_text(text)

    def _on_element_clicked(self, button: _ElementButton) -> None:
        chosen = self.default_line(button.cell.symbol)
        if chosen is not None:
            self._choose(chosen)

    def _on_line_clicked(self, button: QToolButton) -> None:
        if self._element is not None:
            self._choose(line(f"{self._element}_{button.property('line')}"))

    def _choose(self, chosen: EmissionLine) -> None:
        self._show_lines(chosen)
        self.line_chosen.emit(chosen.key)

    def _on_arrow_pressed(self, start: TableCell, down: int, right: int) -> None:
        """Move the focus to the next element that can be chosen in a direction."""
        ahead = []
        for button in self.buttons.values():
            across, along = button.cell.col - start.col, button.cell.row - start.row
            forward = along * down + across * right
            aside = abs(across if down else along)
            if button.isEnabled() and forward > 0:
                ahead.append((aside * 20 + forward, button.cell.number))
        if ahead:
            self.buttons[PERIODIC_TABLE[min(ahead)[1] - 1].symbol].setFocus()


def _line_tool_tip(item: EmissionLine) -> str:
    """Energy of a line, and what it is easily mistaken for."""
    return "\n".join([f"{item.element} {_line_text(item)}", *confusions(item)])


def _line_text(item: EmissionLine) -> str:
    return f"{_LINE_LABELS[item.name]} {item.energy_kev:.2f} keV"
