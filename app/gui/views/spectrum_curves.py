"""From a spectrum to the few points that are drawn of it."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.gui.views.energy_window import Ruler

# with more room than this for each channel, its count is drawn as a level step
_STEP_PX = 5
# how many decades a logarithmic axis shows at most
_DECADES = 7


def visible_channels(ruler: Ruler, low: float, high: float) -> tuple[int, int]:
    """First channel and the one after the last between two places, one more to either side."""
    first = int(np.floor(ruler.channel(low))) - 1
    stop = int(np.ceil(ruler.channel(high))) + 2
    first = min(max(first, 0), ruler.channels)
    return first, min(max(stop, first), ruler.channels)


def drawn_points(
    values: NDArray[Any], ruler: Ruler, visible: tuple[int, int], width_px: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of the line that shows a spectrum between two channels.

    Parameters
    ----------
    values
        Counts, shape (channels,).
    ruler
        Places of the channels.
    visible
        First channel and the one after the last.
    width_px
        Width of the plot in pixels. Where channels are wide each is drawn as a step; where
        several share a pixel their largest and smallest counts are drawn, so that no peak is
        lost.

    Returns
    -------
    tuple of ndarray
        Places (keV or channels) and counts, both of shape (points,).
    """
    first, stop = visible
    counts = np.asarray(values[first:stop], np.float64)
    if counts.size * _STEP_PX < width_px:
        edges = _positions(ruler, np.arange(first, stop + 1) - 0.5)
        return np.repeat(edges, 2)[1:-1], np.repeat(counts, 2)
    per_bin = int(counts.size // (2 * max(width_px, 1)))
    places = _positions(ruler, np.arange(first, stop, dtype=np.float64))
    if per_bin < 2:
        return places, counts
    whole = counts.size // per_bin * per_bin
    bins = counts[:whole].reshape(-1, per_bin)
    heights = np.stack([bins.max(axis=1), bins.min(axis=1)], axis=1).ravel()
    middles = places[:whole].reshape(-1, per_bin).mean(axis=1)
    return (
        np.concatenate([np.repeat(middles, 2), places[whole:]]),
        np.concatenate([heights, counts[whole:]]),
    )


def counts_range(
    curves: Iterable[NDArray[Any]], visible: tuple[int, int], is_log: bool
) -> tuple[float, float]:
    """Lowest and highest counts to show of some spectra between two channels.

    On a logarithmic axis the lower end is above 0, a little below the smallest counts that
    are not zero, and two decades below the highest where there are so many. Without any counts
    the range is that of a single count.
    """
    first, stop = visible
    parts = [np.asarray(values[first:stop], np.float64) for values in curves]
    together = np.concatenate(parts) if parts else np.empty(0)
    together = together[np.isfinite(together)]
    top = max(float(together.max(initial=0.0)), 1.0 if not is_log else 0.0)
    if not is_log:
        return min(float(together.min(initial=0.0)), 0.0), top
    positive = together[together > 0]
    if positive.size == 0:
        return 0.5, 10.0
    low = max(float(positive.min()), top / 10.0**_DECADES)
    # a lone peak stands high above the ground, a flat spectrum does not fill the axis with noise
    ground = min(low, max(top / 100, 1.0))
    return ground * 0.7, max(top, ground * 10)


def _positions(ruler: Ruler, channels: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    if ruler.axis is None:
        return channels.astype(np.float64)
    axis = ruler.axis
    return axis.offset_kev + axis.gain_kev * channels + axis.quadratic * channels**2
