"""What the networks learn, worked out from spectra and colours."""

import numpy as np
from numpy.typing import NDArray

from models.networks import NEIGHBOURS, Knn, Novelty, Ridge, features

FloatArray = NDArray[np.float64]

DIMENSIONS = 24
"""Of the space in which neighbours are sought."""

NOVELTY_AXES = 32
"""Directions in which a spectrum may vary without being new."""

_WITHIN_REGULAR = 0.003
_RIDGE = 1e-4
_SHARES = np.array([0.0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 1.0])
_GAMMA_STEPS = 50
_LEAST_SQUARE = 1e-5


def novelty(x: FloatArray, counts: NDArray[np.floating]) -> Novelty:
    """How training spectra vary, and how much of each is left beside that.

    Notes
    -----
    Principal components; the squared residual grows as counts fall, which is taken out by a
    parabola in ln N.
    """
    mean = x.mean(axis=0)
    axes = _principal(x - mean, NOVELTY_AXES)
    centred = x - mean
    rest = np.log(((centred - centred @ axes @ axes.T) ** 2).sum(axis=1) + 1e-6)
    many = np.log(np.maximum(counts.sum(axis=1, dtype=np.float64), 1.0))
    powers = np.stack([np.ones_like(many), many, many**2], axis=1)
    expected = np.linalg.lstsq(powers, rest, rcond=None)[0]
    knots = np.quantile(rest - powers @ expected, _SHARES)
    limits = (float(many.min()), float(many.max()))
    return Novelty(mean, axes, expected, limits, knots, _SHARES)


def ridge(x: FloatArray, srgb: FloatArray, new: Novelty) -> Ridge:
    """Least squares with small weights, for the colours and for what they are off by."""
    weights, offset = _least_squares(x, srgb)
    found = np.clip(x @ weights + offset, 0.0, 1.0)
    squares = ((found - srgb) ** 2).mean(axis=1)
    doubt = gamma_fit(np.column_stack([np.ones(len(x)), x]), squares, regular=_RIDGE * 100)
    return Ridge(weights, offset, doubt[1:, None], doubt[:1], new)


def places(
    x: FloatArray, paints: NDArray[np.intp], dimensions: int = DIMENSIONS
) -> tuple[FloatArray, FloatArray]:
    """The axes along which paints differ most, in units of what one paint varies.

    Parameters
    ----------
    x
        Features, shape (spectra, features).
    paints
        Number of the paint of each spectrum: spectra of one paint differ by ground, varnish,
        thickness, instrument, calibration and noise.

    Returns
    -------
    tuple of ndarray
        Mean and axes, shapes (features,) and (features, dimensions).

    Notes
    -----
    Principal components after whitening with the covariance within paints, which is R. A.
    Fisher's linear discriminant (Ann. Eugen. 7 (1936) 179) with each paint a class: plain
    principal components are those of tube, scatter and ground, which have nothing to do with
    the colour.
    """
    from scipy.linalg import eigh

    order = np.argsort(paints, kind="stable")
    first = np.flatnonzero(np.diff(paints[order], prepend=-1))
    sizes = np.diff(np.append(first, len(order)))
    means = np.add.reduceat(x[order], first, axis=0) / sizes[:, None]
    left = x[order] - np.repeat(means, sizes, axis=0)
    within = left.T @ left / len(x)
    within[np.diag_indices_from(within)] += _WITHIN_REGULAR * np.trace(within) / len(within)
    mean = x.mean(axis=0)
    centred = x - mean
    _, axes = eigh(centred.T @ centred / len(x), within)
    return mean, _signed(axes[:, ::-1][:, :dimensions])


def neighbours(
    known: FloatArray, colours: FloatArray, asked: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Colour, its variance and the mean distance of the nearest, for each place asked."""
    found, variances, distances = [], [], []
    for part in np.array_split(asked, max(len(asked) // 500, 1)):
        squares = (part**2).sum(axis=1)[:, None] + (known**2).sum(axis=1) - 2 * part @ known.T
        near = np.argpartition(squares, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        apart = np.sqrt(np.maximum(np.take_along_axis(squares, near, axis=1), 1e-6))
        share = (1 / apart) / (1 / apart).sum(axis=1, keepdims=True)
        mean = (share[..., None] * colours[near]).sum(axis=1)
        spread = (share[..., None] * (colours[near] - mean[:, None]) ** 2).sum(axis=1)
        found.append(mean)
        variances.append(spread.mean(axis=1))
        distances.append(apart.mean(axis=1))
    return np.concatenate(found), np.concatenate(variances), np.concatenate(distances)


def knn(
    base: Ridge,
    space: tuple[FloatArray, FloatArray],
    learnt: tuple[FloatArray, FloatArray],
    calibration: tuple[NDArray[np.floating], FloatArray],
) -> Knn:
    """Nearest neighbours, their doubt fitted to errors of spectra they do not know.

    Parameters
    ----------
    base
        The ridge of the same spectra.
    space
        As `places` gives it.
    learnt
        Features and colours of the spectra kept.
    calibration
        Counts and colours of others.
    """
    mean, axes = space
    # what the file holds
    known = ((learnt[0] - mean) @ axes).astype(np.float32).astype(np.float64)
    counts, srgb = calibration
    x = features(counts)
    found, spread, apart = neighbours(known, learnt[1], (x - mean) @ axes)
    squares = ((found - srgb) ** 2).mean(axis=1)
    linear = (x @ base.doubt_weights)[:, 0] + base.doubt_offset[0]
    many = np.log(np.maximum(counts.sum(axis=1, dtype=np.float64), 1.0))
    about = [np.ones(len(x)), np.log(spread + 1e-4), np.log(apart + 1e-6), many, linear]
    doubt = gamma_fit(np.stack(about, axis=1), squares)
    return Knn(mean, axes, known, learnt[1], doubt, base)


def gamma_fit(about: FloatArray, squares: FloatArray, regular: float = 1e-9) -> FloatArray:
    """Coefficients whose sum's exponential is the squares' mean.

    Notes
    -----
    A generalised linear model with gamma errors and logarithmic link (P. McCullagh and J. A.
    Nelder, Generalized Linear Models, 1989, ch. 8), by Fisher scoring: unlike a fit of the
    logarithms it is right in the mean.
    """
    wanted = np.maximum(squares, _LEAST_SQUARE)
    normal = about.T @ about
    normal[np.diag_indices_from(normal)] += regular * np.trace(normal) / len(normal)
    solved = np.linalg.solve(normal, about.T)
    found = solved @ np.full(len(about), np.log(wanted.mean()))
    for _ in range(_GAMMA_STEPS):
        expected = np.exp(np.clip(about @ found, -12.0, 2.0))
        found = found + 0.5 * (solved @ np.clip(wanted / expected - 1.0, -1.0, 20.0))
    return np.asarray(found)


def _least_squares(x: FloatArray, wanted: FloatArray) -> tuple[FloatArray, FloatArray]:
    mean, middle = x.mean(axis=0), wanted.mean(axis=0)
    centred = x - mean
    normal = centred.T @ centred
    normal[np.diag_indices_from(normal)] += _RIDGE * np.trace(normal) / len(normal)
    weights = np.linalg.solve(normal, centred.T @ (wanted - middle))
    return weights, middle - mean @ weights


def _principal(centred: FloatArray, number: int) -> FloatArray:
    """Directions of largest variance, shape (features, number)."""
    _, axes = np.linalg.eigh(centred.T @ centred)
    return _signed(axes[:, ::-1][:, :number])


def _signed(axes: FloatArray) -> FloatArray:
    """The same axes, the largest component of each positive: they have no sign of their own."""
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return np.asarray(axes * np.sign(largest))
