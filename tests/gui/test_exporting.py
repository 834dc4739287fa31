"""What is on screen can be taken home."""

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.core.region import Region
from app.gui.exporting import Exporter
from app.gui.job_manager import JobManager
from app.gui.preferences import Preferences
from app.gui.session import Session


class Parts:
    """An exporter with what it needs, and the answer of the file dialog."""

    def __init__(self, qtbot, scan):
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.session = Session()
        self.session.open_scan(scan)
        self.session.set_window(31, 34)
        self.jobs = JobManager()
        self.preferences = Preferences()
        self.exporter = Exporter(self.session, self.jobs, self.preferences, self.window)
        self.asked = []
        self.answer = ("", "")

    def ask(self, parent, title, start, filters, first):
        self.asked.append((title, start, filters))
        return str(self.answer[0]), self.answer[1]


@pytest.fixture
def parts(qtbot, make_scan, monkeypatch):
    parts = Parts(qtbot, make_scan())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", parts.ask)
    yield parts
    assert parts.jobs.close()


@pytest.mark.parametrize("suffix", [".png", ".tif", ".csv"])
def test_map_is_written_in_each_format(parts, qtbot, tmp_path, suffix):
    parts.answer = (tmp_path / f"iron{suffix}", "")
    with qtbot.waitSignal(parts.exporter.written) as told:
        parts.exporter.export_map()
    assert told.args == [tmp_path / f"iron{suffix}"]
    assert (tmp_path / f"iron{suffix}").stat().st_size > 0
    assert parts.preferences.settings.last_export_folder == str(tmp_path)


def test_suffix_of_the_chosen_filter_is_added(parts, qtbot, tmp_path):
    parts.answer = (tmp_path / "iron", "Counts as TIFF (*.tif *.tiff)")
    with qtbot.waitSignal(parts.exporter.written) as told:
        parts.exporter.export_map()
    assert told.args == [tmp_path / "iron.tif"]


@pytest.fixture
def asked_to_replace(monkeypatch):
    """What was asked about replacing files; answered with No unless told."""
    asked = []

    def ask(parent, title, text):
        asked.append(text)
        return answers[0]

    answers = [QMessageBox.StandardButton.No]
    monkeypatch.setattr(QMessageBox, "question", ask)
    return asked, answers


def test_file_that_the_dialog_did_not_ask_about_is_asked_about(
    parts, qtbot, tmp_path, asked_to_replace
):
    asked, answers = asked_to_replace
    (tmp_path / "iron.png").write_text("old")
    parts.answer = (tmp_path / "iron", "Picture with scale (*.png)")
    parts.exporter.export_map()
    assert "iron.png exists already" in asked[0]
    assert parts.jobs.model.rowCount() == 0
    assert (tmp_path / "iron.png").read_text() == "old"
    answers[0] = QMessageBox.StandardButton.Yes
    with qtbot.waitSignal(parts.exporter.written):
        parts.exporter.export_map()
    assert (tmp_path / "iron.png").read_bytes().startswith(b"\x89PNG")


def test_counts_beside_a_ripple_header_are_asked_about(parts, tmp_path, asked_to_replace):
    (tmp_path / "copy.raw").write_text("old")
    parts.answer = (tmp_path / "copy.rpl", "")
    parts.exporter.export_cube()
    assert "copy.raw" in asked_to_replace[0][0]
    assert (tmp_path / "copy.raw").read_text() == "old"
    assert parts.jobs.model.rowCount() == 0


def test_file_that_the_dialog_asked_about_is_replaced(parts, qtbot, tmp_path, asked_to_replace):
    (tmp_path / "iron.png").write_text("old")
    parts.answer = (tmp_path / "iron.png", "")
    with qtbot.waitSignal(parts.exporter.written):
        parts.exporter.export_map()
    assert asked_to_replace[0] == []
    assert (tmp_path / "iron.png").read_bytes().startswith(b"\x89PNG")


def test_suggested_name_says_what_it_is(parts):
    parts.session.place_line("Fe")
    parts.exporter.export_map()
    assert parts.asked[0][1].endswith("hands_Fe_Ka.png")


def test_dismissed_dialog_writes_nothing(parts):
    parts.exporter.export_map()
    parts.exporter.export_cube()
    parts.exporter.export_spectrum()
    assert parts.jobs.model.rowCount() == 0


def test_all_kept_maps_go_into_one_file(parts, qtbot, tmp_path):
    parts.exporter.export_maps()
    assert parts.asked == []
    parts.session.keep_map()
    parts.answer = (tmp_path / "maps.h5", "")
    with qtbot.waitSignal(parts.exporter.written):
        parts.exporter.export_maps()
    assert (tmp_path / "maps.h5").stat().st_size > 0


@pytest.mark.parametrize("suffix", [".csv", ".png"])
def test_spectra_shown_are_written(parts, qtbot, tmp_path, suffix):
    parts.session.set_pixel((1, 2))
    parts.session.set_region(Region(0, 2, 0, 2))
    parts.answer = (tmp_path / f"spectrum{suffix}", "")
    with qtbot.waitSignal(parts.exporter.written):
        parts.exporter.export_spectrum()
    if suffix == ".csv":
        text = (tmp_path / "spectrum.csv").read_text()
        assert "pixel_1_2" in text
        assert "region" in text


@pytest.mark.parametrize("suffix", [".h5", ".rpl"])
def test_cube_is_written(parts, qtbot, tmp_path, suffix):
    parts.answer = (tmp_path / f"copy{suffix}", "")
    with qtbot.waitSignal(parts.exporter.written):
        parts.exporter.export_cube()
    assert (tmp_path / f"copy{suffix}").stat().st_size > 0


def test_kept_maps_never_replace_the_scan_itself(parts, qtbot, own_scan):
    path, scan = own_scan
    before = path.read_bytes()
    parts.session.open_scan(scan)
    parts.session.set_window(31, 34)
    parts.session.keep_map()
    parts.answer = (path, "")
    with qtbot.waitSignal(parts.jobs.failed) as told:
        parts.exporter.export_maps()
    assert told.args[0].message.endswith("is the scan that is read.")
    assert path.read_bytes() == before
