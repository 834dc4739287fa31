"""The picture on disk grows with the scan, and is whole at any time."""

import threading

import numpy as np
import pytest
from PIL import Image

from app.engine.jobs import run_now
from app.engine.live import LiveOptions
from app.engine.live_files import LiveFiles
from app.engine.recolouring import RecolourParameters
from app.engine.source import Source
from app.errors import WriteError

RIDGE = RecolourParameters("palette_ridge", stamp=False)
QUICK = LiveOptions(look_every_s=0.01, quiet_s=30.0)


def test_files_are_renewed_while_the_scan_grows(scanner, counts, tmp_path):
    machine = scanner("laid_out", tmp_path / "scan.h5", counts)
    machine.line()
    out, doubt = tmp_path / "p.png", tmp_path / "u.png"
    files = LiveFiles(
        Source(tmp_path / "scan.h5"), RIDGE, out, QUICK, uncertainty=doubt, write_every_s=0.0
    )
    seen, there = [], threading.Event()
    renewed = files._write

    def write(found):
        renewed(found)
        with Image.open(out) as picture:
            seen.append(int((np.asarray(picture)[..., 3] == 255).all(axis=1).sum()))
        there.set()

    files._write = write
    result = []
    thread = threading.Thread(target=lambda: result.append(run_now(files.run)))
    thread.start()
    for _ in range(5):
        assert there.wait(60)
        there.clear()
        machine.line()
    thread.join(60)
    assert sorted(set(seen)) == [1, 2, 3, 4, 5, 6]
    found, written = result[0]
    assert written == (out, doubt)
    with Image.open(out) as picture:
        np.testing.assert_array_equal(np.asarray(picture)[..., :3], np.rint(found.rgb * 255))


def test_what_cannot_be_written_is_found_out_first(tmp_path):
    scan = Source(tmp_path / "scan.h5")
    (tmp_path / "p.png").touch()
    with pytest.raises(WriteError, match=r"p\.png exists already"):
        run_now(LiveFiles(scan, RIDGE, tmp_path / "p.png", QUICK).run)
    with pytest.raises(WriteError, match="no suffix"):
        run_now(LiveFiles(scan, RIDGE, tmp_path / "picture", QUICK).run)
    (tmp_path / "scan.h5").write_bytes(b"x")
    with pytest.raises(WriteError, match="is the scan that is read"):
        run_now(LiveFiles(scan, RIDGE, tmp_path / "scan.h5", QUICK, overwrite=True).run)
