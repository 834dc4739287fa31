"""What goes into a network and what comes out, as its card tells."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.elements import ELEMENTS
from app.core.recolouring import card_values as values
from app.core.recolouring.card_energy import EnergyBins, energy_from_plain
from app.core.recolouring.card_steps import PreparationStep, check_steps, steps_from_plain
from app.core.recolouring.card_values import ModelCardError

MOST_CHANNELS = 65_536
"""More channels than this no detector has."""

_MOST_INPUTS = 8
_MOST_OUTPUTS = 32


class OutputKind(StrEnum):
    """What an output of a network means."""

    RGB = "rgb"
    """Colour, sRGB of 0 to 1, 3 channels."""

    LOG_VARIANCE = "log_variance"
    """Natural logarithm of the variance of the colour, 1 channel or 3."""

    QUANTILES = "quantiles"
    """Colours at several quantiles, 3 channels each, the lowest first."""

    MAPS = "maps"
    """One channel for each element."""

    RECONSTRUCTION = "reconstruction"
    """The spectrum as the network can tell it."""

    LATENT = "latent"
    """The network's own summary of a spectrum."""

    NOVELTY = "novelty"
    """How unlike the training spectra, 0 to 1, 1 channel."""

    NEIGHBOURS = "neighbours"
    """Mean distance to the nearest training spectra, 1 channel."""


class Layout(StrEnum):
    """The order of an input's and output's numbers."""

    PIXEL = "pixel"
    """(pixels, channels): each pixel by itself."""

    IMAGE_CHANNELS_FIRST = "image_channels_first"
    """(1, channels, rows, columns)."""

    IMAGE_CHANNELS_LAST = "image_channels_last"
    """(1, rows, columns, channels)."""


class TaskKind(StrEnum):
    """What a network is for."""

    RGB = "rgb"
    MAPS = "maps"


@dataclass(frozen=True, slots=True)
class ModelInput:
    """One input of a network.

    Parameters
    ----------
    name
        Its name in the graph.
    channels
        How many numbers it takes of each pixel.
    energy
        The energies they stand for.
    steps
        What is done with the counts before, in order.
    """

    name: str
    channels: int
    energy: EnergyBins
    steps: tuple[PreparationStep, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """The values as JSON can hold them."""
        return {
            "name": self.name,
            "channels": self.channels,
            "energy": self.energy.to_plain(),
            "preprocessing": [step.to_plain() for step in self.steps],
        }


@dataclass(frozen=True, slots=True)
class ModelOutput:
    """One output of a network: its name in the graph, what it means, and whose maps it gives."""

    name: str
    kind: OutputKind
    elements: tuple[str, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """The values as JSON can hold them."""
        plain: dict[str, Any] = {"name": self.name, "kind": self.kind.value}
        return {**plain, "elements": list(self.elements)} if self.elements else plain


def inputs_from_plain(value: Any) -> tuple[ModelInput, ...]:
    """The inputs of a card's `inputs`; raises ModelCardError naming the field."""
    found = []
    for place, item in enumerate(values.items(value, "inputs", fewest=1, most=_MOST_INPUTS)):
        at = f"inputs[{place}]"
        record = values.mapping(item, at)
        values.known_keys(record, at, ("name", "channels", "energy", "preprocessing"))
        channels = values.whole(
            values.required(record, "channels", at), f"{at}.channels", least=2, most=MOST_CHANNELS
        )
        found.append(
            ModelInput(
                name=values.text(values.required(record, "name", at), f"{at}.name", is_needed=True),
                channels=channels,
                energy=energy_from_plain(
                    values.required(record, "energy", at), channels, f"{at}.energy"
                ),
                steps=steps_from_plain(
                    values.required(record, "preprocessing", at), f"{at}.preprocessing"
                ),
            )
        )
    return tuple(found)


def outputs_from_plain(value: Any) -> tuple[ModelOutput, ...]:
    """The outputs of a card's `outputs`; raises ModelCardError naming the field."""
    found = []
    for place, item in enumerate(values.items(value, "outputs", fewest=1, most=_MOST_OUTPUTS)):
        at = f"outputs[{place}]"
        record = values.mapping(item, at)
        values.known_keys(record, at, ("name", "kind", "elements"))
        name = values.text(values.required(record, "name", at), f"{at}.name", is_needed=True)
        kind = values.choice(values.required(record, "kind", at), f"{at}.kind", OutputKind)
        elements = values.texts(record.get("elements", ()), f"{at}.elements")
        found.append(ModelOutput(name, kind, elements))
    return tuple(found)


def check_inputs(inputs: tuple[ModelInput, ...]) -> None:
    """Raise ModelCardError unless names, numbers of bins and steps make sense."""
    if not inputs:
        raise ModelCardError("inputs", "has no items; expected at least one")
    _check_names([item.name for item in inputs], "inputs")
    for place, item in enumerate(inputs):
        at = f"inputs[{place}]"
        if item.channels != item.energy.bins:
            raise ModelCardError(
                f"{at}.channels",
                f"is {item.channels}, but {at}.energy has {item.energy.bins} bins; expected "
                "the same number",
            )
        check_steps(item.steps, f"{at}.preprocessing")


def check_outputs(outputs: tuple[ModelOutput, ...], task: TaskKind) -> None:
    """Raise ModelCardError unless just one output is what the network is for."""
    _check_names([item.name for item in outputs], "outputs")
    kinds = [item.kind for item in outputs]
    wanted = OutputKind(task.value)
    if kinds.count(wanted) != 1:
        raise ModelCardError(
            "outputs",
            f"has {kinds.count(wanted)} of kind “{wanted}”; expected one, since the task is "
            f"“{task}”",
        )
    for place, item in enumerate(outputs):
        at = f"outputs[{place}].elements"
        if (item.kind is OutputKind.MAPS) != bool(item.elements):
            wrong = "is missing; expected" if not item.elements else "is there; expected none but"
            raise ModelCardError(at, f"{wrong} the elements of an output of kind “maps”")
        _check_names(list(item.elements), at)
        check_symbols(item.elements, at)


def _check_names(names: list[str], at: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ModelCardError(at, f"has {values.shown(twice)} twice; expected different names")


def check_symbols(symbols: tuple[str, ...], at: str) -> None:
    """Raise ModelCardError for what is no element."""
    for symbol in symbols:
        if symbol not in ELEMENTS:
            raise ModelCardError(at, f"has {values.shown(symbol)}; expected symbols as “Fe”")
