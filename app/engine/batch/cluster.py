"""Working through a batch on several machines, through a Dask scheduler that runs already.

Inputs and results lie in folders that all machines see under the same paths; only works and what
became of them travel over the network.
"""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from app.engine.batch.cluster_worker import Envelope, ToolsPlugin, work_on
from app.engine.batch.outcome import Tell, Told, ToldKind, Work
from app.errors import AppError

if TYPE_CHECKING:
    from distributed import Client, Future

GRACE_S = 10.0
"""How long a work that was cancelled may take to its next cancellation point, s."""

_CONNECT_S = 10.0
_COUNT_EVERY_S = 2.0
_TOPIC = "velatura-batch"


class ClusterError(AppError):
    """The scheduler cannot be used."""


class DaskExecutor:
    """Gives works to the workers of a Dask scheduler; one work per thread of theirs.

    A work whose worker is lost is begun anew on another one, as often as the scheduler allows
    (`distributed.scheduler.allowed-failures`, three times by default). Workers may come and go.

    Parameters
    ----------
    scheduler
        Its address, such as "tcp://host:8786".

    Raises
    ------
    ClusterError
        If the package `distributed` is missing, or nothing answers at the address in 10 s.
    """

    def __init__(self, scheduler: str) -> None:
        self._client = _connected(scheduler)
        self._address = scheduler
        self._run = uuid.uuid4().hex
        self._lock = threading.RLock()
        self._works: dict[int, tuple[Work, Tell, Future[Any]]] = {}
        self._submitted = 0
        self._is_closed = False
        self._threads, self._counted_at = 0, -_COUNT_EVERY_S
        self._client.register_plugin(_plugin(), name=ToolsPlugin.name)
        self._client.subscribe_topic(self._topic, self._heard)

    @property
    def threads(self) -> int:
        """How many works the cluster does at once; counted every two seconds."""
        now = time.monotonic()
        if now - self._counted_at > _COUNT_EVERY_S:
            self._threads = 0
            # without a connection there is no scheduler to be asked
            with contextlib.suppress(OSError, RuntimeError, TimeoutError, AttributeError):
                self._threads = sum(self._client.nthreads().values())
            self._counted_at = now
        return self._threads

    def can_take(self, work: Work, running: Sequence[Work]) -> bool:
        """Whether a worker has nothing to do; alone, a work waits for one to come."""
        return not running or len(running) < self.threads

    def submit(self, work: Work, tell: Tell) -> None:
        """Give a work to the scheduler."""
        with self._lock:
            if self._is_closed:
                return
            self._submitted += 1
            key = f"velatura-{self._run}-{self._submitted}"
        try:
            future = self._client.submit(
                work_on, Envelope(work, self._topic, key), key=key, pure=False
            )
        except (OSError, RuntimeError, ValueError) as error:
            tell(Told(work.number, ToldKind.LOST, message=self._gone(error)))
            return
        with self._lock:
            self._works[work.number] = (work, tell, future)
        future.add_done_callback(lambda done: self._done(work.number, done))

    def cancel(self, number: int) -> None:
        """Ask its worker to stop; what does not stop soon is given up."""
        with self._lock:
            given = self._works.get(number)
        if given is None:
            return
        self._quietly(lambda: self._unwanted(given[2]))
        timer = threading.Timer(GRACE_S, self._give_up, (number, given[2]))
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        """Give up what runs and leave; the scheduler and its workers stay."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            left, self._works = [future for _, _, future in self._works.values()], {}
        for future in left:
            self._quietly(partial(self._unwanted, future))
            self._quietly(future.cancel)
        self._quietly(self._client.close)

    @property
    def _topic(self) -> str:
        return f"{_TOPIC}-{self._run}"

    def _unwanted(self, future: "Future[Any]") -> None:
        """Let a worker know that a work is no longer wanted; one that waits is never begun."""
        from distributed import Event

        Event(str(future.key), client=self._client).set()

    def _give_up(self, number: int, future: "Future[Any]") -> None:
        """Wait no longer for a work."""
        with self._lock:
            given = self._works.get(number)
            if given is None or given[2] is not future:
                return
            del self._works[number]
        self._quietly(future.cancel)
        given[1](Told(number, ToldKind.LOST, message="Its worker did not stop in time."))

    def _heard(self, event: tuple[float, Any]) -> None:
        """Pass on how far a work is."""
        number, fraction, message = event[1]
        with self._lock:
            given = self._works.get(int(number))
        if given is not None:
            given[1](Told(int(number), ToldKind.PROGRESS, fraction, str(message)))

    def _done(self, number: int, future: "Future[Any]") -> None:
        """Tell what became of a work."""
        with self._lock:
            given = self._works.get(number)
            if given is None or given[2] is not future:
                return
            del self._works[number]
        tell = given[1]
        if future.status != "finished":
            tell(Told(number, ToldKind.LOST, message=self._why(future)))
            return
        outcome = future.result()
        for task in outcome.tasks:
            tell(Told(number, ToldKind.TASK, task=task))
        tell(Told(number, ToldKind.END, item=outcome))

    def _why(self, future: "Future[Any]") -> str:
        """Why a work has no outcome."""
        from distributed import KilledWorker

        if future.status != "error":
            return self._gone(None)
        error = future.exception(timeout=_CONNECT_S)
        if isinstance(error, KilledWorker):
            return (
                "Every worker that took this scan was lost, perhaps as there was not enough "
                "memory. Give the workers more, then try it again by itself."
            )
        if isinstance(error, ImportError):
            return f"A worker has no Velatura of this version: {error}."
        return f"A worker failed: {type(error).__name__}: {error}."

    def _gone(self, error: Exception | None) -> str:
        reason = f" ({error})" if error is not None and str(error) else ""
        return f"The scheduler at {self._address} does not answer any more{reason}."

    def _quietly(self, act: Callable[[], Any]) -> None:
        """Do what may fail when the scheduler has gone."""
        with contextlib.suppress(OSError, RuntimeError, TimeoutError):
            act()


def _connected(scheduler: str) -> "Client":
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(
            "Batches on several machines need a further package.",
            "“distributed” is not installed.",
            "Install it, on all machines: pip install 'velatura[cluster]'.",
        ) from error
    try:
        return Client(scheduler, timeout=_CONNECT_S, set_as_default=False, name="velatura")
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        raise ClusterError(
            "The scheduler cannot be reached.",
            f"{scheduler}: {str(error) or type(error).__name__}; expected an address such as "
            "tcp://host:8786.",
            "Check that it runs (dask scheduler), the address and the firewall.",
        ) from error


def _plugin() -> Any:
    """The plugin as `distributed` wants it."""
    from distributed import WorkerPlugin

    class _Plugin(ToolsPlugin, WorkerPlugin):
        pass

    return _Plugin()
