"""Files dropped onto the window are read, never moved."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from app.gui.job_manager import JobManager
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences
from app.gui.session import Session

MOVE_OR_COPY = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot, dark):
    window = MainWindow(Session(), JobManager(), Preferences(is_kept=False))
    yield window
    window.close()
    window.deleteLater()


def test_offer_to_move_a_file_is_answered_by_a_copy(window, monkeypatch):
    opened = []
    monkeypatch.setattr(window, "open_files", opened.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/scans/hands.npz"), QUrl("https://example.org/a.npz")])
    enter = QDragEnterEvent(QPoint(50, 50), MOVE_OR_COPY, data, LEFT, NONE)
    enter.setDropAction(Qt.DropAction.MoveAction)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    assert enter.dropAction() == Qt.DropAction.CopyAction
    drop = QDropEvent(QPointF(50, 50), MOVE_OR_COPY, data, LEFT, NONE)
    drop.setDropAction(Qt.DropAction.MoveAction)
    window.dropEvent(drop)
    assert drop.dropAction() == Qt.DropAction.CopyAction
    assert opened == [[Path("/scans/hands.npz")]]


def test_what_is_no_file_is_not_taken(window):
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.npz")])
    enter = QDragEnterEvent(QPoint(50, 50), MOVE_OR_COPY, data, LEFT, NONE)
    enter.ignore()
    window.dragEnterEvent(enter)
    assert not enter.isAccepted()
