"""Pigments in and out: files and libraries asked for, read and written in the background."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from app.core.pigments import Pigment
from app.engine import pigment_libraries
from app.engine.jobs import JobContext
from app.errors import AppError, ParameterError
from app.gui.dialogs.pigment_import import NEW, ImportChoice, PigmentImportDialog
from app.gui.job_manager import JobManager
from app.gui.pigment_desk import PigmentDesk
from app.gui.pigment_models import SHIPPED, PigmentRow
from app.gui.preferences import Preferences
from app.io import pigment_files
from app.io.pigment_archive import LibraryContent
from app.io.pigment_store import SUFFIX, Clash

EXPORT_FILTERS = (
    "Archive (*.pigments.zip);;Library (*.pigments);;Table (*.csv);;"
    "Folder of JSON and HDF5 (*.json)"
)

_NO_SCANS = (SUFFIX, f"{SUFFIX}.zip", ".json")


class PigmentExchange(QObject):
    """Imports, exports, merges and makes libraries, asking what only the user can know."""

    written = Signal(object)  # Path
    told = Signal(str, str)
    failed = Signal(object)  # AppError

    def __init__(
        self, desk: PigmentDesk, jobs: JobManager, preferences: Preferences, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._jobs = jobs
        self._preferences = preferences
        self._window = window
        self._dialog: PigmentImportDialog | None = None

    @property
    def dialog(self) -> PigmentImportDialog | None:
        """The question on screen, if there is one."""
        return self._dialog

    @Slot()
    def ask_import(self) -> None:
        """Ask for a file and take its pigments in."""
        patterns = " ".join(f"*{suffix}" for suffix in pigment_files.suffixes())
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Import pigments"),
            self._preferences.settings.last_open_folder or str(Path.home()),
            self.tr("Pigments ({});;All files (*)").format(patterns),
        )
        if chosen:
            self._preferences.update(last_open_folder=str(Path(chosen).parent))
            self.import_file(Path(chosen))

    def import_file(self, path: Path) -> None:
        """Read a file of pigments in the background, then ask how to take them in."""
        self._jobs.submit(
            self.tr("Read {}").format(path.name),
            partial(_read, path),
            on_done=partial(self._on_read, path),
            is_brief=True,
        )

    @Slot()
    def ask_merge(self) -> None:
        """Ask for another library and take its pigments into one of the user's own."""
        self._desk.load()
        titles = self._sources()
        if not titles:
            self.failed.emit(
                ParameterError(
                    self.tr("There is no other library to merge."),
                    self.tr("Found {} on the list.").format(len(self._desk.entries)),
                    self.tr("Make or import another library first."),
                )
            )
            return
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Merge libraries"))
        dialog.setLabelText(self.tr("Take in the pigments of:"))
        dialog.setComboBoxItems(titles)
        dialog.textValueSelected.connect(self._on_merge_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def ask_new_library(self) -> None:
        """Ask for a name and make an empty library."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("New library"))
        dialog.setLabelText(self.tr("Name of the library:"))
        dialog.setTextValue(self.tr("Our pigments"))
        dialog.textValueSelected.connect(self._desk.create_library)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def export_library(self) -> None:
        """Ask where, and write the pigments of the library shown."""
        self._desk.load()
        entry = self._desk.entry(self._desk.shown)
        self._export(self._desk.rows, self.tr("All pigments") if entry is None else entry.title)

    @Slot()
    def export_chosen(self) -> None:
        """Ask where, and write the chosen pigments."""
        rows = self._desk.selection
        name = rows[0].pigment.name if len(rows) == 1 else self.tr("Chosen pigments")
        self._export(rows, name)

    def _export(self, rows: Sequence[PigmentRow], name: str) -> None:
        target = self._ask_target(name)
        if target is None:
            return
        pigments = tuple(row.pigment for row in rows)
        self._jobs.submit(
            self.tr("Write {}").format(target.name),
            partial(_write, pigments, target, name),
            on_done=self._on_written,
        )

    def _ask_target(self, name: str) -> Path | None:
        """Where to write, replacing what the user agreed to replace; None when dismissed."""
        folder = Path(self._preferences.settings.last_export_folder or Path.home())
        first = EXPORT_FILTERS.split(";;")[0]
        start = folder / f"{_file_name(name)}.pigments.zip"
        title = self.tr("Export pigments")
        chosen, used = QFileDialog.getSaveFileName(
            self._window, title, str(start), EXPORT_FILTERS, first
        )
        if not chosen:
            return None
        asked = target = Path(chosen)
        self._preferences.update(last_export_folder=str(target.parent))
        if not target.name.lower().endswith(pigment_files.suffixes()):
            suffix = (used or first).partition("(*")[2].rstrip(")")
            target = target.with_name(target.name + suffix)
        # JSON goes into a folder of its name; of a file the dialog has asked whether it may go
        whole = target.with_suffix("") if target.suffix.lower() == ".json" else target
        if whole != asked and whole.exists():
            words = self.tr("{} exists already in {}. Do you want to replace it?")
            words = words.format(whole.name, target.parent)
            answer = QMessageBox.question(self._window, title, words)
            return target if answer == QMessageBox.StandardButton.Yes else None
        return target

    def _on_read(self, path: Path, content: LibraryContent) -> None:
        can_list = path.suffix.lower() == SUFFIX
        self._ask_how(path.name, content.pigments, path if can_list else None)

    def _sources(self) -> list[str]:
        """Titles of the libraries that can be merged into another one."""
        entries = self._desk.entries
        own = [entry.title for entry in entries if not entry.is_read_only]
        # where there is one of the user's own alone, all others go into it
        into = own if own == [pigment_libraries.DEFAULT_NAME] else []
        shown = self._desk.shown
        return [item.title for item in entries if item.key != shown and item.title not in into]

    @Slot(str)
    def _on_merge_chosen(self, title: str) -> None:
        try:
            pigments = self._desk.libraries.pigments(title)
        except AppError as error:
            self.failed.emit(error)
            return
        self._ask_how(title, pigments, None)

    def _ask_how(self, source: str, pigments: tuple[Pigment, ...], path: Path | None) -> None:
        self._desk.load()
        own = {entry.key: entry.title for entry in self._desk.entries if not entry.is_read_only}
        own = {key: title for key, title in own.items() if title != source}
        taken = {
            key: frozenset(name.casefold() for name in self._desk.names_in(key)) for key in own
        }
        dialog = PigmentImportDialog(
            source,
            pigments,
            own or {NEW: pigment_libraries.DEFAULT_NAME},
            taken,
            self._desk.shown,
            can_list=path is not None,
            parent=self._window,
        )
        if self._dialog is not None:
            self._dialog.reject()
        self._dialog = dialog
        dialog.accepted.connect(partial(self._on_decided, dialog, pigments, path))
        dialog.finished.connect(partial(self._on_finished, dialog))
        dialog.open()

    def _on_decided(
        self, dialog: PigmentImportDialog, pigments: tuple[Pigment, ...], path: Path | None
    ) -> None:
        choice: ImportChoice = dialog.values()
        if choice.is_listed and path is not None:
            self._list(path)
            return
        key = choice.library or SHIPPED
        count = self._desk.take_in(pigments, Clash(choice.clash), key)
        if count is None:
            return
        left = len(pigments) - count
        title = self.tr("{} pigments were taken in.").format(count)
        self.told.emit(title, self.tr("{} were left out.").format(left) if left else "")

    def _on_finished(self, dialog: PigmentImportDialog, _result: int) -> None:
        if dialog is self._dialog:
            self._dialog = None
        dialog.deleteLater()

    def _list(self, path: Path) -> None:
        try:
            listed = self._desk.libraries.add(path)
        except AppError as error:
            self.failed.emit(error)
            return
        self._desk.refresh()
        self._desk.show_library(str(listed.path))
        self.told.emit(
            self.tr("“{}” is on the list of libraries.").format(listed.name),
            self.tr("It stays in {}.").format(path.parent),
        )

    def _on_written(self, files: tuple[Path, ...]) -> None:
        self.written.emit(files[0])


def is_pigments_file(path: Path) -> bool:
    """Whether a file's name says that it holds pigments; no scan is in such a file."""
    return path.name.lower().endswith(_NO_SCANS)


def _read(path: Path, context: JobContext) -> LibraryContent:
    context.progress(None, "Reading pigments")
    return pigment_files.read_pigments(path)


def _write(
    pigments: tuple[Pigment, ...], target: Path, name: str, context: JobContext
) -> tuple[Path, ...]:
    context.progress(None, "Writing pigments")
    return pigment_libraries.export(pigments, target, name=name, overwrite=True)


def _file_name(name: str) -> str:
    """A name that every system takes as a file's."""
    return "".join(char if char.isalnum() or char in " -_" else "_" for char in name).strip()
