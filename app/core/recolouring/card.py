"""The card of a network: what it takes, what it gives, what it was trained on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.core.elements import ELEMENTS
from app.core.recolouring import card_values as values
from app.core.recolouring.card_energy import EnergyBins, energy_from_plain
from app.core.recolouring.card_steps import (
    PreparationStep,
    StepKind,
    check_steps,
    steps_from_plain,
)
from app.core.recolouring.card_values import ModelCardError

__all__ = [
    "EnergyBins",
    "Layout",
    "ModelCard",
    "ModelCardError",
    "ModelInput",
    "ModelOutput",
    "OutputKind",
    "PreparationStep",
    "StepKind",
    "TaskKind",
    "card_from_plain",
]

MOST_CHANNELS = 65_536
"""More channels than this no detector has."""

_MOST_INPUTS = 8
_MOST_OUTPUTS = 32
_WIDEST_FIELD = 4096
_SHA256 = re.compile(r"[0-9a-f]{64}")


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


@dataclass(frozen=True, slots=True)
class ModelCard:
    """All that must be known of a network before it may colour a scan.

    Parameters
    ----------
    name, version, licence, authors, citation
        Whose network it is.
    task, layout, inputs, outputs
        How it is used. A network for colours has one output "rgb", one for maps one "maps".
    receptive_field_px
        How far to each side a pixel's result depends on its neighbours, pixels; 0 for a network
        that takes each pixel by itself, None where it depends on the whole picture.
    multiple_px
        Rows and columns that an image network takes are multiples of this.
    trained_on
        Free information, of which these are looked at where they are there: `tube_anode`
        (symbol or list of symbols), `tube_kv`, `counts_per_pixel`, `resolution_ev`
        (number or [low, high]).
    metrics, in_distribution
        Free information: scores, and statistics to test a spectrum against.
    sha256
        Of the network's file, 64 hexadecimal digits; empty where it is not known.
    notes
        Anything else a user should read.
    extra
        Values of a card that nothing is known of; they are kept and written again.

    Raises
    ------
    ModelCardError
        If values contradict each other; the message names the field.
    """

    name: str
    version: str
    licence: str
    authors: tuple[str, ...]
    citation: str
    task: TaskKind
    layout: Layout
    inputs: tuple[ModelInput, ...]
    outputs: tuple[ModelOutput, ...]
    receptive_field_px: int | None = 0
    trained_on: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    in_distribution: Mapping[str, Any] = field(default_factory=dict)
    sha256: str = ""
    notes: str = ""
    multiple_px: int = 1
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_inputs(self.inputs)
        _check_outputs(self.outputs, self.task)
        _check_training(self.trained_on)
        if self.layout is Layout.PIXEL and (self.receptive_field_px != 0 or self.multiple_px != 1):
            key = "receptive_field_px" if self.receptive_field_px != 0 else "multiple_px"
            raise ModelCardError(
                key,
                f"is {getattr(self, key)}; expected {int(key == 'multiple_px')}, since the layout "
                "is “pixel” and each pixel is taken by itself",
            )
        if self.sha256 and not _SHA256.fullmatch(self.sha256):
            raise ModelCardError(
                "sha256",
                f"is {values.shown(self.sha256)}; expected 64 hexadecimal digits in small letters",
            )

    @property
    def is_image(self) -> bool:
        """Whether the network takes pictures, not single pixels."""
        return self.layout is not Layout.PIXEL

    @property
    def main_output(self) -> ModelOutput:
        """The output that the network is for: its colours or its maps."""
        return next(output for output in self.outputs if output.kind.value == self.task.value)

    def output_of(self, kind: OutputKind) -> ModelOutput | None:
        """The first output of a kind; None where there is none."""
        return next((output for output in self.outputs if output.kind is kind), None)

    def to_plain(self) -> dict[str, Any]:
        """The values as JSON can hold them; `card_from_plain` gives an equal card of them."""
        return {
            "name": self.name,
            "version": self.version,
            "licence": self.licence,
            "authors": list(self.authors),
            "citation": self.citation,
            "task": self.task.value,
            "layout": self.layout.value,
            "inputs": [item.to_plain() for item in self.inputs],
            "outputs": [item.to_plain() for item in self.outputs],
            "receptive_field_px": self.receptive_field_px,
            "multiple_px": self.multiple_px,
            "trained_on": dict(self.trained_on),
            "metrics": dict(self.metrics),
            "in_distribution": dict(self.in_distribution),
            "sha256": self.sha256,
            "notes": self.notes,
            **self.extra,
        }


_KEYS = (
    "name",
    "version",
    "licence",
    "authors",
    "citation",
    "task",
    "layout",
    "inputs",
    "outputs",
    "receptive_field_px",
    "multiple_px",
    "trained_on",
    "metrics",
    "in_distribution",
    "sha256",
    "notes",
)


def card_from_plain(value: Any) -> ModelCard:
    """The card of plain values, as they come from JSON.

    Needed are `name`, `task`, `layout`, `inputs` and `outputs`. Keys that nothing is known of
    are kept on the card itself, where they can only inform, unless one looks like a known key
    mistyped; within inputs, outputs, energies and steps they are refused, since what they would
    change in the numbers given to the network is not known.

    Raises
    ------
    ModelCardError
        If a value is missing, of another type, out of limits or contradicts another; the
        message names the field, what was found and what was expected.
    """
    record = values.mapping(value, "the card")
    extra = {key: item for key, item in record.items() if key not in _KEYS}
    for key in extra:
        meant = values.mistyped(str(key), [known for known in _KEYS if known not in record])
        if meant:
            raise ModelCardError(f"{key:.60}", f"is not known; “{meant}” is probably meant")
    layout = values.choice(values.required(record, "layout"), "layout", Layout)
    return ModelCard(
        name=values.text(
            values.required(record, "name"), "name", longest=values.LONGEST_NAME, is_needed=True
        ),
        version=_version(record.get("version", "")),
        licence=values.text(record.get("licence", ""), "licence"),
        authors=values.texts(record.get("authors", ()), "authors"),
        citation=values.text(record.get("citation", ""), "citation"),
        task=values.choice(values.required(record, "task"), "task", TaskKind),
        layout=layout,
        inputs=_inputs(values.required(record, "inputs")),
        outputs=_outputs(values.required(record, "outputs")),
        receptive_field_px=_receptive_field(record, layout),
        multiple_px=values.whole(record.get("multiple_px", 1), "multiple_px", least=1, most=1024),
        trained_on=values.plain(record.get("trained_on", {}), "trained_on"),
        metrics=values.plain(record.get("metrics", {}), "metrics"),
        in_distribution=values.plain(record.get("in_distribution", {}), "in_distribution"),
        sha256=values.text(record.get("sha256", ""), "sha256").lower(),
        notes=values.text(record.get("notes", ""), "notes"),
        extra=values.plain(extra, "the card"),
    )


def _version(value: Any) -> str:
    # written as a number often enough
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{values.number(value, 'version'):g}"
    return values.text(value, "version", longest=values.LONGEST_NAME)


def _receptive_field(record: Mapping[str, Any], layout: Layout) -> int | None:
    key = "receptive_field_px"
    is_pixel = layout is Layout.PIXEL
    value = record.get(key, 0) if is_pixel else values.required(record, key)
    return None if value is None else values.whole(value, key, least=0, most=_WIDEST_FIELD)


def _inputs(value: Any) -> tuple[ModelInput, ...]:
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


def _outputs(value: Any) -> tuple[ModelOutput, ...]:
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


def _check_inputs(inputs: tuple[ModelInput, ...]) -> None:
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


def _check_outputs(outputs: tuple[ModelOutput, ...], task: TaskKind) -> None:
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
        _check_symbols(item.elements, at)


def _check_training(trained_on: Mapping[str, Any]) -> None:
    """What is looked at of the free information must be what it is looked at for."""
    for key in ("tube_kv", "counts_per_pixel", "resolution_ev"):
        if key in trained_on:
            values.span(trained_on[key], f"trained_on.{key}")
    if "tube_anode" in trained_on:
        at = "trained_on.tube_anode"
        _check_symbols(values.texts(trained_on["tube_anode"], at), at)


def _check_names(names: list[str], at: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ModelCardError(at, f"has {values.shown(twice)} twice; expected different names")


def _check_symbols(symbols: tuple[str, ...], at: str) -> None:
    for symbol in symbols:
        if symbol not in ELEMENTS:
            raise ModelCardError(at, f"has {values.shown(symbol)}; expected symbols as “Fe”")
