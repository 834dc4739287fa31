"""Emission lines of the elements."""

import pytest

from app.core.emission import family_of, intensity_and_energy, line, lines_of
from app.errors import ParameterError

# keV, from the tables of Bearden (Rev. Mod. Phys. 39 (1967) 78), strongest line of the family
TABULATED = {
    "Na_Ka": 1.041,
    "Ca_Ka": 3.692,
    "Fe_Ka": 6.404,
    "Fe_Kb": 7.058,
    "Cu_Ka": 8.048,
    "Sn_Ka": 25.271,
    "Sn_La": 3.444,
    "Au_La": 9.713,
    "Hg_La": 9.989,
    "Pb_La": 10.551,
    "Pb_Lb": 12.614,
    "Pb_Lg": 14.764,
    "Pb_Ma": 2.346,
}


@pytest.mark.validation
@pytest.mark.parametrize("key", TABULATED)
def test_energies_agree_with_the_tables(key):
    # a family's mean lies below its strongest line by the share of its weaker ones
    assert line(key).energy_kev == pytest.approx(TABULATED[key], rel=0.01)


@pytest.mark.validation
def test_k_branching_of_iron_agrees_with_the_literature():
    # Kβ/Kα of iron is 0.134 ± 0.005 in the literature's calculations and measurements
    weights = {emission.name: emission.weight for emission in lines_of("Fe")}
    assert weights["Kb"] / weights["Ka"] == pytest.approx(0.134, abs=0.005)


@pytest.mark.parametrize("element", ["Na", "Ca", "Fe", "Ag", "Ba", "Hg", "Pb", "U"])
def test_weights_of_a_shell_add_up_to_one(element):
    for shell in "KLM":
        weights = [item.weight for item in lines_of(element) if item.name[0] == shell]
        lowest = min((i.energy_kev for i in lines_of(element) if i.name[0] == shell), default=0)
        # families below 0.5 keV are left out and their share with them
        if weights and lowest > 1:
            assert sum(weights) == pytest.approx(1.0)


def test_lead_has_all_six_families_with_rising_energies_in_each_shell():
    names = [item.name for item in lines_of("Pb")]
    assert names == ["Ka", "Kb", "La", "Lb", "Lg", "Ma"]
    energies = {item.name: item.energy_kev for item in lines_of("Pb")}
    assert energies["La"] < energies["Lb"] < energies["Lg"] < energies["Ka"] < energies["Kb"]


def test_elements_without_lines_have_none():
    assert lines_of("H") == ()
    assert lines_of("C") == ()


@pytest.mark.parametrize(
    "key",
    ["Fe", "fe", " Fe ", "Fe_Ka", "FeKa", "Fe-Ka", "Fe Ka", "fe_kA", "Fe Kα", "FeKalpha"],
)
def test_all_ways_to_write_a_line_are_understood(key):
    assert line(key).key == "Fe_Ka"


@pytest.mark.parametrize(
    ("key", "expected"), [("KKa", "K_Ka"), ("Pka", "P_Ka"), ("S", "S_Ka"), ("SKβ", "S_Kb")]
)
def test_one_letter_elements_are_told_from_the_line(key, expected):
    assert line(key).key == expected


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("Na", "Na_Ka"),
        ("Ag", "Ag_Ka"),
        ("Sn", "Sn_Ka"),
        ("Sb", "Sb_Ka"),
        ("Te", "Te_La"),
        ("Ba", "Ba_La"),
        ("Au", "Au_La"),
        ("Hg", "Hg_La"),
        ("Pb", "Pb_La"),
        ("U", "U_La"),
    ],
)
def test_bare_element_gives_the_line_to_map_it_by(element, expected):
    assert line(element).key == expected


def test_line_has_a_key_for_files_and_a_label_for_the_screen():
    assert line("pb lγ").key == "Pb_Lg"
    assert line("Pb_Lg").label == "Pb Lγ"


@pytest.mark.parametrize("key", ["", "Xx", "Fe_Kx", "Ka", "FEKa", "Fe Ka 2", "42"])
def test_unknown_line_says_what_was_found(key):
    with pytest.raises(ParameterError) as caught:
        line(key)
    assert repr(key) in caught.value.message
    assert "Fe_Ka" in caught.value.hint


def test_line_that_an_element_lacks_names_those_it_has():
    with pytest.raises(ParameterError, match="Fe_Ka, Fe_Kb, Fe_La, Fe_Lb"):
        line("Fe_Ma")


def test_element_too_light_to_be_mapped_is_named():
    with pytest.raises(ParameterError, match="Carbon"):
        line("C")


def test_unknown_element_is_refused():
    with pytest.raises(ParameterError, match="'Uuo'"):
        lines_of("Uuo")


def test_beam_below_the_edge_excites_nothing():
    assert intensity_and_energy("Fe", "Ka", 7.0) == (0.0, 0.0)
    strength, energy = intensity_and_energy("Fe", "Ka", 20.0)
    assert strength > 1
    assert energy == pytest.approx(6.40, abs=0.005)


@pytest.mark.parametrize(
    ("transition", "family"),
    [("KL3", "Ka"), ("KM3", "Kb"), ("L3M5", "La"), ("L2M4", "Lb"), ("M5N7", "Ma"), ("L1L2", None)],
)
def test_family_of_a_transition(transition, family):
    assert family_of(transition) == family
