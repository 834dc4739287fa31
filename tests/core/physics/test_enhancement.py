"""Secondary excitation against closed formulas of the exponential integrals."""

import numpy as np
import pytest

from app.core.physics.enhancement import Cells, secondary_intensities, tracks
from app.core.physics.fluorescence import fluorescence
from app.core.physics.irradiation import irradiated
from app.core.physics.materials import Layer, material

STEEL = material("steel", {"Cr": 18, "Fe": 70, "Ni": 12}, 7.9)


def nothing():
    pass


def test_ways_between_cells_are_those_of_the_exponential_integral():
    """Photons of an evenly emitting cell i absorbed in cell j: second differences of E₃.

    With optical depths t: ½ / Δi · [E₃(a) − E₃(b) − E₃(c) + E₃(d)] for the four distances between
    faces, and 1 − (½ − E₃(Δ)) / Δ within the cell.
    """
    from scipy.special import expn

    masses = np.array([0.001, 0.004, 0.02, 0.01, 0.1])
    layers = np.array([0, 0, 1, 1, 2])
    attenuations = np.array([[50.0], [10.0], [4.0]])
    own = attenuations[layers, 0]
    faces = np.concatenate([[0.0], np.cumsum(own * masses)])
    for source in range(5):
        emitted = np.zeros((5, 1))
        emitted[source] = 7.0
        found = tracks(attenuations, Cells(layers, masses), emitted)[:, 0] * own
        width = faces[source + 1] - faces[source]
        for target in range(5):
            if target == source:
                expected = 1 - (0.5 - expn(3, width)) / width
            else:
                upper, lower = sorted((source, target))
                near, far = faces[lower] - faces[upper + 1], faces[lower + 1] - faces[upper]
                first = faces[lower] - faces[upper]
                second = faces[lower + 1] - faces[upper + 1]
                differences = expn(3, near) - expn(3, first) - expn(3, second) + expn(3, far)
                expected = differences / 2 / width
            assert found[target] == pytest.approx(7.0 * expected, rel=4e-3)


def test_all_photons_end_in_a_thick_stack():
    """1 cm of a strong absorber on both sides of the cell that emits: nothing gets away."""
    cells = Cells(np.zeros(3, np.intp), np.array([1.0, 0.01, 1.0]))
    emitted = np.array([[0.0, 0.0], [3.0, 5.0], [0.0, 0.0]])
    attenuations = np.array([[100.0, 20.0]])
    absorbed = (tracks(attenuations, cells, emitted) * attenuations).sum(axis=0)
    np.testing.assert_allclose(absorbed, [3.0, 5.0], rtol=1e-3)


@pytest.mark.parametrize("angles", [(90.0, 45.0), (45.0, 45.0), (30.0, 75.0)])
def test_an_endless_alloy_follows_the_closed_formula(angles):
    """Sherman (1955): ½ S Q / (a + b) · [ln(1 + a/μ)/a + ln(1 + b/μ)/b] for each source.

    a = μ(E)/sin φ, b = μ(line)/sin ψ, μ that of the source's radiation.
    """
    lit = irradiated((Layer("x", STEEL, 1e6),), np.array([17.5]), np.ones(1), *angles)
    found = secondary_intensities(lit, nothing)[0]
    share = lit.shares[0, lit.elements]
    made = lit.vacancies[lit.elements, lit.shells, 0]
    everything = np.arange(len(lit.energies_kev))
    sources = np.append(share * made * lit.per_vacancy, lit.beam_scatter[0, 0])
    softened = np.append(lit.line_attenuation[0], lit.beam_attenuation[0, 0])
    excited = np.concatenate([lit.line_vacancies(everything), lit.vacancies], axis=2)
    into = lit.way_in * lit.beam_attenuation[0, 0]
    for line in everything[lit.energies_kev > 4]:
        out = lit.way_out * lit.line_attenuation[0, line]
        seen = np.log1p(into / softened) / into + np.log1p(out / softened) / out
        produced = excited[lit.elements[line], lit.shells[line]] * lit.per_vacancy[line]
        expected = (sources * produced * seen).sum() * share[line] * lit.way_in / 2
        expected /= (into + out) * 4 * np.pi
        assert found[line] == pytest.approx(expected, rel=3e-3)


def test_chromium_in_steel_gains_most():
    """Iron's lines lie just above the edge of chromium, nickel's above that of iron."""
    gains = {}
    for line in fluorescence((Layer("x", STEEL, 1e4),), np.array([17.5]), np.ones(1), 45, 45):
        if line.transition == "KL3":
            gains[line.element] = line.secondary / line.primary
    assert gains["Cr"] > 0.5
    assert 0.03 < gains["Fe"] < 0.1
    assert gains["Ni"] < 0.01


def test_a_layer_excites_its_neighbour_above_and_below():
    """Zinc over iron and iron over zinc: its Kα at 8.6 keV excites iron through either face."""
    zinc = Layer("zinc", material("zinc", {"Zn": 1}, 7.1), 10.0)
    iron = Layer("iron", material("iron", {"Fe": 1}, 7.9), 2.0)
    alone = _iron((iron,), 0)
    assert _iron((iron, zinc), 0) > 5 * alone
    assert _iron((zinc, iron), 1) > 5 * alone


def _iron(stack, layer):
    for line in fluorescence(stack, np.array([11.0]), np.ones(1), 45, 45):
        if (line.element, line.transition, line.layer) == ("Fe", "KL3", layer):
            return line.secondary / line.primary
    raise AssertionError("no iron")


def test_a_transparent_gap_changes_nothing():
    """What layers exchange depends on mass between them alone: 1 mm of a very thin gas."""
    zinc = Layer("zinc", material("zinc", {"Zn": 1}, 7.1), 10.0)
    iron = Layer("iron", material("iron", {"Fe": 1}, 7.9), 2.0)
    gap = Layer("gap", material("helium", {"He": 1}, 1e-9), 1000.0)
    assert _iron((iron, gap, zinc), 0) == pytest.approx(_iron((iron, zinc), 0), rel=1e-6)


@pytest.mark.parametrize("thickness", [1e-6, 1e-3, 1.0, 1e3, 1e6, 1e12])
@pytest.mark.parametrize("angles", [(90.0, 90.0), (2.0, 45.0), (45.0, 1.0)])
def test_any_thickness_and_angle_gives_finite_numbers(thickness, angles):
    stack = (Layer("x", STEEL, thickness), Layer("y", STEEL, thickness))
    for line in fluorescence(stack, np.array([8.0, 40.0]), np.ones(2), *angles):
        for intensity in (line.primary, line.secondary):
            assert np.isfinite(intensity)
            assert intensity >= 0
