"""The few colours of a picture: weighted K-Means of its colours, the number by silhouette."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.core.progress import Progress, no_progress
from app.core.synthesis.colour_means import (
    WeightedColours,
    colour_means,
    quick_means,
    quick_starts,
)
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

# colours that differ by less are not told apart
_DISTINCT_BITS = 5
# starts are compared on bins as coarse as still leave so many, and brought to their end on these
_COARSE_BINS, _FINE_BINS = 500, 2500
_COARSE_BITS = 4
# the silhouette needs all distances between colours, so it looks at a coarser picture
_SILHOUETTE_BITS = 4
# rounds on the exact colours end when one gains less than this share of the inertia
_LEAST_GAIN = 1e-4
_EXACT_ROUNDS = 4
# so many colours at a time stay in the processor's cache, and are too few for BLAS to start
# threads that would spend their time waiting
_NEAREST_BLOCK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """The clusters of a picture's colours.

    Parameters
    ----------
    labels
        Number of the cluster of every pixel, shape (rows, cols), uint8.
    colours
        Mean sRGB of each cluster, shape (clusters, 3), float64, 0..255.
    sizes
        Pixels in each cluster, shape (clusters,), the largest cluster first.
    silhouettes
        Each number of clusters that was tried with its silhouette, in the order tried; empty
        where the number was given.
    inertia
        Sum of the squared distances of all pixels from their cluster's mean, with colours
        scaled to 0..1.
    """

    labels: NDArray[np.unsignedinteger]
    colours: FloatArray
    sizes: NDArray[np.int64]
    silhouettes: tuple[tuple[int, float], ...]
    inertia: float

    @property
    def count(self) -> int:
        """How many clusters there are."""
        return len(self.sizes)


def find_palette(
    picture: NDArray[np.uint8],
    around: int = 10,
    delta: int = 2,
    patience: int = 3,
    *,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Palette:
    """Cluster the colours of a picture, with the number of clusters of the best silhouette.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3), uint8.
    around, delta
        Numbers of clusters from `around − delta` to `around + delta` are tried, both ends
        included; a delta of 0 gives exactly `around` where the picture has as many colours.
    patience
        The search ends when so many numbers in a row brought no better silhouette.
    seed
        Decides the starts; the same seed gives the same palette.
    progress
        Told after every number of clusters.

    Returns
    -------
    Palette
        With fewer clusters than asked for where the picture has fewer colours.

    Raises
    ------
    ParameterError
        If a number is out of its limits or the picture is not of that shape.

    Notes
    -----
    The iterative K-Means of ganX (A. Bombini et al., arXiv:2304.14078), which leaves the upper
    end out. Colours are gathered in bins of a few bits per channel, each at the mean of its
    pixels and weighted with their number, which is quicker than clustering all pixels and finds
    the better optimum, as sixty starts cost less than one; a few of Lloyd's rounds on the exact
    colours follow. Which number is best is told by quick clusters of the coarsest bins, with the
    silhouette of bins of 4 bits, weighted likewise.
    """
    from threadpoolctl import threadpool_limits

    _check(picture, around, delta, patience)
    colours = _Colours(picture)
    numbers = [k for k in range(around - delta, around + delta + 1) if k <= colours.distinct]
    # so little work is done in no time by one thread; several spend theirs on waiting
    with threadpool_limits(1):
        if len(numbers) < 2:
            only = numbers[0] if numbers else colours.distinct
            return colours.palette(colours.fitted(only, seed), ())
        return _of_best_silhouette(colours, numbers, patience, seed, progress)


def many_colours(
    picture: NDArray[np.uint8], count: int, *, seed: int = 0
) -> tuple[NDArray[np.uint16], FloatArray]:
    """Cluster the colours of a picture into so many, without looking for a better number.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3), uint8.
    count
        How many clusters, 1 to 65 535.
    seed
        Decides the start; the same seed gives the same clusters.

    Returns
    -------
    labels
        Cluster of every pixel, the largest first, shape (rows, cols).
    colours
        Mean sRGB of each, 0..255, shape (clusters, 3); fewer than asked for where the picture
        has fewer colours.

    Raises
    ------
    ParameterError
        If the picture is not of that shape or the number out of its limits.
    """
    from threadpoolctl import threadpool_limits

    if not 1 <= count <= 0xFFFF:
        raise ParameterError(
            "These colours cannot be clustered.",
            f"Found {count} clusters; expected 1 to {0xFFFF}.",
            "Some tens are usual.",
        )
    _check(picture, 1, 0, 1)
    colours = _Colours(picture)
    with threadpool_limits(1):
        centres = colours.fitted(min(count, colours.distinct), seed)
        return colours.labelled(centres)[:2]


def _of_best_silhouette(
    colours: "_Colours", numbers: list[int], patience: int, seed: int, progress: Progress
) -> Palette:
    tried: list[tuple[int, float]] = []
    best, chosen = -np.inf, numbers[0]
    since_best = 0
    guessed = colours.guesses(numbers[-1], seed)
    for done, k in enumerate(numbers):
        progress(done / len(numbers), f"{k} clusters")
        score = colours.silhouette(guessed(k))
        tried.append((k, score))
        since_best += 1
        if score > best:
            best, chosen, since_best = score, k, 0
        if since_best >= patience:
            break
    return colours.palette(colours.fitted(chosen, seed), tuple(tried))


class _Colours:
    """The distinct colours of one picture with their numbers of pixels, at three precisions."""

    def __init__(self, picture: NDArray[np.uint8]) -> None:
        self._shape = picture.shape[:2]
        unique, self._back, weights = _counted(_keys(picture).ravel())
        self._keys = unique
        self._weights = weights.astype(np.float64)
        self._exact = np.stack([unique >> 16, unique >> 8 & 255, unique & 255], axis=1) / 255.0
        self._coarse = self._binned(_SILHOUETTE_BITS)
        # no more clusters than bins that hold a pixel can be told apart
        self.distinct = len(self._binned(_DISTINCT_BITS)[1])
        self._starting = WeightedColours(*self._binned_into(_COARSE_BINS, _COARSE_BITS))
        self._ending = WeightedColours(*self._binned_into(_FINE_BINS, _DISTINCT_BITS))
        self._distances: NDArray[np.float32] | None = None

    def fitted(self, k: int, seed: int) -> FloatArray:
        """Centres of k clusters, shape (k, 3), 0..1."""
        return colour_means(self._starting, self._ending, k, seed)

    def guesses(self, most: int, seed: int) -> Callable[[int], FloatArray]:
        """Gives centres of up to so many clusters as good as a silhouette needs them."""
        colours = self._starting if len(self._starting) > 4 * most else self._ending
        return partial(quick_means, colours, quick_starts(colours, most, seed))

    def _binned_into(self, least: int, bits: int) -> tuple[FloatArray, FloatArray]:
        """The coarsest bins of which so many are occupied, else the exact colours."""
        for some in range(bits, 8):
            found = self._binned(some)
            if len(found[1]) >= least:
                return found
        return self._exact, self._weights

    def _binned(self, bits: int) -> tuple[FloatArray, FloatArray]:
        """Mean colour and pixels of each occupied bin, shapes (bins, 3) and (bins,)."""
        drop, keys = 8 - bits, self._keys
        red, green, blue = keys >> 16, keys >> 8 & 255, keys & 255
        codes = (red >> drop) << 2 * bits | (green >> drop) << bits | blue >> drop
        totals = np.bincount(codes, self._weights).astype(np.float64)
        full = np.flatnonzero(totals)
        sums = [np.bincount(codes, self._weights * self._exact[:, i])[full] for i in range(3)]
        return np.stack(sums, axis=1) / totals[full, None], totals[full]

    def silhouette(self, centres: FloatArray) -> float:
        """Mean silhouette over all pixels, −1..1; 0 for a single cluster."""
        from scipy.spatial.distance import cdist

        bins, weights = self._coarse
        if self._distances is None:
            self._distances = cdist(bins, bins).astype(np.float32)
        labels = _nearest(bins, centres)
        present, labels = np.unique(labels, return_inverse=True)
        if len(present) < 2:
            return 0.0
        members = np.zeros((len(bins), len(present)), np.float32)
        members[np.arange(len(bins)), labels] = weights
        sizes = members.sum(axis=0, dtype=np.float64)
        sums = (self._distances @ members).astype(np.float64)
        own = np.arange(len(bins)), labels
        # a pixel is not among its own neighbours
        within = sums[own] / np.maximum(sizes[labels] - 1, 1e-12)
        others = sums / sizes
        others[own] = np.inf
        between = others.min(axis=1)
        scores = (between - within) / np.maximum(np.maximum(between, within), 1e-12)
        scores[sizes[labels] <= 1] = 0.0
        return float(np.average(scores, weights=weights))

    def palette(self, centres: FloatArray, tried: tuple[tuple[int, float], ...]) -> Palette:
        """The clusters with labels of all pixels, the largest first."""
        labels, means, sizes, inertia = self.labelled(centres)
        return Palette(labels.astype(np.uint8), means, sizes, tried, inertia)

    def _settled(self, centres: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
        """Labels of the exact colours and the centres they were found with."""
        total = float(self._weights @ (self._exact**2).sum(axis=1))
        labels = _nearest(self._exact, centres)
        before = np.inf
        for _ in range(_EXACT_ROUNDS):
            centres = _means(self._exact, self._weights, labels, centres)
            sizes = np.bincount(labels, self._weights, minlength=len(centres))
            inertia = total - float(sizes @ (centres**2).sum(axis=1))
            if before - inertia <= _LEAST_GAIN * inertia:
                break
            before = inertia
            labels = _nearest(self._exact, centres)
        return labels, centres

    def labelled(
        self, centres: FloatArray
    ) -> tuple[NDArray[np.uint16], FloatArray, NDArray[np.int64], float]:
        """Labels of all pixels, means of 0..255, sizes and inertia; empty clusters left out."""
        labels, centres = self._settled(centres)
        sizes = np.bincount(labels, self._weights, minlength=len(centres))
        order = np.argsort(-sizes, kind="stable")[: int(np.count_nonzero(sizes))]
        number = np.zeros(len(centres), np.int64)
        number[order] = np.arange(len(order))
        labels = number[labels]
        means = _means(self._exact, self._weights, labels, centres[order])
        apart = ((self._exact - means[labels]) ** 2).sum(axis=1)
        return (
            labels[self._back].reshape(self._shape).astype(np.uint16),
            means * 255.0,
            sizes[order].astype(np.int64),
            float(apart @ self._weights),
        )


def _keys(picture: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """One number for each colour, shape (rows, cols)."""
    red, green, blue = np.moveaxis(picture.astype(np.uint32), -1, 0)
    return (red << 16 | green << 8 | blue).astype(np.uint32, copy=False)


def _counted(
    keys: NDArray[np.uint32],
) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
    """Distinct keys ascending, where each key is among them, and how often each occurs."""
    # sorting keys together with their places is several times quicker than sorting places by keys
    both = np.sort(keys.astype(np.uint64) << 32 | np.arange(len(keys), dtype=np.uint64))
    ordered = (both >> 32).astype(np.uint32)
    is_new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    where = np.empty(len(keys), np.int64)
    where[(both & 0xFFFFFFFF).astype(np.int64)] = np.cumsum(is_new) - 1
    firsts = np.flatnonzero(is_new)
    return ordered[firsts], where, np.diff(firsts, append=len(keys))


def _nearest(colours: FloatArray, centres: FloatArray) -> NDArray[np.int64]:
    """Number of the nearest centre of each colour."""
    # |c|² − 2 c·x orders as the distance does, without a (colours, centres, 3) array
    lengths, twice = (centres**2).sum(axis=1), -2.0 * centres.T
    labels = np.empty(len(colours), np.int64)
    for first in range(0, len(colours), _NEAREST_BLOCK):
        part = slice(first, first + _NEAREST_BLOCK)
        labels[part] = np.argmin(colours[part] @ twice + lengths, axis=1)
    return labels


def _means(
    colours: FloatArray, weights: FloatArray, labels: NDArray[np.int64], centres: FloatArray
) -> FloatArray:
    """Weighted mean of each cluster; a cluster without colours stays where it was."""
    totals = np.bincount(labels, weights, minlength=len(centres))
    means = centres.copy()
    full = totals > 0
    for axis in range(3):
        sums = np.bincount(labels, weights * colours[:, axis], minlength=len(centres))
        means[full, axis] = sums[full] / totals[full]
    return means


def _check(picture: NDArray[np.uint8], around: int, delta: int, patience: int) -> None:
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ParameterError(
            "These colours cannot be clustered.",
            f"Found a picture of shape {picture.shape} and type {picture.dtype}; expected "
            "(rows, cols, 3) of 8-bit sRGB.",
            "Convert the picture first.",
        )
    if not (around - delta >= 1 and around + delta <= 255 and delta >= 0 and patience >= 1):
        raise ParameterError(
            "These numbers of clusters cannot be tried.",
            f"Found {around} ± {delta} with patience {patience}; expected numbers from 1 to 255 "
            "and a patience of at least 1.",
            "The usual choice is 10 ± 2 with patience 3.",
        )
