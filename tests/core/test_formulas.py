"""Chemical formulas."""

import pytest

from app.core.formulas import FormulaError, mass_fractions, parse_formula


def atoms(text):
    return dict(parse_formula(text).atoms)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HgS", {"Hg": 1, "S": 1}),
        ("Fe₂O₃", {"Fe": 2, "O": 3}),
        ("2PbCO3·Pb(OH)2", {"Pb": 3, "C": 2, "O": 8, "H": 2}),
        ("K2O*4ZnCrO4*3H2O", {"K": 2, "O": 20, "Zn": 4, "Cr": 4, "H": 6}),
        ("Fe₄[Fe(CN)₆]₃", {"Fe": 7, "C": 18, "N": 18}),
        ("Cu(CH3COO)2·[Cu(OH)2]3", {"Cu": 4, "C": 4, "H": 12, "O": 10}),
        ("Na8Al6Si6O24S2.5", {"Na": 8, "Al": 6, "Si": 6, "O": 24, "S": 2.5}),
        (" Ca SO4 • 2 H2O ", {"Ca": 1, "S": 1, "O": 6, "H": 4}),
        ("Co", {"Co": 1}),
        ("CO", {"C": 1, "O": 1}),
    ],
)
def test_formulas_are_read_as_they_are_written(text, expected):
    assert atoms(text) == expected


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "an element is expected"),
        ("Xy2", 0, "there is no element “Xy”"),
        ("PbCo3x", 5, "“x” does not belong"),
        ("Fe2(OH", 3, "never closed with “)”"),
        ("Fe(OH]2", 5, "“)” or an element"),
        ("Fe()2", 3, "an element is expected"),
        ("hgS", 0, "an element is expected, not “h”"),
        ("HgS0", 3, "a number of atoms is above 0"),
        ("HgS·", 4, "an element is expected"),
        ("Pb(Sn,Si)O3", 5, "“)” or an element"),
        ("Fe-O", 2, "“-” does not belong"),
        ("((((((((((((C))))))))))))", 10, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_says_where(text, position, reason):
    with pytest.raises(FormulaError) as raised:
        parse_formula(text)
    assert raised.value.position == position
    assert reason in raised.value.message
    assert f"At character {position + 1}" in raised.value.message


def test_a_formula_without_end_is_refused():
    with pytest.raises(FormulaError, match="more than 200 characters"):
        parse_formula("C" * 201)


def test_mass_fractions_follow_the_atomic_weights():
    fractions = mass_fractions("HgS")
    # 200.59 and 32.06 g/mol (IUPAC 2021)
    assert fractions["Hg"] == pytest.approx(200.59 / 232.65, abs=2e-4)
    assert sum(fractions.values()) == pytest.approx(1)
    assert parse_formula("HgS").mass_fractions == fractions


def test_the_order_of_writing_does_not_change_the_mass():
    assert dict(mass_fractions("CaCO3")) == pytest.approx(dict(mass_fractions("CO3Ca")))
