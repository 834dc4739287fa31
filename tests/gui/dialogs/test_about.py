"""The about and report dialogs show what they were given."""

from PySide6.QtWidgets import QApplication

import app
from app.gui.dialogs.about import AboutDialog
from app.gui.dialogs.report import ReportDialog


def test_about_shows_versions_and_licences(qtbot):
    dialog = AboutDialog("Python 3.11")
    qtbot.addWidget(dialog)
    assert dialog.details.startswith("Python 3.11")
    assert "SIL OPEN FONT LICENSE" in dialog.details.upper()
    assert app.__version__


def test_report_can_be_copied(qtbot):
    dialog = ReportDialog("it broke", "Python 3.11", "Traceback: line 1")
    qtbot.addWidget(dialog)
    dialog.copy()
    assert QApplication.clipboard().text() == "Python 3.11\n\nTraceback: line 1"
