"""The latest draft of each editor is computed, and nothing older is delivered."""

import threading

import pytest

from app.errors import ParameterError
from app.gui.draft_spectra import DraftSpectra
from app.gui.job_manager import JobManager


class Draft:
    """Work that can be held up, and what came of it."""

    def __init__(self, name, *, held=False):
        self.name = name
        self.go_on = threading.Event()
        self.started = threading.Event()
        self.got = []
        self.errors = []
        if not held:
            self.go_on.set()

    def work(self, context):
        context.partial(f"{self.name} primary")
        self.started.set()
        self.go_on.wait(20)
        context.check()
        return f"{self.name} full"


@pytest.fixture
def jobs(qapp):
    jobs = JobManager()
    yield jobs
    assert jobs.close()


@pytest.fixture
def drafts(jobs):
    return DraftSpectra.of(jobs)


def ask(drafts, key, draft):
    drafts.request(
        key, draft.name, draft.work, on_spectrum=draft.got.append, on_error=draft.errors.append
    )


def test_all_editors_share_one(jobs, drafts):
    assert DraftSpectra.of(jobs) is drafts


def test_primary_comes_before_full(jobs, drafts, qtbot):
    draft = Draft("a")
    with qtbot.waitSignal(jobs.idle):
        ask(drafts, "editor", draft)
    assert draft.got == ["a primary", "a full"]
    assert draft.errors == []


def test_primary_is_delivered_while_the_full_one_is_still_computed(jobs, drafts, qtbot):
    draft = Draft("a", held=True)
    ask(drafts, "editor", draft)
    qtbot.waitUntil(lambda: draft.got == ["a primary"])
    with qtbot.waitSignal(jobs.idle):
        draft.go_on.set()
    assert draft.got == ["a primary", "a full"]


def test_a_stale_result_is_dropped(jobs, drafts, qtbot):
    older, newer = Draft("older", held=True), Draft("newer")
    ask(drafts, "editor", older)
    assert older.started.wait(20)
    # its primary is on the way by now, but has not been delivered
    with qtbot.waitSignal(jobs.idle):
        ask(drafts, "editor", newer)
        older.go_on.set()
    assert older.got == []
    assert newer.got == ["newer primary", "newer full"]


def test_two_editors_both_get_theirs_the_newest_first(jobs, drafts, qtbot):
    first, second = Draft("first", held=True), Draft("second")
    order = []
    ask(drafts, "one", first)
    assert first.started.wait(20)
    first.go_on.set()
    drafts.request(
        "two", "second", second.work, on_spectrum=order.append, on_error=second.errors.append
    )
    qtbot.waitUntil(lambda: "first full" in first.got)
    assert order == ["second primary", "second full"]
    assert first.got[-2:] == ["first primary", "first full"]


def test_what_is_dropped_is_not_delivered_and_the_next_goes_on(jobs, drafts, qtbot):
    waiting, dropped = Draft("waiting", held=True), Draft("dropped", held=True)
    ask(drafts, "one", waiting)
    ask(drafts, "two", dropped)
    waiting.go_on.set()
    with qtbot.waitSignal(jobs.idle):
        drafts.drop("two")
        dropped.go_on.set()
    assert dropped.got == []
    assert waiting.got == ["waiting primary", "waiting full"]
    drafts.drop("unknown")


def test_failure_reaches_its_editor_and_nobody_else(jobs, drafts, qtbot):
    def work(context):
        raise ParameterError("Cannot compute.", "No beam.")

    told, errors = [], []
    jobs.failed.connect(told.append)
    with qtbot.waitSignal(jobs.idle):
        drafts.request("one", "x", work, on_spectrum=told.append, on_error=errors.append)
    assert [str(error) for error in errors] == ["Cannot compute. No beam."]
    assert told == []


def test_an_error_in_the_program_does_not_hold_up_the_next_draft(jobs, drafts, qtbot):
    def work(context):
        raise ZeroDivisionError

    crashed, after = [], Draft("after")
    jobs.crashed.connect(crashed.append)
    waiting = Draft("waiting")
    ask(drafts, "one", waiting)
    with qtbot.waitSignal(jobs.idle):
        drafts.request("two", "x", work, on_spectrum=crashed.append, on_error=crashed.append)
    assert [type(error) for error in crashed] == [ZeroDivisionError]
    assert waiting.got[-1] == "waiting full"
    with qtbot.waitSignal(jobs.idle):
        ask(drafts, "two", after)
    assert after.got[-1] == "after full"
