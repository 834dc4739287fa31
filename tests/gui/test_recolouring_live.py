"""Lines of a scan that is being measured appear in the window as they come."""

import queue
import threading

import h5py
import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from app.core.physics.presets import PRESETS
from app.core.provenance import Step
from app.core.recolouring.card import card_from_plain
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region
from app.engine.live import LiveEvent, LiveKind
from app.gui import recolour_following
from app.gui.docks.recolour_dock import LIVE
from app.gui.job_manager import JobManager
from app.gui.opening import OpenedFile
from app.gui.preferences import Preferences
from app.gui.recolouring import Recolouring
from app.gui.session import Session
from app.gui.views.map_view import MapView
from app.io.formats import OpenOptions
from app.io.model_files import write_card

WAIT_MS = 60_000


class FakeLive:
    """Follows nothing: tests tell it what it sees."""

    def __init__(self, source, parameters):
        self.source, self.parameters = source, parameters
        self.events, self.stopped = queue.Queue(), threading.Event()

    def stop(self):
        self.stopped.set()
        self.events.put(None)

    def run(self, context):
        found = None
        while (event := self.events.get(timeout=60)) is not None:
            context.partial(event)
            found = event.found or found
        return found


@pytest.fixture
def lives(monkeypatch):
    made = []

    def make(*told):
        made.append(FakeLive(*told))
        return made[-1]

    monkeypatch.setattr(recolour_following, "LiveRecolouring", make)
    return made


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def recolouring(qtbot, session, model_folders, network_keeper, make_scan, tmp_path):
    """The dock with a model and a scan of 5 × 7 pixels, whose file is `scan.h5`."""
    window, jobs, shown = QWidget(), JobManager(), MapView()
    asked = (lambda: ()), (lambda _scan: PRESETS["Rh 50 kV"])
    made = Recolouring(
        session, jobs, Preferences(), shown, asked, window, model_folders, network_keeper
    )
    for widget in (window, made.showing.splitter, made.panel):
        qtbot.addWidget(widget)
    opened = OpenedFile(None, tmp_path / "scan.h5", OpenOptions(), ())
    made.source_of = lambda scan: None if scan is None else opened
    with qtbot.waitSignal(jobs.idle, timeout=WAIT_MS):
        made.set_visible(True)
    session.open_scan(make_scan())
    qtbot.waitUntil(made.panel.run_button.isEnabled, timeout=WAIT_MS)
    made.told_failures = []
    jobs.failed.connect(made.told_failures.append)
    yield made
    jobs.close()


@pytest.fixture
def event(model_folders):
    """Make an event with so many lines of a picture of so many rows."""
    card = model_folders.entries()[0].card

    def make(lines, rows=5):
        rgb = np.full((rows, 7, 3), np.nan, np.float32)
        rgb[:lines] = (0.2, 0.4, 0.6)
        steps = (Step("open", {"while": "being measured"}), Step("recolour", {"lines": lines}))
        region = Region(0, rows, 0, 7)
        found = Recoloured(rgb, None, None, None, card, "cpu", region, steps)
        return LiveEvent(LiveKind.LINES, lines, lines, rows, "", found)

    return make


def follow(recolouring):
    recolouring.panel.part_box.setCurrentText(LIVE)
    recolouring.panel.run_button.click()


def test_lines_appear_and_stop_keeps_them(recolouring, lives, event, qtbot):
    panel, view = recolouring.panel, recolouring.showing.view
    follow(recolouring)
    (live,) = lives
    assert live.source.path.name == "scan.h5"
    assert panel.run_button.text() == "Stop"
    live.events.put(LiveEvent(LiveKind.WAITING, message="Nothing yet."))
    qtbot.waitUntil(lambda: panel.progress_text == "Waiting: Nothing yet.")
    live.events.put(event(2))
    qtbot.waitUntil(lambda: panel.progress_text == "Line 2 of 5")
    assert recolouring.result.rgb.shape == (5, 7, 3)
    assert panel.picture.title == "Four channels · being measured"
    opacity = view.canvas.image.image[..., 3]
    assert (opacity[:2] == 255).all()
    assert (opacity[2:] == 0).all()
    panel.run_button.click()
    qtbot.waitUntil(lambda: not recolouring.is_running)
    assert live.stopped.is_set()
    assert panel.progress_text == "2 lines coloured while measured."
    assert recolouring.result is not None
    assert not panel.is_running


def test_a_scan_that_has_grown_is_shown_whole(recolouring, lives, event, session, qtbot):
    follow(recolouring)
    lives[0].events.put(event(8, rows=9))
    qtbot.waitUntil(lambda: recolouring.panel.progress_text == "Line 8 of 9")
    view = recolouring.showing.view
    assert view.canvas.image.image.shape == (9, 7, 4)
    view.pixel_hovered.emit(7, 3)
    view.pixel_clicked.emit(7, 3)
    assert session.pixel is None
    view.region_drawn.emit(Region(3, 8, 0, 2))
    assert session.region is None
    recolouring.panel.run_button.click()
    qtbot.waitUntil(lambda: not recolouring.is_running)
    assert "open it again" in recolouring.panel.progress_text


def test_only_a_scan_with_a_file_can_be_followed(recolouring, make_scan, session):
    follow_item = recolouring.panel.part_box.model().item(2)
    assert follow_item.isEnabled()
    recolouring.panel.part_box.setCurrentText(LIVE)
    recolouring.source_of = lambda scan: None
    session.open_scan(make_scan("another"))
    assert not follow_item.isEnabled()
    assert not recolouring.panel.is_live


def test_a_file_that_is_whole_is_coloured_at_once(
    recolouring, model_folders, plain_card, tmp_path, session, qtbot
):
    # its real network, which tells of colours alone
    write_card(card_from_plain(plain_card()), model_folders.entries()[0].path)
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["img"] = session.scan.cube.counts
    follow(recolouring)
    qtbot.waitUntil(lambda: not recolouring.is_running, timeout=WAIT_MS)
    assert recolouring.told_failures == []
    assert np.isfinite(recolouring.result.rgb).all()
    assert recolouring.panel.progress_text == "5 lines coloured while measured."
