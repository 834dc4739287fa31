"""Changes of several pigments at once within one transaction, and what became of each."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from app.core.pigments import Pigment
from app.io.pigment_errors import unwritable
from app.io.pigment_guard import id_taken, name_taken
from app.io.pigment_records import folded, free_name, identifier
from app.io.pigment_rows import add_row, pigments_in


class Clash(StrEnum):
    """What happens to a pigment whose name or id a library has already."""

    SKIP = "skip"
    REPLACE = "replace"
    KEEP_BOTH = "keep both"


@dataclass(frozen=True, slots=True)
class MergeReport:
    """Names of the pigments that a merge added, replaced and left out.

    Parameters
    ----------
    added
        As they are called in the library now, renamed ones included.
    replaced
        Taken in the place of one that was there.
    skipped
        Left out, since the library has them.
    renamed
        Pairs of the name as it came and as it is in the library.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


class Merging:
    """Takes pigments into a library one by one and keeps what became of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # asked once: within one transaction nobody else changes them
        self._numbers: dict[str, int] = {}
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for number, known, name in names(connection):
            self._note(number, known, name)
        self._added: list[str] = []
        self._replaced: list[str] = []
        self._skipped: list[str] = []
        self._renamed: list[tuple[str, str]] = []

    def take(self, pigment: Pigment, clash: Clash) -> None:
        """Take one, or leave it out, as `clash` says."""
        name_key = folded(pigment.name)
        same = self._ids.get(name_key, pigment.id)
        if same not in self._numbers:
            self._add(pigment)
        elif clash is Clash.SKIP:
            self._skipped.append(pigment.name)
        elif clash is Clash.REPLACE:
            self._replace(same, pigment)
        else:
            name = free_name(pigment.name, self._ids)
            is_free = pigment.id not in self._numbers
            free_id = pigment.id if is_free else identifier(name, self._numbers)
            self._add(replace(pigment, name=name, id=free_id))
            if name != pigment.name:
                self._renamed.append((pigment.name, name))

    def _add(self, pigment: Pigment) -> None:
        number = add_row(self._connection, pigment)
        self._note(number, pigment.id, folded(pigment.name))
        self._added.append(pigment.name)

    def _replace(self, kept_id: str, pigment: Pigment) -> None:
        """Put a pigment in the place of the one with that id."""
        number = self._numbers[kept_id]
        self._connection.execute("DELETE FROM pigment WHERE number = ?", (number,))
        add_row(self._connection, replace(pigment, id=kept_id), number)
        del self._ids[self._names[kept_id]]
        self._note(number, kept_id, folded(pigment.name))
        self._replaced.append(pigment.name)

    def _note(self, number: int, pigment_id: str, name_key: str) -> None:
        """Remember where a pigment is and what it is called."""
        self._numbers[pigment_id] = number
        self._ids[name_key] = pigment_id
        self._names[pigment_id] = name_key

    def report(self) -> MergeReport:
        """What became of all taken so far."""
        return MergeReport(
            tuple(self._added), tuple(self._replaced), tuple(self._skipped), tuple(self._renamed)
        )


def exchange(
    connection: sqlite3.Connection,
    gone: Sequence[int],
    come: Sequence[tuple[int | None, Pigment]],
) -> None:
    """Delete the rows of those numbers, then insert pigments in rows of the numbers given.

    Raises
    ------
    ParameterError
        If a pigment has the name or the id of one that stays.
    """
    connection.executemany("DELETE FROM pigment WHERE number = ?", [(row,) for row in gone])
    entries = names(connection)
    taken_ids = {entry[1] for entry in entries}
    taken_names = {entry[2] for entry in entries}
    for number, pigment in come:
        if folded(pigment.name) in taken_names:
            raise name_taken(pigment.name)
        if pigment.id in taken_ids:
            raise id_taken(pigment)
        add_row(connection, pigment, number)


def check_expected(
    connection: sqlite3.Connection, ids: set[str], expected: tuple[Pigment, ...], path: Path
) -> None:
    """Raise WriteError if one of the pigments of those ids is not as expected."""
    there = {pigment.id: pigment for pigment in pigments_in(connection) if pigment.id in ids}
    known = {pigment.id: pigment for pigment in expected}
    for pigment_id in sorted({*ids, *known}):
        if there.get(pigment_id) != known.get(pigment_id):
            raise unwritable(
                path,
                f"the pigment “{pigment_id}” has been edited from elsewhere meanwhile.",
                "Look at it as it is now, and make the change again if it is still wanted.",
            )


def names(connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """Row number, id and case-folded name of every pigment."""
    return connection.execute("SELECT number, id, folded_name FROM pigment").fetchall()
