"""What a user comes for, from opening the sample to the files taken home."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from app import paths
from app.core.maps import Roi, elemental_map
from app.core.region import Region
from app.gui.job_manager import JobManager
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences
from app.gui.session import Session


class User:
    """One who opens scans, triggers actions and answers the file dialogs."""

    def __init__(self, qtbot, monkeypatch, folder):
        self._qtbot = qtbot
        self._folder = folder
        self._answer = ""
        self.window = MainWindow(Session(), JobManager(), Preferences(is_kept=False))
        self.session = self.window.session
        self.table = self.window.window_actions.table
        self.window.show()
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (self._answer, ""))

    def opens(self, path):
        with self._qtbot.waitSignal(self.window.jobs.idle):
            self.window.open_files([path])
        return self.session.scan

    def takes_home(self, action, name):
        target = self._folder / name
        self._answer = str(target)
        with self._qtbot.waitSignal(self.window.exporter.written):
            self.table[action].trigger()
        return target

    def clicks_element(self, symbol):
        self.window.elements_panel.picker.buttons[symbol].click()


@pytest.fixture
def user(qtbot, dark, monkeypatch, tmp_path):
    user = User(qtbot, monkeypatch, tmp_path)
    yield user
    user.window.close()
    user.window.deleteLater()


def test_sample_is_opened_by_the_button_of_the_empty_window(user, qtbot):
    with qtbot.waitSignal(user.window.jobs.idle):
        user.window.map_view.sample_requested.emit()
    assert user.session.scan.cube.name == "sample"
    assert user.window.spectrum_view.readout.startswith("Choose an element")
    found = [
        name
        for name, button in user.window.elements_panel.picker.buttons.items()
        if button.is_found
    ]
    assert {"Cu", "Pb", "Fe", "Ca"} <= set(found)


def test_elements_are_mapped_kept_and_taken_home(user):
    scan = user.opens(paths.sample_scan())
    for symbol in ("Fe", "Cu", "Pb"):
        user.clicks_element(symbol)
        user.table["keep"].trigger()
    names = [kept.name for kept in user.session.kept]
    assert names[:2] == ["Fe Kα", "Cu Kα"]
    user.window.map_view.region_drawn.emit(Region(10, 20, 30, 50))
    user.window.map_view.pixel_clicked.emit(5, 7)
    shown = user.session.current_map()
    assert shown.counts.shape == (scan.cube.rows, scan.cube.cols)
    assert user.takes_home("export_map", "lead.png").read_bytes().startswith(b"\x89PNG")
    assert user.takes_home("export_map", "lead.tif").stat().st_size > shown.counts.size * 4
    table = user.takes_home("export_map", "lead.csv").read_text(encoding="utf-8")
    rows = [line for line in table.splitlines() if line and line[0].isdigit()]
    assert np.array_equal(np.loadtxt(rows, delimiter=","), shown.counts)
    spectra = user.takes_home("export_spectrum", "spectra.csv").read_text(encoding="utf-8")
    assert "pixel_5_7" in spectra
    assert "region" in spectra
    import h5py

    with h5py.File(user.takes_home("export_maps", "maps.h5")) as file:
        stored = []
        file.visititems(lambda name, item: stored.append(item) if hasattr(item, "shape") else None)
        maps = [item[()] for item in stored if item.shape[-2:] == shown.counts.shape]
    assert any(
        np.array_equal(item.reshape(-1, *shown.counts.shape)[-1], shown.counts) for item in maps
    )


@pytest.mark.parametrize("suffix", [".h5", ".rpl"])
def test_cube_taken_home_opens_again_with_the_same_map(user, suffix):
    user.opens(paths.sample_scan())
    user.clicks_element("Cu")
    before = user.session.current_map()
    target = user.takes_home("export_cube", f"copy{suffix}")
    again = user.opens(target)
    assert again.cube.name == "copy"
    after = elemental_map(again, Roi("Cu", before.roi.low_kev, before.roi.high_kev))
    assert np.array_equal(after.counts, before.counts)


def test_everything_is_undone_to_the_empty_window_and_done_again(user):
    begin = user.session.state
    user.opens(paths.sample_scan())
    user.clicks_element("Fe")
    user.table["keep"].trigger()
    user.window.map_view.region_drawn.emit(Region(0, 4, 0, 6))
    user.window.map_view.pixel_clicked.emit(5, 7)
    user.window.window_actions.display_controls.low.setValue(3.0)
    user.table["log"].trigger()
    end, steps = user.session.state, 0
    while user.table["undo"].isEnabled():
        user.table["undo"].trigger()
        steps += 1
    assert steps == 7
    assert user.session.state == begin
    assert user.window.map_view.is_empty
    while user.table["redo"].isEnabled():
        user.table["redo"].trigger()
    assert user.session.state == end
    assert user.window.windowTitle() == "sample – Velatura"


def test_undo_key_takes_back_the_step_of_a_spin_box_that_has_the_keyboard(user, qtbot):
    user.opens(paths.sample_scan())
    qtbot.waitExposed(user.window)
    spin = user.window.window_actions.display_controls.low
    spin.setFocus()
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    assert user.session.display.low_percentile == 1.5
    override = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    )
    override.ignore()
    QApplication.sendEvent(spin, override)
    assert not override.isAccepted()
    qtbot.keyClick(spin, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert user.session.display.low_percentile == 1.0
    assert spin.value() == 1.0
