"""Files, folders and plans are asked for, and how scans are opened."""

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.axis import EnergyAxis
from app.gui.batch_asking import ask_whether_to_go_on, may_be_given_up
from app.gui.dialogs.open import OpenDialog


@pytest.fixture
def batch(window):
    return window.batch


@pytest.fixture
def dialog(batch):
    return batch.open()


@pytest.fixture
def answers(monkeypatch):
    """What the file dialogs answer; each notes where it began."""

    class Answers:
        files, folder, file = (), "", ""
        begun = ()

    answers = Answers()

    def note(value):
        def answer(parent, title, start, *_):
            answers.begun = (*answers.begun, start)
            return getattr(answers, value)

        return answer

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a: (note("files")(*a), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", note("folder"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a: (note("file")(*a), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (note("file")(*a), ""))
    return answers


def settled(batch, qtbot):
    qtbot.waitUntil(lambda: not batch.scans.is_looking, timeout=20_000)


def test_files_and_folders_are_added_and_their_place_remembered(
    batch, dialog, answers, scan_file, window, qtbot
):
    dialog.files_requested.emit()
    dialog.folder_requested.emit()
    assert batch.scans.inputs == ()
    answers.files = [str(scan_file)]
    dialog.files_requested.emit()
    answers.folder = str(scan_file.parent)
    dialog.folder_requested.emit()
    settled(batch, qtbot)
    assert [item.path for item in batch.scans.inputs] == [str(scan_file)]
    assert answers.begun[-1] == str(scan_file.parent)
    assert window.preferences.settings.last_open_folder == str(scan_file.parent)


def test_a_folder_for_results_is_chosen(dialog, answers, tmp_path, window):
    answers.folder = str(tmp_path)
    dialog.output.browse.click()
    assert dialog.output.folder.text() == str(tmp_path)
    assert window.preferences.settings.last_export_folder == str(tmp_path)


def test_plans_are_named_as_plans(dialog, answers, tmp_path, batch, scan_file, qtbot):
    batch.scans.add([scan_file])
    settled(batch, qtbot)
    answers.file = str(tmp_path / "cross")
    dialog.save.click()
    assert (tmp_path / "cross.velatura-batch.json").is_file()
    batch.scans.set_inputs(())
    answers.file = str(tmp_path / "cross.velatura-batch.json")
    dialog.load.click()
    assert [item.path for item in batch.scans.inputs] == [str(scan_file)]
    settled(batch, qtbot)


def test_how_chosen_scans_are_opened_is_asked_once_for_all(batch, dialog, qtbot, tmp_path, answers):
    for name in "ab":
        np.save(tmp_path / f"{name}.npy", np.ones((12, 32), np.uint16))
    batch.scans.add([tmp_path])
    settled(batch, qtbot)
    dialog.table.selectAll()
    dialog.options.click()
    (asked,) = dialog.findChildren(OpenDialog)
    dialog.options.click()
    asked._rows.setValue(4)
    asked._cols.setValue(3)
    asked.accept()
    settled(batch, qtbot)
    assert {(item.rows, item.cols) for item in batch.scans.inputs} == {(4, 3)}
    assert [row.problem for row in batch.scans.model.rows] == ["", ""]
    dialog.remove.click()
    assert batch.scans.inputs == ()


def test_what_is_no_scan_has_nothing_to_choose(batch, dialog, qtbot, tmp_path):
    (tmp_path / "a.npz").write_bytes(b"none")
    batch.scans.add([tmp_path])
    settled(batch, qtbot)
    dialog.table.selectAll()
    dialog.options.click()
    assert "There is nothing to choose in a.npz." in dialog.problem.text()


def test_options_given_before_are_shown(batch, dialog, qtbot, scan_file):
    batch.scans.add([scan_file])
    settled(batch, qtbot)
    axis = EnergyAxis(0.5, 0.1)
    batch.scans.set_options([0], dataset=None, detector="sum", axis=axis, rows=None, cols=None)
    settled(batch, qtbot)
    dialog.table.selectAll()
    dialog.table.options_requested.emit()
    (asked,) = dialog.findChildren(OpenDialog)
    assert asked.values().axis == axis
    asked.reject()
    assert batch.scans.inputs[0].axis == axis


@pytest.mark.parametrize("button", ["Yes", "No"])
def test_a_batch_is_given_up_when_the_user_says_so(qtbot, monkeypatch, button):
    window = QWidget()
    qtbot.addWidget(window)
    answer = QMessageBox.StandardButton[button]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answer)
    assert may_be_given_up(window) is (button == "Yes")


@pytest.mark.parametrize(
    ("text", "done"), [("Go on", ["go on"]), ("Stop the batch", ["stop"]), ("Cancel", [])]
)
def test_a_closed_window_lets_its_batch_go_on_or_stops_it(qtbot, text, done):
    window, told = QWidget(), []
    qtbot.addWidget(window)
    window.show()
    ask_whether_to_go_on(window, lambda: told.append("go on"), lambda: told.append("stop"))
    (box,) = window.findChildren(QMessageBox)
    next(item for item in box.buttons() if item.text().replace("&", "") == text).click()
    assert told == done
