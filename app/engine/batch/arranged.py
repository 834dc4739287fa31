"""A batch on other machines, or one that goes on with scans as they arrive, for the window."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.core.batch.plan import BatchInput, BatchPlan
from app.core.batch.states import RowEvent, RowState
from app.engine.batch.executor import Executor
from app.engine.batch.runner import BatchRun, BatchSummary
from app.engine.batch.watch import BatchWatch, FolderWatch, WatchOptions, check_apart
from app.errors import AppError

Connect = Callable[[str], Executor]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where a batch is worked on, and where further scans come from.

    Parameters
    ----------
    scheduler
        Address of a Dask scheduler, such as "tcp://host:8786"; empty for this machine.
    folders
        Folders that are watched; none for the plan's scans alone.
    watch
        How they are watched.
    how
        Dataset, detector, axis and size of the scans that arrive.
    """

    scheduler: str = ""
    folders: tuple[Path, ...] = ()
    watch: WatchOptions = field(default_factory=WatchOptions)
    how: BatchInput = field(default_factory=lambda: BatchInput(""))


class ArrangedRun:
    """What `app.engine.batch.runner.BatchRun` is for a plan on this machine, for an arrangement.

    All methods but `close` return at once; connecting and looking at folders take place in a
    thread of their own.

    Parameters
    ----------
    plan, listener, ended
        As for `BatchRun`. `ended` is called when watching ends, not with each scan.
    arrangement
        Where and for how long.
    grown
        Called with the plan as it is by now, before scans that have come are begun.
    connect
        Gives the executor at an address; by default `app.engine.batch.cluster.DaskExecutor`.

    Raises
    ------
    ParameterError
        If results would go into a folder that is watched.
    """

    def __init__(
        self,
        plan: BatchPlan,
        listener: Callable[[RowEvent], None],
        *,
        ended: Callable[[BatchSummary], None],
        arrangement: Arrangement,
        grown: Callable[[BatchPlan], None] = lambda plan: None,
        connect: Connect | None = None,
    ) -> None:
        check_apart(plan.output, arrangement.folders)
        self._plan = plan
        self._listener, self._ended, self._grown = listener, ended, grown
        self._arrangement = arrangement
        self._connect = connect or _connected
        self._lock = threading.Lock()
        self._run: BatchRun | None = None
        self._watch: BatchWatch | None = None
        self._thread: threading.Thread | None = None
        self._is_running = self._is_stopped = self._is_paused = False
        self._is_closed = False
        self._unwanted: set[int] = set()

    @property
    def plan(self) -> BatchPlan:
        """With all scans that have come so far."""
        return self._plan

    @property
    def rows(self) -> tuple[RowEvent, ...]:
        """The last event of each scan, in the order of the plan."""
        told = () if self._run is None else self._run.rows
        rest = range(len(told), len(self._plan.inputs))
        return (*told, *(RowEvent(item, RowState.WAITING) for item in rest))

    @property
    def is_running(self) -> bool:
        """Whether it has been started and has not ended; paused or waiting for scans or not."""
        return self._is_running

    @property
    def is_paused(self) -> bool:
        """Whether no further scan is begun for now."""
        return self._is_paused

    @property
    def time_left_s(self) -> float | None:
        """How long the scans that are there may take, s; None while nothing is known."""
        run = self._run
        return run.time_left_s if run is not None and run.is_running else None

    def start(self) -> None:
        """Begin; without effect while it runs."""
        self._begin(self._arrangement.folders)

    def pause(self) -> None:
        """Begin no further scan; those at work are finished."""
        with self._lock:
            self._is_paused = True
            for part in self._parts():
                part.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._lock:
            self._is_paused = False
            for part in self._parts():
                part.resume()

    def cancel(self) -> None:
        """End all, watching, too."""
        with self._lock:
            self._is_stopped = True
            if self._watch is not None:
                self._watch.stop()
            elif self._run is not None:
                self._run.cancel()

    def cancel_item(self, item: int) -> None:
        """End one scan."""
        with self._lock:
            self._unwanted.add(item)
            for part in self._parts():
                part.cancel_item(item)

    def retry_failed(self) -> None:
        """Do the failed scans again, without waiting for others; for when it has ended."""
        for row in self.rows:
            if row.state is RowState.CANCELLED:
                self._unwanted.add(row.item)
        self._begin(())

    def close(self, timeout_s: float = 5.0) -> None:
        """Cancel and tell of no end any more; wait for it, s."""
        self._is_closed = True
        self.cancel()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _begin(self, folders: tuple[Path, ...]) -> None:
        if self._is_running:
            return
        self._is_running, self._is_stopped, self._is_paused = True, False, False
        self._watch = None
        self._thread = threading.Thread(
            target=self._work, args=(folders,), name="batch-arranged", daemon=True
        )
        self._thread.start()

    def _parts(self) -> "tuple[BatchRun | BatchWatch, ...]":
        """What hears of pauses and of single scans: the watch tells its run."""
        part = self._watch or self._run
        return () if part is None else (part,)

    def _work(self, folders: tuple[Path, ...]) -> None:
        executor: Executor | None = None
        # told where a mistake of the program ends this thread
        summary, message = None, "Velatura met something it does not know."
        try:
            address = self._arrangement.scheduler
            executor = self._connect(address) if address else None
            summary = self._watched(folders, executor) if folders else self._once(executor)
        except AppError as error:
            message = f"{error} {error.hint}".strip()
        finally:
            if executor is not None:
                executor.close()
            self._is_running = self._is_paused = False
            if not self._is_closed:
                self._ended(summary or BatchSummary(self.rows, message=message))

    def _once(self, executor: Executor | None) -> BatchSummary:
        """Run the plan as it is."""
        run = BatchRun(self._plan, self._listener, executor)
        with self._lock:
            self._run = run
        run.start()
        with self._lock:
            for item in self._unwanted:
                run.cancel_item(item)
            if self._is_paused:
                run.pause()
            if self._is_stopped:
                run.cancel()
        while (summary := run.wait(1.0)) is None:
            pass
        return summary

    def _watched(self, folders: tuple[Path, ...], executor: Executor | None) -> BatchSummary:
        """Run the plan, and again whenever scans have come, until it is cancelled."""
        arrangement = self._arrangement
        watch = BatchWatch(
            self._plan,
            FolderWatch(folders, arrangement.watch),
            self._listener,
            began=self._on_began,
            executor=executor,
            how=arrangement.how,
        )
        with self._lock:
            self._watch = watch
            for item in self._unwanted:
                watch.cancel_item(item)
            if self._is_paused:
                watch.pause()
            if self._is_stopped:
                watch.stop()
        summary = watch.watch()
        return summary if summary.rows else BatchSummary(self.rows)

    def _on_began(self, run: BatchRun) -> None:
        """Scans have come, or those of the plan are begun."""
        has_grown = run.plan != self._plan
        self._plan, self._run = run.plan, run
        if has_grown:
            self._grown(run.plan)


def _connected(address: str) -> Executor:
    from app.engine.batch.cluster import DaskExecutor

    return DaskExecutor(address)
