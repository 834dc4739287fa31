from pathlib import Path

import pytest

from app.errors import ParameterError
from app.io.pigment_guard import (
    check_library_name,
    check_pigment,
    check_pigments,
    id_taken,
    name_taken,
)


def test_good_pigments_pass(make_pigment, make_spectrum, dye):
    check_pigments([make_pigment(spectra=(make_spectrum(),)), dye])


def test_all_that_is_wrong_is_said_at_once(make_pigment):
    with pytest.raises(ParameterError) as caught:
        check_pigment(make_pigment(density_g_cm3=-1.0, srgb=(0, 0, 300)), Path("lab.pigments"))
    assert caught.value.message.startswith("“Azurite”: density_g_cm3: Found -1 g/cm³")
    assert "srgb: Found 0, 0, 300" in caught.value.message
    assert caught.value.path == Path("lab.pigments")


def test_more_than_a_file_holds_is_refused(make_pigment):
    with pytest.raises(ParameterError, match="“Azurite”: notes has 30,000 characters"):
        check_pigment(make_pigment(notes="x" * 30_000))


def test_two_of_one_name_or_id_are_refused(make_pigment):
    with pytest.raises(ParameterError, match="“AZURITE” already"):
        check_pigments([make_pigment(), make_pigment("AZURITE", id="other")])
    with pytest.raises(ParameterError, match="the id “azurite”"):
        check_pigments([make_pigment(), make_pigment("Other", id="azurite")])


def test_errors_name_the_pigment(make_pigment):
    assert "“Azurite”" in name_taken("Azurite").title
    assert "“Azurite”" in id_taken(make_pigment()).title


def test_a_library_needs_a_name():
    check_library_name("Lab")
    with pytest.raises(ParameterError):
        check_library_name(" \t")
