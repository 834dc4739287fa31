"""An input with what the user adds to it, and opening it for looking at."""

from dataclasses import dataclass, field
from pathlib import Path

from app.core.scan import Scan
from app.engine.jobs import JobContext
from app.io import formats, store
from app.io.formats import OpenOptions, Peek


@dataclass(frozen=True, slots=True)
class Source:
    """An input and what the user adds to it."""

    path: Path
    options: OpenOptions = field(default_factory=OpenOptions)


def peek(path: Path) -> Peek:
    """What a file is and what is in it; see `app.io.formats.peek`."""
    return formats.peek(path)


def open_scan(path: Path, options: OpenOptions, context: JobContext) -> Scan:
    """Open a scan for looking at it; a first look arrives early through `context.partial`.

    Raises
    ------
    AppError
        As `app.io.store.open_scan`.
    """
    return store.open_scan(path, options, progress=context.progress, partial=context.partial)
