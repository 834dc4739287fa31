"""Opening a pigment library's SQLite file for one transaction, with what fails told in words.

The file is looked at as it lies on disk before SQLite may recover it, so that a file that is no
pigment library, or one of a newer version, is never altered.
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from app.io import pigment_schema
from app.io.pigment_errors import (
    damage_found,
    journal_of,
    newer,
    store_trouble,
    system_refused,
    unreadable,
    unwritable,
)
from app.io.pigment_records import RecordError


@contextlib.contextmanager
def reading(
    path: Path, *, read_only: bool, patience_s: float, migrated: bool = True
) -> Iterator[sqlite3.Connection]:
    """Give a connection that sees one state of the library.

    A library of an older schema is brought to today's in memory; its file stays as it is.

    Parameters
    ----------
    path
        The library.
    read_only
        Do not write to the file, but to take back a change that a crash interrupted.
    patience_s
        How long to wait for another program's lock, s.
    migrated
        Off to see an older library as it is.

    Raises
    ------
    ReadError
        If it is missing, damaged, locked, no pigment library or of a newer version, or a row
        makes no pigment.
    """
    with errors_told(path, writing=False):
        schema = schema_on_disk(path)
        # a file with a half written change in it cannot be read before that is taken back
        mode = "ro" if read_only and not journal_of(path).exists() else "rw"
        with _opened(path, mode, patience_s) as connection:
            connection.execute("BEGIN")
            _check(connection, path)
            if schema == pigment_schema.SCHEMA_VERSION or not migrated:
                yield connection
            else:
                with contextlib.closing(sqlite3.connect(":memory:")) as copy:
                    connection.backup(copy)
                    pigment_schema.migrate(copy)
                    yield copy


@contextlib.contextmanager
def writing(path: Path, *, patience_s: float) -> Iterator[sqlite3.Connection]:
    """Give a connection for one change, which is on disk when the block ends without an error.

    A library of an older schema becomes one of today's with the first change.

    Raises
    ------
    ReadError
        If it is missing, damaged, no pigment library or of a newer version.
    WriteError
        If it is locked, may not be written to or the drive is full; it is then as it was.
    """
    with errors_told(path, writing=True):
        schema_on_disk(path)
        with _opened(path, "rw", patience_s) as connection, transaction(connection):
            _check(connection, path)
            pigment_schema.migrate(connection)
            yield connection


@contextlib.contextmanager
def made(path: Path, target: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a new, empty file that will become the target.

    Raises
    ------
    WriteError
        If the system refuses; the message names the target.
    """
    with errors_told(target, writing=True), _opened(path, "rwc", 0.0) as connection:
        yield connection


def check_no_journal(path: Path) -> None:
    """Make sure that no journal waits for a library that is to be made or replaced.

    SQLite would take the pages in it for those of the new file and spoil it.

    Raises
    ------
    WriteError
        If there is one.
    """
    for name in (f"{path.name}-journal", f"{path.name}-wal"):
        if path.with_name(name).exists():
            raise unwritable(
                path,
                f"{name} lies beside it, left from a change of a library of this name that was "
                "interrupted.",
                "Open that library once, or move the file elsewhere, or choose another name.",
            )


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One change; where an error leaves the block, closing the connection takes it back."""
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("COMMIT")


@contextlib.contextmanager
def errors_told(path: Path, *, writing: bool) -> Iterator[None]:
    """Turn what SQLite, the system and the rows report into errors for the user."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_trouble(path, error, writing=writing) from error
    except RecordError as error:
        raise unreadable(path, str(error)) from error
    except UnicodeDecodeError as error:
        # names of columns, and what SQLite says of a damaged file, need not be text
        raise unreadable(path, damage_found(path, "its tables are no text")) from error


def schema_on_disk(path: Path) -> int:
    """The schema of a library, from its first page alone.

    Raises
    ------
    ReadError
        If it is missing, a folder, empty, no pigment library or of a newer version.
    sqlite3.Error
        If it cannot be opened or is no SQLite file.
    """
    _check_file(path)
    # SQLite itself must do the looking: see the remark on locks in `app.io.pigment_store`
    with contextlib.closing(_connected(path, "mode=ro&immutable=1", 0.0)) as connection:
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
    if mark != pigment_schema.APPLICATION_ID or schema < 1:
        raise unreadable(
            path,
            "it is an SQLite file of another program, not a pigment library.",
            "Choose a library made by Velatura; this file was left as it is.",
        )
    if schema > pigment_schema.SCHEMA_VERSION:
        raise newer(path, schema, pigment_schema.SCHEMA_VERSION)
    return int(schema)


def _check_file(path: Path) -> None:
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise unreadable(
            path, "there is no such file.", "Check whether it was moved or renamed."
        ) from error
    except OSError as error:
        raise system_refused(path, error) from error
    if stat.S_ISDIR(found.st_mode):
        raise unreadable(path, "this is a folder.", "Choose the library's file.")
    if not stat.S_ISREG(found.st_mode):
        raise unreadable(path, "this is not a file.", "Choose the library's file.")
    if found.st_size == 0:
        raise unreadable(path, "the file is empty (0 bytes).")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Make sure that the file is whole; the connection holds its lock on it."""
    faults = connection.execute("PRAGMA quick_check(1)").fetchone()
    if faults != ("ok",):
        raise unreadable(path, damage_found(path, str(faults[0])))
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    if path.stat().st_size < pages * page_bytes:
        expected = f"at least {pages * page_bytes:,} bytes expected"
        raise unreadable(path, damage_found(path, expected))


@contextlib.contextmanager
def _opened(path: Path, mode: str, patience_s: float) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(_connected(path, f"mode={mode}", patience_s)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA synchronous = FULL")
        if mode == "rwc":
            # nothing to take back in a file that is thrown away when it cannot be finished,
            # and no journal to be left beside it; later connections keep theirs on disk
            connection.execute("PRAGMA journal_mode = MEMORY")
        yield connection


def _connected(path: Path, options: str, patience_s: float) -> sqlite3.Connection:
    # transactions are begun and ended by hand
    return sqlite3.connect(
        f"{_uri(path)}?{options}", uri=True, timeout=patience_s, isolation_level=None
    )


def _uri(path: Path) -> str:
    """The address of a file as SQLite takes it; also of names that are no text."""
    name = quote(os.fsencode(path.absolute().as_posix()))
    # drive letters come after a slash; names on a server bring two of their own
    return f"file://{name}" if name.startswith("/") else f"file:///{name}"
