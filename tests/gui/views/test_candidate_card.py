"""A card tells what speaks for a candidate, what is missing, and who is the same to XRF."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from app.gui import theme
from app.gui.views.candidate_card import CandidateCard, ScoreBar


@pytest.fixture
def make_card(qtbot):
    def make(*members):
        card = CandidateCard(members)
        qtbot.addWidget(card)
        card.resize(300, 120)
        with qtbot.waitExposed(card):
            card.show()
        return card

    return make


@pytest.fixture
def vermilion(make_candidate):
    return make_candidate("Vermilion", 0.25, ("Hg_La",), ("Hg_Lb",), remark="S < Pb M.")


@pytest.fixture
def iron(make_candidate):
    return (
        make_candidate("Haematite", 0.8, ("Fe_Ka",), same_as=("Goethite",)),
        make_candidate("Goethite", 0.1, ("Fe_Kb",), same_as=("Haematite",)),
    )


def test_lines_for_it_are_green_and_missing_ones_struck(make_card, vermilion):
    card = make_card(vermilion)
    words = card.words.text()
    assert f"<span style='color:{theme.DARK_PLOT.region}'>Hg Lα</span>" in words
    assert f"<span style='color:{theme.DARK_PLOT.accent}'><s>Hg Lβ</s></span>" in words
    assert "S &lt; Pb M." in words


def test_colours_follow_the_theme(make_card, vermilion, dark):
    card = make_card(vermilion)
    theme.apply_theme(QApplication.instance(), theme.Theme.LIGHT)
    assert theme.LIGHT_PLOT.region in card.words.text()


def test_score_is_a_bar_and_a_number(make_card, vermilion):
    card = make_card(vermilion)
    (bar,) = card.findChildren(ScoreBar)
    assert bar.score == 0.25
    assert "0.25" in [label.text() for label in card.findChildren(QLabel)]


@pytest.mark.parametrize(("given", "shown"), [(-1.0, 0.0), (0.5, 0.5), (7.0, 1.0)])
def test_bar_stays_within_its_ends(qtbot, given, shown):
    bar = ScoreBar(given)
    qtbot.addWidget(bar)
    assert bar.score == shown


def test_full_bar_is_highlighted_to_its_end_and_an_empty_one_is_not(qtbot):
    for score, is_full in ((1.0, True), (0.0, False)):
        bar = ScoreBar(score)
        qtbot.addWidget(bar)
        colour = bar.grab().toImage().pixelColor(bar.width() // 2, bar.height() // 2)
        assert (colour == bar.palette().highlight().color()) is is_full


def test_twins_are_lines_of_their_own(make_card, iron):
    card = make_card(*iron)
    assert [line.accessibleName() for line in card.lines] == ["Haematite", "Goethite"]
    assert "Fe Kβ" in card.lines[1].toolTip()


def test_click_chooses_the_line_that_was_clicked(make_card, iron, qtbot):
    card = make_card(*iron)
    with qtbot.waitSignal(card.chosen) as chosen:
        qtbot.mouseClick(card.lines[1], Qt.MouseButton.LeftButton)
    assert chosen.args == [iron[1]]


def test_double_click_opens_the_pigment(make_card, iron, qtbot):
    card = make_card(*iron)
    with qtbot.waitSignal(card.opened) as opened:
        qtbot.mouseDClick(card.lines[0], Qt.MouseButton.LeftButton)
    assert opened.args == [iron[0]]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_keys_do_what_the_mouse_does(make_card, iron, qtbot, key):
    card = make_card(*iron)
    with qtbot.waitSignal(card.chosen) as chosen:
        qtbot.keyClick(card.lines[0], key)
    assert chosen.args == [iron[0]]


def test_other_keys_and_buttons_choose_nothing(make_card, iron, qtbot):
    card = make_card(*iron)
    with qtbot.assertNotEmitted(card.chosen):
        qtbot.keyClick(card.lines[0], Qt.Key.Key_A)
        qtbot.mouseClick(card.lines[0], Qt.MouseButton.RightButton)


def test_line_with_the_focus_has_a_rim(make_card, iron):
    card = make_card(*iron)
    line = card.lines[1]
    before = line.grab().toImage()
    card.activateWindow()
    line.setFocus()
    assert line.hasFocus()
    assert line.grab().toImage() != before


def test_candidate_without_lines_has_no_words(make_card, make_candidate):
    card = make_card(make_candidate("Bole", 0.1))
    assert card.words.isHidden()
