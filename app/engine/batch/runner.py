"""Running a batch: what the window and the command line hold while it goes on."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from app.core.batch.plan import BatchPlan
from app.core.batch.states import RowEvent, RowState
from app.engine.batch.executor import Executor
from app.engine.batch.finishing import finish
from app.engine.batch.local import LocalExecutor
from app.engine.batch.loop import ABANDON, CANCEL, CANCEL_ITEM, PAUSE, RESUME, RETRY, Loop
from app.engine.batch.planner import Planner, check_runnable
from app.engine.batch.table import Listener, Table
from app.errors import AppError
from app.io.batch_files import keep_plan, remove_leftovers
from app.io.batch_ledger import Ledger

_LOOK_EVERY_S = 0.2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """How a run ended.

    Parameters
    ----------
    rows
        The last event of each scan, in the order of the plan.
    seconds
        How long it took, without pauses, s.
    memory_mb
        Most memory that one worker with its network used, MB; 0 where none was started.
    networks_loaded
        How many networks the worker loaded that loaded most.
    files
        What was written for all scans together, such as the contact sheet.
    message
        Why the run as a whole could not go on; empty where it could.
    """

    rows: tuple[RowEvent, ...]
    seconds: float = 0.0
    memory_mb: float = 0.0
    networks_loaded: int = 0
    files: tuple[str, ...] = ()
    message: str = ""

    def count(self, *states: RowState) -> int:
        """How many rows are in one of these states."""
        return sum(row.state in states for row in self.rows)

    @property
    def is_good(self) -> bool:
        """Whether every scan's results are there, and nothing else failed."""
        return not self.message and all(row.state.is_good for row in self.rows)


@dataclass(slots=True)
class _Outcome:
    """What a run has brought so far besides its rows; as in `BatchSummary`."""

    memory_mb: float = 0.0
    networks_loaded: int = 0
    files: tuple[str, ...] = ()


class BatchRun:
    """One plan while it is run.

    All methods may be called from any thread, the listener's, too; they return at once, except
    `wait` and `close`.

    Parameters
    ----------
    plan
        What is to be done.
    listener
        Called with each `RowEvent` from the run's own thread; never two at once. It must
        return soon. What it raises is logged and dropped.
    executor
        Where the work is done; by default processes on this machine, which end with the run. One
        that is given is not closed.
    ended
        Called once when a run has ended, after the last event; again after `retry_failed`.
    resume
        Whether what was made before, of the same scan by the same recipe, is left alone.
    """

    def __init__(
        self,
        plan: BatchPlan,
        listener: Listener,
        executor: Executor | None = None,
        *,
        ended: Callable[[BatchSummary], None] | None = None,
        resume: bool = True,
    ) -> None:
        self.plan = plan
        self._listener, self._ended = listener, ended
        self._given, self._resume = executor, resume
        self._lock = threading.Lock()
        self._inbox: SimpleQueue[Any] = SimpleQueue()
        self._table = Table(len(plan.inputs), self._tell)
        self._is_running = self._is_paused = False
        self._is_over = threading.Event()
        self._summary: BatchSummary | None = None

    @property
    def rows(self) -> tuple[RowEvent, ...]:
        """The last event of each scan, in the order of the plan."""
        return self._table.rows

    @property
    def is_running(self) -> bool:
        """Whether it has been started and has not ended; paused or not."""
        return self._is_running

    @property
    def is_paused(self) -> bool:
        """Whether no further scan is begun for now."""
        return self._is_paused

    @property
    def time_left_s(self) -> float | None:
        """How long the rest may take, s; None while nothing is known."""
        return self._table.time_left_s

    def start(self) -> None:
        """Begin; without effect while it runs."""
        with self._lock:
            if self._is_running:
                return
            self._is_running, self._is_paused = True, False
            self._is_over = threading.Event()
            self._summary = None
            self._inbox = SimpleQueue()
            self._table.clock.start()
            threading.Thread(target=self._run, name="batch", daemon=True).start()
            threading.Thread(
                target=self._end_with_program, args=(self._is_over,), name="batch-keeper"
            ).start()

    def pause(self) -> None:
        """Begin no further scan; those at work are finished."""
        self._is_paused = self._is_running
        self._table.clock.stop()
        self._inbox.put((PAUSE, None))

    def resume(self) -> None:
        """Go on after `pause`."""
        self._is_paused = False
        if self._is_running:
            self._table.clock.start()
        self._inbox.put((RESUME, None))

    def cancel(self) -> None:
        """End all: what waits is not begun, what runs is stopped and leaves no half file."""
        self._inbox.put((CANCEL, None))

    def cancel_item(self, item: int) -> None:
        """End one scan; without effect once it has ended."""
        self._inbox.put((CANCEL_ITEM, item))

    def retry_failed(self) -> None:
        """Do the failed scans again, now or beside what still runs."""
        with self._lock:
            is_running = self._is_running
            if is_running:
                self._inbox.put((RETRY, None))
        if not is_running:
            for number in self._table.in_state(RowState.FAILED):
                self._table.move(number, RowState.WAITING)
            self.start()

    def wait(self, timeout_s: float | None = None) -> BatchSummary | None:
        """Wait for the end; None where the time has passed before it, s."""
        return self._summary if self._is_over.wait(timeout_s) else None

    def close(self, timeout_s: float = 5.0) -> None:
        """Cancel, end the processes at once where they are the run's own, and wait, s."""
        self._inbox.put((ABANDON, None))
        if self._is_running:
            self._is_over.wait(timeout_s)

    def _end_with_program(self, is_over: threading.Event) -> None:
        """Close the run when the program's main thread ends.

        While a thread of it reads a file the program must not take down what reads files. Threads
        that are no daemons, as the one of this method, are waited for before anything of that.
        """
        main = threading.main_thread()
        while not is_over.wait(_LOOK_EVERY_S):
            if not main.is_alive():
                self.close()
                return

    def _run(self) -> None:
        message = ""
        outcome = _Outcome()
        try:
            check_runnable(self.plan)
            with Ledger(Path(self.plan.output)) as ledger:
                planner = Planner(self.plan, ledger, resume=self._resume)
                keep_plan(self.plan)
                # names may have been others when a run was killed
                remove_leftovers((*planner.targets(), *ledger.own_targets()))
                self._work(ledger, planner, outcome)
        except AppError as error:
            message = f"{error} {error.hint}".strip()
        except Exception as error:  # noqa: BLE001 - the last place of this thread
            _log.exception("A batch ended by a mistake of the program")
            message = f"Velatura met something it does not know: {type(error).__name__}: {error}"
        self._end(outcome, message)

    def _work(self, ledger: Ledger, planner: Planner, outcome: "_Outcome") -> None:
        plan = self.plan
        executor = self._given or LocalExecutor(plan.jobs, plan.memory_mb)
        loop = Loop(plan, self._table, self._inbox, executor, ledger, planner)
        try:
            loop.run()
        finally:
            if executor is not self._given:
                executor.close()
            if loop.is_cancelled:
                # what was ended at once has left half a file
                remove_leftovers(planner.targets())
            outcome.memory_mb, outcome.networks_loaded = loop.memory_mb, loop.networks_loaded
        if not loop.is_cancelled:
            outcome.files = tuple(str(path) for path in finish(plan, self.rows, ledger))

    def _end(self, outcome: "_Outcome", message: str) -> None:
        self._table.clock.stop()
        for number in self._table.in_state(RowState.WAITING, RowState.RUNNING):
            self._table.move(number, RowState.FAILED, message)
        summary = BatchSummary(
            self._table.rows,
            self._table.clock.seconds,
            outcome.memory_mb,
            outcome.networks_loaded,
            outcome.files,
            message,
        )
        with self._lock:
            # who hears of the end may begin anew
            is_over = self._is_over
            self._summary = summary
            self._is_running = self._is_paused = False
        try:
            if self._ended is not None:
                self._ended(summary)
        except Exception:  # noqa: BLE001 - a listener may end no run
            _log.exception("Who waits for the end of a batch failed")
        finally:
            is_over.set()

    def _tell(self, event: RowEvent) -> None:
        try:
            self._listener(event)
        except Exception:  # noqa: BLE001 - a listener may end no run
            _log.exception("The listener failed on row %d of a batch", event.item)
