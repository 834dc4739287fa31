import pytest

from app.core.pigments import Component
from app.gui import theme
from app.gui.dialogs.composition_table import MOST_COMPONENTS, CompositionTable

SMALT = (Component("SiO2", 66.0, "glass"), Component("K2O", 16.0), Component("CoO", 8.0))


@pytest.fixture
def table(qtbot):
    table = CompositionTable()
    qtbot.addWidget(table)
    table.set_components(SMALT)
    return table


def test_components_come_back_as_they_were(table):
    assert table.components == SMALT
    assert table.problem == ""


def test_a_readable_formula_is_shown_as_it_is_printed(table):
    assert table.note(0) == "SiO<sub>2</sub>"


def test_the_wrong_character_is_marked_and_named(table, qtbot):
    with qtbot.waitSignal(table.changed):
        table.formula_line(1).setText("K2OX")
    assert "<b>X</b>" in table.note(1)
    assert "no element “X”" in table.note(1)
    assert table.problem == "Compound 2, character 4: there is no element “X” up to uranium."
    assert table.formula_line(1).accessibleDescription().startswith("Character 4")
    table.formula_line(1).setText("K2O")
    assert table.problem == table.formula_line(1).accessibleDescription() == ""


def test_mark_follows_the_theme(table, qapp, dark):
    table.formula_line(0).setText("Q")
    assert theme.DARK.problem in table.note(0)
    theme.apply_theme(qapp, theme.Theme.LIGHT)
    assert theme.LIGHT.problem in table.note(0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0", "Found 0; expected more than 0"),
        ("-1", "Found -1"),
        ("much", "“much” is not a number"),
    ],
)
def test_a_share_that_makes_no_sense_is_said(table, text, words):
    table.share_edit(2).line.setText(text)
    assert table.problem.startswith("Compound 3, parts: ")
    assert words in table.problem


def test_rows_are_added_and_removed(table, qtbot):
    with qtbot.waitSignal(table.changed):
        table.add_button.click()
    assert len(table.components) == 4
    assert table.problem.startswith("Compound 4, character 1")
    with qtbot.waitSignal(table.changed):
        table._rows[0].remove.click()
    assert [item.formula for item in table.components] == ["K2O", "CoO", ""]
    assert table._rows[0].formula.accessibleName() == "Formula of compound 1"


def test_a_dye_without_composition_is_fine(table):
    table.set_components(())
    assert table.components == ()
    assert table.problem == ""
    assert not table._empty.isHidden()


def test_number_of_compounds_is_limited(table):
    table.set_components((Component("Fe"),) * MOST_COMPONENTS)
    assert not table.add_button.isEnabled()


def test_read_only_composition_has_no_buttons(table):
    table.set_read_only(True)
    assert table.add_button.isHidden()
    assert all(row.remove.isHidden() for row in table._rows)
    assert table.formula_line(0).isReadOnly()
