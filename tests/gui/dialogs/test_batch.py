"""The window for batches: what it says, and what can be done when."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from app.core.parameters import parameter
from app.errors import ReadError
from app.gui.batch_rows import BatchRow, BatchRowsModel
from app.gui.dialogs.batch import BatchDialog
from app.gui.dialogs.batch_tasks import TaskKind


@dataclass(frozen=True)
class Paint:
    layers: int = parameter(2, label="Layers")


@pytest.fixture
def dialog(qtbot):
    model = BatchRowsModel()
    model.set_rows([BatchRow(Path("/scans/a.h5")), BatchRow(Path("/scans/b.h5"))])
    dialog = BatchDialog((TaskKind("paint", "Paint", Paint, ("png",)),), model)
    model.setParent(dialog)
    dialog.close_requested.connect(dialog.hide)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    yield dialog
    dialog.stop()


def test_it_can_be_run_when_nothing_keeps_it_from_that(dialog):
    dialog.show_problem("No folder.")
    assert (dialog.problem.text(), dialog.run.isEnabled()) == ("No folder.", False)
    dialog.show_problem("")
    assert dialog.problem.isHidden()
    assert dialog.run.isEnabled()


def test_while_it_runs_nothing_is_decided(dialog):
    dialog.show_problem("")
    dialog.set_running(True)
    parts = (dialog.tasks, dialog.adding, dialog.load, dialog.run, dialog.retry)
    assert [part.isEnabled() for part in parts] == [False] * 5
    assert dialog.tabs.isEnabled()
    assert dialog.pause.isEnabled()
    assert not dialog.cancel_one.isEnabled()
    dialog.table.selectRow(0)
    assert dialog.cancel_one.isEnabled()
    dialog.set_running(True, is_paused=True)
    assert dialog.pause.text() == "Go on"
    dialog.set_running(False, has_failed=True)
    assert [part.isEnabled() for part in parts] == [True] * 5
    assert not dialog.cancel_one.isEnabled()
    assert dialog.remove.isEnabled()


def test_an_error_stays_until_something_is_changed(dialog, qtbot):
    dialog.show_error(ReadError("Cannot read.", "It is none.", "Choose another."))
    assert dialog.problem.text() == "Cannot read. It is none. Choose another."
    with qtbot.waitSignal(dialog.changed):
        dialog.tasks.add("paint")
    assert dialog.problem.isHidden()


def test_progress_and_offers_take_no_room_while_there_are_none(dialog):
    assert not dialog.bar.isVisible()
    dialog.show_progress(0.25, "1 of 4 scans")
    assert (dialog.bar.value(), dialog.words.text()) == (250, "1 of 4 scans")
    assert not dialog.offer.isVisible()
    dialog.show_offer("A batch did not end.")
    assert dialog.offer.isVisible()
    dialog.show_offer("")
    assert not dialog.offer.isVisible()


@pytest.mark.parametrize(
    ("button", "signal"),
    [
        ("run", "run_requested"),
        ("show_folder", "show_folder_requested"),
        ("load", "load_requested"),
        ("save", "save_requested"),
        ("remove", "remove_requested"),
        ("options", "options_requested"),
    ],
)
def test_buttons_are_wishes(dialog, qtbot, button, signal):
    dialog.show_problem("")
    dialog.table.selectRow(1)
    with qtbot.waitSignal(getattr(dialog, signal)):
        getattr(dialog, button).click()


def test_rows_are_left_alone_while_it_runs(dialog, qtbot):
    told = []
    for signal in (dialog.remove_requested, dialog.options_requested):
        signal.connect(lambda: told.append("row"))
    dialog.dropped.connect(told.append)
    dialog.set_running(True)
    dialog.table.remove_requested.emit()
    dialog.table.options_requested.emit()
    dialog.table.dropped.emit([Path("/a")])
    assert told == []
    dialog.set_running(False)
    dialog.table.remove_requested.emit()
    dialog.table.dropped.emit([Path("/a")])
    assert told == ["row", [Path("/a")]]


def test_escape_and_close_ask_whether_it_may_go(dialog, qtbot):
    dialog.close_requested.disconnect(dialog.hide)
    told = []
    dialog.close_requested.connect(lambda: told.append(1))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.close()
    assert dialog.isVisible()
    assert told == [1, 1]
    dialog.close_requested.connect(dialog.hide)
    assert dialog.close()
    assert dialog.isHidden()


def test_enter_in_a_field_presses_no_button(dialog, qtbot):
    dialog.show_problem("")
    dialog.run_requested.connect(lambda: pytest.fail("Enter ran the batch"))
    dialog.close_requested.connect(lambda: pytest.fail("Enter closed the window"))
    dialog.pattern.setFocus()
    qtbot.keyClick(dialog.pattern, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.close_requested.disconnect()


def test_everything_that_takes_the_keyboard_has_a_name(dialog):
    dialog.tasks.add("paint")
    for page in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(page)
        focusable = [
            widget
            for widget in dialog.findChildren(QWidget)
            if widget.isVisible()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.focusProxy() is None
            and not widget.objectName().startswith("qt_spinbox")
        ]
        assert len(focusable) > 8
        for widget in focusable:
            interface = QAccessible.queryAccessibleInterface(widget)
            parent = widget.parentWidget()
            name = interface.text(QAccessible.Text.Name) or parent.accessibleName()
            assert name or widget is dialog.tabs.tabBar(), widget


def test_it_fits_a_small_screen(dialog):
    dialog.show_offer("A batch did not end.")
    dialog.show_problem("Something is missing that has to be said in quite some words. " * 3)
    assert dialog.minimumSizeHint().width() <= 1280 - 16
    assert dialog.minimumSizeHint().height() <= 800 - 80
