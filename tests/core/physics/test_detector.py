"""What the detector makes of single energies and of continua."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.physics.detector import (
    SILICON_KA_KEV,
    efficiency,
    escape_share,
    pile_up,
    response,
    smeared,
)
from app.core.physics.instrument import Instrument

WIDE = Instrument(offset_kev=-2.0, gain_kev=0.02, channels=2048, path="vacuum")


def test_every_photon_is_counted_once():
    """Gaussian, escape peak, tail and shelf together are the efficiency, at every energy."""
    energies = np.array([1.0, 1.74, 2.3, 3.69, 6.4, 10.55, 20.2, 34.0])
    counts = response(WIDE, energies)
    assert counts.min() >= 0
    np.testing.assert_allclose(counts.sum(axis=1), efficiency(WIDE, energies), rtol=1e-6)


def test_counts_do_not_depend_on_the_width_of_channels():
    """Two channels of 20 eV hold what one of 40 eV does."""
    narrow = replace(WIDE, offset_kev=0.0)
    wide = replace(narrow, offset_kev=0.01, gain_kev=0.04, channels=1024)
    energies = np.array([2.3, 6.4, 17.4])
    joined = response(narrow, energies).reshape(3, -1, 2).sum(axis=2)
    np.testing.assert_allclose(joined, response(wide, energies), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("resolution_ev", [125.0, 142.0, 165.0])
def test_width_is_the_configured_one(resolution_ev):
    """Full width at half maximum of a single line at Mn Kα, interpolated, within 1 eV."""
    fine = replace(WIDE, gain_kev=0.001, offset_kev=5.0, channels=2000, resolution_ev=resolution_ev)
    counts = response(fine, np.array([5.895]))[0]
    above = np.flatnonzero(counts >= counts.max() / 2)
    assert (above[-1] - above[0] + 1) == pytest.approx(resolution_ev, abs=1.5)


def test_escape_peak_lies_below_its_parent():
    """At calcium, where it is large, against the same without it."""
    energy = 3.69
    counts = response(WIDE, np.array([energy]))[0]
    axis = WIDE.axis.energies_kev(WIDE.channels)
    near = np.abs(axis - (energy - SILICON_KA_KEV)) < 0.2
    beside = counts[np.abs(axis - (energy - SILICON_KA_KEV) - 0.4) < 0.05].mean()
    net = (counts[near] - beside).sum() / counts.sum()
    # the tail of the parent slopes beneath it
    assert net == pytest.approx(escape_share(np.array([energy]))[0], rel=0.15)
    assert axis[near][np.argmax(counts[near])] == pytest.approx(energy - SILICON_KA_KEV, abs=0.02)


def test_escape_share_is_as_published():
    """Reed and Ware: about 1 % at 4 keV and 0.4 % at 6 keV, none below the edge of silicon."""
    share = escape_share(np.array([1.5, 1.83, 4.0, 5.9, 15.0]))
    assert share[:2].tolist() == [0.0, 0.0]
    assert share[2] == pytest.approx(0.010, abs=0.002)
    assert share[3] == pytest.approx(0.004, abs=0.001)
    assert share[4] < 0.0005


def test_silicon_lets_hard_photons_through():
    thin, thick = (
        efficiency(replace(WIDE, detector_mm=mm), np.array([5.0, 30.0])) for mm in (0.3, 0.6)
    )
    assert thick[0] / thin[0] == pytest.approx(1.0, abs=0.01)
    assert thick[1] / thin[1] == pytest.approx(2.0, abs=0.1)


def test_window_and_air_keep_soft_photons_out():
    soft = np.array([1.487, 1.740])
    vacuum = efficiency(replace(WIDE, path="vacuum", path_mm=15.0), soft)
    helium = efficiency(replace(WIDE, path="helium", path_mm=15.0), soft)
    air = efficiency(replace(WIDE, path="air", path_mm=15.0), soft)
    assert (vacuum > helium).all()
    assert (helium > 3 * air).all()
    thick = efficiency(replace(WIDE, detector_window_um=25.0), soft)
    assert (thick < vacuum).all()


def test_a_narrow_cell_is_a_line():
    energies = np.array([3.0, 8.0, 19.4])
    cell = smeared(WIDE, energies - 1e-4, energies + 1e-4)
    np.testing.assert_allclose(cell, response(WIDE, energies), rtol=1e-3, atol=1e-6)


def test_neighbouring_cells_join_without_a_seam():
    edges = np.linspace(10.0, 16.0, 31)
    counts = smeared(replace(WIDE, detector_mm=5.0), edges[:-1], edges[1:]).sum(axis=0)
    axis = WIDE.axis.energies_kev(WIDE.channels)
    inside = counts[(axis > 11) & (axis < 15)]
    # tails and shelves of higher cells add up towards low energies, by a few per cent
    assert np.abs(np.diff(inside) / inside[:-1]).max() < 0.002


def test_extra_blur_widens():
    one = np.array([17.0])
    plain = smeared(WIDE, one, one + 0.01)[0]
    blurred = smeared(WIDE, one, one + 0.01, np.array([0.5]))[0]
    assert blurred.max() < 0.6 * plain.max()
    assert blurred.sum() == pytest.approx(plain.sum(), rel=1e-6)


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
