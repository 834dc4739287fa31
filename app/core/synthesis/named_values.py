"""Parameters of a synthetic scan by name, as a command line and a file of variations give them."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

from app.core.parameters import ParameterInfo, describe
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.errors import ParameterError

_WORDS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
_KINDS = {bool: "on or off", int: "a whole number", float: "a number", str: "a text"}


def known_names() -> tuple[str, ...]:
    """Names of all parameters, those of layers last; no two are the same."""
    kinds = (SynthesisParameters, SynthesisRecipe, PhysicsRecipe)
    return tuple(info.name for kind in kinds for info in describe(kind))


def with_values(parameters: SynthesisParameters, values: Mapping[str, Any]) -> SynthesisParameters:
    """Parameters with some changed by name.

    Parameters
    ----------
    parameters
        What to begin with. Without a recipe of layers, no name of one can be given.
    values
        Numbers, truth values or texts by the names of `SynthesisParameters`, `SynthesisRecipe`
        and `PhysicsRecipe`; "on" and "off" stand for truth values, choices are given by their
        own text.

    Raises
    ------
    ParameterError
        If a name is not known, a value is of another kind or out of its limits.
    """
    unknown = [name for name in values if name not in known_names()]
    if unknown:
        raise ParameterError(
            f"There is no parameter “{unknown[0]}” of a synthetic scan.",
            f"Known are {', '.join(known_names())}.",
            "Choose one of these.",
        )
    physics = parameters.physics
    of_layers = _of(PhysicsRecipe, values)
    if of_layers and physics is None:
        raise ParameterError(
            f"“{next(iter(of_layers))}” is a parameter of layers.",
            "Reference spectra are to be mixed, without layers.",
            "Turn physics on, or leave the parameter out.",
        )
    return replace(
        parameters,
        **_of(SynthesisParameters, values),
        recipe=replace(parameters.recipe, **_of(SynthesisRecipe, values)),
        physics=None if physics is None else replace(physics, **of_layers),
    )


def _of(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that belong to one dataclass, each of its kind."""
    infos = {info.name: info for info in describe(kind)}
    return {name: _typed(infos[name], value) for name, value in values.items() if name in infos}


def _typed(info: ParameterInfo, value: Any) -> Any:
    """A value as its parameter wants it."""
    try:
        if issubclass(info.kind, Enum):
            return info.kind(value)
        if info.kind is bool:
            return value if isinstance(value, bool) else _WORDS[str(value).lower()]
        if info.kind is str and isinstance(value, str):
            return value
        if info.kind in (int, float) and not isinstance(value, bool):
            # a whole number stays exact, and 2.5 does not become 2
            return int(str(value)) if info.kind is int else float(value)
    except (KeyError, TypeError, ValueError):
        pass
    if issubclass(info.kind, Enum):
        expected = f"one of {', '.join(str(item.value) for item in info.kind)}"
    else:
        expected = _KINDS[info.kind]
    raise ParameterError(
        f"“{info.name}” cannot be {value!r}.",
        f"Expected {expected}.",
        "Change the value.",
    )
