"""What goes wrong with pigment libraries, in words."""

import sqlite3
from pathlib import Path

from app.errors import AppError, ReadError, WriteError
from app.io.formats import shown

CANNOT_OPEN = "Cannot open this pigment library."
CANNOT_CHANGE = "Cannot change this pigment library."

_COPY_AGAIN = "Copy it again from where it was made, or from a backup; it was left as it is."
_CLOSE_OTHER = "Close the other program that uses it, or wait a moment, and try again."
_MAKE_ROOM = "Free some space on that drive and try again; the library is as it was before."
_ALLOW = "Allow writing to the file and its folder, or work on a copy of the library."


def unreadable(path: Path, found: str, hint: str = _COPY_AGAIN) -> ReadError:
    """The error for a library that is not what it should be."""
    return ReadError(CANNOT_OPEN, f"{shown(path.name)}: {found}", hint, path=path)


def unwritable(path: Path, found: str, hint: str = _ALLOW) -> WriteError:
    """The error for a library that cannot be changed; it is as it was before."""
    return WriteError(CANNOT_CHANGE, f"{shown(path.name)}: {found}", hint, path=path)


def system_refused(path: Path, error: OSError) -> ReadError:
    """Tell in words why the system would not read a file."""
    reason = error.strerror or str(error) or type(error).__name__
    return unreadable(
        path,
        f"{reason}.",
        "Check that the file is still there, that you may read it and that its drive answers.",
    )


def newer(path: Path, found: int, known: int) -> ReadError:
    """Tell that a file was made by a later version."""
    return unreadable(
        path,
        f"it was made by a newer Velatura: schema {found}, this one knows {known}.",
        "Update Velatura to open it; it was left as it is.",
    )


def store_trouble(path: Path, error: sqlite3.Error, *, writing: bool) -> AppError:
    """Tell in words what SQLite reports.

    Parameters
    ----------
    path
        The library.
    error
        What was raised.
    writing
        Whether the library was to be changed.
    """
    code = getattr(error, "sqlite_errorcode", None) or 0
    # the lower eight bits are the kind of failure, the others its details
    kind = code & 0xFF
    refusal = unwritable if writing else unreadable
    if code == sqlite3.SQLITE_READONLY_DIRECTORY:
        return refusal(path, "its folder may not be written to.", _ALLOW)
    if code == sqlite3.SQLITE_READONLY_ROLLBACK or (
        kind == sqlite3.SQLITE_CANTOPEN and journal_of(path).exists()
    ):
        return refusal(
            path,
            "a change to it was interrupted and cannot be taken back, since the file or its "
            "folder may not be written to.",
            "Open it once where it may be written, together with the file beside it that ends "
            "in “-journal”.",
        )
    words = {
        sqlite3.SQLITE_BUSY: ("another program has locked it.", _CLOSE_OTHER),
        sqlite3.SQLITE_LOCKED: ("another program has locked it.", _CLOSE_OTHER),
        sqlite3.SQLITE_READONLY: ("it may only be read.", _ALLOW),
        sqlite3.SQLITE_PERM: ("the system does not allow it.", _ALLOW),
        sqlite3.SQLITE_CANTOPEN: _cannot_open(writing),
        sqlite3.SQLITE_FULL: ("there is no room left on its drive.", _MAKE_ROOM),
        sqlite3.SQLITE_NOTADB: ("its content is not that of a pigment library.", _COPY_AGAIN),
        sqlite3.SQLITE_IOERR: (
            "its drive reports a failure.",
            "Check the drive and its connection and try again.",
        ),
    }
    if kind in words:
        return refusal(path, *words[kind])
    return refusal(path, damage_found(path, str(error)), _COPY_AGAIN)


def damage_found(path: Path, reason: str) -> str:
    """Say that a library is damaged, with its size, since most are cut short."""
    try:
        size = f"{path.stat().st_size:,} bytes"
    except OSError:
        size = "of unknown size"
    return f"it is damaged or cut short ({size} found): {reason.strip().rstrip('.')}."


def _cannot_open(writing: bool) -> tuple[str, str]:
    if writing:
        return "the file or its folder may not be written to.", _ALLOW
    return "the system does not let it be opened.", "Check that you may read the file."


def journal_of(path: Path) -> Path:
    """The file in which SQLite keeps what a change that is under way replaces."""
    return path.with_name(f"{path.name}-journal")
