"""The one place that holds which pigments are looked at, and that changes libraries, undoably."""

import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoStack

from app.core.pigments import Pigment, PigmentSpectrum
from app.engine.pigment_libraries import Libraries, ListedLibrary
from app.engine.pigment_spectra import with_spectrum
from app.errors import AppError, ParameterError
from app.gui.pigment_commands import LibraryChange, PigmentCommand
from app.gui.pigment_models import ALL, SHIPPED, LibraryEntry, PigmentRow
from app.io.pigment_records import free_name, identifier
from app.io.pigment_store import Clash, PigmentStore

UNDO_LIMIT = 200
# several files change within one transaction; what they hold is looked at once afterwards
_REREAD_MS = 150


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an edit put a pigment: its library's key and its id there."""

    library: str
    pigment: Pigment


class PigmentDesk(QObject):
    """Which library is shown, its pigments, what is chosen, and every change to them.

    A change is written to the library's file at once and can be undone; where writing fails the
    desk and the file stay as they were. The shipped library is never written: editing one of
    its pigments makes a copy in the user's own library.

    Parameters
    ----------
    libraries
        The shipped library and the user's own.
    """

    library_changed = Signal()  # the list of libraries, or which is shown
    pigments_changed = Signal(object)  # tuple of PigmentRow
    selection_changed = Signal(object)  # tuple of PigmentRow
    undo_changed = Signal()
    failed = Signal(object)  # AppError
    told = Signal(str, str)  # title and text of something worth knowing

    def __init__(self, libraries: Libraries, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.libraries = libraries
        self._entries: tuple[LibraryEntry, ...] = ()
        self._rows: tuple[PigmentRow, ...] = ()
        self._shown = ALL
        self._selected: tuple[tuple[str, str], ...] = ()
        self._is_loaded = False
        self._unreadable: set[str] = set()
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_LIMIT)
        self.undo_stack.indexChanged.connect(self._on_undo_changed)
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

    @property
    def selection(self) -> tuple[PigmentRow, ...]:
        """The chosen pigments, in the order of the library."""
        wanted = set(self._selected)
        return tuple(row for row in self._rows if row.place in wanted)

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

    def select(self, places: Iterable[tuple[str, str]]) -> None:
        """Choose pigments by library and id; those that are not shown are passed over."""
        shown = {row.place for row in self._rows}
        chosen = tuple(place for place in places if place in shown)
        if set(chosen) != set(self._selected):
            self._selected = chosen
            self.selection_changed.emit(self.selection)

    def choose(self, pigment: Pigment) -> None:
        """Choose a pigment by what it is, in another library if the one shown has it not."""
        self.load()
        for key in dict.fromkeys((self._shown, ALL)):
            try:
                found = [row.place for row in self.rows_of(key) if row.pigment == pigment]
            except AppError as error:
                self.failed.emit(error)
                return
            if found:
                self.show_library(key)
                self.select(found[:1])
                return

    def all_pigments(self) -> tuple[Pigment, ...]:
        """The pigments of every library, whichever is shown."""
        return tuple(row.pigment for row in self.rows_of(ALL))

    def names_in(self, key: str) -> tuple[str, ...]:
        """Names taken in a library; in that where an edit of the shipped one would go."""
        if key in (ALL, SHIPPED):
            own = self._default_entry()
            key = "" if own is None else own.key
        try:
            return tuple(row.pigment.name for row in self.rows_of(key))
        except AppError as error:
            self.failed.emit(error)
            return ()

    def add(self, pigment: Pigment) -> Placed | None:
        """Put a new pigment into the library shown, or the user's own if that is read-only."""
        return self._add(pigment, self.tr("add {}").format(pigment.name))

    def edit(self, row: PigmentRow, pigment: Pigment) -> Placed | None:
        """Change a pigment; one of the shipped library is copied into the user's own.

        Returns
        -------
        Placed or None
            Where the changed pigment is; None when nothing was written.
        """
        if pigment == row.pigment:
            return Placed(row.library.key, pigment)
        text = self.tr("edit {}").format(pigment.name)
        if row.library.is_read_only:
            placed = self._add(pigment, text)
            if placed is not None:
                own = self.entry(placed.library)
                self.told.emit(
                    self.tr("“{}” is now in “{}”.").format(
                        placed.pigment.name, own.title if own else ""
                    ),
                    self.tr("The library “{}” stays as it is; your copy holds the change.").format(
                        row.library.title
                    ),
                )
            return placed
        pigment = replace(pigment, id=row.pigment.id)
        change = LibraryChange(Path(row.library.key), (row.pigment,), (pigment,))
        if not self._push(text, (change,)):
            return None
        self._choose(((row.library.key, pigment.id),))
        return Placed(row.library.key, pigment)

    def duplicate(self, rows: Sequence[PigmentRow]) -> None:
        """Copy pigments under new names, beside themselves or into the user's own library."""
        copies = [(row.library.key, row.pigment) for row in rows]
        text = self.tr("duplicate {}").format(_names(row.pigment for row in rows))
        self._add_all(copies, text)

    def remove(self, rows: Sequence[PigmentRow]) -> None:
        """Delete pigments of the user's own libraries; undo brings them back."""
        own = [row for row in rows if not row.library.is_read_only]
        if len(own) < len(rows):
            kept = [row for row in rows if row.library.is_read_only]
            self.failed.emit(
                ParameterError(
                    self.tr("“{}” cannot be deleted.").format(kept[0].pigment.name),
                    self.tr("The library “{}” comes with Velatura and is read-only.").format(
                        kept[0].library.title
                    ),
                    self.tr("Look at a library of your own to see only its pigments."),
                )
            )
            return
        libraries = dict.fromkeys(row.library.key for row in own)
        changes = tuple(
            LibraryChange(
                Path(key), tuple(row.pigment for row in own if row.library.key == key), ()
            )
            for key in libraries
        )
        if changes:
            self._push(self.tr("delete {}").format(_names(row.pigment for row in own)), changes)

    def attach(self, row: PigmentRow, spectrum: PigmentSpectrum) -> Placed | None:
        """Give a pigment a reference spectrum, in place of one of the same label and kind."""
        return self.edit(row, with_spectrum(row.pigment, spectrum))

    def take_in(self, pigments: Sequence[Pigment], clash: Clash, key: str = "") -> int:
        """Put pigments of another library into one of the user's own.

        Parameters
        ----------
        pigments
            As they were read.
        clash
            What happens to one whose name or id is there already.
        key
            Which library; empty for the one shown, or the user's own if that is read-only.

        Returns
        -------
        int
            How many were written.
        """
        try:
            target = self._target(key or self._shown)
            there = PigmentStore(target, read_only=True).pigments()
        except AppError as error:
            self.failed.emit(error)
            return 0
        change = _merged(target, there, pigments, clash)
        text = self.tr("import {} pigments").format(len(change.after))
        if not change.after or not self._push(text, (change,)):
            return 0
        self._choose((str(target), pigment.id) for pigment in change.after)
        return len(change.after)

    def rewrite(
        self, path: Path, before: Sequence[Pigment], after: Sequence[Pigment], text: str
    ) -> bool:
        """Replace pigments of one library in one undoable step, as when spectra are computed.

        Returns
        -------
        bool
            Whether it was written.
        """
        return self._push(text, (LibraryChange(path, tuple(before), tuple(after)),))

    def create_library(self, name: str) -> None:
        """Make an empty library of the user's own and show it."""
        try:
            store = self.libraries.create(name)
        except AppError as error:
            self.failed.emit(error)
            return
        self.refresh()
        self.show_library(str(store.path))

    def undo(self) -> None:
        """Take the last change back; where that cannot be written it stays done."""
        index = self.undo_stack.index()
        command = self.undo_stack.command(index - 1) if index else None
        self.undo_stack.undo()
        if isinstance(command, PigmentCommand) and command.is_done:
            self.undo_stack.redo()

    def redo(self) -> None:
        """Do the next change again; where that cannot be written it stays undone."""
        command = self.undo_stack.command(self.undo_stack.index())
        self.undo_stack.redo()
        if isinstance(command, PigmentCommand) and not command.is_done:
            self.undo_stack.undo()

    def stop(self) -> None:
        """Watch no more files; for when the window closes."""
        self._reread.stop()
        self._watcher.blockSignals(True)

    def _add(self, pigment: Pigment, text: str) -> Placed | None:
        placed = self._add_all([(self._shown, pigment)], text)
        return placed[0] if placed else None

    def _add_all(self, copies: Sequence[tuple[str, Pigment]], text: str) -> tuple[Placed, ...]:
        """Write pigments under free names and ids into libraries, or the user's own."""
        groups: dict[Path, list[Pigment]] = {}
        try:
            for key, pigment in copies:
                groups.setdefault(self._target(key), []).append(pigment)
            changes = tuple(
                _merged(path, PigmentStore(path, read_only=True).pigments(), new, Clash.KEEP_BOTH)
                for path, new in groups.items()
            )
        except AppError as error:
            self.failed.emit(error)
            return ()
        if not self._push(text, changes):
            return ()
        placed = tuple(
            Placed(str(change.path), pigment) for change in changes for pigment in change.after
        )
        self._choose((item.library, item.pigment.id) for item in placed)
        return placed

    def _target(self, key: str) -> Path:
        """The file that a change of a library goes to; made when first needed."""
        entry = self.entry(key)
        if entry is not None and not entry.is_read_only:
            return Path(entry.key)
        return self.libraries.default_own().path

    def _default_entry(self) -> LibraryEntry | None:
        name = "my pigments"
        return next((entry for entry in self._entries if entry.title.casefold() == name), None)

    def _choose(self, places: Iterable[tuple[str, str]]) -> None:
        """Choose what was just written, in a view that shows it."""
        wanted = tuple(places)
        if self._shown != ALL and any(key != self._shown for key, _ in wanted):
            self.show_library(ALL)
        self.select(wanted)

    def _push(self, text: str, changes: tuple[LibraryChange, ...]) -> bool:
        # weak: commands belong to Qt, so a desk they held on to would never be let go
        apply = partial(_apply_to, weakref.WeakMethod(self._apply))
        command = PigmentCommand(text, apply, changes)
        self.undo_stack.push(command)
        return command.is_done

    def _apply(self, changes: tuple[LibraryChange, ...]) -> bool:
        """Write changes, all or none; False, and told, when that failed."""
        done: list[LibraryChange] = []
        try:
            for change in changes:
                change.write()
                done.append(change)
        except AppError as error:
            for change in reversed(done):
                change.reversed().write()
            self.failed.emit(error)
            self.refresh()
            return False
        self.refresh()
        return True

    def _read_rows(self) -> None:
        try:
            rows = self.rows_of(self._shown)
        except AppError as error:
            self.failed.emit(error)
            return
        if rows != self._rows:
            before = self.selection
            self._rows = rows
            self.pigments_changed.emit(rows)
            shown = {row.place for row in rows}
            self._selected = tuple(place for place in self._selected if place in shown)
            if self.selection != before:
                self.selection_changed.emit(self.selection)

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
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        missing = [path for path in sorted(wanted - watched) if Path(path).exists()]
        if missing:
            self._watcher.addPaths(missing)

    @Slot(str)
    def _on_file_changed(self, _path: str) -> None:
        self._reread.start()

    @Slot()
    def _on_undo_changed(self) -> None:
        self.undo_changed.emit()


def _apply_to(desk: "weakref.WeakMethod[...]", changes: tuple[LibraryChange, ...]) -> bool:
    apply = desk()
    return apply is not None and bool(apply(changes))


def _entry(item: ListedLibrary) -> LibraryEntry:
    key = SHIPPED if item.path is None else str(item.path)
    return LibraryEntry(key, item.name, item.is_read_only)


def _names(pigments: Iterable[Pigment]) -> str:
    """One name, or how many there are."""
    names = [pigment.name for pigment in pigments]
    return names[0] if len(names) == 1 else f"{len(names)} pigments"


def _merged(
    path: Path, there: Sequence[Pigment], new: Sequence[Pigment], clash: Clash
) -> LibraryChange:
    """The change that takes pigments into a library, clashes settled."""
    by_id = {pigment.id: pigment for pigment in there}
    by_name = {pigment.name.casefold(): pigment for pigment in there}
    before: list[Pigment] = []
    after: list[Pigment] = []
    for pigment in new:
        old = by_name.get(pigment.name.casefold()) or by_id.get(pigment.id)
        if old is not None and clash is Clash.SKIP:
            continue
        if old is not None and clash is Clash.REPLACE:
            taken = replace(pigment, id=old.id)
            before.append(old)
        else:
            name = free_name(pigment.name, by_name)
            key = pigment.id if pigment.id not in by_id else identifier(name, by_id)
            taken = replace(pigment, name=name, id=key)
        after.append(taken)
        by_id[taken.id] = by_name[taken.name.casefold()] = taken
    return LibraryChange(path, tuple(before), tuple(after))
