"""Counts of a scan whose points lie between two computed stacks each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.synthesis.generate import Noise
from app.core.synthesis.physical_truth import PhysicalTruth, scanned_columns
from app.core.synthesis.sampling import SpectrumTables, draw_row, tables

FloatArray = NDArray[np.float64]

# from so many counts per channel on, a Poisson number for each channel is quicker than to draw
# every single count
_MANY_PER_CHANNEL = 10
# random numbers of a row: for its numbers of counts and, in this scan, its counts
_NUMBERS, _CHANNELS = 1, 2
_PIXELS = 128


class PhysicalCounts:
    """Counts of shape (rows, cols, channels) that are drawn whenever a part is read.

    A point between two thicknesses draws each count from one of the two stacks, so that its
    expectation lies linearly between theirs, and its counts are Poisson distributed where those
    of the stacks are. Every row has random numbers of its own, so that the same part is the same
    each time, however the scan is read and by however many threads. Nothing is kept.

    Parameters
    ----------
    truth
        Decides the counts alone, bit for bit.
    """

    def __init__(self, truth: PhysicalTruth) -> None:
        self._truth = truth
        self._totals = truth.expected.sum(axis=1, dtype=np.float64)
        rows, cols, channels = truth.shape
        self.shape: tuple[int, ...] = (rows, cols, channels)
        is_fixed = truth.recipe.noise is Noise.FIXED
        mean = float(truth.nodes.at_points(self._totals).mean())
        self._tables: SpectrumTables | None = None
        if is_fixed or mean < _MANY_PER_CHANNEL * channels:
            # a stack that gives nothing is never drawn from
            nothing = self._totals[:, None] == 0
            self._tables = tables(np.where(nothing, 1.0, truth.expected.astype(np.float64)))
        highest = truth.recipe.counts if is_fixed else _beyond(float(truth.expected.max()))
        self.dtype: np.dtype[Any] = np.dtype(np.uint16 if highest <= 0xFFFF else np.uint32)

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        rows = np.arange(self.shape[0])[parts[0]]
        counts = np.empty((np.size(rows), *self.shape[1:]), self.dtype)
        for row, place in zip(np.atleast_1d(rows), counts, strict=True):
            self._draw(int(row), place)
        rest = (0,) if np.ndim(rows) == 0 else (slice(None),)
        return counts[(*rest, *parts[1:])]

    def read_rows(self, first: int, counts: NDArray[np.unsignedinteger]) -> None:
        """Draw whole rows into an array of their own type, shape (rows, cols, channels)."""
        for row, place in enumerate(counts, first):
            self._draw(row, place)

    def _draw(self, row: int, counts: NDArray[np.unsignedinteger]) -> None:
        """Draw one row of the scan into `counts`, shape (cols, channels)."""
        truth = self._truth
        nodes, seed = truth.nodes, truth.recipe.seed
        seen = scanned_columns(row, self.shape[1], truth.physics.backlash_px)
        low, high = nodes.low[row, seen], nodes.high[row, seen]
        above = nodes.above[row, seen].astype(np.float64)
        if self._tables is None:
            self._draw_channels(row, low, high, above, counts)
            return
        below_number, above_number = self._numbers(row, low, high, above)
        # one stream of random numbers for each of the two
        draw_row(self._tables, low, below_number, seed, 2 * row, counts)
        if above_number.any():
            more = np.empty_like(counts)
            draw_row(self._tables, high, above_number, seed, 2 * row + 1, more)
            counts += more

    def _numbers(
        self, row: int, low: NDArray[Any], high: NDArray[Any], above: FloatArray
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many counts come from the thinner and from the thicker stack, shapes (cols,)."""
        recipe = self._truth.recipe
        generator = np.random.Generator(np.random.SFC64([recipe.seed, row, _NUMBERS]))
        thin, thick = (1 - above) * self._totals[low], above * self._totals[high]
        if recipe.noise is Noise.FIXED:
            of_thick = generator.binomial(recipe.counts, thick / (thin + thick))
            return recipe.counts - of_thick, of_thick
        return generator.poisson(thin), generator.poisson(thick)

    def _draw_channels(
        self,
        row: int,
        low: NDArray[Any],
        high: NDArray[Any],
        above: FloatArray,
        counts: NDArray[np.unsignedinteger],
    ) -> None:
        """A Poisson number for each channel, some points at a time."""
        expected = self._truth.expected
        generator = np.random.Generator(np.random.SFC64([self._truth.recipe.seed, row, _CHANNELS]))
        for first in range(0, len(low), _PIXELS):
            part = slice(first, first + _PIXELS)
            share = above[part, None]
            mean = (1 - share) * expected[low[part]] + share * expected[high[part]]
            counts[part] = generator.poisson(mean)


def _beyond(expected: float) -> float:
    """A number that Poisson counts of that expectation do not reach in any scan."""
    return expected + 12 * np.sqrt(expected) + 50
