"""Tube radiation scattered by the sample."""

import math
from dataclasses import replace

import numpy as np
import pytest
import xraylib

from app.core.formulas import mass_fractions
from app.core.physics.detector import efficiency
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Layer, material
from app.core.physics.scatter import compton_kev, scatter_counts, scattered_photons
from app.core.physics.tube import tube_lines

VACUUM = Instrument(path="vacuum", tube_kv=40.0)
OIL = material("linseed oil", mass_fractions("C57H98O6"), 0.93)
WHITE = material("lead white", mass_fractions("2PbCO3·Pb(OH)2"), 6.8)
CARBON = material("carbon", {"C": 1.0}, 1.8)


def total(stack, instrument=VACUUM):
    return scatter_counts(stack, instrument).sum()


def test_electrons_take_their_share_of_the_energy():
    """A photon of the electron's rest energy, thrown straight back, keeps a third."""
    assert compton_kev(510.999, 180.0) == pytest.approx(510.999 / 3)
    assert compton_kev(20.2, 0.0) == 20.2
    assert compton_kev(20.2, 90.0) == pytest.approx(20.2 / (1 + 20.2 / 510.999))


def test_oil_scatters_more_than_lead_white():
    assert total((Layer("oil", OIL, 1000.0),)) > 2 * total((Layer("white", WHITE, 1000.0),))


def test_a_layer_is_the_same_in_two_parts():
    whole = scatter_counts((Layer("oil", OIL, 60.0),), VACUUM)
    parts = scatter_counts((Layer("a", OIL, 20.0), Layer("b", OIL, 40.0)), VACUUM)
    np.testing.assert_allclose(parts, whole, rtol=1e-9, atol=1e-9)


def test_thin_layers_scatter_by_their_mass():
    assert total((Layer("c", CARBON, 0.02),)) == pytest.approx(
        2 * total((Layer("c", CARBON, 0.01),)), rel=1e-3
    )


def test_a_thin_foil_scatters_as_the_cross_sections_say():
    """Rh Kα1 from 0.1 µm of carbon: photons × mass × cross section per steradian."""
    foil = Layer("foil", CARBON, 0.1)
    energies, photons = scattered_photons((foil,), VACUUM)
    lines, strengths = tube_lines(VACUUM)
    line = int(np.argmin(abs(lines - 20.216)))
    elastic = np.flatnonzero(energies == lines[line])
    assert len(elastic) == 1
    share = strengths[line] / VACUUM.beam_photons_per_s
    angle = math.radians(VACUUM.scatter_degrees)
    expected = share * foil.mass_g_cm2 * xraylib.DCS_Rayl(6, lines[line], angle)
    assert photons[elastic[0]] == pytest.approx(expected, rel=1e-3)
    moved = compton_kev(lines[line], VACUUM.scatter_degrees)
    inelastic = int(np.argmin(abs(energies - moved) + (energies == lines[line])))
    candidates = photons[np.isclose(energies, moved)]
    expected = share * foil.mass_g_cm2 * xraylib.DCS_Compt(6, lines[line], angle)
    assert energies[inelastic] == pytest.approx(moved)
    assert candidates.max() == pytest.approx(expected, rel=1e-3)


def test_spectrum_holds_what_leaves_the_sample():
    """The counts of all channels against photons times efficiency, energy by energy."""
    instrument = replace(VACUUM, offset_kev=-1.0, gain_kev=0.021)
    stack = (Layer("oil", OIL, 200.0),)
    energies, photons = scattered_photons(stack, instrument)
    seen = efficiency(instrument, energies)
    scale = instrument.beam_photons_per_s * instrument.detector_sr * instrument.live_time_s
    # the efficiency bends a little within the Compton profile
    assert scatter_counts(stack, instrument).sum() == pytest.approx(
        scale * (photons * seen).sum(), rel=0.005
    )


def test_live_time_and_solid_angle_only_scale():
    stack = (Layer("oil", OIL, 100.0),)
    once = scatter_counts(stack, VACUUM)
    more = scatter_counts(stack, replace(VACUUM, live_time_s=3.0, detector_sr=0.05))
    np.testing.assert_allclose(more, 1.5 * once, rtol=1e-12)


def test_air_scatters_by_itself():
    """Before a sample that hardly exists."""
    film = (Layer("film", CARBON, 1e-4),)
    assert total(film, replace(VACUUM, path="air")) > 10 * total(film)


def test_nothing_is_scattered_above_the_voltage():
    counts = scatter_counts((Layer("oil", OIL, 500.0),), VACUUM)
    axis = VACUUM.axis.energies_kev(VACUUM.channels)
    assert counts[axis > 41.0].sum() == pytest.approx(0.0, abs=1e-9 * counts.sum())
    assert counts.min() >= 0


def test_a_cover_shades_what_lies_beneath():
    below = Layer("oil", OIL, 300.0)
    scattered = [
        total((Layer("cover", WHITE, um), below)) - total((Layer("cover", WHITE, um),))
        for um in (1.0, 10.0, 100.0)
    ]
    assert scattered == sorted(scattered, reverse=True)
    assert scattered[-1] > 0
