"""Paint of uneven thickness: a smooth random field, and the few thicknesses it is computed at."""

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# grid points of the random numbers over the length in which the field changes
_PER_LENGTH = 4
# keeps these random numbers apart from those of the counts
_STREAM = 7


def smooth_field(rows: int, cols: int, size_px: float, seed: int) -> NDArray[np.float32]:
    """A random field without sharp edges, of mean 0 and standard deviation 1.

    Parameters
    ----------
    rows, cols
        Size of the field.
    size_px
        Standard deviation of the Gaussian that white noise is smoothed with is half of this.
    seed
        Decides it.

    Returns
    -------
    ndarray
        Shape (rows, cols); 0 everywhere where a single value is left.
    """
    from scipy.ndimage import gaussian_filter, zoom

    step = max(size_px / _PER_LENGTH, 1.0)
    small = (math.ceil(rows / step) + 1, math.ceil(cols / step) + 1)
    generator = np.random.Generator(np.random.SFC64([seed, 0, _STREAM]))
    # wider than needed, so that no edge is smoothed with its own mirror image
    border = 2 * _PER_LENGTH
    noise = generator.standard_normal([length + 2 * border for length in small])
    smooth = gaussian_filter(noise, size_px / 2 / step)[border:-border, border:-border]
    large = zoom(smooth.astype(np.float32), step, order=1)[:rows, :cols]
    field = np.empty((rows, cols), np.float32)
    # a grid that rounding left one short ends in its own last value
    field[:] = np.pad(large, ((0, rows - large.shape[0]), (0, cols - large.shape[1])), mode="edge")
    deviation = float(field.std())
    if deviation == 0:
        return np.zeros_like(field)
    return np.asarray((field - field.mean()) / deviation, np.float32)


def thicknesses(
    rows: int, cols: int, mean_um: float, spread: float, size_px: float, seed: int
) -> NDArray[np.float32]:
    """Thickness of the paint at every point, µm, shape (rows, cols).

    Parameters
    ----------
    mean_um
        Mean thickness, µm.
    spread
        Standard deviation over the mean. The thickness is distributed log-normally, as what
        comes about by many small factors, and so is never negative.
    size_px, seed
        As `smooth_field`.
    """
    if spread == 0:
        return np.full((rows, cols), mean_um, np.float32)
    sigma = math.sqrt(math.log1p(spread**2))
    field = smooth_field(rows, cols, size_px, seed)
    return np.asarray(mean_um * np.exp(sigma * field - sigma**2 / 2), np.float32)


def levels_of(
    thickness_um: NDArray[np.float32], count: int
) -> tuple[FloatArray, NDArray[np.uint8], NDArray[np.float32]]:
    """A few thicknesses that stand for all.

    Parameters
    ----------
    thickness_um
        Shape (rows, cols), above 0.
    count
        How many levels, at least 2; a single one where all is of one thickness.

    Returns
    -------
    levels_um
        From the thinnest to the thickest, each thicker than the one before by the same factor,
        shape (levels,).
    lower
        Number of the level at or below each point, never the last one of several, shape
        (rows, cols).
    above
        How far the point is on its way from that level to the next, 0..1, shape (rows, cols).
    """
    low, high = float(thickness_um.min()), float(thickness_um.max())
    if low == high:
        shape = thickness_um.shape
        return np.array([low]), np.zeros(shape, np.uint8), np.zeros(shape, np.float32)
    levels = np.geomspace(low, high, count)
    lower = np.clip(np.searchsorted(levels, thickness_um, side="right") - 1, 0, count - 2)
    above = (thickness_um - levels[lower]) / np.diff(levels)[lower]
    return levels, lower.astype(np.uint8), np.clip(above, 0, 1).astype(np.float32)
