"""The table of formats in which pigments are exchanged."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.errors import ParameterError
from app.io import pigment_archive, pigment_csv, pigment_exchange, pigment_store
from app.io.formats import shown
from app.io.pigment_archive import LibraryContent
from app.io.pigment_errors import system_refused, unreadable
from app.io.pigment_store import PigmentStore


@dataclass(frozen=True, slots=True)
class PigmentFormat:
    """One row of the table.

    Parameters
    ----------
    name
        As shown to the user.
    suffix
        Lower case, with the dot.
    sniff
        Whether a file is of this format, from its first bytes; an OSError is told by
        `read_pigments`.
    read
        What it holds. Raises ReadError.
    write
        Target, content, whether to overwrite; gives the files written, the main one first.
        Raises ParameterError or WriteError.
    """

    name: str
    suffix: str
    sniff: Callable[[Path], bool]
    read: Callable[[Path], LibraryContent]
    write: Callable[[Path, LibraryContent, bool], tuple[Path, ...]]


def formats() -> tuple[PigmentFormat, ...]:
    """All formats; a suffix that contains another one comes first."""
    return (
        PigmentFormat(
            "Archive", pigment_archive.SUFFIX, _is_zip, pigment_archive.read_archive, _archive
        ),
        PigmentFormat("Library", pigment_store.SUFFIX, _is_sqlite, _read_store, _store),
        PigmentFormat(
            "ganX database",
            pigment_exchange.JSON_SUFFIX,
            pigment_exchange.is_ganx,
            pigment_exchange.read_ganx,
            _ganx,
        ),
        PigmentFormat(
            "Table", pigment_csv.CSV_SUFFIX, pigment_csv.is_csv, pigment_csv.read_csv, _csv
        ),
    )


def suffixes() -> tuple[str, ...]:
    """All suffixes, for file dialogs."""
    return tuple(item.suffix for item in formats())


def read_pigments(path: Path) -> LibraryContent:
    """The pigments in a file; its suffix says what it is, else its content.

    Raises
    ------
    ReadError
        If it is of no format in the table or cannot be read.
    """
    found = _by_suffix(path)
    if found is None:
        try:
            if path.is_dir():
                raise unreadable(path, "this is a folder.", "Choose a file with pigments.")
            found = next((item for item in formats() if item.sniff(path)), None)
        except OSError as error:
            raise system_refused(path, error) from error
    if found is None:
        raise unreadable(
            path,
            f"its content is of no format with pigments; known are {', '.join(suffixes())}.",
            "Choose a library, an archive, a ganX JSON file or a table.",
        )
    return found.read(path)


def write_pigments(
    path: Path, content: LibraryContent, *, overwrite: bool = False
) -> tuple[Path, ...]:
    """Write pigments in the format of the path's suffix.

    Returns
    -------
    tuple of Path
        The files written, the main one first. ganX's layout is a folder: `lab.json` becomes
        `lab/lab.json` with one HDF5 file for each pigment beside it.

    Raises
    ------
    ParameterError
        If the suffix is of no format in the table, or the pigments do not fit the format.
    WriteError
        If a file exists and `overwrite` is off, or the system refuses.
    """
    found = _by_suffix(path)
    if found is None:
        raise ParameterError(
            "Pigments cannot be written to a file of this kind.",
            f"{shown(path.name)}: found the ending “{path.suffix or 'none'}”; expected one of "
            f"{', '.join(suffixes())}.",
            "Give the file one of these endings.",
            path=path,
        )
    return found.write(path, content, overwrite)


def library_stem(path: Path) -> str:
    """A file's name without the ending of its format."""
    found = _by_suffix(path)
    return path.name[: -len(found.suffix)] if found else path.stem


def _by_suffix(path: Path) -> PigmentFormat | None:
    name = path.name.casefold()
    return next((item for item in formats() if name.endswith(item.suffix)), None)


def _begins_with(path: Path, signature: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(signature)) == signature


def _is_zip(path: Path) -> bool:
    return _begins_with(path, b"PK\x03\x04")


def _is_sqlite(path: Path) -> bool:
    # asked only of files of other suffixes: a library in use must not be opened by other means
    return _begins_with(path, b"SQLite format 3\0")


def _read_store(path: Path) -> LibraryContent:
    return PigmentStore(path, read_only=True).content()


def _store(path: Path, content: LibraryContent, overwrite: bool) -> tuple[Path, ...]:
    PigmentStore.create(
        path,
        content.name,
        version=content.version,
        notes=content.notes,
        pigments=content.pigments,
        overwrite=overwrite,
    )
    return (path,)


def _archive(path: Path, content: LibraryContent, overwrite: bool) -> tuple[Path, ...]:
    pigment_archive.write_archive(path, content, overwrite=overwrite)
    return (path,)


def _ganx(path: Path, content: LibraryContent, overwrite: bool) -> tuple[Path, ...]:
    folder = path.with_name(path.name[: -len(pigment_exchange.JSON_SUFFIX)])
    return pigment_exchange.write_ganx(folder, content, json_name=path.name, overwrite=overwrite)


def _csv(path: Path, content: LibraryContent, overwrite: bool) -> tuple[Path, ...]:
    pigment_csv.write_csv(path, content, overwrite=overwrite)
    return (path,)
