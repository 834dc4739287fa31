"""A small look at a scan by physics before it is made: its paints, and maps of some pixels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.cube import CountsArray
from app.core.emission import line
from app.core.pigments import Pigment
from app.core.progress import Progress, no_progress, part_of
from app.core.synthesis.changes import Changes
from app.core.synthesis.draft import Draft
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.kubelka_munk import km_colour
from app.core.synthesis.layers_recipe import Mixing, PhysicsRecipe
from app.core.synthesis.mixing import similarities
from app.core.synthesis.paint_mixing import shares_of
from app.core.synthesis.palette import Palette, many_colours
from app.core.synthesis.physical import PhysicalPlan, paint_layer, scan_of_paint
from app.core.synthesis.physical_layers import layers
from app.core.synthesis.physical_truth import PaintLayer, PhysicalTruth
from app.core.synthesis.preview import PAPER_LINES, PreviewMap, thumbnail, window_of
from app.core.synthesis.sketch import FIRST_SIDE, Sketch

FloatArray = NDArray[np.float64]

MOST_PAINTS = 12
"""Most paints of a look."""

_HIDDEN_PAINTS = 4
# that many stacks take about half a second
_STACKS = 96
_ROWS = 8


@dataclass(frozen=True, slots=True, eq=False)
class PaintLook:
    """What some pixels of a scan by physics will be.

    Parameters
    ----------
    maps
        The eight maps of the ganX paper.
    paints, stacks
        How many paints were used, and how many stacks of layers computed.
    mean_counts
        Expected counts of a pixel, on average over those looked at.
    """

    maps: tuple[PreviewMap, ...]
    paints: int
    stacks: int
    mean_counts: float


def paint_sketch(
    picture: NDArray[np.uint8],
    recipe: SynthesisRecipe,
    physics: PhysicsRecipe,
    on_first: Callable[[Sketch], None],
    progress: Progress = no_progress,
) -> Sketch:
    """Find the colours that paint is mixed for: a few of few pixels at once, then all.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3), uint8: one pixel for each point of the scan.
    recipe
        Its seed counts.
    physics
        Number of distinct paints.
    on_first
        Given the first look.
    progress
        Told before all colours are looked for.
    """
    rows, cols = picture.shape[:2]
    step = max(-(-max(rows, cols) // FIRST_SIDE), 1)
    first_count = min(physics.materials, MOST_PAINTS)
    if step > 1 or first_count < physics.materials:
        few = np.ascontiguousarray(picture[::step, ::step])
        first = _found(few, first_count, recipe.seed)
        small = thumbnail(few, first.labels)
        small = replace(small, step=small.step * step)
        on_first(Sketch(rows, cols, first, small, is_final=False))
    progress(None, f"{physics.materials} paints")
    found = _found(picture, physics.materials, recipe.seed)
    return Sketch(rows, cols, found, thumbnail(picture, found.labels), is_final=True)


def paint_draft(
    sketch: Sketch,
    pigments: Sequence[Pigment],
    recipe: SynthesisRecipe,
    physics: PhysicsRecipe,
    changes: Changes,
    look: PaintLook | None,
) -> Draft:
    """The paints of a sketch with their shares; some hundredths of a second.

    Parameters
    ----------
    look
        Has the maps; without one they are left out.

    Raises
    ------
    ParameterError
        If the pigments cannot be computed with, or a change does not fit.
    """
    layers(pigments, physics)
    found = sketch.palette.colours
    colours = changes.colours_of(found)
    srgb = _srgb(pigments)
    return Draft(
        sketch=sketch,
        colours=colours,
        likeness=similarities(colours, srgb, recipe.similarity),
        ruled=shares_of(colours, pigments, recipe, physics, Changes()),
        shares=shares_of(found, pigments, recipe, physics, changes),
        maps=() if look is None else look.maps,
        mean_counts=None if look is None else look.mean_counts,
        is_by_likeness=physics.mixing is Mixing.SIMILARITY,
    )


def paint_look(
    sketch: Sketch,
    pigments: Sequence[Pigment],
    plan: PhysicalPlan,
    hidden: NDArray[np.uint8] | None = None,
    progress: Progress = no_progress,
) -> PaintLook:
    """Compute and draw some pixels as the scan will have them, with fewer paints.

    Parameters
    ----------
    sketch
        Has the pixels and the colours.
    hidden
        The hidden picture at the size of the scan, shape (rows, cols, 3), uint8.
    progress
        Told while spectra are computed and counts drawn; may raise to stop.

    Raises
    ------
    ParameterError
        As `app.core.synthesis.physical.paint_physically`.

    Notes
    -----
    The `MOST_PAINTS` most frequent paints of the pixels are kept, and the others replaced by
    the nearest of these in colour. Unevenness and backlash are scaled with the distance of the
    pixels; the random numbers are others than the scan's.
    """
    small = sketch.small
    layers(pigments, plan.physics)
    changes = plan.changes if sketch.is_final else Changes()
    physics = replace(
        plan.physics,
        spread_px=max(plan.physics.spread_px / small.step, 1.0),
        backlash_px=round(plan.physics.backlash_px / small.step),
    )
    plan = replace(plan, physics=physics, changes=changes)
    paint = _fewer_paints(sketch, pigments, plan)
    below = None
    if hidden is not None:
        some = np.ascontiguousarray(hidden[:: small.step, :: small.step])
        count = min(physics.hidden_materials, _HIDDEN_PAINTS)
        below = paint_layer(some, pigments, plan, count, Changes())
    made = scan_of_paint(
        paint,
        below,
        pigments,
        plan,
        enough_nodes=_STACKS,
        progress=part_of(progress, 0.0, 0.7),
    )
    maps = _maps(made.truth, made.cube.counts, part_of(progress, 0.7, 1.0))
    return PaintLook(maps, len(paint.colours), len(made.truth.expected), _mean(made.truth))


def _found(picture: NDArray[np.uint8], count: int, seed: int) -> Palette:
    """The colours as a palette without silhouettes."""
    labels, colours = many_colours(picture, count, seed=seed)
    sizes = np.bincount(labels.ravel(), minlength=len(colours)).astype(np.int64)
    apart = (picture / 255.0 - colours[labels] / 255.0) ** 2
    return Palette(labels, colours, sizes, (), float(apart.sum()))


def _fewer_paints(sketch: Sketch, pigments: Sequence[Pigment], plan: PhysicalPlan) -> PaintLayer:
    """The pixels' paint in the most frequent paints, with changes by hand in them."""
    small, colours = sketch.small, sketch.palette.colours
    sizes = np.bincount(small.labels.ravel(), minlength=len(colours))
    kept = np.argsort(-sizes, kind="stable")[:MOST_PAINTS]
    kept = kept[sizes[kept] > 0]
    shares = shares_of(colours, pigments, plan.recipe, plan.physics, plan.changes)[kept]
    wanted = plan.changes.colours_of(colours)
    apart = ((wanted[:, None] - wanted[kept]) ** 2).sum(axis=2)
    labels = np.argmin(apart, axis=1).astype(np.uint16)[small.labels]
    mixed = km_colour(shares, _srgb(pigments))
    return PaintLayer(small.picture, labels, colours[kept], mixed, shares)


def _maps(truth: PhysicalTruth, counts: CountsArray, progress: Progress) -> tuple[PreviewMap, ...]:
    """Counts in the windows, drawn some rows at a time."""
    rows, cols, channels = truth.shape
    axis = truth.instrument.axis
    lines = [line(key) for key in PAPER_LINES]
    windows = [window_of(item, axis, channels) for item in lines]
    sums = np.zeros((len(lines), rows, cols), np.int64)
    for start in range(0, rows, _ROWS):
        progress(start / rows, "Drawing counts")
        part = counts[start : start + _ROWS]
        for number, window in enumerate(windows):
            if window is not None:
                chosen = part[..., window[0] : window[1]]
                sums[number, start : start + _ROWS] = chosen.sum(axis=2, dtype=np.int64)
    return tuple(
        PreviewMap(item, None if window is None else sums[number])
        for number, (item, window) in enumerate(zip(lines, windows, strict=True))
    )


def _mean(truth: PhysicalTruth) -> float:
    return float(truth.nodes.at_points(truth.expected.sum(axis=1, dtype=np.float64)).mean())


def _srgb(pigments: Sequence[Pigment]) -> FloatArray:
    return np.array([pigment.srgb for pigment in pigments], np.float64)
