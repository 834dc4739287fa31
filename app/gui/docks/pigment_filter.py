"""What pigments are looked for: words always, the rest in a part that unfolds."""

import re

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.elements import ELEMENT_NAMES
from app.core.pigment_search import Filter
from app.core.pigments import ColourGroup
from app.core.visibility import Level

_FIRST_YEAR, _LAST_YEAR = -20_000, 2100
_WORD = re.compile(r"[A-Za-z]+")


class PigmentFilter(QWidget):
    """A line for words; elements, colour, year and visibility to XRF unfold below it."""

    changed = Signal(object)  # Filter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("Name, synonym or formula"))
        self.text.setAccessibleName(self.tr("Find pigments by words"))
        self.text.setClearButtonEnabled(True)
        self.unfold = QToolButton()
        self.unfold.setText(self.tr("Filter"))
        self.unfold.setCheckable(True)
        self.unfold.setToolTip(self.tr("Find by element, colour, year and visibility to XRF"))
        self.more = QWidget()
        self.elements = QLineEdit()
        self.elements.setPlaceholderText(self.tr("Pb, Sn"))
        self.elements.setClearButtonEnabled(True)
        self.elements.setToolTip(self.tr("Symbols of elements that must all be in the pigment"))
        self.group = QComboBox()
        self.group.addItem(self.tr("any"), None)
        for group in ColourGroup:
            self.group.addItem(group.value, (group,))
        self.year = QLineEdit()
        self.year.setPlaceholderText(self.tr("1650"))
        self.year.setClearButtonEnabled(True)
        self.year.setValidator(QIntValidator(_FIRST_YEAR, _LAST_YEAR, self.year))
        self.year.setToolTip(
            self.tr("A year in which the pigment was in use; negative before our era")
        )
        self.level = QComboBox()
        self.level.addItem(self.tr("any"), None)
        for level, name in (
            (Level.VISIBLE, self.tr("visible")),
            (Level.WEAK, self.tr("weak")),
            (Level.INVISIBLE, self.tr("invisible")),
        ):
            self.level.addItem(name, (level,))
        self.level.setToolTip(self.tr("Whether XRF sees the pigment at all"))
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setProperty("role", "muted")
        self._lay_out()
        self.text.textChanged.connect(self._on_changed)
        self.elements.textChanged.connect(self._on_changed)
        self.year.textChanged.connect(self._on_changed)
        self.group.currentIndexChanged.connect(self._on_changed)
        self.level.currentIndexChanged.connect(self._on_changed)
        self.unfold.toggled.connect(self.more.setVisible)
        self.setFocusProxy(self.text)
        self._on_changed()

    @property
    def value(self) -> Filter:
        """What is looked for; a symbol that is no element finds nothing, and is told."""
        group, level = self.group.currentData(), self.level.currentData()
        return Filter(
            text=self.text.text().strip(),
            elements=self._symbols(),
            group=group[0] if group else None,
            year=int(self.year.text()) if self.year.hasAcceptableInput() else None,
            visibility=level[0] if level else None,
        )

    @Slot()
    def clear(self) -> None:
        """Look for everything."""
        for line in (self.text, self.elements, self.year):
            line.clear()
        self.group.setCurrentIndex(0)
        self.level.setCurrentIndex(0)

    def _symbols(self) -> tuple[str, ...]:
        return tuple(word.capitalize() for word in _WORD.findall(self.elements.text()))

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.text, 1)
        line.addWidget(self.unfold)
        grid = QGridLayout(self.more)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        places = (
            (self.tr("E&lements"), self.elements, 0, 0),
            (self.tr("&Colour"), self.group, 0, 2),
            (self.tr("&Year"), self.year, 1, 0),
            (self.tr("&XRF"), self.level, 1, 2),
        )
        for words, widget, row, column in places:
            label = QLabel(words)
            label.setBuddy(widget)
            widget.setAccessibleName(words.replace("&", ""))
            # half of a narrow dock is all there is
            widget.setMinimumWidth(60)
            grid.addWidget(label, row, column)
            grid.addWidget(widget, row, column + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        grid.addWidget(self.problem, 2, 0, 1, 4)
        self.more.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(line)
        whole.addWidget(self.more)

    @Slot()
    def _on_changed(self) -> None:
        unknown = [symbol for symbol in self._symbols() if symbol not in ELEMENT_NAMES]
        words = self.tr("{} is no element up to uranium.").format(", ".join(unknown))
        self.problem.setText(words if unknown else "")
        self.problem.setVisible(bool(unknown))
        self.changed.emit(self.value)
