"""How spectra are counted: how many counts, and how far an energy axis is off."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.learn.axis import CHANNELS, edges_kev, fine_edges_kev

FloatArray = NDArray[np.float64]

_TOUCHED = 4
SHORTEST = 325
"""Bins of the shortest axes that are learnt from: they end at 26 keV."""

COUNTS = (50.0, 50_000.0)
"""Total counts of a spectrum, drawn evenly on a logarithmic scale."""

GAIN_ERROR = 0.01
OFFSET_ERROR_KEV = 0.03
"""How far an axis is off at most."""


@dataclass(frozen=True, slots=True)
class AxisError:
    """How far an energy axis is off: a photon of energy E is told to have E · (1 + gain) + offset.

    Parameters
    ----------
    gain
        Relative.
    offset_kev
        keV.
    """

    gain: float = 0.0
    offset_kev: float = 0.0


@dataclass(frozen=True, slots=True)
class Measuring:
    """How spectra are counted.

    Parameters
    ----------
    counts
        Total counts, lowest and highest; of a scene the mean of its points.
    gain_error
        Relative, at most; or, if `is_fixed`, exactly.
    offset_error_kev
        Likewise, keV.
    is_fixed
        Whether the errors have these values in every spectrum.
    backlash_share
        How often every other row of a scene is displaced.
    backlash_points
        By how many points at most then.
    short_share
        How often a scan's axis ends before the networks' does; nothing is counted above.
    """

    counts: tuple[float, float] = COUNTS
    gain_error: float = GAIN_ERROR
    offset_error_kev: float = OFFSET_ERROR_KEV
    is_fixed: bool = False
    backlash_share: float = 0.0
    backlash_points: int = 2
    short_share: float = 0.0

    def axis_error(self, rng: np.random.Generator) -> AxisError:
        """An error of the axis."""
        gain, offset = self.gain_error, self.offset_error_kev
        if not self.is_fixed:
            gain, offset = rng.uniform(-gain, gain), rng.uniform(-offset, offset)
        return AxisError(float(gain), float(offset))

    def total(self, rng: np.random.Generator) -> float:
        """A number of counts, evenly drawn on a logarithmic scale."""
        low, high = np.log(self.counts)
        return float(np.exp(rng.uniform(low, high)))

    def last_bin(self, rng: np.random.Generator) -> int:
        """How many of the networks' bins the scan's axis reaches over, from 26 keV on."""
        if rng.random() >= self.short_share:
            return CHANNELS
        return int(rng.integers(SHORTEST, CHANNELS))

    def backlash(self, rng: np.random.Generator) -> int:
        """By how many points every other row is displaced, to either side; mostly 0."""
        if rng.random() >= self.backlash_share:
            return 0
        return int(rng.integers(1, self.backlash_points + 1)) * int(rng.choice([-1, 1]))


def rebinned(spectra: NDArray[np.float32], error: AxisError) -> NDArray[np.float32]:
    """Spectra of fine channels in the networks' bins, as a wrong axis puts them.

    Parameters
    ----------
    spectra
        Shape (spectra, 1024).
    error
        How far the axis is off.

    Returns
    -------
    ndarray
        Shape (spectra, 512); what is moved beside the bins is lost.
    """
    said = fine_edges_kev() * (1 + error.gain) + error.offset_kev
    places = np.interp(edges_kev(), said, np.arange(len(said), dtype=np.float64))
    low, high = places[:-1], places[1:]
    found = np.zeros((len(spectra), CHANNELS), np.float32)
    # a bin is about two channels wide and so has some of four at most
    for step in range(_TOUCHED):
        channel = low.astype(np.intp) + step
        covered = np.minimum(channel + 1, high) - np.maximum(channel, low)
        part = spectra.take(np.minimum(channel, spectra.shape[1] - 1), axis=1)
        part *= np.maximum(covered, 0.0).astype(np.float32)
        found += part
    return found


def displaced(maps: NDArray[Any], points: int) -> NDArray[Any]:
    """Every other row moved by so many points, the picture's edge repeated.

    Parameters
    ----------
    maps
        Shape (..., rows, cols).
    points
        To the right, or to the left where negative.
    """
    cols = maps.shape[-1]
    seen = np.clip(np.arange(cols) - points, 0, cols - 1)
    moved = maps.copy()
    moved[..., 1::2, :] = maps[..., 1::2, seen]
    return moved


def counted(shapes: FloatArray, how: Measuring, rng: np.random.Generator) -> NDArray[np.float32]:
    """Counts drawn by Poisson on the networks' axis, the scan's axis being a little wrong.

    Parameters
    ----------
    shapes
        As `shapes_of` gives them.
    how
        How many counts, and how far the axis is off.

    Returns
    -------
    ndarray
        Shape (spectra, 512).
    """
    edges = edges_kev()
    own = fine_edges_kev()
    drawn = np.zeros((len(shapes), CHANNELS), np.float32)
    for row, shape in zip(drawn, shapes, strict=True):
        error = how.axis_error(rng)
        said = own * (1 + error.gain) + error.offset_kev
        sums = np.concatenate([[0.0], np.cumsum(shape)])
        expected = np.diff(np.interp(edges, said, sums, left=0.0, right=1.0))
        row[:] = rng.poisson(np.maximum(expected, 0.0) * how.total(rng))
    return drawn
