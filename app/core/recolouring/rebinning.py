"""Counts of whole cubes in other bins, conserved, and quickly."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.resampling import channel_edges
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

ROWS = 128
"""Spectra taken together: they stay in a processor's cache."""

# channels times bins of one product: with `ROWS` spectra too little work to be worth dividing
# among threads, which would only wait for each other
_PIECE = 960
_SHARE = 2.0**24


class Rebinning:
    """The way from one energy axis to the bins of a network, prepared once for many spectra.

    Parameters
    ----------
    axis
        The spectra's energy axis.
    channels
        How many channels they have.
    edges_kev
        Limits of the bins, keV, rising, shape (bins + 1,).

    Raises
    ------
    ParameterError
        If axis and bins have no energy in common, or the axis bends back.

    Notes
    -----
    A bin gets of each channel what it covers of it, the counts of a channel taken as even over
    its width. (`resampling.counts_between` keeps the shape of peaks better where bins are about
    as narrow as channels, at many times the cost.) What lies beside the bins is lost, and where
    the axis does not reach there are no counts. Shares of channels are multiples of 2⁻²⁴, so
    that sums of whole counts below 2²⁹ are exact before they are rounded.
    """

    def __init__(self, axis: EnergyAxis, channels: int, edges_kev: FloatArray) -> None:
        own = channel_edges(axis, channels)
        if edges_kev[-1] <= own[0] or edges_kev[0] >= own[-1]:
            raise ParameterError(
                "This model cannot take this scan.",
                f"The scan reaches from {own[0]:.2f} to {own[-1]:.2f} keV; the model takes "
                f"{edges_kev[0]:.2f} to {edges_kev[-1]:.2f} keV.",
                "Check the scan's energy axis and the model's card.",
            )
        places = np.interp(edges_kev, own, np.arange(channels + 1, dtype=np.float64))
        self._bins = len(edges_kev) - 1
        per_bin = (places[-1] - places[0]) / self._bins
        together = max(math.isqrt(int(_PIECE / max(per_bin, 1.0))), 1)
        self._pieces = tuple(
            _piece(places, first, min(first + together, self._bins))
            for first in range(0, self._bins, together)
        )

    def rebinned(self, counts: NDArray[Any]) -> NDArray[np.float32]:
        """Counts in the bins, shape (spectra, bins), of counts of shape (spectra, channels).

        Of whole counts the same to the last digit, whichever other spectra come with them: the
        order of sums in a product depends on how many there are.
        """
        found = np.empty((len(counts), self._bins), dtype=np.float32)
        for start in range(0, len(counts), ROWS):
            part = counts[start : start + ROWS].astype(np.float64)
            into = found[start : start + ROWS]
            for piece in self._pieces:
                into[:, piece.first : piece.stop] = part[:, piece.low : piece.high] @ piece.shares
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """What bins first..stop-1 get of channels low..high-1, shape (channels, bins)."""

    first: int
    stop: int
    low: int
    high: int
    shares: FloatArray


def _piece(places: FloatArray, first: int, stop: int) -> _Piece:
    """The shares of some bins whose limits are at fractional places among the channels."""
    low, high = math.floor(places[first]), math.ceil(places[stop])
    channel = np.arange(low, high, dtype=np.float64)[:, np.newaxis]
    begin, end = places[first:stop], places[first + 1 : stop + 1]
    covered = np.minimum(channel + 1, end) - np.maximum(channel, begin)
    shares = np.round(np.maximum(covered, 0.0) * _SHARE) / _SHARE
    return _Piece(first, stop, low, high, shares)
