"""Surfaces in depth: varnish, paint of uneven thickness, hidden paint, ground, support."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.formulas import mass_fractions
from app.core.physics.forward import LayerStacks
from app.core.physics.materials import Material, material
from app.core.pigments import BINDERS, Pigment
from app.core.synthesis.unevenness import levels_of, thicknesses
from app.learn.surfaces import Surface

FloatArray = NDArray[np.float64]

TOGETHER = 4
"""Stacks that a point's spectrum is mixed of at most: two paints, each of two thicknesses."""

_GROUNDS = ("chalk", "gypsum", "lead-white")
_MODERN_GROUNDS = ("titanium-white", "lithopone", "zinc-white")
_MODERN_SHARE, _NO_GROUND_SHARE = 0.25, 0.1
_VARNISHED_SHARE = 0.5
_VARNISH, _CELLULOSE = "varnish", "wood"
_MEDIA = ("linseed oil", "egg tempera", "animal glue")
_TEMPERA_SHARE = 0.25
_SEEDS = 2**31


@dataclass(frozen=True, slots=True, eq=False)
class Layering:
    """The stacks of a scene, and of which of them each point is.

    Parameters
    ----------
    materials
        What the stacks are mixed of.
    stacks
        Varnish, paint, hidden paint, ground, support of each stack.
    places
        Number of the stacks of each point, shape (4, rows, cols).
    weights
        Share of each in the point, shape (4, rows, cols); they sum to 1.
    """

    materials: tuple[Material, ...]
    stacks: LayerStacks
    places: NDArray[np.uint16]
    weights: NDArray[np.float32]


def layered(
    surface: Surface,
    hidden: Surface | None,
    levels: int,
    pigments: Sequence[Pigment],
    rng: np.random.Generator,
) -> Layering:
    """A surface upon a hidden one or none, all else at random.

    Each pigment has a thickness of its own, 5–50 µm (leaf metal 0.2–5 µm), and 0.7 to 1.3 times
    its usual share of the volume; a paint has its pigments' mean; over the picture the thickness
    varies smoothly, by up to 60 %. The medium is oil, or egg tempera in a quarter of the scenes.
    Half of them have 5–30 µm of varnish. Grounds are of chalk or gypsum in glue, or of lead
    white in oil, 30–300 µm; a quarter of titanium white, lithopone or zinc white instead; one in
    ten scenes has none. The support is 0.5–15 mm of wood or canvas.

    Parameters
    ----------
    surface, hidden
        Of the same size, mixed of the same pigments.
    levels
        Thicknesses, at least 2, that spectra are computed for; points lie between them.
    """
    rows, cols = surface.field.first.shape
    spread, size = float(rng.uniform(0, 0.6)), float(rng.uniform(3, 40))
    factor = thicknesses(rows, cols, 1.0, spread, size, int(rng.integers(_SEEDS)))
    levels_at, lower, above = levels_of(factor, levels)
    below = np.zeros((rows, cols), np.uint16) if hidden is None else hidden.field.first
    places, weights, codes = _combined(surface, (lower, above, len(levels_at)), below)
    depth = int(below.max()) + 1
    paints = codes // depth // len(levels_at)
    thick = levels_at[codes // depth % len(levels_at)]
    under = None if hidden is None else hidden.shares[codes % depth]
    materials, stacks = _stacks(surface.shares[paints], thick, under, pigments, rng)
    return Layering(materials, stacks, places, weights)


def _combined(
    surface: Surface,
    levels: tuple[NDArray[np.uint8], NDArray[np.float32], int],
    below: NDArray[np.uint16],
) -> tuple[NDArray[np.uint16], NDArray[np.float32], NDArray[np.int64]]:
    """Places and weights of each point, and the code of each stack: paint, level, hidden paint."""
    lower, above, count = levels
    depth = int(below.max()) + 1
    upper = np.minimum(lower.astype(np.int64) + 1, count - 1)
    share = surface.field.share
    weights = np.stack(
        [(1 - share) * (1 - above), (1 - share) * above, share * (1 - above), share * above]
    )
    codes = np.stack(
        [
            (paint.astype(np.int64) * count + level) * depth + below
            for paint in (surface.field.first, surface.field.second)
            for level in (lower.astype(np.int64), upper)
        ]
    )
    # what a point has nothing of need not be computed: the point's main stack stands for it
    main = np.take_along_axis(codes, weights.argmax(axis=0)[None], axis=0)
    unique, places = np.unique(np.where(weights > 0, codes, main), return_inverse=True)
    return places.reshape(weights.shape).astype(np.uint16), weights.astype(np.float32), unique


def _stacks(
    shares: FloatArray,
    factor: FloatArray,
    hidden: FloatArray | None,
    pigments: Sequence[Pigment],
    rng: np.random.Generator,
) -> tuple[tuple[Material, ...], LayerStacks]:
    """Materials and stacks of paints, each with the factor of its thickness."""
    number = len(shares)
    names = [pigment.id for pigment in pigments]
    ground, ground_um = _ground(names, rng)
    every = shares if hidden is None else np.concatenate([shares, hidden])
    present = np.asarray((every > 0).any(axis=0))
    if ground is not None:
        present[ground] = True
    used = [int(place) for place in np.flatnonzero(present)]
    leaf = np.array([pigments[place].binder == "none" for place in used])
    usual = np.array([pigments[place].volume_fraction for place in used])
    fraction = np.where(leaf, 1.0, np.clip(usual * rng.uniform(0.7, 1.3, len(used)), 0.03, 0.7))
    own_um = np.exp(rng.uniform(np.log(5), np.log(50), len(used)))
    own_um = np.where(leaf, np.exp(rng.uniform(np.log(0.2), np.log(5), len(used))), own_um)
    medium = "egg tempera" if rng.random() < _TEMPERA_SHARE else "linseed oil"
    places = {name: len(used) + place for place, name in enumerate((*_MEDIA, _VARNISH, _CELLULOSE))}
    volumes = np.zeros((number, 5, len(used) + len(places)))
    thickness = np.zeros((number, 5))
    for layer, paint in ((1, shares), (2, hidden)):
        if paint is None:
            continue
        mixed = paint[:, used]
        filled = (mixed @ fraction)[:, None]
        volumes[:, layer, : len(used)] = mixed * filled
        volumes[:, layer, places[medium]] = 1 - filled[:, 0]
        thickness[:, layer] = mixed @ own_um
    thickness[:, 1] *= factor
    if rng.random() < _VARNISHED_SHARE:
        volumes[:, 0, places[_VARNISH]] = 1.0
        thickness[:, 0] = rng.uniform(5, 30)
    if ground is not None:
        is_oil = names[ground] not in ("chalk", "gypsum")
        filled_share = float(rng.uniform(0.3, 0.6))
        volumes[:, 3, used.index(ground)] = filled_share
        volumes[:, 3, places["linseed oil" if is_oil else "animal glue"]] = 1 - filled_share
        thickness[:, 3] = ground_um
    volumes[:, 4, places[_CELLULOSE]] = 1.0
    thickness[:, 4] = np.exp(rng.uniform(np.log(500), np.log(15_000)))
    materials = tuple(pigments[place].dry() for place in used) + _media()
    return materials, LayerStacks(volumes, thickness)


def _ground(names: Sequence[str], rng: np.random.Generator) -> tuple[int | None, float]:
    """Place of the ground's pigment and the ground's thickness, µm; None without a ground."""
    kind = _MODERN_GROUNDS if rng.random() < _MODERN_SHARE else _GROUNDS
    known = [names.index(name) for name in kind if name in names]
    known = known or [names.index(name) for name in (*_GROUNDS, *_MODERN_GROUNDS) if name in names]
    thickness = float(np.exp(rng.uniform(np.log(30), np.log(300))))
    if rng.random() < _NO_GROUND_SHARE or not known:
        return None, 0.0
    return int(rng.choice(known)), thickness


def _media() -> tuple[Material, ...]:
    """What paints, varnish and support are made of beside pigments."""
    media = tuple(
        material(name, mass_fractions(BINDERS[name][0]), BINDERS[name][1]) for name in _MEDIA
    )
    return (
        *media,
        # dammar and mastic: triterpenes
        material(_VARNISH, mass_fractions("C30H48O3"), 1.07),
        # wood, and canvas that is glued to it
        material(_CELLULOSE, mass_fractions("C6H10O5"), 0.6),
    )
