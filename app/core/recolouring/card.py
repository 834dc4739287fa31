"""The card of a network: what it takes, what it gives, what it was trained on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.recolouring import card_values as values
from app.core.recolouring.card_ends import (
    Layout,
    ModelInput,
    ModelOutput,
    OutputKind,
    TaskKind,
    check_inputs,
    check_outputs,
    check_symbols,
    inputs_from_plain,
    outputs_from_plain,
)
from app.core.recolouring.card_energy import EnergyBins
from app.core.recolouring.card_steps import PreparationStep, StepKind
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

_WIDEST_FIELD = 4096
_SHA256 = re.compile(r"[0-9a-f]{64}")


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
        (symbol or list of symbols), `tube_kv`, `counts_per_pixel`, `resolution_ev` and
        `axis_end_kev`, where the scans' axes ended (number or [low, high]).
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
        check_inputs(self.inputs)
        check_outputs(self.outputs, self.task)
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
        inputs=inputs_from_plain(values.required(record, "inputs")),
        outputs=outputs_from_plain(values.required(record, "outputs")),
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


def _check_training(trained_on: Mapping[str, Any]) -> None:
    """What is looked at of the free information must be what it is looked at for."""
    for key in ("tube_kv", "counts_per_pixel", "resolution_ev", "axis_end_kev"):
        if key in trained_on:
            values.span(trained_on[key], f"trained_on.{key}")
    if "tube_anode" in trained_on:
        at = "trained_on.tube_anode"
        check_symbols(values.texts(trained_on["tube_anode"], at), at)
