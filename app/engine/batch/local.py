"""Workers of a batch on this machine: processes that keep their network and can be ended."""

import atexit
import contextlib
import multiprocessing
import os
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue

from app.engine.batch.outcome import Tell, Told, ToldKind, Work
from app.engine.batch.planner import BASE_MB, fits, processors, usable_mb
from app.engine.batch.worker import Tools, do
from app.errors import Cancelled

GRACE_S = 3.0
"""How long a work that was cancelled may take to its next cancellation point, s."""

_WAIT_FOR_END_S = 2.0
_IDLE_MB = BASE_MB


class LocalExecutor:
    """As many processes as memory allows, each with one work at a time.

    Parameters
    ----------
    jobs
        Most at once; 0 for as many as there are processors.
    memory_mb
        What all together may use, MB; 0 for a part of what is free now.
    """

    def __init__(self, jobs: int = 0, memory_mb: float = 0.0) -> None:
        self._jobs = jobs or processors()
        self._budget_mb = memory_mb or usable_mb_now()
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._is_closed = False
        # the program waits for its processes when it ends, and they wait for the program
        atexit.register(self.close)

    @property
    def budget_mb(self) -> float:
        """What all together may use, MB."""
        return self._budget_mb

    def can_take(self, work: Work, running: Sequence[Work]) -> bool:
        """Whether a process more, or one that is idle, fits into memory beside those at work."""
        if len(running) >= self._jobs:
            return False
        needs = [item.need_mb for item in running]
        if not fits(work.need_mb, needs, self._budget_mb):
            return False
        with self._lock:
            idle = [worker for worker in self._workers if worker.is_idle]
            # one of them takes the work, the others would hold memory for nothing
            spare = idle[1:]
            if not fits(work.need_mb, needs, self._budget_mb, len(spare) * _IDLE_MB):
                for worker in spare:
                    self._workers.remove(worker)
                    worker.end()
        return True

    def submit(self, work: Work, tell: Tell) -> None:
        """Give the work to an idle process, or to a new one."""
        with self._lock:
            if self._is_closed:
                return
            self._workers = [worker for worker in self._workers if worker.is_alive]
            worker = next((item for item in self._workers if item.is_idle), None)
            if worker is None:
                try:
                    worker = _Worker(work.threads)
                except OSError as error:
                    tell(Told(work.number, ToldKind.LOST, message=_cannot_start(error)))
                    return
                self._workers.append(worker)
            worker.give(work, tell)

    def cancel(self, number: int) -> None:
        """Ask the worker to stop; end its process where it does not soon."""
        with self._lock:
            for worker in self._workers:
                if worker.number == number:
                    worker.cancel(number)

    def close(self) -> None:
        """End all processes at once."""
        atexit.unregister(self.close)
        with self._lock:
            self._is_closed = True
            workers, self._workers = self._workers, []
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.end()


def usable_mb_now() -> float:
    """What a batch may use where its plan does not say, MB."""
    from app.core.batch.plan import BatchPlan

    return usable_mb(BatchPlan((), (), ""))


class _Worker:
    """One process and the thread that listens to it."""

    def __init__(self, threads: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=main, args=(theirs, threads), name="velatura-batch"
        )
        self._lock = threading.Lock()
        self._work: tuple[Work, Tell] | None = None
        self._is_ended = False
        try:
            self._process.start()
        finally:
            # else the end of the process would not be noticed
            theirs.close()
        threading.Thread(target=self._listen, name="batch-listener", daemon=True).start()

    @property
    def is_alive(self) -> bool:
        """Whether it can be given work, now or later."""
        return not self._is_ended

    @property
    def is_idle(self) -> bool:
        """Whether it can be given work now."""
        return self._work is None and not self._is_ended

    @property
    def number(self) -> int | None:
        """Number of what it does."""
        work = self._work
        return None if work is None else work[0].number

    def give(self, work: Work, tell: Tell) -> None:
        """Begin a work."""
        with self._lock:
            self._work = (work, tell)
            if self._is_ended:
                self._lose()
                return
        try:
            self._connection.send(work)
        except (OSError, ValueError):
            # the listener finds the end of the pipe, too, and tells
            self.kill()

    def cancel(self, number: int) -> None:
        """Ask for the end of a work, and see to it."""
        with contextlib.suppress(OSError, ValueError):
            self._connection.send(number)
        timer = threading.Timer(GRACE_S, self._kill_if_still, (number,))
        timer.daemon = True
        timer.start()

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ValueError, AttributeError):
            self._process.kill()

    def end(self) -> None:
        """Let go of a process that has nothing to do, and of the connection."""
        with self._lock:
            self._work = None
            self._is_ended = True
        with contextlib.suppress(OSError):
            self._connection.close()
        self.kill()
        self._process.join(_WAIT_FOR_END_S)

    def _kill_if_still(self, number: int) -> None:
        if self.number == number:
            self.kill()

    def _listen(self) -> None:
        while True:
            try:
                told = self._connection.recv()
            except (OSError, EOFError, TypeError, ValueError):
                break
            self._pass_on(told)
        with self._lock:
            self._is_ended = True
            self._process.join(_WAIT_FOR_END_S)
            self._lose()

    def _pass_on(self, told: Told) -> None:
        with self._lock:
            if self._work is None:
                return
            tell = self._work[1]
            if told.kind is ToldKind.END:
                # before it is told, so that the next work can come here
                self._work = None
        tell(told)

    def _lose(self) -> None:
        """Tell that the process is no more; called with the lock held."""
        work, self._work = self._work, None
        if work is not None:
            code = self._process.exitcode
            work[1](Told(work[0].number, ToldKind.LOST, message=_why(code)))


def _why(code: int | None) -> str:
    if code is not None and code < 0:
        hint = ", perhaps as there was not enough memory" if code == -9 else ""
        return f"The process that worked on this scan was ended by signal {-code}{hint}."
    return f"The process that worked on this scan ended by itself (exit code {code})."


def _cannot_start(error: OSError) -> str:
    return f"No process for this scan could be started: {error.strerror or error}."


def main(connection: Connection, threads: int) -> None:
    """Work until nobody listens any more; a worker process's whole life."""
    import signal

    # Ctrl-C in a terminal reaches this process, too; the program decides what it means
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inbox = _Inbox(connection)
    tools = Tools(threads)
    while True:
        work = inbox.works.get()
        check = inbox.check_of(work.number)
        outcome = do(work, tools, inbox.tell, check)
        inbox.tell(Told(work.number, ToldKind.END, item=outcome))


class _Inbox:
    """What comes to a worker: works, and numbers of those that are no longer wanted."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._unwanted: set[int] = set()
        self.works: SimpleQueue[Work] = SimpleQueue()
        threading.Thread(target=self._receive, daemon=True).start()

    def tell(self, told: Told) -> None:
        """Send a message; where nobody listens any more the process ends."""
        try:
            self._connection.send(told)
        except OSError:
            os._exit(0)

    def check_of(self, number: int) -> "_Check":
        """What raises Cancelled once the work of this number is not wanted."""
        return _Check(self._unwanted, number)

    def _receive(self) -> None:
        while True:
            try:
                message = self._connection.recv()
            except (OSError, EOFError):
                # the program has gone: what is half written is removed when it is resumed
                os._exit(0)
            if isinstance(message, Work):
                self._unwanted.discard(message.number)
                self.works.put(message)
            else:
                self._unwanted.add(int(message))


class _Check:
    """Raises Cancelled once a number is in a set."""

    def __init__(self, unwanted: set[int], number: int) -> None:
        self._unwanted, self._number = unwanted, number

    def __call__(self) -> None:
        if self._number in self._unwanted:
            raise Cancelled
