"""What is done with counts before a network gets them: a small closed list of steps."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.core.recolouring import card_values as values
from app.core.recolouring.card_values import ModelCardError

_MOST_STEPS = 12


class StepKind(StrEnum):
    """A step on the way from counts to a network's input; options in brackets."""

    RESAMPLE = "resample"
    """Counts on the model's energy axis, counts conserved. Only as the first step; without it
    the scan's channels are taken as they are."""

    BY_TOTAL = "by_total"
    """x / (sum over the bins) · times (`times`, 1); nothing stays nothing."""

    BY_LIVE_TIME = "by_live_time"
    """x / (live time in s) · times (`times`, 1)."""

    LOG1P = "log1p"
    """ln(1 + times · x) (`times`, 1)."""

    SQRT = "sqrt"
    """Square root."""

    STANDARDISE_PIXEL = "standardise_pixel"
    """(x − mean) / (sd + add) over the bins of each pixel (`add`, 1); population sd."""

    STANDARDISE_IMAGE = "standardise_image"
    """(x − mean) / (sd + add) with one mean and population sd of all pixels and bins of the
    scan (`add`, 1), or with given ones (`mean` and `sd`)."""

    CLIP = "clip"
    """No less than `low`, no more than `high`; at least one of them is given."""


_OPTIONS: dict[StepKind, tuple[str, ...]] = {
    StepKind.RESAMPLE: (),
    StepKind.BY_TOTAL: ("times",),
    StepKind.BY_LIVE_TIME: ("times",),
    StepKind.LOG1P: ("times",),
    StepKind.SQRT: (),
    StepKind.STANDARDISE_PIXEL: ("add",),
    StepKind.STANDARDISE_IMAGE: ("add", "mean", "sd"),
    StepKind.CLIP: ("low", "high"),
}
_STANDARDISING = (StepKind.STANDARDISE_PIXEL, StepKind.STANDARDISE_IMAGE)
# after these a number may be negative, which has neither root nor logarithm
_NEEDS_COUNTS = (StepKind.LOG1P, StepKind.SQRT, StepKind.BY_TOTAL)


@dataclass(frozen=True, slots=True)
class PreparationStep:
    """One step and its options; options that are left out have the values `StepKind` tells."""

    kind: StepKind
    options: Mapping[str, float] = field(default_factory=dict)

    def option(self, name: str, default: float) -> float:
        """The value of an option."""
        return float(self.options.get(name, default))

    @property
    def needs_image(self) -> bool:
        """Whether the step needs mean and sd of the whole scan."""
        return self.kind is StepKind.STANDARDISE_IMAGE and "mean" not in self.options

    def to_plain(self) -> dict[str, Any]:
        """The values as JSON can hold them."""
        return {"kind": self.kind.value, **self.options}


def steps_from_plain(value: Any, at: str) -> tuple[PreparationStep, ...]:
    """The steps of a card's `preprocessing`: `[{"kind": "log1p", "times": 2}, "sqrt", …]`.

    Raises
    ------
    ModelCardError
        If a step or an option is not known, or a value makes no sense.
    """
    found = []
    for place, item in enumerate(values.items(value, at, most=_MOST_STEPS)):
        where = f"{at}[{place}]"
        record = {"kind": item} if isinstance(item, str) else values.mapping(item, where)
        kind = values.choice(values.required(record, "kind", where), f"{where}.kind", StepKind)
        values.known_keys(record, where, ("kind", *_OPTIONS[kind]))
        options = {
            name: values.number(number, f"{where}.{name}")
            for name, number in record.items()
            if name != "kind"
        }
        found.append(PreparationStep(kind, options))
    check_steps(tuple(found), at)
    return tuple(found)


def check_steps(steps: tuple[PreparationStep, ...], at: str) -> None:
    """Raise ModelCardError if steps cannot follow each other so or an option makes no sense."""
    if len(steps) > _MOST_STEPS:
        raise ModelCardError(at, f"has {len(steps)} steps; at most {_MOST_STEPS} are done")
    images = [step for step in steps if step.needs_image]
    if len(images) > 1:
        raise ModelCardError(at, "standardises over the image twice; expected once")
    signed_after = ""
    for place, step in enumerate(steps):
        where = f"{at}[{place}]"
        if step.kind is StepKind.RESAMPLE and place > 0:
            raise ModelCardError(where, "is “resample”; expected it as the first step only")
        if step.kind in _NEEDS_COUNTS and signed_after:
            raise ModelCardError(
                where,
                f"is “{step.kind}” after “{signed_after}”; expected it before, since numbers may "
                "be negative there",
            )
        _check_options(step, where)
        if step.kind in _STANDARDISING or (
            step.kind is StepKind.CLIP and step.option("high", 0.0) < 0
        ):
            signed_after = step.kind.value
        elif step.kind is StepKind.CLIP and step.option("low", -1.0) >= 0:
            signed_after = ""


def _check_options(step: PreparationStep, where: str) -> None:
    values.known_keys(step.options, where, _OPTIONS[step.kind])
    for name, number in step.options.items():
        values.number(number, f"{where}.{name}")
    if not step.option("times", 1.0) > 0:
        raise ModelCardError(f"{where}.times", f"is {step.options['times']}; expected above 0")
    for name in ("add", "sd"):
        if step.option(name, 0.0) < 0:
            raise ModelCardError(f"{where}.{name}", f"is {step.options[name]}; expected 0 or more")
    if step.kind is StepKind.CLIP:
        low, high = step.option("low", -math.inf), step.option("high", math.inf)
        if not step.options or not low < high:
            raise ModelCardError(where, f"clips to {low} to {high}; expected a range")
    if ("mean" in step.options) != ("sd" in step.options):
        raise ModelCardError(where, "has one of mean and sd; expected both or neither")
    if "sd" in step.options and not step.option("sd", 0.0) + step.option("add", 1.0) > 0:
        raise ModelCardError(where, "divides by sd + add = 0; expected more than 0")
