"""Elements in the beam as arrays, optical depths and what the beam excites."""

import numpy as np
import pytest

from app.core.physics.atoms import attenuation
from app.core.physics.fluorescence import fluorescence
from app.core.physics.forward_lines import (
    above,
    depths,
    elements_in_beam,
    primary_photons,
    shells_of,
)
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Layer, material
from app.core.physics.shell_constants import SHELLS
from app.core.physics.tube import beam

INSTRUMENT = Instrument(incidence_degrees=40.0, exit_degrees=60.0)
SYMBOLS = ("C", "Fe", "Pb")


@pytest.fixture(scope="module")
def in_beam():
    return elements_in_beam(SYMBOLS, INSTRUMENT)


def test_attenuations_have_a_row_for_each_element(in_beam):
    lit, energies = in_beam
    assert lit.symbols == SYMBOLS
    assert lit.photons.sum() == pytest.approx(1.0)
    assert len(energies) == len(lit.photons)
    for row, symbol in enumerate(SYMBOLS):
        np.testing.assert_allclose(lit.beam_attenuation[row], attenuation(symbol, energies))


def test_each_line_is_in_one_shell(in_beam):
    lit = in_beam[0]
    shells = shells_of(lit)
    found = [
        (lit.symbols[shell.element], SHELLS[shell.shell])
        for shell in shells
        for _ in range(shell.lines.stop - shell.lines.start)
    ]
    names = [lit.symbols[element] for element in lit.elements]
    expected = [
        (symbol, name[: 1 if name[0] == "K" else 2])
        for symbol, name in zip(names, lit.transitions, strict=True)
    ]
    assert found == expected
    for shell in shells:
        vacancies = lit.vacancies[shell.element, shell.shell]
        assert vacancies[: shell.first].max(initial=0.0) == 0 < vacancies[shell.first]


def test_depths_above_are_sums_of_what_lies_higher():
    found = above(np.array([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]]))
    np.testing.assert_array_equal(found, [[[0, 0], [1, 2], [4, 6]]])


@pytest.mark.parametrize("thickness", [1e-7, 1e-3, 1.0, 40.0, 1e4])
def test_thin_and_thick_layers_show_the_lines_of_the_exact_method(in_beam, thickness):
    """Iron over lead over iron, however thin: no digits are lost."""
    lit, energies = in_beam
    iron, lead = (material(symbol, {symbol: 1.0}, 10.0) for symbol in ("Fe", "Pb"))
    layers = (Layer("a", iron, thickness), Layer("b", lead, 2.0), Layer("c", iron, thickness))
    areal = np.array([[[0, thickness, 0], [0, 0, 2.0], [0, thickness, 0]]]) * 1e-3
    seen = primary_photons(lit, shells_of(lit), depths(lit, areal))[0]
    exact = np.zeros(len(seen))
    places = {
        (lit.symbols[element], name): place
        for place, (element, name) in enumerate(zip(lit.elements, lit.transitions, strict=True))
    }
    for line in fluorescence(layers, energies, lit.photons, 40.0, 60.0, secondary=False):
        exact[places[line.element, line.transition]] += line.primary
    np.testing.assert_allclose(seen, exact, rtol=1e-9)


def test_energies_without_photons_are_left_out(in_beam):
    assert len(in_beam[1]) == np.count_nonzero(beam(INSTRUMENT).photons)
