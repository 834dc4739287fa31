"""One pigment against the elements of a spectrum."""

import pytest

from app.core.amounts import amounts
from app.core.evidence import Seen
from app.core.line_strengths import line_strengths
from app.core.matching import COMMON, match, parts_of, weights_of
from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Component, Pigment

RH = Instrument()
NAMES = {"K": ("Ka", "Kb"), "L": ("La", "Lb", "Lg")}
ENERGIES = {"Pb": 10.5, "Sn": 25.2, "Cu": 8.05, "As": 10.54, "Fe": 6.4, "Ca": 3.69, "Hg": 10.0}


def pigment(name, formula, **more):
    return Pigment(name, name, ColourGroup.RED, (Component(formula),), 5.0, (0, 0, 0), **more)


WHITE = pigment("lead white", "Pb3C2O8H2")
YELLOW = pigment("lead-tin yellow", "Pb2SnO4")
AZURITE = pigment("azurite", "Cu3C2O8H2")
EMERALD = pigment("emerald green", "C4H6As6Cu4O16")
HAEMATITE = pigment("haematite", "Fe2O3")
CARBON = pigment("carbon", "C")
LIBRARY = (WHITE, YELLOW, AZURITE, EMERALD, HAEMATITE, CARBON)


def spectrum(*paints, error=30.0, hidden=None, scale=3e6):
    """What a spectrum of pigments side by side would show."""
    counts = dict.fromkeys(ENERGIES, 0.0)
    for paint in paints:
        strengths = line_strengths(paint.paint().fractions, 0.01, RH)
        for (element, name), strength in strengths.items():
            if element in counts and name[0] == ("L" if element in ("Pb", "Hg") else "K"):
                counts[element] += strength
    largest = max(counts.values(), default=0.0) or 1.0
    found = {}
    for element, count in counts.items():
        names = NAMES["L" if element in ("Pb", "Hg") else "K"]
        by = (hidden or {}).get(element, "")
        wrong = 1e5 if by else error
        found[element] = Seen(
            element,
            names[0][0],
            names,
            ENERGIES[element],
            0.0 if by else 20000 * count / largest,
            wrong,
            error,
            by,
            False,
        )
    return found


def matched(item, found):
    amount = amounts(found, RH)
    return match(item, found, amount, parts_of(amount, weights_of(LIBRARY)), RH)


def test_a_pigment_agrees_with_its_own_spectrum():
    for item in (WHITE, YELLOW, AZURITE, EMERALD, HAEMATITE):
        result = matched(item, spectrum(item))
        assert result.score > 0.8, item.name
        assert result.missing == ()


def test_missing_tin_speaks_against_lead_tin_yellow():
    found = spectrum(WHITE, error=5.0)
    assert matched(WHITE, found).score == pytest.approx(1.0)
    result = matched(YELLOW, found)
    assert result.missing == ("Sn",)
    assert result.score < 0.3


def test_what_is_too_weak_to_be_seen_does_not_speak_against():
    found = spectrum(WHITE, error=3000.0)
    result = matched(YELLOW, found)
    assert result.missing == ()
    assert result.score == pytest.approx(matched(WHITE, found).score)


def test_hidden_arsenic_speaks_neither_for_nor_against():
    result = matched(EMERALD, spectrum(AZURITE, hidden={"As": "Pb Lα"}))
    assert result.missing == ()
    assert result.hidden == ("As",)
    assert result.score > 0.9
    shown = matched(EMERALD, spectrum(AZURITE))
    assert shown.missing == ("As",)
    assert shown.score < 0.2


def test_pigments_of_one_element_have_equal_scores():
    found = spectrum(HAEMATITE, AZURITE)
    malachite = pigment("malachite", "Cu2CO5H2")
    assert matched(malachite, found).score == pytest.approx(matched(AZURITE, found).score)


def test_a_ground_counts_less_than_a_colour():
    found = spectrum(WHITE, AZURITE)
    assert matched(AZURITE, found).score > matched(WHITE, found).score > 0


def test_a_pigment_without_lines_is_never_excluded():
    result = matched(CARBON, spectrum(HAEMATITE))
    assert result.is_open
    assert result.score == 0.0


def test_a_pigment_that_would_show_is_excluded_and_one_that_would_not_is_open():
    assert not matched(AZURITE, spectrum(HAEMATITE)).is_open
    assert matched(AZURITE, spectrum(HAEMATITE, error=5000.0)).is_open


def test_without_composition_a_dye_is_open_and_a_measured_one_is_not_known():
    dye = Pigment("madder", "madder", ColourGroup.RED, (), 1.5, (150, 30, 40))
    assert matched(dye, spectrum(HAEMATITE)).is_open


def test_a_mixture_accounts_for_no_more_than_its_better_half():
    both = (Component("Cu3C2O8H2"), Component("Fe2O3"))
    mixture = Pigment("green", "green", ColourGroup.GREEN, both, 4.0, (0, 99, 0))
    found = spectrum(AZURITE, HAEMATITE)
    halves = max(matched(AZURITE, found).score, matched(HAEMATITE, found).score)
    assert 0 < matched(mixture, found).score <= halves + 1e-9
    # a compound of its own may account for all of its elements
    assert matched(EMERALD, spectrum(EMERALD)).score > 0.99


def test_the_parts_of_all_elements_are_one():
    found = spectrum(AZURITE, WHITE)
    parts = parts_of(amounts(found, RH), weights_of(LIBRARY))
    assert sum(parts.values()) == pytest.approx(1.0)
    # lead is in grounds and whites, so it counts less than its lines would make it
    assert parts["Cu"] > 5 * parts["Pb"]
    assert parts_of(amounts({}, RH), {}) == {}


def test_weights_turn_mass_of_element_into_mass_of_pigment():
    weights = weights_of((HAEMATITE,))
    assert weights["Fe"] == pytest.approx(1 / 0.6994, rel=1e-3)
    assert weights_of((WHITE,))["Pb"] == pytest.approx(COMMON["Pb"] / 0.8014, rel=1e-3)
