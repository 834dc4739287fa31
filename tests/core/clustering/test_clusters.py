"""The spectra of a scan with known truth in clusters."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.clustering import clusters as module
from app.core.clustering.clusters import ClusterRecipe, cluster_spectra
from app.core.clustering.features import FeatureSpace, Transform, channel_groups, map_windows
from app.core.lines import line, roi_for
from app.core.region import Region
from app.errors import ParameterError


def found_in(cube, numbers=(2, 3, 4, 5, 6), **options):
    return cluster_spectra(cube, channel_groups(cube.channels, cube.axis), numbers, **options)


def test_materials_are_found_with_their_number_the_largest_first(cube, truth):
    found = found_in(cube)
    assert found.count == 4
    np.testing.assert_array_equal(found.labels, truth)
    np.testing.assert_array_equal(found.sizes, np.bincount(truth.ravel()))
    assert max(found.silhouettes, key=lambda item: item[1])[0] == 4
    assert found.cluster_silhouettes.min() > 0.3
    assert found.shares.sum() == pytest.approx(1.0)


def test_means_are_those_of_the_raw_counts_of_all_channels(cube, truth):
    found = found_in(cube)
    for number in range(4):
        np.testing.assert_array_equal(
            found.means[number], cube.counts[truth == number].mean(axis=0)
        )


def test_what_lies_below_300_ev_decides_nothing(cube, truth):
    """The pulse at 0 keV is the largest difference between the upper and the lower half."""
    np.testing.assert_array_equal(found_in(cube, (4,)).labels, truth)
    whole = cluster_spectra(cube, ((0, 15), *channel_groups(800, cube.axis)), (4,))
    assert (whole.labels != truth).any()


@pytest.mark.parametrize("transform", list(Transform))
def test_every_transform_finds_what_is_clear(cube, truth, transform):
    found = found_in(cube, (4,), recipe=ClusterRecipe(transform=transform))
    assert (found.labels == truth).mean() > 0.97


def test_maps_find_the_same(cube, truth):
    rois = [roi_for(line(name), cube.axis) for name in ("Fe", "Cu", "Pb_Lb", "Ca")]
    found = cluster_spectra(cube, map_windows(cube, rois), (2, 3, 4, 5))
    assert found.count == 4
    assert (found.labels == truth).mean() > 0.99


def test_a_region_alone_is_clustered(cube, truth):
    region = Region(6, 14, 10, 23)
    found = found_in(cube, (3,), region=region)
    outside = np.ones(truth.shape, bool)
    outside[6:14, 10:23] = False
    np.testing.assert_array_equal(found.labels == -1, outside)
    assert found.sizes.sum() == region.pixels
    assert found.steps[-1].parameters["region"] == "6:14,10:23"
    inside = truth[6:14, 10:23]
    for number in range(3):
        assert len(np.unique(inside[found.labels[6:14, 10:23] == number])) == 1


def test_a_cluster_is_a_mask_with_bounds(cube, truth):
    found = found_in(cube, (4,))
    np.testing.assert_array_equal(found.mask(3), truth == 3)
    assert found.bounds(3) == Region(0, 5, 13, 19)
    with pytest.raises(ParameterError, match="0 to 3"):
        found.mask(4)


def test_the_same_seed_gives_the_same_however_much_is_read_at_a_time(cube, monkeypatch):
    monkeypatch.setattr(module, "SAMPLE", 150)
    first, *others = (
        found_in(cube, (5, 6, 7), block_bytes=size) for size in (1, 100_000, 10_000_000)
    )
    for other in others:
        np.testing.assert_array_equal(other.labels, first.labels)
        np.testing.assert_array_equal(other.means, first.means)
        assert (other.inertia, other.silhouettes) == (first.inertia, first.silhouettes)


def test_the_sample_is_where_its_places_say(cube, monkeypatch):
    monkeypatch.setattr(module, "SAMPLE", 60)
    sums = module.WindowSums(cube, ((0, 400), (400, 800)), Region(2, 9, 3, 20))
    places, sample = module._sample(sums, 5, lambda fraction, message="": None)
    inside = cube.counts[2:9, 3:20].reshape(-1, 800)[places]
    assert len(np.unique(places)) == 60
    np.testing.assert_array_equal(
        sample, np.stack([inside[:, :400].sum(1), inside[:, 400:].sum(1)], axis=1)
    )


def test_the_inertia_is_that_of_the_labels(cube):
    windows = channel_groups(800, cube.axis)
    found = cluster_spectra(cube, windows, (3,))
    counts = cube.counts.reshape(-1, 800)
    sums = np.stack([counts[:, a:b].sum(axis=1) for a, b in windows], axis=1)
    values = FeatureSpace.fitted(sums, Transform.ANSCOMBE).features(sums).astype(np.float64)
    labels = found.labels.ravel()
    expected = sum(
        ((values[labels == n] - values[labels == n].mean(axis=0)) ** 2).sum() for n in range(3)
    )
    assert found.inertia == pytest.approx(expected, rel=1e-6)
    assert found.total_inertia == pytest.approx(
        ((values - values.mean(axis=0)) ** 2).sum(), rel=1e-6
    )


def test_inertia_of_counting_noise_is_one_per_pixel_and_window(cube):
    """Anscombe's transform makes it so, as long as windows hold some counts."""
    windows = channel_groups(800, cube.axis)
    bright = replace(cube, counts=cube.counts * np.uint16(1))
    found = cluster_spectra(bright, windows, (4,))
    assert found.inertia / (found.sizes.sum() * len(windows)) == pytest.approx(0.85, abs=0.15)


def test_how_it_was_done_travels_with_the_clusters(cube):
    step = found_in(cube, (4,), recipe=ClusterRecipe(seed=7)).steps[-1]
    assert (step.action, step.seed, step.inputs) == ("cluster", 7, cube.inputs)
    assert step.parameters["numbers"] == [4]
    assert step.parameters["transform"] == "anscombe"
    assert step.parameters["channels_per_window"] == 8


def test_it_can_be_stopped_at_every_report(cube):
    reports = []
    found_in(cube, (3, 4), progress=lambda fraction, message="": reports.append(fraction))
    assert reports == sorted(reports)
    assert 0 <= reports[0] <= reports[-1] <= 1

    for stop_at in range(0, len(reports), 3):
        seen = []

        def progress(fraction, message="", seen=seen, stop_at=stop_at):
            seen.append(fraction)
            if len(seen) > stop_at:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            found_in(cube, (3, 4), progress=progress)
        assert len(seen) == stop_at + 1


@pytest.mark.parametrize("transform", list(Transform))
def test_spectra_without_a_count_are_one_cluster(cube, transform):
    empty = replace(cube, counts=np.zeros((3, 5, 40), np.uint16))
    found = found_in(empty, (4, 5), recipe=ClusterRecipe(transform=transform))
    np.testing.assert_array_equal(found.labels, np.zeros((3, 5)))
    assert (found.count, found.inertia, found.silhouettes) == (1, 0.0, ())


def test_fewer_different_spectra_than_clusters_make_fewer_clusters(cube):
    counts = np.zeros((4, 6, 40), np.uint16)
    counts[:, 4:, 20] = 50
    counts[0, 0, 30] = 9
    found = found_in(replace(cube, counts=counts), (7,))
    np.testing.assert_array_equal(found.sizes, [15, 8, 1])
    assert found.inertia == pytest.approx(0, abs=1e-3)


def test_more_clusters_than_pixels_leave_every_pixel_its_own(cube):
    small = replace(cube, counts=cube.counts[:2, :3])
    assert found_in(small, (50,)).sizes.tolist() == [1] * 6


def test_one_pixel_is_one_cluster(cube):
    found = found_in(cube, (4, 5), region=Region(3, 4, 8, 9))
    assert (found.count, found.sizes.tolist()) == (1, [1])
    np.testing.assert_array_equal(found.means[0], cube.counts[3, 8])
    assert found.labels[3, 8] == 0
    assert (found.labels == -1).sum() == found.labels.size - 1


def test_neither_an_axis_nor_whole_numbers_are_needed(cube, truth):
    bare = replace(cube, axis=None, counts=cube.counts[..., 20:] * np.float32(0.37))
    np.testing.assert_array_equal(found_in(bare, (4,)).labels, truth)


def test_a_region_beyond_the_scan_is_told(cube):
    with pytest.raises(ParameterError, match="14 rows and 23 columns"):
        found_in(cube, region=Region(0, 15, 0, 5))


@pytest.mark.parametrize("numbers", [(), (0,), (3, -1)])
def test_numbers_that_make_no_sense_are_told(cube, numbers):
    with pytest.raises(ParameterError, match="number of clusters"):
        found_in(cube, numbers)
