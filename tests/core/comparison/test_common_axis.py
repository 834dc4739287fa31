"""Bringing two scans onto one energy axis without losing counts."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.comparison.common_axis import ChannelMap, common_axis
from app.core.cube import SpectralCube
from app.errors import ParameterError


def scan(channels, axis=None, name="panel"):
    return SpectralCube(np.zeros((2, 3, channels), np.uint16), axis, name=name)


def test_equal_axes_are_left_alone():
    axis = EnergyAxis(0.1, 0.02)
    common = common_axis(scan(50, axis), scan(50, EnergyAxis(0.1001, 0.02)))
    assert (common.axis, common.channels) == (axis, 50)
    assert (common.first, common.second, common.note) == (None, None, "")


def test_finer_channels_that_fit_are_summed_exactly():
    # three channels of 0.01 keV fill one of 0.03 keV
    common = common_axis(scan(4, EnergyAxis(0.01, 0.03)), scan(12, EnergyAxis(0.0, 0.01)))
    assert common.first.is_slice
    counts = np.arange(12, dtype=np.uint16)
    assert common.second.apply(counts).tolist() == [3, 12, 21, 30]
    assert common.axis == EnergyAxis(0.01, 0.03)
    assert "shared out" in common.note


def test_the_wider_channels_are_kept_whichever_scan_has_them():
    wide, fine = scan(4, EnergyAxis(0.01, 0.03), "wide"), scan(12, EnergyAxis(0.0, 0.01), "fine")
    common = common_axis(fine, wide)
    assert common.second.is_slice
    assert not common.first.is_slice
    assert "channels of wide" in common.note


def test_a_channel_that_an_edge_cuts_is_shared_by_width():
    # channels of 1 keV on channels of 1.5 keV: 0–1.5 takes one and a half
    wide, fine = EnergyAxis(0.75, 1.5), EnergyAxis(0.5, 1.0)
    common = common_axis(scan(2, wide), scan(3, fine))
    assert common.second.apply(np.array([[8, 4, 6], [0, 2, 0]])).tolist() == [[10, 8], [1, 1]]


def test_only_what_both_reach_is_compared_and_no_count_is_lost_in_it():
    # 0–10 keV in channels of 1 keV, 3.5–7.5 keV in channels of 0.25 keV
    common = common_axis(scan(10, EnergyAxis(0.5, 1.0)), scan(16, EnergyAxis(3.625, 0.25)))
    assert common.channels == 3
    assert common.axis.edges_kev(0, 3) == pytest.approx((4.0, 7.0))
    assert common.first.apply(np.arange(10)).tolist() == [4, 5, 6]
    counts = np.random.default_rng(5).poisson(40, (2, 3, 16))
    moved = common.second.apply(counts)
    assert moved.shape == (2, 3, 3)
    assert moved.sum(axis=-1) == pytest.approx(counts[..., 2:14].sum(axis=-1))


def test_shifted_channels_of_one_width_are_only_left_out():
    common = common_axis(scan(6, EnergyAxis(0.0, 0.1)), scan(6, EnergyAxis(0.2, 0.1)))
    assert common.channels == 4
    counts = np.arange(6, dtype=np.uint16)
    assert common.first.apply(counts).tolist() == [2, 3, 4, 5]
    assert common.second.apply(counts).tolist() == [0, 1, 2, 3]
    assert common.second.apply(counts).dtype == np.uint16


def test_a_bent_axis_keeps_its_energies():
    bent = EnergyAxis(0.0, 0.1, quadratic=1e-4)
    common = common_axis(scan(40, bent), scan(200, EnergyAxis(0.5, 0.02)))
    first = int(common.first.edges[0])
    expected = bent.energies_kev(40)[first : first + common.channels]
    assert common.axis.energies_kev(common.channels) == pytest.approx(expected)
    even = np.full(200, 1.0)
    widths = np.diff([bent.energy_kev(n - 0.5) for n in common.first.edges])
    assert common.second.apply(even) == pytest.approx(widths / 0.02)


def test_counts_far_apart_stay_whole_numbers():
    edges = ChannelMap(np.array([0.0, 2.0, 4.0]))
    assert edges.apply(np.array([2**40, 1, 0, 0])).tolist() == [2**40 + 1, 0]


def test_without_any_axis_channels_are_compared():
    common = common_axis(scan(8), scan(8))
    assert (common.axis, common.channels) == (None, 8)
    assert "channel against channel" in common.note


def test_one_missing_axis_is_taken_from_the_other_scan_and_said():
    axis = EnergyAxis(0.0, 0.02)
    common = common_axis(scan(8, axis), scan(8, name="bare"))
    assert common.axis == axis
    assert common.note.startswith("bare has no energy axis")


def test_different_channels_without_an_axis_are_refused():
    with pytest.raises(ParameterError, match=r"panel has 8 channels, bare has 9.*of bare is not"):
        common_axis(scan(8, EnergyAxis(0.0, 0.02)), scan(9, name="bare"))


def test_scans_that_share_no_energies_are_refused():
    with pytest.raises(ParameterError, match=r"from 0\.000 to 1\.000 keV.*from 5\.000 to 6\.000"):
        common_axis(scan(10, EnergyAxis(0.05, 0.1)), scan(10, EnergyAxis(5.05, 0.1), name="other"))
