"""Cross sections and lines: known values, edges, mixtures, and that nothing kept can be changed."""

import numpy as np
import pytest

from app.core.physics.atoms import (
    LOWEST_LINE_KEV,
    attenuation,
    coherent,
    edges_kev,
    lines,
    material_attenuation,
    photoelectric,
    radiative_rates,
)
from app.core.physics.materials import material
from app.core.physics.shell_constants import SHELLS


def test_iron_attenuates_as_the_tables_of_nist_say():
    """J. H. Hubbell, S. M. Seltzer, NISTIR 5632 (1995): 84.84, 170.6, 25.68 cm²/g."""
    found = attenuation("Fe", [6.0, 10.0, 20.0])
    np.testing.assert_allclose(found, [84.84, 170.6, 25.68], rtol=0.005)


def test_chromium_does_not_swing_above_its_edge():
    """NISTIR 5632 gives 516.0, 251.3 and 138.6 cm²/g at 6, 8 and 10 keV.

    Between them the fall is a power of the energy: at 6.7 keV 387, and within 3 % of that.
    """
    found = attenuation("Cr", [6.0, 6.7, 8.0, 10.0])
    power = 516.0 * (6.7 / 6.0) ** (np.log(251.3 / 516.0) / np.log(8.0 / 6.0))
    np.testing.assert_allclose(found, [516.0, power, 251.3, 138.6], rtol=0.03)


@pytest.mark.parametrize("symbol", ["Si", "Cl", "Ti", "Cr", "Cu", "Zn", "Sn"])
def test_two_sources_of_cross_sections_meet_at_the_edge(symbol):
    """Below the edge one source, above it another: the jump is that of the K shell alone."""
    edge = {"Si": 1.8389, "Cl": 2.8224, "Ti": 4.9664, "Cr": 5.9892}
    edge |= {"Cu": 8.9789, "Zn": 9.6586, "Sn": 29.2001}
    below, above = attenuation(symbol, [edge[symbol] * 0.999, edge[symbol] * 1.0005])
    shell = photoelectric(symbol, [edge[symbol] * 1.0005])[0, 0]
    assert above - below == pytest.approx(shell, rel=0.04)


def test_a_mixture_attenuates_by_its_masses():
    lime = material("lime", {"Ca": 40.078, "O": 15.999}, 3.3)
    energies = np.array([2.0, 5.0, 20.0])
    calcium = 40.078 / 56.077
    expected = calcium * attenuation("Ca", energies) + (1 - calcium) * attenuation("O", energies)
    np.testing.assert_allclose(material_attenuation(lime, energies), expected, rtol=1e-12)


def test_shells_absorb_above_their_edges_only():
    found = photoelectric("Pb", [10.0, 13.5, 15.5, 20.0, 90.0])
    excited = [[SHELLS[place] for place in np.flatnonzero(column)] for column in found.T]
    outer = ["M1", "M2", "M3", "M4", "M5"]
    assert excited == [
        outer,
        ["L3", *outer],
        ["L2", "L3", *outer],
        ["L1", "L2", "L3", *outer],
        list(SHELLS),
    ]


def test_shells_and_scatter_are_most_of_the_attenuation():
    energies = np.array([12.0, 20.0, 30.0])
    inner = photoelectric("Fe", energies).sum(axis=0) + coherent("Fe", energies)
    share = inner / attenuation("Fe", energies)
    # the rest is N electrons and Compton scattering
    assert ((share > 0.96) & (share < 1.0)).all()


def test_lines_of_iron():
    found = lines("Fe")
    by_name = dict(zip(found.transitions, found.energies_kev, strict=True))
    assert by_name["KL3"] == pytest.approx(6.4039, abs=1e-4)
    assert by_name["KM3"] == pytest.approx(7.0579, abs=1e-3)
    place = found.transitions.index("KL3")
    assert SHELLS[found.shells[place]] == "K"
    # yield 0.3546 of the K shell, 0.58357 of its photons
    assert found.per_vacancy[place] == pytest.approx(0.3546 * 0.58357, rel=1e-4)


@pytest.mark.parametrize("symbol", ["O", "Ca", "Fe", "Sn", "Ba", "Hg", "Pb", "U"])
def test_lines_lie_below_the_edge_of_their_shell_and_above_the_limit(symbol):
    import xraylib

    from app.core.elements import ELEMENTS

    found = lines(symbol)
    assert (found.energies_kev >= LOWEST_LINE_KEV).all()
    for energy, shell in zip(found.energies_kev, found.shells, strict=True):
        edge = xraylib.EdgeEnergy(
            ELEMENTS.index(symbol) + 1, getattr(xraylib, f"{SHELLS[shell]}_SHELL")
        )
        assert energy <= edge


@pytest.mark.parametrize("shell", ["K", "L1", "L2", "L3", "M3", "M4", "M5"])
@pytest.mark.parametrize("symbol", ["Sn", "Hg", "Pb", "U"])
def test_rates_of_a_shell_sum_to_one(symbol, shell):
    assert sum(radiative_rates(symbol, shell).values()) == pytest.approx(1, abs=3e-5)


def test_hydrogen_and_carbon_have_no_line():
    assert lines("H").transitions == ()
    assert lines("C").transitions == ()


def test_what_is_kept_cannot_be_changed():
    for found in (attenuation("Fe", [7.0]), photoelectric("Fe", [7.0]), lines("Fe").energies_kev):
        with pytest.raises(ValueError, match="read-only"):
            found[...] = 0
    assert attenuation("Fe", [7.0]) is attenuation("Fe", np.array([7.0]))


def test_edges_are_those_of_the_shells_an_element_has():
    """Pb L3 and K edges, keV: X-ray Data Booklet, table 1-1."""
    assert edges_kev("H") == pytest.approx([0.0136], abs=1e-4)
    lead = edges_kev("Pb")
    assert len(lead) == len(SHELLS)
    assert lead[SHELLS.index("K")] == pytest.approx(88.005, abs=0.005)
    assert lead[SHELLS.index("L3")] == pytest.approx(13.035, abs=0.002)
