"""Elements can be chosen when they can be placed; otherwise the reason is told."""

import pytest

from app.core.axis import EnergyAxis
from app.gui.docks.elements_dock import ElementsPanel


@pytest.fixture
def panel(session, show):
    return show(ElementsPanel(session))


def test_nothing_open_asks_for_a_scan(panel):
    assert panel.reason == "Open a scan to choose elements."
    assert not panel.picker.isEnabled()


def test_missing_axis_is_the_reason_and_says_what_to_do(panel, session, make_scan):
    session.open_scan(make_scan(axis=None))
    assert "unknown" in panel.reason
    assert "Scan ▸ Energy axis" in panel.reason
    assert not panel.picker.isEnabled()


def test_giving_the_axis_lets_elements_be_chosen_and_undo_takes_that_back(
    panel, session, make_scan
):
    session.open_scan(make_scan(axis=None))
    session.set_axis(EnergyAxis(0.0, 0.2))
    assert panel.reason == ""
    assert panel._reason.isHidden()
    assert panel.picker.isEnabled()
    session.undo_stack.undo()
    assert "unknown" in panel.reason
    assert not panel.picker.isEnabled()


def test_panel_made_after_opening_is_ready_at_once(session, make_scan, show):
    session.open_scan(make_scan())
    panel = show(ElementsPanel(session))
    assert panel.reason == ""
    assert panel.picker.isEnabled()


def test_only_elements_with_a_line_on_the_axis_can_be_clicked(panel, session, make_scan):
    session.open_scan(make_scan(axis=EnergyAxis(0.0, 0.05)))  # up to 3.2 keV
    assert panel.picker.buttons["Si"].isEnabled()
    assert not panel.picker.buttons["Fe"].isEnabled()
    session.set_axis(EnergyAxis(0.0, 0.2))  # up to 12.7 keV
    assert panel.picker.buttons["Fe"].isEnabled()


def test_chosen_line_is_shown_with_what_it_may_be_confused_with(panel, session, make_scan):
    session.open_scan(make_scan())
    session.place_line("Fe")
    assert panel.picker.element == "Fe"
    assert "Mn Kβ" in panel.advice
    assert not panel._advice.isHidden()


def test_moving_the_window_away_lets_go_of_the_element(panel, session, make_scan):
    session.open_scan(make_scan())
    session.place_line("Fe")
    session.set_window(3, 9)
    assert panel.picker.element is None
    assert panel.advice == ""
    assert panel._advice.isHidden()
    session.undo_stack.undo()
    assert panel.picker.element == "Fe"
    assert "Mn Kβ" in panel.advice


def test_another_line_of_the_same_element_is_followed(panel, session, make_scan):
    session.open_scan(make_scan())
    session.place_line("Fe_Ka")
    session.place_line("Fe_Kb")
    assert panel.picker.line_buttons["Kb"].isChecked()
    assert not panel.picker.line_buttons["Ka"].isChecked()


def test_click_on_an_element_is_passed_on_and_moves_nothing_itself(
    panel, session, make_scan, qtbot
):
    session.open_scan(make_scan())
    before = session.state
    with qtbot.waitSignal(panel.line_chosen) as told:
        panel.picker.buttons["Fe"].click()
    assert told.args == ["Fe_Ka"]
    assert session.state is before


def test_session_placing_a_line_is_not_told_as_a_click(panel, session, make_scan, qtbot):
    session.open_scan(make_scan())
    with qtbot.assertNotEmitted(panel.line_chosen):
        session.place_line("Fe")


def test_found_elements_are_marked_and_the_others_not(panel):
    panel.set_found(("Fe", "Pb"))
    found = {symbol for symbol, button in panel.picker.buttons.items() if button.is_found}
    assert found == {"Fe", "Pb"}
