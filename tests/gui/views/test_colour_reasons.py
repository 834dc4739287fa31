"""What made a colour is shown as colours, with words."""

import pytest

from app.gui.recolour_values import ColourReasons, EffectRow
from app.gui.views.colour_reasons import ColourReasonsView

REASONS = ColourReasons(
    "row 3, col 4",
    (172, 120, 60),
    (EffectRow("Fe", 23.14, (200, 200, 190)), EffectRow("Pb", 4.0, (160, 110, 60))),
    (("Red ochre", (148, 71, 46)), ("Hematite", (120, 50, 40))),
    "Fe cannot say which it is: Red ochre or Hematite.",
)


@pytest.fixture
def view(qtbot):
    view = ColourReasonsView()
    qtbot.addWidget(view)
    return view


def test_effects_and_alternatives_are_listed(view):
    assert view.isHidden()
    view.set_reasons(REASONS)
    assert not view.isHidden()
    assert view.reasons == REASONS
    assert view.texts == (
        "row 3, col 4\n#AC783C",
        "Without one element's lines it would be:",
        "without Fe",
        "moves by ΔE 23.1",
        "without Pb",
        "moves by ΔE 4.0",
        "Fe cannot say which it is: Red ochre or Hematite.",
        "Red ochre",
        "Hematite",
    )


def test_words_stand_in_place_of_reasons(view):
    view.set_reasons(None, "Asking…")
    assert view.texts == ("Asking…",)
    view.set_reasons(ColourReasons("row 0, col 0", (1, 2, 3)))
    assert "No element's lines stand out in it." in view.texts
    view.set_reasons(None)
    assert view.isHidden()
