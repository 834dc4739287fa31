"""The spectra of a scan in clusters.

The counts of windows of channels are transformed (`Transform`), and the 16 first principal
components of a sample of 10 000 spectra serve to choose the number of clusters and to find the
best of ten starts of K-Means. Lloyd's steps over all pixels follow, first among the principal
components, then two rounds among all features, row by row as they are read from the scan.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.clustering.choice import SILHOUETTE_POINTS, Silhouettes, choose
from app.core.clustering.features import FeatureSpace, Transform, Windows, WindowSums
from app.core.clustering.kmeans import FloatArray, lloyd, member_sums, moved, nearest
from app.core.cube import BLOCK_BYTES, SpectralCube
from app.core.parameters import check, parameter
from app.core.progress import Progress, no_progress, part_of
from app.core.provenance import Step
from app.core.region import Region
from app.errors import ParameterError

OUTSIDE = -1
"""Label of pixels that were not clustered."""

SAMPLE = 10_000
"""Spectra that the principal components and the starts of K-Means are fitted on."""

_EXACT_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class ClusterRecipe:
    """What decides the clusters besides scan, windows and numbers.

    Raises
    ------
    ParameterError
        If a value is out of its limits.
    """

    transform: Transform = parameter(Transform.ANSCOMBE, label="Counts become")
    patience: int = parameter(3, label="Tries without gain", minimum=1, maximum=100)
    seed: int = parameter(0, label="Seed", minimum=0, maximum=2**31 - 1)

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """The spectra of a scan or of a part of it in clusters, the largest first.

    Parameters
    ----------
    labels
        Number of the cluster of every pixel from 0 on, −1 outside the region; shape
        (rows, cols) of the whole scan, int16.
    sizes
        Pixels of each cluster, shape (clusters,), falling.
    means
        Mean counts of the pixels of each cluster, shape (clusters, channels).
    silhouettes
        Each number of clusters that was tried with its mean silhouette on the sample, in the
        order tried; empty where the number was given.
    cluster_silhouettes
        Mean silhouette of each cluster in the sample, shape (clusters,), NaN for one too small
        to be in it.
    inertia
        Sum of the squared distances of all pixels from their cluster's mean, in the space of
        the features before principal components are taken.
    total_inertia
        The same from the mean of all pixels, as for a single cluster.
    steps
        How the clusters were made.
    """

    labels: NDArray[np.int16]
    sizes: NDArray[np.int64]
    means: FloatArray
    silhouettes: tuple[tuple[int, float], ...]
    cluster_silhouettes: FloatArray
    inertia: float
    total_inertia: float
    steps: tuple[Step, ...] = ()

    @property
    def count(self) -> int:
        """How many clusters there are."""
        return len(self.sizes)

    @property
    def shares(self) -> FloatArray:
        """Share of the clustered pixels in each cluster, shape (clusters,), 0..1."""
        return self.sizes / self.sizes.sum()

    def mask(self, cluster: int) -> NDArray[np.bool_]:
        """Where a cluster is, shape (rows, cols); cluster 0 is the largest."""
        if not 0 <= cluster < self.count:
            raise ParameterError(
                "There is no such cluster.",
                f"Found number {cluster}; the clusters are 0 to {self.count - 1}.",
                "Choose one of these.",
            )
        return self.labels == cluster

    def bounds(self, cluster: int) -> Region:
        """The smallest rectangle that holds a cluster; raises as `mask`."""
        mask = self.mask(cluster)
        rows, cols = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
        return Region(int(rows[0]), int(rows[-1]) + 1, int(cols[0]), int(cols[-1]) + 1)


def cluster_spectra(
    cube: SpectralCube,
    windows: Windows,
    numbers: tuple[int, ...],
    recipe: ClusterRecipe | None = None,
    *,
    region: Region | None = None,
    progress: Progress = no_progress,
    block_bytes: int = BLOCK_BYTES,
) -> Clusters:
    """Cluster the spectra of a scan with the number of clusters of the best silhouette.

    Parameters
    ----------
    cube
        Counts of shape (rows, cols, channels); at most about `block_bytes` of them are in
        memory, besides 64 bytes for each pixel and up to half a gigabyte of sums.
    windows
        What spectra are compared by; see `channel_groups` and `map_windows`.
    numbers
        Numbers of clusters to try; just one to have exactly so many. There are fewer clusters
        where fewer spectra differ.
    recipe
        Transform, patience and seed.
    region
        Part of the picture; everything by default.
    progress
        Told after every block; may raise to stop.

    Returns
    -------
    Clusters
        The same for the same seed, however much is read at a time. Clusters of fewer than
        about one pixel in a thousand may not be found, as they are hardly in the sample.

    Raises
    ------
    ParameterError
        If the region reaches beyond the scan, there is no number to try, or a value is not a
        finite number.
    """
    from threadpoolctl import threadpool_limits

    recipe = recipe or ClusterRecipe()
    _check_numbers(numbers)
    where = region or Region(0, cube.rows, 0, cube.cols)
    where.check_inside(cube.rows, cube.cols)
    sums = WindowSums(cube, windows, where, block_bytes)
    # one thread: many small products, and the same digits on every machine's number of cores
    with threadpool_limits(1):
        found = _clustered(sums, numbers, recipe, progress)
    labels = np.full((cube.rows, cube.cols), OUTSIDE, np.int16)
    inside = found.labels.reshape(sums.rows, sums.cols)
    labels[where.row_start : where.row_stop, where.col_start : where.col_stop] = inside
    step = Step("cluster", _details(windows, numbers, recipe, region), cube.inputs, recipe.seed)
    return replace(found, labels=labels, steps=(*cube.steps, step))


def _clustered(
    sums: WindowSums, numbers: tuple[int, ...], recipe: ClusterRecipe, progress: Progress
) -> Clusters:
    """The clusters of a region, labels of shape (pixels,)."""
    places, sample = _sample(sums, recipe.seed, part_of(progress, 0.0, 0.35))
    space = FeatureSpace.fitted(sample, recipe.transform)
    points = space.projected(sample)
    chosen = choose(
        points,
        numbers,
        patience=recipe.patience,
        seed=recipe.seed,
        progress=part_of(progress, 0.35, 0.5),
    )
    rows = sums.each(part_of(progress, 0.5, 0.6))
    projected = np.concatenate([space.projected(row) for row in rows])
    centres = lloyd(projected, chosen.centres, lambda: progress(0.6, "Moving clusters"))
    labels, inertia, total = _exact(sums, space, centres, part_of(progress, 0.65, 0.85))
    sizes = np.bincount(labels, minlength=len(centres))
    # those without pixels are left out, those of one size keep their order
    order = np.argsort(-sizes, kind="stable")[: int(np.count_nonzero(sizes))]
    number = np.zeros(len(centres), np.int64)
    number[order] = np.arange(len(order))
    labels = number[labels]
    look = Silhouettes(points)
    own = labels[places[: look.points]]
    progress(0.85, "Mean spectra")
    return Clusters(
        labels=labels.astype(np.int16),
        sizes=sizes[order],
        means=_means(sums, labels, sizes[order], part_of(progress, 0.85, 1.0)),
        silhouettes=chosen.silhouettes,
        cluster_silhouettes=look.per_cluster(own, len(order)),
        inertia=inertia,
        total_inertia=total,
    )


def _sample(
    sums: WindowSums, seed: int, progress: Progress
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Places of the sample's pixels, in random order, and their sums (pixels, windows)."""
    pixels = sums.rows * sums.cols
    generator = np.random.default_rng(seed)
    places = generator.permutation(pixels)[:SAMPLE]
    row_of = places // sums.cols
    by_row = np.argsort(row_of, kind="stable")
    starts = np.searchsorted(row_of[by_row], np.arange(sums.rows + 1))
    parts: list[NDArray[Any]] = []
    for row, found in enumerate(sums.each(progress)):
        chosen = places[by_row[starts[row] : starts[row + 1]]]
        parts.append(found[chosen % sums.cols].astype(np.float32))
    sample = np.concatenate(parts)
    back = np.empty_like(by_row)
    back[by_row] = np.arange(len(by_row))
    return places, sample[back]


def _exact(
    sums: WindowSums, space: FeatureSpace, centres: FloatArray, progress: Progress
) -> tuple[NDArray[np.int64], float, float]:
    """Labels of all pixels among all features, with their inertia and that of one cluster."""
    k = len(centres)
    means = space.lifted(centres)
    for done in range(_EXACT_ROUNDS):
        part = part_of(progress, done / _EXACT_ROUNDS, (done + 1) / _EXACT_ROUNDS)
        found: list[NDArray[np.int64]] = []
        totals = np.zeros_like(means)
        squares = 0.0
        for row in sums.each(part):
            features = space.features(row)
            found.append(nearest(features, means))
            totals += member_sums(features, found[-1], k)
            squares += float(np.einsum("ij,ij->", features, features, dtype=np.float64))
        labels = np.concatenate(found)
        sizes = np.bincount(labels, minlength=k)
        means = moved(means, totals, sizes)
    # Σ|x − m|² = Σ|x|² − n·|m|² for the mean m of n points
    inertia = squares - float((sizes * (means**2).sum(axis=1)).sum())
    centre = totals.sum(axis=0) / len(labels)
    return labels, max(inertia, 0.0), max(squares - len(labels) * float(centre @ centre), 0.0)


def _means(
    sums: WindowSums, labels: NDArray[np.int64], sizes: NDArray[np.int64], progress: Progress
) -> FloatArray:
    """Mean counts of each cluster, shape (clusters, channels)."""
    by_row = labels.reshape(sums.rows, sums.cols)
    total: FloatArray | None = None
    for row, counts in sums.counts(progress):
        part = member_sums(counts, by_row[row], len(sizes))
        total = part if total is None else total + part
    assert total is not None
    return total / sizes[:, None]


def _check_numbers(numbers: tuple[int, ...]) -> None:
    if not numbers or min(numbers) < 1:
        raise ParameterError(
            "There is no number of clusters to try.",
            f"Found {numbers}; expected whole numbers from 1 on.",
            "Write 4..12 for the best of four to twelve.",
        )


def _details(
    windows: Windows, numbers: tuple[int, ...], recipe: ClusterRecipe, region: Region | None
) -> dict[str, Any]:
    """All that decided the clusters, as a step tells it."""
    return {
        "numbers": list(numbers),
        "windows": len(windows),
        "channels": [windows[0][0], windows[-1][1]],
        "channels_per_window": windows[0][1] - windows[0][0],
        "transform": recipe.transform.value,
        "patience": recipe.patience,
        "sample": SAMPLE,
        "silhouette_points": SILHOUETTE_POINTS,
        "region": None if region is None else str(region),
    }
