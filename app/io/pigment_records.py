"""A pigment as plain values for files, and back with every value checked."""

import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.formulas import parse_formula
from app.core.pigment_checks import new_id
from app.core.pigments import (
    BINDERS,
    ColourGroup,
    Component,
    Pigment,
    PigmentSpectrum,
    SpectrumKind,
)
from app.errors import AppError

_TEXTS = ("colour_source", "period", "xrf_note", "notes", "source")
_IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LAST_YEAR = 1_000_000
# so that everything fits into one cell of a table, whose limit is 131 072 characters
_LONGEST_TEXT = 20_000
_LONGEST_WORD = 500
_LONGEST_LIST = 100
MOST_CHANNELS = 65_536
"""More channels than this no detector has."""


class RecordError(ValueError):
    """Values that make no pigment; the text says which, found and expected."""


def to_record(pigment: Pigment) -> dict[str, Any]:
    """All of a pigment but its spectra, as JSON can hold it."""
    return {
        "id": pigment.id,
        "name": pigment.name,
        "group": pigment.group.value,
        "components": [
            {"formula": part.formula, "share": part.share, "name": part.name}
            for part in pigment.components
        ],
        "density_g_cm3": pigment.density_g_cm3,
        "srgb": list(pigment.srgb),
        "synonyms": list(pigment.synonyms),
        "binder": pigment.binder,
        "volume_fraction": pigment.volume_fraction,
        "from_year": pigment.from_year,
        "to_year": pigment.to_year,
        **{name: getattr(pigment, name) for name in _TEXTS},
    }


def from_record(record: Mapping[str, Any], spectra: tuple[PigmentSpectrum, ...] = ()) -> Pigment:
    """The pigment of a record; fields that are not known are passed over.

    Raises
    ------
    RecordError
        If a value is missing, of another type or makes no sense.
    """
    name = _text(record, "name")
    try:
        return _pigment(record, name, spectra)
    except RecordError as error:
        raise RecordError(f"pigment “{name}”: {error}") from error


def _pigment(record: Mapping[str, Any], name: str, spectra: tuple[PigmentSpectrum, ...]) -> Pigment:
    if not name.strip():
        raise RecordError("the name is empty; expected a name.")
    if not name.isprintable() or len(name) > _LONGEST_WORD:
        raise RecordError(
            f"the name has {len(name)} characters; expected one line of at most {_LONGEST_WORD}."
        )
    identifier = _text(record, "id")
    if not _IDENTIFIER.fullmatch(identifier):
        raise RecordError(
            f"the id is {identifier!r}; expected lower-case letters, digits and hyphens."
        )
    return Pigment(
        id=identifier,
        name=name,
        group=_choice(record, "group", ColourGroup),
        components=tuple(_component(item) for item in _list(record, "components")),
        density_g_cm3=_number(record, "density_g_cm3", above=0.0, unit=" g/cm³"),
        srgb=_srgb(_list(record, "srgb")),
        synonyms=tuple(_synonym(item) for item in _list(record, "synonyms", ())),
        binder=_binder(_text(record, "binder", "linseed oil")),
        volume_fraction=_number(record, "volume_fraction", above=0.0, most=1.0, default=0.3),
        from_year=_year(record, "from_year"),
        to_year=_year(record, "to_year"),
        spectra=spectra,
        **{key: _text(record, key, "") for key in _TEXTS},
    )


def spectrum_record(spectrum: PigmentSpectrum) -> dict[str, Any]:
    """All of a spectrum but its counts, as JSON can hold it."""
    return {
        "label": spectrum.label,
        "kind": spectrum.kind.value,
        "offset_kev": spectrum.axis.offset_kev,
        "gain_kev": spectrum.axis.gain_kev,
        "quadratic": spectrum.axis.quadratic,
        "axis_source": spectrum.axis.source,
        "channels": len(spectrum.counts),
        "instrument": spectrum.instrument,
        "source": spectrum.source,
        "live_time_s": spectrum.live_time_s,
    }


def spectrum_from(record: Mapping[str, Any], counts: NDArray[np.float32]) -> PigmentSpectrum:
    """The spectrum of a record and its counts, shape (channels,).

    Raises
    ------
    RecordError
        If a value is missing, of another type or makes no sense, or a count is not a number or
        negative.
    """
    label = _text(record, "label")
    try:
        fault = counts_fault(counts)
        if fault:
            raise RecordError(fault)
        live_time = record.get("live_time_s")
        return PigmentSpectrum(
            label=label,
            kind=_choice(record, "kind", SpectrumKind),
            axis=_axis(record),
            counts=counts,
            instrument=_text(record, "instrument", ""),
            source=_text(record, "source", ""),
            live_time_s=None if live_time is None else _number(record, "live_time_s", above=0.0),
        )
    except RecordError as error:
        raise RecordError(f"spectrum “{label}”: {error}") from error


def counts_fault(counts: NDArray[Any]) -> str:
    """What is wrong with counts, naming the first such channel; empty for good ones."""
    if counts.ndim != 1 or not 2 <= counts.size <= MOST_CHANNELS:
        shape = " × ".join(map(str, counts.shape)) or "a single number"
        return f"the counts have shape {shape}; expected 2 to {MOST_CHANNELS:,} channels."
    good = (counts >= 0) & (counts < np.inf)
    if good.all():
        return ""
    channel = int(np.argmin(good))
    return f"channel {channel} holds {counts[channel]} counts; expected a number of 0 or more."


def channels_of(record: Mapping[str, Any]) -> int:
    """The number of channels that a spectrum's record announces; raises RecordError."""
    channels = record.get("channels")
    if not _is_whole(channels) or not 2 <= channels <= MOST_CHANNELS:
        raise RecordError(f"{channels!r} channels announced; expected 2 to {MOST_CHANNELS:,}.")
    return channels


def identifier(name: str, taken: Collection[str] = ()) -> str:
    """An id made from a name, unlike those that are taken: "Terre Verte" gives "terre-verte"."""
    return new_id(name, taken)


def folded(name: str) -> str:
    """What makes two names the same, whatever their capitals, spaces and kinds of accents."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def free_name(name: str, taken: Collection[str]) -> str:
    """A name unlike those taken (as `folded` gives them): "Azurite" becomes "Azurite (2)"."""
    number, found = 1, name
    while folded(found) in taken:
        number += 1
        found = f"{name} ({number})"
    return found


def _axis(record: Mapping[str, Any]) -> EnergyAxis:
    try:
        return EnergyAxis(
            _number(record, "offset_kev"),
            _number(record, "gain_kev"),
            _number(record, "quadratic", default=0.0),
            source=_text(record, "axis_source", ""),
        )
    except AppError as error:
        raise RecordError(error.message) from error


def _component(item: Any) -> Component:
    if not isinstance(item, Mapping):
        raise RecordError(f"a component is {item!r}; expected formula, share and name.")
    formula = _text(item, "formula")
    try:
        parse_formula(formula)
    except AppError as error:
        raise RecordError(f"{error.title} {error.message}") from error
    share = _number(item, "share", above=0.0, default=1.0)
    return Component(formula, share, _text(item, "name", ""))


def _synonym(value: Any) -> str:
    if value == "":
        raise RecordError("a synonym is empty; expected a name.")
    return _word(value, "a synonym", _LONGEST_WORD)


def _srgb(values: list[Any]) -> tuple[int, int, int]:
    if len(values) != 3 or not all(_is_whole(value) and 0 <= value <= 255 for value in values):
        raise RecordError(f"the colour is {values!r}; expected three whole numbers of 0 to 255.")
    return int(values[0]), int(values[1]), int(values[2])


def _binder(name: str) -> str:
    if name not in BINDERS:
        raise RecordError(f"the binder is {name!r}; expected one of {', '.join(BINDERS)}.")
    return name


def _year(record: Mapping[str, Any], key: str) -> int | None:
    value = record.get(key)
    if value is not None and not (_is_whole(value) and abs(value) <= _LAST_YEAR):
        raise RecordError(f"{key} is {value!r}; expected a whole number, negative before our era.")
    return value


def _choice(record: Mapping[str, Any], key: str, kind: type[Any]) -> Any:
    value = record.get(key)
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(item.value for item in kind)
        raise RecordError(f"{key} is {value!r}; expected one of {known}.") from error


def _number(
    record: Mapping[str, Any],
    key: str,
    *,
    above: float = -math.inf,
    most: float = math.inf,
    default: float | None = None,
    unit: str = "",
) -> float:
    value = record.get(key, default)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not above < value <= most:
        low = f" above {above:g}" if above > -math.inf else ""
        high = f", at most {most:g}" if most < math.inf else ""
        raise RecordError(f"{key} is {value!r}{unit}; expected a number{low}{high}{unit}.")
    return float(value)


def _text(record: Mapping[str, Any], key: str, default: str | None = None) -> str:
    return _word(record.get(key, default), key)


def _word(value: Any, what: str, longest: int = _LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise RecordError(f"{what} is {value!r:.80}; expected text.")
    if len(value) > longest:
        raise RecordError(f"{what} has {len(value):,} characters; at most {longest:,} are kept.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise RecordError(f"{what} is {value!r}; it has characters that are no text.") from error
    return value


def _list(record: Mapping[str, Any], key: str, default: Any = None) -> list[Any]:
    value = record.get(key, default)
    if not isinstance(value, list | tuple):
        raise RecordError(f"{key} is {value!r:.80}; expected a list.")
    if len(value) > _LONGEST_LIST:
        raise RecordError(f"{key} has {len(value):,} items; at most {_LONGEST_LIST} are kept.")
    return list(value)


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
