"""Numbers and units as files write them."""

import pytest

from app.io.units import decimal, kev_per, mm_per


@pytest.mark.parametrize(
    ("unit", "expected"), [("keV", 1.0), (" EV ", 1e-3), ("MeV", 1e3), ("", None), ("J", None)]
)
def test_units_of_energy_are_told_in_kev(unit, expected):
    assert kev_per(unit) == expected


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("mm", 1.0),
        ("\u00b5m", 1e-3),
        ("\u03bcm", 1e-3),
        ("um", 1e-3),
        ("Millimeter", 1.0),
        ("cm", 10.0),
        ("nm", 1e-6),
        ("inch", None),
    ],
)
def test_units_of_length_are_told_in_mm(unit, expected):
    assert mm_per(unit) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.5", 0.5),
        ("-0,0155", -0.0155),
        ("1e-3", 1e-3),
        ("", None),
        ("nan", None),
        ("1,5,2", None),
    ],
)
def test_numbers_have_a_point_or_a_comma_and_are_finite(text, expected):
    assert decimal(text) == expected
