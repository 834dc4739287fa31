"""Painted stacks at random: varnish, one coat of paint, ground, support."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.physics.forward import LayerStacks
from app.core.pigments import Pigment
from app.core.synthesis.kubelka_munk import km_colour
from app.learn.chance import log_uniform

FloatArray = NDArray[np.float64]

_GROUNDS = ("chalk", "gypsum", "lead-white")
_MODERN_GROUNDS = ("titanium-white", "lithopone", "zinc-white")
_MODERN_GROUND_SHARE = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Stacks:
    """Random painted stacks.

    Parameters
    ----------
    layers
        Varnish, paint, ground, support.
    shares
        Of the pigments in the paint's pigment, shape (stacks, pigments), rows sum to 1.
    srgb
        The paint's colour, 0 to 1, shape (stacks, 3).
    grounds
        Place of the ground's pigment among the pigments, −1 without a ground, shape (stacks,).
    """

    layers: LayerStacks
    shares: FloatArray
    srgb: FloatArray
    grounds: NDArray[np.intp]

    def part(self, rows: NDArray[np.intp]) -> "Stacks":
        """Some of the stacks."""
        layers = LayerStacks(self.layers.volumes[rows], self.layers.thickness_um[rows])
        return Stacks(layers, self.shares[rows], self.srgb[rows], self.grounds[rows])


def painted(pigments: Sequence[Pigment], shares: FloatArray, rng: np.random.Generator) -> Stacks:
    """Random stacks with one coat of each paint.

    The paint is 5–50 µm thick and has 0.7 to 1.3 times its pigments' usual share of the volume,
    in oil; leaf metal is 0.2–5 µm and pure. Grounds are of chalk, gypsum or lead white in oil,
    30–300 µm, a quarter of titanium white, lithopone or zinc white instead; one in ten has none.
    Two in five have 5–30 µm of varnish; the support is 0.5–15 mm of wood or canvas.
    """
    names, number = [pigment.id for pigment in pigments], len(shares)
    volumes = np.zeros((number, 4, len(pigments) + 3))
    oil, varnish, cellulose = (len(pigments) + place for place in range(3))
    leaf = shares @ np.array([pigment.binder == "none" for pigment in pigments]) > 0
    usual = shares @ np.array([pigment.volume_fraction for pigment in pigments])
    fraction = np.where(leaf, 1.0, np.clip(usual * rng.uniform(0.7, 1.3, number), 0.03, 0.7))
    volumes[:, 1, : len(pigments)] = shares * fraction[:, None]
    volumes[:, 1, oil] = 1 - fraction
    volumes[:, 0, varnish] = volumes[:, 3, cellulose] = 1.0
    old, modern = (rng.choice(_known(kind, names), number) for kind in (_GROUNDS, _MODERN_GROUNDS))
    grounds = np.where(rng.random(number) < _MODERN_GROUND_SHARE, modern, old)
    ground_share = rng.uniform(0.3, 0.6, number)
    volumes[np.arange(number), 2, grounds] = ground_share
    volumes[:, 2, oil] = 1 - ground_share
    thickness = np.stack(
        [
            rng.uniform(5, 30, number) * (rng.random(number) < 0.4),
            np.where(leaf, log_uniform(rng, 0.2, 5, number), log_uniform(rng, 5, 50, number)),
            log_uniform(rng, 30, 300, number) * (rng.random(number) < 0.9),
            log_uniform(rng, 500, 15_000, number),
        ],
        axis=1,
    )
    volumes[thickness == 0] = 0.0
    colours = np.array([pigment.srgb for pigment in pigments], np.float64)
    srgb = km_colour(shares, colours) / 255.0
    grounds = np.where(thickness[:, 2] > 0, grounds, -1)
    return Stacks(LayerStacks(volumes, thickness), shares, srgb, grounds)


def _known(grounds: Sequence[str], names: Sequence[str]) -> list[int]:
    """Places of a ground's pigments; of any ground's where all of these are left out."""
    found = [names.index(name) for name in grounds if name in names]
    every = (*_GROUNDS, *_MODERN_GROUNDS)
    return found or [names.index(name) for name in every if name in names] or [0]
