"""Opening a big cube: memory, first picture, second opening; start of the program."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

GIGABYTES = float(os.environ.get("VELATURA_BENCHMARK_GB", "4"))

_OPEN = """
import json, re, resource, sys, time
started = time.perf_counter()
from pathlib import Path
from app.engine.jobs import run_now
from app.io import store
looks = []
path = Path(sys.argv[1])
scan = store.open_scan(path, partial=lambda scan: looks.append(time.perf_counter() - started))
opened = time.perf_counter() - started
status = Path("/proc/self/status")
# the system's own figure for a process begins with its parent's peak, this one does not
peak = (
    int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
    if status.exists()
    else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
) * 1024
total = int(scan.sum_spectrum.sum())
map_total = int(scan.window_counts(0, scan.cube.channels).sum(dtype="u8"))
print(json.dumps(dict(opened_s=opened, first_s=looks[0] if looks else None, peak_bytes=peak,
                      total=total, map_total=map_total)))
"""


@pytest.fixture(scope="module")
def big_raw(tmp_path_factory):
    """A Ripple scan of 4 GB whose total is known."""
    folder = tmp_path_factory.mktemp("big")
    rows, cols, channels = int(GIGABYTES * 1e9 / (1000 * 2048 * 2)), 1000, 2048
    block = np.random.default_rng(5).poisson(0.3, (8, cols, channels)).astype("<u2")
    with (folder / "big.raw").open("wb") as stream:
        for row in range(rows):
            stream.write(block[row % 8].data)
    total = sum(int(block[row % 8].sum()) for row in range(rows))
    header = {
        "width": cols,
        "height": rows,
        "depth": channels,
        "offset": 0,
        "data-length": 2,
        "data-type": "unsigned",
        "byte-order": "little-endian",
        "record-by": "vector",
        "ev-per-chan": 20,
    }
    text = "key\tvalue\n" + "".join(f"{key}\t{value}\n" for key, value in header.items())
    (folder / "big.rpl").write_text(text, "ascii")
    return folder / "big.rpl", total


def run(script, *arguments, home):
    environment = {**os.environ, "VELATURA_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_opening_a_big_raw(big_raw, tmp_path_factory, report):
    path, total = big_raw
    home = tmp_path_factory.mktemp("home")
    first = run(_OPEN, path, home=home)
    second = run(_OPEN, path, home=home)
    assert first["total"] == second["total"] == first["map_total"] == total
    report("first opening", first["opened_s"], "s", gigabytes=GIGABYTES)
    report("first picture", first["first_s"], "s")
    report("peak memory", first["peak_bytes"] / 1e9, "GB")
    report("second opening", second["opened_s"], "s")
    assert first["peak_bytes"] <= 1.5e9
    assert first["first_s"] < 3.0
    assert second["opened_s"] < 1.0


@pytest.mark.parametrize(
    ("name", "arguments", "limit_s"),
    [("--help", ["--help"], 0.4), ("--version", ["--version"], 0.4)],
)
def test_start_of_the_command_line(name, arguments, limit_s, report):
    times = []
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "app", *arguments], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    report(f"velatura {name}", float(np.median(times)), "s")
    assert np.median(times) < limit_s


_WINDOW = """
from app import settings
from app.gui.application import create_application, create_window
application = create_application(["velatura"])
window = create_window(settings.load()[0])
window.show()
application.processEvents()
window.close()
"""


def test_window_is_up(tmp_path, report):
    environment = {**os.environ, "VELATURA_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", _WINDOW], check=True, env=environment)
        times.append(time.perf_counter() - start)
    report("window up and closed again, whole process", float(np.median(times)), "s")
    assert np.median(times) < 1.5
