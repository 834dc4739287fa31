"""The window as a whole: its parts know each other, and it closes whatever is running."""

import threading
import time
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
)

from app import settings
from app.core.display import MapDisplay
from app.errors import WriteError
from app.gui.dialogs.axis import AxisDialog, AxisParameters
from app.gui.dialogs.clusters import ClusterChoice
from app.gui.preferences import Preferences
from app.gui.theme import Theme


def test_file_is_opened_shown_mapped_and_exported(
    window, opened, qtbot, scan_file, monkeypatch, tmp_path
):
    scan = opened(scan_file)
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


def test_unreadable_file_is_told_above_the_picture(window, opened, tmp_path):
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"")
    before = window.session.state
    opened(broken)
    assert window.session.state is before
    assert window.message_bar.isVisible()
    assert "broken.npz" in window.message_bar.text
    assert window.jobs.model.rows[0].state == "failed"


def test_several_files_open_the_first_and_say_so(window, qtbot, scan_file):
    with qtbot.waitSignal(window.jobs.idle):
        window.open_files([scan_file, Path("/scans/other.npz")])
    assert window.session.scan.cube.name == "hands"
    assert "other.npz" in window.message_bar.text


def test_given_axis_is_written_at_once_and_a_failure_is_told(
    window, opened, scan_file, monkeypatch
):
    def give_axis(gain_kev):
        window.window_actions.table["axis"].trigger()
        dialog = window.findChildren(AxisDialog)[-1]
        dialog.form.set_values(AxisParameters(0.1, gain_kev))
        dialog.accept()

    opened(scan_file)
    give_axis(0.25)
    known = settings.load()[0].options_for(scan_file)
    assert (known.axis_offset_kev, known.axis_gain_kev) == (0.1, 0.25)
    assert window.message_bar.isHidden()
    refusal = WriteError("Cannot save the settings.", "The disk is full.", "Free some space.")
    monkeypatch.setattr(window.preferences, "save", lambda: refusal)
    give_axis(0.3)
    assert window.message_bar.text.startswith("Cannot save the settings.")


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


def test_theme_is_put_on_and_remembered(window):
    window.set_theme(Theme.LIGHT)
    assert window.preferences.settings.theme == "light"
    assert QApplication.palette().window().color().lightness() > 128


def test_every_visible_control_has_a_name(window, opened, scan_file):
    opened(scan_file)
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


def test_what_was_opened_is_remembered_before_the_window_closes(opened, scan_file):
    opened(scan_file)
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


def test_clusters_come_to_the_front_when_they_are_found(window, opened, qtbot, scan_file):
    opened(scan_file)
    dock = window.docks["clusters"]
    assert dock.isHidden()
    with qtbot.waitSignal(window.jobs.idle, timeout=20_000):
        window.clusters.run(ClusterChoice(numbers="2"))
    assert dock.isVisible()
    assert dock in window.tabifiedDockWidgets(window.docks["maps"])
    assert window.map_view.overlay is not None
    steps = window.history_panel.steps
    assert steps.topLevelItem(steps.topLevelItemCount() - 1).text(0).startswith("cluster")
    window.clusters.panel.choose(1)
    with qtbot.waitSignal(window.jobs.idle, timeout=20_000):
        window.clusters.panel.ask_button.click()
    assert "cluster 2 of 2" in window.pigments.candidates.subject
    window.elements_panel.picker.buttons["Fe"].click()
    assert window.map_view.overlay is None


def test_layout_of_a_version_without_clusters_is_restored(make_window):
    old = make_window()
    old.removeDockWidget(old.docks["clusters"])
    old.show_view("jobs")
    new = make_window()
    assert new.restoreState(old.saveState())
    dock = new.docks["clusters"]
    assert dock.isHidden()
    assert new.docks["jobs"].isVisible()
    new.show_view("clusters")
    assert dock.isVisible()
    assert dock in new.tabifiedDockWidgets(new.docks["maps"])
