"""Fields that say beside themselves what is wrong with what was typed."""

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

_BEFORE_OUR_ERA = ("bce", "bc")
_NUMBER_WIDTH = 9


def tab_before(last: QWidget, widgets: Sequence[QWidget]) -> None:
    """Let the Tab key go through widgets made later, then to one that was there already."""
    before = last
    for outer in widgets:
        # one that hands the keyboard on would take what is inside it to the end
        widget = outer.focusProxy() or outer
        QWidget.setTabOrder(before, widget)
        before = widget
    if widgets:
        # taken out of its old place, which the others then hold
        QWidget.setTabOrder(before, last)


class EditorDialog(QDialog):
    """A dialog where Enter belongs to the fields: it presses no button."""

    def showEvent(self, event: QShowEvent) -> None:
        """Take from the buttons what a box of buttons gives to one of them when it is shown."""
        super().showEvent(event)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
            button.setDefault(False)


class ProblemLabel(QLabel):
    """A line below a field that says what is wrong with it; it takes no room otherwise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "problem")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.hide()

    def show_problem(self, message: str) -> None:
        """Say what is wrong; an empty message says nothing."""
        self.setText(message)
        self.setVisible(bool(message))


class CheckedField(QWidget):
    """A field with what is wrong with it written below.

    Parameters
    ----------
    editor
        What takes the keyboard.
    name
        For screen readers, which also get what is wrong.
    """

    def __init__(self, editor: QWidget, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        editor.setAccessibleName(name)
        self._problem = ProblemLabel()
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(editor)
        column.addWidget(self._problem)
        column.addWidget(self._note)
        self.setFocusProxy(editor)

    @property
    def problem(self) -> str:
        """What is said to be wrong; empty when nothing is."""
        return self._problem.text()

    def show_problem(self, message: str) -> None:
        """Say what is wrong with the field."""
        self._problem.show_problem(message)
        self.editor.setAccessibleDescription(message)

    @property
    def note(self) -> str:
        """What is said that keeps nothing from being accepted."""
        return self._note.text()

    def show_note(self, text: str) -> None:
        """Say something worth knowing of the field; an empty text says nothing."""
        self._note.setText(text)
        self._note.setVisible(bool(text))


class NumberEdit(QWidget):
    """A number with its unit, typed freely: what is no number is said, not silently changed.

    Parameters
    ----------
    name
        What the number is, for screen readers and messages.
    unit
        Shown after the number.
    """

    changed = Signal()

    def __init__(self, name: str, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self._shown: tuple[str, float] | None = None
        self.line.setAccessibleName(f"{name} ({unit})" if unit else name)
        width = self.line.fontMetrics().horizontalAdvance("0") * _NUMBER_WIDTH
        self.line.setFixedWidth(width + 14)
        self.line.textChanged.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line)
        if unit:
            row.addWidget(QLabel(unit))
        row.addStretch(1)
        self.setFocusProxy(self.line)

    @property
    def value(self) -> float | None:
        """The number, all its figures while untouched; None where what was typed is none."""
        if self._shown is not None and self._shown[0] == self.line.text():
            return self._shown[1]
        text = self.line.text().strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    @property
    def problem(self) -> str:
        """What keeps the text from being a number; empty when it is one."""
        if self.value is not None:
            return ""
        typed = self.line.text().strip()
        return (
            self.tr("“{}” is not a number.").format(typed) if typed else self.tr("A number is due.")
        )

    def set_value(self, value: float) -> None:
        """Show a number with at most six figures."""
        self._shown = (f"{value:.6g}", value)
        self.line.setText(self._shown[0])

    def set_read_only(self, on: bool) -> None:
        """Show the number without letting it be changed."""
        self.line.setReadOnly(on)


class YearEdit(QLineEdit):
    """A year, open when empty; before our era as "-3100" or "3100 BC"."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(self.tr("open"))
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * _NUMBER_WIDTH + 14)

    @property
    def value(self) -> int | None:
        """The year, negative before our era; None where it is open or cannot be read."""
        text = self.text().strip().lower().replace("\N{MINUS SIGN}", "-")
        sign = 1
        for ending in _BEFORE_OUR_ERA:
            if text.endswith(ending):
                text, sign = text.removesuffix(ending).strip(), -1
        try:
            return sign * int(text)
        except ValueError:
            return None

    @property
    def problem(self) -> str:
        """What keeps the text from being a year; empty when it is one or open."""
        typed = self.text().strip()
        if not typed or self.value is not None:
            return ""
        return self.tr("“{}” is not a year; write it like 1724 or 3100 BC.").format(typed)

    def set_value(self, year: int | None) -> None:
        """Show a year."""
        if year is None:
            self.clear()
        else:
            self.setText(str(year) if year >= 0 else f"{-year} BC")


class TextEdit(QPlainTextEdit):
    """Some lines of plain text; Tab goes on to the next field.

    Parameters
    ----------
    rows
        How many lines are seen at once.
    """

    def __init__(self, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        margins = 2 * int(self.document().documentMargin()) + 2 * self.frameWidth()
        self.setFixedHeight(self.fontMetrics().lineSpacing() * rows + margins)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
