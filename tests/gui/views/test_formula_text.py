import pytest

from app.gui.views.formula_text import formula_html, marked_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("HgS", "HgS"),
        ("2PbCO3*Pb(OH)2", "2PbCO<sub>3</sub>·Pb(OH)<sub>2</sub>"),
        ("Fe4[Fe(CN)6]3", "Fe<sub>4</sub>[Fe(CN)<sub>6</sub>]<sub>3</sub>"),
        ("K2O · 4ZnCrO4", "K<sub>2</sub>O·4ZnCrO<sub>4</sub>"),
        ("C40H75P0.2", "C<sub>40</sub>H<sub>75</sub>P<sub>0.2</sub>"),
        ("Pb₃O₄", "Pb₃O₄"),
    ],
)
def test_numbers_of_atoms_are_set_low_and_factors_are_not(text, html):
    assert formula_html(text) == html


def test_nothing_typed_becomes_markup():
    assert formula_html("<b>") == "&lt;b&gt;"
    assert marked_html("<i>", 1, "#ff0000").startswith("&lt;<span")


def test_the_wrong_character_is_marked_where_it_stands():
    html = marked_html("Pb(OX)2", 4, "#ff0000")
    assert html.startswith("Pb(O<span")
    assert "<b>X</b>" in html
    assert html.endswith(")2")


def test_a_place_beyond_the_end_is_marked_too():
    assert "<b>&nbsp;</b>" in marked_html("Pb(", 3, "#ff0000")
