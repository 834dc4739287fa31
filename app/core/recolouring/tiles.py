"""The order in which a picture is coloured: coarse to fine by pixels, or in tiles with a margin."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

COARSE_TO_FINE = (16, 8, 4, 2, 1)
"""Distances of the grids of pixels, each holding the one before."""

IndexArray = NDArray[np.intp]
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Span:
    """One tile's part of one side of the picture.

    Parameters
    ----------
    start, stop
        What the tile gives: start..stop-1.
    window_start, window_stop
        What the network sees: more to both sides, where the picture goes on. It may reach
        beyond the picture's end, where the picture is to be continued.
    """

    start: int
    stop: int
    window_start: int
    window_stop: int

    @property
    def inside(self) -> slice:
        """What the tile gives, counted from the window's start."""
        return slice(self.start - self.window_start, self.stop - self.window_start)


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of the picture with what the network sees of its surroundings."""

    rows: Span
    cols: Span


def tiles(
    size: tuple[int, int],
    core: tuple[int, int],
    *,
    margin: int,
    multiple: int = 1,
    fixed: tuple[int | None, int | None] = (None, None),
) -> tuple[Tile, ...]:
    """Tiles that cover a picture, each pixel given once, row by row.

    Parameters
    ----------
    size
        Rows and columns of the picture.
    core
        Rows and columns that a tile gives, at most.
    margin
        How far to each side a network looks, pixels. Windows reach at least so far beyond what
        their tiles give, unless the picture ends, or a fixed size leaves no room.
    multiple
        Windows begin and end at multiples of this, so that networks that make pictures smaller
        and larger again see the same grid in each.
    fixed
        Rows and columns of the windows, where the network takes no others.
    """
    row_spans, col_spans = (
        spans(length, part, margin=margin, multiple=multiple, fixed=whole)
        for length, part, whole in zip(size, core, fixed, strict=True)
    )
    return tuple(Tile(rows, cols) for rows in row_spans for cols in col_spans)


def spans(
    length: int, core: int, *, margin: int, multiple: int = 1, fixed: int | None = None
) -> tuple[Span, ...]:
    """The tiles' parts of one side of a picture; see `tiles`."""
    if fixed is not None:
        return tuple(_fixed_spans(length, margin, multiple, fixed))
    core = _up(max(core, 1), multiple)
    end = _up(length, multiple)
    return tuple(
        Span(
            start,
            min(start + core, length),
            max(_down(start - margin, multiple), 0),
            min(_up(min(start + core, length) + margin, multiple), end),
        )
        for start in range(0, length, core)
    )


def _fixed_spans(length: int, margin: int, multiple: int, fixed: int) -> Iterator[Span]:
    """Windows of one size; the last ones share more of the picture."""
    if length <= fixed:
        yield Span(0, length, 0, fixed)
        return
    # at least a quarter of each window is given, else there would be no end
    margin = min(margin, (fixed - max(multiple, fixed // 4)) // 2)
    last = _up(length - fixed, multiple)
    start = 0
    while start < length:
        window = min(_down(max(start - margin, 0), multiple), last)
        stop = length if window + fixed >= length else window + fixed - margin
        yield Span(start, stop, window, window + fixed)
        start = stop


def seen(counts: NDArray[Number], missing: tuple[int, int]) -> NDArray[Number]:
    """A window's counts, continued beyond the picture's end by its last row and column.

    Parameters
    ----------
    counts
        What the picture has of the window, shape (rows, cols, …).
    missing
        Rows and columns that it has not.
    """
    if missing == (0, 0):
        return counts
    more = [(0, missing[0]), (0, missing[1]), *[(0, 0)] * (counts.ndim - 2)]
    return np.pad(counts, more, mode="edge")


def grid_pixels(
    rows: range, cols: int, step: int, done: int | None = None
) -> tuple[IndexArray, IndexArray]:
    """Pixels of some rows that are on a grid and not yet on the one before, row by row.

    Parameters
    ----------
    rows
        Neighbouring rows.
    cols
        Columns of the picture.
    step
        Distance of the grid's pixels; they are at its multiples.
    done
        Distance of a coarser grid, a multiple of `step`, whose pixels are left out.

    Returns
    -------
    tuple of ndarray
        Row and column of each.
    """
    found_rows = np.arange(_up(rows.start, step), rows.stop, step)
    row, col = np.meshgrid(found_rows, np.arange(0, cols, step), indexing="ij")
    if done is not None:
        is_new = (row % done != 0) | (col % done != 0)
        row, col = row[is_new], col[is_new]
    return row.reshape(-1), col.reshape(-1)


def filled(values: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """A picture whose pixels that are not known are those of the grid's pixel before them.

    Parameters
    ----------
    values
        Shape (rows, cols) or (rows, cols, bands), NaN where not known.
    step
        Distance of the grid that is known throughout.
    """
    if step == 1:
        return values
    rows, cols = values.shape[:2]
    coarse = np.repeat(np.repeat(values[::step, ::step], step, axis=0), step, axis=1)
    return np.where(np.isnan(values), coarse[:rows, :cols], values)


def _up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple


def _down(value: int, multiple: int) -> int:
    return value // multiple * multiple
