"""The continuous background below the peaks of a spectrum."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def snip(counts: NDArray[Any], half_width: int | NDArray[np.intp]) -> NDArray[np.float64]:
    """Background of a spectrum by clipping its peaks.

    Parameters
    ----------
    counts
        Shape (channels,), none negative.
    half_width
        In channels, one number or one per channel: structure narrower than twice this is taken
        for a peak. About twice a peak's full width at half maximum serves well.

    Returns
    -------
    ndarray
        Shape (channels,), nowhere above the counts.

    Notes
    -----
    Each channel is compared with the mean of its neighbours p to either side, for p from the
    half width down to 1, after the double logarithm of the square root has tamed the range of
    the counts: C. G. Ryan et al., Nucl. Instrum. Methods B 34 (1988) 396,
    doi:10.1016/0168-583X(88)90063-8; the falling p after M. Morháč et al., Nucl. Instrum.
    Methods A 401 (1997) 113, doi:10.1016/S0168-9002(97)01023-1. Towards the ends of the
    spectrum p shrinks to what fits.
    """
    values = np.log(np.log(np.sqrt(np.asarray(counts, np.float64) + 1) + 1) + 1)
    channels = len(values)
    place = np.arange(channels)
    room = np.minimum(place, channels - 1 - place)
    widths = np.minimum(np.broadcast_to(half_width, (channels,)), room)
    for width in range(int(widths.max(initial=0)), 0, -1):
        inside = np.flatnonzero(widths >= width)
        mean = (values[inside - width] + values[inside + width]) / 2
        values[inside] = np.minimum(values[inside], mean)
    return (np.exp(np.exp(values) - 1) - 1) ** 2 - 1
