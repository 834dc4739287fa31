"""Which input has which checksum, and the folders that stores are built in."""

import contextlib
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from app.core.progress import Progress, no_progress
from app.io import checksum as checksums

PART = ".part-"
"""What the name of a folder begins with that is no store (yet, or any more)."""

_INDEX = "index.json"
_LOCK = "in-use"
_INDEX_ENTRIES = 2000
# a folder younger than this may be between two steps of its builder
_SETTLED_S = 5.0
# a virus scanner holds new files for a moment, and Windows then refuses to rename their folder
_WAITS_S = (0.1, 0.3, 1.0, 3.0) if os.name == "nt" else ()


class InputState(NamedTuple):
    """What tells whether files are still the same without reading them.

    Parameters
    ----------
    files
        How many there are.
    bytes
        Size of all together.
    listing
        Digest of their names, sizes and times.
    """

    files: int
    bytes: int
    listing: str


def state_of(files: tuple[Path, ...]) -> InputState:
    """The state of an input's files, in their fixed order; a scan may have thousands.

    Raises
    ------
    OSError
        If one is not there.
    """
    listing = hashlib.sha256()
    size = 0
    for file in files:
        stat = file.stat()
        size += stat.st_size
        listing.update(os.fsencode(file.name))
        listing.update(f"\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return InputState(len(files), size, listing.hexdigest())


def known_checksum(folder: Path | None, path: Path, state: InputState) -> str | None:
    """Checksum of an input whose sizes and times are those of the last time, else None."""
    entry = _read(folder).get(str(path.resolve()))
    if not isinstance(entry, dict) or entry.get("state") != [*state]:
        return None
    found = entry.get("checksum")
    return found if isinstance(found, str) else None


def checksum(
    folder: Path | None,
    path: Path,
    files: tuple[Path, ...],
    state: InputState,
    progress: Progress = no_progress,
) -> str:
    """Checksum of an input's content, remembered for the next time where there is a folder.

    Parameters
    ----------
    folder
        Folder of all stores, where the index of checksums is; None remembers nothing.
    path
        The input.
    files
        Its files, in their fixed order.
    state
        Theirs before they are read.
    progress
        Told the fraction read; may raise to stop.

    Raises
    ------
    ReadError
        If a file cannot be read.
    """
    found = checksums.checksum(files, progress)
    if folder is None:
        return found
    index = _read(folder)
    index.pop(str(path.resolve()), None)
    index[str(path.resolve())] = {"state": [*state], "checksum": found}
    kept = dict(list(index.items())[-_INDEX_ENTRIES:])
    beside = folder / f".{_INDEX}.{uuid.uuid4().hex[:8]}"
    # another process may write it too: the later one wins, the other is only asked again
    with contextlib.suppress(OSError):
        beside.write_text(json.dumps(kept), "utf-8")
        os.replace(beside, folder / _INDEX)
    with contextlib.suppress(OSError):
        beside.unlink(missing_ok=True)
    return found


@contextlib.contextmanager
def part_folder(target: Path) -> Iterator[Path]:
    """A folder to build a store in; it becomes the target when nothing is raised.

    Raises
    ------
    OSError
        If the system refuses.
    """
    part = target.with_name(f"{PART}{target.name}-{uuid.uuid4().hex[:8]}")
    part.mkdir()
    damaged = _identity(target)
    lock = _hold(part / _LOCK)
    try:
        yield part
        # until it has its name, its fresh time keeps others from taking it for abandoned
        os.utime(part)
        lock.close()
        (part / _LOCK).unlink(missing_ok=True)
        _put_in_place(part, target, damaged)
    finally:
        lock.close()
        shutil.rmtree(part, ignore_errors=True)


def remove_abandoned(folder: Path) -> None:
    """Remove what a killed program left half built; one still at work keeps its own."""
    for part in folder.glob(f"{PART}*"):
        with contextlib.suppress(FileNotFoundError):
            age_s = time.time() - part.stat().st_mtime
            if age_s > _SETTLED_S and not _is_held(part / _LOCK):
                shutil.rmtree(part, ignore_errors=True)


def _put_in_place(part: Path, target: Path, damaged: int | None) -> None:
    """Give a finished folder its name; only what was there before it was begun is replaced.

    What another process has put there since is the same scan's, and so the same store, which that
    process may be opening just now.
    """
    aside = target.with_name(f"{PART}{uuid.uuid4().hex[:8]}")
    try:
        if damaged is not None and _identity(target) == damaged:
            with contextlib.suppress(FileNotFoundError):
                os.replace(target, aside)
        _rename(part, target)
    except OSError:
        # another process was quicker, or has its own open
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _identity(folder: Path) -> int | None:
    """What tells a folder from another of its name; None where there is none."""
    try:
        return folder.stat().st_ino
    except FileNotFoundError:
        return None


def _rename(part: Path, target: Path) -> None:
    for wait_s in _WAITS_S:
        try:
            os.replace(part, target)
        except PermissionError:
            time.sleep(wait_s)
        else:
            return
    os.replace(part, target)


def _hold(path: Path) -> IO[bytes]:
    """Keep a file open and locked; the system lets go when the process ends, however."""
    stream = path.open("wb")
    if os.name == "posix":
        import fcntl

        # some network drives have no locks
        with contextlib.suppress(OSError):
            fcntl.flock(stream, fcntl.LOCK_EX)
    return stream


def _is_held(path: Path) -> bool:
    if os.name != "posix":
        # Windows does not delete a file that is open
        try:
            path.unlink(missing_ok=True)
        except OSError:
            return True
        return False
    import fcntl

    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _read(folder: Path | None) -> dict[str, Any]:
    if folder is None:
        return {}
    try:
        index = json.loads((folder / _INDEX).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return index if isinstance(index, dict) else {}
