"""Clusters of 240 000 spectra of 2048 channels against one full start of scikit-learn.

Both work with one thread and are measured in CPU seconds. Each transform has its own space:
that of all 2048 channels, transformed alike, in which the full start is made and all inertias are
compared, and that of the groups of channels that our clusters are made in.
"""

import time

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.clustering.clusters import ClusterRecipe, cluster_spectra
from app.core.clustering.features import Transform, channel_groups
from app.core.cube import SpectralCube

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

ROWS, COLS, CHANNELS, MATERIALS = 500, 480, 2048, 9
AXIS = EnergyAxis(0.0, 0.02)
_ENERGIES_KEV = (2.3, 3.7, 4.5, 6.4, 7.1, 8.05, 8.9, 9.99, 10.55, 12.6, 14.2, 22.1)


@pytest.fixture(scope="module")
def painting():
    """Nine materials in bands that run into each other, about 600 counts per pixel."""
    generator = np.random.default_rng(21)
    energies = AXIS.energies_kev(CHANNELS)
    heights = generator.gamma(0.6, 4.0, (MATERIALS, len(_ENERGIES_KEV)))
    shapes = np.exp(-(((energies - np.array(_ENERGIES_KEV)[:, None]) / 0.07) ** 2) / 2)
    expected = 0.08 + 1.2 * heights @ shapes
    x = np.linspace(0, MATERIALS - 1e-6, COLS)
    first = x.astype(int)
    blend = np.clip((x - first - 0.8) / 0.2, 0, 1)[:, None]
    mixed = (1 - blend) * expected[first] + blend * expected[np.minimum(first + 1, MATERIALS - 1)]
    counts = np.empty((ROWS, COLS, CHANNELS), np.uint16)
    for row in range(ROWS):
        brightness = generator.uniform(0.8, 1.2, (COLS, 1))
        counts[row] = generator.poisson(mixed * brightness)
    return SpectralCube(counts, AXIS, name="painting")


def cpu_seconds(function):
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def inertia_of(values, labels):
    """Inertia of labels among spectra of shape (pixels, features), in 64 bits."""
    total = 0.0
    for number in np.unique(labels):
        members = values[labels == number]
        mean = members.mean(axis=0, dtype=np.float64)
        for start in range(0, len(members), 4096):
            total += float(((members[start : start + 4096] - mean) ** 2).sum())
    return total


@pytest.mark.parametrize("transform", [Transform.ANSCOMBE, Transform.COUNTS])
def test_spectra_against_a_full_start(painting, transform, report):
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score
    from threadpoolctl import threadpool_limits

    windows = channel_groups(CHANNELS, AXIS)
    first = windows[0][0]
    recipe = ClusterRecipe(transform)
    cluster_spectra(painting, windows, (2,), recipe, region=None)
    ours, found = cpu_seconds(lambda: cluster_spectra(painting, windows, (MATERIALS,), recipe))
    labels = found.labels.ravel()

    counts = painting.counts.reshape(-1, CHANNELS)[:, first:]
    values = counts.astype(np.float32)
    if transform is Transform.ANSCOMBE:
        values = 2 * np.sqrt(values + np.float32(0.375))
    fulls = []
    with threadpool_limits(1):
        for seed in range(3):
            fit = KMeans(MATERIALS, n_init=1, random_state=seed, copy_x=False)
            took, fitted = cpu_seconds(lambda fit=fit: fit.fit(values))
            fulls.append((took, inertia_of(values, fitted.labels_), fitted.labels_))
    best = min(inertia for _, inertia, _ in fulls)
    median = float(np.median([took for took, _, _ in fulls]))
    own = inertia_of(values, labels)
    best_labels = min(fulls, key=lambda item: item[1])[2]
    report(
        f"clusters of spectra, {transform.value}: one full start takes",
        median / ours,
        "×",
        ours_s=round(ours, 2),
        full_s=[round(took, 1) for took, _, _ in fulls],
        inertia_over_best_percent=round(100 * (own / best - 1), 3),
        full_starts_over_best_percent=[round(100 * (i / best - 1), 3) for _, i, _ in fulls],
        agreement_with_best=round(adjusted_rand_score(best_labels, labels), 4),
    )
    assert own < 1.002 * best
    assert median / ours > 10


def test_groups_of_channels_against_a_full_start_among_them(painting, report):
    """The same space for both: the 255 features that our clusters are made of."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    windows = channel_groups(CHANNELS, AXIS)
    ours, found = cpu_seconds(lambda: cluster_spectra(painting, windows, (MATERIALS,)))
    starts = [first for first, _ in windows]
    counts = painting.counts.reshape(-1, CHANNELS)
    sums = np.add.reduceat(counts, starts, axis=1, dtype=np.uint32)
    values = (2 * np.sqrt(sums + 0.375)).astype(np.float32)
    fulls = []
    with threadpool_limits(1):
        for seed in range(3):
            fit = KMeans(MATERIALS, n_init=1, random_state=seed, copy_x=False)
            took, fitted = cpu_seconds(lambda fit=fit: fit.fit(values))
            fulls.append((took, inertia_of(values, fitted.labels_)))
    best = min(inertia for _, inertia in fulls)
    own = inertia_of(values, found.labels.ravel())
    report(
        "the same among groups of channels",
        float(np.median([took for took, _ in fulls])) / ours,
        "×",
        ours_s=round(ours, 2),
        full_s=[round(took, 1) for took, _ in fulls],
        inertia_over_best_percent=round(100 * (own / best - 1), 3),
        full_starts_over_best_percent=[round(100 * (i / best - 1), 3) for _, i in fulls],
    )
    assert own < 1.002 * best
