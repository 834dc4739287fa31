"""How spectra are counted: how many counts, and how far an energy axis is off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.learn.axis import CHANNELS, edges_kev, fine_edges_kev

FloatArray = NDArray[np.float64]

COUNTS = (50.0, 50_000.0)
"""Total counts of a spectrum, drawn evenly on a logarithmic scale."""

GAIN_ERROR = 0.01
OFFSET_ERROR_KEV = 0.03
"""How far an axis is off at most."""


@dataclass(frozen=True, slots=True)
class Measuring:
    """How spectra of a set are counted.

    Parameters
    ----------
    counts
        Total counts, lowest and highest.
    gain_error
        Relative, at most; or, if `is_fixed`, exactly.
    offset_error_kev
        Likewise, keV.
    is_fixed
        Whether the errors have these values in every spectrum.
    """

    counts: tuple[float, float] = COUNTS
    gain_error: float = GAIN_ERROR
    offset_error_kev: float = OFFSET_ERROR_KEV
    is_fixed: bool = False


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
        gain, offset = how.gain_error, how.offset_error_kev
        if not how.is_fixed:
            gain, offset = rng.uniform(-gain, gain), rng.uniform(-offset, offset)
        # the file says that a photon of energy E has E · (1 + gain) + offset
        said = own * (1 + gain) + offset
        sums = np.concatenate([[0.0], np.cumsum(shape)])
        expected = np.diff(np.interp(edges, said, sums, left=0.0, right=1.0))
        low, high = np.log(how.counts)
        total = np.exp(rng.uniform(low, high))
        row[:] = rng.poisson(np.maximum(expected, 0.0) * total)
    return drawn
