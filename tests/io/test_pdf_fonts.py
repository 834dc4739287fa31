"""Letters in PDF files: shown where the typeface has them, written out where it has not."""

import pytest

from app.io import pdf_fonts
from app.io.pdf_fonts import legible


@pytest.mark.parametrize("text", ["Крест", "Maestà", "Fe Kα ± 3 µm – “x” → √2 ≤ 5", "Ångström Σ"])
def test_latin_greek_and_cyrillic_stay_as_they_are(text):
    assert legible(text) == text


def test_what_the_typeface_lacks_is_written_by_its_numbers():
    assert legible("聖母 left") == "‹U+8056 U+6BCD› left"
    assert legible("a🎨") == "a‹U+1F3A8›"


def test_accents_apart_from_their_letters_are_joined():
    assert legible("Maesta\u0300") == "Maestà"


def test_controls_become_spaces_and_broken_names_are_told():
    assert legible("a\nb\tc") == "a b c"
    assert legible("scan\udcff") == "scan‹U+DCFF›"


def test_registering_twice_is_harmless():
    pdf_fonts.register()
    pdf_fonts.register()
    assert pdf_fonts.width("Крест", 10) > pdf_fonts.width("Кре", 10) > 0
    assert pdf_fonts.width("Fe", 10, is_bold=True) != pdf_fonts.width("Fe", 10)
