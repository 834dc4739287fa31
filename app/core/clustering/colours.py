"""Colours for clusters that colour-blind eyes tell apart as well."""

from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from app.core.colour import srgb_to_lab

# M. Okabe, K. Ito, "Color Universal Design", 2008: blue, orange, bluish green, vermilion,
# sky blue, reddish purple, yellow, black
_FIRST = (
    (0, 114, 178),
    (230, 159, 0),
    (0, 158, 115),
    (213, 94, 0),
    (86, 180, 233),
    (204, 121, 167),
    (240, 228, 66),
    (0, 0, 0),
)

OUTSIDE_SRGB = (222, 219, 212)
"""Colour of pixels that are in no cluster."""

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, IEEE Trans. Vis. Comput. Graph. 15 (2009)
# 1291, severity 1: what those without L, M or S cones see, in linear sRGB
_VISIONS = np.array(
    [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ]
)

_GRID = (0, 51, 102, 153, 204, 255)


def cluster_colours(count: int) -> NDArray[np.uint8]:
    """Colours of clusters, the first for the first.

    The first eight are those of Okabe and Ito. Each further one is that of a coarse grid of
    sRGB which is farthest, in the least of four visions, from all before it, from white and
    from the colour of pixels in no cluster.

    Returns
    -------
    ndarray
        sRGB, shape (count, 3), uint8. Beyond about twenty they are hard to tell apart for
        anybody; the same colours come again after two hundred.
    """
    colours = list(_FIRST)
    if count > len(colours):
        colours.extend(_further(min(count, len(_GRID) ** 3 - 16) - len(colours)))
    return np.array([colours[i % len(colours)] for i in range(count)], np.uint8).reshape(count, 3)


@lru_cache(maxsize=8)
def _further(count: int) -> tuple[tuple[int, int, int], ...]:
    """Colours after the first eight."""
    grid = list(product(_GRID, repeat=3))
    seen = np.stack([_as_seen(colour) for colour in grid])
    taken = [*_FIRST, OUTSIDE_SRGB, (255, 255, 255)]
    least = np.full(len(grid), np.inf)
    for colour in taken:
        least = np.minimum(least, _apart(seen, _as_seen(colour)))
    chosen: list[tuple[int, int, int]] = []
    for _ in range(count):
        best = int(least.argmax())
        red, green, blue = grid[best]
        chosen.append((red, green, blue))
        least = np.minimum(least, _apart(seen, seen[best]))
    return tuple(chosen)


def least_difference(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    """Distance of two sRGB colours in CIE Lab (ΔE 1976), the least of the four visions."""
    return float(_apart(_as_seen(first)[None], _as_seen(second))[0])


def _apart(seen: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least distance over visions, shape (colours,), from shape (colours, visions, 3)."""
    least: NDArray[np.float64] = np.linalg.norm(seen - other, axis=-1).min(axis=-1)
    return least


def _as_seen(colour: tuple[int, ...]) -> NDArray[np.float64]:
    """Lab of a colour in each of the four visions, shape (4, 3)."""
    bands = np.array(colour) / 255.0
    linear = np.where(bands <= 0.04045, bands / 12.92, ((bands + 0.055) / 1.055) ** 2.4)
    light = np.clip(_VISIONS @ linear, 0.0, 1.0)
    back = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.array([srgb_to_lab([round(255 * band) for band in seen]) for seen in back])
