"""Jobs reach the window in its own thread, and end in exactly one way."""

import threading
import time

import pytest
from PySide6.QtCore import QThread

from app.engine.jobs import Lane
from app.errors import ReadError
from app.gui.job_manager import JobManager


@pytest.fixture
def jobs(qapp):
    jobs = JobManager()
    yield jobs
    assert jobs.close()


def states(jobs):
    return [(row.title, row.state) for row in jobs.model.rows]


def test_result_arrives_in_the_windows_thread(jobs, qtbot, qapp):
    seen = []

    def done(value):
        seen.append((value, QThread.currentThread() is qapp.thread()))

    with qtbot.waitSignal(jobs.idle):
        jobs.submit("add", lambda context: 1 + 1, on_done=done)
    assert seen == [(2, True)]
    assert states(jobs) == [("add", "done")]
    assert not jobs.is_busy


def test_intermediate_results_come_before_the_end(jobs, qtbot):
    seen = []

    def work(context):
        context.progress(0.5, "half")
        context.partial("coarse")
        return "whole"

    with qtbot.waitSignal(jobs.idle):
        jobs.submit("open", work, on_partial=seen.append, on_done=seen.append)
    assert seen == ["coarse", "whole"]


def test_progress_reaches_the_list(jobs, qtbot):
    release = threading.Event()

    def work(context):
        context.progress(0.25, "Reading")
        release.wait(5)

    with qtbot.waitSignal(jobs.idle):
        jobs.submit("open", work)
        qtbot.waitUntil(lambda: jobs.model.rows[0].fraction == 0.25)
        assert (jobs.model.rows[0].state, jobs.model.rows[0].message) == ("running", "Reading")
        release.set()


def test_failure_a_user_understands_is_told(jobs, qtbot):
    error = ReadError("Cannot open this cube.", "a.h5: it is empty.")
    seen = []

    def work(context):
        raise error

    with qtbot.waitSignal(jobs.failed) as told, qtbot.assertNotEmitted(jobs.crashed):
        jobs.submit("open", work, on_failed=seen.append)
    assert told.args == [error]
    assert seen == [error]
    assert jobs.model.rows[0].state == "failed"
    assert "it is empty" in jobs.model.rows[0].message


def test_error_in_the_program_is_told_apart(jobs, qtbot):
    with qtbot.waitSignal(jobs.crashed) as told, qtbot.assertNotEmitted(jobs.failed):
        jobs.submit("divide", lambda context: 1 // 0)
    assert isinstance(told.args[0], ZeroDivisionError)


def test_cancelled_job_delivers_nothing_even_if_it_has_ended(jobs, qtbot):
    seen = []
    ended = threading.Event()
    job = jobs.submit(
        "add",
        lambda context: ended.set(),
        on_done=lambda value: seen.append("done"),
        on_cancelled=lambda: seen.append("cancelled"),
    )
    # the worker is through, its events wait for this thread
    assert ended.wait(5)
    jobs.cancel(job)
    with qtbot.waitSignal(jobs.idle):
        jobs.submit("next", lambda context: None)
    assert seen == ["cancelled"]
    assert states(jobs) == [("next", "done"), ("add", "cancelled")]


def test_later_job_of_the_view_takes_the_earlier_ones_place(jobs, qtbot):
    seen = []
    release = threading.Event()

    def slow(context):
        release.wait(5)
        context.check()
        return "slow"

    with qtbot.waitSignal(jobs.idle):
        jobs.submit("slow", slow, lane=Lane.VIEW, on_done=seen.append, is_listed=False)
        jobs.submit(
            "quick", lambda context: "quick", lane=Lane.VIEW, on_done=seen.append, is_listed=False
        )
        release.set()
    assert seen == ["quick"]
    assert jobs.model.rowCount() == 0


def test_brief_job_leaves_the_list_when_done(jobs, qtbot):
    with qtbot.waitSignal(jobs.idle):
        jobs.submit("look", lambda context: None, is_brief=True)
    assert jobs.model.rowCount() == 0


def test_idle_waits_for_what_follows_from_a_job(jobs, qtbot):
    seen = []

    def next_job(value):
        jobs.submit("second", lambda context: "second", on_done=seen.append)

    with qtbot.waitSignal(jobs.idle):
        jobs.submit("first", lambda context: None, on_done=next_job)
    assert seen == ["second"]


def test_closing_during_a_job_delivers_nothing_and_is_quick(qapp, qtbot):
    jobs = JobManager()
    seen = []
    started, release = threading.Event(), threading.Event()

    def stuck(context):
        started.set()
        release.wait(10)

    jobs.submit("stuck", stuck, on_done=seen.append)
    assert started.wait(5)
    begin = time.monotonic()
    assert not jobs.close(0.2)
    assert time.monotonic() - begin < 3
    release.set()
    assert jobs.close()
    assert seen == []


def test_job_that_is_not_listed_counts_until_it_has_ended(jobs, qtbot):
    with qtbot.waitSignal(jobs.idle):
        jobs.submit("quiet", lambda context: None, is_listed=False)
        assert jobs.has_any
        assert not jobs.is_busy
    assert not jobs.has_any
