"""The part of a spectrum that is fitted, and what it may be made of."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.line_window import HIGHEST_KEV, LOWEST_KEV, shapes_for, window_of


def test_a_window_leaves_out_the_zero_pulse_and_what_no_tube_reaches():
    axis = EnergyAxis(-0.9555, 0.01)
    window = window_of(axis, 4096, 30.0)
    assert window.factor == 4
    assert window.axis.energy_kev(window.first) >= LOWEST_KEV
    assert window.axis.energy_kev(window.first - 1) < LOWEST_KEV
    assert window.axis.energy_kev(window.stop - 1) <= 31.0
    assert window_of(EnergyAxis(0, 0.1), 1000, 100.0).stop * 0.1 == pytest.approx(
        HIGHEST_KEV, abs=0.2
    )


def test_joined_channels_keep_all_counts_of_the_window():
    window = window_of(EnergyAxis(0.0, 0.01), 4096, 50.0)
    counts = np.arange(4096.0)
    cut = window.cut(counts)
    first, stop = window.first * window.factor, window.stop * window.factor
    assert cut.sum() == counts[first:stop].sum()


def test_negative_and_not_finite_counts_are_none():
    window = window_of(EnergyAxis(0.0, 0.02), 1024, 50.0)
    counts = np.ones(1024)
    counts[[300, 400, 500]] = np.nan, np.inf, -5
    assert window.cut(counts).sum() == (window.stop - window.first) * window.factor - 3


@pytest.mark.parametrize(
    ("axis", "channels"),
    [(EnergyAxis(60.0, 0.02), 2048), (EnergyAxis(0, 0.02), 5), (EnergyAxis(0, 0.02), 0)],
)
def test_an_axis_without_useful_channels_gives_an_empty_window(axis, channels):
    window = window_of(axis, channels, 50.0)
    assert window.first == window.stop == 0
    assert window.cut(np.ones(channels)).shape == (0,)
    shapes = shapes_for(window, ("Fe",), ("Rh",), 50.0, 145.0)
    assert shapes.families == ()
    assert shapes.compton.shape == (0, 0)


def test_an_axis_that_bends_back_ends_at_its_turning_point():
    axis = EnergyAxis(0.0, 0.02, -1e-5)
    window = window_of(axis, 2048, 50.0)
    assert 900 < window.stop * window.factor <= 1000


def test_series_hold_the_families_of_one_element_and_shell():
    window = window_of(EnergyAxis(0.0, 0.02), 2048, 50.0)
    shapes = shapes_for(window, ("Fe", "Pb"), ("Rh",), 50.0, 145.0)
    keys = [item.line.key for item in shapes.families]
    assert keys == ["Fe_Ka", "Fe_Kb", "Pb_La", "Pb_Lb", "Pb_Lg", "Pb_Ma"]
    assert shapes.series.tolist() == [0, 0, 1, 1, 1, 2]
    assert np.bincount(shapes.series, shapes.shares) == pytest.approx([1, 1, 1])
    assert set(shapes.anodes) == {"Rh"}


def test_only_hard_anodes_have_compton_peaks():
    window = window_of(EnergyAxis(0.0, 0.02), 2048, 50.0)
    assert shapes_for(window, ("Fe",), ("Cr", "W"), 50.0, 145.0).anodes == ()
