"""What the chosen place could be is asked when it changes, and only where it is looked at."""

import pytest

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition
from app.core.region import Region
from app.engine.instruments import Instruments
from app.engine.pigment_measured import Measured
from app.errors import ParameterError
from app.gui import asking
from app.gui.asking import Asking
from app.gui.docks.candidates_dock import CandidatesPanel
from app.gui.job_manager import JobManager
from app.gui.session import Session

REGION = Region(1, 3, 2, 6)


@pytest.fixture
def session(qapp, make_scan):
    session = Session()
    session.open_scan(make_scan())
    return session


@pytest.fixture
def asked(monkeypatch, report):
    """What reaches the science: place, names of pigments and instrument; gives one answer."""
    asked = []

    def ask(scan, place, pigments, instrument, context):
        name = None if instrument is None else instrument.name
        asked.append((place, tuple(item.name for item in pigments), name))
        return report

    monkeypatch.setattr(asking, "ask", ask)
    return asked


@pytest.fixture
def panel(qtbot):
    panel = CandidatesPanel()
    qtbot.addWidget(panel)
    return panel


@pytest.fixture
def jobs(qtbot):
    jobs = JobManager()
    yield jobs
    assert jobs.close(5.0)


@pytest.fixture
def asker(session, jobs, panel, libraries, tmp_path):
    pigments = libraries.shipped().pigments
    instruments = Instruments(tmp_path / "instruments.json")
    return Asking(session, jobs, panel, lambda: pigments, instruments)


def wait(qtbot, jobs, act):
    with qtbot.waitSignal(jobs.idle):
        act()


def test_nothing_is_asked_while_nobody_looks(asker, session, jobs, asked):
    session.set_region(REGION)
    assert not jobs.has_any
    assert asked == []


def test_what_changed_meanwhile_is_asked_when_it_is_looked_at(
    asker, session, jobs, panel, asked, qtbot
):
    session.set_region(REGION)
    wait(qtbot, jobs, lambda: asker.set_live(True))
    assert asked == [(REGION, ("Azurite", "Madder lake"), None)]
    assert panel.subject == "hands: rows 1–2, columns 2–5 (8 pixels)"
    assert len(panel.cards) == 2


def test_answer_follows_the_choice(asker, session, jobs, panel, asked, qtbot):
    session.set_pixel((3, 5))
    wait(qtbot, jobs, lambda: asker.set_live(True))
    assert panel.subject == "hands: row 3, column 5 (1 pixel)"
    wait(qtbot, jobs, lambda: session.set_region(REGION))
    wait(qtbot, jobs, lambda: session.set_pixel((0, 1)))
    assert [place for place, _, _ in asked] == [(3, 5), REGION, (0, 1)]


def test_region_is_asked_about_again_when_the_pixel_goes(asker, session, jobs, asked, qtbot):
    session.set_region(REGION)
    session.set_pixel((0, 1))
    wait(qtbot, jobs, lambda: asker.set_live(True))
    wait(qtbot, jobs, lambda: session.set_pixel(None))
    assert [place for place, _, _ in asked] == [(0, 1), REGION]


def test_looking_again_asks_nothing_anew(asker, session, jobs, asked, qtbot):
    session.set_region(REGION)
    wait(qtbot, jobs, lambda: asker.set_live(True))
    asker.set_live(False)
    asker.set_live(True)
    assert not jobs.has_any
    assert len(asked) == 1


def test_other_pigments_are_asked_about_at_once(asker, session, jobs, asked, qtbot):
    session.set_region(REGION)
    wait(qtbot, jobs, lambda: asker.set_live(True))
    wait(qtbot, jobs, asker.ask_again)
    assert len(asked) == 2


def test_latest_choice_wins(asker, session, jobs, panel, asked, qtbot):
    asker.set_live(True)
    session.set_region(REGION)
    session.set_region(Region(0, 1, 0, 1))
    qtbot.waitUntil(lambda: panel.subject == "hands: row 0, column 0 (1 pixel)")
    assert asked[-1][0] == Region(0, 1, 0, 1)
    assert not jobs.has_any


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("empty", "Open a scan"),
        ("axis", "The energy axis is unknown"),
        ("place", "Choose a pixel or draw a region"),
    ],
)
def test_what_is_missing_is_said(jobs, panel, libraries, tmp_path, make_scan, asked, state, words):
    session = Session()
    if state != "empty":
        session.open_scan(make_scan(axis=None if state == "axis" else EnergyAxis(0, 0.2)))
    if state == "axis":
        session.set_region(REGION)
    asker = Asking(session, jobs, panel, lambda: (), Instruments(tmp_path / "i.json"))
    asker.set_live(True)
    assert panel.words.startswith(words)
    assert asked == []


def test_failure_is_said_in_place_of_the_answer(asker, session, jobs, panel, monkeypatch, qtbot):
    def ask(*_args):
        raise ParameterError("This cannot be compared.", "Found 0 counts.", "Choose more.")

    monkeypatch.setattr(asking, "ask", ask)
    session.set_region(REGION)
    wait(qtbot, jobs, lambda: asker.set_live(True))
    assert panel.words == "This cannot be compared. Found 0 counts."
    assert not jobs.has_any


def test_tube_of_the_scan_chooses_the_instrument(asker, make_scan):
    from dataclasses import replace

    scan = make_scan()

    def measured(anode, kilovolts):
        acquisition = Acquisition(tube_anode=anode, tube_kv=kilovolts)
        found = asker.instrument(replace(scan, cube=replace(scan.cube, acquisition=acquisition)))
        return None if found is None else (found.anode, found.tube_kv)

    assert measured("Rh", 50.0) == ("Rh", 50.0)
    assert measured("Mo", 40.0) == ("Mo", 40.0)
    assert measured("Rh", 17.0) is None
    assert measured(None, None) is None


def test_chosen_instrument_counts_more_than_the_scans(asker, session, jobs, panel, asked, qtbot):
    session.set_region(REGION)
    wait(qtbot, jobs, lambda: asker.set_live(True))
    name = panel.instrument.itemText(2)
    wait(qtbot, jobs, lambda: panel.instrument_chosen.emit(name))
    assert asked[-1][2] == name
    assert panel.instrument.currentText() == name
    wait(qtbot, jobs, lambda: panel.instrument_chosen.emit(""))
    assert asked[-1][2] is None


def test_pigment_is_made_of_the_place(asker, session, jobs, qtbot):
    session.set_region(REGION)
    with qtbot.waitSignal(asker.made) as made:
        asker.make_pigment("From the hands")
    (pigment,) = made.args
    assert pigment.name == "From the hands"
    (spectrum,) = pigment.spectra
    assert spectrum.counts[32] == 4 * (2 + 3)
    assert spectrum.counts[40] == 2 * (2 + 3 + 4 + 5)


def test_instrument_deleted_since_it_was_chosen_is_let_go_of(
    asker, session, jobs, panel, asked, tmp_path, qtbot
):
    from dataclasses import replace

    own = Instruments(tmp_path / "instruments.json")
    own.save(replace(own.presets()[0], name="Ours"))
    session.set_region(REGION)
    wait(qtbot, jobs, lambda: asker.set_live(True))
    wait(qtbot, jobs, lambda: panel.instrument_chosen.emit("Ours"))
    own.delete("Ours")
    wait(qtbot, jobs, asker.ask_again)
    assert [name for _, _, name in asked] == [None, "Ours", None]
    assert panel.instrument.currentText() == "not known"


@pytest.fixture
def summed(session):
    """The spectrum of a cluster of four pixels."""
    cube = session.scan.cube
    return Measured(cube.counts[0, :4].sum(0), cube.axis, 4, cube, "cluster 2 of 3 (4 pixels)")


def test_summed_spectrum_is_asked_about_until_a_place_is_chosen(
    asker, session, jobs, panel, asked, summed, qtbot
):
    session.set_region(REGION)
    wait(qtbot, jobs, lambda: asker.set_live(True))
    wait(qtbot, jobs, lambda: asker.set_summed(summed))
    assert panel.subject == "hands: cluster 2 of 3 (4 pixels)"
    wait(qtbot, jobs, lambda: session.set_pixel((3, 5)))
    wait(qtbot, jobs, lambda: asker.set_summed(summed))
    wait(qtbot, jobs, lambda: asker.set_summed(None))
    assert [place for place, _, _ in asked] == [REGION, summed, (3, 5), summed, (3, 5)]


def test_summed_spectrum_is_let_go_with_its_scan(asker, session, make_scan, summed):
    asker.set_summed(summed)
    assert asker.place is summed
    session.open_scan(make_scan("other"))
    assert asker.place is None


def test_pigment_is_made_of_a_summed_spectrum(asker, jobs, summed, qtbot):
    asker.set_summed(summed)
    with qtbot.waitSignal(asker.made) as told:
        asker.make_pigment("Ground")
    spectrum = told.args[0].spectra[0]
    assert "cluster 2 of 3 (4 pixels)" in spectrum.label
    assert list(spectrum.counts) == list(summed.counts)
