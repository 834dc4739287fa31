import errno
import os
import sqlite3
from pathlib import Path

import pytest

from app.errors import ReadError, WriteError
from app.io.pigment_errors import (
    damage_found,
    journal_of,
    newer,
    store_trouble,
    system_refused,
    unreadable,
    unwritable,
)

LAB = Path("/somewhere/lab.pigments")


def trouble(code, *, writing=True, path=LAB):
    error = sqlite3.OperationalError("the library's own words")
    error.sqlite_errorcode = code
    return store_trouble(path, error, writing=writing)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_BUSY, "another program has locked it."),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "another program has locked it."),
        (sqlite3.SQLITE_LOCKED, "another program has locked it."),
        (sqlite3.SQLITE_READONLY, "it may only be read."),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "its folder may not be written to."),
        (sqlite3.SQLITE_READONLY_ROLLBACK, "a change to it was interrupted"),
        (sqlite3.SQLITE_FULL, "there is no room left on its drive."),
        (sqlite3.SQLITE_IOERR_FSYNC, "its drive reports a failure."),
        (sqlite3.SQLITE_NOTADB, "its content is not that of a pigment library."),
        (sqlite3.SQLITE_CANTOPEN, "the file or its folder may not be written to."),
        (sqlite3.SQLITE_CORRUPT, "it is damaged or cut short (of unknown size found)"),
    ],
)
def test_each_failure_has_its_words(code, words):
    error = trouble(code)
    assert isinstance(error, WriteError)
    assert error.message.startswith(f"lab.pigments: {words}")
    assert error.hint.endswith(".")
    assert error.path == LAB
    assert isinstance(trouble(code, writing=False), ReadError)


def test_a_failure_without_a_number_is_damage():
    error = store_trouble(LAB, sqlite3.Error("odd"), writing=False)
    assert error.message.endswith("odd.")


def test_a_journal_explains_what_cannot_be_opened(tmp_path):
    path = tmp_path / "lab.pigments"
    assert "the system does not let it" in trouble(14, writing=False, path=path).message
    journal_of(path).touch()
    assert "was interrupted" in trouble(14, writing=False, path=path).message


def test_damage_is_told_with_the_size(tmp_path):
    (tmp_path / "lab").write_bytes(bytes(12_345))
    assert damage_found(tmp_path / "lab", "odd. ").endswith("(12,345 bytes found): odd.")


def test_errors_name_the_file():
    assert newer(LAB, 3, 1).message == (
        "lab.pigments: it was made by a newer Velatura: schema 3, this one knows 1."
    )
    refused = system_refused(LAB, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    assert refused.message == "lab.pigments: Permission denied."
    assert unreadable(LAB, "it is odd.").message == "lab.pigments: it is odd."
    assert unwritable(LAB, "it is odd.").path == LAB
