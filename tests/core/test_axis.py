"""The energy axis: channels, energies and windows."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.core.axis import EnergyAxis
from app.errors import ParameterError

patient = settings(deadline=None)  # a busy machine is no failure

# 10 keV at most over 1024 channels, bent by up to a tenth of that
offsets = st.floats(-1.0, 1.0)
gains = st.floats(0.005, 0.05)
bends = st.one_of(st.just(0.0), st.floats(-2e-7, 2e-7))
axes = st.builds(EnergyAxis, offsets, gains, bends)
channel_counts = st.integers(1, 4096)


def test_energies_of_the_channel_centres_are_exact():
    axis = EnergyAxis(0.5, 0.25, 0.125)
    energies = axis.energies_kev(4)
    assert energies.dtype == np.float64
    assert energies.tolist() == [0.5, 0.875, 1.5, 2.375]
    assert [axis.energy_kev(channel) for channel in range(4)] == energies.tolist()


def test_a_channel_may_be_fractional():
    axis = EnergyAxis(1.0, 0.5)
    assert axis.channel(2.25) == 2.5
    assert axis.energy_kev(2.5) == 2.25


@patient
@given(axes, st.floats(-0.5, 4095.5))
def test_channel_is_the_inverse_of_energy(axis, channel):
    assert axis.channel(axis.energy_kev(channel)) == pytest.approx(channel, abs=1e-6)


@patient
@given(axes, st.floats(0.0, 20.0))
def test_energy_is_the_inverse_of_channel(axis, energy):
    assert axis.energy_kev(axis.channel(energy)) == pytest.approx(energy, abs=1e-9)


@patient
@given(
    st.builds(EnergyAxis, offsets, gains, st.floats(-1e-5, 1e-5)),
    st.floats(-1000.0, 1000.0),
    st.floats(0.0, 1000.0),
)
@example(EnergyAxis(0.0, 0.01, -1e-6), 24.0, 2.0)
def test_a_higher_energy_never_has_a_lower_channel(axis, energy, more):
    low, high = axis.channel(energy), axis.channel(energy + more)
    assert high >= low - 1e-6 * max(abs(low), 1)


@pytest.mark.parametrize(
    ("offset", "gain", "quadratic"),
    [
        (math.nan, 0.01, 0.0),
        (math.inf, 0.01, 0.0),
        (0.0, math.nan, 0.0),
        (0.0, math.inf, 0.0),
        (0.0, 0.0, 0.0),
        (0.0, -0.01, 0.0),
        (0.0, 0.01, math.nan),
        (0.0, 0.01, -math.inf),
    ],
)
def test_numbers_that_are_no_axis_are_named(offset, gain, quadratic):
    with pytest.raises(ParameterError) as raised:
        EnergyAxis(offset, gain, quadratic)
    assert raised.value.title == "This energy axis makes no sense."
    assert f"Offset {offset} keV, gain {gain} keV per channel" in raised.value.message


def test_axes_from_different_sources_are_equal():
    assert EnergyAxis(0.0, 0.01, source="file: CALIB") == EnergyAxis(0.0, 0.01, source="given")
    assert EnergyAxis(0.0, 0.01) != EnergyAxis(0.0, 0.02)


# --- windows -------------------------------------------------------------------------------

AXIS = EnergyAxis(0.0, 1.0)  # channel k covers k − 0.5 to k + 0.5 keV


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (3.0, 5.0, (3, 6)),
        (2.6, 5.4, (3, 6)),
        (2.4, 5.6, (2, 7)),  # touched channels are in
        (2.5, 5.5, (3, 6)),  # an end on an edge touches nothing beyond
        (4.0, 4.0, (4, 5)),
        (4.5, 4.5, (5, 6)),
        (-0.5, 63.5, (0, 64)),
        (-100.0, 2.0, (0, 3)),
        (60.0, 1000.0, (60, 64)),
        (-math.inf, math.inf, (0, 64)),
        (63.4, 70.0, (63, 64)),
        (-3.0, -0.4, (0, 1)),
    ],
)
def test_a_window_is_rounded_outwards_to_whole_channels(low, high, expected):
    assert AXIS.channel_range(low, high, 64) == expected


@patient
@given(axes, channel_counts, st.data())
def test_every_channel_that_a_window_touches_is_in_and_no_other(axis, channels, data):
    begin, end = axis.edges_kev(0, channels)
    assume(begin < end)
    low = data.draw(st.floats(begin, end, exclude_max=True))
    high = data.draw(st.floats(low, end))
    assume(high > begin)
    first, stop = axis.channel_range(low, high, channels)
    assert 0 <= first < stop <= channels
    # the slack of a millionth of a channel, and what rounding adds to it
    slack = 2e-6 * (axis.energy_kev(channels) - axis.energy_kev(channels - 1) + axis.gain_kev)
    low_edge, high_edge = axis.edges_kev(first, stop)
    assert low_edge <= low + slack
    assert high_edge >= high - slack
    # one channel less at either side would leave a part of the window out
    if stop - first > 1:
        assert axis.edges_kev(first + 1, stop)[0] > low - slack
        assert axis.edges_kev(first, stop - 1)[1] < high + slack


@patient
@given(axes, channel_counts, st.data())
def test_the_edges_of_a_window_give_the_same_window(axis, channels, data):
    first = data.draw(st.integers(0, channels - 1))
    stop = data.draw(st.integers(first + 1, channels))
    assert axis.channel_range(*axis.edges_kev(first, stop), channels) == (first, stop)


def test_a_window_above_a_bent_axis_reaches_to_the_last_channel():
    axis = EnergyAxis(0.0, 0.01, -1e-6)
    # channel 4000.5 is the last edge; this axis turns at channel 5000, at 25 keV
    assert axis.channel_range(20.0, 40.0, 4001)[1] == 4001


def test_edges_are_half_a_channel_beyond_the_centres():
    assert EnergyAxis(1.0, 0.5).edges_kev(4, 7) == (2.75, 4.25)


@pytest.mark.parametrize(
    ("low", "high"), [(63.5, 70.0), (70.0, 80.0), (-3.0, -0.5), (-9.0, -8.0), (math.inf, math.inf)]
)
def test_a_window_outside_the_axis_names_both_limits(low, high):
    with pytest.raises(ParameterError) as raised:
        AXIS.channel_range(low, high, 64)
    assert raised.value.message == (
        f"The window {low:.3f}–{high:.3f} keV lies outside the axis; the energy axis reaches "
        "from -0.500 to 63.500 keV (64 channels)."
    )
    assert raised.value.hint == "Choose a window inside the axis, its lower end first."


@pytest.mark.parametrize(("low", "high"), [(6.6, 6.2), (math.nan, 6.0), (6.0, math.nan)])
def test_a_window_upside_down_is_refused(low, high):
    with pytest.raises(ParameterError) as raised:
        AXIS.channel_range(low, high, 64)
    assert raised.value.message.startswith(f"The window {low:.3f}–{high:.3f} keV is upside down;")
