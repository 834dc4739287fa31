"""The part of a spectrum that is unmixed, in bins of about half a peak's width."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import BLOCK_BYTES, SpectralCube
from app.core.region import Region
from app.core.resampling import channel_edges
from app.core.spectra import rebin_axis
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

LOWEST_KEV = 1.0
"""Below lie electronic noise and lines that hardly get through air and window."""

BIN_KEV = 0.08
"""Width of a bin, about half of a peak: wider ones blur lines, narrower ones only cost time."""

_FEWEST_BINS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Binning:
    """Which channels are joined into which bins.

    Parameters
    ----------
    first
        The first channel that is used.
    factor
        Channels per bin.
    edges_kev
        Limits of the bins, keV, shape (bins + 1,).
    axis
        Energy axis of the bins.
    """

    first: int
    factor: int
    edges_kev: FloatArray
    axis: EnergyAxis

    @property
    def bins(self) -> int:
        """How many bins there are."""
        return len(self.edges_kev) - 1

    def cut(self, counts: NDArray[Any]) -> NDArray[np.float32]:
        """Counts of each bin, shape (..., bins), from counts of shape (..., channels)."""
        used = counts[..., self.first : self.first + self.factor * self.bins]
        values = used.astype(np.float32)
        if self.factor == 1:
            return values
        # a product with ones is several times quicker than a sum over a short axis
        grouped = values.reshape(*used.shape[:-1], self.bins, self.factor)
        return grouped @ np.ones(self.factor, np.float32)


def binning_for(axis: EnergyAxis, channels: int, highest_kev: float = np.inf) -> Binning:
    """Bins of about 0.08 keV from 1 keV to the end of the axis.

    Parameters
    ----------
    axis
        Energy axis of the scan.
    channels
        How many channels it has; those left over at the end that make no whole bin are left out.
    highest_kev
        Nothing above is used: the end of the references, or the voltage of the tube.

    Raises
    ------
    ParameterError
        If fewer than 8 bins would be left, or the axis bends back.
    """
    edges = channel_edges(axis, channels)
    first = int(np.searchsorted(edges[:-1], LOWEST_KEV - 1e-9))
    stop = int(np.searchsorted(edges[1:], highest_kev + 1e-9, side="right"))
    factor = max(round(BIN_KEV / axis.gain_kev), 1)
    bins = max(stop - first, 0) // factor
    if bins < _FEWEST_BINS:
        raise ParameterError(
            "This spectrum is too short to be unmixed.",
            f"It reaches from {edges[0]:.2f} to {edges[-1]:.2f} keV in {channels} channels, which "
            f"leaves {bins} bins from {LOWEST_KEV:g} to {min(highest_kev, edges[-1]):.2f} keV, the "
            f"range that scan and references share; at least {_FEWEST_BINS} are needed.",
            "Check the energy axis of the scan.",
        )
    limits = edges[first : first + bins * factor + 1 : factor]
    joined = rebin_axis(_from_channel(axis, first), factor)
    return Binning(first, factor, limits, joined)


def _from_channel(axis: EnergyAxis, first: int) -> EnergyAxis:
    """The axis counted from another channel."""
    return EnergyAxis(
        axis.energy_kev(first),
        axis.gain_kev + 2 * axis.quadratic * first,
        axis.quadratic,
        axis.source,
    )


def binned_pixels(
    cube: SpectralCube, region: Region, binning: Binning, block_bytes: int = BLOCK_BYTES
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Pixels of a region with their counts of the bins, a block of rows at a time.

    Parameters
    ----------
    cube
        Counts of shape (rows, cols, channels).
    region
        Inside the scan.
    binning
        Made for this scan's axis.
    block_bytes
        About how much is read at a time.

    Yields
    ------
    tuple
        Number of the block's first pixel, row by row, and counts of shape (pixels, bins).

    Raises
    ------
    ParameterError
        If counts are negative or not finite.
    """
    cols = region.col_stop - region.col_start
    row_bytes = cols * cube.channels * cube.counts.dtype.itemsize
    step = max(block_bytes // max(row_bytes, 1), 1)
    for row in range(region.row_start, region.row_stop, step):
        stop = min(row + step, region.row_stop)
        block = np.asarray(cube.counts[row:stop, region.col_start : region.col_stop])
        binned = binning.cut(block).reshape(-1, binning.bins)
        is_negative = block.dtype.kind != "u" and block.min(initial=0) < 0
        if is_negative or not np.isfinite(binned).all():
            raise ParameterError(
                "This scan cannot be unmixed.",
                f"{cube.name}: rows {row} to {stop - 1} hold values that are negative or not "
                "finite; expected counts.",
                "Choose a region without them, or write the scan anew without them.",
            )
        yield (row - region.row_start) * cols, binned
