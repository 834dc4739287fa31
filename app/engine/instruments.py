"""Instruments to compute spectra for: the presets, and those the user has added."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from app import paths
from app.core.parameters import describe
from app.core.physics.instrument import Instrument
from app.core.physics.presets import PRESETS
from app.errors import AppError, ParameterError, ReadError
from app.io.json_file import put_aside, read_json, write_json

FILE_NAME = "instruments.json"
_SCHEMA = 1
_KEY = "instruments"
_LONGEST_NAME = 80
_HUGE = 10**30  # far beyond every limit, and still a float


class _LaterVersionError(ReadError):
    """A file of a later version, which is never put aside for one of ours."""


class Instruments:
    """The presets, which nobody changes, and the user's own, kept in one JSON file.

    Every question reads the file anew and every change writes it anew, so that a window and a
    command line at work at the same time see each other's changes.

    Parameters
    ----------
    path
        The file; by default `instruments.json` in the settings folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    @property
    def path(self) -> Path:
        """Where the user's own are kept; raises as `app.paths.cache_dir`."""
        return self._path or paths.config_dir() / FILE_NAME

    def presets(self) -> tuple[Instrument, ...]:
        """The instruments that come with the program."""
        return tuple(PRESETS.values())

    def own(self) -> tuple[Instrument, ...]:
        """The user's own that can be used; for the others see `problems`."""
        return self._read()[0]

    def problems(self) -> tuple[AppError, ...]:
        """One error for each entry of the file that cannot be used, or one for all of it."""
        return self._read()[1]

    def all(self) -> tuple[Instrument, ...]:
        """Presets first, then the user's own."""
        return (*self.presets(), *self.own())

    def names(self) -> tuple[str, ...]:
        """Names of all, in the order of `all`."""
        return tuple(instrument.name for instrument in self.all())

    def is_preset(self, name: str) -> bool:
        """Whether a preset has this name; small and capital letters are the same."""
        return _find(self.presets(), name) is not None

    def named(self, name: str) -> Instrument:
        """The instrument of a name; small and capital letters are the same.

        Raises
        ------
        ParameterError
            If there is none; the message lists the known ones.
        """
        known = self.all()
        found = _find(known, name)
        if found is None:
            raise ParameterError(
                f"There is no instrument “{name}”.",
                f"Known are {', '.join(instrument.name for instrument in known)}.",
                "Choose one of these, or add your own in the window.",
            )
        return found

    def save(self, instrument: Instrument, *, overwrite: bool = False) -> Instrument:
        """Add one of the user's own, or replace it, and give it as it was saved.

        Raises
        ------
        ParameterError
            If the name is empty, too long or a preset's, or there is one of that name and
            `overwrite` is off.
        WriteError
            If the file cannot be written; it is as before then.
        """
        instrument = replace(instrument, name=self._usable_name(instrument.name))
        old = _find(self.own(), instrument.name)
        if old is not None and not overwrite:
            raise _taken(old.name)
        self._write(None if old is None else old.name, instrument)
        return instrument

    def rename(self, name: str, new_name: str) -> Instrument:
        """Give one of the user's own another name, and give it back.

        Raises
        ------
        ParameterError
            If there is none of that name among the user's own, or the new name cannot be
            used or is taken.
        WriteError
            As `save`.
        """
        old = self._own_named(name)
        renamed = replace(old, name=self._usable_name(new_name))
        other = _find(self.own(), renamed.name)
        if other is not None and other.name != old.name:
            raise _taken(other.name)
        self._write(old.name, renamed)
        return renamed

    def delete(self, name: str) -> Instrument:
        """Forget one of the user's own and give it, for an undo.

        Raises
        ------
        ParameterError
            If there is none of that name among the user's own.
        WriteError
            As `save`.
        """
        old = self._own_named(name)
        self._write(old.name, None)
        return old

    def _own_named(self, name: str) -> Instrument:
        if self.is_preset(name):
            raise _is_preset(name)
        found = _find(self.own(), name)
        if found is None:
            known = ", ".join(instrument.name for instrument in self.own()) or "none"
            raise ParameterError(
                f"There is no instrument “{name}” of your own.",
                f"Your own are: {known}.",
                "Choose one of these.",
            )
        return found

    def _usable_name(self, name: str) -> str:
        plain = " ".join(name.split())
        if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
            raise ParameterError(
                "This name cannot be given to an instrument.",
                f"Found {len(plain)} characters; expected 1 to {_LONGEST_NAME}.",
                "Write a name such as “M6, 600 µA”.",
            )
        if self.is_preset(plain):
            raise _is_preset(plain)
        return plain

    def _read(self) -> tuple[tuple[Instrument, ...], tuple[AppError, ...]]:
        try:
            entries = _entries(read_json(self.path), self.path)
        except ReadError as error:
            return (), (error,)
        found: list[Instrument] = []
        problems: list[AppError] = []
        for number, entry in enumerate(entries, 1):
            try:
                instrument = _instrument(entry)
                if self.is_preset(instrument.name) or _find(found, instrument.name) is not None:
                    raise _taken(instrument.name)
            except ParameterError as error:
                problems.append(_passed_over(self.path, number, error))
            else:
                found.append(instrument)
        return tuple(found), tuple(problems)

    def _write(self, old_name: str | None, new: Instrument | None) -> None:
        """Replace, add or leave out one entry; those that cannot be used stay in the file."""
        path = self.path
        try:
            document = read_json(path)
            entries = _entries(document, path)
        except _LaterVersionError:
            raise
        except ReadError:
            # not ours to lose: whoever wrote it may know what it meant
            if path.exists():
                put_aside(path)
            document, entries = None, []
        kept: list[Any] = []
        waiting = new
        for entry in entries:
            if old_name is not None and _is_named(entry, old_name):
                if waiting is not None:
                    kept.append(waiting.to_json())
                waiting = old_name = None
            else:
                kept.append(entry)
        if waiting is not None:
            kept.append(waiting.to_json())
        head = document if isinstance(document, dict) else {"schema": _SCHEMA}
        write_json(path, {**head, _KEY: kept})


def _find(known: "tuple[Instrument, ...] | list[Instrument]", name: str) -> Instrument | None:
    wanted = name.strip().casefold()
    return next((item for item in known if item.name.casefold() == wanted), None)


def _is_named(entry: Any, name: str) -> bool:
    """Whether an entry of the file is the usable one of that name."""
    try:
        return _instrument(entry).name == name
    except ParameterError:
        return False


def _entries(document: Any, path: Path) -> list[Any]:
    """The entries of the file; raises ReadError where it is no list of instruments."""
    if document is None:
        return []
    table = document if isinstance(document, dict) else {}
    entries, schema = table.get(_KEY), table.get("schema", _SCHEMA)
    if isinstance(schema, int) and schema > _SCHEMA:
        raise _LaterVersionError(
            f"Cannot read {path.name}.",
            f"{path}: found version {schema} of the list of instruments; expected {_SCHEMA}.",
            "It was written by a later Velatura; use that one. The file is not changed.",
            path=path,
        )
    if not isinstance(entries, list):
        raise ReadError(
            f"Cannot read {path.name}.",
            f"{path}: it holds no list of instruments.",
            "Correct the file or move it away.",
            path=path,
        )
    return entries


def _instrument(entry: Any) -> Instrument:
    """An instrument from what the file holds; raises ParameterError naming what is wrong."""
    if not isinstance(entry, dict):
        raise _unusable(f"found {type(entry).__name__}, expected a table of values")
    kinds: dict[str, type] = {info.name: info.kind for info in describe(Instrument)}
    known = {item.name for item in fields(Instrument)}
    values: dict[str, Any] = {}
    for key, value in entry.items():
        if key not in known:
            continue
        kind = kinds.get(key, str)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if kind is float and is_number and abs(value) < _HUGE:
            values[key] = float(value)
        elif isinstance(value, kind) and not isinstance(value, bool):
            values[key] = value
        else:
            raise _unusable(f"“{key}” is {value!r}, expected a {kind.__name__}")
    if not str(values.get("name", "")).strip():
        raise _unusable("it has no name")
    return Instrument.from_json(values)


def _unusable(reason: str) -> ParameterError:
    return ParameterError("This instrument cannot be used.", f"{reason[0].upper()}{reason[1:]}.")


def _passed_over(path: Path, number: int, error: ParameterError) -> ReadError:
    return ReadError(
        f"One instrument in {path.name} was passed over.",
        f"{path}, entry {number}: {error}",
        "Correct the entry; it stays in the file as it is.",
        path=path,
    )


def _taken(name: str) -> ParameterError:
    return ParameterError(
        f"There is an instrument “{name}” already.",
        "Names differ by more than small and capital letters.",
        "Choose another name or replace that one.",
    )


def _is_preset(name: str) -> ParameterError:
    return ParameterError(
        f"“{name.strip()}” is a preset.",
        "Presets stay as they are, so that reference spectra keep their meaning.",
        "Save it under a name of your own.",
    )
