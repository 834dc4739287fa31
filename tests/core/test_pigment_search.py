"""Pigments are found by words, elements, colour, year and visibility."""

import pytest

from app.core.pigment_search import Filter, matches, search
from app.core.pigments import ColourGroup, Component, Pigment
from app.core.visibility import Level

EMERALD = Pigment(
    "emerald",
    "Schweinfurter Grün",
    ColourGroup.GREEN,
    (Component("Cu(CH3COO)2·3Cu(AsO2)2"),),
    3.3,
    (146, 205, 142),
    synonyms=("vert de Véronèse",),
    from_year=1814,
    to_year=1960,
    notes="Poisonous.",
)
INDIGO = Pigment(
    "indigo", "Indigo", ColourGroup.BLUE, (Component("C16H10N2O2"),), 1.4, (37, 35, 56)
)
YELLOW = Pigment(
    "lty",
    "Lead-tin yellow I",
    ColourGroup.YELLOW,
    (Component("Pb2SnO4", 0.9), Component("Al2Si2O5(OH)4", 0.1, "clay")),
    8.0,
    (235, 217, 105),
    from_year=1400,
    to_year=1750,
)
ALL = (EMERALD, INDIGO, YELLOW)


def test_an_empty_filter_finds_everything_in_its_order():
    assert search(ALL, Filter()) == ALL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grun", (EMERALD,)),
        ("GRÜN", (EMERALD,)),
        ("veronese", (EMERALD,)),
        ("grün vert", (EMERALD,)),
        ("poison", (EMERALD,)),
        ("lead tin", (YELLOW,)),
        ("Lead-Tin", (YELLOW,)),
        ("pb2sno4", (YELLOW,)),
        ("Pb₂SnO₄", (YELLOW,)),
        ("clay", (YELLOW,)),
        ("n", ALL),
        ("grün indigo", ()),
        ("   ", ALL),
    ],
)
def test_words_are_found_without_case_accents_hyphens_and_subscripts(text, expected):
    assert search(ALL, Filter(text=text)) == expected


@pytest.mark.parametrize(
    ("elements", "expected"),
    [(("Cu",), (EMERALD,)), (("Cu", "As"), (EMERALD,)), (("Cu", "Pb"), ()), (("O",), ALL)],
)
def test_all_elements_must_be_in(elements, expected):
    assert search(ALL, Filter(elements=elements)) == expected


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (1814, ALL[:2]),
        (1813, (INDIGO,)),
        (1960, ALL[:2]),
        (1961, (INDIGO,)),
        (1750, (INDIGO, YELLOW)),
        (-500, (INDIGO,)),
    ],
)
def test_a_year_lies_within_the_period_and_open_ends_match(year, expected):
    assert search(ALL, Filter(year=year)) == expected


def test_the_group_of_colour_decides():
    assert search(ALL, Filter(group=ColourGroup.BLUE)) == (INDIGO,)


def test_visibility_to_xrf_is_looked_for():
    assert search(ALL, Filter(visibility=Level.INVISIBLE)) == (INDIGO,)
    assert search(ALL, Filter(visibility=Level.VISIBLE)) == (EMERALD, YELLOW)
    assert search(ALL, Filter(visibility=Level.WEAK)) == ()


def test_everything_looked_for_must_hold_together():
    wanted = Filter("grun", ("Cu",), ColourGroup.GREEN, 1900, Level.VISIBLE)
    assert matches(EMERALD, wanted)
    assert not matches(EMERALD, Filter("grun", ("Cu",), ColourGroup.GREEN, 1700))
    assert not matches(EMERALD, Filter("grun", ("Pb",)))
