"""Writing so that a file is either whole or not there: beside the target, then renamed."""

import contextlib
import errno
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from app.errors import WriteError


@contextlib.contextmanager
def written(target: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a path beside the target to write to; on success it becomes the target.

    Whatever is raised inside, the target stays as it was and nothing is left beside it.

    Raises
    ------
    WriteError
        If the target exists and `overwrite` is off, or the system refuses (full disk,
        read-only folder, file in use).
    """
    if target.exists() and not overwrite:
        raise WriteError(
            f"Cannot write {target.name}.",
            f"{target} exists already.",
            "Choose another name, or allow overwriting (--force).",
            path=target,
        )
    # the suffix stays, since some writers choose by it
    beside = target.with_name(f".{target.stem}.{uuid.uuid4().hex[:8]}.part{target.suffix}")
    try:
        yield beside
        os.replace(beside, target)
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def cannot_write(target: Path, error: OSError) -> WriteError:
    """Tell in words why the system would not write a file."""
    reason = error.strerror or str(error) or type(error).__name__
    hints = {
        errno.ENOSPC: "Free some space on that drive or choose another one.",
        errno.EACCES: "Choose a folder you may write to.",
        errno.EROFS: "Choose a folder you may write to.",
        errno.ENOENT: "Create the folder first or choose another one.",
    }
    hint = hints.get(error.errno or 0, "Choose another folder or name.")
    return WriteError(f"Cannot write {target.name}.", f"{target}: {reason}.", hint, path=target)
