"""Coats of paint that show a picture: which paint lies where, and what it is mixed of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.pigments import Pigment
from app.core.synthesis.kubelka_munk import km_colour, km_mixture
from app.core.synthesis.palette import many_colours
from app.learn.fields import Field, draw_field
from app.learn.paints import draw_shares
from app.learn.palettes import draw_palette

FloatArray = NDArray[np.float64]

# less of a second paint than this in a point is none
_LEAST_SHARE = 0.03
_SEEDS = 2**31


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A coat of paint.

    Parameters
    ----------
    field
        Number of the one or two paints at every point, with their shares.
    shares
        Of the pigments in each paint's pigment, shape (paints, pigments), rows sum to 1.
    srgb
        Colour of each paint, 0 to 1, shape (paints, 3).
    """

    field: Field
    shares: FloatArray
    srgb: FloatArray

    def picture(self) -> NDArray[np.float32]:
        """The colours, sRGB of 0 to 1, shape (rows, cols, 3).

        Two paints in one point lie beside each other: their light adds up.
        """
        light = linear(self.srgb)
        share = self.field.share[..., None].astype(np.float64)
        seen = (1 - share) * light[self.field.first] + share * light[self.field.second]
        return encoded(seen).astype(np.float32)


def painted_at_random(
    rows: int, cols: int, paints: int, pigments: Sequence[Pigment], rng: np.random.Generator
) -> Surface:
    """Random paints, many of them of one pigment alone, in a random field."""
    shares = draw_shares(pigments, paints, rng)
    field = draw_field(rows, cols, paints, rng)
    return Surface(_tidy(field), shares, _colour(shares, pigments))


def copied(
    picture: NDArray[np.uint8],
    paints: int,
    pigments: Sequence[Pigment],
    rng: np.random.Generator,
) -> Surface:
    """A picture painted with a random palette, in at most so many paints.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3). Its colours are what is aimed at; what the palette's
        mixtures give is in the surface.

    Notes
    -----
    The colours' clusters are mixed by Kubelka and Munk of at most two to four pigments each. A
    point between two clusters has some of both, as when dabs are smaller than the beam.
    """
    chosen = list(draw_palette(pigments, rng))
    at_most = int(rng.integers(2, 5))
    labels, colours = many_colours(picture, paints, seed=int(rng.integers(_SEEDS)))
    known = np.array([pigments[place].srgb for place in chosen], np.float64)
    shares = np.zeros((len(colours), len(pigments)))
    shares[:, chosen] = km_mixture(colours, known, at_most)
    field = _tidy(_between(picture, labels.astype(np.uint16), colours))
    return Surface(field, shares, _colour(shares, pigments))


def _between(picture: NDArray[np.uint8], labels: NDArray[np.uint16], colours: FloatArray) -> Field:
    """Each point between its own cluster and the next nearest one."""
    from scipy.spatial import KDTree

    if len(colours) < 2:
        return Field(labels, labels, np.zeros(labels.shape, np.float32))
    light, centres = linear(picture / 255.0), linear(colours / 255.0)
    _, near = KDTree(colours).query(picture.astype(np.float64), k=2)
    # the second one is whichever of the two is not the point's own
    second = np.where(near[..., 0] == labels, near[..., 1], near[..., 0])
    way = centres[second] - centres[labels]
    length = np.maximum((way**2).sum(axis=-1), 1e-9)
    share = ((light - centres[labels]) * way).sum(axis=-1) / length
    return Field(labels, second.astype(np.uint16), np.clip(share, 0, 1).astype(np.float32))


def _tidy(field: Field) -> Field:
    """The same without traces, so that no spectrum is computed for them."""
    share = np.where(field.share < _LEAST_SHARE, 0.0, field.share)
    share = np.where(share > 1 - _LEAST_SHARE, 1.0, share)
    first = np.where(share == 1, field.second, field.first)
    share = np.where((share == 1) | (first == field.second), 0.0, share)
    second = np.where(share == 0, first, field.second)
    return Field(first, second, share.astype(np.float32))


def _colour(shares: FloatArray, pigments: Sequence[Pigment]) -> FloatArray:
    return km_colour(shares, np.array([pigment.srgb for pigment in pigments], np.float64)) / 255.0


def linear(srgb: FloatArray) -> FloatArray:
    """Light of sRGB values of 0 to 1 (IEC 61966-2-1:1999), same shape."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def encoded(light: FloatArray) -> FloatArray:
    """SRGB of 0 to 1 of light, same shape; the inverse of `linear`."""
    kept = np.clip(light, 0, 1)
    return np.where(kept <= 0.0031308, 12.92 * kept, 1.055 * kept ** (1 / 2.4) - 0.055)
