"""What runs can be seen and stopped, and how it ended stays to be read."""

import pytest
from PySide6.QtCore import Qt

from app.gui.docks.jobs_dock import JobsPanel, JobWidget
from app.gui.item_models import JobRow, JobsModel


@pytest.fixture
def model(qapp):
    return JobsModel()


@pytest.fixture
def panel(model, show, qtbot):
    panel = show(JobsPanel(model))
    panel.resize(300, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_nothing_running_is_said_until_a_job_comes(panel, model):
    assert panel._empty.isVisible()
    model.add(1, "Open hands.npz")
    assert not panel._empty.isVisible()
    model.remove(1)
    assert panel._empty.isVisible()


def test_panel_made_later_lists_the_jobs_that_are_there(model, show):
    model.add(1, "Open hands.npz")
    model.add(2, "Write map.png")
    panel = show(JobsPanel(model))
    assert [widget._title.text() for widget in panel.widgets] == ["Write map.png", "Open hands.npz"]


def test_latest_job_is_on_top(panel, model):
    model.add(1, "Open hands.npz")
    model.add(2, "Write map.png")
    upper, lower = panel.widgets
    assert upper._title.text() == "Write map.png"
    assert panel._list.indexOf(upper) < panel._list.indexOf(lower)


def test_change_of_one_job_is_shown_in_its_own_row(panel, model):
    model.add(1, "Open hands.npz")
    model.add(2, "Write map.png")
    upper, lower = panel.widgets
    model.update(1, state="running", fraction=0.5, message="Reading")
    assert lower.state_text == "Running: Reading"
    assert lower.bar.value() == lower.bar.maximum() // 2
    assert upper.state_text == "Waiting"


def test_cancel_asks_for_its_own_job(panel, model, qtbot):
    model.add(1, "Open hands.npz")
    model.add(2, "Write map.png")
    lower = panel.widgets[1]
    with qtbot.waitSignal(panel.cancel_requested) as told:
        qtbot.mouseClick(lower.cancel, Qt.MouseButton.LeftButton)
    assert told.args == [1]


def test_only_ended_jobs_can_be_cleared(panel, model):
    model.add(1, "Open hands.npz")
    model.add(2, "Write map.png")
    upper, lower = panel.widgets
    assert not panel._clear.isEnabled()
    model.update(2, state="failed", message="the disk is full")
    assert panel._clear.isEnabled()
    panel._clear.click()
    assert panel.widgets == [lower]
    assert upper.isHidden()
    assert not panel._clear.isEnabled()


@pytest.mark.parametrize(
    ("state", "message", "text", "is_live"),
    [
        ("queued", "", "Waiting", True),
        ("running", "row 3 of 5", "Running: row 3 of 5", True),
        ("done", "", "Done", False),
        ("failed", "the disk is full", "Failed: the disk is full", False),
        ("cancelled", "", "Cancelled", False),
    ],
)
def test_state_is_told_in_words_and_only_a_live_job_can_be_cancelled(
    show, state, message, text, is_live
):
    widget = show(JobWidget(JobRow(1, "Open hands.npz", state, message=message)))
    assert widget.state_text == text
    assert widget.cancel.isHidden() is not is_live
    assert widget.bar.isHidden() is not is_live


def test_running_job_of_unknown_length_has_an_endless_bar(show):
    widget = show(JobWidget(JobRow(1, "Look")))
    assert (widget.bar.minimum(), widget.bar.maximum()) == (0, 1000)
    widget.show_row(JobRow(1, "Look", "running"))
    assert (widget.bar.minimum(), widget.bar.maximum()) == (0, 0)
    widget.show_row(JobRow(1, "Look", "running", 0.25))
    assert (widget.bar.value(), widget.bar.maximum()) == (250, 1000)


def test_bar_and_button_are_named_after_the_job_for_screen_readers(show):
    widget = show(JobWidget(JobRow(1, "Open hands.npz")))
    assert widget.bar.accessibleName() == "Progress of Open hands.npz"
    assert widget.cancel.accessibleName() == "Cancel Open hands.npz"
