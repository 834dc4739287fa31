"""What spectra are compared by."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.clustering import features
from app.core.clustering.features import (
    FeatureSpace,
    Transform,
    WindowSums,
    channel_groups,
    map_windows,
)
from app.core.maps import Roi
from app.core.region import Region
from app.errors import ParameterError


def test_groups_are_of_8_channels_of_20_ev_and_begin_at_300_ev():
    groups = channel_groups(2048, EnergyAxis(0.0, 0.02))
    assert groups[0] == (15, 23)
    assert groups[1] == (23, 31)
    # 2033 channels: 254 groups of 8 and one left over
    assert (len(groups), groups[-1]) == (255, (2047, 2048))


def test_the_reference_pulse_at_0_kev_is_left_out_wherever_it_lies():
    assert channel_groups(4096, EnergyAxis(-0.9555, 0.01))[0] == (126, 142)


def test_without_an_axis_all_channels_count():
    groups = channel_groups(2048, None)
    assert (groups[0], groups[-1], len(groups)) == ((0, 8), (2040, 2048), 256)
    assert channel_groups(5, None) == ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5))


def test_an_axis_that_ends_below_300_ev_leaves_what_there_is():
    assert channel_groups(10, EnergyAxis(0.0, 0.02)) == ((0, 8), (8, 10))


def test_windows_of_maps_are_those_of_the_axis(cube):
    windows = map_windows(cube, [Roi("Fe", 6.2, 6.6), Roi("Ca", 3.6, 3.8)])
    assert windows == (
        cube.axis.channel_range(6.2, 6.6, 800),
        cube.axis.channel_range(3.6, 3.8, 800),
    )


def test_maps_need_elements_and_an_axis(cube):
    with pytest.raises(ParameterError, match="no maps"):
        map_windows(cube, [])
    with pytest.raises(ParameterError, match="energy axis"):
        map_windows(replace(cube, axis=None), [Roi("Fe", 6.2, 6.6)])


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32, np.float64])
def test_sums_are_those_of_the_counts(cube, kind):
    counts = cube.counts.astype(kind)
    windows = ((15, 23), (23, 31), (31, 39), (40, 41), (2, 700))
    sums = WindowSums(replace(cube, counts=counts), windows, Region(2, 9, 3, 20))
    found = np.stack(list(sums.each()))
    for place, (first, stop) in enumerate(windows):
        np.testing.assert_array_equal(
            found[..., place], counts[2:9, 3:20, first:stop].sum(axis=2, dtype=np.float64)
        )


def test_rows_that_are_not_kept_are_read_again_to_the_same_sums(cube, monkeypatch):
    windows, region = channel_groups(800, cube.axis), Region(0, 14, 0, 23)
    kept = list(WindowSums(cube, windows, region).each())
    monkeypatch.setattr(features, "_KEPT_BYTES", 3 * kept[0].nbytes)
    sums = WindowSums(cube, windows, region, block_bytes=1)
    for _ in range(2):
        np.testing.assert_array_equal(list(sums.each()), kept)


def test_reading_stops_when_asked(cube):
    def stop(fraction, message=""):
        if fraction:
            raise KeyboardInterrupt

    sums = WindowSums(cube, ((0, 8),), Region(0, 14, 0, 23), block_bytes=1)
    with pytest.raises(KeyboardInterrupt):
        list(sums.each(stop))


def test_values_that_are_no_numbers_are_told_with_their_row(cube):
    counts = cube.counts.astype(np.float32)
    counts[5, 3, 100] = np.nan
    sums = WindowSums(replace(cube, counts=counts), ((90, 110),), Region(2, 14, 0, 23))
    with pytest.raises(ParameterError, match="row 5 "):
        list(sums.each())


def test_the_noise_of_few_and_of_many_counts_is_the_same():
    generator = np.random.default_rng(1)
    for expected in (4.0, 40.0, 4000.0):
        counts = generator.poisson(expected, (20_000, 1))
        space = FeatureSpace.fitted(counts, Transform.ANSCOMBE)
        assert space.features(counts).std() == pytest.approx(1.0, abs=0.05)


def test_shares_do_not_depend_on_how_long_was_measured():
    counts = np.random.default_rng(2).integers(1, 50, (30, 7))
    space = FeatureSpace.fitted(counts, Transform.SHARES)
    np.testing.assert_allclose(space.features(5 * counts), space.features(counts), atol=1e-6)


def test_standard_features_have_a_spread_of_one():
    counts = np.random.default_rng(2).poisson([3, 400, 0, 7], (500, 4))
    found = FeatureSpace.fitted(counts, Transform.STANDARD).features(counts)
    np.testing.assert_allclose(found.std(axis=0), [1, 1, 0, 1], atol=1e-5)


def test_counts_stay_as_they_are_but_for_their_mean():
    counts = np.array([[1, 10], [3, 20], [5, 60]])
    found = FeatureSpace.fitted(counts, Transform.COUNTS).features(counts)
    np.testing.assert_array_equal(found, [[-2, -20], [0, -10], [2, 30]])


def test_components_keep_distances_where_there_are_few_windows():
    counts = np.random.default_rng(5).poisson(30, (40, 6))
    space = FeatureSpace.fitted(counts, Transform.ANSCOMBE)
    all_features, projected = space.features(counts), space.projected(counts)
    np.testing.assert_allclose(
        np.linalg.norm(projected[0] - projected[1:], axis=1),
        np.linalg.norm(all_features[0] - all_features[1:], axis=1),
        rtol=1e-4,
    )
    np.testing.assert_allclose(space.lifted(projected.astype(float)), all_features, atol=1e-4)


def test_components_are_those_of_scikit_learn():
    from sklearn.decomposition import PCA

    counts = np.random.default_rng(6).poisson(np.linspace(1, 200, 60), (300, 60))
    space = FeatureSpace.fitted(counts, Transform.COUNTS)
    reference = PCA(16, svd_solver="full").fit(counts.astype(float)).components_
    for axis, other in zip(space.axes.T, reference, strict=True):
        assert abs(axis @ other) == pytest.approx(1.0, abs=1e-3)


def test_negative_counts_of_a_subtracted_background_are_taken_as_none():
    space = FeatureSpace.fitted(np.zeros((2, 2)), Transform.ANSCOMBE)
    np.testing.assert_array_equal(space.features(np.array([[-5.0, 0.0]])), [[0, 0]])


@pytest.mark.parametrize("transform", list(Transform))
def test_spectra_without_a_count_have_features(transform):
    empty = np.zeros((4, 30))
    found = FeatureSpace.fitted(empty, transform).projected(empty)
    np.testing.assert_array_equal(found, np.zeros((4, 16)))
