"""Scans that are being measured give each row once, whole and as early as it can be known."""

import h5py
import numpy as np
import pytest

from app.errors import ParameterError, ReadError
from app.io.formats import OpenOptions
from app.io.growing import open_growing
from app.io.growing_rows import GrowingRows, RowsNow
from app.io.lazy import Hdf5Counts

ROWS, COLS, CHANNELS = 5, 3, 40


@pytest.fixture
def counts():
    values = np.random.default_rng(4).poisson(2.0, (ROWS, COLS, CHANNELS)).astype(np.uint16)
    values[..., 7] += 1
    return values


def same(lines, counts, rows):
    assert [line.number for line in lines] == list(rows)
    for line in lines:
        assert line.rows.tolist() == [line.number] * COLS
        assert line.cols.tolist() == [0, 1, 2]
        np.testing.assert_array_equal(line.counts, counts[line.number])


@pytest.mark.parametrize("kind", ["swmr", "laid_out", "raw"])
def test_each_row_comes_as_soon_as_it_is_written(kind, scanner, counts, tmp_path):
    path = tmp_path / {"raw": "scan.raw"}.get(kind, "scan.h5")
    machine = scanner(kind, path, counts)
    machine.line()
    scan = open_growing(path)
    assert (scan.head.channels, scan.head.axis.gain_kev) == (CHANNELS, pytest.approx(0.04))
    same(scan.look().lines, counts, [0])
    assert scan.look().lines == ()
    machine.line()
    machine.line()
    look = scan.look()
    same(look.lines, counts, [1, 2])
    assert (look.begun, look.is_ended, look.has_grown) == (3, False, True)
    assert look.expected == (None if kind == "swmr" else ROWS)
    assert scan.shape == (None if kind == "swmr" else (ROWS, COLS))
    machine.line()
    machine.line()
    look = scan.look()
    same(look.lines, counts, [3, 4])
    assert look.is_ended == (kind != "swmr")


def test_a_file_whose_writer_has_left_has_ended(scanner, counts, tmp_path, monkeypatch):
    monkeypatch.setattr("app.io.growing_rows._CLOSED_FOR_GOOD_S", 0.0)
    machine = scanner("swmr", tmp_path / "scan.h5", counts)
    machine.line()
    scan = open_growing(tmp_path / "scan.h5")
    assert not scan.look().is_ended
    machine.close()
    scan.look()
    assert scan.look(is_last=True).is_ended


def test_a_folder_of_mca_files_gives_its_rows(scanner, counts, tmp_path):
    machine = scanner("mca", tmp_path / "scan", counts)
    machine.line()
    machine.line()
    scan = open_growing(tmp_path / "scan")
    # the newest file may not be whole: its row waits
    same(scan.look().lines, counts, [0])
    for _ in range(3):
        machine.line()
    look = scan.look()
    same(look.lines, counts, [1, 2, 3, 4])
    assert look.is_ended


def test_a_folder_without_a_size_needs_one(scanner, counts, tmp_path):
    machine = scanner("mca", tmp_path / "scan", counts)
    machine.line()
    (tmp_path / "scan" / "colonneXrighe.txt").unlink()
    with pytest.raises(ParameterError, match="nothing tells how many rows"):
        open_growing(tmp_path / "scan")
    with pytest.raises(ReadError, match="not one row is whole"):
        open_growing(tmp_path / "scan", OpenOptions(rows=ROWS, cols=COLS))
    machine.line()
    scan = open_growing(tmp_path / "scan", OpenOptions(rows=ROWS, cols=COLS))
    same(scan.look().lines, counts, [0])


class Input:
    """An input in memory, and what it holds by now."""

    def __init__(self, make_cube, tmp_path, shape=(4, 3, 8)):
        self.counts = np.zeros(shape, np.uint16)
        self._make_cube = make_cube
        self._file = tmp_path / "state"
        self.expected = None
        self.grow()

    def grow(self):
        self._file.write_bytes(self._file.read_bytes() + b"+" if self._file.exists() else b"")

    def scan(self, clock=lambda: 0.0):
        return GrowingRows(
            lambda: (self._file,),
            lambda: RowsNow(self._make_cube(self.counts.copy()), self.expected),
            clock,
        )


@pytest.fixture
def given(tmp_path):
    from app.core.cube import SpectralCube

    return Input(lambda counts: SpectralCube(counts, name="given"), tmp_path)


def test_half_a_row_waits_for_the_next_or_the_end(given):
    given.counts[0] = 1
    given.counts[1, :2] = 1
    scan = given.scan()
    assert [line.number for line in scan.look().lines] == [0]
    given.counts[2, 0] = 5
    given.grow()
    look = scan.look()
    assert [line.number for line in look.lines] == [1]
    assert look.begun == 3
    assert [line.number for line in scan.look(is_last=True).lines] == [2]


def test_a_row_that_has_changed_is_given_again(given):
    given.counts[0] = 1
    scan = given.scan()
    assert len(scan.look().lines) == 1
    given.counts[0, 2] = 9
    given.counts[1] = 1
    given.grow()
    lines = scan.look().lines
    assert [line.number for line in lines] == [0, 1]
    assert (lines[0].counts[2] == 9).all()


def test_rows_without_photons_are_given_once_a_later_one_has_some(given):
    given.counts[0] = 1
    given.counts[2] = 1
    scan = given.scan()
    assert [line.number for line in scan.look().lines] == [0, 1, 2]


def test_a_large_scan_comes_in_parts(given, monkeypatch):
    monkeypatch.setattr("app.io.growing_rows._AT_ONCE_BYTES", 1)
    monkeypatch.setattr("app.io.growing_rows._AT_ONCE_ROWS", 2)
    given.counts[:] = 1
    given.expected = 4
    scan = given.scan()
    looks = [scan.look() for _ in range(3)]
    assert [[line.number for line in look.lines] for look in looks] == [[0, 1], [2], [3]]
    assert [look.has_more for look in looks] == [True, True, False]
    assert [look.is_ended for look in looks] == [False, False, True]


def test_an_unchanged_file_is_read_again_only_after_a_while(given):
    times = iter([0.0, 0.5, 5.0, 5.0])
    given.counts[0] = 1
    scan = given.scan(lambda: next(times))
    assert len(scan.look().lines) == 1
    given.counts[1] = 1  # the drive tells nothing of it
    assert scan.look().lines == ()
    assert [line.number for line in scan.look().lines] == [1]


def test_another_scan_in_its_place_is_refused(given):
    given.counts[0] = 1
    scan = given.scan()
    scan.look()
    given.counts = np.zeros((4, 2, 8), np.uint16)
    given.grow()
    with pytest.raises(ReadError, match="2 columns × 8 channels found; before there were 1 × 3"):
        scan.look()


def test_a_scan_stored_picture_by_picture_cannot_be_followed(scanner, counts, tmp_path):
    machine = scanner("raw", tmp_path / "scan.raw", counts)
    machine.line()
    text = (tmp_path / "scan.rpl").read_text()
    (tmp_path / "scan.rpl").write_text(text.replace("vector", "image"))
    with pytest.raises(ParameterError, match="record-by image found"):
        open_growing(tmp_path / "scan.raw")


def test_a_finished_file_is_followed_to_its_end_at_once(counts, tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["img"] = counts
    scan = open_growing(tmp_path / "scan.h5")
    look = scan.look()
    same(look.lines, counts, range(ROWS))
    assert look.is_ended


def test_an_open_scan_does_not_hide_lines_that_come(scanner, tmp_path):
    counts = np.ones((6, 9, 300), np.uint16)
    machine = scanner("swmr", tmp_path / "scan.h5", counts)
    machine.line()
    held = Hdf5Counts(tmp_path / "scan.h5", "entry/instrument/detector/data")
    assert held[0:1, :, :].shape == (1, 9, 300)
    following = open_growing(tmp_path / "scan.h5")
    assert following.look().begun == 1
    assert held[0:1, :, :].sum() == 9 * 300
    machine.line()
    look = following.look()
    assert (look.begun, [line.number for line in look.lines]) == (2, [1])
    machine.close()
