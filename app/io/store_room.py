"""Room for working stores: the least recently used ones go before the drive gets tight."""

import contextlib
import os
import shutil
import uuid
from pathlib import Path

from app.errors import WriteError
from app.io.store_index import PART

META = "store.json"

# what is left to the rest of the system
SPARE_BYTES = 2**26

# stores may take this share of what they and the free space have together
_SHARE = 0.5


def make_room(stores: Path, need: int, name: str) -> None:
    """See to it that a new store fits, removing others if need be.

    All stores together take at most half of what the drive has for them, so that a growing cache
    never fills it. The least recently used go first; a store that the system keeps open stays.
    A single large scan may take more than half, as long as it fits.

    Parameters
    ----------
    stores
        Folder of all stores.
    need
        Size of the new one, bytes.
    name
        Of the scan, for the message.

    Raises
    ------
    WriteError
        If it does not fit even when all others are gone.
    """
    kept = sorted(_stores(stores), key=lambda item: item[1])
    used = sum(size for size, _, _ in kept)
    free = shutil.disk_usage(stores).free
    for size, _, folder in kept:
        fits = need + SPARE_BYTES <= free
        if fits and used + need <= _SHARE * (used + free):
            return
        if _remove(folder):
            used -= size
            free = shutil.disk_usage(stores).free
    if need + SPARE_BYTES > free:
        raise WriteError(
            "There is no room for the working store.",
            f"{name} needs {_text(need + SPARE_BYTES)} in {stores}; {_text(free)} are free.",
            "Free some space there, or set VELATURA_HOME to a folder on a larger drive.",
            path=stores,
        )


def _stores(stores: Path) -> list[tuple[int, float, Path]]:
    """Size in bytes, time of last use and folder of every finished store."""
    found = []
    for folder in stores.iterdir():
        # one may vanish while it is looked at: another Velatura makes room as well
        with contextlib.suppress(OSError):
            if not folder.name.startswith(PART) and (folder / META).exists():
                size = sum(file.stat().st_size for file in folder.iterdir())
                found.append((size, (folder / META).stat().st_mtime, folder))
    return found


def _remove(folder: Path) -> bool:
    """Remove a store; False where the system does not let go of it."""
    # renamed first: a folder with open files keeps its name on Windows, and then stays whole
    aside = folder.with_name(f"{PART}{uuid.uuid4().hex[:8]}")
    try:
        os.replace(folder, aside)
    except OSError:
        return False
    shutil.rmtree(aside, ignore_errors=True)
    return True


def _text(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
