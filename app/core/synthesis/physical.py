"""A synthetic scan by physics: paint in layers, each stack's spectrum computed, counts drawn.

The picture's colours are mixed from pigments; the paint lies, in uneven thickness, under a varnish
and above a hidden picture, a ground and a support. Fundamental parameters give the spectrum of
every stack that occurs, so that absorption, enhancement, scatter and the detector are in it, other
than in the ganX way of mixing reference spectra. What the physics leaves out: see
`app.core.physics.spectrum`; grains, rough surfaces and lateral mixing at the edges of colours are
left out as well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.cube import Acquisition, SpectralCube
from app.core.emission import line
from app.core.physics.counting import dead_share
from app.core.physics.forward import ForwardModel, LayerStacks
from app.core.physics.instrument import Instrument
from app.core.physics.pileup import piled_up
from app.core.pigments import Pigment
from app.core.progress import Progress, no_progress, part_of
from app.core.provenance import InputFile, Step
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.kubelka_munk import km_colour
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.paint_mixing import shares_of
from app.core.synthesis.palette import many_colours
from app.core.synthesis.physical_counts import PhysicalCounts
from app.core.synthesis.physical_layers import Layers, joined, layers, miscalibrated
from app.core.synthesis.physical_truth import (
    Labels,
    Nodes,
    PaintLayer,
    PhysicalScan,
    PhysicalTruth,
)
from app.core.synthesis.unevenness import levels_of, thicknesses
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

MOST_NODES = 4096
"""Most stacks that spectra are computed for."""

_LEVELS = (6, 5, 4, 3, 2)
# with fewer levels rather than more nodes than these, while there is a choice
_ENOUGH_NODES = 2048
_BLOCK = 64
# of the mean: what gives no more cannot be given as many counts as the rest
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class PhysicalPlan:
    """What a scan by physics is made from besides its pictures.

    Parameters
    ----------
    instrument
        What it is scanned with, as its file will say.
    recipe
        Mixing rule, counts, channels joined, seed.
    physics
        Layers, toggles, faults of the scanner.
    changes
        Colours and shares of the visible paint changed by hand.
    """

    instrument: Instrument
    recipe: SynthesisRecipe
    physics: PhysicsRecipe
    changes: Changes = Changes()  # noqa: RUF009 - frozen


def paint_physically(
    picture: NDArray[np.uint8],
    pigments: Sequence[Pigment],
    plan: PhysicalPlan,
    *,
    hidden: NDArray[np.uint8] | None = None,
    details: Mapping[str, Any] | None = None,
    name: str = "synthetic",
    inputs: tuple[InputFile, ...] = (),
    progress: Progress = no_progress,
) -> PhysicalScan:
    """Make a scan of a painting whose layers are computed.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3), uint8: one pixel for each point of the scan.
    pigments
        What may be in the paint, above and below.
    hidden
        What lies under the paint, as `picture`; None for nothing.
    details
        What else belongs into the step.
    name, inputs
        Of the scan, and the files the pictures came from.
    progress
        Told while spectra are computed; may raise to stop.

    Returns
    -------
    PhysicalScan
        Its counts are not yet drawn.

    Raises
    ------
    ParameterError
        If pigments cannot be computed with, changes do not fit, or stacks are too many or dark.
    """
    # what cannot be computed with is refused before colours are looked for
    layers(pigments, plan.physics)
    paint = paint_layer(picture, pigments, plan, plan.physics.materials, plan.changes)
    below = None
    if hidden is not None:
        below = paint_layer(hidden, pigments, plan, plan.physics.hidden_materials, Changes())
    return scan_of_paint(
        paint,
        below,
        pigments,
        plan,
        details=details,
        name=name,
        inputs=inputs,
        progress=part_of(progress, 0.05, 1.0),
    )


def scan_of_paint(
    paint: PaintLayer,
    below: PaintLayer | None,
    pigments: Sequence[Pigment],
    plan: PhysicalPlan,
    *,
    details: Mapping[str, Any] | None = None,
    name: str = "synthetic",
    inputs: tuple[InputFile, ...] = (),
    enough_nodes: int = _ENOUGH_NODES,
    progress: Progress = no_progress,
) -> PhysicalScan:
    """As `paint_physically`, of paint that is mixed already.

    Parameters
    ----------
    paint, below
        What is seen and what is hidden, of the same rows and columns; None for nothing hidden.
    enough_nodes
        The paint has fewer thicknesses rather than more stacks than these.
    """
    made = layers(pigments, plan.physics)
    thickness = _thickness(paint.labels.shape, plan)
    nodes = nodes_of(thickness, paint.labels, None if below is None else below.labels, enough_nodes)
    truth = PhysicalTruth(
        pigments=tuple(pigment.name for pigment in pigments),
        pigment_colours=np.array([pigment.srgb for pigment in pigments], np.float64),
        paint=paint,
        hidden=below,
        thickness_um=thickness,
        nodes=nodes,
        **_spectra(made, nodes, paint, below, plan, progress),
        instrument=joined(plan.instrument, plan.recipe.join),
        real_instrument=_real(plan),
        recipe=plan.recipe,
        physics=plan.physics,
        changes=plan.changes,
    )
    return PhysicalScan(_cube(truth, details or {}, name, inputs), truth)


def paint_layer(
    picture: NDArray[np.uint8],
    pigments: Sequence[Pigment],
    plan: PhysicalPlan,
    count: int,
    changes: Changes,
) -> PaintLayer:
    """A picture's colours mixed from pigments, in at most `count` mixtures.

    Raises
    ------
    ParameterError
        If there is no pigment or a change does not fit.
    """
    labels, colours = many_colours(picture, count, seed=plan.recipe.seed)
    srgb = np.array([pigment.srgb for pigment in pigments], np.float64)
    shares = shares_of(colours, pigments, plan.recipe, plan.physics, changes)
    return PaintLayer(picture, labels, colours, km_colour(shares, srgb), shares)


def nodes_of(
    thickness_um: NDArray[np.float32],
    labels: Labels,
    hidden_labels: Labels | None,
    enough: int = _ENOUGH_NODES,
) -> Nodes:
    """The stacks that occur: paint, thickness and hidden paint.

    Parameters
    ----------
    thickness_um, labels, hidden_labels
        Shape (rows, cols).
    enough
        Fewer thicknesses are taken rather than more stacks than these.

    Raises
    ------
    ParameterError
        If there are more than `MOST_NODES` even with two thicknesses only.
    """
    below = np.zeros_like(labels) if hidden_labels is None else hidden_labels
    numbers = labels.astype(np.int64), below.astype(np.int64)
    found = _at_levels(thickness_um, numbers, _LEVELS[0])
    for levels in _LEVELS[1:]:
        if len(found.numbers) <= enough or len(found.levels_um) == 1:
            break
        found = _at_levels(thickness_um, numbers, levels)
    if len(found.numbers) > MOST_NODES:
        raise ParameterError(
            "There are too many different stacks of paint.",
            f"Found {len(found.numbers)} combinations of paint, thickness and hidden paint; at "
            f"most {MOST_NODES} are computed.",
            "Ask for fewer distinct paints or hidden paints, or for even paint.",
        )
    if hidden_labels is None:
        found.numbers[:, 2] = -1
    return found


def _at_levels(
    thickness_um: NDArray[np.float32], numbers: tuple[NDArray[np.int64], ...], count: int
) -> Nodes:
    levels, lower, above = levels_of(thickness_um, count)
    paint, below = numbers
    depth = int(below.max()) + 1
    upper = np.minimum(lower + 1, len(levels) - 1)
    codes = [(paint * len(levels) + level) * depth + below for level in (lower, upper)]
    # what a point has nothing of need not be computed
    codes[0] = np.where(above == 1, codes[1], codes[0])
    codes[1] = np.where(above == 0, codes[0], codes[1])
    unique, places = np.unique(np.stack(codes), return_inverse=True)
    places = places.reshape(2, *thickness_um.shape)
    made = np.stack([unique // depth // len(levels), unique // depth % len(levels)], axis=1)
    table = np.column_stack([made, unique % depth]).astype(np.int32)
    # more than fit are refused before anybody reads them
    low, high = (np.minimum(place, 0xFFFF).astype(np.uint16) for place in places)
    return Nodes(table, levels, low, high, above)


def _spectra(
    made: Layers,
    nodes: Nodes,
    paint: PaintLayer,
    below: PaintLayer | None,
    plan: PhysicalPlan,
    progress: Progress,
) -> dict[str, Any]:
    """What the truth says of the nodes' spectra: per second first, then as it is counted."""
    physics, recipe = plan.physics, plan.recipe
    model = ForwardModel(
        replace(_real(plan), live_time_s=1.0),
        made.materials,
        secondary=physics.has_secondary,
        scatter=physics.has_scatter,
        escape=physics.has_escape,
    )
    hidden = None if below is None else below.shares[nodes.numbers[:, 2]]
    stacks = made.stacks(
        paint.shares[nodes.numbers[:, 0]], nodes.levels_um[nodes.numbers[:, 1]], hidden
    )
    per_second = _computed(model.expected, stacks, part_of(progress, 0.0, 0.7))
    lines, peaks = _main_lines(
        model, _computed(model.line_counts, stacks, part_of(progress, 0.7, 1.0))
    )
    rates = per_second.sum(axis=1)
    if recipe.noise is Noise.DWELL:
        dead = [dead_share(float(rate), recipe.dead_time_us * 1e-6) for rate in rates]
        live = recipe.dwell_s * (1 - np.array(dead))
        times = live
    else:
        mean = float(nodes.at_points(rates).mean())
        _check_counts(mean, rates, recipe)
        live, times = np.zeros(len(rates)), np.full(len(rates), recipe.counts / mean)
    expected = per_second * times[:, None]
    if physics.resolving_us > 0:
        axis = model.instrument.axis
        expected = piled_up(expected, axis, rates, physics.resolving_us * 1e-6)
        if recipe.noise is Noise.POISSON:
            # the number of counts is what was asked for, whatever pile-up takes
            expected *= recipe.counts / float(nodes.at_points(expected.sum(axis=1)).mean())
    return {
        "expected": expected.astype(np.float32),
        "rates_per_s": rates,
        "live_s": live,
        "lines": lines,
        "line_counts": peaks * times[:, None],
    }


def _main_lines(model: ForwardModel, peaks: FloatArray) -> tuple[tuple[str, ...], FloatArray]:
    """The line that each element is mapped by, where it has one: their keys and columns."""
    chosen = []
    for number, item in enumerate(model.lines):
        try:
            if line(item.element).key == item.key:
                chosen.append(number)
        except ParameterError:
            # too soft to be mapped
            continue
    return tuple(model.lines[number].key for number in chosen), peaks[:, chosen]


def _computed(
    expected: Callable[[LayerStacks], FloatArray], stacks: LayerStacks, progress: Progress
) -> FloatArray:
    """Spectra of all stacks, some at a time."""
    found = []
    for start in range(0, len(stacks), _BLOCK):
        progress(start / len(stacks), f"Computing spectrum {start + 1} of {len(stacks)}")
        part = slice(start, start + _BLOCK)
        found.append(expected(LayerStacks(stacks.volumes[part], stacks.thickness_um[part])))
    return np.concatenate(found)


def _check_counts(mean: float, rates: FloatArray, recipe: SynthesisRecipe) -> None:
    lowest = float(rates.min()) if recipe.noise is Noise.FIXED else mean
    if not (mean > 0 and lowest > _NOTHING * mean):
        raise ParameterError(
            "Some of the paint gives no counts at all.",
            f"Found {mean:g} counts a second on average, {float(rates.min()):g} at least.",
            "Let the scatter in, give the painting a ground, or let the dwell time decide.",
        )


def _thickness(shape: tuple[int, ...], plan: PhysicalPlan) -> NDArray[np.float32]:
    physics = plan.physics
    return thicknesses(
        shape[0],
        shape[1],
        physics.paint_um,
        physics.spread,
        physics.spread_px,
        plan.recipe.seed,
    )


def _real(plan: PhysicalPlan) -> Instrument:
    """The instrument as it is, with its channels joined."""
    return joined(miscalibrated(plan.instrument, plan.physics), plan.recipe.join)


def drawn_physically(truth: PhysicalTruth) -> PhysicalCounts:
    """The counts that belong to a truth: always the same, bit for bit."""
    return PhysicalCounts(truth)


def _cube(
    truth: PhysicalTruth, details: Mapping[str, Any], name: str, inputs: tuple[InputFile, ...]
) -> SpectralCube:
    """The cube of a truth, with the step that says how it was made."""
    recipe, instrument = truth.recipe, truth.instrument
    known = {
        **asdict(recipe),
        "physics": asdict(truth.physics),
        "instrument": instrument.to_json(),
        "pigments": truth.pigments,
        "changes": truth.changes.to_plain(),
        "stacks": len(truth.expected),
    }
    is_timed = recipe.noise is Noise.DWELL
    return SpectralCube(
        drawn_physically(truth),
        replace(instrument.axis, source=f"instrument {instrument.name}, as it says"),
        Acquisition(
            tube_anode=instrument.anode,
            tube_kv=instrument.tube_kv,
            filter=None if instrument.filter_element == "none" else instrument.filter_element,
            dwell_s=recipe.dwell_s if is_timed else None,
            live_time_s=float(truth.nodes.at_points(truth.live_s).mean()) if is_timed else None,
            detectors=("computed",),
        ),
        name=name,
        format="computed",
        inputs=inputs,
        steps=(Step("synthesise by physics", {**known, **details}, inputs, seed=recipe.seed),),
    )
