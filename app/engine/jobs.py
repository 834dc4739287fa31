"""Jobs: long work in the background, told as events to one listener.

A job is a plain function of a `JobContext`. It runs once, in one worker thread, and ends in
exactly one of done, failed or cancelled, whatever it raises.
"""

import itertools
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from queue import SimpleQueue
from typing import Any, Protocol, TypeAlias, TypeVar

from app.core.progress import Progress, no_progress
from app.errors import Cancelled

PROGRESS_INTERVAL_S = 0.05

_log = logging.getLogger(__name__)

T = TypeVar("T")


class JobState(StrEnum):
    """Where a job is in its life; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Lane(StrEnum):
    """Which worker a job goes to; each lane has one thread.

    HEAVY runs one job after another, as memory is the limit. In each other lane a new job cancels
    those before it, queued or running, as only the latest is wanted: VIEW is for the picture on
    screen, ASK for what a place could be, COMPUTE for an edited spectrum, SKETCH for a synthetic
    scan's palette, LIVE for the colour under the pointer, COLOUR for all, LOOK for batches' scans.
    """

    HEAVY = "heavy"
    VIEW = "view"
    ASK = "ask"
    COMPUTE = "compute"
    SKETCH = "sketch"
    LIVE = "live"
    COLOUR = "colour"
    LOOK = "look"


class EventKind(StrEnum):
    """What an event tells; the last three are final and come once per job."""

    QUEUED = "queued"
    STARTED = "started"
    PROGRESS = "progress"
    PARTIAL = "partial"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class JobEvent:
    """Something that happened to a job.

    Parameters
    ----------
    job_id
        What `JobRunner.submit` returned.
    kind
        What happened.
    title
        The job's title, for the user.
    fraction
        With PROGRESS: 0..1, never less than before; None while unknown.
    message
        With PROGRESS: what is being done.
    value
        With PARTIAL: the intermediate result. With DONE: what the function returned.
    error
        With FAILED: what the function raised, with its traceback, which holds the function's
        variables; who wants to remember it for long keeps its text instead.
    """

    job_id: int
    kind: EventKind
    title: str
    fraction: float | None = None
    message: str = ""
    value: Any = None
    error: BaseException | None = None


class JobContext(Protocol):
    """What a job function may say and ask; every method is a cancellation point."""

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Report a fraction in 0..1 (None when unknown) and what is being done.

        Raises
        ------
        Cancelled
            If the result is no longer wanted.
        """

    def check(self) -> None:
        """Raise Cancelled if the result is no longer wanted."""

    def partial(self, value: Any) -> None:
        """Give an intermediate result to the screen; nobody writes to it afterwards.

        Raises
        ------
        Cancelled
            If the result is no longer wanted; the value is then dropped.
        """


JobFunction: TypeAlias = Callable[[JobContext], T]


@dataclass(slots=True, eq=False)
class _Job:
    """A job from its submission to its end."""

    id: int
    title: str
    lane: Lane
    function: JobFunction[Any] | None
    state: JobState = JobState.QUEUED


class JobRunner:
    """Runs jobs in one daemon thread per lane and tells a listener.

    Parameters
    ----------
    listener
        Called with each event, in the order of events and never by two threads at once, but
        from whatever thread the event arises in: a worker, or the one that submits or
        cancels. It must return soon and never wait for another thread, as jobs wait while it
        runs; it may call `submit` and `cancel`. What it raises is logged and dropped.
    clock
        Monotonic time in seconds, for the distance between PROGRESS events.

    Notes
    -----
    The threads are daemons, so a function that never returns does not keep the program from
    leaving. Cancelling is prompt for the listener: CANCELLED comes at once and nothing after
    it. The function itself stops at its next cancellation point, and its lane starts no other
    job before it has really returned: two large computations at once would not fit in memory.
    A job that has ended is forgotten, its function and result with it.
    """

    def __init__(
        self, listener: Callable[[JobEvent], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._listener = listener
        self._clock = clock
        # reentrant, as a listener may submit and cancel; held while it is called, so that no
        # event of a job can overtake another or follow its end
        self._lock = threading.RLock()
        self._ids = itertools.count(1)
        self._jobs: dict[int, _Job] = {}  # those that have not ended
        self._queues: dict[Lane, SimpleQueue[_Job | None]] = {lane: SimpleQueue() for lane in Lane}
        self._threads: dict[Lane, threading.Thread] = {}
        self._closed = False

    @property
    def is_busy(self) -> bool:
        """Whether a job is queued or running; one that was cancelled no longer counts."""
        return bool(self._jobs)

    def submit(self, title: str, function: JobFunction[Any], lane: Lane = Lane.HEAVY) -> int:
        """Queue a function and return the job's id, which is never used again.

        Raises
        ------
        RuntimeError
            If the runner has been closed.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError(f"the job runner is closed; it cannot run {title!r}")
            if lane not in self._threads:
                self._threads[lane] = self._start_worker(lane)
            job = _Job(next(self._ids), title, lane, function)
            self._jobs[job.id] = job
            self._queues[lane].put(job)
            self._tell(job, EventKind.QUEUED)
            if lane is not Lane.HEAVY:
                # only earlier ones: the listener may have submitted a later job meanwhile
                for other in tuple(self._jobs.values()):
                    if other.lane is lane and other.id < job.id:
                        self._end(other, EventKind.CANCELLED)
            return job.id

    def cancel(self, job_id: int) -> None:
        """End a job as cancelled, at once for the listener; without effect once it has ended."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is not None:
                self._end(job, EventKind.CANCELLED)

    def cancel_all(self) -> None:
        """Cancel every job that is queued or running."""
        with self._lock:
            for job in tuple(self._jobs.values()):
                self._end(job, EventKind.CANCELLED)

    def close(self, timeout_s: float = 3.0) -> bool:
        """Stop listening, cancel everything and wait for the workers, but not for ever.

        Parameters
        ----------
        timeout_s
            How long to wait, s.

        Returns
        -------
        bool
            Whether all workers have ended; False while a function is still on its way to its
            next cancellation point.
        """
        deadline = time.monotonic() + timeout_s
        # set without the lock: a listener that hangs must not hold up the exit
        self._closed = True
        if self._lock.acquire(timeout=max(timeout_s, 0)):
            try:
                self.cancel_all()
            finally:
                self._lock.release()
        for queue in self._queues.values():
            queue.put(None)
        threads = tuple(self._threads.values())
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(max(deadline - time.monotonic(), 0))
        return not any(thread.is_alive() for thread in threads)

    def _start_worker(self, lane: Lane) -> threading.Thread:
        thread = threading.Thread(
            target=self._work, args=(self._queues[lane],), name=f"{lane}-jobs", daemon=True
        )
        thread.start()
        return thread

    def _work(self, queue: "SimpleQueue[_Job | None]") -> None:
        # a call per job, so that no variable keeps the last one alive while waiting
        while self._run_next(queue):
            pass

    def _run_next(self, queue: "SimpleQueue[_Job | None]") -> bool:
        """Run the next job to its end; False when there is none to come."""
        job = queue.get()
        if job is None:
            return False
        function = self._begin(job)
        if function is None:
            return True
        try:
            value = function(
                _WorkerContext(
                    self._lock, self._clock, partial(self._is_wanted, job), partial(self._tell, job)
                )
            )
        except Cancelled:
            self._end(job, EventKind.CANCELLED)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the listener gets it
            self._end(job, EventKind.FAILED, error=error)
        else:
            self._end(job, EventKind.DONE, value=value)
        return True

    def _begin(self, job: _Job) -> JobFunction[Any] | None:
        """Start a job; None if it has been cancelled, at the latest by who hears of the start."""
        with self._lock:
            if job.state is JobState.QUEUED:
                job.state = JobState.RUNNING
                self._tell(job, EventKind.STARTED)
            return job.function if self._is_wanted(job) else None

    def _end(self, job: _Job, kind: EventKind, **details: Any) -> None:
        """Bring a job to its one end; without effect when it has already come to it."""
        with self._lock:
            if self._jobs.pop(job.id, None) is not None:
                job.state = JobState(kind.value)
                job.function = None
                self._tell(job, kind, **details)

    def _is_wanted(self, job: _Job) -> bool:
        return job.state is JobState.RUNNING and not self._closed

    def _tell(self, job: _Job, kind: EventKind, **details: Any) -> None:
        """Tell the listener; called with the lock held."""
        if self._closed:
            return
        try:
            self._listener(JobEvent(job.id, kind, job.title, **details))
        except BaseException as error:  # the place for it: no listener may end a worker
            # Ctrl-C reaches the main thread only, wherever it is, and belongs to the program
            in_main = threading.current_thread() is threading.main_thread()
            if in_main and not isinstance(error, Exception):
                raise
            _log.exception("The listener failed on %s of job %d", kind, job.id)


class _WorkerContext:
    """What a function in a worker talks to."""

    def __init__(
        self,
        lock: threading.RLock,
        clock: Callable[[], float],
        is_wanted: Callable[[], bool],
        tell: Callable[..., None],
    ) -> None:
        self._lock = lock
        self._clock = clock
        self._is_wanted = is_wanted
        self._tell = tell
        self._fraction = 0.0
        self._sent_at = -math.inf

    def progress(self, fraction: float | None, message: str = "") -> None:
        with self._lock:
            self.check()
            finishes = False
            if fraction is not None:
                before = self._fraction
                fraction = self._fraction = _advance(before, fraction)
                finishes = before < 1 and fraction == 1
            now = self._clock()
            if finishes or now - self._sent_at >= PROGRESS_INTERVAL_S:
                self._sent_at = now
                self._tell(EventKind.PROGRESS, fraction=fraction, message=message)
                self.check()  # the listener may just have cancelled

    def check(self) -> None:
        if not self._is_wanted():
            raise Cancelled

    def partial(self, value: Any) -> None:
        with self._lock:
            self.check()
            self._tell(EventKind.PARTIAL, value=value)
            self.check()


class _DirectContext:
    """What a function in the calling thread talks to."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._fraction = 0.0

    def progress(self, fraction: float | None, message: str = "") -> None:
        if fraction is not None:
            fraction = self._fraction = _advance(self._fraction, fraction)
        self._progress(fraction, message)

    def check(self) -> None:
        """Nobody can cancel but Ctrl-C, which comes by itself."""

    def partial(self, value: Any) -> None:
        """There is no screen to show it on."""


def run_now(function: JobFunction[T], progress: Progress = no_progress) -> T:
    """Run a job function in the calling thread, for the command line and scripts.

    Parameters
    ----------
    function
        As given to `JobRunner.submit`.
    progress
        Called at every report, with fractions in 0..1 that never go backwards. Unlike events
        the calls are not thinned out, so that a `progress` that raises stops the function at
        once.

    Returns
    -------
    T
        What the function returns; intermediate results are dropped. What it raises comes
        through unchanged.
    """
    return function(_DirectContext(progress))


def _advance(before: float, fraction: float) -> float:
    """The new fraction in 0..1, never less than before, whatever was reported."""
    return min(max(before, float(fraction)), 1.0)
