"""A recoloured picture is taken home with what it is, and scored."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.provenance import Step
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.gui.dialogs.colour_scores import ColourScoresDialog
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.recolour_saving import RecolourSaving


class Parts:
    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.jobs = JobManager()
        self.failures = []
        self.jobs.failed.connect(self.failures.append)
        self.jobs.crashed.connect(self.failures.append)
        self.saving = RecolourSaving(self.jobs, Preferences(), self.window)
        self.written = []
        self.saving.written.connect(self.written.append)

    def wait(self, act):
        with self.qtbot.waitSignal(self.jobs.idle, timeout=20_000):
            act()


@pytest.fixture
def parts(qtbot):
    parts = Parts(qtbot)
    yield parts
    parts.jobs.close()


@pytest.fixture
def found(recolour_card):
    rgb = np.full((5, 7, 3), 0.4, np.float32)
    steps = (Step("recolour", {"model": "Four channels", "sha256": "ab" * 32}),)
    variance = np.full((5, 7), -4.0, np.float32)
    region = Region(0, 5, 0, 7)
    return Recoloured(rgb, variance, None, None, recolour_card(), "cpu", region, steps)


def choose(monkeypatch, path, used=""):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), used))


def test_picture_says_what_it_is(parts, found, make_scan, tmp_path, monkeypatch):
    target = tmp_path / "out.png"
    choose(monkeypatch, target)
    parts.wait(lambda: parts.saving.export(found, make_scan(), is_stamped=True))
    assert parts.failures == []
    assert parts.written == [target]
    with Image.open(target) as picture:
        words = " ".join(map(str, picture.info.values())).casefold()
        stamped = picture.size
    assert "predicted colour" in words
    assert "four channels" in words
    assert (tmp_path / "out_uncertainty.png").exists()
    choose(monkeypatch, tmp_path / "plain.png")
    parts.wait(lambda: parts.saving.export(found, make_scan(), is_stamped=False))
    with Image.open(tmp_path / "plain.png") as picture:
        assert picture.size == (7, 5)
    assert stamped != (7, 5)


def test_name_without_a_suffix_gets_the_one_chosen(parts, found, make_scan, tmp_path, monkeypatch):
    choose(monkeypatch, tmp_path / "out", "All predicted maps, HDF5 (*.h5)")
    parts.wait(lambda: parts.saving.export(found, make_scan(), is_stamped=False))
    assert parts.written == [tmp_path / "out.h5"]
    assert not (tmp_path / "out_uncertainty.h5").exists()


def test_scan_itself_is_never_replaced(parts, found, own_scan, monkeypatch):
    path, scan = own_scan
    before = path.read_bytes()
    choose(monkeypatch, path)
    parts.wait(lambda: parts.saving.export(found, scan, is_stamped=False))
    assert [error.message for error in parts.failures] == [f"{path} is the scan that is read."]
    assert parts.written == []
    assert path.read_bytes() == before


def test_uncertainty_that_is_there_is_replaced_only_on_wish(
    parts, found, make_scan, tmp_path, monkeypatch
):
    (tmp_path / "out_uncertainty.png").write_bytes(b"mine")
    choose(monkeypatch, tmp_path / "out.png")
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    parts.saving.export(found, make_scan(), is_stamped=False)
    assert not parts.jobs.has_any
    assert (tmp_path / "out_uncertainty.png").read_bytes() == b"mine"


def test_dismissed_dialog_writes_nothing(parts, found, make_scan, monkeypatch):
    choose(monkeypatch, "")
    parts.saving.export(found, make_scan(), is_stamped=False)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    parts.saving.score(found, make_scan())
    assert not parts.jobs.has_any


def test_scores_against_a_photograph_are_shown(parts, found, make_scan, tmp_path, monkeypatch):
    photo = tmp_path / "photo.png"
    Image.fromarray(np.full((5, 7, 3), 102, np.uint8)).save(photo)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(photo), ""))
    parts.wait(lambda: parts.saving.score(found, make_scan()))
    assert parts.failures == []
    (dialog,) = parts.window.findChildren(ColourScoresDialog)
    texts = {
        dialog.table.topLevelItem(place).text(0): dialog.table.topLevelItem(place).text(1)
        for place in range(dialog.table.topLevelItemCount())
    }
    assert float(texts["ΔE2000, mean"]) == pytest.approx(0, abs=1e-3)
    dialog.close()


def test_picture_of_another_shape_is_told(parts, found, make_scan, tmp_path, monkeypatch):
    photo = tmp_path / "photo.png"
    Image.fromarray(np.full((9, 7, 3), 102, np.uint8)).save(photo)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(photo), ""))
    parts.wait(lambda: parts.saving.score(found, make_scan()))
    assert [error.title for error in parts.failures] == [
        "This picture does not show what was scanned."
    ]
