"""The bins that are unmixed."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.region import Region
from app.core.unmixing.binning import binned_pixels, binning_for
from app.errors import ParameterError


def test_bins_begin_at_one_kev_and_hold_whole_channels():
    binning = binning_for(EnergyAxis(0.0, 0.02), 200)
    assert (binning.first, binning.factor, binning.bins) == (51, 4, 37)
    np.testing.assert_allclose(binning.edges_kev[[0, 1, -1]], [1.01, 1.09, 3.97])
    np.testing.assert_allclose(
        binning.axis.energies_kev(2), [1.05, 1.13], err_msg="the middle of four channels"
    )


def test_nothing_above_the_highest_energy_is_used():
    binning = binning_for(EnergyAxis(0.0, 0.04), 1000, 12.0)
    assert 11.9 < binning.edges_kev[-1] <= 12.0


def test_the_bins_of_a_bent_axis_follow_it():
    axis = EnergyAxis(0.0, 0.02, 1e-6)
    binning = binning_for(axis, 1000)
    middles = (binning.edges_kev[1:] + binning.edges_kev[:-1]) / 2
    assert np.abs(binning.axis.energies_kev(binning.bins) - middles).max() < 0.001


@pytest.mark.parametrize("gain", [0.02, 0.09])
def test_counts_are_summed(gain):
    axis = EnergyAxis(0.0, gain)
    counts = np.random.default_rng(1).integers(0, 60_000, (2, 3, 400)).astype(np.uint16)
    binning = binning_for(axis, 400)
    stop = binning.first + binning.factor * binning.bins
    expected = counts[..., binning.first : stop].reshape(2, 3, binning.bins, -1).sum(axis=-1)
    np.testing.assert_array_equal(binning.cut(counts), expected)


def test_an_axis_that_ends_too_soon_is_refused():
    with pytest.raises(ParameterError, match=r"leaves 6 bins from 1 to 1\.49 keV"):
        binning_for(EnergyAxis(0.0, 0.02), 75)


def test_references_that_end_before_the_scan_begins_are_refused():
    with pytest.raises(ParameterError, match="0 bins"):
        binning_for(EnergyAxis(50.0, 0.02), 500, 40.0)


def test_pixels_come_row_by_row_however_much_is_read_at_a_time():
    counts = np.random.default_rng(2).integers(0, 9, (5, 7, 200)).astype(np.uint16)
    cube, region = SpectralCube(counts), Region(1, 5, 2, 6)
    binning = binning_for(EnergyAxis(0.0, 0.02), 200)
    expected = binning.cut(counts[1:5, 2:6]).reshape(16, -1)
    for block_bytes in (1, 4000, 10**6):
        blocks = list(binned_pixels(cube, region, binning, block_bytes))
        np.testing.assert_array_equal(np.concatenate([part for _, part in blocks]), expected)
        assert blocks[-1][0] + len(blocks[-1][1]) == 16


@pytest.mark.parametrize("value", [np.nan, -1.0])
def test_what_is_no_count_is_refused_with_its_rows(value):
    counts = np.ones((4, 3, 200), np.float32)
    counts[2, 1, 100] = value
    binning = binning_for(EnergyAxis(0.0, 0.02), 200)
    with pytest.raises(ParameterError, match="rows 2 to 2"):
        list(binned_pixels(SpectralCube(counts, name="odd"), Region(0, 4, 0, 3), binning, 1))
