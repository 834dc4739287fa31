"""How much memory the machine has to give, on each system as that tells it."""

import os
import sys
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")
_BYTES_PER_MB = 2**20
_KB_PER_MB = 1024
# where the system does not say, a machine for such work has at least this
_ASSUMED_MB = 2048.0


def free_mb(meminfo: Path = _MEMINFO, group: Path = _GROUP) -> float:
    """Memory that programs may still take without others being put aside, MB (2**20 bytes).

    Parameters
    ----------
    meminfo, group
        Where Linux tells it: of the machine, and of the container that the program runs in.
    """
    if meminfo.exists():
        found = _from_meminfo(meminfo.read_text(encoding="ascii", errors="replace"))
        within = _from_group(group)
        return found if within is None else min(found, within)
    if sys.platform == "win32":
        return _from_windows()
    return _from_sysconf()


def _from_meminfo(text: str) -> float:
    lines = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    for name in ("MemAvailable", "MemFree"):
        if name in lines:
            return float(lines[name].split()[0]) / _KB_PER_MB
    return _ASSUMED_MB


def _from_group(group: Path) -> float | None:
    """What a container leaves; None where it does not bind."""
    try:
        most = (group / "memory.max").read_text(encoding="ascii").strip()
        used = (group / "memory.current").read_text(encoding="ascii").strip()
        return max(float(most) - float(used), 0.0) / _BYTES_PER_MB
    except (OSError, ValueError):
        # no container, or "max": no limit
        return None


def _from_sysconf() -> float:
    """Half of all memory, where only that is known, as on macOS."""
    try:
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return _ASSUMED_MB
    return pages * size / 2 / _BYTES_PER_MB


def _from_windows() -> float:
    """From Windows' GlobalMemoryStatusEx (MEMORYSTATUSEX)."""
    import ctypes
    from ctypes import wintypes

    names = ("total", "free", "total_page", "free_page", "total_virtual", "free_virtual", "more")

    class Status(ctypes.Structure):
        _fields_ = (
            ("size", wintypes.DWORD),
            ("load", wintypes.DWORD),
            *((name, ctypes.c_ulonglong) for name in names),
        )

    status = Status()
    status.size = ctypes.sizeof(status)
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return _ASSUMED_MB
    return status.free / _BYTES_PER_MB
