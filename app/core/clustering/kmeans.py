"""K-Means: starts on a sample, then Lloyd's steps over all spectra, which can be stopped."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Labels = NDArray[np.int64]

STARTS = 10
"""Starts on the sample: all ten take less than one on everything."""

_CHUNK = 16384
_MOST_STEPS = 60
# steps end when fewer pixels than one in so many change their cluster
_STILL = 10_000


def fitted(points: NDArray[np.float32], k: int, seed: int) -> FloatArray:
    """Centres of k clusters of a sample, the best of ten starts.

    Parameters
    ----------
    points
        Shape (points, dimensions).
    k
        Number of clusters, at most as many as there are distinct points.
    seed
        Decides the starts.

    Returns
    -------
    ndarray
        Shape (k, dimensions).
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    fit = KMeans(k, n_init=STARTS, random_state=seed, tol=1e-5)
    # so little work is done in no time by one thread; several spend theirs on waiting
    with threadpool_limits(1):
        fit.fit(points)
    return np.asarray(fit.cluster_centers_, np.float64)


def nearest(points: NDArray[Any], centres: FloatArray) -> Labels:
    """Number of the nearest centre of each point, shape (points,); the first of equally near ones.

    Parameters
    ----------
    points
        Shape (points, dimensions).
    centres
        Shape (centres, dimensions).
    """
    # |c|² − 2 c·x orders as the distance does, without a (points, centres, dimensions) array
    apart = (centres**2).sum(axis=1) - 2.0 * (points.astype(np.float64) @ centres.T)
    return apart.argmin(axis=1)


def member_sums(points: NDArray[Any], labels: Labels, k: int) -> FloatArray:
    """Sum of the points of each cluster, shape (k, dimensions); exact for whole numbers."""
    is_small = points.dtype.kind in "ub" and int(points.max(initial=0)) * len(points) < 2**24
    # 32 bits are enough for such sums and twice as quick
    kind = np.float32 if is_small else np.float64
    members = np.zeros((k, len(points)), kind)
    members[labels, np.arange(len(points))] = 1
    return (members @ points.astype(kind)).astype(np.float64)


def moved(centres: FloatArray, sums: FloatArray, sizes: NDArray[Any]) -> FloatArray:
    """Means of the clusters; a cluster without members stays where it was."""
    full = sizes > 0
    means = centres.copy()
    means[full] = sums[full] / sizes[full, None]
    return means


def lloyd(
    points: NDArray[np.float32], centres: FloatArray, check: Callable[[], None]
) -> FloatArray:
    """Lloyd's steps until next to no point changes its cluster.

    Parameters
    ----------
    points
        Shape (points, dimensions).
    centres
        Where to start, shape (k, dimensions).
    check
        Called several times in every step; raises to stop.

    Returns
    -------
    ndarray
        Centres, shape (k, dimensions).

    Notes
    -----
    S. P. Lloyd, IEEE Trans. Inf. Theory 28 (1982) 129. Points are taken in pieces of one size,
    so that the result does not depend on how they were read.
    """
    k = len(centres)
    labels = np.full(len(points), -1, np.int64)
    for _ in range(_MOST_STEPS):
        sums = np.zeros_like(centres)
        changed = 0
        for start in range(0, len(points), _CHUNK):
            check()
            part = points[start : start + _CHUNK]
            found = nearest(part, centres)
            changed += int(np.count_nonzero(found != labels[start : start + _CHUNK]))
            labels[start : start + _CHUNK] = found
            sums += member_sums(part, found, k)
        centres = moved(centres, sums, np.bincount(labels, minlength=k))
        if changed * _STILL <= len(points):
            break
    return centres
