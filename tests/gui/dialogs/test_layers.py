from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from app.core.physics.stack_recipe import LayerRole, StackRecipe, presets
from app.errors import ParameterError
from app.gui import theme
from app.gui.dialogs.layers import StackEditor

NAMES = ("varnish: C10H16O", "paint: vermilion", "ground: lead white")


@pytest.fixture
def editor(qtbot, instruments, make_compound):
    known = [make_compound(key) for key in ("vermilion", "lead-white", "azurite", "chalk")]
    editor = StackEditor(known, instruments)
    qtbot.addWidget(editor, before_close_func=lambda widget: widget.reject())
    # heard from the start: the first stack may be told before the test begins
    editor.told = []
    editor.draft_changed.connect(lambda *draft: editor.told.append(draft))
    editor.show()
    return editor


def settle(editor, qtbot):
    """Wait until what was typed has been told."""
    qtbot.waitUntil(lambda: not editor._later.isActive())


def rows(editor):
    columns = range(editor.table.columnCount())
    return [
        [editor.table.item(row, column).text() for column in columns]
        for row in range(editor.table.rowCount())
    ]


def roles(editor):
    return [layer.role.value for layer in editor.recipe.layers]


def test_first_example_is_shown_at_first(editor):
    assert editor.recipe == presets()[0]
    assert rows(editor) == [
        ["1 varnish", "C10H16O", "–", "20 µm"],
        ["2 paint", "vermilion", "30 % in linseed oil", "20 µm"],
        ["3 ground", "lead white", "30 % in linseed oil", "100 µm"],
    ]
    assert editor.problem == ""


def test_stack_is_told_at_first_and_when_a_layer_changes(editor, qtbot, instruments):
    settle(editor, qtbot)
    ((stack, instrument),) = editor.told
    assert tuple(layer.name for layer in stack) == NAMES
    assert instrument == instruments[0]
    editor.table.setCurrentCell(1, 0)
    with qtbot.waitSignal(editor.draft_changed) as told:
        editor.form.thickness.line.setText("35")
    assert [layer.thickness_um for layer in told.args[0]] == [20.0, 35.0, 100.0]
    assert rows(editor)[1][3] == "35 µm"
    with qtbot.waitSignal(editor.draft_changed) as told:
        editor.instrument_box.setCurrentIndex(1)
    assert told.args[1] == instruments[1]


def test_what_cannot_be_built_is_said_and_not_told(editor, qtbot):
    settle(editor, qtbot)
    editor.told.clear()
    editor.table.setCurrentCell(1, 0)
    editor.form.thickness.line.setText("-4")
    expected = "Layer 2: The thickness is above 0 µm, up to 50000 µm; not -4 µm."
    assert editor.problem == editor._problem.text() == expected
    assert editor.form.field_problem("thickness_um") in expected
    assert "not -4 µm" in editor.table.item(1, 1).toolTip()
    settle(editor, qtbot)
    assert editor.told == []


def test_layers_are_moved_duplicated_removed_and_added(editor):
    assert not editor.up_button.isEnabled()
    editor.down_button.click()
    assert roles(editor) == ["paint", "varnish", "ground"]
    assert editor.table.currentRow() == 1
    editor.up_button.click()
    editor.duplicate_button.click()
    assert roles(editor) == ["varnish", "varnish", "paint", "ground"]
    editor.remove_button.click()
    assert roles(editor) == ["varnish", "paint", "ground"]
    editor.add_button.click()
    assert editor.recipe.layers[2].role is LayerRole.PAINT
    assert "Choose a pigment" in editor.problem


def test_the_last_layer_stays(editor):
    editor.set_recipe(StackRecipe("one", presets()[0].layers[1:2]))
    assert not editor.remove_button.isEnabled()
    assert not editor.down_button.isEnabled()


def test_number_of_layers_is_limited(editor):
    for _ in range(9):
        editor.duplicate_button.click()
    assert len(editor.recipe.layers) == 12
    assert not editor.add_button.isEnabled()
    assert not editor.duplicate_button.isEnabled()


def test_examples_can_be_chosen(editor):
    editor.preset_button.menu().actions()[1].trigger()
    assert editor.recipe == presets()[1]
    assert roles(editor) == ["varnish", "paint", "underpaint", "ground"]


def test_spectrum_shows_layers_lines_and_how_far_it_is(editor, instruments, make_computed):
    assert not editor._export.isEnabled()
    editor.set_computed(make_computed(instruments[0], is_full=False, names=NAMES))
    assert "secondary follows" in editor._state.text()
    editor.set_computed(make_computed(instruments[0], names=NAMES))
    assert editor._state.text() == "with secondary excitation"
    names = [curve.name for curve in editor.plot.plot.curves]
    assert names == ["Total", "Scatter", "1 varnish", "2 paint", "3 ground"]
    assert [line.label for line in editor.plot.lines] == ["Hg Lα"]
    heads = [editor.shares.horizontalHeaderItem(place).text() for place in range(5)]
    assert heads == ["Line", "Counts", "1 varnish", "2 paint", "3 ground"]
    assert editor.shares.item(0, 2).text() == "100.0 %"


def test_shown_spectrum_can_be_taken_home(editor, qtbot, instruments, make_computed):
    spectrum = make_computed(instruments[0], names=NAMES)
    editor.set_computed(spectrum)
    with qtbot.waitSignal(editor.export_requested) as told:
        editor._export.click()
    assert told.args == [spectrum]


def test_failure_is_said_in_the_editor(editor):
    editor.show_error(ParameterError("Cannot compute.", "No beam.", "Raise the voltage."))
    assert editor._problem.text() == "Cannot compute. No beam. Raise the voltage."


def test_colours_of_drawing_and_table_follow_the_theme(editor, qapp, dark):
    before = editor.drawing._layers[0].mark
    theme.apply_theme(qapp, theme.Theme.LIGHT)
    assert editor.drawing._layers[0].mark != before


def test_of_pigments_with_the_same_id_the_first_counts(qtbot, instruments, make_compound):
    own = replace(make_compound("vermilion"), name="my vermilion")
    editor = StackEditor(
        [own, make_compound("vermilion"), make_compound("lead-white")], instruments
    )
    qtbot.addWidget(editor)
    assert rows(editor)[1][1] == "my vermilion"
    editor.reject()


def test_nothing_still_ticks_in_a_closed_editor(editor):
    editor.form.thickness.line.setText("21")
    editor.reject()
    assert not editor._later.isActive()


def test_every_control_has_a_name_and_enter_presses_no_button(editor):
    for widget in editor.findChildren(QWidget):
        takes_keys = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes_keys and widget.isVisible() and widget.focusProxy() is None:
            name = widget.accessibleName() or getattr(widget, "text", str)()
            assert name, widget
    assert not any(button.autoDefault() for button in editor.findChildren(QPushButton))


def test_a_spectrum_left_from_before_a_mistake_cannot_be_taken_home(
    editor, instruments, make_computed, qtbot
):
    settle(editor, qtbot)
    editor.set_computed(make_computed(instruments[0], names=NAMES))
    editor.add_button.click()
    assert editor.problem != ""
    settle(editor, qtbot)
    assert editor._state.text() == "of the last valid values"
    assert not editor._export.isEnabled()
    editor.set_computed(make_computed(instruments[0], names=NAMES))
    assert not editor._export.isEnabled()
    editor.remove_button.click()
    settle(editor, qtbot)
    assert editor._state.text() == "computing …"
    editor.set_computed(make_computed(instruments[0], names=NAMES))
    assert editor._export.isEnabled()


def test_only_the_full_spectrum_of_the_stack_shown_is_taken_home(
    editor, instruments, make_computed, qtbot
):
    settle(editor, qtbot)
    editor.set_computed(make_computed(instruments[0], is_full=False, names=NAMES))
    assert not editor._export.isEnabled()
    editor.set_computed(make_computed(instruments[0], names=NAMES))
    assert editor._export.isEnabled()
    editor.choose_instrument("Mo")
    settle(editor, qtbot)
    assert not editor._export.isEnabled()


def test_other_instruments_are_offered_and_the_chosen_one_stays(editor, instruments, qtbot):
    editor.choose_instrument("Mo")
    settle(editor, qtbot)
    editor.set_instruments((*instruments[1:], replace(instruments[0], name="Mine")))
    assert editor.instrument == instruments[1]
    editor.choose_instrument("Mine")
    settle(editor, qtbot)
    assert editor.told[-1][1].name == "Mine"
    editor.choose_instrument("gone")
    assert editor.instrument.name == "Mine"


def test_a_spectrum_that_arrives_does_not_wipe_a_failure_away(
    editor, instruments, make_computed, qtbot
):
    settle(editor, qtbot)
    editor.show_error(ParameterError("Cannot read this.", "a.mca: empty."))
    editor.set_computed(make_computed(instruments[0], names=NAMES))
    assert editor._problem.text() == "Cannot read this. a.mca: empty."
