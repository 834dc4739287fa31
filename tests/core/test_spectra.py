"""Sums, widths and joined channels."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.region import Region
from app.core.spectra import (
    fwhm_kev,
    rebin,
    rebin_axis,
    region_spectrum,
    region_sum_and_maximum,
)
from app.errors import ParameterError


def test_resolution_is_that_of_the_detector_at_manganese():
    assert fwhm_kev(5.895, 145.0) == pytest.approx(0.145)


def test_width_grows_with_energy_as_charge_statistics_say():
    at_zero, at_twenty = fwhm_kev(np.array([0.0, 20.0]), 130.0)
    assert at_twenty**2 - at_zero**2 == pytest.approx(2.35482**2 * 0.115 * 3.65e-3 * 20, rel=1e-4)


@pytest.mark.parametrize("resolution_ev", [100.0, 0.0, float("nan"), float("inf")])
def test_impossible_resolution_is_refused(resolution_ev):
    with pytest.raises(ParameterError, match="eV at Mn Kα"):
        fwhm_kev(6.4, resolution_ev)


def numbered_cube(dtype=np.uint16):
    counts = np.arange(5 * 7 * 64).reshape(5, 7, 64).astype(dtype)
    return SpectralCube(counts)


def test_region_spectrum_is_the_sum_of_its_pixels():
    cube = numbered_cube()
    spectrum = region_spectrum(cube, Region(1, 4, 2, 7))
    assert spectrum.dtype == np.uint64
    assert spectrum.tolist() == cube.counts[1:4, 2:7].sum((0, 1)).tolist()


def test_region_spectrum_does_not_overflow():
    cube = SpectralCube(np.full((5, 7, 3), 65_535, np.uint16))
    assert region_spectrum(cube, Region(0, 5, 0, 7)).tolist() == [35 * 65_535] * 3


def test_region_spectrum_of_fractions_is_summed_in_double_precision():
    cube = SpectralCube(np.full((5, 7, 3), 0.1, np.float32))
    spectrum = region_spectrum(cube, Region(0, 5, 0, 7))
    assert spectrum.dtype == np.float64
    assert spectrum == pytest.approx([35 * float(np.float32(0.1))] * 3, rel=1e-12)


def test_region_is_read_in_blocks_of_rows_and_reported():
    seen = []
    cube = numbered_cube()
    spectrum = region_spectrum(
        cube, Region(0, 5, 0, 7), lambda done, message="": seen.append(done), block_bytes=2 * 896
    )
    assert seen == pytest.approx([0.4, 0.8, 1.0])
    assert spectrum.tolist() == cube.counts.sum((0, 1)).tolist()


def test_sum_and_maximum_of_a_region_come_from_one_reading():
    cube, told = numbered_cube(), []
    asked = []

    class Asked:
        shape, dtype = cube.counts.shape, cube.counts.dtype

        def __getitem__(self, key):
            asked.append(key)
            return cube.counts[key]

    total, maximum = region_sum_and_maximum(
        SpectralCube(Asked()),
        Region(1, 4, 2, 7),
        lambda done, message="": told.append(done),
        block_bytes=2 * 5 * 64 * 2,
    )
    region = cube.counts[1:4, 2:7]
    assert total.tolist() == region.sum((0, 1)).tolist()
    assert maximum.tolist() == region.max((0, 1)).tolist()
    assert maximum.dtype == np.uint16
    assert asked == [(slice(1, 3), slice(2, 7)), (slice(3, 4), slice(2, 7))]
    assert told == pytest.approx([2 / 3, 1.0])


def test_region_beyond_the_scan_is_refused():
    with pytest.raises(ParameterError, match="5 rows and 7 columns"):
        region_spectrum(numbered_cube(), Region(0, 6, 0, 7))


def test_joining_channels_loses_no_count():
    counts = np.arange(2 * 3 * 10, dtype=np.uint16).reshape(2, 3, 10)
    joined = rebin(counts, 4)
    assert joined.shape == (2, 3, 3)
    assert joined.dtype == np.uint64
    assert joined[0, 0].tolist() == [0 + 1 + 2 + 3, 4 + 5 + 6 + 7, 8 + 9]
    assert joined.sum() == counts.sum()


def test_joining_small_counts_does_not_overflow():
    assert rebin(np.full(4, 255, np.uint8), 4).tolist() == [1020]
    assert rebin(np.array([-3, -4, 5], np.int8), 2).tolist() == [-7, 5]
    assert rebin(np.array([0.5, 0.25, 0.125], np.float32), 2).tolist() == [0.75, 0.125]


@pytest.mark.parametrize("quadratic", [0.0, 1e-6])
def test_axis_of_joined_channels_has_the_mean_energy_of_those_joined(quadratic):
    axis = EnergyAxis(-0.95, 0.01, quadratic, source="file")
    joined = rebin_axis(axis, 4)
    expected = axis.energies_kev(64).reshape(16, 4).mean(axis=1)
    assert joined.energies_kev(16) == pytest.approx(expected)
    assert joined.source == "file"


def test_one_channel_each_changes_nothing():
    axis = EnergyAxis(0.1, 0.02)
    assert rebin_axis(axis, 1) is axis
    assert rebin(np.arange(5, dtype=np.uint16), 1).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("factor", [0, -2])
def test_less_than_one_channel_cannot_be_joined(factor):
    with pytest.raises(ParameterError, match="at least 1"):
        rebin(np.arange(4), factor)
    with pytest.raises(ParameterError, match="at least 1"):
        rebin_axis(EnergyAxis(0.0, 0.01), factor)
