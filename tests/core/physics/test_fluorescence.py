"""Primary excitation against formulas by hand, limits, order of layers and linearity."""

import math

import numpy as np
import pytest

from app.core.formulas import mass_fractions
from app.core.physics.atoms import attenuation, lines, material_attenuation
from app.core.physics.cascade import vacancies
from app.core.physics.fluorescence import fluorescence
from app.core.physics.materials import Layer, material
from app.core.physics.shell_constants import SHELLS


def compound(formula, density):
    return material(formula, mass_fractions(formula), density)


IRON = compound("Fe", 7.87)
CHALK = compound("CaCO3", 2.71)
VERMILION = compound("HgS", 8.1)
LEAD_WHITE = compound("2PbCO3·Pb(OH)2", 6.8)
VARNISH = compound("C10H16O", 1.05)


def found(stack, energies, element, transition, *, layer=0, photons=None, angles=(90.0, 45.0)):
    """Primary and secondary intensity of one line."""
    photons = np.ones(len(energies)) if photons is None else np.array(photons)
    for line in fluorescence(stack, np.array(energies), photons, *angles):
        if (line.element, line.transition, line.layer) == (element, transition, layer):
            return line
    raise AssertionError(f"{element} {transition} of layer {layer} is missing")


def produced(symbol, transition, energy):
    """Photons of a line per photon and mass per area of the pure element, cm²/g."""
    known = lines(symbol)
    place = known.transitions.index(transition)
    shell = known.shells[place]
    assert SHELLS[shell] == transition[: len(SHELLS[shell])]
    return known.per_vacancy[place] * vacancies(symbol, [energy])[shell, 0]


@pytest.mark.parametrize("angles", [(90.0, 45.0), (45.0, 45.0), (20.0, 70.0)])
@pytest.mark.parametrize("thickness", [0.5, 10.0, 1000.0])
def test_a_pure_element_follows_shermans_formula(angles, thickness):
    """I = Q (1 − exp(−χ m)) / (4π χ sin φ), χ = μ(E)/sin φ + μ(line)/sin ψ."""
    line = found((Layer("x", IRON, thickness),), [20.0], "Fe", "KL3", angles=angles)
    sine_in, sine_out = (math.sin(math.radians(angle)) for angle in angles)
    mass = 7.87 * thickness * 1e-4
    both = attenuation("Fe", [20.0])[0] / sine_in
    both += attenuation("Fe", [line.energy_kev])[0] / sine_out
    depth = (1 - math.exp(-both * mass)) / both / sine_in
    expected = produced("Fe", "KL3", 20.0) * depth / (4 * math.pi)
    assert line.primary == pytest.approx(expected, rel=1e-12)


def test_a_film_shines_by_its_mass():
    """10⁻⁵ µm, some tenths of an atom: nothing is attenuated, nothing excites anything else."""
    line = found((Layer("x", VERMILION, 1e-5),), [20.0], "Hg", "L3M5")
    share = mass_fractions("HgS")["Hg"]
    expected = share * 8.1 * 1e-9 * produced("Hg", "L3M5", 20.0) / (4 * math.pi)
    assert line.primary == pytest.approx(expected, rel=1e-6)
    assert 0 <= line.secondary < 1e-4 * line.primary


def test_a_metre_is_as_good_as_endless():
    thick = fluorescence((Layer("x", LEAD_WHITE, 1e6),), np.array([30.0]), np.ones(1), 90, 45)
    endless = fluorescence((Layer("x", LEAD_WHITE, 1e12),), np.array([30.0]), np.ones(1), 90, 45)
    for one, other in zip(thick, endless, strict=True):
        assert other.primary == pytest.approx(one.primary, rel=1e-12)
        assert other.secondary == pytest.approx(one.secondary, rel=1e-9)


def test_intensities_are_linear_in_the_photons():
    stack = (Layer("a", VERMILION, 10), Layer("b", LEAD_WHITE, 20))
    energies = np.array([10.0, 20.0, 35.0])
    parts = [
        fluorescence(stack, energies[[place]], np.array([weight]), 60, 50)
        for place, weight in enumerate([3.0, 5.0, 11.0])
    ]
    whole = fluorescence(stack, energies, np.array([3.0, 5.0, 11.0]), 60, 50)
    for name in ("primary", "secondary"):
        sums = {}
        for line in (line for part in parts for line in part):
            key = (line.element, line.transition, line.layer)
            sums[key] = sums.get(key, 0.0) + getattr(line, name)
        for line in whole:
            expected = sums[line.element, line.transition, line.layer]
            # the cells are cut for the hardest energy of each beam
            close = 1e-12 if name == "primary" else 2e-3
            assert getattr(line, name) == pytest.approx(expected, rel=close, abs=1e-12)


def test_a_cover_weakens_by_its_attenuation_on_both_ways():
    bare = found((Layer("x", CHALK, 100),), [20.0], "Ca", "KL3")
    covered = found((Layer("v", VARNISH, 30), Layer("x", CHALK, 100)), [20.0], "Ca", "KL3", layer=1)
    mass = 1.05 * 30e-4
    way_in = material_attenuation(VARNISH, [20.0])[0]
    way_out = material_attenuation(VARNISH, [covered.energy_kev])[0] * math.sqrt(2)
    expected = bare.primary * math.exp(-(way_in + way_out) * mass)
    assert covered.primary == pytest.approx(expected, rel=1e-12)


def test_a_layer_cut_in_two_gives_what_it_gave():
    whole = fluorescence((Layer("x", VERMILION, 12),), np.array([18.0]), np.ones(1), 45, 45)
    halves = fluorescence(
        (Layer("x", VERMILION, 5), Layer("y", VERMILION, 7)), np.array([18.0]), np.ones(1), 45, 45
    )
    by_line = {}
    for line in halves:
        primary, secondary = by_line.get(line.transition + line.element, (0, 0))
        by_line[line.transition + line.element] = (
            primary + line.primary,
            secondary + line.secondary,
        )
    for line in whole:
        primary, secondary = by_line[line.transition + line.element]
        assert primary == pytest.approx(line.primary, rel=1e-12)
        assert secondary == pytest.approx(line.secondary, rel=5e-3)


def test_the_order_of_layers_decides_what_is_seen():
    """Sulphur of vermilion passes through 10 µm of varnish, not through 10 µm of lead white."""
    over = (Layer("w", LEAD_WHITE, 10), Layer("r", VERMILION, 10))
    under = tuple(reversed(over))
    shown = found(under, [20.0], "S", "KL3", layer=0).total
    hidden = found(over, [20.0], "S", "KL3", layer=1).total
    assert hidden < 1e-3 * shown


def test_hidden_mercury_betrays_its_depth():
    """Hg Lα at 10.0 keV is held back more than Hg Lβ at 11.8 keV by a cover that thickens."""
    ratios = []
    for cover in (1.0, 5.0, 10.0, 20.0):
        stack = (Layer("w", LEAD_WHITE, cover), Layer("r", VERMILION, 10))
        alpha = found(stack, [20.0], "Hg", "L3M5", layer=1).total
        beta = found(stack, [20.0], "Hg", "L2M4", layer=1).total
        ratios.append(alpha / beta)
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[-1] < 0.8 * ratios[0]


def test_elements_shine_only_in_the_layers_that_hold_them():
    stack = (Layer("v", VARNISH, 20), Layer("r", VERMILION, 10))
    seen = fluorescence(stack, np.array([20.0]), np.ones(1), 90, 45)
    assert {(line.element, line.layer) for line in seen} == {("O", 0), ("Hg", 1), ("S", 1)}


def test_a_beam_below_all_edges_gives_no_line():
    stack = (Layer("x", compound("C", 2.0), 100),)
    assert fluorescence(stack, np.array([20.0]), np.ones(1), 90, 45) == ()
    assert fluorescence((Layer("x", IRON, 1),), np.array([0.4]), np.ones(1), 90, 45) == ()
    assert fluorescence((Layer("x", IRON, 1),), np.array([20.0]), np.zeros(1), 90, 45) == ()


def test_primary_alone_leaves_the_secondary_at_nought():
    stack = (Layer("r", VERMILION, 10),)
    full = fluorescence(stack, np.array([20.0]), np.ones(1), 90, 45)
    quick = fluorescence(stack, np.array([20.0]), np.ones(1), 90, 45, secondary=False)
    assert [line.primary for line in quick] == [line.primary for line in full]
    assert all(line.secondary == 0 for line in quick)
    assert sum(line.secondary for line in full) > 0


def test_it_can_be_stopped():
    class Stopped(Exception):
        pass

    def stop():
        raise Stopped

    with pytest.raises(Stopped):
        fluorescence((Layer("x", IRON, 1),), np.array([20.0]), np.ones(1), 90, 45, check=stop)
