"""Paint-outs: a panel with a square of each pigment alone, as conservators keep them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.formulas import mass_fractions
from app.core.physics.forward import LayerStacks
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Material, material
from app.core.pigments import BINDERS, Pigment
from app.learn.fields import Field
from app.learn.instruments import KILOVOLTS, TRAINING_ANODES, draw_instrument
from app.learn.jitter import AxisError, Measuring
from app.learn.layering import TOGETHER, Layering
from app.learn.paints import FREQUENCY
from app.learn.scenes import Scene, computed
from app.learn.surfaces import Surface
from app.learn.trials import Condition, Trial, axis_told

GROUNDS = ("chalk", "lead-white")
"""What the squares lie on, each in a panel of its own."""

THICKNESS_UM, LEAF_UM, GROUND_UM, SUPPORT_UM = 30.0, 1.0, 200.0, 10_000.0
"""Of paint, leaf metal, ground and support, µm."""

MORE = ("massicot", "barytes")
"""Pigments that have a square although they are too rare for `paints.FREQUENCY`."""

PAINT_OUTS = "paint-outs"

_GROUND_SHARE = 0.45
_GROUND_MEDIA = ("animal glue", "linseed oil")
_SUPPORT = "wood"
_STREAM = 29
# the darkest square gives about a tenth of the mean
_LONGER = 20.0


@dataclass(frozen=True, slots=True)
class PaintOutPlan:
    """How many panels there are, and how they are measured.

    Parameters
    ----------
    side
        Rows and columns of a square, points.
    scanners
        How many scanners each panel is measured with, see `scanner_of`. They have the tubes that
        networks learn from, but nothing was learnt from these scanners.
    counts
        Expected total of each point's spectrum.
    seed
        Decides all.
    """

    side: int = 8
    scanners: int = 4
    counts: float = 3000.0
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class PaintOuts:
    """A measured panel.

    Parameters
    ----------
    ground
        One of `GROUNDS`.
    pigments
        Those that have a square.
    squares
        Number of the pigment of each point, shape (rows, cols).
    trial
        What networks are shown.
    """

    ground: str
    pigments: tuple[Pigment, ...]
    squares: NDArray[np.int32]
    trial: Trial

    def thinned(self) -> "PaintOuts":
        """Every second row and column."""
        trial = self.trial
        counts, rgb, elements = (
            np.ascontiguousarray(values[::2, ::2])
            for values in (trial.counts, trial.rgb, trial.elements)
        )
        thinned = replace(trial, counts=counts, rgb=rgb, elements=elements)
        return replace(self, squares=self.squares[::2, ::2], trial=thinned)


def usual(pigments: Sequence[Pigment]) -> tuple[Pigment, ...]:
    """The pigments that have a square: those that are common, and `MORE`."""
    return tuple(item for item in pigments if item.id in FREQUENCY or item.id in MORE)


def paint_outs(library: Sequence[Pigment], plan: PaintOutPlan) -> Iterator[PaintOuts]:
    """All panels, one at a time; the same ones for the same library and plan.

    Parameters
    ----------
    library
        With the pigments of `GROUNDS`; of the `usual` ones each has a square. Places that are
        left in the last row are filled with the first ones again.
    plan
        How many panels, how measured.

    Notes
    -----
    Each square is 30 µm of one pigment in its usual medium and share of it (leaf metal 1 µm), on
    200 µm of chalk in glue or of lead white in oil, on 10 mm of wood, without varnish. Scatter,
    argon and what is the scanner's own are drawn as for scenes (`scenes.computed`).
    """
    for number in range(plan.scanners):
        for place, ground in enumerate(GROUNDS):
            # one scanner for all grounds
            scanner = scanner_of(number, plan.scanners, [plan.seed, _STREAM, number])
            rng = np.random.default_rng([plan.seed, _STREAM, number, 1 + place])
            squares, scene = _panel(library, ground, plan.side, scanner, rng)
            trial = _measured(scene, squares, plan.counts, (ground, number), rng)
            yield PaintOuts(ground, usual(library), squares, trial)


def scanner_of(number: int, of: int, seed: Sequence[int]) -> Instrument:
    """A scanner for a panel: tubes by turns, voltages evenly spread, all else at random.

    Parameters
    ----------
    number, of
        Which one, counted from 0, of how many.
    seed
        Decides the rest.
    """
    anode = TRAINING_ANODES[number % len(TRAINING_ANODES)]
    low, high = KILOVOLTS
    tube_kv = round(low + (high - low) * (number + 0.5) / of, 1)
    return replace(draw_instrument(anode, np.random.default_rng(seed)), tube_kv=tube_kv)


def number_of_paint_outs(plan: PaintOutPlan) -> int:
    """How many panels there are."""
    return plan.scanners * len(GROUNDS)


def _panel(
    library: Sequence[Pigment],
    ground: str,
    side: int,
    instrument: Instrument,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int32], Scene]:
    """Number of each point's pigment, and the scene; one stack for each pigment."""
    pigments = usual(library)
    number = len(pigments)
    cols = int(np.ceil(np.sqrt(number)))
    rows = -(-number // cols)
    small = (np.arange(rows * cols) % number).astype(np.int32).reshape(rows, cols)
    squares = np.kron(small, np.ones((side, side), np.int32))
    first = squares.astype(np.uint16)
    field = Field(first, first, np.zeros(first.shape, np.float32))
    colours = np.array([item.srgb for item in pigments], np.float64) / 255.0
    weights = np.zeros((TOGETHER, *first.shape), np.float32)
    weights[0] = 1.0
    under = next(item for item in library if item.id == ground)
    materials, stacks = _stacks(pigments, under)
    layering = Layering(materials, stacks, np.stack([first] * TOGETHER), weights)
    surface = Surface(field, np.eye(number), colours)
    return squares, computed(surface, layering, instrument, rng, {"kind": PAINT_OUTS})


def _stacks(
    pigments: Sequence[Pigment], ground: Pigment
) -> tuple[tuple[Material, ...], LayerStacks]:
    """Paint, ground and support of each square."""
    number = len(pigments)
    media = [name for name in BINDERS if name != "none"]
    materials = (
        *(item.dry() for item in pigments),
        ground.dry(),
        *(material(name, mass_fractions(BINDERS[name][0]), BINDERS[name][1]) for name in media),
        material(_SUPPORT, mass_fractions("C6H10O5"), 0.6),
    )
    first_medium = number + 1
    volumes = np.zeros((number, 3, len(materials)))
    thickness = np.tile([THICKNESS_UM, GROUND_UM, SUPPORT_UM], (number, 1))
    for place, item in enumerate(pigments):
        if item.binder == "none":
            volumes[place, 0, place] = 1.0
            thickness[place, 0] = LEAF_UM
            continue
        volumes[place, 0, place] = item.volume_fraction
        volumes[place, 0, first_medium + media.index(item.binder)] = 1 - item.volume_fraction
    glue = _GROUND_MEDIA[GROUNDS.index(ground.id)]
    volumes[:, 1, number] = _GROUND_SHARE
    volumes[:, 1, first_medium + media.index(glue)] = 1 - _GROUND_SHARE
    volumes[:, 2, -1] = 1.0
    return materials, LayerStacks(volumes, thickness)


def _measured(
    scene: Scene,
    squares: NDArray[np.int32],
    counts: float,
    about: tuple[str, int],
    rng: np.random.Generator,
) -> Trial:
    """The panel with as many counts in each square, but for chance.

    Photons are counted for longer and then each kept with a probability of its square's own:
    what is left of Poisson counts is Poisson again.
    """
    rows, cols = squares.shape
    photons = scene.photons(_LONGER * counts, rng)
    totals = photons.sum(axis=1, dtype=np.float64)
    each = np.bincount(squares.ravel(), totals) / np.bincount(squares.ravel())
    kept = np.minimum(counts / np.maximum(each, 1.0), 1.0)[squares.ravel()]
    seen = rng.binomial(photons.astype(np.int64), kept[:, None])
    ground, number = about
    return Trial(
        ground,
        PAINT_OUTS,
        number,
        Condition("paints", f"{counts:g} counts", "own", Measuring((counts, counts), 0.0, 0.0)),
        seen.reshape(rows, cols, -1).astype(np.float32),
        axis_told(AxisError()),
        np.ascontiguousarray(np.moveaxis(scene.rgb(), 0, -1)),
        np.ascontiguousarray(scene.elements().T.reshape(rows, cols, -1)),
        scene.instrument,
    )
