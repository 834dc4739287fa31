"""What is looked for: words at once, the rest where it unfolds."""

import pytest
from PySide6.QtCore import Qt

from app.core.pigment_search import Filter
from app.core.pigments import ColourGroup
from app.core.visibility import Level
from app.gui.docks.pigment_filter import PigmentFilter


@pytest.fixture
def bar(qtbot):
    bar = PigmentFilter()
    qtbot.addWidget(bar)
    bar.resize(328, 30)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


@pytest.fixture
def told(bar):
    told = []
    bar.changed.connect(told.append)
    return told


def choose(box, text):
    box.setCurrentIndex(box.findText(text))


def test_at_first_everything_is_looked_for(bar):
    assert bar.value == Filter()


def test_words_are_told_as_they_are_typed(bar, told, qtbot):
    qtbot.keyClicks(bar.text, "blu")
    assert [item.text for item in told] == ["b", "bl", "blu"]


def test_the_rest_unfolds_at_a_click(bar, qtbot):
    assert bar.more.isHidden()
    qtbot.mouseClick(bar.unfold, Qt.MouseButton.LeftButton)
    assert bar.more.isVisible()


def test_all_of_it_is_told_together(bar, told):
    bar.text.setText(" azur ")
    bar.elements.setText("cu, PB;c")
    choose(bar.group, "blue")
    bar.year.setText("-300")
    choose(bar.level, "weak")
    assert told[-1] == Filter("azur", ("Cu", "Pb", "C"), ColourGroup.BLUE, -300, Level.WEAK)


def test_symbol_that_is_no_element_is_told(bar):
    bar.elements.setText("Cu Xy")
    assert bar.problem.text() == "Xy is no element up to uranium."
    assert not bar.problem.isHidden()
    bar.elements.setText("Cu")
    assert bar.problem.isHidden()


def test_letters_cannot_be_typed_as_a_year(bar, qtbot):
    qtbot.keyClicks(bar.year, "16th50")
    assert bar.value.year == 1650


def test_unfinished_year_is_no_year(bar):
    bar.year.setText("-")
    assert bar.value.year is None


def test_clearing_looks_for_everything_again(bar, told):
    bar.text.setText("azur")
    choose(bar.group, "blue")
    bar.clear()
    assert told[-1] == Filter()


def test_unfolded_it_fits_a_narrow_dock(bar):
    bar.unfold.setChecked(True)
    assert bar.minimumSizeHint().width() <= 300
