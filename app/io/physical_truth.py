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
from app.io.checked_parts import Shape, numbers, picture, table, whole_numbers
from app.io.hdf5_file import open_hdf5

GROUP = "/entry/velatura/physical_truth"

# of one channel, so that counts drawn from it fit into 32 bits
_MOST_EXPECTED = 4e9

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
    shown = group.create_dataset("picture", data=layer.picture, **_PACKED)
    shown.attrs.update({"interpretation": "rgba-image", "colour_space": "sRGB"})
    group.create_dataset("labels", data=layer.labels, **_PACKED)
    group.create_dataset("colours", data=layer.colours)
    group.create_dataset("mixed_colours", data=layer.mixed_colours)
    group.create_dataset("shares", data=layer.shares)


def _read_layer(group: Any, size: Shape, pigments: int) -> PaintLayer:
    colours = numbers(group, "colours", (None, 3))
    paints = len(colours)
    return PaintLayer(
        picture=picture(group, "picture", size),
        labels=whole_numbers(group, "labels", size, lowest=0, highest=paints - 1),
        colours=colours,
        mixed_colours=numbers(group, "mixed_colours", (paints, 3)),
        shares=numbers(group, "shares", (paints, pigments)),
    )


def _read(group: Any) -> PhysicalTruth:
    lists = {name: json.loads(group.attrs[name]) for name in ("pigments", "lines")}
    values = {
        name: table(group.attrs[name], name)
        for name in ("recipe", "physics", "changes", "instrument", "real_instrument")
    }
    pigments, lines = (tuple(str(item) for item in lists[name]) for name in ("pigments", "lines"))
    thickness = numbers(group, "thickness", (None, None), lowest=0)
    size = thickness.shape
    paint = _read_layer(group["paint"], size, len(pigments))
    hidden = _read_layer(group["hidden"], size, len(pigments)) if "hidden" in group else None
    nodes = _read_nodes(group, size, paint, hidden)
    count = len(nodes.numbers)
    return PhysicalTruth(
        pigments=pigments,
        pigment_colours=numbers(group, "pigment_colours", (len(pigments), 3)),
        paint=paint,
        hidden=hidden,
        thickness_um=thickness,
        nodes=nodes,
        expected=numbers(group, "expected", (count, None), lowest=0, highest=_MOST_EXPECTED),
        rates_per_s=numbers(group, "rates", (count,), lowest=0),
        live_s=numbers(group, "live_times", (count,), lowest=0),
        lines=lines,
        line_counts=numbers(group, "line_counts", (count, len(lines)), lowest=0),
        instrument=Instrument.from_json(values["instrument"]),
        real_instrument=Instrument.from_json(values["real_instrument"]),
        recipe=SynthesisRecipe(**_chosen(values["recipe"])),
        physics=PhysicsRecipe(**_chosen(values["physics"])),
        changes=Changes.from_plain(values["changes"]),
    )


def _read_nodes(group: Any, size: Shape, paint: PaintLayer, hidden: PaintLayer | None) -> Nodes:
    """Stacks and what points they make up, so that drawing from them cannot fail later."""
    levels = numbers(group, "levels", (None,), lowest=0)
    stacks = whole_numbers(group, "nodes", (None, 3))
    most = [len(paint.colours), len(levels)] + ([] if hidden is None else [len(hidden.colours)])
    named = stacks[:, : len(most)]
    if ((named < 0) | (named >= np.array(most))).any():
        raise ValueError("nodes name paints or thicknesses that there are not")
    last = len(stacks) - 1
    return Nodes(
        numbers=stacks,
        levels_um=levels,
        low=whole_numbers(group, "low", size, lowest=0, highest=last),
        high=whole_numbers(group, "high", size, lowest=0, highest=last),
        above=numbers(group, "above", size, lowest=0, highest=1),
    )


def _chosen(values: dict[str, Any]) -> dict[str, Any]:
    """Values with the choices among them as such."""
    return {name: _CHOICES.get(name, _same)(value) for name, value in values.items()}


def _same(value: Any) -> Any:
    return value
