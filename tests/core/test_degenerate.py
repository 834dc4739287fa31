"""What one spectrum cannot tell apart."""

from app.core.degenerate import Kinds, joined, same_to_xrf, undecided_sentences
from app.core.evidence import Seen
from app.core.matching import Match
from app.core.pigments import ColourGroup, Component, Pigment


def result(name, score, present=(), missing=(), hidden=(), **more):
    pigment = Pigment(name, name, ColourGroup.BLUE, (Component("Cu"),), 4.0, (0, 0, 0))
    return Match(pigment, score, tuple(present), tuple(missing), tuple(hidden), **more)


def seen(element, counts=100.0, hidden_by="", is_instrument=False):
    return Seen(element, "K", ("Ka",), 8.0, counts, 1.0, 1.0, hidden_by, is_instrument)


AZURITE = result("azurite", 0.5, ["Cu"])
MALACHITE = result("malachite", 0.5, ["Cu", "Ca"])
EGYPTIAN = result("Egyptian blue", 0.1, ["Ca"], ["Cu"])
CHALK = result("chalk", 0.2, ["Ca"], only_common=True)
GYPSUM = result("gypsum", 0.2, ["Ca"], hidden=["S"], only_common=True)
ORPIMENT = result("orpiment", 0.0, hidden=["As"])
ALL = (AZURITE, MALACHITE, EGYPTIAN, CHALK, GYPSUM, ORPIMENT)


def names(items):
    return [item.pigment.name for item in items]


def test_a_grounds_elements_tell_no_colours_apart():
    assert names(same_to_xrf(AZURITE, ALL)) == ["malachite"]
    assert names(same_to_xrf(CHALK, ALL)) == ["gypsum"]


def test_what_misses_a_line_is_not_the_same():
    assert EGYPTIAN.signature == frozenset({"Cu"})
    assert names(same_to_xrf(EGYPTIAN, ALL)) == []


def test_kinds_give_what_comparing_all_with_all_gives():
    bronze = result("bronze", 0.3, ["Cu", "Zn"])
    ultramarine = result("ultramarine", 0.0, ["Ca", "S"])
    everything = (*ALL, bronze, ultramarine)
    kinds = Kinds(everything)
    for item in everything:
        assert kinds.same_to_xrf(item) == same_to_xrf(item, everything)
    assert kinds.shared(MALACHITE) == kinds.shared(CHALK) == kinds.shared(ultramarine) == ("Ca",)
    # one to XRF with azurite, as zinc is everywhere; Egyptian blue misses its copper
    assert kinds.shared(bronze) == kinds.shared(AZURITE) == ()
    assert kinds.shared(ORPIMENT) == ()


def test_groups_hidden_elements_and_the_tube_are_told():
    found = {
        "Cu": seen("Cu"),
        "Ca": seen("Ca"),
        "S": seen("S", 0.0, "Pb Mα"),
        "As": seen("As", 0.0, "Pb Lα"),
        "Ag": seen("Ag", is_instrument=True),
        "Ar": seen("Ar", is_instrument=True),
    }
    told = undecided_sentences(ALL, found)
    assert told == (
        "Cu alone cannot say which it is: azurite or malachite.",
        "Ca alone cannot say which it is: chalk or gypsum.",
        "Hidden by stronger lines, so neither shown nor excluded: S under Pb Mα (gypsum); "
        "As under Pb Lα (orpiment).",
        "Ag may be the tube's anode: whether the painting holds any is left open.",
    )


def test_an_empty_spectrum_leaves_nothing_to_tell():
    assert undecided_sentences(ALL, {"Cu": seen("Cu", 0.0)}) == ()


def test_a_pigment_of_unknown_composition_is_named():
    unknown = Match(Pigment("sample", "sample 12", ColourGroup.RED, (), 1.0, (0, 0, 0)), 0.0)
    told = undecided_sentences((unknown,), {"Cu": seen("Cu")})
    assert told == ("The composition is not known, so nothing can be said of sample 12.",)


def test_names_are_joined_as_in_a_sentence():
    assert joined(["a"]) == "a"
    assert joined(["a", "b", "c"], "or") == "a, b or c"
    assert joined([]) == ""
