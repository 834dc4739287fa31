"""The one place that holds which pigments are chosen, and that changes libraries, undoably."""

import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from app.core.pigments import Pigment
from app.engine.pigment_libraries import DEFAULT_NAME, Libraries
from app.errors import AppError, ParameterError
from app.gui.pigment_commands import LibraryChange, PigmentCommand, merged
from app.gui.pigment_models import ALL, SHIPPED, LibraryEntry, PigmentRow
from app.gui.pigment_shelf import PigmentShelf
from app.io.pigment_store import Clash, PigmentStore

UNDO_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an edit put a pigment: its library's key and its id there."""

    library: str
    pigment: Pigment


class PigmentDesk(PigmentShelf):
    """What is chosen of the pigments shown, and every change to them.

    A change is written to the library's file at once and can be undone; where writing fails the
    desk and the file stay as they were. The shipped library is never written: editing one of
    its pigments makes a copy in the user's own library.

    Parameters
    ----------
    libraries
        The shipped library and the user's own.
    """

    selection_changed = Signal(object)  # tuple of PigmentRow
    undo_changed = Signal()
    told = Signal(str, str)  # title and text of something worth knowing

    def __init__(self, libraries: Libraries, parent: QObject | None = None) -> None:
        super().__init__(libraries, parent)
        self._selected: tuple[tuple[str, str], ...] = ()
        self._told: tuple[PigmentRow, ...] = ()
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_LIMIT)
        self.undo_stack.indexChanged.connect(self._on_undo_changed)
        self.pigments_changed.connect(self._on_pigments_changed)

    @property
    def selection(self) -> tuple[PigmentRow, ...]:
        """The chosen pigments, in the order of the library."""
        wanted = set(self._selected)
        return tuple(row for row in self._rows if row.place in wanted)

    def select(self, places: Iterable[tuple[str, str]]) -> None:
        """Choose pigments by library and id; those that are not shown are passed over."""
        shown = {row.place for row in self._rows}
        chosen = tuple(place for place in places if place in shown)
        if set(chosen) != set(self._selected):
            self._selected = chosen
            self._told = self.selection
            self.selection_changed.emit(self._told)

    def choose(self, pigment: Pigment) -> None:
        """Choose a pigment by what it is, in another library if the one shown has it not.

        One that has been changed or deleted meanwhile is told to be gone.
        """
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
        self.told.emit(
            self.tr("“{}” is no longer as it was listed.").format(pigment.name),
            self.tr("It has been changed or deleted meanwhile. Find it in the table by its name."),
        )

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

    def add(self, pigment: Pigment, key: str = "") -> Placed | None:
        """Put a new pigment into a library, or into the user's own if that is read-only.

        Parameters
        ----------
        pigment
            Its name and id are changed where they are taken.
        key
            Which library; empty for the one shown.
        """
        return self._add(pigment, self.tr("add {}").format(pigment.name), key or self._shown)

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
            placed = self._add(pigment, text, self._shown)
            if placed is not None:
                self._tell_copied((row,), (placed,))
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
        placed = self._add_all(copies, text)
        if placed and rows[0].library.is_read_only:
            self._tell_copied(rows, placed)

    def remove(self, rows: Sequence[PigmentRow]) -> None:
        """Delete pigments of the user's own libraries; undo brings them back."""
        own = [row for row in rows if not row.library.is_read_only]
        if len(own) < len(rows):
            kept = [row for row in rows if row.library.is_read_only]
            self.failed.emit(
                ParameterError(
                    self.tr("“{}” cannot be deleted.").format(kept[0].pigment.name),
                    self.tr("The library “{}” is read-only.").format(kept[0].library.title),
                    self.tr("Choose pigments of a library that can be written to."),
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

    def take_in(self, pigments: Sequence[Pigment], clash: Clash, key: str = "") -> int | None:
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
        int or None
            How many were written; None where that failed, which is told.
        """
        try:
            target = self._target(key or self._shown)
            there = PigmentStore(target, read_only=True).pigments()
        except AppError as error:
            self.failed.emit(error)
            return None
        change = merged(target, there, pigments, clash)
        if not change.after:
            return 0
        text = self.tr("import {} pigments").format(len(change.after))
        if not self._push(text, (change,)):
            return None
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

    def _tell_copied(self, rows: Sequence[PigmentRow], placed: Sequence[Placed]) -> None:
        own = self.entry(placed[0].library)
        title = (
            self.tr("“{}” is now in “{}”.") if len(rows) == 1 else self.tr("{} are now in “{}”.")
        )
        self.told.emit(
            title.format(_names(item.pigment for item in placed), own.title if own else ""),
            self.tr("The library “{}” stays as it is; change the copy as you like.").format(
                rows[0].library.title
            ),
        )

    def _add(self, pigment: Pigment, text: str, key: str) -> Placed | None:
        placed = self._add_all([(key, pigment)], text)
        return placed[0] if placed else None

    def _add_all(self, copies: Sequence[tuple[str, Pigment]], text: str) -> tuple[Placed, ...]:
        """Write pigments under free names and ids into libraries, or the user's own."""
        groups: dict[Path, list[Pigment]] = {}
        try:
            for key, pigment in copies:
                groups.setdefault(self._target(key), []).append(pigment)
            changes = tuple(
                merged(path, PigmentStore(path, read_only=True).pigments(), new, Clash.KEEP_BOTH)
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
        """The file that a change of a library goes to; the user's own is made when needed."""
        entry = self.entry(key)
        is_own = key not in (ALL, SHIPPED) and not (entry is not None and entry.is_read_only)
        # one that cannot be read now is not replaced by another in silence
        return Path(key) if is_own else self.libraries.default_own().path

    def _default_entry(self) -> LibraryEntry | None:
        name = DEFAULT_NAME.casefold()
        return next((entry for entry in self._entries if entry.title.casefold() == name), None)

    def _choose(self, places: Iterable[tuple[str, str]]) -> None:
        """Choose what was just written, in a view that shows it."""
        wanted = tuple(places)
        if self._shown != ALL and any(key != self._shown for key, _ in wanted):
            self.show_library(ALL)
        self.select(wanted)

    def _push(self, text: str, changes: tuple[LibraryChange, ...]) -> bool:
        # written first: a step that cannot be must not end what can be done again
        if not self._apply(changes):
            return False
        # weak: commands belong to Qt, so a desk they held on to would never be let go
        apply = partial(_apply_to, weakref.WeakMethod(self._apply))
        self.undo_stack.push(PigmentCommand(text, apply, changes))
        return True

    def _apply(self, changes: tuple[LibraryChange, ...]) -> bool:
        """Write changes, all or none; False, and told, when that failed."""
        done: list[LibraryChange] = []
        try:
            for change in changes:
                change.write()
                done.append(change)
        except AppError as error:
            self.failed.emit(error)
            self._take_back(done)
            self.refresh()
            return False
        self.refresh()
        return True

    def _take_back(self, done: Sequence[LibraryChange]) -> None:
        """Undo changes whose followers failed; a file that refuses even that is told."""
        for change in reversed(done):
            try:
                change.reversed().write()
            except AppError as error:
                self.failed.emit(error)

    @Slot(object)
    def _on_pigments_changed(self, rows: tuple[PigmentRow, ...]) -> None:
        """Let go of what is no longer there, and tell what the chosen ones are like now."""
        shown = {row.place for row in rows}
        self._selected = tuple(place for place in self._selected if place in shown)
        if self.selection != self._told:
            self._told = self.selection
            self.selection_changed.emit(self._told)

    @Slot()
    def _on_undo_changed(self) -> None:
        self.undo_changed.emit()


def _apply_to(
    desk: "weakref.WeakMethod[Callable[[tuple[LibraryChange, ...]], bool]]",
    changes: tuple[LibraryChange, ...],
) -> bool:
    apply = desk()
    return apply is not None and bool(apply(changes))


def _names(pigments: Iterable[Pigment]) -> str:
    """One name, or how many there are."""
    names = [pigment.name for pigment in pigments]
    return names[0] if len(names) == 1 else f"{len(names)} pigments"
