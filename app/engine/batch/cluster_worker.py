"""What a Dask worker does of a batch: one scan at a time for each of its threads."""

import contextlib
import multiprocessing
import platform
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from app.core.batch.states import RowState
from app.engine.batch.outcome import ItemOutcome, TaskOutcome, Told, ToldKind, Work
from app.engine.batch.recipes import extras_of, hash_of
from app.engine.batch.worker import Tools, do
from app.errors import AppError, Cancelled
from app.io.batch_files import remove_leftovers

PLUGIN = "velatura-tools"

_ASK_EVERY_S = 0.5
_TELL_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Envelope:
    """A work on its way to a worker.

    Parameters
    ----------
    work
        What is to be done.
    topic
        Where its progress is told: as (number, fraction, message).
    cancelled
        Name of the event that is set when it is no longer wanted.
    """

    work: Work
    topic: str
    cancelled: str


class ToolsPlugin:
    """Keeps the loaded networks of a Dask worker from one scan to the next.

    A plugin of `distributed`, which sets it up in each worker that there is or that comes later.
    To Dask one task is one thread of a processor, and so a network gets one.
    """

    name = PLUGIN

    def setup(self, worker: Any) -> None:
        """Begin to keep."""
        self._lock = threading.Lock()
        self._spare: list[Tools] = []
        self._is_over = False
        _allow_processes()

    def teardown(self, worker: Any) -> None:
        """End the networks' processes."""
        with self._lock:
            self._is_over = True
            spare, self._spare = self._spare, []
        for tools in spare:
            tools.close()

    @contextlib.contextmanager
    def tools(self) -> Iterator[Tools]:
        """Tools for one work; the next one gets the same."""
        with self._lock:
            tools = self._spare.pop() if self._spare else Tools(threads=1)
        try:
            yield tools
        finally:
            with self._lock:
                is_over = self._is_over
                if not is_over:
                    self._spare.append(tools)
            if is_over:
                tools.close()


def work_on(envelope: Envelope) -> ItemOutcome:
    """Do all tasks of one scan in a Dask worker; what fails is an outcome."""
    from distributed import Event, get_client, get_worker

    worker = get_worker()
    plugin = cast("ToolsPlugin", worker.plugins[PLUGIN])
    event = Event(envelope.cancelled, client=get_client())
    work = envelope.work
    # a worker that was lost with this scan has left half a file
    remove_leftovers(work.targets)
    check = Occasionally(event.is_set, _ASK_EVERY_S)
    wrong = what_differs(work)
    if wrong is not None:
        return ItemOutcome(work.number, (wrong,))
    tell = Thinned(lambda told: worker.log_event(envelope.topic, told), _TELL_EVERY_S)
    with plugin.tools() as tools:
        return do(work, tools, tell, check)


def what_differs(work: Work) -> TaskOutcome | None:
    """A failure where this machine would not do what was planned; None where it would.

    The recipes' checksums cover the version of the program that decides results, and the
    content of networks and pigments that are chosen by name.
    """
    for planned in work.tasks:
        try:
            here = hash_of(work.input, planned.task, extras_of(planned.task))
        except AppError as error:
            return TaskOutcome(planned.task.task, RowState.FAILED, f"{error} {error.hint}".strip())
        if here != planned.recipe:
            message = (
                f"The machine {platform.node()} would not do what was planned: recipe "
                f"{here[:12]}… found, {planned.recipe[:12]}… expected. Install the same version "
                "of Velatura there, with the same networks and pigments."
            )
            return TaskOutcome(planned.task.task, RowState.FAILED, message)
    return None


class Occasionally:
    """Raises Cancelled once something is so, but asks only now and then, as asking takes time."""

    def __init__(self, is_so: Callable[[], bool], every_s: float) -> None:
        self._is_so, self._every_s = is_so, every_s
        self._asked_at = -every_s

    def __call__(self) -> None:
        """Ask, where it is time to."""
        now = time.monotonic()
        if now - self._asked_at < self._every_s:
            return
        self._asked_at = now
        if self._is_so():
            raise Cancelled


class Thinned:
    """Tells progress now and then; outcomes of tasks travel with the result."""

    def __init__(
        self, send: Callable[[tuple[int, float | None, str]], None], every_s: float
    ) -> None:
        self._send, self._every_s = send, every_s
        self._sent_at = -every_s

    def __call__(self, told: Told) -> None:
        """Send it, where it is time to."""
        now = time.monotonic()
        if told.kind is ToldKind.PROGRESS and now - self._sent_at >= self._every_s:
            self._sent_at = now
            self._send((told.number, told.fraction, told.message))


def _allow_processes() -> None:
    """Let a worker start the process of a network.

    Dask marks its workers as daemons, and Python lets no daemon have children, as they might
    outlive it. A network's process ends by itself with the one that has started it.
    """
    settings = getattr(multiprocessing.current_process(), "_config", None)
    if isinstance(settings, dict):
        settings["daemon"] = False
