"""A whole pigment library in one zip file: reproducible byte for byte, readable by anything.

`library.json` holds everything but the counts, and how many channels each spectrum has;
`counts.npy` holds those of all spectra end to end, float32, in the order of `library.json`.
Nothing is compressed, dates are those of the zip format's first day, so the same library always
gives the same bytes.
"""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.pigments import Pigment
from app.io.atomic import written
from app.io.pigment_errors import newer, system_refused, unreadable
from app.io.pigment_guard import check_library_name, check_pigments
from app.io.pigment_records import (
    RecordError,
    channels_of,
    folded,
    from_record,
    spectrum_from,
    spectrum_record,
    to_record,
)

SUFFIX = ".pigments.zip"
SCHEMA_VERSION = 1

_FORMAT = "velatura pigments"
_CONTENTS = "library.json"
_COUNTS = "counts.npy"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_READ_WRITE = 0o100644 << 16
_UNIX = 3
_COUNTS_DTYPE = np.dtype("<f4")
# far above any library, far below what fills a computer's memory
_MOST_BYTES = 512 * 2**20
_MOST_CONTENTS_BYTES = 32 * 2**20
_MOST_MEMBERS = 100_000
_MOST_HEADER_BYTES = 4096
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class LibraryContent:
    """A whole library in memory.

    Parameters
    ----------
    name
        What it is called.
    version
        Version of its content; empty where it has none.
    pigments
        In the library's order.
    notes
        What its makers say of it.
    """

    name: str
    version: str
    pigments: tuple[Pigment, ...]
    notes: str = ""


def write_archive(path: Path, content: LibraryContent, *, overwrite: bool = False) -> None:
    """Write a library; the same content gives the same bytes on every computer.

    Raises
    ------
    ParameterError
        If the library has no name, a pigment makes no sense or two have the same name or id.
    WriteError
        If the file exists and `overwrite` is off, or the system refuses.
    """
    check_library_name(content.name, path)
    check_pigments(content.pigments, path)
    record = {
        "format": _FORMAT,
        "schema": SCHEMA_VERSION,
        "name": content.name,
        "version": content.version,
        "notes": content.notes,
        "pigments": [_pigment_record(pigment) for pigment in content.pigments],
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    with written(path, overwrite=overwrite) as beside, zipfile.ZipFile(beside, "x") as archive:
        _add(archive, _CONTENTS, f"{text}\n".encode())
        _add(archive, _COUNTS, _npy(content.pigments))


def read_archive(path: Path) -> LibraryContent:
    """Read a library that `write_archive` wrote.

    Raises
    ------
    ReadError
        If it is no such archive, is damaged, was made by a newer version or does not make sense;
        nothing is unpacked to disk.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path)
            return _content(archive, members, path)
    except RecordError as error:
        raise unreadable(path, str(error)) from error
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError) as error:
        reason = str(error) or "it ends too soon"
        raise unreadable(path, f"it is no whole zip file: {reason}.") from error
    except NotImplementedError as error:
        raise unreadable(path, f"it is packed in an unknown way: {error}.") from error
    except OSError as error:
        raise system_refused(path, error) from error


def _pigment_record(pigment: Pigment) -> dict[str, Any]:
    return {**to_record(pigment), "spectra": [spectrum_record(item) for item in pigment.spectra]}


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _FIRST_DAY)
    info.external_attr = _READ_WRITE
    # otherwise the system that writes would be told
    info.create_system = _UNIX
    archive.writestr(info, content, zipfile.ZIP_STORED)


def _npy(pigments: tuple[Pigment, ...]) -> bytes:
    counts = [spectrum.counts for pigment in pigments for spectrum in pigment.spectra]
    array = np.concatenate([np.empty(0, _COUNTS_DTYPE), *counts]).astype(_COUNTS_DTYPE)
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0), allow_pickle=False)
    return stream.getvalue()


def _members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The members by name, none of them dangerous."""
    members: dict[str, zipfile.ZipInfo] = {}
    infos = archive.infolist()
    if len(infos) > _MOST_MEMBERS:
        raise unreadable(
            path, f"it has {len(infos):,} members; at most {_MOST_MEMBERS:,} expected."
        )
    for info in infos:
        # the Windows reading knows drives and both slashes
        name = PureWindowsPath(info.filename)
        if name.anchor or ".." in name.parts:
            raise unreadable(path, f"its member {info.filename!r} points out of the archive.")
        if info.filename in members:
            raise unreadable(path, f"its member {info.filename!r} is there twice.")
        if info.flag_bits & _ENCRYPTED:
            raise unreadable(path, "it is protected by a password.", "Unpack and pack it without.")
        members[info.filename] = info
    total = sum(info.file_size for info in infos)
    if total > _MOST_BYTES:
        raise unreadable(
            path,
            f"it would unpack to {total / 2**20:,.0f} MB; "
            f"at most {_MOST_BYTES // 2**20} MB expected.",
        )
    return members


def _content(
    archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], path: Path
) -> LibraryContent:
    record = _contents(archive, members, path)
    pigments = record.get("pigments")
    if not isinstance(pigments, list):
        raise RecordError(f"{_CONTENTS} holds no list of pigments.")
    counts = _Counts(archive, members)
    found = tuple(_pigment(counts, item) for item in pigments)
    counts.check_used_up()
    _check_apart(found)
    texts = [record.get(key, "") for key in ("name", "version", "notes")]
    if not all(isinstance(text, str) for text in texts):
        raise RecordError(f"name, version and notes in {_CONTENTS} are not all texts.")
    name, version, notes = texts
    return LibraryContent(name, version, found, notes)


def _contents(
    archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], path: Path
) -> dict[str, Any]:
    if _CONTENTS not in members:
        raise unreadable(
            path,
            f"{_CONTENTS} is missing in it; it is a zip file of something else.",
            "Choose an archive made by Velatura.",
        )
    size = members[_CONTENTS].file_size
    if size > _MOST_CONTENTS_BYTES:
        raise unreadable(
            path,
            f"{_CONTENTS} in it has {size / 2**20:,.0f} MB; "
            f"at most {_MOST_CONTENTS_BYTES // 2**20} MB expected.",
        )
    try:
        record = json.loads(archive.read(members[_CONTENTS]))
    except (ValueError, RecursionError) as error:
        raise RecordError(f"{_CONTENTS} is damaged: {error}.") from error
    if not isinstance(record, dict) or record.get("format") != _FORMAT:
        raise RecordError(f"{_CONTENTS} is not that of a pigment library.")
    schema = record.get("schema")
    if not isinstance(schema, int) or schema < 1:
        raise RecordError(f"{_CONTENTS} names the schema {schema!r}; expected 1 or more.")
    if schema > SCHEMA_VERSION:
        raise newer(path, schema, SCHEMA_VERSION)
    return record


def _pigment(counts: "_Counts", record: Any) -> Pigment:
    if not isinstance(record, dict):
        raise RecordError(f"an entry is {record!r:.60}; expected the values of a pigment.")
    pigment = from_record(record)
    listed = record.get("spectra", [])
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise RecordError(f"pigment “{pigment.name}”: its spectra are no list of spectra.")
    try:
        spectra = tuple(spectrum_from(item, counts.next(channels_of(item))) for item in listed)
    except RecordError as error:
        raise RecordError(f"pigment “{pigment.name}”: {error}") from error
    return replace(pigment, spectra=spectra)


class _Counts:
    """The counts of all spectra, handed out one after the other."""

    def __init__(self, archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> None:
        if _COUNTS not in members:
            raise RecordError(f"{_COUNTS} with the spectra is missing in it.")
        self._all = _array(archive.read(members[_COUNTS]))
        self._used = 0

    def next(self, channels: int) -> NDArray[np.float32]:
        part = self._all[self._used : self._used + channels]
        self._used += channels
        if part.size < channels:
            raise RecordError(
                f"{_COUNTS} holds {self._all.size:,} counts; at least {self._used:,} expected."
            )
        return part.astype(np.float32)

    def check_used_up(self) -> None:
        if self._used < self._all.size:
            raise RecordError(
                f"{_COUNTS} holds {self._all.size:,} counts; {self._used:,} expected."
            )


def _array(content: bytes) -> NDArray[np.float32]:
    """A one-dimensional array of float32 from a npy file; objects are never unpickled."""
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise ValueError(f"version {version} of the npy format")
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream, _MOST_HEADER_BYTES)
    except ValueError as error:
        raise RecordError(f"{_COUNTS} is no npy file: {error}.") from error
    data = memoryview(content)[stream.tell() :]
    if dtype != _COUNTS_DTYPE or len(shape) != 1 or len(data) != 4 * shape[0]:
        raise RecordError(
            f"{_COUNTS} holds {dtype} of shape {shape} in {len(data):,} bytes; expected one row "
            f"of {_COUNTS_DTYPE.name} in 4 bytes each."
        )
    return np.frombuffer(data, _COUNTS_DTYPE)


def _check_apart(pigments: tuple[Pigment, ...]) -> None:
    names = {folded(pigment.name) for pigment in pigments}
    identifiers = {pigment.id for pigment in pigments}
    if len(names) < len(pigments) or len(identifiers) < len(pigments):
        raise RecordError("two of its pigments have the same name or id.")
