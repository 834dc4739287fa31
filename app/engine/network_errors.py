"""How a network's process came to its end, in words for the user."""

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.engine.network_child import EXIT_MEMORY, FAILED, MEMORY, REFUSED
from app.errors import AppError

_KILLED = 9


class NetworkError(AppError):
    """A network that could not be run to its end."""


def cannot_start(path: Path, error: OSError) -> NetworkError:
    """The system refused another process."""
    return NetworkError(
        "The network cannot be started.",
        f"{path.name}: the system starts no process for it: {error}.",
        "Close other programs, then try again.",
        path=path,
    )


def took_too_long(path: Path, seconds: float, *, is_loading: bool) -> NetworkError:
    """There was no answer in time."""
    what = "loading it" if is_loading else "one part of the picture"
    return NetworkError(
        "The network took too long.",
        f"{path.name}: no answer within {seconds:g} s, the limit for {what}.",
        "Its process was ended. A smaller network or another provider may do it.",
        path=path,
    )


def out_of_memory(path: Path, memory_mb: float) -> NetworkError:
    """It needed more than it may."""
    return NetworkError(
        "The network needs too much memory.",
        f"{path.name}: it asked for more than the {memory_mb:.0f} MB that its process may use.",
        "Its process was ended. Choose a smaller network or a smaller region.",
        path=path,
    )


def ended(path: Path, code: int | None, memory_mb: float) -> NetworkError:
    """The process is no more.

    Parameters
    ----------
    code
        Its exit code; minus the number of a signal; None where it is not known.
    memory_mb
        What it might use, MB.
    """
    if code == EXIT_MEMORY:
        return out_of_memory(path, memory_mb)
    if code is not None and code < 0:
        how = f"by the signal {-code}{_name(-code)}"
        hint = "The network made onnxruntime crash; do not use it."
        if -code == _KILLED:
            hint = "If you did not end it, the system may have lacked memory."
    else:
        how = f"with the code {code}"
        hint = "Try again; if it happens again, do not use this network."
    return NetworkError(
        "The network's process has ended.",
        f"{path.name}: it was ended {how} before it gave a result.",
        hint,
        path=path,
    )


def told(path: Path, head: Mapping[str, Any], memory_mb: float) -> NetworkError:
    """What the process itself said went wrong.

    Parameters
    ----------
    head
        Of its message.
    """
    kind = head.get("kind")
    if kind == REFUSED:
        words = (str(head.get(key, "")) for key in ("title", "message", "hint"))
        return NetworkError(*words, path=path)
    if kind == MEMORY:
        return out_of_memory(path, memory_mb)
    reason = str(head.get("message", "")) if kind == FAILED else "no clear answer"
    return NetworkError(
        "The network cannot be run.",
        f"{path.name}: onnxruntime says: {reason.rstrip('.')}.",
        "The file is damaged, or does not fit its card.",
        path=path,
    )


def _name(number: int) -> str:
    """A signal's name in brackets, where it has one."""
    return f" ({signal.Signals(number).name})" if number in set(signal.Signals) else ""
