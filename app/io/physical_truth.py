"""The truth of a scan by physics in its file: `/entry/velatura/physical_truth`."""

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from app.core.physics.instrument import Instrument
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import Ground, Mixing, PhysicsRecipe, Support
from app.core.synthesis.mixing import Similarity
from app.core.synthesis.physical_truth import Nodes, PaintLayer, PhysicalTruth
from app.errors import ParameterError, ReadError
from app.io.hdf5_file import open_hdf5

GROUP = "/entry/velatura/physical_truth"

_PACKED = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
_CHOICES: dict[str, type[StrEnum]] = {
    "similarity": Similarity,
    "noise": Noise,
    "mixing": Mixing,
    "ground": Ground,
    "support": Support,
}


def write_physical_truth(velatura: Any, truth: PhysicalTruth) -> None:
    """Write layers, stacks, their spectra and the instrument beside the counts.

    Maps are of the painting itself: a scanner's backlash is in the counts only. The share of
    pigment p in the paint at a point is `paint/shares[paint/labels[row, col], p]`, and what is
    expected there lies between two rows of `expected`: `(1 − above) · expected[low] + above ·
    expected[high]`.

    Parameters
    ----------
    velatura
        The HDF5 group `/entry/velatura`.
    truth
        Of the scan in the same file.
    """
    group = velatura.create_group("physical_truth")
    group.attrs["NX_class"] = "NXcollection"
    for name, value in (
        ("recipe", asdict(truth.recipe)),
        ("physics", asdict(truth.physics)),
        ("changes", truth.changes.to_plain()),
        ("instrument", truth.instrument.to_json()),
        ("real_instrument", truth.real_instrument.to_json()),
        ("pigments", truth.pigments),
        ("lines", truth.lines),
    ):
        group.attrs[name] = json.dumps(value, ensure_ascii=False)
    group.create_dataset("pigment_colours", data=truth.pigment_colours)
    _write_layer(group.create_group("paint"), truth.paint)
    if truth.hidden is not None:
        _write_layer(group.create_group("hidden"), truth.hidden)
    nodes = truth.nodes
    for name, data, units in (
        ("thickness", truth.thickness_um, "um"),
        ("nodes", nodes.numbers, ""),
        ("levels", nodes.levels_um, "um"),
        ("low", nodes.low, ""),
        ("high", nodes.high, ""),
        ("above", nodes.above, ""),
        ("expected", truth.expected, "counts"),
        ("rates", truth.rates_per_s, "1/s"),
        ("live_times", truth.live_s, "s"),
        ("line_counts", truth.line_counts, "counts"),
    ):
        made = group.create_dataset(name, data=data, **(_PACKED if data.size else {}))
        if units:
            made.attrs["units"] = units
    group["nodes"].attrs["columns"] = ["paint", "level", "hidden paint"]


def read_physical_truth(path: Path) -> PhysicalTruth | None:
    """The truth of a scan by physics; None where the file has none.

    Raises
    ------
    ReadError
        If the file cannot be read or its truth is damaged.
    """
    try:
        with open_hdf5(path) as file:
            return _read(file[GROUP]) if GROUP in file else None
    except (KeyError, ValueError, TypeError, IndexError, OSError, ParameterError) as error:
        raise ReadError(
            "The truth of this synthetic scan cannot be read.",
            f"{path.name}: {GROUP} is damaged: {error}.",
            "Generate the scan again.",
            path=path,
        ) from error


def _write_layer(group: Any, layer: PaintLayer) -> None:
    picture = group.create_dataset("picture", data=layer.picture, **_PACKED)
    picture.attrs.update({"interpretation": "rgba-image", "colour_space": "sRGB"})
    group.create_dataset("labels", data=layer.labels, **_PACKED)
    group.create_dataset("colours", data=layer.colours)
    group.create_dataset("mixed_colours", data=layer.mixed_colours)
    group.create_dataset("shares", data=layer.shares)


def _read_layer(group: Any) -> PaintLayer:
    return PaintLayer(
        picture=group["picture"][()],
        labels=group["labels"][()],
        colours=group["colours"][()],
        mixed_colours=group["mixed_colours"][()],
        shares=group["shares"][()],
    )


def _read(group: Any) -> PhysicalTruth:
    values = {name: json.loads(group.attrs[name]) for name in group.attrs if name != "NX_class"}
    nodes = Nodes(
        numbers=group["nodes"][()],
        levels_um=group["levels"][()],
        low=group["low"][()],
        high=group["high"][()],
        above=group["above"][()],
    )
    truth = PhysicalTruth(
        pigments=tuple(values["pigments"]),
        pigment_colours=group["pigment_colours"][()],
        paint=_read_layer(group["paint"]),
        hidden=_read_layer(group["hidden"]) if "hidden" in group else None,
        thickness_um=group["thickness"][()],
        nodes=nodes,
        expected=group["expected"][()],
        rates_per_s=group["rates"][()],
        live_s=group["live_times"][()],
        lines=tuple(values["lines"]),
        line_counts=group["line_counts"][()],
        instrument=Instrument.from_json(values["instrument"]),
        real_instrument=Instrument.from_json(values["real_instrument"]),
        recipe=SynthesisRecipe(**_chosen(values["recipe"])),
        physics=PhysicsRecipe(**_chosen(values["physics"])),
        changes=Changes.from_plain(values["changes"]),
    )
    _check(truth)
    return truth


def _chosen(values: dict[str, Any]) -> dict[str, Any]:
    """Values with the choices among them as such."""
    return {name: _CHOICES.get(name, _same)(value) for name, value in values.items()}


def _same(value: Any) -> Any:
    return value


def _check(truth: PhysicalTruth) -> None:
    """Raise ValueError where parts do not fit together, so that drawing cannot fail later."""
    size, nodes = truth.thickness_um.shape, truth.nodes
    shapes = {item.shape for item in (nodes.low, nodes.high, nodes.above, truth.paint.labels)}
    if shapes != {size}:
        raise ValueError(f"maps have different sizes, {size} and {shapes}")
    most = max(int(nodes.low.max()), int(nodes.high.max()))
    if most >= len(truth.expected) or len(truth.expected) != len(nodes.numbers):
        raise ValueError(f"{len(truth.expected)} spectra, but points of number {most}")
    if not (np.isfinite(truth.expected).all() and (truth.expected >= 0).all()):
        raise ValueError("expected counts are negative or missing")
