"""Yields and Coster-Kronig probabilities: known values, sums, and where there are none."""

import pytest

from app.core.elements import ELEMENTS
from app.core.physics.shell_constants import SHELLS, companions, shell_constants

TABLED = ELEMENTS[:92]


def test_lead_has_the_published_constants():
    lead = shell_constants("Pb")
    assert list(lead) == list(SHELLS)
    assert lead["L1"].fluorescence_yield == 0.0932
    assert lead["L1"].moves == {"L2": 0.0596, "L3": 0.70167}
    assert lead["L2"].fluorescence_yield == 0.394
    assert lead["L2"].moves == {"L3": 0.12273}
    assert lead["L3"].fluorescence_yield == 0.34267
    assert lead["L3"].moves == {}
    assert lead["M3"].moves == {"M4": 0.0876, "M5": 0.7354}
    assert lead["M5"].fluorescence_yield == 0.02967


def test_what_neither_shines_nor_moves_throws_out_an_electron():
    lead = shell_constants("Pb")["L1"]
    assert lead.auger_yield == pytest.approx(1 - 0.0932 - 0.0596 - 0.70167, abs=1e-12)
    assert shell_constants("Pb")["L3"].auger_yield == pytest.approx(1 - 0.34267, abs=1e-12)


@pytest.mark.parametrize("symbol", TABLED)
def test_probabilities_of_each_shell_sum_to_one_at_most(symbol):
    for shell, constants in shell_constants(symbol).items():
        found = [constants.fluorescence_yield, *constants.moves.values()]
        assert all(0 <= value < 1 for value in found), shell
        # the sources themselves reach 1.003 for M1 of heavy elements
        assert sum(found) <= 1.005, shell


def test_yields_of_l3_grow_with_atomic_number():
    """Above copper no step down: a misprint in the table would show."""
    heavy = [shell_constants(symbol)["L3"].fluorescence_yield for symbol in TABLED[29:]]
    assert heavy == sorted(heavy)


def test_companions_are_told_where_an_m_electron_leaves():
    assert companions("Pb") == {("L1", "L3"): {"M4": 0.3345, "M5": 0.4251}}
    assert companions("U")["L2", "L3"] == {"M4": 0.4939, "M5": 0.1587}
    assert companions("Sn") == {}


@pytest.mark.parametrize("symbol", TABLED)
def test_companions_are_shares(symbol):
    for shares in companions(symbol).values():
        assert 0 < sum(shares.values()) <= 1


def test_hydrogen_has_no_shell_that_shines():
    assert shell_constants("H") == {}
