"""Which photons the detector counts, and what goes wrong with some of them."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.physics.detector import efficiency, escape_share, pile_up, tail_share
from app.core.physics.instrument import Instrument

VACUUM = Instrument(path="vacuum")


def test_escape_share_is_as_published():
    """Reed and Ware: about 1 % at 4 keV and 0.4 % at 6 keV, none below the edge of silicon."""
    share = escape_share(np.array([1.5, 1.83, 4.0, 5.9, 15.0]))
    assert share[:2].tolist() == [0.0, 0.0]
    assert share[2] == pytest.approx(0.010, abs=0.002)
    assert share[3] == pytest.approx(0.004, abs=0.001)
    assert share[4] < 0.0005


def test_tail_has_what_stops_at_the_surface():
    """NIST: silicon absorbs 2.78e3 cm²/g at 2 keV and 33.9 cm²/g at 10 keV; 0.15 µm of it."""
    found = tail_share(np.array([2.0, 10.0]))
    assert found == pytest.approx([0.093, 0.00117], rel=0.03)


def test_silicon_lets_hard_photons_through():
    thin, thick = (
        efficiency(replace(VACUUM, detector_mm=mm), np.array([5.0, 30.0])) for mm in (0.3, 0.6)
    )
    assert thick[0] / thin[0] == pytest.approx(1.0, abs=0.01)
    assert thick[1] / thin[1] == pytest.approx(2.0, abs=0.1)


def test_window_and_air_keep_soft_photons_out():
    soft = np.array([1.487, 1.740])
    vacuum = efficiency(VACUUM, soft)
    helium = efficiency(replace(VACUUM, path="helium", path_mm=15.0), soft)
    air = efficiency(replace(VACUUM, path="air", path_mm=15.0), soft)
    assert (vacuum > helium).all()
    assert (helium > 3 * air).all()
    thick = efficiency(replace(VACUUM, detector_window_um=25.0), soft)
    assert (thick < vacuum).all()


def test_two_photons_are_taken_for_one():
    """1 000 photons of 4 keV in 1 s, 1 µs apart or less: one pair, at 8 keV."""
    counts = np.zeros(500)
    counts[200] = 1000.0
    piled = pile_up(counts, EnergyAxis(0.0, 0.02), 1.0, 1e-6)
    assert piled[200] == pytest.approx(998.0)
    assert piled[400] == pytest.approx(1.0)
    assert np.count_nonzero(piled) == 2


def test_pile_up_keeps_the_energy():
    counts = np.zeros(600)
    counts[[100, 170]] = [5000.0, 3000.0]
    axis = EnergyAxis(-0.333, 0.02)
    piled = pile_up(counts, axis, 10.0, 1e-6)
    energies = axis.energies_kev(600)
    assert piled @ energies == pytest.approx(counts @ energies, rel=1e-12)
    assert piled.sum() == pytest.approx(8000 - 8000**2 * 1e-7)


def test_no_resolving_time_changes_nothing():
    counts = np.arange(100.0)
    np.testing.assert_array_equal(pile_up(counts, EnergyAxis(0.0, 0.02), 1.0, 0.0), counts)
