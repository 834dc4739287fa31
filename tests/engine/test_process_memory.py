"""Memory in use is told in MB, the peak never below it."""

import mmap
import sys

import numpy as np
import pytest

from app.engine import process_memory
from app.engine.process_memory import memory_mb


@pytest.mark.skipif(sys.platform != "linux", reason="read as Linux tells it")
def test_memory_that_is_touched_shows():
    before, _ = memory_mb()
    # of the system, since numpy may take what earlier tests have left to the process
    with mmap.mmap(-1, 30 * 2**20) as block:
        values = np.frombuffer(block, np.uint8)
        values[:] = 1
        now, most = memory_mb()
        del values
    assert 25 < now - before < 60
    assert most >= now


def test_the_systems_table_is_read():
    text = "Name:\tpython\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n"
    assert process_memory._from_status(text) == (1.0, 2.0)
    assert process_memory._from_status("Name:\tx\n") == (0.0, 0.0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such call")
def test_the_posix_call_tells_the_peak():
    now, most = process_memory._from_usage()
    assert now == most > 10
