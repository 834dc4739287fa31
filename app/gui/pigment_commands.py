"""The undoable change of pigment libraries: it writes to the file at once, and back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtGui import QUndoCommand

from app.core.pigments import Pigment
from app.io.pigment_records import folded, free_name, identifier
from app.io.pigment_store import Clash, PigmentStore


@dataclass(frozen=True, slots=True)
class LibraryChange:
    """What one library holds before and after; pigments of the same id replace each other.

    Parameters
    ----------
    path
        The library's file.
    before, after
        Only the pigments concerned.
    """

    path: Path
    before: tuple[Pigment, ...]
    after: tuple[Pigment, ...]

    def reversed(self) -> "LibraryChange":
        """The change that takes this one back."""
        return LibraryChange(self.path, self.after, self.before)

    def write(self) -> None:
        """Write it to the file, all of it or nothing.

        Raises
        ------
        WriteError
            If the pigments are no longer what they were before this change, as somebody else
            has edited the file meanwhile.
        AppError
            If the file cannot be read or written.
        """
        kept = {pigment.id for pigment in self.after}
        PigmentStore(self.path).apply(
            put=self.after,
            remove=[pigment.id for pigment in self.before if pigment.id not in kept],
            expected=self.before,
        )


class PigmentCommand(QUndoCommand):
    """A change of libraries that has been written and can be taken back.

    Qt counts a command as done or undone whatever comes of it; `is_done` says what the files
    hold, and a step that could not be written is passed over the next time.

    Parameters
    ----------
    text
        To follow "Undo" and "Redo": "edit Azurite".
    apply
        Writes changes and says whether that succeeded.
    changes
        What has been written, one for each library.
    """

    def __init__(
        self,
        text: str,
        apply: Callable[[tuple[LibraryChange, ...]], bool],
        changes: tuple[LibraryChange, ...],
    ) -> None:
        super().__init__(text)
        self._apply = apply
        self._changes = changes
        self.is_done = True

    def redo(self) -> None:
        """Write the change again; nothing when Qt asks for it as the command is pushed."""
        if not self.is_done:
            self.is_done = self._apply(self._changes)

    def undo(self) -> None:
        """Write what was there before."""
        if self.is_done:
            back = tuple(change.reversed() for change in reversed(self._changes))
            self.is_done = not self._apply(back)


def merged(
    path: Path, there: Sequence[Pigment], new: Sequence[Pigment], clash: Clash
) -> LibraryChange:
    """The change that takes pigments into a library, clashes settled.

    Parameters
    ----------
    path
        The library's file.
    there
        What it holds.
    new
        What is taken in.
    clash
        What happens to one whose name or id is there already.
    """
    known = {pigment.id: pigment for pigment in there}
    by_id = dict(known)
    by_name = {folded(pigment.name): pigment for pigment in there}
    after: dict[str, Pigment] = {}
    for pigment in new:
        old = by_name.get(folded(pigment.name)) or by_id.get(pigment.id)
        if old is not None and clash is Clash.SKIP:
            continue
        if old is not None and clash is Clash.REPLACE:
            taken = replace(pigment, id=old.id)
            del by_name[folded(old.name)]
        else:
            name = free_name(pigment.name, by_name)
            key = pigment.id if pigment.id not in by_id else identifier(name, by_id)
            taken = replace(pigment, name=name, id=key)
        after[taken.id] = by_id[taken.id] = by_name[folded(taken.name)] = taken
    before = tuple(known[key] for key in after if key in known)
    return LibraryChange(path, before, tuple(after.values()))
