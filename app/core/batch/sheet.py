"""A contact sheet before it is drawn: a row for each scan, a column for each result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.display import MapDisplay, levels, to_rgb

TILE_PIXELS = 240
"""Rows and columns that a tile has at most."""

DISPLAY = MapDisplay()
"""How maps on a sheet are shown."""


class Scaling(StrEnum):
    """Over which counts the colours of a map spread.

    SHARED takes for all maps of a column those from 0 to the largest of their upper
    percentiles, so that they can be compared; OWN takes each map's own percentiles.
    """

    SHARED = "shared"
    OWN = "own"


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One result of one scan, made small.

    Parameters
    ----------
    column
        Under what it stands: "Fe Kα", "Predicted colours".
    picture
        Counts, shape (rows, cols), float32; or colours, shape (rows, cols, 4), uint8.
    limits
        Counts of the first and the last colour of the whole map's percentiles; None for
        colours.
    unit
        Of the counts.
    """

    column: str
    picture: NDArray[Any]
    limits: tuple[float, float] | None = None
    unit: str = ""

    def rgb(self, limits: tuple[float, float] | None) -> NDArray[np.uint8]:
        """Its colours between these limits, shape (rows, cols, 4), uint8."""
        if self.limits is None:
            return self.picture
        return to_rgb(self.picture, DISPLAY, limits or self.limits)


@dataclass(frozen=True, slots=True, eq=False)
class Digest:
    """What a contact sheet needs of one scan.

    Parameters
    ----------
    name
        Of the scan.
    details
        A line below the name: its size.
    aspect
        Distance between rows divided by that between columns.
    tiles
        Its results.
    date
        When they were made, ISO 8601; empty where it is not known.
    """

    name: str
    details: str = ""
    aspect: float = 1.0
    tiles: tuple[Tile, ...] = ()
    date: str = ""

    def tile(self, column: str) -> Tile | None:
        """The result of a column; None where there is none."""
        return next((tile for tile in self.tiles if tile.column == column), None)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """All scans of a batch.

    Parameters
    ----------
    title
        Above all.
    digests
        Scans with results, in their order.
    missing
        Name and reason of scans without.
    scaling
        How maps are scaled.
    """

    title: str
    digests: tuple[Digest, ...]
    missing: tuple[tuple[str, str], ...] = ()
    scaling: Scaling = Scaling.SHARED
    columns: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = dict.fromkeys(tile.column for item in self.digests for tile in item.tiles)
        object.__setattr__(self, "columns", tuple(names))

    def limits_of(self, column: str) -> tuple[float, float] | None:
        """The limits that all maps of a column share; None where each has its own, or none."""
        if self.scaling is Scaling.OWN:
            return None
        found = [item.tile(column) for item in self.digests]
        highest = [tile.limits[1] for tile in found if tile is not None and tile.limits is not None]
        return (0.0, max(*highest, 1.0)) if highest else None

    def unit_of(self, column: str) -> str:
        """What the maps of a column count; empty for colours."""
        found = (item.tile(column) for item in self.digests)
        return next((tile.unit for tile in found if tile is not None and tile.unit), "")

    @property
    def date(self) -> str:
        """When the last of its results was made; empty where it is not known."""
        return max((item.date for item in self.digests), default="")


def map_tile(column: str, counts: NDArray[Any], unit: str = "counts") -> Tile:
    """A map made small: the mean of blocks of pixels, its limits those of the whole map."""
    limits = levels(counts, DISPLAY.low_percentile, DISPLAY.high_percentile)
    return Tile(column, _means(counts.astype(np.float32)), limits, unit)


def colour_tile(column: str, rgb: NDArray[np.uint8], *, is_even: bool = False) -> Tile:
    """A picture made small.

    Parameters
    ----------
    rgb
        Shape (rows, cols, 3 or 4), uint8.
    is_even
        Whether single pixels are taken, as colours that stand for numbers cannot be mixed.
    """
    opaque = np.full((*rgb.shape[:2], 4), 255, np.uint8)
    opaque[..., : rgb.shape[2]] = rgb
    factor = _factor(rgb.shape)
    if is_even:
        half = factor // 2
        rows, cols = rgb.shape[:2]
        return Tile(column, opaque[min(half, rows - 1) :: factor, min(half, cols - 1) :: factor])
    values = opaque.astype(np.float32)
    alpha = values[..., 3:] / 255
    weight = _means(alpha)
    colours = _means(values[..., :3] * alpha) / np.maximum(weight, 1e-6)
    small = np.concatenate([colours, 255 * weight], axis=2)
    return Tile(column, np.rint(small).astype(np.uint8))


def unique_columns(tiles: Iterable[Tile]) -> tuple[Tile, ...]:
    """The tiles, those of a name that another has already with a number behind it."""
    taken: dict[str, int] = {}
    found: list[Tile] = []
    for tile in tiles:
        taken[tile.column] = number = taken.get(tile.column, 0) + 1
        name = tile.column if number == 1 else f"{tile.column} ({number})"
        found.append(Tile(name, tile.picture, tile.limits, tile.unit))
    return tuple(found)


def _factor(shape: Sequence[int]) -> int:
    return max(-(-max(shape[0], shape[1]) // TILE_PIXELS), 1)


def _means(values: NDArray[Any]) -> NDArray[np.float32]:
    """Means of square blocks, the last ones smaller; shape (tile rows, tile cols, ...)."""
    factor = _factor(values.shape)
    if factor == 1:
        return np.asarray(values, np.float32)
    sums: NDArray[Any] = values
    for side in (0, 1):
        starts = np.arange(0, values.shape[side], factor)
        sizes = np.diff(starts, append=values.shape[side])
        shape = [1] * values.ndim
        shape[side] = len(starts)
        sums = np.add.reduceat(sums, starts, axis=side) / sizes.reshape(shape)
    return sums.astype(np.float32)
