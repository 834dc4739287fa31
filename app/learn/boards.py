"""Boards of samples: hundreds of coats of paint that have nothing in common but the scanner.

A painted scene has some dozen paints upon one ground; a board's samples have each their own
paint, thickness, varnish and ground, so that networks of single points meet many more of them in
the same time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.physics.forward import ForwardModel, LayerStacks
from app.core.physics.instrument import Instrument
from app.core.pigments import Pigment
from app.core.synthesis.kubelka_munk import km_mixture
from app.learn.paints import draw_shares, materials_for
from app.learn.palettes import draw_palette
from app.learn.scenes import Scene, scene_of_stacks
from app.learn.stacks import Stacks, painted

FloatArray = NDArray[np.float64]

SAMPLES = 384
_OF_PALETTES, _PALETTES = 0.5, 8
_HIDING_SHARE = 0.2


def make_board(
    pigments: Sequence[Pigment],
    instrument: Instrument,
    rng: np.random.Generator,
    told: Mapping[str, Any] | None = None,
    pictures: Sequence[NDArray[np.uint8]] = (),
    samples: int = SAMPLES,
) -> Scene:
    """Paint and compute a board, a scene of one row.

    Parameters
    ----------
    pigments
        What may be on it.
    instrument
        As scenes need it.
    rng
        Decides all else.
    told
        Kept with the board.
    pictures
        Whose colours half of the samples aim at, sRGB of shape (rows, cols, 3); colours at
        random without any. Each eighth of these samples is mixed from a palette of its own; the
        other half are paints of one to three pigments, many of one alone.
    samples
        How many.
    """
    aimed = int(samples * _OF_PALETTES)
    shares = np.concatenate(
        [
            draw_shares(pigments, samples - aimed, rng),
            *(
                _mixed(pigments, len(part), pictures, rng)
                for part in np.array_split(np.arange(aimed), _PALETTES)
                if len(part)
            ),
        ]
    )
    stacks = _hiding(painted(pigments, shares, rng), pigments, rng)
    model = ForwardModel(instrument, materials_for(pigments))
    places = np.zeros((4, 1, samples), np.uint16)
    places[:] = np.arange(samples)
    weights = np.zeros((4, 1, samples), np.float32)
    weights[0] = 1.0
    picture = stacks.srgb[None].astype(np.float32)
    details = {**(told or {}), "kind": "board", "hidden": False, "stacks": samples}
    return scene_of_stacks(model, stacks.layers, (places, weights, picture), rng, details)


def _mixed(
    pigments: Sequence[Pigment],
    number: int,
    pictures: Sequence[NDArray[np.uint8]],
    rng: np.random.Generator,
) -> FloatArray:
    """Shares of pigments in paints that a random palette gives for some colours."""
    chosen = list(draw_palette(pigments, rng))
    if pictures:
        points = pictures[int(rng.integers(len(pictures)))].reshape(-1, 3)
        wanted = points[rng.integers(0, len(points), number)].astype(np.float64)
    else:
        wanted = rng.uniform(0, 255, (number, 3))
    known = np.array([pigments[place].srgb for place in chosen], np.float64)
    shares = np.zeros((number, len(pigments)))
    shares[:, chosen] = km_mixture(wanted, known, int(rng.integers(2, 5)))
    return shares


def _hiding(stacks: Stacks, pigments: Sequence[Pigment], rng: np.random.Generator) -> Stacks:
    """The stacks, some of them with another paint below the one that is seen."""
    number = len(stacks.layers.volumes)
    hides = rng.random(number) < _HIDING_SHARE
    below = painted(pigments, draw_shares(pigments, number, rng), rng).layers
    volumes = np.insert(stacks.layers.volumes, 2, below.volumes[:, 1] * hides[:, None], axis=1)
    thickness = np.insert(stacks.layers.thickness_um, 2, below.thickness_um[:, 1] * hides, axis=1)
    return Stacks(LayerStacks(volumes, thickness), stacks.shares, stacks.srgb, stacks.grounds)
