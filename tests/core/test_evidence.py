"""Which elements a fitted spectrum shows."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.evidence import (
    Seen,
    anode_instead,
    anode_of,
    element_evidence,
    elements_seen,
    line_evidence,
)
from app.core.line_fit import fit_lines
from app.core.line_shapes import compton_shape, families_of, family_shape
from app.core.line_window import shapes_for, window_of

AXIS = EnergyAxis(0.0, 0.02)
CHANNELS = 1500
ELEMENTS = ("S", "Ar", "Ca", "Fe", "Co", "Cu", "As", "Rh", "Ag", "Hg", "Pb")
EDGES = (np.arange(CHANNELS + 1) - 0.5) * 0.02


def fitted(elements, each=20000.0, compton=0.0, seed=2):
    expected = np.full(CHANNELS, 20.0)
    for element in elements:
        for item in families_of(element, 50.0):
            if item.line.energy_kev > 2:
                size = each * item.strength / 40
                expected = expected + size * family_shape(item, EDGES, 145.0)
    if compton:
        alpha = families_of("Rh", 50.0)[0]
        expected = expected + compton * compton_shape(alpha, 140.0, EDGES, 145.0)
    counts = np.random.default_rng(seed).poisson(expected)
    window = window_of(AXIS, CHANNELS, 50.0)
    return fit_lines(
        window.cut(counts), shapes_for(window, ELEMENTS, ("Mo", "Rh", "Ag"), 50.0, 145.0)
    )


def test_an_anode_is_another_only_with_its_compton_peak():
    fit = fitted(("Ca", "Rh"), compton=8000.0)
    assert anode_instead(fit, "Mo") == "Rh"
    assert anode_instead(fit, "W") == "Rh"
    assert anode_instead(fit, "Rh") == ""
    assert anode_instead(fitted(("Ca", "Rh")), "Mo") == ""
    # a hump where its Compton peak would be, but none of its lines
    assert anode_instead(fitted(("Ca",), compton=8000.0), "Mo") == ""


def test_what_is_there_is_present_and_what_is_not_is_not():
    found = elements_seen(fitted(["Ca", "Fe", "Pb"]), ())
    assert {name for name, seen in found.items() if seen.is_present} == {"Ca", "Fe", "Pb"}
    assert found["Fe"].significance > 50
    assert found["Cu"].significance < 3
    assert found["Cu"].most > 0


def test_arsenic_under_lead_is_said_to_be_under_lead():
    found = elements_seen(fitted(["Pb"], each=100000.0), ())
    assert found["As"].hidden_by == "Pb Lα"
    assert not found["As"].is_present
    assert found["Cu"].hidden_by == ""


def test_a_neighbours_fault_lowers_the_significance_of_a_small_line():
    found = elements_seen(fitted(["Fe"], each=1e6), ())
    assert not found["Co"].is_present
    assert found["Co"].error > 2 * found["Co"].alone


def test_an_anode_is_known_by_its_compton_peak():
    assert anode_of(fitted(["Fe"], compton=30000.0), None) == "Rh"
    assert anode_of(fitted(["Fe"]), None) == ""
    assert anode_of(fitted(["Fe"]), "W") == "W"


def test_anodes_and_argon_belong_to_the_instrument():
    fit = fitted(["Ar", "Fe", "Ag"])
    found = elements_seen(fit, ("Ag",))
    assert [name for name, seen in found.items() if seen.is_instrument] == ["Ar", "Ag"]
    notes = {item.element: item.note for item in element_evidence(fit, found)}
    assert notes["Ar"] == "also argon of the air"
    assert notes["Ag"] == "also, or only, the tube's anode"
    assert notes["Fe"] == ""


def test_lines_are_told_with_counts_background_and_significance():
    fit = fitted(["Fe"])
    lines = line_evidence(fit, elements_seen(fit, ())["Fe"])
    assert [item.line.label for item in lines] == ["Fe Kα", "Fe Kβ"]
    alpha = lines[0]
    expected = 20000 * families_of("Fe", 50.0)[0].strength / 40
    assert alpha.counts == pytest.approx(expected, rel=0.03)
    # twenty counts per channel of 20 eV within ±148 eV, and the feet of the peak
    assert alpha.background == pytest.approx(20 * 2 * 0.148 / 0.02, rel=0.7)
    assert alpha.significance > 50


def test_a_missing_line_is_the_main_one():
    fit = fitted(["Fe"])
    lines = line_evidence(fit, elements_seen(fit, ())["Pb"], missing=True)
    assert [item.line.label for item in lines] == ["Pb Lα"]
    assert lines[0].significance < 3


def test_an_element_without_an_error_has_no_significance():
    seen = Seen("Fe", "K", ("Ka",), 6.4, 0.0, 0.0, 0.0, "", False)
    assert seen.significance == 0.0
    assert not seen.is_present
