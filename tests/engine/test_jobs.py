"""The contract of the job runner, statement by statement."""

import gc
import logging
import random
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import pytest

from app.engine.jobs import EventKind, JobEvent, JobRunner, JobState, Lane, run_now
from app.errors import AppError, Cancelled

LONG_S = 20.0  # how long a test waits for what must happen; never spent when all is well
FINAL = {EventKind.DONE, EventKind.FAILED, EventKind.CANCELLED}


class Recorder:
    """A listener that keeps the events and lets a test wait for one."""

    def __init__(self):
        self.events = []
        self.overlapped = False
        self._speaking = threading.Lock()
        self._changed = threading.Condition()

    def __call__(self, event):
        alone = self._speaking.acquire(blocking=False)
        self.overlapped |= not alone
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()
        if alone:
            self._speaking.release()

    def wait(self, job_id, *kinds):
        """Give the first event of these kinds, the final ones when none is named."""
        wanted = kinds or FINAL

        def found():
            return next((e for e in self.events if e.job_id == job_id and e.kind in wanted), None)

        with self._changed:
            assert self._changed.wait_for(lambda: found() is not None, LONG_S)
            return found()

    def of(self, job_id):
        return [event for event in self.events if event.job_id == job_id]

    def kinds(self, job_id):
        return [event.kind for event in self.of(job_id)]


class Stuck:
    """A function that hears of no cancellation until it is let go."""

    def __init__(self, result=None):
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.returned = threading.Event()
        self.result = result

    def __call__(self, context):
        self.started.set()
        assert self.go_on.wait(LONG_S)
        self.returned.set()
        return self.result

    def has_started(self):
        return self.started.wait(LONG_S)


class Clock:
    """Time that passes when a test says so."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class OwnBase(BaseException):
    """What nobody expects."""


def run_python(script):
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )


def recurse(depth):
    return recurse(depth + 1)


def raising(error):
    def function(context):
        raise error

    return function


def wait_until_cancelled(context, attempts=1_000_000):
    for _ in range(attempts):
        context.check()
    raise AssertionError("the cancellation never came")


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def runner(recorder, clock):
    runner = JobRunner(recorder, clock)
    yield runner
    assert runner.close(LONG_S), "a job thread was left busy"
    assert not recorder.overlapped


# --- one end per job -----------------------------------------------------------------------


def test_a_finished_job_is_told_as_queued_started_done_with_its_value(runner, recorder):
    job_id = runner.submit("Add", lambda context: 2 + 3)
    recorder.wait(job_id)
    assert recorder.events == [
        JobEvent(job_id, EventKind.QUEUED, "Add"),
        JobEvent(job_id, EventKind.STARTED, "Add"),
        JobEvent(job_id, EventKind.DONE, "Add", value=5),
    ]


def test_job_ids_are_never_used_again(runner, recorder):
    ids = []
    for _ in range(5):
        ids.append(runner.submit("Again", lambda context: None))
        recorder.wait(ids[-1])
    assert len(set(ids)) == 5


@pytest.mark.parametrize(
    "error",
    [
        ValueError("v"),
        RuntimeError("r"),
        NotImplementedError("n"),
        RecursionError("deep"),
        MemoryError(),
        KeyboardInterrupt(),
        SystemExit(1),
        AppError("Cannot do this.", "Found 3 rows; expected 5."),
        GeneratorExit(),
        StopIteration(),
        OSError(28, "No space left on device"),
        ExceptionGroup("both", [ValueError("a"), TypeError("b")]),
        OwnBase(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_is_raised_the_job_fails_once_with_that_error(runner, recorder, error):
    job_id = runner.submit("Fail", raising(error))
    event = recorder.wait(job_id)
    after = runner.submit("Next", lambda context: "the worker lives")
    assert recorder.wait(after).value == "the worker lives"
    assert recorder.kinds(job_id) == [EventKind.QUEUED, EventKind.STARTED, EventKind.FAILED]
    assert event.error is error


def test_endless_recursion_fails_the_job_only(runner, recorder):
    event = recorder.wait(runner.submit("Deep", lambda context: recurse(0)))
    assert (event.kind, type(event.error)) == (EventKind.FAILED, RecursionError)
    assert recorder.wait(runner.submit("Next", lambda context: 1)).value == 1


def test_a_delivered_error_keeps_its_traceback(runner, recorder):
    error = recorder.wait(runner.submit("Fail", raising(ValueError("v")))).error
    names = []
    step = error.__traceback__
    while step is not None:
        names.append(step.tb_frame.f_code.co_name)
        step = step.tb_next
    assert names[-1] == "function"


def test_a_job_that_raises_cancelled_itself_ends_cancelled(runner, recorder):
    job_id = runner.submit("Give up", raising(Cancelled()))
    recorder.wait(job_id)
    assert recorder.kinds(job_id) == [EventKind.QUEUED, EventKind.STARTED, EventKind.CANCELLED]
    assert recorder.of(job_id)[-1].error is None


# --- cancelling ----------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["returns", "raises", "raises Cancelled"])
def test_cancelling_a_stuck_job_is_told_at_once_and_nothing_follows(runner, recorder, outcome):
    stuck = Stuck()

    def function(context):
        stuck(context)
        if outcome == "raises":
            raise ValueError("too late")
        if outcome == "raises Cancelled":
            raise Cancelled
        return "too late"

    job_id = runner.submit("Stuck", function)
    assert stuck.has_started()
    runner.cancel(job_id)
    assert recorder.events[-1] == JobEvent(job_id, EventKind.CANCELLED, "Stuck")
    assert not stuck.returned.is_set()
    stuck.go_on.set()
    recorder.wait(runner.submit("Next", lambda context: None))
    assert recorder.kinds(job_id) == [EventKind.QUEUED, EventKind.STARTED, EventKind.CANCELLED]


@pytest.mark.parametrize(
    "act",
    [
        lambda context: context.check(),
        lambda context: context.progress(0.5, "half"),
        lambda context: context.progress(1.0),
        lambda context: context.progress(None),
        lambda context: context.partial("a part"),
    ],
    ids=["check", "progress", "last progress", "indeterminate progress", "partial"],
)
def test_every_verb_of_a_cancelled_job_raises_cancelled_and_tells_nothing(runner, recorder, act):
    stuck = Stuck()
    raised = []

    def function(context):
        stuck(context)
        try:
            act(context)
        except Cancelled as cancelled:
            raised.append(cancelled)
        return "swallowed the cancellation"

    job_id = runner.submit("Stuck", function)
    assert stuck.has_started()
    runner.cancel(job_id)
    stuck.go_on.set()
    recorder.wait(runner.submit("Next", lambda context: None))
    assert len(raised) == 1
    assert recorder.kinds(job_id) == [EventKind.QUEUED, EventKind.STARTED, EventKind.CANCELLED]


def test_a_job_cancelled_while_queued_never_runs(runner, recorder):
    stuck, ran = Stuck(), []
    runner.submit("First", stuck)
    assert stuck.has_started()
    job_id = runner.submit("Second", ran.append)
    runner.cancel(job_id)
    stuck.go_on.set()
    recorder.wait(runner.submit("Third", lambda context: None))
    assert ran == []
    assert recorder.kinds(job_id) == [EventKind.QUEUED, EventKind.CANCELLED]


def test_cancelling_an_ended_or_unknown_job_changes_nothing(runner, recorder):
    job_id = runner.submit("Short", lambda context: None)
    recorder.wait(job_id)
    before = list(recorder.events)
    runner.cancel(job_id)
    runner.cancel(job_id + 100)
    runner.cancel_all()
    assert recorder.events == before


def test_cancel_all_ends_running_and_queued_jobs_of_both_lanes(runner, recorder):
    heavy, view = Stuck(), Stuck()
    ids = [
        runner.submit("Running", heavy),
        runner.submit("Queued", lambda context: None),
        runner.submit("View", view, Lane.VIEW),
    ]
    assert heavy.has_started()
    assert view.has_started()
    runner.cancel_all()
    assert [recorder.kinds(job_id)[-1] for job_id in ids] == [EventKind.CANCELLED] * 3
    heavy.go_on.set()
    view.go_on.set()


def test_finally_blocks_run_at_the_cancellation_point(runner, recorder):
    stuck, cleaned = Stuck(), threading.Event()

    def function(context):
        try:
            stuck(context)
            context.check()
        finally:
            cleaned.set()

    job_id = runner.submit("Careful", function)
    assert stuck.has_started()
    runner.cancel(job_id)
    stuck.go_on.set()
    assert cleaned.wait(LONG_S)


def test_a_context_kept_beyond_the_end_raises_cancelled_and_tells_nothing(runner, recorder):
    kept = []
    job_id = runner.submit("Leaky", kept.append)
    recorder.wait(job_id)
    with pytest.raises(Cancelled):
        kept[0].progress(0.9)
    with pytest.raises(Cancelled):
        kept[0].partial("late")
    assert recorder.kinds(job_id)[-1] is EventKind.DONE


# --- lanes ---------------------------------------------------------------------------------


def test_heavy_jobs_run_one_after_another_in_order(runner, recorder):
    order, running = [], threading.Lock()

    def function(number):
        def run(context):
            assert running.acquire(blocking=False), "two heavy jobs at once"
            order.append(number)
            running.release()

        return run

    ids = [runner.submit(f"Job {number}", function(number)) for number in range(6)]
    assert [recorder.wait(job_id).kind for job_id in ids] == [EventKind.DONE] * 6
    assert order == [0, 1, 2, 3, 4, 5]


def test_the_next_heavy_job_waits_until_a_cancelled_one_has_really_returned(runner, recorder):
    stuck = Stuck()
    seen = []
    first = runner.submit("Stuck", stuck)
    assert stuck.has_started()
    runner.cancel(first)
    second = runner.submit("Next", lambda context: seen.append(stuck.returned.is_set()))
    assert recorder.kinds(second) == [EventKind.QUEUED]
    stuck.go_on.set()
    recorder.wait(second)
    assert seen == [True]


def test_a_heavy_job_does_not_hold_up_the_view(runner, recorder):
    stuck = Stuck()
    heavy = runner.submit("Long", stuck)
    assert stuck.has_started()
    view = runner.submit("Spectrum", lambda context: "shown", Lane.VIEW)
    assert recorder.wait(view).value == "shown"
    assert recorder.kinds(heavy) == [EventKind.QUEUED, EventKind.STARTED]
    stuck.go_on.set()


def test_a_new_view_job_cancels_the_running_and_the_queued_one_before_it(runner, recorder):
    heavy, stuck, ran = Stuck(), Stuck(), []
    other = runner.submit("Heavy", heavy)
    first = runner.submit("First", stuck, Lane.VIEW)
    assert stuck.has_started()
    second = runner.submit("Second", ran.append, Lane.VIEW)
    third = runner.submit("Third", lambda context: 3, Lane.VIEW)
    stuck.go_on.set()
    assert recorder.wait(third).value == 3
    assert recorder.kinds(first) == [EventKind.QUEUED, EventKind.STARTED, EventKind.CANCELLED]
    assert recorder.kinds(second) == [EventKind.QUEUED, EventKind.CANCELLED]
    assert ran == []
    assert EventKind.CANCELLED not in recorder.kinds(other)
    heavy.go_on.set()


@pytest.mark.parametrize("lane", [Lane.ASK, Lane.COMPUTE, Lane.SKETCH, Lane.COLOUR, Lane.LOOK])
def test_a_new_job_of_another_lane_leaves_that_of_the_picture_alone(runner, recorder, lane):
    view, older = Stuck("picture"), Stuck()
    picture = runner.submit("Picture", view, Lane.VIEW)
    first = runner.submit("First", older, lane)
    assert view.has_started()
    assert older.has_started()
    second = runner.submit("Second", lambda context: 2, lane)
    older.go_on.set()
    assert recorder.wait(second).value == 2
    assert recorder.kinds(first)[-1] is EventKind.CANCELLED
    view.go_on.set()
    assert recorder.wait(picture).value == "picture"


def test_workers_are_daemon_threads_that_start_with_the_first_job_of_their_lane(runner, recorder):
    before = set(threading.enumerate())
    found = []
    recorder.wait(runner.submit("Who", lambda context: found.append(threading.current_thread())))
    assert found[0].daemon
    assert set(threading.enumerate()) - before == {found[0]}


def test_the_runner_is_busy_until_its_jobs_have_ended(runner, recorder):
    stuck = Stuck()
    assert not runner.is_busy
    job_id = runner.submit("Stuck", stuck)
    assert stuck.has_started()
    assert runner.is_busy
    runner.cancel(job_id)
    assert not runner.is_busy
    stuck.go_on.set()
    recorder.wait(runner.submit("Short", lambda context: None))
    assert not runner.is_busy


# --- progress and partial results ----------------------------------------------------------


def reports(runner, recorder, clock, *said, seconds_between):
    """Give (fraction, message) of the PROGRESS events of a job that says all this."""

    def function(context):
        for fraction in said:
            context.progress(fraction, f"said {fraction}")
            clock.now += seconds_between

    job_id = runner.submit("Reports", function)
    assert recorder.wait(job_id).kind is EventKind.DONE
    told = [event for event in recorder.of(job_id) if event.kind is EventKind.PROGRESS]
    return [(event.fraction, event.message) for event in told]


def test_progress_never_goes_backwards_and_stays_within_0_and_1(runner, recorder, clock):
    said = (-0.5, 0.25, 0.125, float("nan"), 0.5, 7.0, 0.75)
    told = reports(runner, recorder, clock, *said, seconds_between=1.0)
    assert [fraction for fraction, _ in told] == [0.0, 0.25, 0.25, 0.25, 0.5, 1.0, 1.0]
    assert [message for _, message in told] == [f"said {fraction}" for fraction in said]


def test_indeterminate_progress_is_told_and_does_not_forget_what_was_reached(
    runner, recorder, clock
):
    told = reports(runner, recorder, clock, None, 0.5, None, 0.25, seconds_between=1.0)
    assert [fraction for fraction, _ in told] == [None, 0.5, None, 0.5]


def test_progress_is_told_at_most_every_50_ms(runner, recorder, clock):
    said = [step / 128 for step in range(100)]
    told = reports(runner, recorder, clock, *said, seconds_between=1 / 64)
    # 15.6 ms apart: every fourth is the first one at least 50 ms after the one before
    assert [fraction for fraction, _ in told] == said[::4]


def test_reaching_1_is_told_at_once_but_only_once(runner, recorder, clock):
    told = reports(runner, recorder, clock, 0.5, 0.75, 1.0, 1.0, 2.0, seconds_between=0.0)
    assert told == [(0.5, "said 0.5"), (1.0, "said 1.0")]


def test_progress_that_is_not_told_is_still_a_cancellation_point(recorder):
    clock = Clock()  # stands still: only the first report is told
    runner = JobRunner(recorder, clock)
    reported, cancelled = threading.Event(), threading.Event()
    calls = []

    def function(context):
        context.progress(0.25)
        context.progress(0.5)
        reported.set()
        assert cancelled.wait(LONG_S)
        calls.append("before")
        context.progress(0.75)
        calls.append("after")

    job_id = runner.submit("Report", function)
    assert reported.wait(LONG_S)
    runner.cancel(job_id)
    cancelled.set()
    assert runner.close(LONG_S)
    assert calls == ["before"]
    assert [e.fraction for e in recorder.of(job_id) if e.kind is EventKind.PROGRESS] == [0.25]


def test_every_partial_result_is_delivered_in_order(runner, recorder):
    def function(context):
        for number in range(50):
            context.partial(number)
        return "all"

    job_id = runner.submit("Parts", function)
    assert recorder.wait(job_id).value == "all"
    values = [event.value for event in recorder.of(job_id) if event.kind is EventKind.PARTIAL]
    assert values == list(range(50))


def test_progress_goes_through_wherever_core_takes_one(runner, recorder):
    def summed(rows, progress):
        for row in range(rows):
            progress((row + 1) / rows, "Summing")
        return rows

    job_id = runner.submit("Sum", lambda context: summed(7, context.progress))
    assert recorder.wait(job_id).value == 7
    assert recorder.of(job_id)[-2].fraction == 1.0


# --- listeners -----------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError("v"), SystemExit(3), KeyboardInterrupt(), OwnBase()])
def test_a_listener_that_raises_in_a_worker_is_logged_and_the_worker_goes_on(
    recorder, caplog, error
):
    main = threading.current_thread()

    def listener(event):
        recorder(event)
        if threading.current_thread() is not main:
            raise error

    runner = JobRunner(listener)
    with caplog.at_level(logging.ERROR, logger="app.engine.jobs"):

        def function(context):
            context.progress(0.5)
            context.partial("part")
            return "whole"

        first, second = runner.submit("First", function), runner.submit("Second", function)
        assert recorder.wait(first).value == "whole"
        assert recorder.wait(second).value == "whole"
        assert runner.close(LONG_S)
    assert f"The listener failed on done of job {second}" in caplog.messages
    assert all(record.exc_info[1] is error for record in caplog.records)
    # started, progress, partial and done, twice
    assert len(caplog.records) == 8


def test_a_listener_that_raises_on_submission_does_not_lose_the_job(recorder, caplog):
    def listener(event):
        recorder(event)
        if event.kind is EventKind.QUEUED:
            raise ValueError("no")

    runner = JobRunner(listener)
    assert recorder.wait(runner.submit("Job", lambda context: 1)).value == 1
    assert runner.close(LONG_S)
    assert len(caplog.records) == 1


def test_ctrl_c_in_a_listener_of_the_main_thread_comes_through(recorder):
    def listener(event):
        recorder(event)
        if event.kind is EventKind.CANCELLED:
            raise KeyboardInterrupt

    stuck = Stuck()
    runner = JobRunner(listener)
    job_id = runner.submit("Stuck", stuck)
    assert stuck.has_started()
    with pytest.raises(KeyboardInterrupt):
        runner.cancel(job_id)
    stuck.go_on.set()
    assert runner.close(LONG_S)
    assert recorder.kinds(job_id)[-1] is EventKind.CANCELLED


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        (EventKind.QUEUED, 0),
        (EventKind.STARTED, 0),
        (EventKind.PROGRESS, 1),
        (EventKind.PARTIAL, 2),
    ],
)
def test_a_listener_may_cancel_the_job_it_hears_of(kind, steps):
    recorder = Recorder()
    reached = []

    def listener(event):
        recorder(event)
        if event.kind is kind:
            runner.cancel(event.job_id)

    def function(context):
        reached.append("running")
        context.progress(0.5)
        reached.append("reported")
        context.partial("part")
        reached.append("shown")

    runner = JobRunner(listener)
    job_id = runner.submit("Job", function)
    recorder.wait(job_id)
    assert runner.close(LONG_S)
    assert recorder.kinds(job_id)[-2:] == [kind, EventKind.CANCELLED]
    assert reached == ["running", "reported", "shown"][:steps]


def test_a_listener_may_submit_the_next_job_when_one_is_done():
    recorder = Recorder()
    ids, all_submitted = [], threading.Event()

    def listener(event):
        recorder(event)
        if event.kind is EventKind.DONE and len(ids) < 3:
            ids.append(runner.submit(f"After {event.title}", lambda context: len(ids)))
        if len(ids) == 3:
            all_submitted.set()

    runner = JobRunner(listener)
    runner.submit("First", lambda context: 0)
    assert all_submitted.wait(LONG_S)
    assert recorder.wait(ids[2]).title == "After After After First"
    assert runner.close(LONG_S)


def test_the_latest_view_job_wins_when_a_listener_submits_on_submission():
    recorder = Recorder()
    newer = []

    def listener(event):
        recorder(event)
        if event.kind is EventKind.QUEUED and not newer:
            newer.append(None)
            newer[0] = runner.submit("Newer", lambda context: "newer", Lane.VIEW)

    runner = JobRunner(listener)
    older = runner.submit("Older", lambda context: "older", Lane.VIEW)
    assert recorder.wait(newer[0]).value == "newer"
    assert runner.close(LONG_S)
    assert recorder.kinds(older) == [EventKind.QUEUED, EventKind.CANCELLED]


# --- closing -------------------------------------------------------------------------------


def test_submitting_after_closing_raises(recorder):
    runner = JobRunner(recorder)
    assert runner.close()
    with pytest.raises(RuntimeError, match="closed; it cannot run 'Late'"):
        runner.submit("Late", lambda context: None)
    assert recorder.events == []


def test_closing_stops_listening_first_and_then_cancels_everything(recorder):
    runner = JobRunner(recorder)
    seen, ran, started = [], [], threading.Event()

    def function(context):
        started.set()
        try:
            wait_until_cancelled(context)
        except Cancelled as cancelled:
            seen.append(cancelled)
            raise

    runner.submit("Running", function)
    assert started.wait(LONG_S)
    runner.submit("Queued", ran.append)
    before = list(recorder.events)
    assert runner.close(LONG_S)
    assert len(seen) == 1
    assert ran == []
    assert recorder.events == before
    assert not runner.is_busy


def test_closing_twice_is_the_same_as_once(recorder):
    runner = JobRunner(recorder)
    recorder.wait(runner.submit("Job", lambda context: None))
    assert runner.close(LONG_S)
    assert runner.close(LONG_S)


def test_closing_beside_a_stuck_job_returns_false_in_time(recorder):
    stuck = Stuck()
    runner = JobRunner(recorder)
    runner.submit("Stuck", stuck)
    assert stuck.has_started()
    assert runner.close(0.0) is False
    assert runner.close(-2.0) is False
    assert not stuck.returned.is_set()
    stuck.go_on.set()
    assert runner.close(LONG_S)
    assert EventKind.DONE not in [event.kind for event in recorder.events]


def test_a_listener_that_hangs_does_not_hold_up_closing():
    hanging, let_go = threading.Event(), threading.Event()
    ran = []

    def listener(event):
        if event.kind is EventKind.STARTED:
            hanging.set()
            assert let_go.wait(LONG_S)

    runner = JobRunner(listener)
    runner.submit("Job", ran.append)
    assert hanging.wait(LONG_S)
    assert runner.close(0.01) is False
    let_go.set()
    assert runner.close(LONG_S)
    assert ran == []


def test_a_listener_may_close_the_runner_from_a_worker():
    answers, answered = [], threading.Event()

    def listener(event):
        if event.kind is EventKind.DONE:
            answers.append(runner.close(0.0))
            answered.set()

    runner = JobRunner(listener)
    runner.submit("Job", lambda context: None)
    assert answered.wait(LONG_S)
    assert answers == [False]
    assert runner.close(LONG_S)


def test_a_stuck_job_delays_the_exit_of_the_process_by_less_than_a_second():
    script = """
import sys, threading, time
from app.engine.jobs import JobRunner
started = threading.Event()
def stuck(context):
    started.set()
    threading.Event().wait(60)
runner = JobRunner(lambda event: None)
runner.submit("Stuck", stuck)
assert started.wait(20)
before = time.time()
assert runner.close(timeout_s=0.3) is False
sys.stdout.write(repr(before))
"""
    done = run_python(script)
    seconds = time.time() - float(done.stdout)
    assert done.stderr == ""
    assert 0.2 < seconds < 1.3


# --- memory --------------------------------------------------------------------------------


class Big:
    """Stands for a cube."""


def test_a_finished_job_keeps_neither_function_nor_result_alive():
    values, done = [], threading.Event()

    def listener(event):
        if event.kind is EventKind.DONE:
            values.append(weakref.ref(event.value))
            done.set()

    runner = JobRunner(listener)
    held = Big()

    def function(context, held=held):
        return Big()

    function_gone = weakref.ref(held)
    runner.submit("Big", function)
    assert done.wait(LONG_S)
    del function, held
    # the same worker, on to its next job, holds nothing of the one before
    second = Stuck()
    runner.submit("Next", second)
    assert second.has_started()
    assert function_gone() is None
    assert values[0]() is None
    second.go_on.set()
    assert runner.close(LONG_S)


def test_an_idle_worker_keeps_nothing_of_its_last_job_alive():
    gone = threading.Event()
    runner = JobRunner(lambda event: None)

    def submit():
        result = Big()
        weakref.finalize(result, gone.set)
        runner.submit("Big", lambda context: result)

    submit()
    assert gone.wait(LONG_S)
    assert runner.close(LONG_S)


def test_a_failed_job_keeps_neither_function_nor_error_alive(runner, recorder):
    gone = threading.Event()

    def submit():
        held = Big()
        weakref.finalize(held, gone.set)

        def function(context):
            raise ValueError(id(held))

        return runner.submit("Fail", function)

    gc.disable()  # freed at once, not when a collection comes by
    try:
        recorder.wait(submit())
        with recorder._changed:
            recorder.events.clear()
        assert gone.wait(LONG_S)
    finally:
        gc.enable()


def test_a_job_cancelled_while_queued_lets_go_of_its_function_at_once(runner, recorder):
    stuck = Stuck()
    runner.submit("First", stuck)
    assert stuck.has_started()
    held = Big()
    gone = weakref.ref(held)
    job_id = runner.submit("Second", lambda context, held=held: held)
    del held
    assert gone() is not None
    runner.cancel(job_id)
    assert gone() is None
    stuck.go_on.set()


# --- many at once --------------------------------------------------------------------------


def job_of_kind(kind, rng_seed):
    def function(context):
        if kind == "value":
            return rng_seed
        if kind == "error":
            raise OwnBase
        if kind == "cancelled":
            raise Cancelled
        for step in range(20):
            context.progress(step / 19, "Working")
            context.partial(step)
        return "long"

    return function


def test_any_interleaving_of_submit_and_cancel_ends_each_job_once_with_nothing_after():
    for seed in range(200):
        rng = random.Random(seed)
        recorder = Recorder()
        runner = JobRunner(recorder)
        ids = []

        def cancel_some(seed=seed, ids=ids, runner=runner):
            own = random.Random(-1 - seed)
            for _ in range(8):
                if ids:
                    runner.cancel(own.choice(ids))

        canceller = threading.Thread(target=cancel_some)
        canceller.start()
        for number in range(6):
            kind = rng.choice(["value", "error", "cancelled", "long"])
            lane = rng.choice(list(Lane))
            ids.append(runner.submit(f"Job {number}", job_of_kind(kind, seed), lane))
            if rng.random() < 0.3:
                runner.cancel(rng.choice(ids))
        canceller.join()
        for job_id in ids:
            recorder.wait(job_id)
        assert runner.close(LONG_S)
        assert not recorder.overlapped
        for job_id in ids:
            kinds = recorder.kinds(job_id)
            assert kinds[0] is EventKind.QUEUED, seed
            assert [kind in FINAL for kind in kinds] == [False] * (len(kinds) - 1) + [True], seed
            assert kinds.count(EventKind.STARTED) <= 1, seed


def test_every_final_event_is_also_a_state():
    states = {state.value for state in JobState}
    assert {kind.value for kind in FINAL} <= states


# --- run_now -------------------------------------------------------------------------------


def test_run_now_returns_the_value_from_the_calling_thread():
    assert run_now(lambda context: threading.get_ident()) == threading.get_ident()


def test_run_now_reports_monotone_progress_within_0_and_1():
    heard = []

    def function(context):
        for fraction in (-1.0, 0.5, 0.25, None, 3.0):
            context.progress(fraction, "Reading")
            context.check()

    run_now(function, lambda fraction, message="": heard.append((fraction, message)))
    assert heard == [(f, "Reading") for f in (0.0, 0.5, 0.5, None, 1.0)]


def test_run_now_ignores_partial_results():
    def function(context):
        context.partial(1)
        return 2

    assert run_now(function) == 2


@pytest.mark.parametrize(
    "error", [ValueError("v"), Cancelled(), KeyboardInterrupt(), SystemExit(2), OwnBase()]
)
def test_run_now_lets_every_error_through_unchanged(error):
    with pytest.raises(type(error)) as raised:
        run_now(raising(error))
    assert raised.value is error


def test_run_now_stops_when_the_progress_raises():
    reached = []

    def stop(fraction, message=""):
        raise Cancelled

    def function(context):
        context.progress(0.5)
        reached.append("after")

    with pytest.raises(Cancelled):
        run_now(function, stop)
    assert reached == []


# --- layers --------------------------------------------------------------------------------


def test_importing_the_runner_brings_no_qt_and_nothing_heavy():
    script = (
        "import sys, app.engine.jobs\n"
        "sys.stdout.write(','.join(sorted({n.split('.')[0] for n in sys.modules})))"
    )
    loaded = set(run_python(script).stdout.split(","))
    assert "app" in loaded
    assert loaded.isdisjoint({"PySide6", "pyqtgraph", "scipy", "sklearn", "h5py", "onnxruntime"})
