"""Energy axes corrected by their own lines."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.axis_refinement import refine_axis
from app.core.line_shapes import families_of, family_shape

TRUE = EnergyAxis(0.0, 0.02, source="file")
CHANNELS = 1500


def counts(elements=("Ca", "Fe", "Cu", "Pb"), each=20000.0, resolution=145.0, seed=5):
    edges = (np.arange(CHANNELS + 1) - 0.5) * 0.02
    expected = np.full(CHANNELS, 10.0)
    for element in elements:
        for item in families_of(element, 50.0):
            if item.line.energy_kev > 2.6:
                size = each * item.strength / 40
                expected = expected + size * family_shape(item, edges, resolution)
    return np.random.default_rng(seed).poisson(expected)


@pytest.mark.parametrize("shift_ev", [-30, 30])
@pytest.mark.parametrize("gain", [-0.01, 0.01])
def test_thirty_ev_and_one_percent_are_corrected(shift_ev, gain):
    wrong = EnergyAxis(shift_ev / 1000, 0.02 * (1 + gain), source="file")
    found = refine_axis(counts(), wrong)
    assert found.is_changed
    for energy in (3.7, 6.4, 10.5, 12.6):
        channel = TRUE.channel(energy)
        assert found.axis.energy_kev(channel) == pytest.approx(energy, abs=0.015)
    assert found.axis.source == "file; corrected by its own lines"
    assert found.shift_ev == pytest.approx(-shift_ev, abs=12)
    assert found.gain_percent == pytest.approx(-100 * gain, abs=0.2)


def test_a_right_axis_stays_as_it_is():
    found = refine_axis(counts(), TRUE)
    assert found.axis is TRUE
    assert not found.is_changed


@pytest.mark.parametrize("resolution", [130, 145, 160])
def test_the_resolution_is_found(resolution):
    assert refine_axis(counts(resolution=float(resolution)), TRUE).resolution_ev == pytest.approx(
        resolution, abs=10
    )


def test_one_element_alone_moves_nothing():
    assert not refine_axis(counts(("Fe",)), TRUE).is_changed


@pytest.mark.parametrize("spectrum", [np.zeros(CHANNELS), np.ones(CHANNELS), np.ones(20), []])
def test_without_lines_nothing_is_changed(spectrum):
    found = refine_axis(np.asarray(spectrum, float), TRUE, resolution_ev=150.0)
    assert found.axis is TRUE
    assert found.resolution_ev == 150.0


def test_a_gross_error_is_not_corrected_to_the_nearest_line():
    wrong = EnergyAxis(0.0, 0.02 * 1.15)
    found = refine_axis(counts(), wrong)
    assert abs(found.gain_percent) <= 2.0
    assert abs(found.shift_ev) <= 80
