"""One colour and what it is mixed from."""

import pytest

from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.gui.dialogs.synthesis_fields import Fields
from app.gui.dialogs.synthesis_mixture import MixturePanel
from app.gui.views.share_table import ShareRow

ROWS = (ShareRow("Azurite", (40, 90, 160), 0.93, 1.0, is_ruled=True),)


@pytest.fixture
def panel(qtbot):
    panel = MixturePanel(Fields(SynthesisRecipe, PhysicsRecipe))
    qtbot.addWidget(panel)
    return panel


def show(panel, srgb=(40, 80, 150), *, is_changed=False, is_final=True):
    panel.show_colour(2, srgb, ROWS, is_changed=is_changed, is_final=is_final)


def test_without_a_colour_there_is_nothing_to_change(panel):
    assert panel.title == "No colour yet"
    assert not panel.colour.isEnabled()
    assert not panel.table.isEnabled()
    assert not panel.reset_button.isEnabled()


def test_a_colour_is_shown_with_its_pigments_without_telling_anyone(panel, qtbot):
    with qtbot.assertNotEmitted(panel.colour_given):
        show(panel)
    assert panel.title == "Colour 3"
    assert panel.colour.srgb == (40, 80, 150)
    assert panel.table.rowCount() == 1
    assert panel.colour.isEnabled()
    assert not panel.reset_button.isEnabled()


def test_a_first_look_cannot_be_changed(panel):
    show(panel, is_final=False)
    assert not panel.colour.isEnabled()
    assert not panel.table.isEnabled()


def test_another_colour_is_told_and_what_is_none_is_said(panel, qtbot):
    show(panel)
    with qtbot.waitSignal(panel.colour_given) as told:
        panel.colour.hex.setText("#102030")
        panel.colour.hex.textEdited.emit("#102030")
    assert told.args == [(16, 32, 48)]
    with qtbot.assertNotEmitted(panel.colour_given):
        panel.colour.hex.textEdited.emit("#1020")


def test_what_was_changed_can_be_taken_back(panel, qtbot):
    show(panel, is_changed=True)
    with qtbot.waitSignal(panel.reset_requested):
        panel.reset_button.click()


def test_pigments_are_counted_and_asked_for(panel, qtbot):
    panel.show_pigments(9)
    assert panel.pigments_button.text() == "9 pigments…"
    with qtbot.waitSignal(panel.pigments_requested):
        panel.pigments_button.click()
