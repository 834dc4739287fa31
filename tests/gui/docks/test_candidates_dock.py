"""The candidates' panel shows an answer, or says why there is none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.core.candidates import CandidateReport
from app.gui.docks.candidates_dock import STRONG, CandidatesPanel


@pytest.fixture
def panel(qtbot, show):
    panel = show(CandidatesPanel())
    panel.resize(340, 560)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def shown(panel):
    return [card.members[0].pigment.name for card in panel.cards if not card.isHidden()]


def test_words_stand_where_there_is_no_answer(panel):
    panel.set_words("Open a scan first.")
    assert panel.words == "Open a scan first."
    assert panel.cards == []
    assert panel.text == ""
    assert not panel.copy_button.isEnabled()
    assert not panel.make_button.isEnabled()


def test_answer_is_shown_with_its_subject_and_what_stays_open(panel, report):
    panel.set_report(report, "hands: row 3")
    assert panel.subject == "hands: row 3"
    assert panel.words == ""
    assert shown(panel) == ["Haematite", "Vermilion"]
    assert panel.left_open == (
        "Not excluded, as no line of theirs could be told here: Madder lake.\n\n"
        "Fe alone cannot say which it is."
    )
    assert panel.make_button.isEnabled()


def test_last_answer_stays_while_the_next_is_worked_out(panel, report):
    panel.set_report(report, "hands")
    panel.set_asking("Comparing 65 pigments…")
    assert panel.words == "Comparing 65 pigments…"
    assert len(panel.cards) == 2


def test_next_answer_takes_the_place_of_the_last(panel, report):
    panel.set_report(report, "hands")
    panel.set_report(CandidateReport((), (), (), ()), "sky")
    assert panel.cards == []
    assert panel.subject == "sky"
    assert panel.words == "No pigment of the library has a line that stands out here."
    assert panel.left_open == ""


def test_weak_groups_are_shown_when_asked_for(panel, make_candidate, qtbot):
    scores = [0.6, 0.3, 0.01, 0.01, 0.01, 0.06, 0.01, 0.01]
    some = tuple(make_candidate(f"P{number}", score) for number, score in enumerate(scores))
    panel.set_report(CandidateReport(some, (), (), ()), "hands")
    assert len(shown(panel)) == STRONG + 1
    assert panel.weaker_button.text() == "Show 2 weaker groups"
    qtbot.mouseClick(panel.weaker_button, Qt.MouseButton.LeftButton)
    assert len(shown(panel)) == len(scores)
    assert panel.weaker_button.isHidden()


def test_choice_of_a_candidate_is_passed_on(panel, report):
    panel.set_report(report, "hands")
    told = []
    panel.candidate_chosen.connect(lambda item: told.append(("chosen", item)))
    panel.candidate_opened.connect(lambda item: told.append(("opened", item)))
    panel.cards[1].chosen.emit(report.candidates[1])
    panel.cards[1].opened.emit(report.candidates[1])
    assert told == [("chosen", report.candidates[1]), ("opened", report.candidates[1])]


def test_answer_is_copied_as_text(panel, report, qtbot):
    panel.set_report(report, "hands: row 3")
    qtbot.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert text == panel.text
    assert text.startswith("hands: row 3\n")
    assert "Haematite (0.80)" in text


def test_instruments_are_offered_after_one_that_is_not_known(panel, qtbot):
    panel.set_instruments(("M6", "ELIO"), "ELIO")
    names = [panel.instrument.itemText(row) for row in range(panel.instrument.count())]
    assert names == ["not known", "M6", "ELIO"]
    assert panel.instrument.currentText() == "ELIO"
    with qtbot.waitSignal(panel.instrument_chosen) as chosen:
        panel.instrument.setFocus()
        qtbot.keyClick(panel.instrument, Qt.Key.Key_Home)
    assert chosen.args == [""]


def test_unknown_instrument_is_one_that_is_not_known(panel):
    panel.set_instruments(("M6",), "lost")
    assert panel.instrument.currentText() == "not known"


def test_buttons_ask_for_what_they_say(panel, report, qtbot):
    panel.set_report(report, "hands")
    with qtbot.waitSignals([panel.make_requested, panel.nearest_requested]):
        qtbot.mouseClick(panel.make_button, Qt.MouseButton.LeftButton)
        qtbot.mouseClick(panel.nearest_button, Qt.MouseButton.LeftButton)


def test_panel_stays_small_with_an_answer(panel, report):
    panel.set_report(report, "detector_10264: rows 25–34, columns 40–69 (300 pixels)")
    size = panel.minimumSizeHint()
    assert size.width() <= 300
    assert size.height() <= 420
    assert all(card.minimumSizeHint().width() <= 230 for card in panel.cards)
