import gc
import os
import zipfile

import numpy as np
import pytest

from app.errors import ReadError
from app.io.npz_counts import NpzCounts, member_start

ROWS, COLS, CHANNELS = 9, 7, 64
HEADER = 128


@pytest.fixture
def truth():
    return np.random.default_rng(7).integers(0, 65536, (ROWS, COLS, CHANNELS), dtype=np.uint16)


@pytest.fixture
def archive(tmp_path, truth):
    path = tmp_path / "scan.npz"
    np.savez_compressed(path, cube=truth, after=np.arange(5000))
    return path


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr("app.io.npz_counts._PIECE_BYTES", 301)
    monkeypatch.setattr("app.io.npz_counts._PACKED_BYTES", 97)
    monkeypatch.setattr("app.io.npz_counts._KEEP_BYTES", 1500)


def counts_of(path, truth):
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("cube.npy")
    return NpzCounts(path, member, truth.shape, truth.dtype, HEADER)


@pytest.mark.parametrize(
    "key",
    [np.s_[:], np.s_[3], np.s_[2, 5], np.s_[-1, -1, -1], np.s_[1:4, 2:5, 7:9], np.s_[::3, ::-2]],
    ids=str,
)
def test_any_part_equals_the_array(archive, truth, key):
    np.testing.assert_array_equal(counts_of(archive, truth)[key], truth[key])


def test_rows_in_any_order_equal_the_array(archive, truth):
    counts = counts_of(archive, truth)
    for row in (0, 1, 2, 8, 3, 7, 0, 5, 4, 8, 6):
        np.testing.assert_array_equal(counts[row], truth[row])


def test_forward_blocks_unpack_each_byte_once(archive, truth, monkeypatch):
    counts = counts_of(archive, truth)
    unpacked = []
    unpack = counts._stream._unpack
    monkeypatch.setattr(
        counts._stream, "_unpack", lambda limit: unpacked.append(unpack(limit)) or unpacked[-1]
    )
    for row in range(0, ROWS, 2):
        np.testing.assert_array_equal(counts[row : row + 2], truth[row : row + 2])
    assert sum(map(len, unpacked)) == HEADER + truth.nbytes


def test_going_back_starts_from_a_kept_state(archive, truth, monkeypatch):
    counts = counts_of(archive, truth)
    counts[:]
    unpacked = []
    unpack = counts._stream._unpack
    monkeypatch.setattr(
        counts._stream, "_unpack", lambda limit: unpacked.append(unpack(limit)) or unpacked[-1]
    )
    np.testing.assert_array_equal(counts[6, 3], truth[6, 3])
    assert sum(map(len, unpacked)) < 1500 + 301 + CHANNELS * 2


def test_other_byte_order_comes_out_native(tmp_path, truth):
    path = tmp_path / "scan.npz"
    np.savez_compressed(path, cube=truth.astype(">u2"))
    with zipfile.ZipFile(path) as archive:
        counts = NpzCounts(path, archive.getinfo("cube.npy"), truth.shape, ">u2", HEADER)
    assert counts.dtype == np.dtype("=u2")
    np.testing.assert_array_equal(counts[4:6], truth[4:6])


def test_wrong_checksum_is_told_at_the_end(archive, truth):
    counts = counts_of(archive, truth)
    counts._stream._member.CRC ^= 1
    np.testing.assert_array_equal(counts[:8], truth[:8])
    with pytest.raises(ReadError, match=r"array “cube” is damaged: its checksum is wrong"):
        counts[8]


def test_damaged_bytes_are_told_and_what_lies_before_stays_readable(tmp_path):
    cube = np.random.default_rng(1).poisson(3.0, (ROWS, COLS, CHANNELS)).astype(np.uint16)
    path = tmp_path / "scan.npz"
    np.savez_compressed(path, cube=cube)
    counts = counts_of(path, cube)
    np.testing.assert_array_equal(counts[0], cube[0])
    with path.open("r+b") as stream:
        stream.seek(member_start(stream, counts._stream._member) + 1500)
        stream.write(b"\xff" * 120)
    fresh = counts_of(path, cube)
    with pytest.raises(ReadError, match=r"scan\.npz: the array “cube” is damaged"):
        fresh[:]
    np.testing.assert_array_equal(fresh[0, 0], cube[0, 0])


def test_file_cut_after_opening_is_told(archive, truth):
    counts = counts_of(archive, truth)
    os.truncate(archive, 2000)
    with pytest.raises(ReadError, match=r"is damaged: it ends after [\d,]+ bytes, 8,192 bytes"):
        counts[:]


def test_file_that_vanishes_before_the_first_read_is_named(archive, truth):
    counts = counts_of(archive, truth)
    archive.unlink()
    with pytest.raises(ReadError, match=r"scan\.npz: No such file"):
        counts[0]


def test_replaced_file_is_noticed(archive, truth):
    counts = counts_of(archive, truth)
    archive.write_bytes(b"x" * 5000)
    with pytest.raises(ReadError, match="the zip directory does not fit the file"):
        counts[0]


def test_file_is_closed_with_its_counts(archive, truth):
    counts = counts_of(archive, truth)
    counts[0]
    stream = counts._stream._file
    del counts
    gc.collect()
    assert stream.closed
