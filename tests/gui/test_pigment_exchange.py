"""Pigments come in and go out through files, and clashes are asked about."""

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from app.core.axis import EnergyAxis
from app.core.pigments import PigmentSpectrum, SpectrumKind
from app.engine.pigment_libraries import export
from app.gui.dialogs.pigment_import import KEEP_BOTH
from app.gui.job_manager import JobManager
from app.gui.pigment_desk import PigmentDesk
from app.gui.pigment_exchange import PigmentExchange, is_pigments_file
from app.gui.pigment_models import SHIPPED
from app.gui.preferences import Preferences
from app.io import formats
from app.io.pigment_files import read_pigments
from app.io.pigment_store import PigmentStore


@pytest.fixture
def desk(qapp, libraries):
    desk = PigmentDesk(libraries)
    yield desk
    desk.stop()


@pytest.fixture
def jobs(qapp):
    jobs = JobManager()
    yield jobs
    assert jobs.close(5.0)


@pytest.fixture
def exchange(desk, jobs, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    exchange = PigmentExchange(desk, jobs, Preferences(is_kept=False), window)
    exchange.window = window  # held as long as the exchange
    return exchange


@pytest.fixture
def told(exchange, desk):
    told = []
    exchange.told.connect(lambda title, text: told.append(f"{title} {text}".strip()))
    for part in (exchange, desk):
        part.failed.connect(lambda error: told.append(error.title))
    return told


@pytest.fixture
def archive(tmp_path, make_pigment):
    """A file of two pigments, ochre and smalt."""
    target = tmp_path / "given.pigments.zip"
    export((make_pigment("Ochre"), make_pigment("Smalt", "SiO2")), target)
    return target


def answer(monkeypatch, name, path, used=""):
    monkeypatch.setattr(QFileDialog, name, lambda *args: (str(path), used))


def read(exchange, jobs, path, qtbot):
    with qtbot.waitSignal(jobs.idle):
        exchange.import_file(path)
    return exchange.dialog


def names(desk):
    return sorted(row.pigment.name for row in desk.rows)


def test_chosen_file_is_read_and_its_pigments_taken_in(
    exchange, desk, jobs, archive, told, monkeypatch, qtbot
):
    answer(monkeypatch, "getOpenFileName", archive)
    with qtbot.waitSignal(jobs.idle):
        exchange.ask_import()
    exchange.dialog.accept()
    assert names(desk) == ["Azurite", "Madder lake", "Ochre", "Smalt"]
    assert told == ["2 pigments were taken in."]
    assert exchange.dialog is None
    desk.undo()
    assert names(desk) == ["Azurite", "Madder lake"]


def test_dismissed_file_dialog_does_nothing(exchange, jobs, monkeypatch):
    answer(monkeypatch, "getOpenFileName", "")
    exchange.ask_import()
    assert not jobs.has_any


def test_dismissed_question_takes_nothing_in(exchange, desk, jobs, archive, told, qtbot):
    read(exchange, jobs, archive, qtbot).reject()
    assert names(desk) == ["Azurite", "Madder lake"]
    assert told == []


def test_clash_is_settled_as_answered(
    exchange, desk, jobs, archive, libraries, make_pigment, qtbot
):
    own = libraries.create("Mock-ups", (make_pigment("Ochre", density_g_cm3=1.0),))
    desk.show_library(str(own.path))
    dialog = read(exchange, jobs, archive, qtbot)
    assert dialog.clash_count == 1
    dialog.ways[KEEP_BOTH].setChecked(True)
    dialog.accept()
    assert names(desk) == ["Ochre", "Ochre (2)", "Smalt"]


def test_pigments_left_out_are_counted(
    exchange, desk, jobs, archive, libraries, make_pigment, told, qtbot
):
    libraries.create("Mock-ups", (make_pigment("Ochre"),))
    read(exchange, jobs, archive, qtbot).accept()
    assert told == ["1 pigments were taken in. 1 were left out."]


def test_library_file_can_be_used_where_it_lies(
    exchange, desk, jobs, told, make_pigment, tmp_path, qtbot
):
    shared = PigmentStore.create(
        tmp_path / "share.pigments", "Of the institute", pigments=(make_pigment("Smalt", "SiO2"),)
    )
    dialog = read(exchange, jobs, shared.path, qtbot)
    assert dialog.values().is_listed
    dialog.accept()
    assert desk.entry(desk.shown).title == "Of the institute"
    assert names(desk) == ["Smalt"]
    assert told[0].startswith("“Of the institute” is on the list of libraries.")


def test_file_that_is_no_library_is_told_and_nothing_asked(exchange, jobs, tmp_path, qtbot):
    broken = tmp_path / "broken.pigments.zip"
    broken.write_bytes(b"no archive")
    with qtbot.waitSignal(jobs.failed) as failed:
        exchange.import_file(broken)
    assert "broken.pigments.zip" in str(failed.args[0])
    assert exchange.dialog is None


def test_second_file_takes_the_place_of_the_first_question(exchange, jobs, archive, qtbot):
    first = read(exchange, jobs, archive, qtbot)
    second = read(exchange, jobs, archive, qtbot)
    assert second is not first
    assert exchange.dialog is second


def test_libraries_are_merged(exchange, desk, libraries, make_pigment, qtbot):
    own = libraries.create("Mock-ups", (make_pigment("Ochre"),))
    desk.show_library(str(own.path))
    exchange.ask_merge()
    (dialog,) = exchange.window.findChildren(QInputDialog)
    assert dialog.comboBoxItems() == ["Velatura"]
    dialog.accept()
    exchange.dialog.accept()
    assert names(desk) == ["Azurite", "Madder lake", "Ochre"]


def test_new_library_is_asked_for_by_name(exchange, desk):
    exchange.ask_new_library()
    (dialog,) = exchange.window.findChildren(QInputDialog)
    dialog.setTextValue("Mock-ups 2024")
    dialog.accept()
    assert desk.entry(desk.shown).title == "Mock-ups 2024"


@pytest.mark.parametrize("suffix", [".pigments.zip", ".pigments", ".csv"])
def test_library_is_written_in_every_format(
    exchange, desk, jobs, tmp_path, monkeypatch, suffix, qtbot
):
    target = tmp_path / f"out{suffix}"
    desk.show_library(SHIPPED)
    answer(monkeypatch, "getSaveFileName", target)
    with qtbot.waitSignal(exchange.written) as written:
        exchange.export_library()
    assert written.args == [target]
    assert [item.name for item in read_pigments(target).pigments] == ["Azurite", "Madder lake"]


def test_json_goes_into_a_folder_with_a_file_for_each_spectrum(
    exchange, desk, libraries, make_pigment, tmp_path, monkeypatch, qtbot
):
    counts = np.ones(5, np.float32)
    spectrum = PigmentSpectrum("M6", SpectrumKind.MEASURED, EnergyAxis(0, 0.02), counts)
    own = libraries.create("Mock-ups", (make_pigment("Ochre", spectra=(spectrum,)),))
    desk.show_library(str(own.path))
    answer(monkeypatch, "getSaveFileName", tmp_path / "out.json")
    with qtbot.waitSignal(exchange.written) as written:
        exchange.export_library()
    assert written.args == [tmp_path / "out" / "out.json"]
    assert (tmp_path / "out" / "ochre.h5").is_file()


def test_chosen_pigments_alone_are_written_under_their_name(
    exchange, desk, tmp_path, monkeypatch, qtbot
):
    desk.load()
    desk.select([desk.rows[0].place])
    offered = []

    def ask(_parent, _title, start, _filters, first):
        offered.append(start)
        return str(tmp_path / "one"), first

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    with qtbot.waitSignal(exchange.written) as written:
        exchange.export_chosen()
    assert offered[0].endswith("Azurite.pigments.zip")
    assert written.args == [tmp_path / "one.pigments.zip"]
    assert len(read_pigments(tmp_path / "one.pigments.zip").pigments) == 1


def test_folder_that_is_there_is_not_replaced_unasked(
    exchange, desk, jobs, tmp_path, monkeypatch, qtbot
):
    (tmp_path / "out").mkdir()
    answer(monkeypatch, "getSaveFileName", tmp_path / "out.json")
    no = QMessageBox.StandardButton.No
    monkeypatch.setattr(QMessageBox, "question", lambda *args: no)
    exchange.export_library()
    assert not jobs.has_any


def test_no_scan_is_taken_for_a_file_of_pigments(tmp_path):
    assert not any(is_pigments_file(tmp_path / f"scan{suffix}") for suffix in formats.suffixes())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.pigments", True),
        ("A.PIGMENTS.ZIP", True),
        ("scan.h5", False),
        ("a.zip", False),
        ("ganx.json", True),
        ("a.csv", False),
    ],
)
def test_files_of_pigments_are_known_by_name(tmp_path, name, expected):
    assert is_pigments_file(tmp_path / name) is expected


def test_no_library_is_merged_into_itself(exchange, desk, libraries, make_pigment, told):
    own = libraries.create("My pigments", (make_pigment("Ochre"),))
    desk.load()
    exchange.ask_merge()
    (dialog,) = exchange.window.findChildren(QInputDialog)
    assert dialog.comboBoxItems() == ["Velatura"]
    dialog.reject()
    desk.show_library("shipped")
    exchange.ask_merge()
    assert told == ["There is no other library to merge."]
    assert [pigment.name for pigment in own.pigments()] == ["Ochre"]


def test_library_that_cannot_be_written_is_told_and_no_number_beside_it(
    exchange, desk, jobs, archive, libraries, told, qtbot
):
    own = libraries.create("Mock-ups")
    dialog = read(exchange, jobs, archive, qtbot)
    own.path.write_bytes(b"")
    dialog.accept()
    assert told == ["Cannot open this pigment library."]
