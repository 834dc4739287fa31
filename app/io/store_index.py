"""Which input has which checksum, and the folders that stores are built in."""

import contextlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from app.core.progress import Progress, no_progress
from app.io import checksum as checksums

_INDEX = "index.json"
_LOCK = "in-use"
_PART = ".part-"
_INDEX_ENTRIES = 2000


def total_bytes(files: tuple[Path, ...]) -> int:
    """Size of all files together, bytes."""
    return sum(file.stat().st_size for file in files)


def known_checksum(folder: Path, path: Path, files: tuple[Path, ...]) -> str | None:
    """Checksum of an input whose size and times are those of the last time, else None."""
    entry = _read(folder).get(str(path.resolve()))
    if not isinstance(entry, dict) or entry.get("state") != _state(files):
        return None
    found = entry.get("checksum")
    return found if isinstance(found, str) else None


def checksum(
    folder: Path, path: Path, files: tuple[Path, ...], progress: Progress = no_progress
) -> str:
    """Checksum of an input's content, remembered for the next time."""
    state = _state(files)
    found = checksums.checksum(files, progress)
    index = _read(folder)
    index.pop(str(path.resolve()), None)
    index[str(path.resolve())] = {"state": state, "checksum": found}
    kept = dict(list(index.items())[-_INDEX_ENTRIES:])
    beside = folder / f".{_INDEX}.{uuid.uuid4().hex[:8]}"
    # another process may write it too: the later one wins, the other is only asked again
    with contextlib.suppress(OSError):
        beside.write_text(json.dumps(kept), "utf-8")
        os.replace(beside, folder / _INDEX)
    return found


@contextlib.contextmanager
def part_folder(target: Path) -> Iterator[Path]:
    """A folder to build a store in; it becomes the target when nothing is raised."""
    part = target.with_name(f"{_PART}{target.name}-{uuid.uuid4().hex[:8]}")
    part.mkdir()
    lock = _hold(part / _LOCK)
    try:
        yield part
        lock.close()
        (part / _LOCK).unlink()
        # a damaged store of that name was found before this one was begun
        shutil.rmtree(target, ignore_errors=True)
        os.replace(part, target)
    finally:
        lock.close()
        shutil.rmtree(part, ignore_errors=True)


def remove_abandoned(folder: Path) -> None:
    """Remove what a killed program left half built; one still at work keeps its own."""
    for part in folder.glob(f"{_PART}*"):
        if not _is_held(part / _LOCK):
            shutil.rmtree(part, ignore_errors=True)


def _hold(path: Path) -> IO[bytes]:
    """Keep a file open and locked; the system lets go when the process ends, however."""
    stream = path.open("wb")
    if os.name == "posix":
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
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


def _state(files: tuple[Path, ...]) -> list[Any]:
    """What tells whether files are still the same without reading them."""
    stats = [file.stat() for file in files]
    return [len(stats), sum(s.st_size for s in stats), max(s.st_mtime_ns for s in stats)]


def _read(folder: Path) -> dict[str, Any]:
    try:
        index = json.loads((folder / _INDEX).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return index if isinstance(index, dict) else {}
