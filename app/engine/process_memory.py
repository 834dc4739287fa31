"""How much memory this process uses, on each system as that tells it."""

import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_KB_PER_MB = 1024.0


def memory_mb() -> tuple[float, float]:
    """Memory in use now and at most so far, MB (2**20 bytes); 0 where the system does not say."""
    if _STATUS.exists():
        return _from_status(_STATUS.read_text(encoding="ascii", errors="replace"))
    if sys.platform == "win32":
        return _from_windows()
    return _from_usage()


def _from_status(text: str) -> tuple[float, float]:
    """From Linux' table of the process."""
    lines = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    now, most = (
        float(lines.get(name, "0 kB").split()[0]) / _KB_PER_MB for name in ("VmRSS", "VmHWM")
    )
    return now, max(now, most)


def _from_usage() -> tuple[float, float]:
    """From the POSIX call, which knows the peak alone."""
    try:
        import resource
    except ImportError:
        return 0.0, 0.0
    peak = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    # bytes on macOS, kB elsewhere
    peak /= _KB_PER_MB**2 if sys.platform == "darwin" else _KB_PER_MB
    return peak, peak


def _from_windows() -> tuple[float, float]:
    """From Windows' counters of the process (psapi, PROCESS_MEMORY_COUNTERS)."""
    import ctypes
    from ctypes import wintypes

    names = (
        "peak_working_set",
        "working_set",
        "peak_paged_pool",
        "paged_pool",
        "peak_nonpaged_pool",
        "nonpaged_pool",
        "pagefile",
        "peak_pagefile",
    )

    class Counters(ctypes.Structure):
        _fields_ = (
            ("size", wintypes.DWORD),
            ("page_faults", wintypes.DWORD),
            *((name, ctypes.c_size_t) for name in names),
        )

    counters = Counters()
    counters.size = ctypes.sizeof(counters)
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    ask = kernel.K32GetProcessMemoryInfo
    ask.argtypes = (wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD)
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    if not ask(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.size):
        return 0.0, 0.0
    scale = _KB_PER_MB**2
    return counters.working_set / scale, counters.peak_working_set / scale
