"""A set of synthetic scans: pictures in variations of a recipe, and what became of each scan."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QTimer, Signal, SignalInstance, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.gui.dialogs.fields import ProblemLabel
from app.gui.views.labels import QuietLabel
from app.gui.views.variation_table import NAME, VariationTable

# what follows from typing is looked at when the hand rests
CHECK_MS = 200


class SetDialog(QDialog):
    """Takes pictures, variations and a folder, and shows a row for each scan.

    Parameters
    ----------
    recipe
        What all variations begin with, in words.
    columns
        Parameters that variations are asked for, by name with what they are called.
    first
        Texts of the first variation by name.

    Signals
    -------
    pictures_requested(), folder_requested(), variations_requested(), out_requested()
        Files or folders are to be chosen.
    changed()
        Something that decides the set was changed, and the hand rests.
    run_requested()
        The user wants the set.
    """

    pictures_requested = Signal()
    folder_requested = Signal()
    variations_requested = Signal()
    out_requested = Signal()
    changed = Signal()
    run_requested = Signal()

    def __init__(
        self,
        recipe: str,
        columns: Mapping[str, str],
        first: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("A set of synthetic scans"))
        self.pictures: tuple[Path, ...] = ()
        self.out: Path | None = None
        self._is_running = False
        self._places: dict[str, int] = {}
        self._words_of = MappingProxyType(
            {
                "": "",
                "begun": self.tr("being made …"),
                "made": self.tr("made"),
                "kept": self.tr("there already"),
                "failed": self.tr("failed"),
                "cancelled": self.tr("cancelled"),
            }
        )
        self.recipe = QuietLabel("muted", self.tr("Recipe"))
        self.recipe.show_text(recipe)
        self.recipe.setToolTip(recipe)
        self.picture_words = QuietLabel("", self.tr("Pictures"))
        self.out_words = QuietLabel("", self.tr("Folder for the scans"))
        self.table = VariationTable()
        self.scans = QTableWidget(0, 3)
        self.count = QuietLabel("title", self.tr("How many scans"))
        self.problem, self._failure = ProblemLabel(), ""
        self._problem = ""
        self.extra = QVBoxLayout()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.run = QPushButton(self.tr("Generate"))
        self.buttons.addButton(self.run, QDialogButtonBox.ButtonRole.ActionRole)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CHECK_MS)
        self._later.timeout.connect(self.changed)
        self._lay_out()
        self.table.set_columns(columns)
        self.table.changed.connect(self._on_changed)
        self.table.set_rows((first,))
        self.run.clicked.connect(self.run_requested)
        self.buttons.rejected.connect(self.reject)
        self.set_pictures(())
        self.set_out(None)

    def set_pictures(self, pictures: Sequence[Path], folder: str = "") -> None:
        """Take other pictures, all those of a folder if it has a name."""
        self.pictures = tuple(pictures)
        words = self.tr("no pictures yet")
        if self.pictures:
            names = ", ".join(path.name for path in self.pictures)
            words = self.tr("{}: {}").format(folder, names) if folder else names
        self.picture_words.show_text(words)
        self.picture_words.setToolTip(words)
        self._on_changed()

    def set_out(self, folder: Path | None) -> None:
        """Take another folder for the scans."""
        self.out = folder
        self.out_words.show_text(self.tr("no folder yet") if folder is None else str(folder))
        self.out_words.setToolTip("" if folder is None else str(folder))
        self._on_changed()

    def show_plan(self, states: Mapping[str, str], words: str, problem: str) -> None:
        """Show the scans of the set.

        Parameters
        ----------
        states
            By the name of each file: "" where it is to be made, "kept" where it is there.
        words
            How many they are and how large.
        problem
            What keeps them from being made; empty when nothing does.
        """
        self._places = {file: place for place, file in enumerate(states)}
        self.scans.setRowCount(len(states))
        for file, place in self._places.items():
            self.scans.setItem(place, 0, QTableWidgetItem(file))
            self._show_state(place, states[file], "")
        self.count.show_text(words)
        self._problem = problem
        self._check()

    def show_words(self, words: str) -> None:
        """Say how many scans there are and how large."""
        self.count.show_text(words)

    def show_state(self, file: str, state: str, message: str = "") -> None:
        """Show what became of a scan: "begun", "made", "kept", "failed" or "cancelled"."""
        place = self._places.get(file)
        if place is not None:
            self._show_state(place, state, message)
            self.scans.scrollTo(self.scans.model().index(place, 0))

    def state_of(self, file: str) -> tuple[str, str]:
        """State and message of a scan, as they are shown."""
        place = self._places[file]
        cells = [self.scans.item(place, column) for column in (1, 2)]
        state, message = ("" if cell is None else cell.text() for cell in cells)
        return state, message

    def is_begun(self, file: str) -> bool:
        """Whether a scan was begun and has not ended."""
        return self.state_of(file)[0] == self._words_of["begun"]

    def show_error(self, error: AppError) -> None:
        """Say what failed, until something is changed."""
        self._failure = f"{error.title} {error.message} {error.hint}".strip()
        self._check()

    def set_running(self, on: bool) -> None:
        """Let nothing be changed while the set is being made."""
        self._is_running = on
        for part in self._inputs:
            part.setEnabled(not on)
        self.run.setText(self.tr("Generating …") if on else self.tr("Generate"))
        if on:
            self._failure = ""
        self._check()

    def done(self, result: int) -> None:
        """Close; nothing is looked at any more."""
        self._later.stop()
        super().done(result)

    def _show_state(self, place: int, state: str, message: str) -> None:
        for column, text in ((1, self._words_of[state]), (2, message)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            self.scans.setItem(place, column, item)

    def _check(self) -> None:
        self.problem.show_problem(self._failure or self._problem)
        ready = bool(self._places) and self.out is not None and not self._problem
        self.run.setEnabled(ready and not self._is_running)

    @Slot()
    def _on_changed(self) -> None:
        self._failure = ""
        self._later.start()
        # only what was looked at can be made
        self.run.setEnabled(False)

    @Slot()
    def _on_add(self) -> None:
        """Another row like the last one, with the next seed."""
        rows = self.table.rows
        last = dict(rows[-1]) if rows else {}
        if last.get("seed", "").isdigit():
            last["seed"] = str(int(last["seed"]) + 1)
        names = {row.get(NAME, "") for row in rows}
        number = next(n for n in range(len(rows) + 1, 2 * len(rows) + 2) if f"v{n}" not in names)
        self.table.add_row({**last, NAME: f"v{number}"})

    def _lay_out(self) -> None:
        pictures = self._line(
            self.picture_words,
            (self.tr("Pictures…"), self.pictures_requested),
            (self.tr("Folder…"), self.folder_requested),
        )
        out = self._line(self.out_words, (self.tr("Save in…"), self.out_requested))
        adding = QHBoxLayout()
        add, remove = QPushButton(self.tr("Add")), QPushButton(self.tr("Remove"))
        from_file = QPushButton(self.tr("From a file…"))
        from_file.setToolTip(self.tr("Variations from a TOML file, with tables [[variation]]"))
        add.clicked.connect(self._on_add)
        remove.clicked.connect(self.table.remove_row)
        from_file.clicked.connect(self.variations_requested)
        for button in (add, remove, from_file):
            adding.addWidget(button)
        adding.addStretch(1)
        above, below = QGroupBox(self.tr("Variations")), QGroupBox(self.tr("Scans"))
        column = QVBoxLayout(above)
        column.addWidget(self.recipe)
        column.addWidget(self.table)
        column.addLayout(adding)
        self._lay_out_scans(below)
        whole = QVBoxLayout(self)
        for part, stretch in ((_boxed(self.tr("Pictures"), pictures), 0), (above, 2)):
            whole.addWidget(part, stretch)
        whole.addWidget(_boxed(self.tr("Folder for the scans"), out))
        whole.addWidget(below, 3)
        whole.addLayout(self.extra)
        whole.addWidget(self.problem)
        whole.addWidget(self.buttons)
        self._inputs = (pictures, above, out)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self.resize(900, 680)

    def _lay_out_scans(self, box: QGroupBox) -> None:
        scans = self.scans
        scans.setAccessibleName(self.tr("Scans"))
        scans.setHorizontalHeaderLabels([self.tr("File"), self.tr("State"), self.tr("Message")])
        scans.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        scans.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        scans.setTabKeyNavigation(False)
        scans.setWordWrap(False)
        scans.verticalHeader().hide()
        header = scans.horizontalHeader()
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        scans.setColumnWidth(0, 320)
        scans.setColumnWidth(1, 120)
        column = QVBoxLayout(box)
        column.addWidget(self.count)
        column.addWidget(scans)

    def _line(self, words: QuietLabel, *buttons: tuple[str, SignalInstance]) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(words, 1)
        for text, signal in buttons:
            button = QPushButton(text)
            button.clicked.connect(signal)
            row.addWidget(button)
        return line


def _boxed(title: str, part: QWidget) -> QGroupBox:
    box = QGroupBox(title)
    QVBoxLayout(box).addWidget(part)
    return box
