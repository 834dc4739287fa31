"""One pigment in words and as a plot, or words when there is none."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.core.axis import EnergyAxis
from app.core.pigments import Component, PigmentSpectrum, SpectrumKind
from app.gui.docks.pigment_details import PigmentDetails
from app.gui.pigment_models import LibraryEntry, PigmentRow

OWN = LibraryEntry("/libraries/own.pigments", "Mock-ups")


@pytest.fixture
def details(qtbot):
    details = PigmentDetails()
    qtbot.addWidget(details)
    details.resize(330, 400)
    with qtbot.waitExposed(details):
        details.show()
    return details


@pytest.fixture
def row(make_pigment):
    counts = np.ones(200, np.float32)
    axis = EnergyAxis(0.0, 0.1)
    spectra = (
        PigmentSpectrum("Rh 50 kV", SpectrumKind.COMPUTED, axis, counts, live_time_s=1.0),
        PigmentSpectrum("Mock-up 12", SpectrumKind.MEASURED, axis, counts),
    )
    return PigmentRow(
        make_pigment(
            "Red <ochre>",
            synonyms=("Hematite", "Terra rossa"),
            xrf_note="Iron is in the ground, too.",
            period="Since prehistory",
            colour_source="measured",
            spectra=spectra,
        ),
        OWN,
    )


def test_without_a_pigment_it_says_what_to_do(details):
    assert details.empty.text() == "Choose a pigment to see what it is and what XRF sees of it."
    assert details.facts == ""
    assert details.lines == ()
    assert details.plot.isHidden()


def test_several_pigments_are_counted(details, row):
    details.set_rows((row, row, row))
    assert details.empty.text() == "3 pigments are chosen."
    assert details.plot.isHidden()


def test_pigment_is_told_with_what_xrf_sees(details, row):
    details.set_rows((row,))
    facts = details.facts
    for words in (
        "Fe₂O₃",
        "Fe 69.9 %, O 30.1 %",
        "5.2 g/cm³ dry; 30 % by volume in linseed oil",
        "Since prehistory",
        "Seen by Fe Kα at 6.40 keV.",
        "Fe Kβ 7.06",
        "Iron is in the ground, too.",
        "Mock-ups",
    ):
        assert words in facts, words
    assert "Fe_Ka" in [line.key for line in details.lines]


def test_what_looks_like_markup_is_shown_as_it_is(details, row, make_pigment):
    odd = PigmentRow(make_pigment(notes="a <b> & c"), OWN)
    details.set_rows((odd,))
    assert "a &lt;b&gt; &amp; c" in details.facts
    details.set_rows((row,))
    assert details._name.text() == "Red <ochre>"
    assert details._name.textFormat() is Qt.TextFormat.PlainText


def test_reference_spectra_are_drawn_with_their_kind(details, row):
    details.set_rows((row,))
    assert details.plot.isVisibleTo(details)
    assert details.plot.is_normalised


def test_pigment_without_composition_says_so_and_marks_nothing(details, make_pigment):
    details.set_rows((PigmentRow(make_pigment("Madder lake", ""), OWN),))
    assert "no composition given" in details.facts
    assert "g/cm³" not in details.facts
    assert not details.mark.isEnabled()
    assert details.plot.isHidden()


def test_formula_that_cannot_be_read_is_told_instead_of_failing(details, make_pigment):
    broken = make_pigment("Broken", components=(Component("Xq2"),))
    details.set_rows((PigmentRow(broken, OWN),))
    assert "cannot be read" in details.facts


def test_marking_names_the_pigment(details, row, qtbot):
    details.set_rows((row,))
    with qtbot.waitSignal(details.mark_requested) as asked:
        qtbot.mouseClick(details.mark, Qt.MouseButton.LeftButton)
    assert asked.args == [row]
