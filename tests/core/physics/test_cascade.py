"""Vacancies on their way outwards: sums, known numbers, and that tin's L lines gain from K."""

import numpy as np
import pytest

from app.core.elements import ELEMENTS
from app.core.physics.atoms import photoelectric
from app.core.physics.cascade import cascade, transfers, vacancies
from app.core.physics.shell_constants import SHELLS, shell_constants

PIGMENTS = ("Na", "Al", "Si", "S", "Ca", "Ti", "Cr", "Mn", "Fe", "Co", "Cu", "Zn", "As", "Se")
PIGMENTS += ("Sr", "Rh", "Ag", "Cd", "Sn", "Sb", "Ba", "Au", "Hg", "Pb", "Bi")


@pytest.mark.parametrize("symbol", PIGMENTS)
def test_a_step_moves_vacancies_outwards_only(symbol):
    steps = transfers(symbol)
    assert (steps >= 0).all()
    assert (np.triu(steps) == 0).all()


@pytest.mark.parametrize("symbol", PIGMENTS)
def test_a_step_leaves_two_vacancies_at_most(symbol):
    """A photon leaves one, an electron two; the outer shells that are not followed get the rest."""
    steps = transfers(symbol)
    for shell, constants in shell_constants(symbol).items():
        photons = constants.fluorescence_yield
        most = photons + 2 * (1 - photons)
        assert steps[:, SHELLS.index(shell)].sum() <= most * 1.001


@pytest.mark.parametrize("symbol", PIGMENTS)
def test_the_k_vacancy_of_light_elements_leaves_what_the_yield_says(symbol):
    """All of a K vacancy goes to L or beyond: ω once, 1 − ω twice, M and farther shells included.

    By shells L and M alone this is a lower bound that fluorescence and Auger yields cap.
    """
    omega = shell_constants(symbol)["K"].fluorescence_yield
    inner = transfers(symbol)[:, 0].sum()
    assert omega * 0.9 < inner <= omega + 2 * (1 - omega) + 1e-6


def test_a_vacancy_counts_itself_once():
    for symbol in PIGMENTS:
        np.testing.assert_allclose(np.triu(cascade(symbol)), np.eye(len(SHELLS)), atol=1e-15)


def test_the_cascade_is_all_steps_together():
    """The sum of the powers of the steps, which end after nine."""
    steps = transfers("Pb")
    total = sum(np.linalg.matrix_power(steps, power) for power in range(len(SHELLS) + 1))
    np.testing.assert_allclose(cascade("Pb"), total, rtol=1e-12, atol=1e-15)


def test_coster_kronig_moves_of_lead_by_hand():
    """L1 to L3: 0.70167 directly and 0.0596 · 0.12273 by L2, and L1's own photons."""
    light = 0.0932 * 0.03068 + (0.0596 + 0.0932 * 0.00012) * (0.12273 + 0.394 * 2.7e-5)
    assert cascade("Pb")[3, 1] == pytest.approx(0.70167 + light, abs=2e-6)


def test_tin_gains_l_vacancies_above_its_k_edge():
    """Photons of 29.1 and 29.3 keV, on both sides of the K edge at 29.2 keV."""
    below, above = vacancies("Sn", [29.1, 29.3])[3]
    direct_below, direct_above = photoelectric("Sn", [29.1, 29.3])[3]
    assert direct_above == pytest.approx(direct_below, rel=0.03)
    assert above / below > 4


def test_the_hardest_shell_is_excited_by_the_beam_alone():
    energies = [30.0, 40.0]
    np.testing.assert_array_equal(vacancies("Sn", energies)[0], photoelectric("Sn", energies)[0])


def test_every_element_up_to_uranium_has_a_cascade():
    for symbol in ELEMENTS[:92]:
        assert np.isfinite(cascade(symbol)).all()
