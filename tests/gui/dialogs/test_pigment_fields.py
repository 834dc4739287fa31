from dataclasses import replace

import pytest
from PySide6.QtWidgets import QComboBox

from app.core.pigments import ColourGroup, Component
from app.gui.dialogs.pigment_fields import PigmentFields


@pytest.fixture
def fields(qtbot, vermilion):
    fields = PigmentFields(vermilion, frozenset({"azurite"}))
    qtbot.addWidget(fields)
    return fields


def test_untouched_pigment_comes_back_as_it_was(fields, vermilion):
    assert fields.draft == vermilion
    assert fields.problem == ""


def test_everything_typed_is_in_the_draft(fields, vermilion, qtbot):
    fields.name.setText(" red lead ")
    fields.synonyms.setText("minium; saturn red; minium; ")
    fields.group.setCurrentIndex(fields.group.findData("orange"))
    fields.colour_source.setText("own paint-out")
    fields.composition.formula_line(0).setText("Pb3O4")
    fields.binder.setCurrentText("egg tempera")
    fields.volume_fraction.line.setText("0.4")
    fields.density.line.setText("8,9")
    fields.period.setText("until now")
    fields.from_year.setText("1 BC")
    fields.to_year.setText("1950")
    fields.xrf_note.setPlainText("Pb L")
    fields.notes.setPlainText("poisonous")
    with qtbot.waitSignal(fields.changed):
        fields.source.setPlainText("here")
    draft = fields.draft
    assert draft.name == "red lead"
    assert draft.synonyms == ("minium", "saturn red")
    assert draft.group is ColourGroup.ORANGE
    assert draft.components == (replace(vermilion.components[0], formula="Pb3O4"),)
    assert (draft.binder, draft.volume_fraction, draft.density_g_cm3) == ("egg tempera", 0.4, 8.9)
    assert (draft.period, draft.from_year, draft.to_year) == ("until now", -1, 1950)
    assert (draft.xrf_note, draft.notes, draft.source) == ("Pb L", "poisonous", "here")
    assert fields.problem == ""


@pytest.mark.parametrize(
    ("editor", "text", "field", "words"),
    [
        ("name", "", "name", "expected a name"),
        ("name", "Azurite", "name", "already"),
        ("synonyms", "x" * 81, "synonyms", "81 characters"),
        ("from_year", "soon", "from_year", "“soon” is not a year"),
        ("to_year", "-4000", "from_year", "are they exchanged?"),
    ],
)
def test_what_is_wrong_stands_below_its_field_as_it_is_typed(fields, editor, text, field, words):
    getattr(fields, editor).setText(text)
    assert words in fields.field_problem(field)
    assert words in fields.problem


@pytest.mark.parametrize(
    ("editor", "text", "words"),
    [
        ("density", "-3", "Found -3 g/cm³"),
        ("density", "heavy", "“heavy” is not a number"),
        ("volume_fraction", "1.5", "Found 1.5 of the paint's volume"),
    ],
)
def test_numbers_out_of_their_limits_are_said(fields, editor, text, words):
    getattr(fields, editor).line.setText(text)
    assert words in fields.problem


def test_formula_that_cannot_be_read_is_said_once(fields):
    fields.composition.formula_line(0).setText("HgX")
    assert fields.problem == (
        "Composition: Compound 1, character 3: there is no element “X” up to uranium."
    )
    # the row says it itself
    assert fields.field_problem("components") == ""


def test_text_that_is_no_colour_is_said(fields):
    fields.colour.hex.setText("reddish")
    fields.colour.hex.textEdited.emit("reddish")
    assert "reddish" in fields.field_problem("srgb")


def test_a_problem_that_no_field_shows_still_counts(qtbot, vermilion):
    fields = PigmentFields(replace(vermilion, id="Not an id"), frozenset())
    qtbot.addWidget(fields)
    assert "Not an id" in fields.problem


def test_read_only_fields_leave_nothing_to_choose(fields, vermilion):
    fields.set_read_only(True)
    assert fields.name.isReadOnly()
    assert fields.notes.isReadOnly()
    assert [box.count() for box in fields.findChildren(QComboBox)] == [1, 1]
    assert fields.draft == vermilion


@pytest.mark.parametrize(
    "names",
    [
        ("copper carbonate, blue", "Bergblau"),
        ("copper carbonate, blue",),
        ("聖母の青", "Ультрамарин"),
        (),
    ],
)
def test_synonyms_come_back_as_they_were(qtbot, vermilion, names):
    fields = PigmentFields(replace(vermilion, synonyms=names), frozenset())
    qtbot.addWidget(fields)
    assert fields.draft.synonyms == names


def test_commas_separate_synonyms_where_there_is_no_semicolon(fields):
    fields.synonyms.setText("minium, saturn red")
    assert fields.draft.synonyms == ("minium", "saturn red")
    fields.synonyms.setText("minium, fine; saturn red")
    assert fields.draft.synonyms == ("minium, fine", "saturn red")


def test_numbers_keep_the_figures_that_are_not_shown(qtbot, vermilion):
    third = (Component("HgS", 1 / 3), Component("CaCO3", 2 / 3))
    before = replace(vermilion, components=third, density_g_cm3=8.17654321)
    fields = PigmentFields(before, frozenset())
    qtbot.addWidget(fields)
    assert fields.density.line.text() == "8.17654"
    assert fields.draft == before


def test_another_colour_leaves_its_source_behind_and_says_so(fields, qtbot):
    note = fields._fields["colour_source"]
    assert note.note == ""
    fields.colour.hex.clear()
    qtbot.keyClicks(fields.colour.hex, "#ff0000")
    assert note.note == "This is the source of the colour before."
    fields.colour_source.setText("measured on the mock-up")
    assert note.note == ""


def test_what_is_longer_than_its_field_can_be_read_under_the_pointer(fields):
    fields.period.setText("antiquity to the present, " * 5)
    assert fields.period.toolTip() == fields.period.text()
