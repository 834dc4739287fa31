"""What a batch does to each scan: tasks, one below the other, with a form for the chosen one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import ParameterError
from app.gui.dialogs.fields import ProblemLabel
from app.gui.dialogs.parameters import ParametersForm

_LIST_ROWS = 4
_NOTES_HEIGHT = 84


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A task that can be chosen.

    Parameters
    ----------
    name, title
        As the catalogue of tasks has them.
    parameters
        The frozen dataclass of its parameters.
    formats
        What it can write, the usual one first; empty where there is nothing to choose.
    offered
        Texts to choose from, by the name of a parameter.
    left_out
        Parameters that are not asked for.
    start
        An instance of the dataclass whose values are shown first; None for the usual ones.
    """

    name: str
    title: str
    parameters: type[Any]
    formats: tuple[str, ...] = ()
    offered: Mapping[str, Sequence[str]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    start: Any = None


@dataclass(frozen=True, slots=True)
class ChosenTask:
    """A task with its parameters, an instance of its dataclass, and the formats to write."""

    name: str
    values: Any
    formats: tuple[str, ...] = ()


class TaskForm(QWidget):
    """Formats and parameters of one task.

    Signals
    -------
    changed()
        A value or a format was changed.
    """

    changed = Signal()

    def __init__(
        self, kind: TaskKind, chosen: ChosenTask | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        values = (kind.start or kind.parameters) if chosen is None else chosen.values
        self.form = ParametersForm(values, offered=kind.offered, left_out=kind.left_out)
        self.boxes: dict[str, QCheckBox] = {}
        self._problem = ProblemLabel()
        wanted = (chosen.formats if chosen is not None else ()) or kind.formats[:1]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        if kind.formats:
            line = QHBoxLayout()
            line.addWidget(QLabel(self.tr("Write as")))
            for name in kind.formats:
                box = QCheckBox(name.upper())
                box.setAccessibleName(self.tr("Write as {}").format(name.upper()))
                box.setChecked(name in wanted)
                box.toggled.connect(self._on_changed)
                self.boxes[name] = box
                line.addWidget(box)
            line.addStretch(1)
            layout.addLayout(line)
        layout.addWidget(self._problem)
        layout.addWidget(self.form)
        layout.addStretch(1)
        self.form.changed.connect(self._on_changed)
        self._check()

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that are ticked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    @property
    def problem(self) -> str:
        """What keeps the task from being done; empty when nothing does."""
        return self._problem.text() or self.form.problem

    def chosen(self) -> ChosenTask:
        """The task as it is now; raises ParameterError if a value cannot be used."""
        return ChosenTask(self.kind.name, self.form.values(), self.formats)

    def _check(self) -> None:
        is_none = bool(self.boxes) and not self.formats
        self._problem.show_problem(self.tr("Choose at least one format.") if is_none else "")

    @Slot()
    def _on_changed(self) -> None:
        self._check()
        self.changed.emit()


class TasksPage(QWidget):
    """A list of tasks and the form of the chosen one.

    Parameters
    ----------
    kinds
        What can be chosen.

    Signals
    -------
    changed()
        Tasks came or went, or a value was changed.
    recipe_requested()
        What was done to the open scan is to be done to all.
    """

    changed = Signal()
    recipe_requested = Signal()

    def __init__(self, kinds: Sequence[TaskKind], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = {kind.name: kind for kind in kinds}
        self.add_button = QPushButton(self.tr("Add task"))
        menu = QMenu(self.add_button)
        for kind in kinds:
            menu.addAction(kind.title).triggered.connect(partial(self._on_add, kind.name))
        self.add_button.setMenu(menu)
        self.remove_button = QPushButton(self.tr("Remove task"))
        self.recipe_button = QPushButton(self.tr("As with the open scan"))
        self.recipe_button.setToolTip(
            self.tr("Do to all of these what was done to the scan in the main window")
        )
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Tasks"))
        self.stack = QStackedWidget()
        self.notes = QLabel()
        self._lay_out()
        self.remove_button.clicked.connect(self._on_remove)
        self.recipe_button.clicked.connect(self.recipe_requested)
        self.list.currentRowChanged.connect(self._on_row)
        self.set_notes(())
        self._on_row(-1)

    @property
    def problem(self) -> str:
        """What keeps the tasks from being done; empty when nothing does."""
        if not self.list.count():
            return self.tr("No task was chosen yet.")
        for form in self._forms():
            if form.problem:
                return self.tr("{}: {}").format(form.kind.title, form.problem)
        return ""

    def tasks(self) -> tuple[ChosenTask, ...]:
        """The tasks; those whose values cannot be used are left out, see `problem`."""
        found = []
        for form in self._forms():
            try:
                found.append(form.chosen())
            except ParameterError:
                # said in the form, and by `problem`
                continue
        return tuple(found)

    def set_tasks(self, tasks: Sequence[ChosenTask]) -> None:
        """Show other tasks; those of an unknown kind are passed over."""
        self.list.blockSignals(True)
        self.list.clear()
        while self.stack.count() > 1:
            self._drop(1)
        self.list.blockSignals(False)
        for task in tasks:
            if task.name in self._kinds:
                self._append(TaskForm(self._kinds[task.name], task))
        self.list.setCurrentRow(0)
        self._on_row(self.list.currentRow())
        self.changed.emit()

    def add(self, name: str) -> None:
        """Add a task below the others and go to its form."""
        self._append(TaskForm(self._kinds[name]))
        self.list.setCurrentRow(self.list.count() - 1)
        self.changed.emit()

    def set_notes(self, notes: Sequence[str]) -> None:
        """Say what a recorded recipe leaves out; nothing takes no room."""
        self.notes.setText("\n".join(notes))
        self.notes_area.setVisible(bool(notes))
        self.notes_area.fit()

    def form(self, place: int) -> TaskForm:
        """The form of a task by its place, from 0."""
        return self._forms()[place]

    def _forms(self) -> list[TaskForm]:
        found = []
        # the first page is that of no task
        for place in range(1, self.stack.count()):
            area = self.stack.widget(place)
            inside = area.widget() if isinstance(area, QScrollArea) else None
            if isinstance(inside, TaskForm):
                found.append(inside)
        return found

    def _append(self, form: TaskForm) -> None:
        form.changed.connect(self.changed)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(form)
        # on the page's ground, not on one of their own
        area.viewport().setAutoFillBackground(False)
        form.setAutoFillBackground(False)
        area.setAccessibleName(form.kind.title)
        self.stack.addWidget(area)
        self.list.addItem(form.kind.title)

    def _drop(self, place: int) -> None:
        page = self.stack.widget(place)
        if page is not None:
            self.stack.removeWidget(page)
            page.deleteLater()

    def _on_add(self, name: str, _checked: bool = False) -> None:
        self.add(name)

    @Slot()
    def _on_remove(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self._drop(row + 1)
            self.list.takeItem(row)
            self._on_row(self.list.currentRow())
            self.changed.emit()

    @Slot(int)
    def _on_row(self, row: int) -> None:
        self.stack.setCurrentIndex(row + 1)
        self.remove_button.setEnabled(row >= 0)

    def _lay_out(self) -> None:
        nothing = QLabel(
            self.tr(
                "Add tasks: each is done to every scan, in this order. Or do to all what was "
                "done to the open scan."
            )
        )
        nothing.setProperty("role", "muted")
        nothing.setWordWrap(True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.stack.addWidget(nothing)
        self.notes.setProperty("role", "muted")
        self.notes.setWordWrap(True)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.notes_area = _Notes(self.notes)
        self.notes_area.setAccessibleName(self.tr("What the recipe leaves out"))
        line = QHBoxLayout()
        for button in (self.add_button, self.remove_button, self.recipe_button):
            line.addWidget(button)
        line.addStretch(1)
        row = self.fontMetrics().height() + 6
        self.list.setFixedHeight(_LIST_ROWS * row + 2 * self.list.frameWidth())
        column = QVBoxLayout(self)
        column.addLayout(line)
        column.addWidget(self.list)
        column.addWidget(self.notes_area)
        column.addWidget(self.stack, 1)


class _Notes(QScrollArea):
    """As high as its words, up to a few lines."""

    def __init__(self, words: QLabel) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(words)
        self._words = words
        self.viewport().setAutoFillBackground(False)
        words.setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def fit(self) -> None:
        """Become as high as the words are at this width."""
        needed = self._words.heightForWidth(max(self.width(), 1))
        self.setFixedHeight(min(max(needed, 1), _NOTES_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep to the words when the width changes."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()
