"""Elemental maps with known truth."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.maps import Roi, elemental_map, window_map
from app.core.prefix import prefix_of
from app.core.scan import Scan
from app.errors import ParameterError

AXIS = EnergyAxis(0.0, 0.1)


def scan_of(counts, axis=AXIS, row_step=1, rows=None):
    shown = counts if rows is None else np.zeros((rows, *counts.shape[1:]), counts.dtype)
    return Scan(
        SpectralCube(shown, axis, name="panel"),
        prefix_of(counts),
        counts.sum((0, 1)),
        counts.max((0, 1)),
        row_step,
    )


def peak_on_a_slope():
    """Counts 10 + channel everywhere, and a peak of 70 at channels 20..22 in pixel (1, 2)."""
    counts = np.zeros((3, 5, 64), np.uint16) + (10 + np.arange(64, dtype=np.uint16))
    counts[1, 2, 20:23] += 70
    return counts


def test_window_touching_a_channel_takes_it_whole():
    found = elemental_map(scan_of(peak_on_a_slope()), Roi("X", 2.0, 2.2))
    assert (found.first, found.stop) == (20, 23)
    assert found.counts[1, 2] == 30 + 31 + 32 + 210
    assert found.counts[0, 0] == 30 + 31 + 32
    assert not found.is_net


def test_net_map_removes_a_straight_background_exactly():
    # side windows of half the width: one channel each, so the line through them is exact
    found = elemental_map(scan_of(peak_on_a_slope()), Roi("X", 2.0, 2.2), net=True)
    assert found.is_net
    assert found.counts.dtype == np.float32
    assert found.counts[1, 2] == pytest.approx(210)
    assert found.counts[0, 0] == pytest.approx(0)


def test_negative_net_counts_are_kept():
    counts = np.zeros((2, 3, 16), np.uint16)
    counts[0, 0, [4, 8]] = 50
    found = elemental_map(scan_of(counts), Roi("X", 0.5, 0.7), net=True)
    assert found.counts[0, 0] < 0


def test_net_map_at_the_end_of_the_axis_uses_the_side_there_is():
    counts = np.full((2, 3, 16), 7, np.uint16)
    found = elemental_map(scan_of(counts), Roi("X", 0.0, 0.3), net=True)
    np.testing.assert_allclose(found.counts, 0)


def test_net_map_of_the_whole_axis_subtracts_nothing():
    counts = np.full((2, 3, 16), 7, np.uint16)
    found = elemental_map(scan_of(counts), Roi("X", 0.0, 1.5), net=True)
    np.testing.assert_allclose(found.counts, 7 * 16)


def test_steps_tell_window_and_channels():
    step = elemental_map(scan_of(peak_on_a_slope()), Roi("Fe Kα", 2.0, 2.2)).steps[-1]
    assert step.action == "map"
    assert step.parameters["first_channel"] == 20
    assert step.parameters["last_channel"] == 22
    assert step.parameters["net"] is False


def test_window_outside_axis_names_the_limits():
    with pytest.raises(ParameterError, match=r"reaches from -0\.050 to 6\.350 keV"):
        elemental_map(scan_of(peak_on_a_slope()), Roi("X", 7.0, 8.0))


def test_scan_without_axis_is_refused_with_a_way_out():
    with pytest.raises(ParameterError) as caught:
        elemental_map(scan_of(peak_on_a_slope(), axis=None), Roi("X", 1.0, 2.0))
    assert "panel" in caught.value.message
    assert "--axis" in caught.value.hint


def test_preview_repeats_the_rows_it_has():
    counts = peak_on_a_slope()
    found = elemental_map(scan_of(counts, row_step=4, rows=11), Roi("X", 2.0, 2.2)).counts
    assert found.shape == (11, 5)
    np.testing.assert_array_equal(found[4:8, 2], 303)
    assert found[8, 2] == 93


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fe:6.2-6.6", Roi("Fe", 6.2, 6.6)),
        ("a:b:1-2", Roi("a:b", 1.0, 2.0)),
        ("1-2", Roi("1–2 keV", 1.0, 2.0)),
    ],
)
def test_windows_are_read_from_text(text, expected):
    assert Roi.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["", "Fe", "Fe:6.2", "Fe:a-b", "Fe:6.6-6.2", "Fe:1-1", "Fe:6-inf", "Fe:nan-7"]
)
def test_windows_that_make_no_sense_are_refused(text):
    with pytest.raises(ParameterError):
        Roi.parse(text)


def test_channels_make_a_map_without_an_axis():
    found = window_map(scan_of(peak_on_a_slope(), axis=None), "Channels 20–22", 20, 23)
    assert found.roi is None
    assert found.counts[1, 2] == 30 + 31 + 32 + 210
    assert found.steps[-1].parameters["low_kev"] is None
    assert found.steps[-1].parameters["first_channel"] == 20


def test_channels_on_an_axis_know_their_edges():
    found = window_map(scan_of(peak_on_a_slope()), "Own", 20, 23, net=True)
    assert found.roi.name == "Own"
    assert (found.roi.low_kev, found.roi.high_kev) == pytest.approx((1.95, 2.25))
    assert found.counts[1, 2] == pytest.approx(210)


@pytest.mark.parametrize(("first", "stop"), [(-1, 3), (5, 5), (9, 4), (0, 65)])
def test_channels_that_are_not_there_are_refused(first, stop):
    with pytest.raises(ParameterError, match="0 to 63"):
        window_map(scan_of(peak_on_a_slope()), "X", first, stop)
