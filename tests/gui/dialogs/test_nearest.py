"""The pigments nearest to a colour, the nearest first."""

import pytest
from PySide6.QtCore import Qt

from app.gui.dialogs.nearest import COUNT, NearestDialog


@pytest.fixture
def pigments(make_pigment):
    colours = {"Smalt": (60, 80, 150), "Chalk": (250, 248, 240), "Ochre": (180, 130, 50)}
    return tuple(make_pigment(name, srgb=srgb) for name, srgb in colours.items())


@pytest.fixture
def dialog(qtbot, pigments):
    dialog = NearestDialog(pigments, (255, 255, 255))
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def names(dialog):
    return [pigment.name for pigment in dialog.found]


def test_nearest_comes_first_with_its_distance(dialog):
    assert names(dialog) == ["Chalk", "Ochre", "Smalt"]
    distances = [float(dialog.list.topLevelItem(row).text(1)) for row in range(3)]
    assert distances == sorted(distances)
    assert distances[0] < 5


def test_list_follows_the_colour(dialog):
    dialog.colour.set_srgb((60, 80, 150))
    dialog.colour.changed.emit()
    assert names(dialog)[0] == "Smalt"
    assert dialog.list.topLevelItem(0).text(1) == "0.0"


def test_pigment_is_chosen_by_key(dialog, pigments, qtbot):
    dialog.list.setCurrentItem(dialog.list.topLevelItem(0))
    with qtbot.waitSignal(dialog.pigment_chosen) as chosen:
        qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    assert chosen.args == [pigments[1]]


def test_no_more_are_listed_than_one_looks_through(qtbot, make_pigment):
    many = tuple(make_pigment(f"P{number}", srgb=(number, 0, 0)) for number in range(30))
    dialog = NearestDialog(many)
    qtbot.addWidget(dialog)
    assert len(dialog.found) == COUNT


def test_no_pigments_give_an_empty_list(qtbot):
    dialog = NearestDialog(())
    qtbot.addWidget(dialog)
    assert dialog.found == ()
