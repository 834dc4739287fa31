"""The dialog for a set of scans."""

from pathlib import Path

import pytest

from app.errors import ReadError
from app.gui.dialogs.synthesis_set import SetDialog


@pytest.fixture
def dialog(qtbot):
    dialog = SetDialog("the recipe", {"seed": "Seed"}, {"name": "v1", "seed": "4"})
    qtbot.addWidget(dialog)
    yield dialog
    dialog.reject()


@pytest.fixture
def ready(dialog):
    dialog.set_pictures((Path("a.png"), Path("b.png")), "somewhere")
    dialog.set_out(Path("out"))
    dialog.show_plan({"a.v1.h5": "", "b.v1.h5": "kept"}, "2 scans", "")
    return dialog


def test_nothing_can_be_made_without_pictures_and_a_folder(dialog):
    dialog.show_plan({"a.v1.h5": ""}, "1 scan", "")
    assert not dialog.run.isEnabled()
    assert dialog.picture_words.text() == "no pictures yet"
    dialog.set_out(Path("out"))
    dialog.show_plan({"a.v1.h5": ""}, "1 scan", "")
    assert dialog.run.isEnabled()
    dialog.show_plan({}, "No scans yet", "Two variations have one name.")
    assert "one name" in dialog.problem.text()
    assert not dialog.run.isEnabled()


def test_a_change_is_told_once_when_the_hand_rests(ready, qtbot):
    told = []
    ready.changed.connect(lambda: told.append(1))
    ready.table.add_row({"name": "v2"})
    ready.set_pictures((Path("c.png"),))
    assert not ready.run.isEnabled()
    qtbot.waitUntil(lambda: told == [1])


def test_another_variation_is_like_the_last_with_the_next_seed(ready):
    add = next(b for b in ready.findChildren(type(ready.run)) if b.text() == "Add")
    add.click()
    add.click()
    assert [dict(row) for row in ready.table.rows] == [
        {"name": "v1", "seed": "4"},
        {"name": "v2", "seed": "5"},
        {"name": "v3", "seed": "6"},
    ]


def test_states_are_shown_in_their_rows(ready):
    assert ready.state_of("b.v1.h5") == ("there already", "")
    ready.show_state("a.v1.h5", "begun")
    assert ready.is_begun("a.v1.h5")
    ready.show_state("a.v1.h5", "failed", "It is damaged.")
    assert ready.state_of("a.v1.h5") == ("failed", "It is damaged.")
    ready.show_state("of another set.h5", "made")


def test_while_it_is_being_made_nothing_can_be_changed(ready):
    ready.set_running(True)
    assert not ready.table.isEnabled()
    assert not ready.run.isEnabled()
    ready.set_running(False)
    assert ready.table.isEnabled()
    assert ready.run.isEnabled()


def test_a_failure_is_said_until_something_changes(ready):
    ready.show_error(ReadError("Cannot read this.", "It is damaged."))
    assert "damaged" in ready.problem.text()
    ready.set_pictures((Path("c.png"),))
    ready.show_plan({"c.v1.h5": ""}, "1 scan", "")
    assert ready.problem.text() == ""
