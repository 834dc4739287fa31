"""A network, run in a process of its own: looked into, limited, and ended at will."""

import contextlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any

from numpy.typing import NDArray

from app.core.recolouring.card import ModelCard, OutputKind
from app.core.recolouring.outputs import predicted
from app.engine import network_child
from app.engine.network_errors import (
    NetworkError,
    cannot_start,
    ended,
    told,
    took_too_long,
)
from app.engine.network_shapes import NetworkFacts, trial
from app.engine.network_wire import Arrays, receive, send
from app.engine.providers import AUTO, CPU, chain, name_of, title_of
from app.errors import Cancelled

__all__ = ["Limits", "Network", "NetworkError"]

_LOOK_EVERY_S = 0.02
_WAIT_FOR_END_S = 2.0
_FIRST_BATCH = 4
_USED = (
    OutputKind.RGB,
    OutputKind.LOG_VARIANCE,
    OutputKind.QUANTILES,
    OutputKind.NOVELTY,
    OutputKind.MAPS,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a network may use.

    Parameters
    ----------
    memory_mb
        Of its process, MB (2**20 bytes); beyond that the process is ended.
    seconds_per_run
        For one batch or one tile, s.
    seconds_to_start
        For looking into the file and loading it, s.
    threads
        Of the processor; 0 for as many as this process may use.
    """

    memory_mb: float = 4096.0
    seconds_per_run: float = 60.0
    seconds_to_start: float = 60.0
    threads: int = 0


def _nothing() -> None:
    """Nobody cancels."""


class Network:
    """A network in a child process, which is started anew after it was ended.

    One run at a time: a second thread waits for the first. Whatever ends a run before its time
    (cancelling, a limit, a crash) ends the child; the program goes on, and the next run starts
    another child.

    Parameters
    ----------
    path
        The ONNX file.
    card
        What it takes and gives.
    provider
        A name of `app.engine.providers`.
    check
        Asked while the network starts; may raise to stop.

    Attributes
    ----------
    batch_hint
        How many pixels at once have proved good, for who runs it next.

    Raises
    ------
    AppError
        If the file is refused, does not fit its card, or cannot be loaded within the limits.
    """

    def __init__(
        self,
        path: Path,
        card: ModelCard,
        provider: str = AUTO,
        limits: Limits | None = None,
        *,
        check: Callable[[], None] = _nothing,
    ) -> None:
        self.path = path
        self.card = card
        self._limits = limits or Limits()
        self._chain, self._remarks = chain(provider)
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._answer: _Answer | None = None
        self._is_closed = False
        self._facts = NetworkFacts({}, {}, "")
        self._provider = ""
        self._memory_mb = self._base_memory_mb = 0.0
        self.batch_hint = _FIRST_BATCH
        with self._held(check):
            self._start(check)
            self._try(check)

    @property
    def facts(self) -> NetworkFacts:
        """What the graph takes and gives."""
        return self._facts

    @property
    def provider(self) -> str:
        """Name of the provider in use: cpu, cuda, dml or coreml."""
        return self._provider

    @property
    def remarks(self) -> tuple[str, ...]:
        """Why another provider than the one asked for is in use, a sentence each."""
        return self._remarks

    @property
    def memory_mb(self) -> float:
        """Most memory that the child has used so far, MB."""
        return self._memory_mb

    @property
    def base_memory_mb(self) -> float:
        """What of it was used before the first run, MB."""
        return self._base_memory_mb

    @property
    def limits(self) -> Limits:
        """What it may use."""
        return self._limits

    def run(
        self, inputs: Mapping[str, NDArray[Any]], *, check: Callable[[], None] = _nothing
    ) -> Arrays:
        """Run the network once.

        Parameters
        ----------
        inputs
            By name, as float32, in the shapes of the graph.
        check
            Asked every 20 ms; what it raises comes through after the child has been ended.

        Returns
        -------
        dict of arrays
            Outputs that the card names with a meaning for the picture, float32, as they come.

        Raises
        ------
        NetworkError
            If the network fails, takes too long, needs too much memory or its process ends.
        Cancelled
            If the network is closed meanwhile.
        """
        with self._held(check):
            if self._process is None:
                self._start(check)
            return self._run(inputs, check)

    def close(self) -> None:
        """End the child; a run that is under way ends as cancelled."""
        self._is_closed = True
        process = self._process
        if process is not None:
            # it may come to its end at the same time
            with contextlib.suppress(ValueError, AttributeError):
                process.kill()
        with self._lock:
            self._end()

    def __enter__(self) -> "Network":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _held(self, check: Callable[[], None]) -> Any:
        """Keep other threads out, and leave no child behind that is not at rest."""
        while not self._lock.acquire(timeout=_LOOK_EVERY_S):
            check()
        try:
            if self._is_closed:
                raise Cancelled
            yield
        except BaseException:
            self._end()
            if self._is_closed:
                raise Cancelled from None
            raise
        finally:
            self._lock.release()

    def _run(self, inputs: Mapping[str, NDArray[Any]], check: Callable[[], None]) -> Arrays:
        head, outputs = self._exchange({"kind": "run"}, inputs, self._limits.seconds_per_run, check)
        if head.get("kind") != "done":
            raise self._told(head)
        self._memory_mb = max(self._memory_mb, float(head["memory_mb"]))
        return outputs

    def _try(self, check: Callable[[], None]) -> None:
        """Run the network on a few spectra; on the processor where another provider fails."""
        inputs, shape = trial(self.card, self._facts)
        try:
            outputs = self._run(inputs, check)
        except NetworkError as error:
            if self._provider == CPU:
                raise
            self._remarks = (
                *self._remarks,
                f"{title_of(self._provider)} could not be used: {error.message} "
                f"{title_of(CPU)} is used instead.",
            )
            self._end()
            self._chain, _ = chain(CPU)
            self._start(check)
            outputs = self._run(inputs, check)
        predicted(self.card, outputs, shape)

    def _start(self, check: Callable[[], None]) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        request = {
            "path": str(self.path),
            "card": self.card.to_plain(),
            "providers": self._chain,
            "memory_mb": self._limits.memory_mb,
            "threads": self._limits.threads or _processors(),
            "outputs": [item.name for item in self.card.outputs if item.kind in _USED],
        }
        self._connection = ours
        process = context.Process(
            target=network_child.main, args=(theirs, request), name="velatura-network", daemon=True
        )
        try:
            process.start()
        except OSError as error:
            raise cannot_start(self.path, error) from error
        finally:
            # else the end of the child would not be noticed
            theirs.close()
        self._process = process
        head, _ = self._exchange(None, {}, self._limits.seconds_to_start, check)
        if head.get("kind") != "ready":
            raise self._told(head)
        self._learn(head)

    def _learn(self, head: Mapping[str, Any]) -> None:
        self._facts = NetworkFacts(
            {name: tuple(shape) for name, shape in head["inputs"]},
            {name: tuple(shape) for name, shape in head["outputs"]},
            str(head["sha256"]),
        )
        self._provider = name_of(str(head["provider"]))
        self._memory_mb = self._base_memory_mb = float(head["memory_mb"])
        fallen = [
            f"{title_of(name_of(name))} could not be used: {reason.rstrip('.')}. "
            f"{title_of(self._provider)} is used instead."
            for name, _, reason in (str(item).partition(": ") for item in head["remarks"])
        ]
        self._remarks = tuple(dict.fromkeys((*self._remarks, *fallen)))

    def _exchange(
        self,
        head: Mapping[str, Any] | None,
        arrays: Mapping[str, NDArray[Any]],
        seconds: float,
        check: Callable[[], None],
    ) -> tuple[dict[str, Any], Arrays]:
        """Send a message, where there is one, and wait for the answer."""
        answer = self._answer = _Answer(self._connection, head, arrays)
        deadline = time.monotonic() + seconds
        while not answer.is_there.wait(_LOOK_EVERY_S):
            check()
            if time.monotonic() > deadline:
                self._end()
                raise took_too_long(self.path, seconds, is_loading=head is None)
        if answer.value is None:
            raise self._ended()
        return answer.value

    def _ended(self) -> NetworkError:
        """Why the child is no more."""
        process = self._process
        code = None
        if process is not None:
            process.join(_WAIT_FOR_END_S)
            code = process.exitcode
        self._end()
        return ended(self.path, code, self._limits.memory_mb)

    def _told(self, head: Mapping[str, Any]) -> NetworkError:
        """The child's own words for what went wrong."""
        return told(self.path, head, self._limits.memory_mb)

    def _end(self) -> None:
        """End the child, whatever it does, and forget it; called with the lock held."""
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        answer, self._answer = self._answer, None
        if process is not None:
            process.kill()
            process.join(_WAIT_FOR_END_S)
            with contextlib.suppress(ValueError):  # still alive: the system has not got to it
                process.close()
        if answer is not None:
            # with the child its end of the pipe has gone, so that nobody waits there any more
            answer.is_there.wait(_WAIT_FOR_END_S)
        if connection is not None:
            connection.close()


class _Answer:
    """One exchange with the child, in a thread of its own, as the other side may hang."""

    def __init__(
        self,
        connection: Connection | None,
        head: Mapping[str, Any] | None,
        arrays: Mapping[str, NDArray[Any]],
    ) -> None:
        self.is_there = threading.Event()
        self.value: tuple[dict[str, Any], Arrays] | None = None
        thread = threading.Thread(
            target=self._ask, args=(connection, head, arrays), name="network-answer", daemon=True
        )
        thread.start()

    def _ask(
        self,
        connection: Connection | None,
        head: Mapping[str, Any] | None,
        arrays: Mapping[str, NDArray[Any]],
    ) -> None:
        # whatever is wrong with the other side, there is no answer then
        try:
            if connection is not None:
                if head is not None:
                    send(connection, head, arrays)
                self.value = receive(connection)
        except (OSError, EOFError, ValueError, TypeError, AttributeError, KeyError, MemoryError):
            self.value = None
        finally:
            self.is_there.set()


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
