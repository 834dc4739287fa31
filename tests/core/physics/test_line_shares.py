"""Counts of a line are those of its transitions behind air and detector, by layer."""

import numpy as np
import pytest

from app.core.physics.computed import ComputedSpectrum, LineIntensity
from app.core.physics.detector import efficiency
from app.core.physics.instrument import Instrument
from app.core.physics.line_shares import line_shares

INSTRUMENT = Instrument(beam_photons_per_s=1e6, detector_sr=0.5, live_time_s=2.0)


def computed(*lines):
    counts = np.zeros(INSTRUMENT.channels)
    names = ("paint: x", "ground: y")
    return ComputedSpectrum(
        counts, np.zeros((2, len(counts))), names, counts, lines, INSTRUMENT, True, ()
    )


def seen(energy_kev):
    return float(efficiency(INSTRUMENT, np.array([energy_kev]))[0]) * 1e6 * 0.5 * 2.0


def test_transitions_of_a_family_are_counted_together_layer_by_layer():
    (share,) = line_shares(
        computed(
            LineIntensity("Fe", "KL3", 6.40, 0, 3e-4, 1e-4),
            LineIntensity("Fe", "KL2", 6.39, 0, 2e-4),
            LineIntensity("Fe", "KL3", 6.40, 1, 1e-4),
        )
    )
    assert share.line.label == "Fe Kα"
    assert share.layers == pytest.approx((4e-4 * seen(6.40) + 2e-4 * seen(6.39), 1e-4 * seen(6.40)))
    assert sum(share.shares) == pytest.approx(1.0)
    assert share.counts == pytest.approx(sum(share.layers))


def test_strongest_line_comes_first_and_traces_are_left_out():
    found = line_shares(
        computed(
            LineIntensity("Fe", "KM3", 7.06, 0, 1e-4),
            LineIntensity("Cu", "KL3", 8.05, 1, 1e-3),
            LineIntensity("Zn", "KL3", 8.64, 1, 1e-7),
        )
    )
    assert [share.line.label for share in found] == ["Cu Kα", "Fe Kβ"]


def test_lines_beside_the_axis_or_of_no_family_are_not_counted():
    assert (
        line_shares(
            computed(
                LineIntensity("C", "KL3", 0.28, 0, 1.0),
                LineIntensity("Ba", "KL3", 60.0, 0, 1.0),
                LineIntensity("Fe", "L1L2", 3.0, 0, 1.0),
            )
        )
        == ()
    )
