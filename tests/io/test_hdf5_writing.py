import errno
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from app.errors import WriteError
from app.io import atomic, hdf5_writing
from app.io.hdf5_writing import created

ROOT = Path(__file__).resolve().parents[2]


class FullDisk:
    """A raw file that takes so many bytes and no more."""

    def __init__(self, raw, room):
        self.raw, self.room = raw, room

    def __getattr__(self, name):
        return getattr(self.raw, name)

    def write(self, data):
        taken = min(len(data), self.room)
        if not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= taken
        return self.raw.write(data[:taken])


@pytest.fixture
def full_disk(monkeypatch):
    """Make every file written by `created` refuse after 5000 bytes."""
    begin = hdf5_writing._Refusals.__init__

    def with_little_room(self, path):
        begin(self, path)
        self._raw = FullDisk(self._raw, 5000)

    monkeypatch.setattr(hdf5_writing._Refusals, "__init__", with_little_room)


def test_what_is_written_is_plain_hdf5(tmp_path):
    path = tmp_path / "plain.h5"
    with created(path) as (file, check):
        file["a"] = np.arange(5000)
        check()
    with h5py.File(path) as file:
        assert file["a"][()].tolist() == list(range(5000))


def test_chunks_packed_at_once_are_the_same(tmp_path):
    counts = np.arange(40 * 50).reshape(40, 50)
    for cache in (None, 0):
        path = tmp_path / f"{cache}.h5"
        with created(path, chunk_cache_bytes=cache) as (file, check):
            data = file.create_dataset("a", (40, 50), "i8", chunks=(16, 16), compression="gzip")
            for row in range(0, 40, 16):
                data[row : row + 16] = counts[row : row + 16]
            check()
        with h5py.File(path) as file:
            np.testing.assert_array_equal(file["a"][()], counts)


def test_an_existing_file_is_refused(tmp_path):
    path = tmp_path / "there.h5"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError), created(path):
        pass
    assert path.read_bytes() == b"mine"


def test_a_full_disk_is_told_by_check(tmp_path, full_disk):
    def write():
        with created(tmp_path / "f.h5") as (file, check):
            file["a"] = np.arange(5000)
            check()
            pytest.fail("check should have told")

    with pytest.raises(OSError, match="No space left") as caught:
        write()
    assert caught.value.errno == errno.ENOSPC


def test_a_full_disk_is_told_at_the_end_without_check(tmp_path, full_disk):
    target = tmp_path / "f.h5"
    with (
        pytest.raises(WriteError, match="No space left"),
        atomic.written(target) as path,
        created(path) as (file, _),
    ):
        file["a"] = np.arange(5000)
    assert not list(tmp_path.iterdir())


def test_after_a_refusal_the_library_still_reads_what_it_wrote(tmp_path, full_disk):
    read = []

    def write():
        with created(tmp_path / "f.h5") as (file, _):
            for number in range(50):
                file[f"group/{number}"] = np.full(300, number)
            file.flush()
            read.extend(file[f"group/{number}"][()].tolist() for number in range(50))

    with pytest.raises(OSError, match="No space left"):
        write()
    assert read == [[number] * 300 for number in range(50)]


def test_bytes_kept_in_memory_lie_over_those_on_disk(tmp_path, full_disk):
    sink = hdf5_writing._Refusals(tmp_path / "f")
    sink.write(bytes(range(200)) * 20)
    sink.seek(3990)
    sink.write(b"x" * 2000)
    sink.seek(4000)
    sink.write(b"later")
    assert sink.error is not None
    assert sink.seek(0, 2) == 5990
    sink.seek(3985)
    assert sink.read(24) == bytes(range(185, 190)) + b"x" * 10 + b"later" + b"xxxx"
    sink.seek(5988)
    assert sink.read(4) == b"xx\0\0"
    assert sink.tell() == 5992
    sink.close()


def test_interrupting_waits_for_the_library_and_comes_through(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    told = []

    def write():
        with created(tmp_path / "i.h5") as (file, check):
            signal.raise_signal(signal.SIGINT)
            file["a"] = np.arange(5)
            told.append("still here")
            check()
            told.append("too far")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert told == ["still here"]
    assert signal.getsignal(signal.SIGINT) is before


LIMITED = """
import resource, sys
from pathlib import Path
import numpy as np
from app.core.cube import SpectralCube
from app.errors import WriteError
from app.io import atomic, native
noise = np.random.default_rng(1).integers(0, 60000, (33, 35, 100), dtype=np.uint16)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with atomic.written(Path(sys.argv[1])) as path:
        native.write_cube(SpectralCube(noise), path)
except WriteError as error:
    sys.exit(f"told: {error}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_refusing_system_does_not_take_the_program_down(tmp_path):
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "cube.h5")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("told: Cannot write cube.h5.")
    assert not list(tmp_path.iterdir())
