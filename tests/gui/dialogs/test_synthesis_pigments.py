"""Which pigments may be on the palette."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QPushButton

from app.gui.dialogs.synthesis_pigments import PigmentChoice


@pytest.fixture
def choice(paintbox, qtbot):
    choice = PigmentChoice(paintbox, {"Azurite", "Madder"}, {"Vermilion", "Chalk"})
    qtbot.addWidget(choice)
    return choice


def names(choice):
    return [pigment.name for pigment in choice.chosen]


def press(choice, text):
    next(item for item in choice.findChildren(QPushButton) if item.text() == text).click()


def test_those_chosen_are_ticked_but_none_without_a_spectrum(choice):
    assert names(choice) == ["Azurite"]
    assert not choice.list.item(3).flags() & Qt.ItemFlag.ItemIsEnabled


def test_sets_are_ticked_at_once(choice):
    press(choice, "All")
    assert names(choice) == ["Vermilion", "Azurite", "Chalk"]
    press(choice, "The ganX paper's")
    assert names(choice) == ["Vermilion", "Chalk"]


def test_nothing_chosen_cannot_be_accepted(choice):
    ok = choice.buttons.button(QDialogButtonBox.StandardButton.Ok)
    press(choice, "None")
    assert not ok.isEnabled()
    choice.list.item(0).setCheckState(Qt.CheckState.Checked)
    assert ok.isEnabled()


def test_a_search_finds_names_and_elements_and_sets_keep_to_what_is_found(choice):
    choice.search.setText("azu")
    assert [choice.list.item(row).isHidden() for row in range(4)] == [True, False, True, True]
    press(choice, "None")
    assert names(choice) == []
    choice.search.setText("fe")
    assert not choice.list.item(0).isHidden()
    choice.search.setText("")
    press(choice, "All")
    assert len(names(choice)) == 3
