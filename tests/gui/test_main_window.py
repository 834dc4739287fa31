"""The window as a whole: its parts know each other, and it closes whatever is running."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAccessible, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
)

from app import settings
from app.core.axis import EnergyAxis
from app.core.display import MapDisplay
from app.gui.dialogs.about import AboutDialog
from app.gui.dialogs.axis import AxisDialog, AxisParameters
from app.gui.job_manager import JobManager
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences
from app.gui.session import Session
from app.gui.theme import Theme


@pytest.fixture
def make_window(qtbot, dark):
    windows = []

    def make(preferences=None):
        window = MainWindow(Session(), JobManager(), preferences or Preferences())
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in windows:
        window.close()
        timers = [timer for timer in window.findChildren(QTimer) if timer.isActive()]
        assert timers == []
        window.deleteLater()


@pytest.fixture
def window(make_window):
    return make_window()


@pytest.fixture
def scan_file(tmp_path):
    """A scan as its scanner's software saves it: 5 rows, 7 columns, 64 channels."""
    counts = np.zeros((5, 7, 64), np.uint16)
    counts[:, :, 32] = np.arange(1, 6)[:, None]
    path = tmp_path / "hands.npz"
    np.savez(path, cube=counts, kev_slope=0.2, kev_offset=0.0)
    return path


def opened(window, qtbot, path):
    with qtbot.waitSignal(window.jobs.idle):
        window.open_files([path])
    return window.session.scan


def test_file_is_opened_shown_mapped_and_exported(window, qtbot, scan_file, monkeypatch, tmp_path):
    scan = opened(window, qtbot, scan_file)
    assert scan.cube.rows == 5
    assert window.windowTitle() == "hands – Velatura"
    assert not window.map_view.is_empty
    window.elements_panel.picker.buttons["Fe"].click()
    assert window.session.window_title == "Fe Kα"
    window.window_actions.table["keep"].trigger()
    assert window.maps_panel.model.rowCount() == 1
    target = tmp_path / "iron.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(target), ""))
    with qtbot.waitSignal(window.exporter.written):
        window.window_actions.table["export_map"].trigger()
    assert target.stat().st_size > 0
    assert window.message_bar.text.startswith("Saved iron.csv")


def test_unreadable_file_is_told_above_the_picture(window, qtbot, tmp_path):
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"")
    before = window.session.state
    opened(window, qtbot, broken)
    assert window.session.state is before
    assert window.message_bar.isVisible()
    assert "broken.npz" in window.message_bar.text
    assert window.jobs.model.rows[0].state == "failed"


def test_several_files_open_the_first_and_say_so(window, qtbot, scan_file):
    with qtbot.waitSignal(window.jobs.idle):
        window.open_files([scan_file, Path("/scans/other.npz")])
    assert window.session.scan.cube.name == "hands"
    assert "other.npz" in window.message_bar.text


def test_dropped_file_is_opened(window, qtbot, scan_file):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(scan_file))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(window.jobs.idle):
        window.dropEvent(event)
    assert window.session.scan.cube.name == "hands"


def test_file_dialog_opens_what_was_chosen(window, qtbot, scan_file, monkeypatch):
    asked = []

    def ask(parent, title, folder, filters):
        asked.append(filters)
        return str(scan_file), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    with qtbot.waitSignal(window.jobs.idle):
        window.window_actions.table["open"].trigger()
    assert window.session.scan.cube.name == "hands"
    assert "*.npz" in asked[0]
    assert window.preferences.settings.last_open_folder == str(scan_file.parent)


def test_recent_files_are_offered_and_forgotten_when_gone(window, qtbot, scan_file):
    opened(window, qtbot, scan_file)
    recent = window.window_actions.recent
    recent.fill()
    (action,) = recent._menu.actions()
    assert action.data() == str(scan_file)
    scan_file.unlink()
    action.trigger()
    assert "no longer there" in window.message_bar.text
    assert window.preferences.settings.recent_files == ()


def test_axis_can_be_given_and_taken_back(window, qtbot, scan_file):
    opened(window, qtbot, scan_file)
    window.window_actions.table["axis"].trigger()
    (dialog,) = window.findChildren(AxisDialog)
    dialog.form.set_values(AxisParameters(0.1, 0.25))
    dialog.accept()
    assert window.session.axis == EnergyAxis(0.1, 0.25)
    window.window_actions.table["undo"].trigger()
    assert window.session.axis == EnergyAxis(0.0, 0.2)


def test_element_outside_the_axis_is_told(window, qtbot, scan_file):
    opened(window, qtbot, scan_file)
    window.window_actions.place_line("Sn_Ka")
    assert "keV" in window.message_bar.text
    assert window.session.window == (0, 64)


def test_controls_and_actions_change_the_session(window, qtbot, scan_file):
    opened(window, qtbot, scan_file)
    table = window.window_actions.table
    window.window_actions.display_controls.low.setValue(5.0)
    assert window.session.display == MapDisplay(low_percentile=5.0)
    table["undo"].trigger()
    assert window.window_actions.display_controls.display == MapDisplay()
    table["log"].trigger()
    assert window.session.spectrum_log is False
    table["region_tool"].trigger()
    assert table["region_tool"].isChecked()


def test_theme_is_put_on_and_remembered(window):
    window.set_theme(Theme.LIGHT)
    assert window.preferences.settings.theme == "light"
    assert QApplication.palette().window().color().lightness() > 128


def test_about_opens_without_blocking(window):
    window.window_actions.table["about"].trigger()
    (dialog,) = window.findChildren(AboutDialog)
    assert dialog.isVisible()
    dialog.close()


def test_every_visible_control_has_a_name(window, qtbot, scan_file):
    opened(window, qtbot, scan_file)
    nameless = []
    for kind in (QAbstractButton, QComboBox, QAbstractSpinBox):
        for widget in window.findChildren(kind):
            if widget.isVisible() and widget.objectName() != "qt_toolbar_ext_button":
                interface = QAccessible.queryAccessibleInterface(widget)
                if not interface.text(QAccessible.Text.Name) and not widget.toolTip():
                    nameless.append(widget)
    assert nameless == []


def test_window_fits_a_small_screen(window):
    size = window.minimumSizeHint()
    assert size.width() <= 1024
    assert size.height() <= 700


def test_closing_saves_the_settings_and_the_windows_place(make_window):
    window = make_window()
    window.session.set_display(MapDisplay("grey", low_percentile=2.0))
    window.session.set_spectrum_log(False)
    window.docks["history"].hide()
    window.close()
    kept = settings.load()[0]
    assert (kept.colour_map, kept.low_percentile, kept.spectrum_log) == ("grey", 2.0, False)
    again = make_window(Preferences(kept))
    assert again.docks["history"].isHidden()


def test_what_was_opened_is_remembered_before_the_window_closes(window, qtbot, scan_file):
    opened(window, qtbot, scan_file)
    assert settings.load()[0].recent_files == (str(scan_file),)


def test_private_window_keeps_nothing(make_window, user_folders):
    make_window(Preferences(is_kept=False)).close()
    assert [path for path in user_folders.rglob("*") if path.is_file()] == []


def test_closing_during_a_job_takes_less_than_three_seconds(make_window):
    window = make_window()
    started, release = threading.Event(), threading.Event()

    def work(context):
        started.set()
        while not release.wait(0.01):
            context.check()

    window.jobs.submit("long", work)
    assert started.wait(5)
    begin = time.monotonic()
    assert window.close()
    assert time.monotonic() - begin < 3
    release.set()
