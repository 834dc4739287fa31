"""The one thread of a run: it gives scans to workers, hears of them and writes the ledger."""

import logging
import threading
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from app.core.batch.plan import BatchPlan
from app.core.batch.states import RowEvent, RowState
from app.engine.batch.executor import Executor
from app.engine.batch.outcome import ItemOutcome, TaskOutcome, Told, ToldKind, Work
from app.engine.batch.planner import Planner
from app.engine.batch.table import Table
from app.errors import AppError
from app.io.batch_files import remove_leftovers
from app.io.batch_ledger import Ledger

_log = logging.getLogger(__name__)

_LOOKED_AT = 32
_WAIT_FOR_HEADER_S = 2.0

PAUSE, RESUME, CANCEL, CANCEL_ITEM = "pause", "resume", "cancel", "cancel item"
RETRY, ABANDON = "retry", "abandon"
_NOT_PLANNED = "not planned"


class Loop:
    """Works through the rows of a table that wait.

    Parameters
    ----------
    plan
        What is to be done.
    table
        Its rows.
    inbox
        Commands come here as (command, number), messages of workers as `Told`.
    executor
        Where the work is done.
    ledger
        Of the output folder.
    planner
        Makes works of scans.
    """

    def __init__(
        self,
        plan: BatchPlan,
        table: Table,
        inbox: "SimpleQueue[Any]",
        executor: Executor,
        ledger: Ledger,
        planner: Planner,
    ) -> None:
        self._output, self._table, self._inbox = Path(plan.output), table, inbox
        self._executor, self._ledger, self._planner = executor, ledger, planner
        self._works: dict[int, Work] = {}
        self._running: dict[int, Work] = {}
        self._entries: dict[int, list[TaskOutcome]] = {}
        self._unwanted: set[int] = set()
        self._is_paused = self._is_cancelled = self._is_over = False
        self._planning: list[threading.Thread] = []
        self.memory_mb = 0.0
        self.networks_loaded = 0

    @property
    def is_cancelled(self) -> bool:
        """Whether all of it was cancelled."""
        return self._is_cancelled

    def run(self) -> None:
        """Work until no row waits or runs."""
        try:
            self._work()
        finally:
            self._is_over = True
            for thread in self._planning:
                # a drive that does not answer may keep one of them
                thread.join(_WAIT_FOR_HEADER_S)

    def _work(self) -> None:
        self._prepare(self._table.in_state(RowState.WAITING))
        while self._running or self._table.in_state(RowState.WAITING):
            self._dispatch()
            # what could not begin has ended
            if self._running or self._table.in_state(RowState.WAITING):
                self._hear(self._inbox.get())

    def _prepare(self, numbers: tuple[int, ...]) -> None:
        """Look into the headers of scans, aside, as a network drive may take its time."""
        thread = threading.Thread(
            target=self._plan_works, args=(numbers,), name="batch-planner", daemon=True
        )
        self._planning = [item for item in self._planning if item.is_alive()] + [thread]
        thread.start()

    def _plan_works(self, numbers: tuple[int, ...]) -> None:
        for number in numbers:
            if self._is_cancelled or self._is_over:
                return
            try:
                self._inbox.put(self._planner.work(number))
            except (AppError, OSError, MemoryError) as error:
                self._inbox.put((_NOT_PLANNED, (number, str(error))))
            except Exception as error:  # noqa: BLE001 - the run would wait for this scan for ever
                _log.exception("Scan %d of a batch could not be planned", number)
                reason = f"{type(error).__name__}: {error}"
                words = f"Velatura met something it does not know: {reason}"
                self._inbox.put((_NOT_PLANNED, (number, words)))

    def _dispatch(self) -> None:
        """Begin as many scans as there is room for, in the order of the plan where it fits."""
        if self._is_paused:
            return
        for number in sorted(self._works)[:_LOOKED_AT]:
            work = self._works[number]
            if self._executor.can_take(work, tuple(self._running.values())):
                del self._works[number]
                self._begin(work)

    def _begin(self, work: Work) -> None:
        try:
            self._note_begun(work)
        except AppError as error:
            self._table.move(work.number, RowState.FAILED, f"{error} {error.hint}".strip())
            return
        self._running[work.number] = work
        self._entries[work.number] = []
        self._table.put(RowEvent(work.number, RowState.RUNNING, 0.0))
        self._executor.submit(work, self._inbox.put)

    def _note_begun(self, work: Work) -> None:
        """Own what is about to be written; never what somebody else has put there."""
        targets = [path for item in work.tasks if item.overwrite for path in item.targets]
        targets += work.extras.targets if work.extras.overwrite else ()
        self._ledger.begin([self._ledger.relative(target) for target in targets])

    def _hear(self, message: Any) -> None:
        if isinstance(message, Told):
            self._hear_worker(message)
        elif isinstance(message, Work):
            self._table.set_size(message.number, message.size)
            if self._table[message.number].state is RowState.WAITING:
                self._works[message.number] = message
        else:
            self._obey(*message)

    def _obey(self, command: str, number: Any) -> None:
        if command in (PAUSE, RESUME):
            self._is_paused = command == PAUSE
        elif command in (CANCEL, ABANDON):
            self._is_cancelled = True
            for row in self._table.in_state(RowState.WAITING, RowState.RUNNING):
                self._cancel(row)
            if command == ABANDON:
                self._abandon()
        elif command == CANCEL_ITEM:
            self._cancel(number)
        elif command == RETRY:
            failed = self._table.in_state(RowState.FAILED)
            for row in failed:
                self._table.move(row, RowState.WAITING)
            self._prepare(failed)
        elif command == _NOT_PLANNED and self._table[number[0]].state is RowState.WAITING:
            self._table.move(number[0], RowState.FAILED, number[1])

    def _cancel(self, number: int) -> None:
        if self._table[number].state is RowState.WAITING:
            self._works.pop(number, None)
            self._table.move(number, RowState.CANCELLED)
        elif number in self._running:
            self._unwanted.add(number)
            self._executor.cancel(number)

    def _abandon(self) -> None:
        """Wait for nobody: who runs this ends the workers."""
        for number in tuple(self._running):
            self._lose(Told(number, ToldKind.LOST))

    def _hear_worker(self, told: Told) -> None:
        if told.number not in self._running:
            return
        if told.kind is ToldKind.PROGRESS:
            row = self._table[told.number]
            self._table.put(replace(row, fraction=told.fraction, message=told.message))
        elif told.kind is ToldKind.TASK and told.task is not None:
            self._entries[told.number].append(self._noted(told.task))
        elif told.kind is ToldKind.END and told.item is not None:
            self._end(replace(told.item, tasks=tuple(self._entries[told.number])))
        elif told.kind is ToldKind.LOST:
            self._lose(told)

    def _noted(self, task: TaskOutcome) -> TaskOutcome:
        """Write what was made into the ledger; without that it would be made again."""
        if task.state is RowState.DONE and task.entry is not None:
            try:
                self._ledger.add(task.entry)
            except AppError as error:
                return replace(task, state=RowState.FAILED, message=f"{error} {error.hint}".strip())
        return task

    def _end(self, item: ItemOutcome) -> None:
        del self._running[item.number]
        self.memory_mb = max(self.memory_mb, item.memory_mb)
        self.networks_loaded = max(self.networks_loaded, item.networks_loaded)
        self._unwanted.discard(item.number)
        self._table.put(
            RowEvent(
                item.number,
                item.state,
                1.0 if item.state.is_good else self._table[item.number].fraction,
                item.message,
                self._whole(item.outputs),
                item.seconds,
            )
        )

    def _lose(self, told: Told) -> None:
        """A worker that was ended leaves half a file; a row says why."""
        work = self._running.pop(told.number)
        remove_leftovers(work.targets)
        is_wanted = told.number not in self._unwanted
        self._unwanted.discard(told.number)
        outcome = ItemOutcome(told.number, tuple(self._entries[told.number]))
        self._table.put(
            RowEvent(
                told.number,
                RowState.FAILED if is_wanted else RowState.CANCELLED,
                self._table[told.number].fraction,
                told.message if is_wanted else "",
                self._whole(outcome.outputs),
            )
        )

    def _whole(self, outputs: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(self._output / name) for name in outputs)
