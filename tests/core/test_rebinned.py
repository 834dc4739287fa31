"""Joining channels loses no count."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.rebinned import rebinned
from app.errors import ParameterError


def cube_of(dtype=np.uint16, channels=10):
    counts = np.arange(3 * 4 * channels, dtype=dtype).reshape(3, 4, channels)
    return SpectralCube(counts, EnergyAxis(0.0, 0.01))


def test_one_keeps_the_cube_itself():
    cube = cube_of()
    assert rebinned(cube, 1) is cube


def test_neighbours_are_summed_and_the_rest_kept():
    cube = cube_of()
    joined = rebinned(cube, 4)
    assert joined.counts.shape == (3, 4, 3)
    np.testing.assert_array_equal(joined.counts[0, 0], [0 + 1 + 2 + 3, 4 + 5 + 6 + 7, 8 + 9])
    assert np.asarray(joined.counts[:]).sum() == np.asarray(cube.counts).sum()
    assert joined.axis.gain_kev == pytest.approx(0.04)
    assert joined.axis.offset_kev == pytest.approx(0.015)


def test_parts_of_it_can_be_asked_for():
    joined = rebinned(cube_of(), 5)
    whole = np.asarray(joined.counts[:])
    np.testing.assert_array_equal(joined.counts[1:3, 2], whole[1:3, 2])
    np.testing.assert_array_equal(joined.counts[1, 2, 0], whole[1, 2, 0])


@pytest.mark.parametrize(
    ("dtype", "factor", "expected"),
    [
        (np.uint8, 2, np.uint16),
        (np.uint16, 2, np.uint32),
        (np.uint32, 2, np.uint64),
        (np.float32, 2, np.float64),
    ],
)
def test_sums_cannot_overflow(dtype, factor, expected):
    assert rebinned(cube_of(dtype), factor).counts.dtype == expected


@pytest.mark.parametrize("axis", [None, EnergyAxis(0.0, 0.01)])
@pytest.mark.parametrize("factor", [0, -2])
def test_no_channels_joined_is_refused(axis, factor):
    with pytest.raises(ParameterError, match=f"Found {factor} channels into one"):
        rebinned(replace(cube_of(), axis=axis), factor)


def test_what_is_no_count_stays_negative():
    counts = np.full((3, 4, 10), -1, np.int16)
    joined = rebinned(SpectralCube(counts), 5).counts
    assert joined.dtype == np.int32
    assert np.unique(joined[:]).tolist() == [-5]


@pytest.mark.parametrize("factor", [10, 11, 1024])
def test_a_single_channel_is_no_spectrum(factor):
    with pytest.raises(ParameterError, match="of its 10 channels") as caught:
        rebinned(cube_of(), factor)
    assert caught.value.hint == "Join at most 5."
    assert rebinned(cube_of(), 9).channels == 2
