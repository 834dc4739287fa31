"""Opening a file either shows it or leaves everything as it was."""

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from app.core.axis import EnergyAxis
from app.errors import ReadError
from app.gui import opening
from app.gui.dialogs.axis import AxisParameters
from app.gui.job_manager import JobManager
from app.gui.opening import Ask, Opener
from app.gui.preferences import Preferences
from app.gui.session import Session
from app.io.formats import DatasetPeek, OpenOptions, Peek
from app.settings import RememberedOptions

AXIS = EnergyAxis(0.0, 0.2, source="file: kev_slope")
PLAIN = DatasetPeek("cube", (5, 7, 64), (5, 7, 64), "uint16", 4480, axis=AXIS, notes=("A note.",))
NO_AXIS = DatasetPeek("cube", (5, 7, 64), (5, 7, 64), "uint16", 4480, default_axis=AXIS)
FLAT = DatasetPeek("", (12, 64), None, "uint16", 1536, axis=AXIS)
HANDS = Path("/scans/hands.npz")


class Files:
    """Stands for the files on disk: what is in them, and how reading ends."""

    def __init__(self, make_scan):
        self.make_scan = make_scan
        self.datasets = (PLAIN,)
        self.error = None
        self.error_while_reading = None
        self.has_preview = False
        self.gate = threading.Event()
        self.gate.set()
        self.options = []

    def peek(self, path):
        if self.error is not None:
            raise self.error
        return Peek(path, "NumPy archive", self.datasets)

    def open_scan(self, path, options, context):
        self.options.append(options)
        if self.has_preview:
            context.partial(self.make_scan(path.stem, row_step=2))
        assert self.gate.wait(5)
        context.check()
        if self.error_while_reading is not None:
            raise self.error_while_reading
        return self.make_scan(path.stem)


class Parts:
    """An opener with what it needs."""

    def __init__(self, qtbot):
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.session = Session()
        self.jobs = JobManager()
        self.preferences = Preferences()
        self.opener = Opener(self.session, self.jobs, self.preferences, self.window)


@pytest.fixture
def files(make_scan, monkeypatch):
    files = Files(make_scan)
    monkeypatch.setattr(opening, "peek", files.peek)
    monkeypatch.setattr(opening, "open_scan", files.open_scan)
    yield files
    files.gate.set()


@pytest.fixture
def parts(qtbot, files):
    parts = Parts(qtbot)
    yield parts
    files.gate.set()
    assert parts.jobs.close()


def test_file_that_says_everything_opens_without_a_question(parts, files, qtbot):
    with qtbot.waitSignal(parts.opener.opened) as told:
        parts.opener.open(HANDS)
    assert parts.session.scan.cube.name == "hands"
    assert files.options == [OpenOptions(dataset="cube")]
    assert told.args[0].path == HANDS
    assert parts.opener.source_of(parts.session.scan).notes == ("A note.",)
    assert parts.preferences.settings.recent_files == (str(HANDS),)
    assert [row.title for row in parts.jobs.model.rows] == ["Open hands.npz"]


def test_opening_can_be_undone_to_the_scan_before(parts, qtbot):
    for name in ("first", "second"):
        with qtbot.waitSignal(parts.opener.opened):
            parts.opener.open(Path(f"/scans/{name}.npz"))
    parts.session.undo_stack.undo()
    assert parts.session.scan.cube.name == "first"
    assert parts.opener.source_of(parts.session.scan).path == Path("/scans/first.npz")


def test_unreadable_file_leaves_the_session_and_says_why(parts, files, qtbot):
    before = parts.session.state
    files.error = ReadError("Cannot open this cube.", "hands.npz: it is empty.")
    with qtbot.waitSignal(parts.jobs.failed) as told:
        parts.opener.open(HANDS)
    assert told.args == [files.error]
    assert parts.session.state is before
    assert not parts.opener.is_busy
    assert parts.preferences.settings.recent_files == ()


def test_failure_after_the_first_look_leaves_nothing_of_it(parts, files, qtbot):
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.open(Path("/scans/good.npz"))
    before, count = parts.session.state, parts.session.undo_stack.count()
    files.has_preview = True
    files.error_while_reading = ReadError("Cannot open this cube.", "hands.npz: it ends early.")
    with qtbot.waitSignal(parts.jobs.idle):
        parts.opener.open(HANDS)
    assert parts.session.state == before
    assert parts.session.undo_stack.count() == count


def test_first_look_can_be_worked_with_while_the_rest_is_read(parts, files, qtbot):
    files.has_preview = True
    files.gate.clear()
    with qtbot.waitSignal(parts.session.scan_changed):
        parts.opener.open(HANDS)
    assert parts.session.scan.is_preview
    parts.session.set_window(31, 34)
    with qtbot.waitSignal(parts.opener.opened):
        files.gate.set()
    assert not parts.session.scan.is_preview
    assert parts.session.window == (31, 34)
    assert parts.session.undo_stack.count() == 2


def test_cancelled_opening_goes_back(parts, files, qtbot):
    before = parts.session.state
    files.has_preview = True
    files.gate.clear()
    with qtbot.waitSignal(parts.session.scan_changed):
        parts.opener.open(HANDS)
    parts.jobs.cancel(parts.jobs.model.rows[0].id)
    assert parts.session.state == before
    assert not parts.opener.is_busy


def test_latest_wish_wins(parts, files, qtbot):
    files.gate.clear()
    parts.opener.open(Path("/scans/first.npz"))
    qtbot.waitUntil(lambda: len(files.options) == 1)
    parts.opener.open(Path("/scans/second.npz"))
    with qtbot.waitSignal(parts.opener.opened):
        files.gate.set()
    assert parts.session.scan.cube.name == "second"
    assert parts.session.undo_stack.count() == 1


def test_missing_axis_is_asked_for_and_remembered(parts, files, qtbot):
    files.datasets = (NO_AXIS,)
    parts.opener.open(HANDS)
    qtbot.waitUntil(lambda: parts.opener.dialog is not None)
    parts.opener.dialog.axis_form.set_values(AxisParameters(0.1, 0.25))
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.dialog.accept()
    assert files.options[-1].axis == EnergyAxis(0.1, 0.25)
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.open(HANDS)
    assert files.options[-1].axis == EnergyAxis(0.1, 0.25)


def test_dismissed_question_opens_nothing(parts, files, qtbot):
    files.datasets = (FLAT,)
    parts.opener.open(HANDS)
    qtbot.waitUntil(lambda: parts.opener.dialog is not None)
    parts.opener.dialog.reject()
    assert not parts.opener.is_busy
    assert parts.session.scan is None
    assert files.options == []


def test_options_can_always_be_asked_for(parts, files, qtbot):
    parts.opener.open(HANDS, Ask.ALWAYS)
    qtbot.waitUntil(lambda: parts.opener.dialog is not None)
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.dialog.accept()
    assert files.options == [OpenOptions(dataset="cube")]


def test_without_questions_the_usual_axis_is_assumed(parts, files, qtbot):
    files.datasets = (NO_AXIS,)
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.open(HANDS, Ask.NEVER)
    assert files.options[-1].axis.source.startswith("assumed")


def test_without_questions_an_unknown_size_is_told(parts, files, qtbot):
    files.datasets = (FLAT,)
    with qtbot.waitSignal(parts.opener.failed) as told:
        parts.opener.open(HANDS, Ask.NEVER)
    assert "12 × 64" in str(told.args[0])


def test_options_of_a_dataset_that_is_gone_are_not_used(parts, files, qtbot):
    options = RememberedOptions(dataset="other")
    parts.preferences.put(parts.preferences.settings.with_options(HANDS, options))
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.open(HANDS)
    assert files.options == [OpenOptions(dataset="cube")]


def test_axis_given_later_holds_next_time(parts, files, qtbot):
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.open(HANDS)
    parts.opener.remember_axis(EnergyAxis(0.1, 0.25))
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.open(HANDS)
    assert files.options[-1] == OpenOptions("cube", axis=EnergyAxis(0.1, 0.25))


def test_options_given_from_outside_are_not_asked_for_again(window, scan_file, qtbot):
    given = EnergyAxis(0.1, 0.07)
    with qtbot.waitSignal(window.jobs.idle):
        window.open_files([scan_file], Ask.ALWAYS, OpenOptions(axis=given))
    assert window.opener.dialog is None
    assert window.session.axis == given
