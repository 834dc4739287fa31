"""What one spectrum leaves open is told with names and colours."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.candidates import Candidate, CandidateReport, candidates
from app.core.emission import line
from app.core.evidence import LineEvidence
from app.core.line_shapes import families_of, family_shape
from app.core.pigments import ColourGroup, Component, Pigment
from app.core.recolouring.groups import degenerate_group

AXIS = EnergyAxis(0.0, 0.02)


def pigment(name, formula, srgb):
    return Pigment(name, name, ColourGroup.BLUE, (Component(formula),), 4.0, srgb)


AZURITE = pigment("azurite", "Cu3C2O8H2", (37, 49, 91))
MALACHITE = pigment("malachite", "Cu2CO5H2", (76, 123, 92))
CHALK = pigment("chalk", "CaCO3", (240, 230, 220))
CARBON = pigment("carbon black", "C", (20, 20, 20))
INDIGO = pigment("indigo", "C16H10N2O2", (30, 40, 80))


def copper_and_calcium():
    edges = AXIS.energies_kev(2049) - 0.01
    expected = np.full(2048, 5.0)
    for element, counts in (("Cu", 20000.0), ("Ca", 3000.0)):
        for family in families_of(element, 50.0):
            if family.shell == "K":
                expected = expected + counts * family.strength * family_shape(family, edges, 140.0)
    return np.random.default_rng(5).poisson(expected)


def test_copper_pigments_are_one_group_with_their_colours():
    report = candidates(copper_and_calcium(), AXIS, (AZURITE, MALACHITE, CHALK, CARBON))
    group = degenerate_group(report)
    assert set(group.names) == {"azurite", "malachite"}
    assert {item.srgb for item in group.swatches} == {(37, 49, 91), (76, 123, 92)}
    assert group.elements == ("Cu",)
    assert "azurite or malachite" in group.sentence or "malachite or azurite" in group.sentence
    assert "mean colour" in group.sentence


def test_a_pigment_by_itself_is_no_choice():
    report = candidates(copper_and_calcium(), AXIS, (AZURITE, CHALK, CARBON))
    group = degenerate_group(report)
    assert group.names == ("azurite",)
    assert "Cu speaks for azurite" in group.sentence


def test_without_lines_all_that_shows_none_is_named():
    report = candidates(np.zeros(2048, np.uint32), AXIS, (CARBON, INDIGO))
    group = degenerate_group(report)
    assert group.elements == ()
    assert set(group.names) == {"carbon black", "indigo"}
    assert "says nothing of the colour" in group.sentence


def test_nothing_known_gives_an_empty_group_that_says_so():
    group = degenerate_group(CandidateReport((), (), (), ()))
    assert group.names == ()
    assert group.sentence.startswith("No line of a pigment is seen")


@pytest.mark.parametrize(("twins", "listed"), [(5, "a5"), (6, "2 more")])
def test_long_groups_are_told_in_part_but_shown_whole(twins, listed):
    names = [f"a{place}" for place in range(twins + 1)]
    evidence = (LineEvidence(line("Fe"), 100.0, 1.0, 9.0),)
    made = tuple(
        Candidate(pigment(name, "Fe2O3", (9, 9, 9)), 0.9, evidence, same_as=tuple(names))
        for name in names
    )
    group = degenerate_group(CandidateReport(made, (), (), ()))
    assert group.names == tuple(names)
    assert listed in group.sentence
    assert group.elements == ("Fe",)
