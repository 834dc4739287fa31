"""What is wrong with a pigment is told field by field."""

import math
from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.pigment_checks import check_pigment, new_id, problems, remarks
from app.core.pigments import ColourGroup, Component, Pigment, PigmentSpectrum, SpectrumKind
from app.errors import ParameterError

GOOD = Pigment(
    id="azurite",
    name="Azurite",
    group=ColourGroup.BLUE,
    components=(Component("Cu3(CO3)2(OH)2"),),
    density_g_cm3=3.77,
    srgb=(45, 60, 72),
    colour_source="measured",
    synonyms=("mountain blue",),
    from_year=-2500,
    to_year=1900,
)


def spectrum(counts, axis=None, live_time_s=1.0):
    return PigmentSpectrum(
        "Rh 50 kV",
        SpectrumKind.MEASURED,
        axis or EnergyAxis(0.0, 0.02),
        np.asarray(counts, np.float32),
        live_time_s=live_time_s,
    )


def only(pigment, other_names=()):
    """Give the one problem of a pigment."""
    (problem,) = problems(pigment, other_names)
    return problem


def test_a_good_pigment_has_no_problems():
    assert problems(GOOD, ["Malachite"]) == ()
    assert problems(replace(GOOD, spectra=(spectrum([0, 3, 1]),))) == ()
    check_pigment(GOOD)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("id", "Azurite", "lower-case"),
        ("id", "", "lower-case"),
        ("id", "a--b", "lower-case"),
        ("name", "", "expected a name"),
        ("name", "  \t", "expected a name"),
        ("density_g_cm3", math.nan, "Found nan g/cm³"),
        ("density_g_cm3", math.inf, "Found inf g/cm³"),
        ("density_g_cm3", -1.0, "Found -1 g/cm³; expected more than 0 and at most 23 g/cm³"),
        ("density_g_cm3", 0.0, "Found 0 g/cm³"),
        ("density_g_cm3", 23.5, "Found 23.5 g/cm³"),
        ("srgb", (256, 0, 0), "Found 256, 0, 0"),
        ("srgb", (-1, 0, 0), "Found -1, 0, 0"),
        ("srgb", (1, 2), "three whole numbers"),
        ("srgb", (0.5, 0, 0), "three whole numbers"),
        ("binder", "honey", "“honey”; expected one of linseed oil"),
        ("volume_fraction", 0.0, "Found 0 of the paint's volume"),
        ("volume_fraction", 1.01, "at most 1"),
        ("volume_fraction", math.nan, "Found nan"),
        ("from_year", -1_000_000, "Found the year -1000000"),
        ("to_year", 3000, "Found the year 3000"),
    ],
)
def test_a_bad_value_is_told_in_its_own_field(field, value, words):
    found = only(replace(GOOD, **{field: value}))
    assert found.field == field
    assert words in found.message
    assert found.position is None


def test_a_name_that_is_too_long_says_from_where_on():
    found = only(replace(GOOD, name="a" * 81))
    assert (found.field, found.position) == ("name", 80)
    assert "81 characters; at most 80" in found.message


def test_a_line_end_in_a_name_is_pointed_at():
    found = only(replace(GOOD, name="Azur\nite"))
    assert (found.field, found.position) == ("name", 4)


@pytest.mark.parametrize("other", ["Azurite", "AZURITE", " azurite "])
def test_a_name_that_is_taken_is_a_problem_whatever_its_case(other):
    found = only(GOOD, ["Malachite", other])
    assert found.field == "name"
    assert "“Azurite” already" in found.message


def test_an_empty_synonym_and_one_that_is_there_twice_are_problems():
    assert only(replace(GOOD, synonyms=("blue", " "))).field == "synonyms[1]"
    found = only(replace(GOOD, synonyms=("Bergblau", "bergblau")))
    assert found.field == "synonyms[1]"
    assert "twice" in found.message


@pytest.mark.parametrize(
    ("formula", "position"), [("CuCO", None), ("Cu3(CO3", 3), ("Xy2", 0), ("", 0), ("Cu2?", 3)]
)
def test_a_formula_says_at_which_character_it_fails(formula, position):
    parts = (Component("CuO"), Component(formula))
    found = problems(replace(GOOD, components=parts))
    if position is None:
        assert found == ()
    else:
        assert [(item.field, item.position) for item in found] == [
            ("components[1].formula", position)
        ]
        assert f"character {position + 1}" in found[0].message


@pytest.mark.parametrize("share", [0.0, -0.1, math.nan, math.inf])
def test_a_share_must_be_above_nothing(share):
    found = only(replace(GOOD, components=(Component("CuO", share),)))
    assert found.field == "components[0].share"
    assert f"Found {share:g}" in found.message


def test_years_upside_down_are_told_at_the_end():
    found = only(replace(GOOD, from_year=1700, to_year=1500))
    assert found.field == "to_year"
    assert "1500" in found.message
    assert "1700" in found.message


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([1, math.nan, 2], "channel 1 holds nan"),
        ([1, 2, -3], "channel 2 holds -3"),
        ([math.inf, 2, 3], "channel 0 holds inf"),
        ([], "shape 0"),
        ([5], "shape 1"),
        ([[1, 2, 3], [4, 5, 6]], "shape 2 × 3"),
    ],
)
def test_a_spectrum_that_makes_no_sense_names_the_channel_or_shape(counts, words):
    found = only(replace(GOOD, spectra=(spectrum([1, 2]), spectrum(counts))))
    assert found.field == "spectra[1].counts"
    assert words in found.message


@pytest.mark.parametrize(
    "axis", [EnergyAxis(0.0, 20.0), EnergyAxis(-99.0, 0.02), EnergyAxis(0.0, 0.02, -0.001)]
)
def test_an_axis_that_does_not_belong_to_the_counts_is_told(axis):
    found = only(replace(GOOD, spectra=(spectrum([1] * 100, axis),)))
    assert found.field == "spectra[0].counts"
    assert "100 channels and the energy axis do not belong together" in found.message


def test_a_live_time_must_be_above_nothing():
    assert only(replace(GOOD, spectra=(spectrum([1, 2], live_time_s=0.0),))).field == (
        "spectra[0].live_time_s"
    )
    assert problems(replace(GOOD, spectra=(spectrum([1, 2], live_time_s=None),))) == ()


def test_all_problems_are_told_at_once_in_the_order_of_the_fields():
    bad = replace(GOOD, name="", density_g_cm3=-1.0, srgb=(300, 0, 0), from_year=2000)
    assert [item.field for item in problems(bad)] == ["name", "density_g_cm3", "srgb", "to_year"]
    with pytest.raises(ParameterError) as caught:
        check_pigment(bad)
    for words in ("name:", "density_g_cm3: Found -1", "srgb: Found 300", "to_year:"):
        assert words in caught.value.message


def test_a_synonym_of_another_pigment_is_a_remark_and_no_problem():
    shared = replace(GOOD, synonyms=("Mountain Blue",))
    assert problems(shared, ["mountain blue"]) == ()
    (found,) = remarks(shared, ["mountain blue"])
    assert found.field == "synonyms"
    assert "“Mountain Blue”" in found.message


def test_missing_composition_and_colour_source_are_remarked_upon():
    fields = [item.field for item in remarks(replace(GOOD, components=(), colour_source=" "))]
    assert fields == ["components", "colour_source"]
    assert remarks(GOOD) == ()


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Lead white", (), "lead-white"),
        ("Grün, Schweinfurter", (), "grun-schweinfurter"),
        ("Lead white", ("lead-white",), "lead-white-2"),
        ("Lead white", ("lead-white", "lead-white-2"), "lead-white-3"),
        ("!", ("pigment",), "pigment-2"),
        ("青", (), "pigment-839c3402"),
        ("朱", (), "pigment-33bc330c"),
        ("Azur 青", ("azur-35699dda",), "azur-35699dda-2"),
    ],
)
def test_an_id_is_made_from_the_name_and_is_free(name, taken, expected):
    identifier = new_id(name, taken)
    assert identifier == expected
    assert problems(replace(GOOD, id=identifier)) == ()
