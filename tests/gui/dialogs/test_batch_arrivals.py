"""A folder that is watched is one that is there."""

import pytest

from app.gui.dialogs.batch_arrivals import ArrivalsLine


@pytest.fixture
def line(qtbot):
    line = ArrivalsLine()
    qtbot.addWidget(line)
    yield line
    line.stop()


def test_nothing_is_watched_unless_it_is_asked_for(line, tmp_path):
    line.folder.setText(str(tmp_path))
    assert (line.folders, line.problem) == ((), "")
    assert not line.still.isEnabled()
    line.is_wanted.setChecked(True)
    assert (line.folders, line.problem) == ((tmp_path,), "")
    assert line.still.isEnabled()
    assert line.still_s == 10.0


def test_a_folder_that_is_chosen_is_watched(line, tmp_path):
    line.set_folder(str(tmp_path))
    assert line.folders == (tmp_path,)


@pytest.mark.parametrize(
    ("text", "words"), [("", "chosen yet"), ("scans", "root"), ("/no such folder", "not there")]
)
def test_a_folder_that_cannot_be_watched_says_why(line, text, words):
    line.is_wanted.setChecked(True)
    line.folder.setText(text)
    assert words in line.problem


def test_changes_are_told_once_when_the_hand_rests(line, qtbot, tmp_path):
    told = []
    line.changed.connect(lambda: told.append(line.folders))
    line.is_wanted.setChecked(True)
    line.folder.setText("/a")
    line.folder.setText(str(tmp_path))
    qtbot.waitUntil(lambda: bool(told))
    assert told == [(tmp_path,)]
