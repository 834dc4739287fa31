"""What goes wrong is told once, in words, and the program stays open."""

import logging
import sys
import threading

import pytest
from PySide6.QtCore import qWarning

from app import paths
from app.errors import ReadError
from app.gui import messages
from app.gui.messages import (
    ErrorReporter,
    MessageBar,
    environment,
    qt_messages_logged,
    start_logging,
)


@pytest.fixture
def reporter(qtbot):
    reporter = ErrorReporter()
    yield reporter
    if reporter.dialog is not None:
        reporter.dialog.close()
        reporter.dialog.deleteLater()


def error_of(message):
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


def test_bar_is_hidden_until_there_is_something_to_tell(qtbot, caplog):
    bar = MessageBar()
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.show_error(ReadError("Cannot open this cube.", "a.h5: it is empty.", "Copy it again."))
    assert not bar.isHidden()
    assert bar.text == "Cannot open this cube. a.h5: it is empty.\nCopy it again."
    assert "a.h5: it is empty. Copy it again." in caplog.text


def test_bar_shows_plain_messages_too(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show_message("Saved map.png")
    assert bar.text == "Saved map.png"


def test_unknown_error_is_shown_with_its_traceback(reporter, qtbot):
    reporter.report(error_of("it broke"))
    assert "ValueError: it broke" in reporter.dialog.report
    assert "Velatura" in reporter.dialog.report
    assert reporter.dialog.isVisible()
    assert not reporter.dialog.isModal()


def test_same_error_twice_in_a_row_is_shown_once(reporter, qtbot):
    error = error_of("it broke")
    reporter.report(error)
    first = reporter.dialog
    with qtbot.assertNotEmitted(reporter.reported):
        reporter.report(error)
    assert reporter.dialog is first
    with qtbot.waitSignal(reporter.reported):
        reporter.report(error_of("something else"))


def test_errors_of_all_threads_end_in_the_report(reporter, qtbot):
    before = sys.excepthook, threading.excepthook
    reporter.install()
    try:
        with qtbot.waitSignal(reporter.reported):
            error = error_of("main thread")
            sys.excepthook(type(error), error, error.__traceback__)
        assert "main thread" in reporter.dialog.report
        with qtbot.waitSignal(reporter.reported):
            threading.Thread(target=lambda: 1 // 0).start()
        assert "ZeroDivisionError" in reporter.dialog.report
    finally:
        reporter.remove()
    assert (sys.excepthook, threading.excepthook) == before


def test_what_qt_says_goes_to_the_log(qapp, caplog, capfd):
    with caplog.at_level(logging.INFO), qt_messages_logged():
        qWarning("something odd")
    assert "something odd" in caplog.text
    assert "something odd" not in capfd.readouterr().err


def test_environment_names_versions():
    text = environment()
    assert "Velatura" in text
    assert "PySide" in text


def test_log_goes_into_the_users_folder(qapp):
    root = logging.getLogger("app")
    before, level = list(root.handlers), root.level
    try:
        path = start_logging()
        assert start_logging() == path
        assert path == paths.log_dir() / "velatura.log"
        logging.getLogger("app.gui").warning("something was told")
        assert "something was told" in path.read_text()
        assert len(root.handlers) == len(before) + 1
    finally:
        for handler in root.handlers[len(before) :]:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)


def test_news_leave_by_themselves_and_failures_stay(qtbot, monkeypatch):
    monkeypatch.setattr(messages, "MESSAGE_MS", 1)
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show_message("Saved iron.png")
    qtbot.waitUntil(bar.isHidden)
    bar.show_message("Saved iron.png")
    bar.show_error(ReadError("Cannot open this cube.", "hands.npz: it is empty."))
    assert not bar._leaving.isActive()
    assert not bar.isHidden()
