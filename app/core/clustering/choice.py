"""How many clusters: the best silhouette on a sample, over a range, with patience."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.clustering.kmeans import FloatArray, Labels, fitted, nearest
from app.core.progress import Progress, no_progress
from app.errors import ParameterError

MOST_CLUSTERS = 100
SILHOUETTE_POINTS = 2048
"""Points whose silhouette is looked at: all their distances take 16 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The centres that were chosen.

    Parameters
    ----------
    centres
        Shape (clusters, dimensions).
    silhouettes
        Each number that was tried with its mean silhouette, in that order; empty where there
        was nothing to choose.
    """

    centres: FloatArray
    silhouettes: tuple[tuple[int, float], ...]


def parse_numbers(text: str) -> tuple[int, ...]:
    """Read "8" or "4..12", both ends included.

    Raises
    ------
    ParameterError
        If the text has another form, or the numbers are out of order or not 1 to 100.
    """
    first, dots, last = text.strip().partition("..")
    try:
        low = int(first)
        high = int(last) if dots else low
    except ValueError:
        low, high = 0, 0
    if not 1 <= low <= high <= MOST_CLUSTERS:
        raise ParameterError(
            "This number of clusters cannot be used.",
            f"Found {text!r}; expected a whole number of 1 to {MOST_CLUSTERS}, or two such, the "
            "smaller first, as 4..12.",
            "Write 8 for eight clusters, 4..12 for the best of four to twelve.",
        )
    return tuple(range(low, high + 1))


def choose(
    sample: NDArray[np.float32],
    numbers: Sequence[int],
    *,
    patience: int = 3,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Choice:
    """Cluster a sample with each number of clusters and keep that of the best silhouette.

    Parameters
    ----------
    sample
        Shape (points, dimensions), at least one point.
    numbers
        Numbers of clusters to try, in this order. Those beyond the number of distinct points
        are passed over; if that leaves none, there are as many clusters as distinct points.
    patience
        The search ends when so many numbers in a row brought no better silhouette.
    seed
        Decides the starts; the same seed gives the same centres.
    progress
        Told before every number.
    """
    distinct = len(np.unique(sample, axis=0))
    usable = [k for k in numbers if k <= distinct] or [distinct]
    best: tuple[float, FloatArray] | None = None
    tried: list[tuple[int, float]] = []
    since_best = 0
    look = Silhouettes(sample)
    for done, k in enumerate(usable):
        progress(done / len(usable), f"Trying {k} clusters")
        centres = fitted(sample, k, seed) if k < distinct else np.unique(sample, axis=0)
        centres = np.asarray(centres, np.float64)
        if len(usable) == 1:
            return Choice(centres, ())
        score = look.mean(nearest(sample[: look.points], centres))
        tried.append((k, score))
        since_best += 1
        if best is None or score > best[0]:
            best, since_best = (score, centres), 0
        if since_best >= patience:
            break
    assert best is not None
    return Choice(best[1], tuple(tried))


class Silhouettes:
    """Silhouettes of the first points of a sample, for any labels.

    Parameters
    ----------
    sample
        Shape (points, dimensions), in random order; the first 2048 are looked at.

    Notes
    -----
    P. J. Rousseeuw, J. Comput. Appl. Math. 20 (1987) 53: (b − a) / max(a, b) with the mean
    distance a from the points of its own cluster and b from those of the nearest other one;
    0 for a point that is alone in its cluster, and for a single cluster.
    """

    def __init__(self, sample: NDArray[Any]) -> None:
        self._sample = sample[:SILHOUETTE_POINTS]
        self._distances: NDArray[np.float32] | None = None

    @property
    def points(self) -> int:
        """How many points are looked at."""
        return len(self._sample)

    def mean(self, labels: Labels) -> float:
        """Mean silhouette of the points, −1..1."""
        return float(self.each(labels).mean())

    def per_cluster(self, labels: Labels, k: int) -> FloatArray:
        """Mean silhouette of the points of each cluster, shape (k,); NaN where there is none."""
        sums = np.bincount(labels, self.each(labels), minlength=k)
        sizes = np.bincount(labels, minlength=k)
        return np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan)

    def each(self, labels: Labels) -> FloatArray:
        """Silhouette of every point, shape (points,)."""
        present, own = np.unique(labels, return_inverse=True)
        if len(present) < 2:
            return np.zeros(len(labels))
        if self._distances is None:
            from scipy.spatial.distance import cdist

            self._distances = cdist(self._sample, self._sample).astype(np.float32)
        members = np.zeros((len(labels), len(present)), np.float32)
        rows = np.arange(len(labels))
        members[rows, own] = 1.0
        sizes = members.sum(axis=0, dtype=np.float64)
        sums = (self._distances @ members).astype(np.float64)
        # a point is not among its own neighbours
        within = sums[rows, own] / np.maximum(sizes[own] - 1, 1.0)
        others = sums / sizes
        others[rows, own] = np.inf
        between = others.min(axis=1)
        scores = (between - within) / np.maximum(np.maximum(between, within), 1e-12)
        scores[sizes[own] == 1] = 0.0
        return scores
