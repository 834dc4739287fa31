"""Closing the window in the middle of opening a big cube ends the program at once."""

import os
import subprocess
import sys
import time

import pytest

COLS, CHANNELS = 1000, 2048

_SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from app import settings
from app.gui.application import create_application, create_window

app = create_application(["velatura"])
loaded, _ = settings.load()
window = create_window(loaded)
window.show()
window.open_files([Path(sys.argv[1])])

def close_when_reading():
    busy = [path for path in Path(sys.argv[2]).rglob("planes.bin") if path.stat().st_size > 2**20]
    if busy:
        print("closing", flush=True)
        window.close()
    else:
        QTimer.singleShot(20, close_when_reading)

QTimer.singleShot(20, close_when_reading)
sys.exit(app.exec())
"""


@pytest.fixture(
    params=[125, pytest.param(1000, marks=pytest.mark.slow)], ids=["half_a_gigabyte", "4_gigabytes"]
)
def big_raw(tmp_path, request):
    """A big Ripple scan; the file system stores none of its zeros."""
    if sys.platform == "win32":
        pytest.skip("this file system would write gigabytes of zeros")
    with (tmp_path / "big.raw").open("wb") as stream:
        stream.truncate(request.param * COLS * CHANNELS * 2)
    header = (
        f"key\tvalue\nwidth\t{COLS}\nheight\t{request.param}\ndepth\t{CHANNELS}\noffset\t0\n"
        "data-length\t2\ndata-type\tunsigned\nbyte-order\tlittle-endian\nrecord-by\tvector\n"
        "ev-per-chan\t20\n"
    )
    (tmp_path / "big.rpl").write_text(header, "ascii")
    return tmp_path / "big.rpl"


def test_closing_while_a_cube_is_read_ends_in_3_s_and_leaves_no_store(big_raw, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "VELATURA_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(big_raw), str(home)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "closing\n"
        closed = time.monotonic()
        assert process.wait(timeout=10) == 0
        took = time.monotonic() - closed
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
    assert took < 3.0
    assert [path for path in (home / "cache" / "stores").iterdir() if path.is_dir()] == []
