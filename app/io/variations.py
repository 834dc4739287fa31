"""Variations of synthetic scans from a TOML file, and the manifest of what was made of them."""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from app.errors import ReadError
from app.io.json_file import read_json, write_json

_SCHEMA = 1
_HINT = 'A variation is a table such as: [[variation]] name = "thin" paint_um = 10'
# what a file's name can have on every system
_PLAIN = frozenset("-_.+ ")


@dataclass(frozen=True, slots=True)
class Variation:
    """One way to make a scan of every picture.

    Parameters
    ----------
    name
        Becomes part of the files' names.
    values
        Parameters by name; what the file gives under `[common]` is in them.
    """

    name: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetRow:
    """One file of a set.

    Parameters
    ----------
    file
        Name of the scan's file.
    picture, picture_checksum
        Name and SHA-256 of the picture.
    variation
        Name of the variation.
    seed
        Of its random numbers.
    recipe_checksum
        SHA-256 of all that decides the counts besides the pictures.
    hidden_checksum
        Of the hidden picture; empty without one.
    file_checksum, counts_checksum
        SHA-256 of the file, and of its counts as little-endian numbers, row by row and point by
        point.
    state
        "made", "failed", or "begun" where the program ended before it was one of these.
    error
        What failed.
    """

    file: str
    picture: str
    variation: str
    seed: int
    picture_checksum: str = ""
    recipe_checksum: str = ""
    hidden_checksum: str = ""
    file_checksum: str = ""
    counts_checksum: str = ""
    state: str = "failed"
    error: str = ""


def read_variations(path: Path) -> tuple[Variation, ...]:
    """Read variations: tables `[[variation]]` with a `name`, and a table `[common]` for all.

    Raises
    ------
    ReadError
        If it is no such file; the message says what was found.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"byte {error.start} of it is no UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, f"it is no TOML: {error}") from error
    unknown = sorted(set(table) - {"common", "variation"})
    if unknown:
        raise _unreadable(path, f"“{unknown[0]}” is neither [common] nor [[variation]]")
    common, entries = table.get("common", {}), table.get("variation", [])
    if not isinstance(common, dict) or not isinstance(entries, list) or not entries:
        raise _unreadable(path, "it has no table [[variation]]")
    found = [(entry if isinstance(entry, dict) else {}) for entry in entries]
    names = [entry.get("name") for entry in found]
    reason = problem_of(names)
    if reason:
        raise _unreadable(path, reason)
    return tuple(
        Variation(str(entry["name"]), {**common, **{k: v for k, v in entry.items() if k != "name"}})
        for entry in found
    )


def problem_of(names: Sequence[Any]) -> str:
    """What is wrong with the names of variations, which become part of files' names.

    Returns
    -------
    str
        In words; empty where nothing is.
    """
    known: set[str] = set()
    for number, name in enumerate(names, 1):
        if not isinstance(name, str) or not _is_plain(name):
            return f"variation {number} has no name of letters, digits, spaces and -_.+"
        if name.casefold() in known:
            return f"two variations are named “{name}”"
        known.add(name.casefold())
    return ""


def read_manifest(path: Path) -> tuple[SetRow, ...]:
    """Rows of a manifest; none where there is no file.

    Raises
    ------
    ReadError
        If it is no manifest, or that of a later version.
    """
    document = read_json(path)
    if document is None:
        return ()
    try:
        schema = int(document["schema"])
        names = {item.name for item in fields(SetRow)}
        rows = tuple(
            SetRow(**{name: value for name, value in row.items() if name in names})
            for row in document["scans"]
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReadError(
            f"Cannot read {path.name}.",
            f"{path}: it is no manifest of synthetic scans ({type(error).__name__}: {error}).",
            "Move it away, or choose another folder.",
            path=path,
        ) from error
    if schema > _SCHEMA:
        raise ReadError(
            f"Cannot read {path.name}.",
            f"{path}: found version {schema} of the manifest; up to {_SCHEMA} can be read.",
            "It was written by a later Velatura; use that one.",
            path=path,
        )
    return rows


def write_manifest(path: Path, rows: tuple[SetRow, ...]) -> None:
    """Write a manifest, whole or not at all.

    Raises
    ------
    WriteError
        If the system refuses.
    """
    write_json(path, {"schema": _SCHEMA, "scans": [asdict(row) for row in rows]})


def _is_plain(name: str) -> bool:
    is_usable = all(letter.isalnum() or letter in _PLAIN for letter in name)
    return is_usable and bool(name) and name == name.strip(" .") and len(name) <= 80


def _unreadable(path: Path, reason: str) -> ReadError:
    return ReadError(f"Cannot read {path.name}.", f"{path}: {reason}.", _HINT, path=path)
