"""The process in which a stranger's network runs, by itself and within limits.

It looks into the file, loads it and then answers one message after another until the program
closes the connection or ends. What a network does there, never to return, to ask for all memory
or to crash, ends this process and not the program.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from app.core.recolouring.card import card_from_plain
from app.engine.network_runs import Runs
from app.engine.network_wire import Arrays, receive, send
from app.engine.process_memory import memory_mb
from app.errors import AppError

EXIT_MEMORY = 77
"""Exit code of a child that needed more memory than it may."""

MEMORY, FAILED, REFUSED = "memory", "failed", "refused"
_CPU = "CPUExecutionProvider"
_LOOK_EVERY_S = 0.01
_RESERVED_MB = 4096


def main(connection: Connection, request: Mapping[str, Any]) -> None:
    """Load a network and answer until nobody listens any more; the child's whole life.

    Parameters
    ----------
    connection
        Gets one message with the kind "ready", or "refused" and why; then for each message
        with arrays one of kind "done" with the wanted outputs, or "failed" or "memory".
    request
        `path`, `card` (plain values), `providers` (onnxruntime's names, in the order to try),
        `memory_mb`, `threads`, `outputs` (names wanted).
    """
    _settle(float(request["memory_mb"]), is_alone=tuple(request["providers"]) == (_CPU,))
    # where the other side has gone, there is nobody left to tell
    with contextlib.suppress(OSError, EOFError):
        runs = _loaded(connection, request)
        while runs is not None:
            _, inputs = receive(connection)
            _answer(connection, partial(_run, runs, inputs))


def _settle(limit_mb: float, *, is_alone: bool) -> None:
    """Make the process quiet, bound to the program's life and within its memory."""
    # Ctrl-C in a terminal reaches this process, too; the program decides what it means
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _be_quiet()
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    threading.Thread(target=_guard_memory, args=(limit_mb,), daemon=True).start()
    if is_alone:
        # a graphics card maps far more addresses than it uses memory
        _limit_addresses(limit_mb)


def _be_quiet() -> None:
    # crashes of native code would write between the lines of the command line
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for descriptor in (1, 2):
        # a windowed program on Windows has no such streams
        with contextlib.suppress(OSError):
            os.dup2(sys.stderr.fileno(), descriptor)


def _leave_with_parent() -> None:
    """End the process with the program, even while a network runs for ever."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)


def _guard_memory(limit_mb: float) -> None:
    """End the process when it uses too much memory; asked so often that little is added."""
    while True:
        now, _ = memory_mb()
        if now > limit_mb:
            os._exit(EXIT_MEMORY)
        time.sleep(_LOOK_EVERY_S)


def _limit_addresses(limit_mb: float) -> None:
    """Refuse single large pieces of memory at once, on systems that can."""
    try:
        import resource
    except ImportError:
        return
    # address space is reserved generously by threads and libraries, hence the addition
    most = int((limit_mb + _RESERVED_MB) * 2**20)
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _loaded(connection: Connection, request: Mapping[str, Any]) -> Runs | None:
    """The session, told to the program; None where the network is refused."""
    found: list[Runs] = []

    def load() -> tuple[dict[str, Any], Arrays]:
        runs, head = _load(request)
        found.append(runs)
        return head, {}

    _answer(connection, load)
    return found[0] if found else None


def _load(request: Mapping[str, Any]) -> tuple[Runs, dict[str, Any]]:
    from app.io.onnx_graph import vetted

    card = card_from_plain(request["card"])
    model = vetted(Path(request["path"]), card)
    chain, threads = tuple(request["providers"]), int(request["threads"])
    # any number of pixels, on the processor alone, can be given in parts
    is_shared_out = (
        chain == (_CPU,)
        and not card.is_image
        and all(fact.shape and not isinstance(fact.shape[0], int) for fact in model.inputs)
    )
    session, remarks = _session(model.data, chain, 1 if is_shared_out else threads)
    return Runs(session, request["outputs"], threads if is_shared_out else 1), {
        "kind": "ready",
        "sha256": model.sha256,
        "provider": session.get_providers()[0],
        "remarks": remarks,
        "inputs": [[fact.name, _plain(fact.shape)] for fact in model.inputs],
        "outputs": [[fact.name, _plain(fact.shape)] for fact in model.outputs],
        "memory_mb": memory_mb()[1],
    }


def _session(data: bytes, chain: tuple[str, ...], threads: int) -> tuple[Any, list[str]]:
    """A session with the first provider that works, and why others did not."""
    import onnxruntime

    remarks = []
    for place, provider in enumerate(chain):
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = threads
        # waiting threads that spin would take the processor from the window
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        # plans of memory for every size of batch would add up (and DirectML allows none)
        options.enable_mem_pattern = False
        others = list(dict.fromkeys((provider, _CPU)))
        try:
            session = onnxruntime.InferenceSession(data, options, providers=others)
        except Exception as error:  # a driver may raise anything
            if place == len(chain) - 1:
                raise
            remarks.append(f"{provider}: {_one_line(error)}")
            continue
        if session.get_providers()[0] == provider or place == len(chain) - 1:
            return session, remarks
        remarks.append(f"{provider}: it could not be started on this machine")
    raise AssertionError("the chain of providers ends with the processor")


def _run(runs: Runs, inputs: Arrays) -> tuple[dict[str, Any], Arrays]:
    outputs = runs.run(inputs)
    return {"kind": "done", "memory_mb": memory_mb()[1]}, outputs


def _answer(connection: Connection, work: Callable[[], tuple[dict[str, Any], Arrays]]) -> None:
    """Send what the work gives, or in words why it gives nothing."""
    try:
        head, arrays = work()
    except AppError as error:
        told = {"title": error.title, "message": error.message, "hint": error.hint}
        head, arrays = {"kind": REFUSED, **told}, {}
    except MemoryError:
        head, arrays = {"kind": MEMORY}, {}
    except Exception as error:  # noqa: BLE001 - whatever a network makes onnxruntime raise
        text = _one_line(error)
        is_memory = "bad_alloc" in text or "allocate memory" in text
        head, arrays = {"kind": MEMORY if is_memory else FAILED, "message": text}, {}
    send(connection, head, arrays)


def _plain(shape: Any) -> list[int | str | None]:
    """A shape as JSON can hold it; empty where the file does not tell it."""
    return (
        [] if shape is None else [size if isinstance(size, int | str) else None for size in shape]
    )


def _one_line(error: BaseException) -> str:
    """What onnxruntime says, without its codes and the places in its source."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 300 else f"{text[:297]}…"
