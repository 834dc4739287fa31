"""Where results go, and under what names."""

import pytest

from app.core.batch.naming import PlannedOutput
from app.gui.dialogs.batch_output import OutputChoice, OutputPage


@pytest.fixture
def page(qtbot, tmp_path):
    page = OutputPage()
    qtbot.addWidget(page)
    yield page
    page.stop()


def test_what_is_shown_comes_out_again(page, tmp_path):
    choice = OutputChoice(str(tmp_path), "{stem}/{task}", True, 3, 2048.0)
    page.set_values(choice)
    assert page.values() == choice
    assert page.problem == ""
    page.set_values(OutputChoice())
    assert page.jobs.text() == "as memory allows"
    assert page.memory.text() == "a part of what is free"


def test_a_change_is_told_once_when_the_hand_rests(page, qtbot):
    told = []
    page.changed.connect(lambda: told.append(page.values().folder))
    for folder in ("/a", "/b", "/c"):
        page.set_folder(folder)
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["/c"]


def test_a_bad_pattern_is_said_below_it(page, tmp_path):
    page.set_folder(str(tmp_path))
    page.pattern.setEditText("{scan}")
    assert "no field {scan}" in page.pattern_field.problem
    assert page.problem == page.pattern_field.problem
    page.pattern.setEditText("{task}-")
    assert page.pattern_field.problem == ""


def test_fields_are_put_where_the_cursor_is(page):
    page.pattern.setEditText("a_b")
    page.pattern.lineEdit().setCursorPosition(2)
    actions = page.insert.menu().actions()
    assert [action.text().partition(" ")[0] for action in actions] == [
        "{stem}",
        "{folder}",
        "{number}",
        "{task}",
        "{model}",
    ]
    actions[2].trigger()
    assert page.values().pattern == "a_{number}b"


def test_names_are_shown_within_the_folder_conflicts_first(page, tmp_path):
    page.set_folder(str(tmp_path))
    names = [
        PlannedOutput(0, 0, "maps", str(tmp_path / "a"), True),
        PlannedOutput(1, 1, "convert", str(tmp_path / "b.h5")),
        PlannedOutput(2, 1, "convert", str(tmp_path / "c.h5"), conflict="is there already."),
    ]
    page.show_names(names, "")
    shown = [page.names.item(row, 0).text() for row in range(page.names.rowCount())]
    assert shown == ["c.h5", "a/", "b.h5"]
    assert page.names.item(0, 1).text() == "is there already."
    assert not page.names.isColumnHidden(1)
    assert page.count.text() == "2 files · 1 folder · 1 conflict"
    page.show_names(names[:1], "")
    assert page.names.isColumnHidden(1)
    page.show_names((), "Not yet.")
    assert (page.count.text(), page.names.rowCount()) == ("Not yet.", 0)


def test_of_very_many_names_the_first_are_shown(page, tmp_path):
    page.set_folder(str(tmp_path))
    names = [PlannedOutput(i, 0, "convert", str(tmp_path / f"{i}.h5")) for i in range(500)]
    page.show_names(names, "")
    assert page.names.rowCount() == 200
    assert page.count.text() == "500 files · the first 200 are shown"


def test_a_folder_is_asked_for(page, qtbot):
    assert "No folder" in page.problem
    with qtbot.waitSignal(page.folder_requested):
        page.browse.click()


def test_a_scheduler_takes_the_place_of_this_machine(page, tmp_path):
    page.set_folder(str(tmp_path))
    page.scheduler.setText(" tcp://host:8786 ")
    assert (page.scheduler_address, page.problem) == ("tcp://host:8786", "")
    assert not page.jobs.isEnabled()
    assert not page.memory.isEnabled()
    page.scheduler.setText("")
    assert page.jobs.isEnabled()


@pytest.mark.parametrize("text", ["host", "tcp://host", "host:port", "http://host:1/path x"])
def test_what_is_no_address_is_said_below_it(page, tmp_path, text):
    page.set_folder(str(tmp_path))
    page.scheduler.setText(text)
    assert "tcp://host:8786" in page.scheduler_field.problem
    assert page.problem == page.scheduler_field.problem
