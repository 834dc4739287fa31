"""A pigment library that can be edited: one SQLite file.

Each call opens the file, does one transaction and closes it. Nothing stays locked in between,
several threads and programs may use one library, and what a crash interrupts is taken back when
the library is opened the next time. The file must not be opened by other means while a call is
under way: on some systems closing it would give up SQLite's locks.
"""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import app
from app.core.pigments import Pigment
from app.errors import ParameterError
from app.io import pigment_schema
from app.io.atomic import written
from app.io.formats import shown
from app.io.pigment_archive import LibraryContent
from app.io.pigment_errors import unwritable
from app.io.pigment_guard import (
    check_library_name,
    check_pigment,
    check_pigments,
)
from app.io.pigment_merging import (
    Clash,
    MergeReport,
    Merging,
    check_expected,
    exchange,
    names,
)
from app.io.pigment_records import RecordError
from app.io.pigment_rows import add_row, pigments_in
from app.io.pigment_sqlite import (
    check_no_journal,
    made,
    reading,
    schema_on_disk,
    transaction,
    writing,
)

__all__ = ["SUFFIX", "Clash", "LibraryInfo", "MergeReport", "PigmentStore"]

SUFFIX = pigment_schema.SUFFIX
PATIENCE_S = 2.0
"""How long a call waits for another program's lock, s."""


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """What a library says of itself.

    Parameters
    ----------
    name
        What the user calls it.
    path
        Its file.
    schema_version
        Schema of its tables as they are on disk.
    library_version
        Version of the content; empty for a lab's own library.
    is_read_only
        Whether it was opened for reading only.
    count
        Number of pigments.
    notes
        What its makers say of it.
    created_by
        The program that made it.
    """

    name: str
    path: Path
    schema_version: int
    library_version: str
    is_read_only: bool
    count: int
    notes: str = ""
    created_by: str = ""


class PigmentStore:
    """A library in a file; nothing is opened before the first call.

    Every call raises ReadError if the file is missing, damaged, locked, no pigment library or of
    a newer version. Calls that change it raise WriteError if that is refused, and the library is
    then as it was.

    Parameters
    ----------
    path
        The library's file.
    read_only
        Refuse every change.
    patience_s
        How long to wait for another program's lock, s.
    """

    def __init__(
        self, path: Path, *, read_only: bool = False, patience_s: float = PATIENCE_S
    ) -> None:
        self.path = path
        self.is_read_only = read_only
        self._patience_s = patience_s

    @classmethod
    def create(
        cls,
        path: Path,
        name: str,
        *,
        version: str = "",
        notes: str = "",
        pigments: Iterable[Pigment] = (),
        overwrite: bool = False,
    ) -> "PigmentStore":
        """Make a library; the file is whole or not there, or the one that was there before.

        Raises
        ------
        ParameterError
            If the name is empty, a pigment makes no sense or two have the same name or id.
        WriteError
            If the file exists and `overwrite` is off, or the system refuses.
        """
        check_library_name(name, path)
        wanted = tuple(pigments)
        check_pigments(wanted, path)
        check_no_journal(path)
        row = (name.strip(), version, f"Velatura {app.__version__}", notes)
        with (
            written(path, overwrite=overwrite) as beside,
            made(beside, path) as connection,
            transaction(connection),
        ):
            pigment_schema.make_tables(connection)
            connection.execute("INSERT INTO library VALUES (1, ?, ?, ?, ?)", row)
            for pigment in wanted:
                add_row(connection, pigment)
        return cls(path)

    def info(self) -> LibraryInfo:
        """What the library says of itself."""
        with self._reading() as connection:
            name, version, notes, made_by = _about(connection)
            (count,) = connection.execute("SELECT count(*) FROM pigment").fetchone()
            schema = schema_on_disk(self.path)
        return LibraryInfo(
            name, self.path, schema, version, self.is_read_only, count, notes, made_by
        )

    def pigments(self) -> tuple[Pigment, ...]:
        """All pigments, in the order in which they were added."""
        with self._reading() as connection:
            return pigments_in(connection)

    def content(self) -> LibraryContent:
        """The whole library as it is at one moment."""
        with self._reading() as connection:
            name, version, notes, _ = _about(connection)
            return LibraryContent(name, version, pigments_in(connection), notes)

    def put(self, pigment: Pigment, *, replacing: str | None = None) -> None:
        """Add a pigment, or put it in the place of the one with the id `replacing`.

        Raises
        ------
        ParameterError
            If the pigment makes no sense, another one has its name (whatever its case) or its
            id, or there is none to replace.
        """
        check_pigment(pigment, self.path)
        with self._writing() as connection:
            number = None if replacing is None else _number(connection, replacing, self.path)
            exchange(connection, [] if number is None else [number], [(number, pigment)])

    def change(self, pigment_id: str, how: Callable[[Pigment], Pigment]) -> Pigment:
        """Change one pigment as it is now, so that no edit made from elsewhere is lost.

        Parameters
        ----------
        pigment_id
            The pigment's id.
        how
            Gives the pigment as it shall be; the library is locked until it returns, and stays
            as it was where it raises.

        Returns
        -------
        Pigment
            As it is in the library now.

        Raises
        ------
        ParameterError
            If there is none, or as `put`.
        """
        with self._writing() as connection:
            number = _number(connection, pigment_id, self.path)
            (pigment,) = pigments_in(connection, number)
            changed = how(pigment)
            check_pigment(changed, self.path)
            exchange(connection, [number], [(number, changed)])
        return changed

    def remove(self, pigment_id: str) -> None:
        """Remove the pigment of that id with its spectra.

        Raises
        ------
        ParameterError
            If there is none.
        """
        self.apply(remove=[pigment_id])

    def apply(
        self,
        *,
        put: Iterable[Pigment] = (),
        remove: Iterable[str] = (),
        expected: Iterable[Pigment] | None = None,
    ) -> None:
        """Make several changes, all of them or none.

        Parameters
        ----------
        put
            Each takes the place of the one with its id, or is added where there is none.
        remove
            Ids of those to remove.
        expected
            Those of the pigments concerned that should be there, as they should be; where one
            is another by now, nothing is changed. None to change them as they are.

        Raises
        ------
        ParameterError
            If a pigment makes no sense, two would have the same name, or one to be removed is
            not there.
        WriteError
            If a pigment is not as expected, or as for every change.
        """
        wanted, unwanted = tuple(put), tuple(remove)
        check_pigments(wanted, self.path)
        with self._writing() as connection:
            if expected is not None:
                ids = {*unwanted, *(pigment.id for pigment in wanted)}
                check_expected(connection, ids, tuple(expected), self.path)
            numbers = {known: number for number, known, _ in names(connection)}
            gone = [_number(connection, pigment_id, self.path) for pigment_id in unwanted]
            gone += [numbers[pigment.id] for pigment in wanted if pigment.id in numbers]
            exchange(connection, gone, [(numbers.get(item.id), item) for item in wanted])

    def merge(self, pigments: Iterable[Pigment], clash: Clash) -> MergeReport:
        """Add many pigments, all of them or none.

        Parameters
        ----------
        pigments
            Taken one after the other.
        clash
            What happens to one whose name or id the library has. With REPLACE the one of the same
            name, else that of the same id, gives its place and keeps its id; with KEEP_BOTH the
            new one is renamed "Azurite (2)".

        Raises
        ------
        ParameterError
            If a pigment makes no sense.
        """
        wanted = tuple(pigments)
        for pigment in wanted:
            check_pigment(pigment, self.path)
        with self._writing() as connection:
            merging = Merging(connection)
            for pigment in wanted:
                merging.take(pigment, clash)
        return merging.report()

    def rename(self, name: str, notes: str | None = None) -> None:
        """Give the library another name, and other notes where given.

        Raises
        ------
        ParameterError
            If the name is empty.
        """
        check_library_name(name, self.path)
        with self._writing() as connection:
            connection.execute("UPDATE library SET name = ?", (name.strip(),))
            if notes is not None:
                connection.execute("UPDATE library SET notes = ?", (notes,))

    def copy_to(self, path: Path, *, overwrite: bool = False) -> None:
        """Copy the library as it is at one moment; the copy is whole or not there.

        Raises
        ------
        WriteError
            If the file exists and `overwrite` is off, is this library itself, or the system
            refuses.
        """
        if path.exists() and self.path.exists() and path.samefile(self.path):
            raise unwritable(path, "it is the library that is copied.", "Choose another name.")
        check_no_journal(path)
        with (
            self._reading(migrated=False) as connection,
            written(path, overwrite=overwrite) as beside,
            made(beside, path) as copy,
        ):
            connection.backup(copy)

    def _reading(self, *, migrated: bool = True) -> AbstractContextManager[sqlite3.Connection]:
        return reading(
            self.path,
            read_only=self.is_read_only,
            patience_s=self._patience_s,
            migrated=migrated,
        )

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        if self.is_read_only:
            raise unwritable(
                self.path, "it is open for reading only.", "Copy the pigment to your own library."
            )
        return writing(self.path, patience_s=self._patience_s)


def _about(connection: sqlite3.Connection) -> tuple[str, str, str, str]:
    """Name, version, notes and maker of the library."""
    row = connection.execute("SELECT name, version, notes, created_by FROM library").fetchone()
    if row is None:
        raise RecordError("its name is missing.")
    name, version, notes, made_by = map(str, row)
    return name, version, notes, made_by


def _number(connection: sqlite3.Connection, pigment_id: str, path: Path) -> int:
    """The row of the pigment with that id; ParameterError if there is none."""
    row = connection.execute("SELECT number FROM pigment WHERE id = ?", (pigment_id,)).fetchone()
    if row is None:
        raise ParameterError(
            "There is no such pigment.",
            f"{shown(path.name)}: no pigment with the id “{pigment_id}”.",
            "It may have been removed meanwhile; reload the library.",
            path=path,
        )
    return int(row[0])
