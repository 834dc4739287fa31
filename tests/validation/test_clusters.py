"""Clusters of a real scan: two painted hands, their background, and what stands at its left edge.

Painted copy of the hands of the Creation of Adam, 60 × 120 pixels of 3 s, two silicon drift
detectors (P. Pesic et al., ICETRAN 2026). Fe shows the hands bright and Cu shows them dark; the
left three columns show another object.
"""

import numpy as np
import pytest

from app.core.clustering.clusters import ClusterRecipe, cluster_spectra
from app.core.clustering.features import Transform, channel_groups, map_windows
from app.core.lines import line, roi_for
from app.io import formats

pytestmark = pytest.mark.validation

FRAME_COLS = 3
ELEMENTS = ("K", "Ca", "Ti", "Mn", "Fe", "Cu", "Zn", "Pb", "Hg")


@pytest.fixture
def cubes(shared_data):
    names = ("10264", "19511")
    return [formats.open_cube(shared_data(f"painted_hands/detector_{name}.npz")) for name in names]


def clustered(cube, numbers, transform=Transform.ANSCOMBE):
    windows = channel_groups(cube.channels, cube.axis)
    return cluster_spectra(cube, windows, numbers, ClusterRecipe(transform))


def relative(cube, name):
    """Counts of a line's window over their mean, shape (rows, cols)."""
    roi = roi_for(line(name), cube.axis)
    first, stop = cube.axis.channel_range(roi.low_kev, roi.high_kev, cube.channels)
    counts = np.asarray(cube.counts[:, :, first:stop]).sum(axis=2, dtype=np.float64)
    return counts / counts.mean()


def test_hands_and_background_are_different_clusters(cubes):
    """Of four to twelve, four are chosen: two of the hands, two of the background."""
    for cube in cubes:
        found = clustered(cube, tuple(range(4, 13)))
        assert found.count == 4
        iron, copper = relative(cube, "Fe"), relative(cube, "Cu")
        means = [
            (iron[found.labels == n].mean(), copper[found.labels == n].mean()) for n in range(4)
        ]
        hands = [n for n, (fe, cu) in enumerate(means) if fe > 1 and cu < 0.6]
        background = [n for n, (fe, cu) in enumerate(means) if fe < 0.8 and cu > 1.05]
        assert sorted(hands + background) == [0, 1, 2, 3]
        assert len(hands) == len(background) == 2


def test_pixels_of_much_iron_are_hands_and_those_of_much_copper_are_not(cubes):
    """Four clusters still put arms of fewer counts into the background; eight do so hardly."""
    for cube in cubes:
        iron, copper = relative(cube, "Fe"), relative(cube, "Cu")
        for k, least in ((4, 0.7), (8, 0.92)):
            labels = clustered(cube, (k,)).labels
            means = [(iron[labels == n].mean(), copper[labels == n].mean()) for n in range(k)]
            is_hand = np.isin(labels, [n for n, (fe, cu) in enumerate(means) if fe > cu])
            assert is_hand[iron > 2 * copper].mean() > least
            assert (~is_hand)[copper > 2 * iron].mean() > 0.97


def test_the_left_edge_is_a_cluster_of_its_own_among_eight(cubes):
    """Found in one detector by default, in the other with equal weights for all windows."""
    for cube, transform, least in (
        (cubes[0], Transform.ANSCOMBE, 0.8),
        (cubes[0], Transform.STANDARD, 0.8),
        (cubes[1], Transform.STANDARD, 0.5),
    ):
        found = clustered(cube, (8,), transform)
        edge = found.labels[:, :FRAME_COLS]
        number = np.bincount(edge.ravel()).argmax()
        assert (edge == number).mean() > 0.85
        assert edge.size * (edge == number).mean() / found.sizes[number] > least


def test_few_clusters_leave_the_edge_with_the_background_whatever_they_are_made_of(cubes):
    """It is 2.5 % of the scan: the number that is chosen does not show it, eight may."""
    for cube in cubes:
        for transform in Transform:
            found = clustered(cube, tuple(range(4, 13)), transform)
            number = np.bincount(found.labels[:, :FRAME_COLS].ravel()).argmax()
            assert found.sizes[number] > 4 * FRAME_COLS * cube.rows


def test_maps_of_elements_tell_hands_from_background_with_three_clusters(cubes):
    """Where the elements are known, fewer clusters do, and both detectors find the same."""
    from sklearn.metrics import adjusted_rand_score

    labels = []
    for cube in cubes:
        rois = [roi_for(line(name), cube.axis) for name in ELEMENTS]
        found = cluster_spectra(cube, map_windows(cube, rois), (3,))
        labels.append(found.labels.ravel())
        iron, copper = relative(cube, "Fe"), relative(cube, "Cu")
        means = [
            (iron[found.labels == n].mean(), copper[found.labels == n].mean()) for n in range(3)
        ]
        is_hand = np.isin(found.labels, [n for n, (fe, cu) in enumerate(means) if fe > cu])
        assert is_hand[iron > 2 * copper].mean() > 0.93
        assert (~is_hand)[copper > 2 * iron].mean() > 0.97
    assert adjusted_rand_score(*labels) > 0.88


def test_both_detectors_find_the_same(cubes):
    """Adjusted Rand index: 1 for the same clusters, 0 for what chance would give.

    Of four to twelve each detector by itself chooses four.
    """
    from sklearn.metrics import adjusted_rand_score

    for numbers, least in (((3,), 0.9), (range(4, 13), 0.85), ((5,), 0.9)):
        first, second = (clustered(cube, tuple(numbers)).labels.ravel() for cube in cubes)
        assert adjusted_rand_score(first, second) > least


def test_evening_out_the_noise_is_what_makes_them_agree(cubes):
    """With plain counts the strongest lines' noise decides much of it."""
    from sklearn.metrics import adjusted_rand_score

    agreement = {}
    for transform in (Transform.ANSCOMBE, Transform.COUNTS):
        first, second = (clustered(cube, (4,), transform).labels.ravel() for cube in cubes)
        agreement[transform] = adjusted_rand_score(first, second)
    assert agreement[Transform.ANSCOMBE] > agreement[Transform.COUNTS] + 0.3
