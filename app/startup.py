"""The first thing that runs: makes the process fit for a window or a command line."""

import contextlib
import io
import multiprocessing
import os
import sys
from collections.abc import Sequence

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Velatura with the given arguments (those of the process by default).

    Returns
    -------
    int
        Exit code: 0 done, 2 an error the user can mend, 130 interrupted.
    """
    multiprocessing.freeze_support()
    _give_streams()
    _speak_utf8()
    try:
        from app.cli.main import run
    except KeyboardInterrupt:
        return _INTERRUPTED
    return run(list(sys.argv[1:] if arguments is None else arguments))


def _give_streams() -> None:
    # a windowed bundle has no standard streams, and the first write to them would fail
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(open(os.devnull, "wb"), "utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(open(os.devnull, "wb"), "utf-8")  # noqa: SIM115


def _speak_utf8() -> None:
    # a console in another encoding would fail on "Kα"
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
