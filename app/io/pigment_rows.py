"""Pigments as rows of the library's tables, and back."""

import json
import sqlite3
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.pigments import Pigment, PigmentSpectrum
from app.io.pigment_records import (
    RecordError,
    folded,
    from_record,
    spectrum_from,
    spectrum_record,
    to_record,
)

COUNTS_DTYPE = np.dtype("<f4")
_LISTS = ("components", "srgb", "synonyms")
_SPECTRA = "SELECT * FROM spectrum WHERE ?1 IS NULL OR pigment = ?1 ORDER BY pigment, place"
_PIGMENTS = "SELECT * FROM pigment WHERE ?1 IS NULL OR number = ?1 ORDER BY number"


def add_row(connection: sqlite3.Connection, pigment: Pigment, number: int | None = None) -> int:
    """Insert a pigment with its spectra, in the row of that number or after the last.

    Returns
    -------
    int
        Number of its row.
    """
    row = to_record(pigment)
    row.update({key: json.dumps(row[key], ensure_ascii=False) for key in _LISTS})
    row.update(number=number, folded_name=folded(pigment.name))
    at = _insert(connection, "pigment", row)
    for place, spectrum in enumerate(pigment.spectra):
        counts = np.ascontiguousarray(spectrum.counts, COUNTS_DTYPE).tobytes()
        row = spectrum_record(spectrum)
        row.update(pigment=at, place=place, counts=counts, checksum=zlib.crc32(counts))
        _insert(connection, "spectrum", row)
    return at


def pigments_in(connection: sqlite3.Connection, number: int | None = None) -> tuple[Pigment, ...]:
    """All pigments, in the order in which they were added, or the one in the row of that number.

    Raises
    ------
    RecordError
        If a row makes no pigment; the text names it.
    """
    spectra: dict[int, list[PigmentSpectrum]] = {}
    try:
        for row in _rows(connection, _SPECTRA, number):
            spectra.setdefault(row["pigment"], []).append(_spectrum(row))
        return tuple(
            _pigment(row, tuple(spectra.get(row["number"], ())))
            for row in _rows(connection, _PIGMENTS, number)
        )
    except KeyError as error:
        raise RecordError(f"a column is missing in its tables: {error}.") from error


def _pigment(row: dict[str, Any], spectra: tuple[PigmentSpectrum, ...]) -> Pigment:
    try:
        row.update({key: json.loads(row[key]) for key in _LISTS})
    except (ValueError, TypeError) as error:
        raise RecordError(f"pigment “{row['name']}”: one of its lists is damaged.") from error
    return from_record(row, spectra)


def _spectrum(row: Mapping[str, Any]) -> PigmentSpectrum:
    return spectrum_from(row, _counts(row))


def _counts(row: Mapping[str, Any]) -> NDArray[np.float32]:
    content = row["counts"]
    if not isinstance(content, bytes) or zlib.crc32(content) != row["checksum"]:
        raise RecordError(f"spectrum “{row['label']}”: its counts are damaged.")
    return np.frombuffer(content, COUNTS_DTYPE).astype(np.float32)


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> int:
    columns = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(f":{name}" for name in row)
    # the names are those of our own records; only the values come from outside
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"
    return connection.execute(statement, row).lastrowid or 0


def _rows(
    connection: sqlite3.Connection, statement: str, number: int | None
) -> list[dict[str, Any]]:
    cursor = connection.execute(statement, (number,))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
