"""K-Means of a few thousand weighted colours, from many starts that are thinned out on the way."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# starts for up to ten clusters; more clusters have fewer, as each takes longer
_STARTS = 60
_STARTS_TIMES_CLUSTERS = 600
# so many are enough to tell which number of clusters is good
_FEWER_STARTS = 24
# rounds and how many starts are kept after them: for a guess, and else first on the coarse
# colours, then on the fine ones
_QUICK_THINNING = ((3, 8), (9, 1))
_COARSE_THINNING = ((3, 30), (6, 20))
_FINE_THINNING = ((2, 8), (6, 3))
# more clusters than these hardly depend on the start
_FEW = 64
# distances at a time, so that they stay in the processor's cache
_CACHE_CELLS = 1 << 16


class WeightedColours:
    """Colours with weights, as the pixels of a picture gathered in bins.

    Parameters
    ----------
    colours
        Shape (colours, 3), 0..1.
    weights
        Shape (colours,), positive.
    """

    def __init__(self, colours: FloatArray, weights: FloatArray) -> None:
        self.colours = colours
        self.weights = weights
        self._across = np.ascontiguousarray(colours.T)
        self._lengths = (colours**2).sum(axis=1)
        self._moments = np.concatenate([weights[None], weights * self._across])

    def __len__(self) -> int:
        return len(self.weights)

    def starts(self, k: int, count: int, generator: np.random.Generator) -> FloatArray:
        """Centres to start from, shape (count, k, 3): greedy k-means++ for all at once.

        D. Arthur, S. Vassilvitskii, Proc. 18th ACM-SIAM Symp. on Discrete Algorithms (2007)
        1027: each next centre is drawn by its squared distance from those there are; of some
        drawn the one that leaves the least is kept.
        """
        trials, every = 2 + int(np.log(k)), np.arange(count)
        reach = np.cumsum(self.weights)
        first = self._within(reach.searchsorted(generator.random(count) * reach[-1]))
        centres = np.empty((count, k, 3))
        centres[:, 0] = self.colours[first]
        nearest = self._apart(centres[:, 0])
        for place in range(1, k):
            reaches = np.cumsum(nearest * self.weights, axis=1)
            wanted = generator.random((count, trials)) * reaches[:, -1:]
            found = [reach.searchsorted(some) for reach, some in zip(reaches, wanted, strict=True)]
            drawn = self._within(np.array(found))
            left = self._apart(self.colours[drawn.ravel()]).reshape(count, trials, -1)
            np.minimum(left, nearest[:, None], out=left)
            best = (left @ self.weights).argmin(axis=1)
            nearest = left[every, best]
            centres[:, place] = self.colours[drawn[every, best]]
        return centres

    def moved(self, centres: FloatArray, rounds: int) -> tuple[FloatArray, FloatArray]:
        """Centres of some starts after rounds of Lloyd's, and what each start leaves.

        Parameters
        ----------
        centres
            Shape (starts, clusters, 3).
        rounds
            At least one.

        Returns
        -------
        centres
            Same shape; a centre without colours stays where it was.
        left
            Weighted sum of squared distances of colours from the centres they moved, up to a
            constant, shape (starts,).
        """
        count, k, _ = centres.shape
        together = max(1, _CACHE_CELLS // (k * len(self)))
        moments = np.tile(self._moments, min(together, count))
        result, left = np.empty_like(centres), np.empty(count)
        for first in range(0, count, together):
            part = slice(first, first + together)
            some = centres[part]
            for _ in range(rounds):
                some, left[part] = self._move(some, moments[:, : len(some) * len(self)])
            result[part] = some
        return result, left

    def _move(self, centres: FloatArray, moments: FloatArray) -> tuple[FloatArray, FloatArray]:
        count, k, _ = centres.shape
        flat = centres.reshape(-1, 3)
        # the distance less the colour's own length, which is the same for all centres
        apart = (-2.0 * flat) @ self._across
        apart += (flat**2).sum(axis=1)[:, None]
        apart = apart.reshape(count, k, -1)
        labels = apart.argmin(axis=1)
        cells = (labels + (np.arange(count) * k)[:, None]).ravel()
        sums = np.stack([np.bincount(cells, some, count * k) for some in moments])
        moved = flat.copy()
        full = sums[0] > 0
        moved[full] = (sums[1:, full] / sums[0, full]).T
        # squared distances from a mean add up to squared lengths less that of the mean
        left = -(sums[0] * (moved**2).sum(axis=1)).reshape(count, k).sum(axis=1)
        return moved.reshape(centres.shape), left

    def _apart(self, points: FloatArray) -> FloatArray:
        """Squared distances of colours from points, shape (points, colours)."""
        apart = (-2.0 * points) @ self._across
        apart += self._lengths
        apart += (points**2).sum(axis=1)[:, None]
        return np.maximum(apart, 0.0, out=apart)

    def _within(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        # the last sum may be rounded below what is looked for
        return np.minimum(places, len(self) - 1)


def quick_starts(colours: WeightedColours, most: int, seed: int) -> FloatArray:
    """Starts for `quick_means` of up to so many clusters, shape (starts, most, 3).

    Each next centre of k-means++ is drawn when those before it are there, so the first k of
    them are a start for k clusters.
    """
    generator = np.random.default_rng([seed, most])
    return colours.starts(most, min(_FEWER_STARTS, _starts(most)), generator)


def quick_means(colours: WeightedColours, starts: FloatArray, k: int) -> FloatArray:
    """Centres of k clusters of a few hundred colours, shape (k, 3), 0..1: a good guess.

    Parameters
    ----------
    colours
        At least k.
    starts
        As `quick_starts` gives them, for at least k clusters.
    """
    return _thinned(colours, starts[:, :k], _QUICK_THINNING)[0]


def colour_means(coarse: WeightedColours, fine: WeightedColours, k: int, seed: int) -> FloatArray:
    """Centres of k clusters, shape (k, 3), 0..1.

    Parameters
    ----------
    coarse
        Hundreds of colours, on which many starts are compared after a few rounds.
    fine
        Thousands, on which the best of them go on to their end.
    k
        Not more than there are fine colours.
    seed
        Decides the starts.

    Notes
    -----
    Which optimum K-Means ends in depends on where it starts, and differs by a percent or two on
    paintings. Sixty starts on a coarse histogram of colours cost less than one on the pixels:
    the best are kept after a few rounds, and three of them go on to their end. Beyond 64
    clusters a single start serves.
    """
    from sklearn.cluster import KMeans

    generator = np.random.default_rng([seed, k])
    if k > _FEW:
        return fine.moved(fine.starts(k, 1, generator), 20)[0][0]
    source = coarse if len(coarse) > 4 * k else fine
    centres = source.starts(k, _starts(k), generator)
    centres = _thinned(source, centres, _COARSE_THINNING)
    fits = [
        KMeans(k, init=start, n_init=1, tol=1e-5).fit(fine.colours, sample_weight=fine.weights)
        for start in _thinned(fine, centres, _FINE_THINNING)
    ]
    return np.asarray(min(fits, key=lambda fit: fit.inertia_).cluster_centers_, np.float64)


def _starts(k: int) -> int:
    return max(8, min(_STARTS, _STARTS_TIMES_CLUSTERS // k))


def _thinned(
    colours: WeightedColours, centres: FloatArray, thinning: tuple[tuple[int, int], ...]
) -> FloatArray:
    """The best starts after some rounds, the very best first, shape (starts, clusters, 3)."""
    for rounds, kept in thinning:
        centres, left = colours.moved(centres, rounds)
        centres = centres[np.argsort(left, kind="stable")[:kept]]
    return centres
