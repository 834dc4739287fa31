"""Parameters of tasks: frozen dataclasses whose fields say how a form should ask for them."""

from dataclasses import MISSING, dataclass, field, fields
from enum import Enum
from typing import Any, get_type_hints

from app.errors import ParameterError

_KEY = "velatura"


@dataclass(frozen=True, slots=True)
class ParameterInfo:
    """What a form or a command line needs to know about one parameter."""

    name: str
    kind: type
    default: Any
    label: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 3
    choices: tuple[str, ...] = ()
    help: str = ""


def parameter(
    default: Any = MISSING,
    *,
    label: str,
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    decimals: int = 3,
    choices: tuple[str, ...] = (),
    help: str = "",
) -> Any:
    """A dataclass field with a label, a unit and limits.

    Types the form knows: bool, int, float, str, Path, and subclasses of Enum.
    """
    details = {
        "label": label,
        "unit": unit,
        "minimum": minimum,
        "maximum": maximum,
        "decimals": decimals,
        "choices": choices,
        "help": help,
    }
    return field(default=default, metadata={_KEY: details})


def describe(parameters: type) -> tuple[ParameterInfo, ...]:
    """All parameters of a dataclass that were declared with `parameter`, in order."""
    hints = get_type_hints(parameters)
    return tuple(
        ParameterInfo(name=item.name, kind=hints[item.name], default=item.default, **details)
        for item in fields(parameters)
        if (details := item.metadata.get(_KEY)) is not None
    )


def check(parameters: Any) -> None:
    """Raise ParameterError, naming value and limits, if a parameter is out of its limits."""
    for info in describe(type(parameters)):
        value = getattr(parameters, info.name)
        if info.choices and value not in info.choices:
            raise ParameterError(
                f"“{info.label}” cannot be {value!r}.",
                f"It is one of {', '.join(info.choices)}.",
                "Choose one of these.",
            )
        if isinstance(value, bool | str | Enum) or value is None:
            continue
        # asked this way round, "not a number" is out of any limits
        high_enough = info.minimum is None or value >= info.minimum
        if not (high_enough and (info.maximum is None or value <= info.maximum)):
            low = "−∞" if info.minimum is None else f"{info.minimum:.15g}"
            high = "∞" if info.maximum is None else f"{info.maximum:.15g}"
            unit = f" {info.unit}" if info.unit else ""
            raise ParameterError(
                f"“{info.label}” is out of its limits.",
                f"Found {value:.15g}{unit}; expected {low} to {high}{unit}.",
                "Change the value.",
            )
