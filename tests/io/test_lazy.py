import gc
import os
import threading

import h5py
import numpy as np
import pytest

from app.errors import ReadError
from app.io.lazy import ChannelsOf, Hdf5Counts, RawCounts, SummedCounts, TransposedCounts

ROWS, COLS, CHANNELS = 5, 7, 64
KEYS = [
    np.s_[:],
    np.s_[1:3],
    np.s_[2],
    np.s_[-1],
    np.s_[2, 3],
    np.s_[-2, -3, -4],
    np.s_[4, 6, 10:20],
    np.s_[1:4, 2:5],
    np.s_[1:4, 2:5, 7:9],
    np.s_[1:4, 3, 7:9],
    np.s_[0, 2:5],
    np.s_[:, :, 5],
    np.s_[..., 5],
    np.s_[1, ...],
    np.s_[::2, ::-1, 3::5],
    np.s_[3:1],
    np.s_[2:99, -3:],
]


@pytest.fixture
def truth():
    return np.random.default_rng(3).integers(0, 65536, (ROWS, COLS, CHANNELS), dtype=np.uint16)


def write_raw(path, cube, *, dtype="<u2", offset=0, energy_first=False):
    stored = np.moveaxis(cube, 2, 0) if energy_first else cube
    path.write_bytes(b"\xff" * offset + stored.astype(dtype).tobytes())
    return path


@pytest.mark.parametrize("key", KEYS, ids=str)
@pytest.mark.parametrize("energy_first", [False, True])
@pytest.mark.parametrize("dtype", ["<u2", ">u2"])
def test_raw_counts_index_like_the_array(tmp_path, truth, key, energy_first, dtype):
    path = write_raw(
        tmp_path / "scan.raw", truth, dtype=dtype, offset=13, energy_first=energy_first
    )
    counts = RawCounts(path, truth.shape, dtype, 13, energy_first)
    found = counts[key]
    assert found.dtype == counts.dtype == np.dtype("=u2")
    assert np.shape(found) == truth[key].shape
    np.testing.assert_array_equal(found, truth[key])


def test_energy_first_is_gathered_in_groups_of_planes(tmp_path, truth, monkeypatch):
    path = write_raw(tmp_path / "scan.raw", truth, energy_first=True)
    monkeypatch.setattr("app.io.lazy._GATHER_BYTES", 5 * ROWS * COLS * 2)
    counts = RawCounts(path, truth.shape, "<u2", energy_first=True)
    np.testing.assert_array_equal(counts[:, :, 3:40], truth[:, :, 3:40])


def test_raw_counts_read_without_positioned_system_calls(tmp_path, truth, monkeypatch):
    monkeypatch.delattr(os, "preadv", raising=False)
    counts = RawCounts(write_raw(tmp_path / "scan.raw", truth), truth.shape, "<u2")
    np.testing.assert_array_equal(counts[2:4], truth[2:4])


@pytest.mark.parametrize("key", [(5,), (0, 7), (0, 0, -65), (0, 0, 0, 0)])
def test_index_outside_the_cube_is_refused(tmp_path, truth, key):
    counts = RawCounts(write_raw(tmp_path / "scan.raw", truth), truth.shape, "<u2")
    with pytest.raises(IndexError):
        counts[key]


def test_several_threads_read_one_file(tmp_path, truth):
    counts = RawCounts(write_raw(tmp_path / "scan.raw", truth), truth.shape, "<u2")
    wrong = []

    def compare(row):
        wrong.extend(row for _ in range(50) if (counts[row] != truth[row]).any())

    threads = [threading.Thread(target=compare, args=(row,)) for row in range(ROWS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_short_file_names_found_and_expected_bytes(tmp_path, truth):
    path = write_raw(tmp_path / "scan.raw", truth)
    with pytest.raises(ReadError) as caught:
        RawCounts(path, truth.shape, "<u2", offset_bytes=1)
    assert caught.value.title == "Cannot read the counts."
    assert "scan.raw: 4,480 bytes found, at least 4,481 expected" in caught.value.message
    assert caught.value.path == path


def test_file_that_shrinks_after_opening_is_named(tmp_path, truth):
    path = write_raw(tmp_path / "scan.raw", truth)
    counts = RawCounts(path, truth.shape, "<u2")
    np.testing.assert_array_equal(counts[4], truth[4])
    os.truncate(path, 1000)
    with pytest.raises(ReadError, match=r"scan\.raw: 1,000 bytes found, at least 4,480 expected"):
        counts[4]
    np.testing.assert_array_equal(counts[0], truth[0])


def test_file_that_vanishes_before_the_first_read_is_named(tmp_path, truth):
    path = write_raw(tmp_path / "scan.raw", truth)
    counts = RawCounts(path, truth.shape, "<u2")
    path.unlink()
    with pytest.raises(ReadError, match=r"scan\.raw: No such file") as caught:
        counts[0]
    assert caught.value.title == "Cannot open this cube."


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ReadError, match=r"gone\.raw: No such file"):
        RawCounts(tmp_path / "gone.raw", (1, 1, 2), "<u2")


def test_file_is_closed_with_its_counts(tmp_path, truth):
    counts = RawCounts(write_raw(tmp_path / "scan.raw", truth), truth.shape, "<u2")
    counts[0]
    stream = counts._file._stream
    del counts
    gc.collect()
    assert stream.closed


def test_sum_of_detectors_does_not_overflow():
    full = np.full((ROWS, COLS, CHANNELS), 65535, np.uint16)
    counts = SummedCounts((full, full, full))
    assert counts.dtype == np.uint32
    assert counts.shape == (ROWS, COLS, CHANNELS)
    np.testing.assert_array_equal(counts[1:3, :, 4], np.full((2, COLS), 196605))
    np.testing.assert_array_equal(full, 65535)


@pytest.mark.parametrize(
    ("dtypes", "expected"),
    [
        (("u1", "u1"), "u2"),
        (("u2", "u4"), "u8"),
        (("u8", "u8"), "u8"),
        (("i2", "i2"), "i4"),
        (("f4", "f4"), "f4"),
        (("f2", "f2"), "f4"),
        (("u2", "f8"), "f8"),
        (("u2",), "u2"),
    ],
)
def test_type_of_a_sum(dtypes, expected):
    parts = tuple(np.ones((2, 3, 4), dtype) for dtype in dtypes)
    counts = SummedCounts(parts)
    assert counts.dtype == np.dtype(expected)
    assert counts[:].dtype == np.dtype(expected)
    assert counts[1, 2, 3] == len(parts)


def test_detectors_of_different_shapes_are_not_summed():
    with pytest.raises(ValueError, match="one shape"):
        SummedCounts((np.ones((2, 3, 4)), np.ones((3, 2, 4))))
    with pytest.raises(ValueError, match="one shape"):
        SummedCounts(())


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_range_of_channels_is_one_detector(truth, key):
    side_by_side = np.concatenate([truth + 1, truth], axis=2)
    counts = ChannelsOf(side_by_side, CHANNELS, 2 * CHANNELS)
    assert counts.shape == truth.shape
    np.testing.assert_array_equal(counts[key], truth[key])


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_transposed_counts_exchange_rows_and_columns(truth, key):
    counts = TransposedCounts(np.ascontiguousarray(truth.swapaxes(0, 1)))
    assert counts.shape == truth.shape
    np.testing.assert_array_equal(counts[key], truth[key])


@pytest.mark.parametrize(
    ("chunks", "energy_first", "is_quick", "chunk_rows"),
    [
        (None, False, True, 1),
        (None, True, False, 1),
        ((2, 3, 64), False, True, 2),
        ((2, 3, 32), False, False, 2),
        ((64, 4, 7), True, False, 4),
    ],
)
def test_hdf5_tells_whether_a_spectrum_is_quickly_read(
    tmp_path, truth, chunks, energy_first, is_quick, chunk_rows
):
    stored = np.moveaxis(truth, 2, 0) if energy_first else truth
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file.create_dataset("cube", data=stored, chunks=chunks)
    counts = Hdf5Counts(tmp_path / "scan.h5", "cube", energy_first)
    assert (counts.is_pixel_major, counts.chunk_rows) == (is_quick, chunk_rows)
    assert (counts.shape, counts.ndim) == (truth.shape, 3)
    np.testing.assert_array_equal(counts[1:3, 2:5, 7:60], truth[1:3, 2:5, 7:60])
