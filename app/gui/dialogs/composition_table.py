"""The composition of a pigment: a row per compound, checked as it is typed."""

from collections.abc import Sequence
from functools import partial
from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.formulas import FormulaError, parse_formula
from app.core.pigments import Component
from app.gui.dialogs.fields import NumberEdit, tab_before
from app.gui.theme import problem_colour
from app.gui.views.formula_text import formula_html, marked_html

MOST_COMPONENTS = 20


class FormulaLine(QLineEdit):
    """A line for a formula that knows what is wrong with it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText("2PbCO3·Pb(OH)2")

    @property
    def error(self) -> FormulaError | None:
        """Why the formula cannot be read; None when it can."""
        try:
            parse_formula(self.text())
        except FormulaError as error:
            return error
        return None


class FormulaNote(QLabel):
    """Below a formula: how it is printed, or which of its characters is wrong and why."""

    def __init__(self, line: FormulaLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        line.textChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say it of the formula as it stands."""
        text, error = self._line.text(), self._line.error
        if error is None:
            self.setText(formula_html(text))
            self._line.setAccessibleDescription("")
            return
        colour = problem_colour(self.palette())
        words = f'<span style="color:{colour}">{_sentence(error.reason)}</span>'
        marked = marked_html(text, error.position, colour)
        self.setText(f"{marked} &nbsp; {words}" if text.strip() else words)
        place = self.tr("Character {}: {}").format(error.position + 1, error.reason)
        self._line.setAccessibleDescription(place)

    def changeEvent(self, ev: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(ev)
        if ev.type() == QEvent.Type.PaletteChange:
            self.refresh()


class _Row:
    """The widgets of one compound."""

    def __init__(self, number: int, words: "CompositionTable") -> None:
        tr = words.tr
        self.formula = FormulaLine(tr("Formula of compound {}").format(number))
        self.share = NumberEdit(tr("Share of compound {}").format(number))
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name of compound {}").format(number))
        self.remove = QToolButton()
        self.remove.setText("−")
        self.remove.setAutoRaise(True)
        self.remove.setToolTip(tr("Remove this compound"))
        self.remove.setAccessibleName(tr("Remove compound {}").format(number))
        self.note = FormulaNote(self.formula)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """All of them, as one tabs through them."""
        return (self.formula, self.share, self.name, self.remove, self.note)

    def component(self) -> Component:
        """The compound as typed; a share that is no number is 0, which no share may be."""
        share = self.share.value
        return Component(
            self.formula.text().strip(), 0.0 if share is None else share, self.name.text().strip()
        )


class CompositionTable(QWidget):
    """Formula, share of the mass and name of each compound; none for a dye without lines.

    Signals
    -------
    changed()
        Something was typed, added or removed.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._is_read_only = False
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(2, 2)
        self._heads = [
            QLabel(text) for text in (self.tr("Formula"), self.tr("Parts, mass"), self.tr("Name"))
        ]
        for column, head in enumerate(self._heads):
            head.setProperty("role", "muted")
            self._grid.addWidget(head, 0, column)
        self._empty = QLabel(self.tr("None: known by its colour alone."))
        self._empty.setProperty("role", "muted")
        self.add_button = QPushButton(self.tr("Add compound"))
        self.add_button.clicked.connect(self._on_add)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.addLayout(self._grid)
        column_layout.addWidget(self._empty)
        column_layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._arrange()

    @property
    def components(self) -> tuple[Component, ...]:
        """The compounds as typed, wrong ones too."""
        return tuple(row.component() for row in self._rows)

    @property
    def problem(self) -> str:
        """What is wrong with the first row that cannot be used; empty when all can."""
        for number, row in enumerate(self._rows, 1):
            error = row.formula.error
            if error is not None:
                place = self.tr("Compound {}, character {}: {}")
                return place.format(number, error.position + 1, error.reason)
            share = row.share.value
            if share is None or share <= 0:
                found = row.share.problem or self.tr("Found {:g}; expected more than 0.").format(
                    share
                )
                return self.tr("Compound {}, parts: {}").format(number, found)
        return ""

    def set_components(self, components: Sequence[Component]) -> None:
        """Show compounds."""
        while self._rows:
            self._discard(self._rows.pop())
        for component in components:
            self._append(component)
        self._arrange()

    def set_read_only(self, on: bool) -> None:
        """Show the compounds without letting them be changed."""
        self._is_read_only = on
        self._arrange()

    def formula_line(self, row: int) -> FormulaLine:
        """The line of a compound's formula."""
        return self._rows[row].formula

    def share_edit(self, row: int) -> NumberEdit:
        """The number of a compound's share."""
        return self._rows[row].share

    def note(self, row: int) -> str:
        """What is said below a compound's formula, as HTML."""
        return self._rows[row].note.text()

    def _append(self, component: Component) -> _Row:
        row = _Row(len(self._rows) + 1, self)
        row.formula.setText(component.formula)
        row.share.set_value(component.share)
        row.name.setText(component.name)
        row.formula.textChanged.connect(self.changed)
        row.share.changed.connect(self.changed)
        row.name.textChanged.connect(self.changed)
        row.remove.clicked.connect(partial(self._on_remove, row))
        self._rows.append(row)
        return row

    def _arrange(self) -> None:
        for number, row in enumerate(self._rows):
            line = 1 + 2 * number
            for column, widget in enumerate(row.widgets[:4]):
                self._grid.addWidget(widget, line, column)
            self._grid.addWidget(row.note, line + 1, 0, 1, 3)
            row.formula.setReadOnly(self._is_read_only)
            row.share.set_read_only(self._is_read_only)
            row.name.setReadOnly(self._is_read_only)
            row.remove.setVisible(not self._is_read_only)
            row.name.setPlaceholderText("" if self._is_read_only else self.tr("name, if any"))
        tab_before(self.add_button, [item for row in self._rows for item in row.widgets[:4]])
        for head in self._heads:
            head.setVisible(bool(self._rows))
        self._empty.setVisible(not self._rows)
        self.add_button.setVisible(not self._is_read_only)
        self.add_button.setEnabled(len(self._rows) < MOST_COMPONENTS)

    def _discard(self, row: _Row) -> None:
        for widget in row.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def _on_add(self) -> None:
        row = self._append(Component("", 1.0))
        self._arrange()
        row.formula.setFocus()
        self.changed.emit()

    def _on_remove(self, row: _Row) -> None:
        components = list(self.components)
        del components[self._rows.index(row)]
        # numbered anew, as their names for screen readers are
        self.set_components(components)
        self.add_button.setFocus()
        self.changed.emit()


def _sentence(text: str) -> str:
    return escape(text[:1].upper() + text[1:])
