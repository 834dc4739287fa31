"""How close the quick way to secondary excitation is to the exact one."""

import numpy as np
import pytest

from app.core.formulas import mass_fractions
from app.core.physics.detector import efficiency
from app.core.physics.enhancement import secondary_intensities
from app.core.physics.fluorescence import primary_intensities
from app.core.physics.forward_lines import depths, elements_in_beam, primary_photons, shells_of
from app.core.physics.forward_secondary import grouped, secondary_photons, secondary_tables
from app.core.physics.instrument import Instrument
from app.core.physics.irradiation import irradiated
from app.core.physics.materials import Layer, material
from app.core.physics.presets import PRESETS
from app.engine.pigment_libraries import Libraries


def compared(stacks, instrument):
    """Lines of stacks: primary and secondary, exactly; secondary as tested; share of counts."""
    symbols = tuple(dict.fromkeys(s for st in stacks for la in st for s in la.material.elements))
    lit, energies = elements_in_beam(symbols, instrument)
    shells = shells_of(lit)
    areal = np.zeros((len(stacks), max(map(len, stacks)), len(symbols)))
    exact = np.zeros((2, len(stacks), len(lit.energies_kev)))
    place = {
        (lit.symbols[element], name): number
        for number, (element, name) in enumerate(zip(lit.elements, lit.transitions, strict=True))
    }
    for row, stack in enumerate(stacks):
        for layer, one in enumerate(stack):
            for symbol, share in one.material.fractions:
                areal[row, layer, symbols.index(symbol)] += share * one.mass_g_cm2
        angles = instrument.incidence_degrees, instrument.exit_degrees
        own = irradiated(stack, energies, lit.photons, *angles)
        parts = (primary_intensities(own), secondary_intensities(own, lambda: None))
        for number, part in enumerate(parts):
            sums = part.sum(axis=0)
            for element, name, photons in zip(own.elements, own.transitions, sums, strict=True):
                exact[number, row, place[own.symbols[element], name]] += photons
    seen = depths(lit, areal)
    found = secondary_photons(lit, secondary_tables(lit, shells, energies), seen)
    np.testing.assert_allclose(primary_photons(lit, shells, seen), exact[0], rtol=1e-6)
    counts = exact.sum(axis=0) * efficiency(instrument, lit.energies_kev)
    return exact, found, counts / counts.sum(axis=1, keepdims=True)


def relative_errors(exact, found, shares):
    """Of lines with a thousandth of the counts or more, relative to their intensity."""
    strong = shares > 1e-3
    return (found - exact[1])[strong] / exact.sum(axis=0)[strong]


def random_stacks(number, seed):
    """One to four layers of 3 to 200 µm, each of one to three of the library's paints."""
    from app.core.physics.materials import mixed

    generator = np.random.default_rng(seed)
    paints = [item.paint() for item in Libraries().shipped().pigments if item.components]
    stacks = []
    for _ in range(number):
        layers = []
        for _ in range(generator.integers(1, 5)):
            chosen = generator.choice(len(paints), generator.integers(1, 4), replace=False)
            shares = generator.dirichlet(np.ones(len(chosen)))
            mixture = mixed("paint", [(paints[i], s) for i, s in zip(chosen, shares, strict=True)])
            thickness = float(np.exp(generator.uniform(np.log(3), np.log(200))))
            layers.append(Layer("paint", mixture, thickness))
        stacks.append(tuple(layers))
    return stacks


def steel(thickness):
    """Iron that excites much chromium: a severe case, of which no painting is made."""
    return Layer("steel", material("steel", {"Fe": 70, "Cr": 20, "Ni": 10}, 7.8), thickness)


@pytest.mark.parametrize(("thickness", "at_most"), [(1.0, 0.005), (30.0, 0.01), (1e5, 0.015)])
def test_chromium_in_steel_is_excited_by_iron_and_nickel(thickness, at_most):
    exact, found, shares = compared([(steel(thickness),)], Instrument())
    assert np.abs(relative_errors(exact, found, shares)).max() < at_most
    if thickness > 10:
        assert (exact[1] / exact.sum(axis=0)).max() > 0.2


def test_layers_excite_each_other_both_ways():
    """Calcium below copper, copper below calcium."""
    chalk = Layer("chalk", material("chalk", mass_fractions("CaCO3"), 2.7), 60.0)
    azurite = Layer("paint", material("azurite", mass_fractions("Cu3C2O8H2"), 3.8), 15.0)
    exact, found, shares = compared([(azurite, chalk), (chalk, azurite)], Instrument())
    assert np.abs(relative_errors(exact, found, shares)).max() < 0.003
    assert (found[shares > 1e-2] > 0).all()


@pytest.mark.validation
@pytest.mark.parametrize("name", ["Rh 50 kV", "Bruker M6 Jetstream", "Bruker M1 Mistral"])
def test_random_stacks_of_the_library_have_the_exact_lines(name):
    """`enhancement.secondary_intensities`, itself within 1 % of PyMca's fisx."""
    errors = relative_errors(*compared(random_stacks(12, 7), PRESETS[name]))
    assert len(errors) > 200
    assert np.sqrt((errors**2).mean()) < 0.003
    assert np.abs(errors).max() < 0.02


def test_energies_alike_and_not_parted_by_an_edge_are_together():
    energies = np.array([5.0, 1.0, 1.04, 1.09, 5.2, 5.1])
    np.testing.assert_array_equal(grouped(energies, [5.15], 1.05), [2, 0, 0, 1, 3, 2])


def test_no_energies_are_no_groups():
    assert grouped(np.zeros(0), [1.0], 1.05).shape == (0,)
