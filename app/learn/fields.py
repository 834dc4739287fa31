"""Pictures made of nothing: areas, strokes of a brush and blends, to paint scenes with.

With these networks can be taught without any painting at hand.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.synthesis.unevenness import smooth_field

Labels = NDArray[np.uint16]

_SEEDS = 2**31
# a point of a scan is about as wide as a border between two dabs
_BORDER_PX = (0.3, 3.0)
# strokes for each hundred points of the picture
_STROKES = (0.3, 1.5)
_GRAIN = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """What lies where: at every point one area, or two with their shares.

    Parameters
    ----------
    first, second
        Number of an area, shape (rows, cols).
    share
        Of the second one in the point, 0 to 1, shape (rows, cols).
    """

    first: Labels
    second: Labels
    share: NDArray[np.float32]


def draw_field(rows: int, cols: int, areas: int, rng: np.random.Generator) -> Field:
    """A field of one of the three kinds, or strokes upon one of the others.

    Parameters
    ----------
    rows, cols
        Size of the picture, points.
    areas
        How many numbers there are; not each need occur.
    """
    kinds: tuple[Callable[..., Field], ...] = (patches, blends)
    ground = kinds[int(rng.integers(len(kinds)))](rows, cols, areas, rng)
    return strokes(ground, areas, rng) if rng.random() < 0.6 else ground


def patches(rows: int, cols: int, areas: int, rng: np.random.Generator) -> Field:
    """Areas about random points, each nearest to its own; borders are more or less soft.

    Notes
    -----
    Voronoi cells, their borders bent by a smooth random field.
    """
    from scipy.spatial import KDTree

    number = int(rng.integers(areas, 4 * areas + 2))
    centres = rng.random((number, 2)) * (rows, cols)
    numbers = rng.integers(0, areas, number).astype(np.uint16)
    places = np.moveaxis(np.mgrid[:rows, :cols].astype(np.float64), 0, -1)
    size = float(np.sqrt(rows * cols / number))
    for axis in range(2):
        places[..., axis] += 0.3 * size * _smooth(rows, cols, size, rng)
    apart, near = KDTree(centres).query(places, k=2)
    width = size * 0.5 if rng.random() < 0.2 else rng.uniform(*_BORDER_PX)
    # half and half on the border, all of the nearer one a width away
    share = np.clip(0.5 - (apart[..., 1] - apart[..., 0]) / (2 * width), 0.0, 0.5)
    first, second = numbers[near[..., 0]], numbers[near[..., 1]]
    return Field(first, second, share.astype(np.float32))


def blends(rows: int, cols: int, areas: int, rng: np.random.Generator) -> Field:
    """Areas that pass smoothly into the next one, as a sky or modelled flesh does."""
    size = float(rng.uniform(0.1, 0.6)) * min(rows, cols)
    height = _smooth(rows, cols, max(size, 2.0), rng)
    slope = rng.normal(size=2)
    across = slope[0] * np.linspace(-1, 1, rows)[:, None] + slope[1] * np.linspace(-1, 1, cols)
    height = height + across
    ranks = (height - height.min()) / max(float(np.ptp(height)), 1e-9) * (areas - 1)
    below = np.minimum(np.floor(ranks), max(areas - 2, 0)).astype(np.intp)
    order = rng.permutation(areas).astype(np.uint16)
    share = np.clip(ranks - below, 0.0, 1.0)
    return Field(order[below], order[np.minimum(below + 1, areas - 1)], share.astype(np.float32))


def strokes(ground: Field, areas: int, rng: np.random.Generator) -> Field:
    """Strokes of a brush upon a field: bent a little, thinner where the bristles leave off."""
    rows, cols = ground.first.shape
    first, second, share = ground.first.copy(), ground.second.copy(), ground.share.copy()
    number = int(rows * cols / 100 * rng.uniform(*_STROKES))
    general = rng.uniform(0, np.pi)
    for _ in range(number):
        length, width = rng.uniform(4, 0.3 * min(rows, cols) + 6), rng.uniform(1, 5)
        box, cover = _stroke(
            (rows, cols),
            (rng.uniform(0, rows), rng.uniform(0, cols)),
            (length, width),
            general + rng.normal(0, 0.6),
            rng,
        )
        colour = np.uint16(rng.integers(areas))
        hit = cover > 0.05
        under = np.where(share[box] > 0.5, second[box], first[box])
        second[box] = np.where(hit, under, second[box])
        first[box] = np.where(hit, colour, first[box])
        share[box] = np.where(hit, 1.0 - cover, share[box])
    return Field(first, second, share)


def _stroke(
    shape: tuple[int, int],
    centre: tuple[float, float],
    size: tuple[float, float],
    turn: float,
    rng: np.random.Generator,
) -> tuple[tuple[slice, slice], NDArray[np.float32]]:
    """The part of a picture about a stroke, and how much of each point it covers there."""
    length, width = size
    reach = length / 2 + width + 1
    box = tuple(
        slice(max(int(middle - reach), 0), min(int(middle + reach) + 1, most))
        for middle, most in zip(centre, shape, strict=True)
    )
    down, right = np.ogrid[box[0], box[1]]
    down, right = down - centre[0], right - centre[1]
    along = right * np.cos(turn) + down * np.sin(turn)
    across = down * np.cos(turn) - right * np.sin(turn)
    across = across - rng.normal(0, 0.3) * along**2 / max(length, 1.0)
    inside = np.clip(width / 2 + 0.5 - np.abs(across), 0, 1)
    inside = inside * np.clip(length / 2 + 0.5 - np.abs(along), 0, 1)
    bristles = rng.uniform(0.4, 1.0, int(width) + 3)
    which = np.clip(np.round(across + width / 2).astype(np.intp), 0, len(bristles) - 1)
    worn = 1 - rng.uniform(0, 0.6) * np.clip(along / length + 0.5, 0, 1)
    return (box[0], box[1]), np.asarray(inside * bristles[which] * worn, np.float32)


def coloured(field: Field, areas: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A picture of a field: each area a colour, lit unevenly, with grain; sRGB (rows, cols, 3).

    Colours are as paintings have them: most of them muted, some strong, some nearly white or
    black.
    """
    hue = rng.normal(rng.uniform(0, 1), 0.25, areas)
    hue = np.where(rng.random(areas) < 0.3, rng.random(areas), hue) % 1.0
    strength = rng.beta(1.1, 1.2, areas)
    value = rng.beta(1.2, 1.0, areas)
    colours = _of_hue(hue, strength, value)
    share = field.share[..., None]
    picture = (1 - share) * colours[field.first] + share * colours[field.second]
    rows, cols = field.first.shape
    light = _smooth(rows, cols, float(rng.uniform(0.05, 0.4)) * min(rows, cols), rng)
    picture = picture * np.exp(rng.uniform(0, 0.4) * light)[..., None]
    grain = rng.normal(0, rng.uniform(0, _GRAIN), (rows, cols, 1))
    return np.clip(np.round(picture * 255 + grain), 0, 255).astype(np.uint8)


def _of_hue(
    hue: NDArray[np.float64], strength: NDArray[np.float64], value: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Colours of 0 to 1 by hue (0 to 1, red is 0), saturation and value, shape (colours, 3)."""
    sixths = (np.array([5.0, 3.0, 1.0]) + 6 * hue[:, None]) % 6
    part = np.clip(np.minimum(sixths, 4 - sixths), 0, 1)
    return value[:, None] * (1 - strength[:, None] * part)


def _smooth(rows: int, cols: int, size_px: float, rng: np.random.Generator) -> NDArray[np.float32]:
    return smooth_field(rows, cols, max(size_px, 1.0), int(rng.integers(_SEEDS)))
