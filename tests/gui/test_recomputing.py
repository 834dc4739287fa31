"""Spectra of a library are computed in the background and written all together."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QInputDialog, QWidget

from app.core.axis import EnergyAxis
from app.core.physics.instrument import Instrument
from app.core.pigments import PigmentSpectrum, SpectrumKind
from app.engine.instruments import Instruments
from app.engine.pigment_spectra import with_spectrum
from app.gui import recomputing
from app.gui.job_manager import JobManager
from app.gui.pigment_desk import PigmentDesk
from app.gui.recomputing import Recomputing

M6 = Instrument(name="M6")


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
def part(desk, jobs, qtbot, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    part = Recomputing(desk, jobs, Instruments(tmp_path / "instruments.json"), window)
    part.window = window
    return part


@pytest.fixture
def quick(monkeypatch):
    """Compute in no time: every pigment with a composition gets a flat spectrum."""

    def recompute(pigments, instrument, context):
        counts = np.ones(5, np.float32)
        spectrum = PigmentSpectrum(
            instrument.name, SpectrumKind.COMPUTED, EnergyAxis(0, 0.02), counts
        )
        return tuple(
            with_spectrum(pigment, spectrum) if pigment.components else pigment
            for pigment in pigments
        )

    monkeypatch.setattr(recomputing, "recompute", recompute)


@pytest.fixture
def own(libraries, make_pigment, desk):
    """A library of two pigments, shown; one of them has no composition."""
    store = libraries.create("Mock-ups", (make_pigment("Ochre"), make_pigment("Lake", "")))
    desk.show_library(str(store.path))
    return store


def labels(store):
    return {item.name: [spectrum.label for spectrum in item.spectra] for item in store.pigments()}


def test_spectra_of_the_library_are_written_in_one_step(part, own, desk, quick, qtbot):
    with qtbot.waitSignal(part.told) as told:
        part.start(desk.entry(desk.shown), M6)
    assert told.args[0] == "1 spectra were computed for M6."
    assert labels(own) == {"Ochre": ["M6"], "Lake": []}
    assert desk.undo_stack.undoText() == "compute spectra for M6"
    desk.undo()
    assert labels(own) == {"Ochre": [], "Lake": []}


def test_instrument_is_asked_for(part, own, desk, quick, qtbot):
    part.ask()
    (dialog,) = part.window.findChildren(QInputDialog)
    assert "Mock-ups" in dialog.labelText()
    assert "Rh 50 kV" in dialog.comboBoxItems()
    dialog.setTextValue("Mo 40 kV")
    with qtbot.waitSignal(part.told):
        dialog.accept()
    assert labels(own)["Ochre"] == ["Mo 40 kV"]


def test_shipped_pigments_go_into_a_library_of_their_own(part, desk, quick, libraries, qtbot):
    part.ask()
    (dialog,) = part.window.findChildren(QInputDialog)
    assert "read-only" in dialog.labelText()
    dialog.setTextValue("Mo 40 kV")
    with qtbot.waitSignal(part.told):
        dialog.accept()
    entry = desk.entry(desk.shown)
    assert entry.title == "Velatura, Mo 40 kV"
    assert [len(pigment.spectra) for pigment in desk.pigments] == [1, 0]
    assert [len(pigment.spectra) for pigment in libraries.shipped().pigments] == [0, 0]


def test_pigment_edited_meanwhile_stays_as_edited(part, own, desk, monkeypatch, quick, qtbot):
    row = next(row for row in desk.rows if row.pigment.name == "Ochre")
    part.start(desk.entry(desk.shown), M6)
    desk.edit(row, replace(row.pigment, density_g_cm3=4.0))
    qtbot.waitUntil(lambda: not part._jobs.has_any)
    assert labels(own) == {"Ochre": [], "Lake": []}
    assert {item.density_g_cm3 for item in own.pigments()} == {4.0, 5.2}


def test_note_written_meanwhile_is_kept_beside_the_spectrum(part, own, desk, quick, qtbot):
    row = next(row for row in desk.rows if row.pigment.name == "Ochre")
    part.start(desk.entry(desk.shown), M6)
    desk.edit(row, replace(row.pigment, notes="seen again"))
    qtbot.waitUntil(lambda: not part._jobs.has_any)
    (ochre,) = [item for item in own.pigments() if item.name == "Ochre"]
    assert (ochre.notes, len(ochre.spectra)) == ("seen again", 1)


def test_cancelled_it_leaves_the_library_as_it_was(part, own, desk, jobs, monkeypatch, qtbot):
    def recompute(pigments, instrument, context):
        while True:
            context.progress(0.5, "Computing")

    monkeypatch.setattr(recomputing, "recompute", recompute)
    job = part.start(desk.entry(desk.shown), M6)
    qtbot.waitUntil(lambda: jobs.model.rows[0].state == "running")
    jobs.cancel(job)
    assert jobs.model.rows[0].state == "cancelled"
    assert labels(own) == {"Ochre": [], "Lake": []}


def test_computing_again_makes_another_library(part, desk, quick, libraries, qtbot):
    desk.load()
    for _ in range(2):
        with qtbot.waitSignal(part.told):
            part.start(desk.entries[0], M6)
    assert [item.name for item in libraries.own()] == ["Velatura, M6", "Velatura, M6 (2)"]


def test_library_deleted_meanwhile_is_told(part, own, desk, quick, qtbot):
    part.start(desk.entry(desk.shown), M6)
    own.path.unlink()
    with qtbot.waitSignal(part.failed) as failed:
        pass
    assert failed.args[0].title == "Cannot open this pigment library."


def test_pigments_deleted_meanwhile_are_counted(part, own, desk, quick, qtbot):
    part.start(desk.entry(desk.shown), M6)
    own.remove("ochre")
    with qtbot.waitSignal(part.told) as told:
        pass
    assert told.args == [
        "0 spectra were computed for M6.",
        "1 were edited or deleted meanwhile; nothing was written for them.",
    ]
