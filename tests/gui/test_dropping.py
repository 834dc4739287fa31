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


def test_dropped_network_is_listed_beside_the_open_scan(window, qtbot, tmp_path, make_network):
    path = tmp_path / "mine.onnx"
    path.write_bytes(make_network())
    window.show()
    with qtbot.waitSignal(window.jobs.idle, timeout=20_000):
        window.open_files([path])
    assert window.docks["recolour"].isVisible()
    assert window.recolouring.panel.models.selected.name == "mine"
    assert window.session.scan is None


def test_network_dropped_with_a_scan_leaves_the_scan_to_be_opened(
    window, qtbot, tmp_path, make_network, scan_file
):
    path = tmp_path / "mine.onnx"
    path.write_bytes(make_network())
    with qtbot.waitSignal(window.jobs.idle, timeout=20_000):
        window.open_files([path, scan_file])
    assert window.session.scan is not None
    assert "mine" in {row.name for row in window.recolouring.panel.models.rows}
