"""A stack in a beam as arrays, and what is refused."""

import numpy as np
import pytest

from app.core.physics.atoms import attenuation, coherent, lines
from app.core.physics.cascade import vacancies
from app.core.physics.irradiation import irradiated
from app.core.physics.materials import Layer, material
from app.errors import ParameterError

BRASS = Layer("brass", material("brass", {"Cu": 7, "Zn": 3}, 8.5), 20.0)
LEAD = Layer("lead", material("lead", {"Pb": 1, "Zn": 1}, 9.0), 5.0)
BEAM = np.array([12.0, 15.0, 20.0])
PHOTONS = np.array([1.0, 2.0, 3.0])


def test_layers_and_elements_are_laid_out_in_order():
    lit = irradiated((BRASS, LEAD), BEAM, PHOTONS, 30.0, 90.0)
    assert lit.symbols == ("Cu", "Zn", "Pb")
    np.testing.assert_allclose(lit.shares, [[0.7, 0.3, 0.0], [0.0, 0.5, 0.5]])
    np.testing.assert_allclose(lit.masses, [8.5 * 20e-4, 9.0 * 5e-4])
    assert lit.way_in == pytest.approx(2.0)
    assert lit.way_out == pytest.approx(1.0)
    for found, cross_section in (
        (lit.beam_attenuation, attenuation),
        (lit.beam_scatter, coherent),
    ):
        expected = 0.5 * cross_section("Zn", BEAM) + 0.5 * cross_section("Pb", BEAM)
        np.testing.assert_allclose(found[1], expected)


def test_only_lines_that_the_beam_can_excite_are_kept():
    """12 keV excites the K shells of copper and zinc, but neither K nor L of lead."""
    lit = irradiated((BRASS, LEAD), np.array([12.0]), np.ones(1), 90.0, 45.0)
    of_lead = {
        name[0]
        for name, place in zip(lit.transitions, lit.elements, strict=True)
        if lit.symbols[place] == "Pb"
    }
    assert of_lead == {"M"}
    assert {name[0] for name in lit.transitions} == {"K", "L", "M"}


def test_lines_know_what_attenuates_them():
    lit = irradiated((BRASS, LEAD), BEAM, PHOTONS, 90.0, 45.0)
    place = next(
        place
        for place, name in enumerate(lit.transitions)
        if name == "KL3" and lit.symbols[lit.elements[place]] == "Zn"
    )
    energy = lit.energies_kev[place]
    known = lines("Zn")
    assert energy == known.energies_kev[known.transitions.index("KL3")]
    expected = 0.7 * attenuation("Cu", [energy])[0] + 0.3 * attenuation("Zn", [energy])[0]
    assert lit.line_attenuation[0, place] == pytest.approx(expected)


def test_what_lines_excite_is_looked_up_for_those_chosen():
    lit = irradiated((BRASS, LEAD), BEAM, PHOTONS, 90.0, 45.0)
    chosen = np.array([0, 3, 30, 50, 51])
    found = lit.line_vacancies(chosen)
    assert found.shape == (3, 9, 5)
    for row, symbol in enumerate(lit.symbols):
        expected = vacancies(symbol, lit.energies_kev[chosen])
        np.testing.assert_allclose(found[row], expected, rtol=1e-12)


def test_energies_without_photons_and_too_soft_ones_are_passed_over():
    lit = irradiated((BRASS,), np.array([0.2, 10.0, 20.0]), np.array([5.0, 0.0, 7.0]), 90.0, 45.0)
    assert lit.photons.tolist() == [7.0]


@pytest.mark.parametrize(
    ("beam", "photons", "found"),
    [
        ([10.0, 20.0], [1.0], r"\(2,\).*\(1,\)"),
        ([[10.0]], [[1.0]], r"\(1, 1\)"),
        ([np.nan], [1.0], "not numbers"),
        ([10.0], [-1.0], "fewer than 0"),
        ([10.0, 300.0], [1.0, 1.0], "300 keV"),
    ],
)
def test_beams_that_make_no_sense_are_refused(beam, photons, found):
    with pytest.raises(ParameterError, match=found):
        irradiated((BRASS,), np.array(beam), np.array(photons), 90.0, 45.0)


@pytest.mark.parametrize("angles", [(0.0, 45.0), (90.0, -5.0), (120.0, 45.0), (90.0, np.nan)])
def test_angles_that_make_no_sense_are_refused(angles):
    with pytest.raises(ParameterError, match="at most 90°"):
        irradiated((BRASS,), BEAM, PHOTONS, *angles)


def test_an_empty_stack_is_refused():
    with pytest.raises(ParameterError, match="no layer"):
        irradiated((), BEAM, PHOTONS, 90.0, 45.0)
