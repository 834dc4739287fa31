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


def test_thick_cellulose_scatters_as_worked_out_by_hand():
    """Rh Kα1, 20.216 keV, turned by 90° between ways of 45° in and out.

    Klein and Nishina: P = 1 / (1 + 20.216/511) = 0.9619; half of (2.818e-13 cm)² times
    P²·(P + 1/P − 1) = 3.68e-26 cm²/sr for an electron. Of the 3.194e23 electrons in a gram of
    C6H10O5 bound ones leave out a share: S(C) = 5.45 of 6, S(O) = 6.94 of 8 at 1.153 1/Å (J. H.
    Hubbell et al., J. Phys. Chem. Ref. Data 4 (1975) 471, as xraylib has it). NIST's attenuation
    (J. H. Hubbell, S. M. Seltzer), 0.646 cm²/g at 20 keV, is 0.629 at 20.216 and 0.694 at
    19.446 keV, as its photoelectric part, 0.44, falls with E^-3. Endlessly thick, both ways alike:
    the cross section over the sum of attenuations.
    """
    geometry = {"incidence_degrees": 45.0, "exit_degrees": 45.0, "scatter_degrees": 90.0}
    instrument = replace(VACUUM, **geometry)
    wood = Layer("wood", material("cellulose", mass_fractions("C6H10O5"), 1.5), 1e5)
    energies, photons = scattered_photons((wood,), instrument)
    lines, strengths = tube_lines(instrument)
    line = int(np.argmin(abs(lines - 20.216)))
    share = strengths[line] / instrument.beam_photons_per_s
    found = photons[np.isclose(energies, compton_kev(lines[line], 90.0))].max() / share
    bound = (6 * xraylib.SF_Compt(6, 1.153) + 10 + 5 * xraylib.SF_Compt(8, 1.153)) / 86
    assert found == pytest.approx(3.68e-26 * 3.194e23 * bound / (0.629 + 0.694), rel=0.03)


@pytest.mark.parametrize("degrees", [1.0, 90.0, 180.0])
@pytest.mark.parametrize("kv", [10.0, 60.0])
def test_any_angle_scatters(degrees, kv):
    instrument = replace(VACUUM, tube_kv=kv, scatter_degrees=degrees)
    counts = scatter_counts((Layer("oil", OIL, 100.0),), instrument)
    assert np.isfinite(counts).all()
    assert counts.min() >= 0
    assert counts.sum() > 0


def test_hardly_turned_photons_are_scattered_elastically():
    """Electrons of an atom together: 1 keV by 1° transfers less than 0.001 1/Å."""
    instrument = replace(VACUUM, scatter_degrees=1.0)
    energies, photons = scattered_photons((Layer("c", CARBON, 1.0),), instrument)
    half = len(energies) // 2
    soft = energies[:half] < 1.3
    assert soft.any()
    assert photons[:half][soft].sum() > 0
    assert photons[half:][soft].sum() == 0.0


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
