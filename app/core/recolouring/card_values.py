"""Reading a model card's plain values: each is checked, and what is wrong names its field."""

import difflib
import math
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from app.errors import AppError

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_NAME = 200
"""Characters of a name; it must fit on one line of a list."""

LONGEST_TEXT = 20_000
_MOST_VALUES = 20_000
_DEEPEST = 8


class ModelCardError(AppError):
    """A model card that cannot be used; the message names the field, found and expected.

    Parameters
    ----------
    field
        Where in the card, as "inputs[0].energy.gain_kev".
    found
        What is wrong there and what was expected, a clause: "is 'two'; expected a number".
    """

    def __init__(self, field: str, found: str) -> None:
        super().__init__(
            "This model card cannot be used.",
            f"{field} {found}.",
            "Correct the card, the JSON file beside the network, or remove it to be asked for "
            "the values.",
        )
        self.field = field
        self.found = found

    def __reduce__(self) -> tuple[type["ModelCardError"], tuple[str, str]]:
        return type(self), (self.field, self.found)


def shown(value: Any) -> str:
    """A value in a message, not longer than half a line."""
    try:
        text = repr(value)
    except ValueError:
        # Python refuses to write out whole numbers of more than a few thousand digits
        return "a number of thousands of digits"
    return text if len(text) <= 60 else f"{text[:57]}…"


def mapping(value: Any, field: str) -> Mapping[str, Any]:
    """A JSON object; raises ModelCardError if it is none."""
    if not isinstance(value, Mapping):
        raise ModelCardError(field, f"is {shown(value)}; expected an object with named values")
    return value


def known_keys(record: Mapping[str, Any], field: str, known: Collection[str]) -> None:
    """Raise ModelCardError if a record has a key that nothing is known of."""
    for key in record:
        if key not in known:
            raise ModelCardError(
                f"{field}.{key:.60}" if isinstance(key, str) else field,
                f"is not known; there are: {', '.join(known)}. What would go into the network "
                "is not guessed",
            )


def mistyped(key: str, known: Iterable[str]) -> str:
    """The known key that an unknown one is most likely meant to be; empty for none."""
    close = difflib.get_close_matches(key.casefold(), list(known), n=1, cutoff=0.8)
    return close[0] if close else ""


def required(record: Mapping[str, Any], key: str, field: str = "") -> Any:
    """The value of a key that must be there."""
    if key not in record:
        raise ModelCardError(_at(field, key), "is missing")
    return record[key]


def text(value: Any, field: str, *, longest: int = LONGEST_TEXT, is_needed: bool = False) -> str:
    """Text, one line of it where it is as short as a name; raises ModelCardError."""
    if not isinstance(value, str):
        raise ModelCardError(field, f"is {shown(value)}; expected text")
    if is_needed and not value.strip():
        raise ModelCardError(field, "is empty; expected text")
    if len(value) > longest:
        raise ModelCardError(field, f"has {len(value):,} characters; at most {longest:,} are kept")
    if longest <= LONGEST_NAME and not value.isprintable():
        raise ModelCardError(field, f"is {shown(value)}; expected one line that can be shown")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ModelCardError(field, "has characters that are no text") from error
    return value


def texts(value: Any, field: str, *, most: int = 100) -> tuple[str, ...]:
    """Several short texts; a single one stands for a list of it."""
    if isinstance(value, str):
        value = [value]
    return tuple(
        text(item, f"{field}[{place}]", longest=LONGEST_NAME, is_needed=True)
        for place, item in enumerate(items(value, field, most=most))
    )


def items(value: Any, field: str, *, most: int, fewest: int = 0) -> tuple[Any, ...]:
    """The items of a list; raises ModelCardError if it is none, too long or too short."""
    if not isinstance(value, list | tuple):
        raise ModelCardError(field, f"is {shown(value)}; expected a list")
    if not fewest <= len(value) <= most:
        raise ModelCardError(field, f"has {len(value):,} items; expected {fewest} to {most:,}")
    return tuple(value)


def number(
    value: Any,
    field: str,
    *,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
    unit: str = "",
) -> float:
    """A finite number within limits; raises ModelCardError."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        found = float(value) if is_number else math.nan
    except OverflowError:
        found = math.inf
    if not (math.isfinite(found) and least <= found <= most and found > above):
        limits = [f"above {above:g}"] if above > -math.inf else []
        limits += [f"of at least {least:g}"] if least > -math.inf else []
        limits += [f"at most {most:g}"] if most < math.inf else []
        wanted = " and ".join(limits)
        raise ModelCardError(
            field, f"is {shown(value)}; expected a finite number{' ' * bool(wanted)}{wanted}{unit}"
        )
    return found


def whole(value: Any, field: str, *, least: int, most: int) -> int:
    """A whole number within limits; raises ModelCardError."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not least <= value <= most:
        raise ModelCardError(
            field, f"is {shown(value)}; expected a whole number of {least:,} to {most:,}"
        )
    return int(value)


def choice(value: Any, field: str, kind: type[Choice]) -> Choice:
    """One of a few words; raises ModelCardError naming them all."""
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(item.value for item in kind)
        raise ModelCardError(field, f"is {shown(value)}; expected one of {known}") from error


def plain(value: Any, field: str) -> dict[str, Any]:
    """Free information: an object of texts, finite numbers, lists and objects, at most 8 deep.

    Raises
    ------
    ModelCardError
        If there is anything else in it, or more than 20 000 values.
    """
    left = [_MOST_VALUES]
    copied = _plain(mapping(value, field), field, 0, left)
    assert isinstance(copied, dict)
    return copied


def _plain(value: Any, field: str, depth: int, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0:
        raise ModelCardError(field, f"is one of more than {_MOST_VALUES:,} values; expected fewer")
    if depth > _DEEPEST:
        raise ModelCardError(field, f"is nested more than {_DEEPEST} deep; expected less")
    if isinstance(value, Mapping):
        return {
            text(key, field, longest=LONGEST_NAME): _plain(
                item, _at(field, f"{key:.60}"), depth + 1, left
            )
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(item, f"{field}[{n}]", depth + 1, left) for n, item in enumerate(value)]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value, field)
    if isinstance(value, int):
        number(value, field)
        return value
    return number(value, field)


def span(value: Any, field: str, *, unit: str = "") -> tuple[float, float]:
    """A range [low, high], or one number for a range of just that; raises ModelCardError."""
    if isinstance(value, int | float):
        value = [value, value]
    low, high = items(value, field, most=2, fewest=2)
    lowest = number(low, f"{field}[0]", least=0.0, unit=unit)
    return lowest, number(high, f"{field}[1]", least=lowest, unit=unit)


def _at(field: str, key: str) -> str:
    return f"{field}.{key}" if field else key
