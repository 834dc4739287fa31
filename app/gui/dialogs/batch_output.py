"""Where a batch writes and under what names, with what the names will be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.batch.naming import FIELDS, PlannedOutput, pattern_problem
from app.core.batch.plan import DEFAULT_PATTERN
from app.gui.dialogs.fields import CheckedField
from app.gui.theme import problem_colour
from app.gui.views.labels import QuietLabel

# what follows from typing is looked at when the hand rests
CHECK_MS = 200
PATTERNS = (DEFAULT_PATTERN, "{stem}_{task}_{model}", "{stem}/{task}", "{folder}/{stem}_{task}")
_ADDRESS = re.compile(r"([a-z]+://)?[^\s/]+:\d{1,5}")
_SHOWN = 200
_MOST_JOBS = 256
_MOST_MEMORY_MB = 1_048_576


@dataclass(frozen=True, slots=True)
class OutputChoice:
    """Where and under what names results go.

    Parameters
    ----------
    folder
        Empty where none was chosen.
    pattern
        As `app.core.batch.naming` reads it.
    overwrite
        Whether files of these names are replaced.
    jobs
        Most scans at once; 0 for as many as memory allows.
    memory_mb
        What all work together may use, MB; 0 for a part of what is free.
    """

    folder: str = ""
    pattern: str = DEFAULT_PATTERN
    overwrite: bool = False
    jobs: int = 0
    memory_mb: float = 0.0


class OutputPage(QWidget):
    """Folder, pattern, a preview of the names, and how much at once.

    Signals
    -------
    changed()
        Something was changed, and the hand rests.
    folder_requested()
        A folder is to be chosen.
    """

    changed = Signal()
    folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder = QLineEdit()
        self.folder.setAccessibleName(self.tr("Folder for the results"))
        self.folder.setPlaceholderText(self.tr("no folder yet"))
        self.browse = QPushButton(self.tr("Choose…"))
        self.browse.setAccessibleName(self.tr("Choose a folder for the results"))
        self.pattern = QComboBox()
        self.pattern.setEditable(True)
        self.pattern.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.pattern.addItems(list(PATTERNS))
        self.pattern_field = CheckedField(self.pattern, self.tr("Pattern of the names"))
        self.insert = QPushButton(self.tr("Field"))
        self.overwrite = QCheckBox(self.tr("Replace files of these names that others wrote"))
        self.jobs, self.memory = QSpinBox(), QSpinBox()
        self.scheduler = QLineEdit()
        self.scheduler_field = CheckedField(self.scheduler, self.tr("Scheduler"))
        self.count = QuietLabel("title", self.tr("How many files"))
        self.names = QTableWidget(0, 2)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CHECK_MS)
        self._later.timeout.connect(self.changed)
        self._set_up()
        self._lay_out()
        self._connect()
        self.show_names((), "")

    @property
    def problem(self) -> str:
        """What is wrong with folder or pattern; empty when nothing is."""
        if not self.folder.text().strip():
            return self.tr("No folder for the results was chosen yet.")
        if not PurePath(self.folder.text().strip()).is_absolute():
            return self.tr("The folder for the results is not given from the root on.")
        return pattern_problem(self.pattern.currentText()) or self._scheduler_problem()

    @property
    def scheduler_address(self) -> str:
        """Of the scheduler whose machines do the work; empty for this machine."""
        return self.scheduler.text().strip()

    def values(self) -> OutputChoice:
        """What is chosen now."""
        return OutputChoice(
            self.folder.text().strip(),
            self.pattern.currentText(),
            self.overwrite.isChecked(),
            self.jobs.value(),
            float(self.memory.value()),
        )

    def set_values(self, choice: OutputChoice) -> None:
        """Show another choice."""
        self.folder.setText(choice.folder)
        self.pattern.setEditText(choice.pattern)
        self.overwrite.setChecked(choice.overwrite)
        self.jobs.setValue(choice.jobs)
        self.memory.setValue(round(choice.memory_mb))

    def set_folder(self, folder: str) -> None:
        """Take another folder."""
        self.folder.setText(folder)

    def show_names(self, names: Sequence[PlannedOutput], problem: str) -> None:
        """Show what will be written, names with conflicts first.

        Parameters
        ----------
        problem
            Why there are no names yet; empty when there are.
        """
        folder = self.folder.text().strip()
        wrong = [item for item in names if item.conflict]
        shown = [*wrong, *(item for item in names if not item.conflict)][:_SHOWN]
        self.names.setRowCount(len(shown))
        red = QColor(problem_colour(QApplication.palette()))
        for place, item in enumerate(shown):
            below = _below(item.path, folder)
            words = (f"{below}/" if item.is_folder else below, item.conflict)
            for column, text in enumerate(words):
                cell = QTableWidgetItem(text)
                cell.setToolTip(item.conflict or item.path)
                if item.conflict:
                    cell.setForeground(red)
                self.names.setItem(place, column, cell)
        self.names.setColumnHidden(1, not wrong)
        self.count.show_text(problem or self._count_words(names, len(wrong)))

    def stop(self) -> None:
        """Look at nothing any more."""
        self._later.stop()

    def _count_words(self, names: Sequence[PlannedOutput], wrong: int) -> str:
        files = sum(not item.is_folder for item in names)
        parts = []
        if files:
            parts.append(f"{files} {_plural('file', files)}")
        folders = len(names) - files
        if folders:
            parts.append(f"{folders} {_plural('folder', folders)}")
        if len(names) > _SHOWN:
            parts.append(self.tr("the first {} are shown").format(_SHOWN))
        if wrong:
            parts.append(f"{wrong} {_plural('conflict', wrong)}")
        return " · ".join(parts) or self.tr("No names yet")

    def _on_insert(self, name: str, _checked: bool = False) -> None:
        line = self.pattern.lineEdit()
        if line is not None:
            line.insert(f"{{{name}}}")
            line.setFocus()

    def _scheduler_problem(self) -> str:
        address = self.scheduler_address
        if not address or _ADDRESS.fullmatch(address):
            return ""
        return self.tr("“{}” is no address; write it such as tcp://host:8786.").format(address)

    @Slot()
    def _on_changed(self) -> None:
        self.scheduler_field.show_problem(self._scheduler_problem())
        # a scheduler shares out by its workers' threads
        for spin in (self.jobs, self.memory):
            spin.setEnabled(not self.scheduler_address)
        self.pattern_field.show_problem(pattern_problem(self.pattern.currentText()))
        self._later.start()

    def _connect(self) -> None:
        self.browse.clicked.connect(self.folder_requested)
        self.folder.textChanged.connect(self._on_changed)
        self.pattern.editTextChanged.connect(self._on_changed)
        self.overwrite.toggled.connect(self._on_changed)
        self.jobs.valueChanged.connect(self._on_changed)
        self.memory.valueChanged.connect(self._on_changed)
        self.scheduler.textChanged.connect(self._on_changed)

    def _set_up(self) -> None:
        self.insert.setAccessibleName(self.tr("Insert a field into the pattern"))
        menu = QMenu(self.insert)
        words = {
            "stem": self.tr("the scan's name"),
            "folder": self.tr("the folder it lies in"),
            "number": self.tr("its place in the list"),
            "task": self.tr("the task"),
            "model": self.tr("the model, where there is one"),
        }
        for name in FIELDS:
            action = menu.addAction(f"{{{name}}} – {words[name]}")
            action.triggered.connect(partial(self._on_insert, name))
        self.insert.setMenu(menu)
        for spin, name, most in (
            (self.jobs, self.tr("Scans at once"), _MOST_JOBS),
            (self.memory, self.tr("Memory for all"), _MOST_MEMORY_MB),
        ):
            spin.setRange(0, most)
            spin.setSpecialValueText(self.tr("as memory allows"))
            spin.setAccessibleName(name)
        self.memory.setSpecialValueText(self.tr("a part of what is free"))
        self.memory.setSuffix(" MB")
        self.memory.setSingleStep(512)
        names = self.names
        names.setAccessibleName(self.tr("Names of the results"))
        names.setHorizontalHeaderLabels([self.tr("Will be written"), self.tr("Conflict")])
        names.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        names.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        names.setTabKeyNavigation(False)
        names.setWordWrap(False)
        names.setShowGrid(False)
        names.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        names.verticalHeader().hide()
        names.verticalHeader().setDefaultSectionSize(names.fontMetrics().height() + 6)
        header = names.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Folder"), _beside(self.folder, self.browse))
        form.addRow(self.tr("Names"), _beside(self.pattern_field, self.insert))
        form.addRow("", self.overwrite)
        below = QFormLayout()
        below.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        below.addRow(self.tr("Scans at once"), self.jobs)
        below.addRow(self.tr("Memory for all"), self.memory)
        below.addRow(self.tr("Scheduler"), self.scheduler_field)
        self.scheduler.setPlaceholderText(self.tr("this machine"))
        self.scheduler.setToolTip(
            self.tr(
                "Address of a Dask scheduler, such as tcp://host:8786, whose machines do the "
                "work; they see scans and results under the same paths."
            )
        )
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.count)
        column.addWidget(self.names, 1)
        column.addLayout(below)


def _beside(field: QWidget, button: QWidget) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(field, 1)
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return line


def _below(path: str, folder: str) -> str:
    """A path within a folder as it is named there; another one whole."""
    found = PurePath(path)
    return str(found.relative_to(folder)) if found.is_relative_to(folder) else path


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
