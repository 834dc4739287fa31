"""A pigment library written by hand: a TOML file that names works and colour sources once.

Beside `name`, `version` and `notes` it has a table `[works]` (key and full title), a table
`[colour_sources]` (key and words with {} for the sample measured) and one `[[pigments]]` for
each pigment with the fields of `app.core.pigments.Pigment`. `source` may be a list of keys of
`[works]`, `colour_source` a key of `[colour_sources]` with the sample's name.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from app.core.pigment_checks import problems
from app.core.pigments import Component, Pigment
from app.errors import ReadError
from app.io.pigment_archive import LibraryContent
from app.io.pigment_errors import system_refused
from app.io.pigment_records import RecordError, from_record

_PIGMENT_FIELDS = {item.name for item in fields(Pigment)} - {"spectra"}
_COMPONENT_FIELDS = {item.name for item in fields(Component)}
_TOP = {"name", "version", "notes", "works", "colour_sources", "pigments"}


def read_pigment_table(path: Path) -> LibraryContent:
    """Read a library written as TOML.

    Returns
    -------
    LibraryContent
        Pigments without spectra, in the file's order.

    Raises
    ------
    ReadError
        If it is no TOML, a name or value is not known or makes no sense, or two pigments have
        the same name or id; the message names the entry and the field.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise system_refused(path, error) from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"byte {error.start} of it is no UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, f"it is no TOML: {error}.") from error
    _check_known(table, _TOP, "the library", path)
    texts = [_text(table, key, path) for key in ("name", "version", "notes")]
    entries = table.get("pigments", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _unreadable(path, "“pigments” is no list of [[pigments]].")
    pigments: list[Pigment] = []
    for number, entry in enumerate(entries, start=1):
        pigment = _pigment(number, entry, table, path)
        _check(number, pigment, pigments, path)
        pigments.append(pigment)
    return LibraryContent(texts[0], texts[1], tuple(pigments), texts[2])


def _pigment(number: int, entry: dict[str, Any], table: Mapping[str, Any], path: Path) -> Pigment:
    where = f"entry {number} “{entry.get('name', entry.get('id', 'without a name'))}”"
    _check_known(entry, _PIGMENT_FIELDS, where, path)
    components = entry.get("components", [])
    if not isinstance(components, list) or not all(isinstance(part, dict) for part in components):
        raise _unreadable(
            path, f"{where}, components: expected a list of {{formula, share, name}}."
        )
    for part in components:
        _check_known(part, _COMPONENT_FIELDS, f"{where}, components", path)
    record = {
        **entry,
        "components": components,
        "source": _source(entry.get("source", ""), _keys(table, "works", path), where, path),
        "colour_source": _colour_source(
            entry.get("colour_source", ""), _keys(table, "colour_sources", path), where, path
        ),
    }
    try:
        return from_record(record)
    except RecordError as error:
        words = str(error)
        named = f"pigment “{entry.get('name')}”: "
        raise _unreadable(path, f"{where}: {words.removeprefix(named)}") from error


def _check(number: int, pigment: Pigment, before: list[Pigment], path: Path) -> None:
    found = problems(pigment, [other.name for other in before])
    if found:
        first = found[0]
        raise _unreadable(path, f"entry {number} “{pigment.name}”, {first.field}: {first.message}")
    if pigment.id in {other.id for other in before}:
        raise _unreadable(
            path, f"entry {number} “{pigment.name}”, id: “{pigment.id}” is there already."
        )


def _source(value: Any, works: Mapping[str, str], where: str, path: Path) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not value:
        raise _unreadable(path, f"{where}, source: expected text or a list of keys of [works].")
    for key in value:
        if key not in works:
            raise _unknown_key(path, f"{where}, source", key, works)
    return "; ".join(works[key] for key in value)


def _colour_source(value: Any, sources: Mapping[str, str], where: str, path: Path) -> str:
    if isinstance(value, str):
        return value
    is_pair = isinstance(value, list) and value and all(isinstance(part, str) for part in value)
    if not is_pair:
        raise _unreadable(
            path,
            f"{where}, colour_source: expected text, or a key of [colour_sources] and a name.",
        )
    key, *names = value
    if key not in sources:
        raise _unknown_key(path, f"{where}, colour_source", key, sources)
    if sources[key].count("{}") != len(names):
        raise _unreadable(
            path,
            f"{where}, colour_source: found {len(names)} names; “{key}” takes "
            f"{sources[key].count('{}')}.",
        )
    words = sources[key]
    for name in names:
        words = words.replace("{}", name, 1)
    return words


def _keys(table: Mapping[str, Any], name: str, path: Path) -> dict[str, str]:
    keys = table.get(name, {})
    if not isinstance(keys, dict) or not all(isinstance(value, str) for value in keys.values()):
        raise _unreadable(path, f"[{name}]: expected a text for each key.")
    return keys


def _text(table: Mapping[str, Any], key: str, path: Path) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise _unreadable(path, f"{key}: found {value!r}; expected text.")
    return value


def _check_known(entry: Mapping[str, Any], known: set[str], where: str, path: Path) -> None:
    for key in entry:
        if key not in known:
            raise _unreadable(
                path, f"{where}: “{key}” is not known; expected {', '.join(sorted(known))}."
            )


def _unknown_key(path: Path, where: str, key: Any, known: Mapping[str, str]) -> ReadError:
    return _unreadable(path, f"{where}: {key!r} is not known; expected {', '.join(known)}.")


def _unreadable(path: Path, reason: str) -> ReadError:
    return ReadError(
        "This table of pigments cannot be read.",
        f"{path.name}: {reason}",
        "Correct the file in a text editor.",
        path=path,
    )
