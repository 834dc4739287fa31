"""The pigment libraries there are, which of them is shown, and what it holds."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from app.core.pigments import Pigment
from app.engine.library_list import ListedLibrary
from app.engine.pigment_libraries import Libraries
from app.errors import AppError
from app.gui.pigment_models import ALL, SHIPPED, LibraryEntry, PigmentRow
from app.io.pigment_store import PigmentStore

# several files change within one transaction; what they hold is looked at once afterwards
_REREAD_MS = 150


class PigmentShelf(QObject):
    """Shows one library or all; a file that is changed from outside is read again.

    Nothing is read before `load`, so that a window without pigments costs nothing.

    Parameters
    ----------
    libraries
        The shipped library and the user's own.
    """

    library_changed = Signal()  # the list of libraries, or which is shown
    pigments_changed = Signal(object)  # tuple of PigmentRow
    failed = Signal(object)  # AppError

    def __init__(self, libraries: Libraries, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.libraries = libraries
        self._entries: tuple[LibraryEntry, ...] = ()
        self._rows: tuple[PigmentRow, ...] = ()
        self._shown = ALL
        self._is_loaded = False
        self._unreadable: set[str] = set()
        self._watcher = QFileSystemWatcher(self)
        self._reread = QTimer(self)
        self._reread.setSingleShot(True)
        self._reread.setInterval(_REREAD_MS)
        self._reread.timeout.connect(self.refresh)
        self._watcher.fileChanged.connect(self._on_file_changed)
        self._watcher.directoryChanged.connect(self._on_file_changed)

    @property
    def is_loaded(self) -> bool:
        """Whether the libraries have been read; before that nothing is shown."""
        return self._is_loaded

    @property
    def entries(self) -> tuple[LibraryEntry, ...]:
        """The libraries, the shipped one first."""
        return self._entries

    @property
    def shown(self) -> str:
        """Key of the library shown: `ALL`, `SHIPPED` or a file's path."""
        return self._shown

    @property
    def rows(self) -> tuple[PigmentRow, ...]:
        """The pigments of the library shown."""
        return self._rows

    @property
    def pigments(self) -> tuple[Pigment, ...]:
        """The same without their libraries."""
        return tuple(row.pigment for row in self._rows)

    def entry(self, key: str) -> LibraryEntry | None:
        """The library of a key."""
        return next((entry for entry in self._entries if entry.key == key), None)

    def load(self) -> None:
        """Read the libraries, unless that has been done."""
        if not self._is_loaded:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read the libraries anew, and tell what differs."""
        self._is_loaded = True
        try:
            listed = self.libraries.all()
        except AppError as error:
            self.failed.emit(error)
            return
        self._tell_unreadable(listed)
        entries = tuple(_entry(item) for item in listed if item.problem is None)
        known = {entry.key for entry in entries}
        is_gone = self._shown != ALL and self._shown not in known
        if entries != self._entries or is_gone:
            self._entries = entries
            self._shown = ALL if is_gone else self._shown
            self.library_changed.emit()
        self._read_rows()
        self._watch(listed)

    def show_library(self, key: str) -> None:
        """Show another library: `ALL`, `SHIPPED` or a file's path."""
        self.load()
        if key != self._shown and (key == ALL or self.entry(key) is not None):
            self._shown = key
            self.library_changed.emit()
            self._read_rows()

    def all_pigments(self) -> tuple[Pigment, ...]:
        """The pigments of every library, whichever is shown."""
        return tuple(row.pigment for row in self.rows_of(ALL))

    def rows_of(self, key: str) -> tuple[PigmentRow, ...]:
        """The pigments of a library, whichever is shown, as its file holds them now.

        Raises
        ------
        AppError
            If a file cannot be read.
        """
        found: list[PigmentRow] = []
        for entry in self._entries:
            if key in (ALL, entry.key):
                if entry.key == SHIPPED:
                    pigments = self.libraries.shipped().pigments
                else:
                    pigments = PigmentStore(Path(entry.key), read_only=True).pigments()
                found += [PigmentRow(pigment, entry) for pigment in pigments]
        return tuple(found)

    def row_at(self, place: tuple[str, str]) -> PigmentRow | None:
        """The pigment of a library's key and an id, as its file holds it now; None if gone.

        Raises
        ------
        AppError
            If the file cannot be read.
        """
        return next((row for row in self.rows_of(place[0]) if row.place == place), None)

    def stop(self) -> None:
        """Watch no more files; for when the window closes."""
        self._reread.stop()
        self._watcher.blockSignals(True)

    def _read_rows(self) -> None:
        try:
            rows = self.rows_of(self._shown)
        except AppError as error:
            self.failed.emit(error)
            return
        if rows != self._rows:
            self._rows = rows
            self.pigments_changed.emit(rows)

    def _tell_unreadable(self, listed: Sequence[ListedLibrary]) -> None:
        """Tell of each library that cannot be read once, not at every look."""
        problems = {str(item.path): item.problem for item in listed if item.problem is not None}
        for path, problem in problems.items():
            if path not in self._unreadable:
                self.failed.emit(problem)
        self._unreadable = set(problems)

    def _watch(self, listed: Sequence[ListedLibrary]) -> None:
        wanted = {str(item.path) for item in listed if item.path is not None}
        wanted |= {str(Path(path).parent) for path in wanted}
        # also when the last library in it is gone, as it may come back
        wanted.add(str(self.libraries.folder))
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        missing = [path for path in sorted(wanted - watched) if Path(path).exists()]
        if missing:
            self._watcher.addPaths(missing)

    @Slot(str)
    def _on_file_changed(self, _path: str) -> None:
        self._reread.start()


def _entry(item: ListedLibrary) -> LibraryEntry:
    key = SHIPPED if item.path is None else str(item.path)
    return LibraryEntry(key, item.name, item.is_read_only)
