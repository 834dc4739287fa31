"""The process in which networks run ends with the program, whatever it is doing."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from app.engine.network_child import _one_line, _plain

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, multiprocessing
from pathlib import Path
from app.core.recolouring.card import card_from_plain
from app.engine.network import Limits, Network
from app.io.model_files import read_card
path = Path(sys.argv[1])
import threading, time
def tell():
    while not multiprocessing.active_children():
        time.sleep(0.01)
    sys.stdout.write(f"{multiprocessing.active_children()[0].pid}\\n")
    sys.stdout.flush()
threading.Thread(target=tell, daemon=True).start()
with Network(path, read_card(path), limits=Limits(seconds_per_run=600)) as network:
    sys.stdin.read()
"""


def gone_within(pid, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except OSError:
            return True
        time.sleep(0.01)
    return False


def endless():
    """A graph that keeps a processor busy for minutes."""
    rounds = 3000
    nodes = [
        ("ReduceSum", ("spectra", "axes"), ("total",)),
        ("Expand", ("total", "size"), ("m0",)),
        *(("MatMul", (f"m{n}", f"m{n}"), (f"m{n + 1}",)) for n in range(rounds)),
        ("Slice", (f"m{rounds}", "from", "to"), ("part",)),
        ("MatMul", ("spectra", "weights"), ("mixed",)),
        ("Add", ("mixed", "part"), ("sum",)),
        ("Sigmoid", ("sum",), ("rgb",)),
    ]
    weights = {
        "weights": np.zeros((4, 3), np.float32),
        "axes": np.array([0, 1], np.int64),
        "size": np.array([1500, 1500], np.int64),
        "from": np.array([0, 0], np.int64),
        "to": np.array([1, 3], np.int64),
    }
    return {"nodes": nodes, "weights": weights}


@pytest.mark.skipif(sys.platform != "linux", reason="the child is looked for as Linux shows it")
@pytest.mark.parametrize("is_busy", [False, True])
def test_the_child_ends_when_the_program_is_killed(saved_network, is_busy):
    path, _ = saved_network(graph=endless() if is_busy else None)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    pid = int(holder.stdout.readline())
    if is_busy:
        deadline = time.monotonic() + 20
        while cpu_seconds(pid) < 1.5 and time.monotonic() < deadline:
            time.sleep(0.02)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert gone_within(pid, 5)


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_what_crosses_is_plain():
    assert _plain((None, 4, "N", object())) == [None, 4, "N", None]
    assert _plain(None) == []
    assert json.dumps(_plain((1, 2)))
    assert _one_line(ValueError("a\n  b")) == "a b"
    assert _one_line(ValueError()) == "ValueError"
    assert len(_one_line(ValueError("x" * 1000))) == 298
