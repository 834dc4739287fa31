"""The report of a mistake in the program can be read, copied and closed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton

from app.gui.dialogs.report import ReportDialog

ENVIRONMENT = "Velatura 1.0\nPython 3.11"
TRACEBACK = "Traceback (most recent call last):\n  <module>\nValueError: it broke\n"


@pytest.fixture
def dialog(qtbot):
    dialog = ReportDialog("it broke in <i>here</i>", ENVIRONMENT, TRACEBACK)
    qtbot.addWidget(dialog)
    return dialog


@pytest.fixture
def clipboard(qapp):
    clipboard = QApplication.clipboard()
    clipboard.setText("something of the user's")
    yield clipboard
    clipboard.clear()


def button(dialog, text):
    return next(item for item in dialog.findChildren(QPushButton) if item.text() == text)


def test_report_holds_versions_then_the_traceback(dialog):
    assert dialog.report == f"{ENVIRONMENT}\n\n{TRACEBACK}"


def test_summary_says_whose_mistake_it_is_and_keeps_markup_as_it_is_written(dialog):
    title, words = dialog.findChildren(QLabel)
    assert title.text() == "Something went wrong in the program."
    assert words.text().startswith("it broke in <i>here</i>\nThis is a mistake in Velatura")
    assert words.textFormat() == Qt.TextFormat.PlainText


def test_report_cannot_be_typed_over(dialog, qtbot):
    before = dialog.report
    qtbot.keyClicks(dialog.findChild(QPlainTextEdit), "typed")
    assert dialog.report == before


def test_clipboard_is_left_alone_until_copy_is_pressed(dialog, clipboard):
    assert clipboard.text() == "something of the user's"
    button(dialog, "Copy").click()
    assert clipboard.text() == dialog.report


def test_copying_leaves_the_report_open_and_close_shuts_it(dialog, clipboard, qtbot):
    with qtbot.waitExposed(dialog):
        dialog.show()
    button(dialog, "Copy").click()
    assert dialog.isVisible()
    box = dialog.findChild(QDialogButtonBox)
    with qtbot.waitSignal(dialog.rejected):
        box.button(QDialogButtonBox.StandardButton.Close).click()
    assert not dialog.isVisible()


def test_closing_the_report_last_does_not_end_the_program(dialog):
    assert not dialog.testAttribute(Qt.WidgetAttribute.WA_QuitOnClose)


def test_report_is_named_for_screen_readers(dialog):
    assert dialog.findChild(QPlainTextEdit).accessibleName() == "Report"
