"""Prefix sums over energy: the map of any energy window is one subtraction.

Pixels are kept in strips of whole rows; in a strip, plane k holds for every pixel the counts
of channels 0..k-1. The map of channels first..stop-1 is plane `stop` minus plane `first`,
whatever the window's width. Unsigned planes wrap around, and so does their difference: it is
exact as long as one pixel's total stays below the type's range, which the builder sees to.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

STRIP_BYTES = 64 * 2**20
_FEWEST_STRIPS = 16
_TILE = 128


@dataclass(frozen=True, slots=True, eq=False)
class PrefixCube:
    """Prefix sums of a whole cube.

    Parameters
    ----------
    strips
        Shape (strips, channels + 1, pixels per strip); a strip is some whole rows, its pixels
        in row-major order, the last strip padded. In memory or memory-mapped.
    rows, cols
        Size of the picture in pixels.
    """

    strips: NDArray[Any]
    rows: int
    cols: int

    @property
    def channels(self) -> int:
        """Number of energy channels."""
        return self.strips.shape[1] - 1

    def window_counts(self, first: int, stop: int) -> NDArray[Any]:
        """Counts of channels first..stop-1 in every pixel, shape (rows, cols)."""
        difference = self.strips[:, stop] - self.strips[:, first]
        return difference.reshape(-1)[: self.rows * self.cols].reshape(self.rows, self.cols)


def strip_rows(rows: int, cols: int, channels: int, itemsize: int) -> int:
    """How many rows of a picture make a strip: up to `STRIP_BYTES`, at least one.

    A small cube has some strips too: between two of them its building can be cancelled.
    """
    most = max(STRIP_BYTES // (cols * (channels + 1) * itemsize), 1)
    return min(most, -(-rows // _FEWEST_STRIPS))


def accumulate(counts: NDArray[Any], planes: NDArray[Any]) -> None:
    """Fill one strip with the prefix sums of its pixels.

    Parameters
    ----------
    counts
        Spectra of shape (pixels, channels).
    planes
        Shape (channels + 1, at least pixels); overwritten, padding pixels become 0.
    """
    pixels, channels = counts.shape
    planes[0] = 0
    planes[1:, pixels:] = 0
    # a whole transposed copy misses the processor's caches at every step; tiles stay inside
    for start in range(0, pixels, _TILE):
        rows = counts[start : start + _TILE]
        for channel in range(0, channels, _TILE):
            block = rows[:, channel : channel + _TILE]
            planes[1 + channel : 1 + channel + _TILE, start : start + len(rows)] = block.T
    for channel in range(2, channels + 1):
        np.add(planes[channel], planes[channel - 1], out=planes[channel])


def prefix_of(counts: NDArray[Any], dtype: DTypeLike = np.uint32) -> PrefixCube:
    """Prefix sums of a cube in memory, counts of shape (rows, cols, channels)."""
    rows, cols, channels = counts.shape
    height = strip_rows(rows, cols, channels, np.dtype(dtype).itemsize)
    strips = np.empty((-(-rows // height), channels + 1, height * cols), dtype)
    for index, planes in enumerate(strips):
        block = counts[index * height : (index + 1) * height]
        accumulate(block.reshape(-1, channels), planes)
    return PrefixCube(strips, rows, cols)
