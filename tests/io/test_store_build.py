"""One pass over a cube: planes, spectra, checks."""

import threading
from pathlib import Path

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.progress import no_progress
from app.errors import Cancelled, ReadError
from app.io import store_build
from app.io.store_build import _Behind, build_planes, open_planes, planes_dtype, preview, summed


def cube_of(counts):
    return SpectralCube(counts, EnergyAxis(0.0, 0.01), name="panel")


def poisson(rows=7, cols=5, channels=40, mean=3.0, dtype=np.uint16):
    return np.random.default_rng(1).poisson(mean, (rows, cols, channels)).astype(dtype)


def built(counts, tmp_path, **options):
    cube = cube_of(counts)
    planes = build_planes(cube, tmp_path / "planes.bin", **options)
    return planes, open_planes(tmp_path / "planes.bin", cube, planes.dtype, planes.strip_rows)


@pytest.mark.parametrize(
    ("mean", "dtype", "expected"),
    [
        (3.0, np.uint16, "<u2"),
        (30000.0, np.uint16, "<u4"),
        (3.0, np.int16, "<u2"),
        (3.0, np.float64, "<u2"),
        (3e9, np.uint64, "<u8"),
        (3e9, np.uint32, "<u8"),
    ],
)
def test_planes_are_as_narrow_as_exactness_allows(mean, dtype, expected, tmp_path):
    counts = poisson(mean=mean, dtype=dtype)
    planes, prefix = built(counts, tmp_path)
    assert planes.dtype.str == expected
    exact = counts.astype(np.uint64)
    np.testing.assert_array_equal(prefix.window_counts(3, 33), exact[:, :, 3:33].sum(-1))
    np.testing.assert_array_equal(planes.sum_spectrum, exact.sum((0, 1)))
    np.testing.assert_array_equal(planes.maximum_pixel_spectrum, counts.max((0, 1)))


def test_fractions_are_kept_in_float64(tmp_path):
    counts = poisson(dtype=np.float32) * np.float32(0.37)
    planes, prefix = built(counts, tmp_path)
    assert planes.dtype.str == "<f8"
    np.testing.assert_allclose(
        prefix.window_counts(0, 40), counts.astype(np.float64).sum(-1), rtol=1e-12
    )


def test_a_bright_pixel_late_in_the_scan_widens_the_planes(tmp_path, monkeypatch):
    monkeypatch.setattr("app.core.prefix.STRIP_BYTES", 1)
    counts = poisson()
    counts[6, 4, :3] = 60000
    reads = []
    planes, prefix = built(
        counts, tmp_path, progress=lambda fraction, message="": reads.append(fraction)
    )
    assert planes.dtype.str == "<u4"
    assert planes.strip_rows == 1
    assert reads.count(0.0) == 2, "begun anew, once"
    assert prefix.window_counts(0, 3)[6, 4] == 180000
    np.testing.assert_array_equal(planes.sum_spectrum, counts.sum((0, 1), dtype=np.uint64))


def test_the_copy_receives_every_count(tmp_path):
    counts = poisson()
    blocks = []
    built(counts, tmp_path, copy=lambda first_row, block: blocks.append((first_row, block)))
    assert [first_row for first_row, _ in blocks] == list(range(7))
    np.testing.assert_array_equal(np.concatenate([block for _, block in blocks]), counts)


@pytest.mark.parametrize(
    ("value", "dtype", "words"),
    [
        (-3, np.int32, "negative"),
        (-0.5, np.float32, "negative"),
        (np.nan, np.float64, "not a finite number"),
        (np.inf, np.float32, "not a finite number"),
    ],
)
def test_what_is_no_count_is_named_with_its_place(value, dtype, words, tmp_path):
    counts = poisson(dtype=dtype)
    counts[5, 2, 17] = value
    with pytest.raises(ReadError) as caught:
        built(counts, tmp_path)
    assert "row 5, column 2, channel 17" in caught.value.message
    assert words in caught.value.message
    assert "panel" in caught.value.message
    with pytest.raises(ReadError, match="row 5, column 2, channel 17"):
        summed(cube_of(counts))


def test_cancelling_stops_at_the_next_strip(tmp_path, monkeypatch):
    monkeypatch.setattr("app.core.prefix.STRIP_BYTES", 1)
    seen = []

    def stop_after_three(fraction, message=""):
        seen.append(fraction)
        if len(seen) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        built(poisson(), tmp_path, progress=stop_after_three)
    assert len(seen) == 3


def test_planes_of_another_size_are_not_opened(tmp_path):
    counts = poisson()
    planes, _ = built(counts, tmp_path)
    path = tmp_path / "planes.bin"
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(ValueError, match=r"planes\.bin"):
        open_planes(path, cube_of(counts), planes.dtype, planes.strip_rows)


def test_sum_of_whole_cube_in_one_pass():
    counts = poisson()
    np.testing.assert_array_equal(
        summed(cube_of(counts), no_progress), counts.sum((0, 1), dtype=np.uint64)
    )


def test_small_cubes_need_no_first_look():
    assert preview(cube_of(poisson())) is None


def test_first_look_holds_every_sixteenth_row(monkeypatch):
    counts = poisson(rows=50)
    monkeypatch.setattr(store_build, "PREVIEW_BYTES", counts.nbytes)
    found = preview(cube_of(counts))
    assert found.row_step == 16
    assert found.is_preview
    shown = found.window_counts(0, 40)
    assert shown.shape == (50, 5)
    np.testing.assert_array_equal(shown[16:32], np.tile(counts[16].sum(-1), (16, 1)))
    estimate = found.sum_spectrum.sum() / counts.sum()
    assert estimate == pytest.approx(1.28, rel=0.05), "4 rows of 50, each standing for 16"


@pytest.mark.parametrize(("largest", "expected"), [(65535, "<u2"), (65536, "<u4")])
def test_the_limit_of_sixteen_bits_is_exact(largest, expected):
    counts = np.zeros((1, 1, 4), np.uint32)
    counts[0, 0, :2] = [65000, largest - 65000]
    assert planes_dtype(counts, cube_of(counts), first_row=0).str == expected


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("strip_bytes", [1, 2**26])
def test_a_full_disk_is_an_error_however_many_strips_there_are(monkeypatch, strip_bytes):
    monkeypatch.setattr("app.core.prefix.STRIP_BYTES", strip_bytes)
    with pytest.raises(OSError, match="No space left"):
        build_planes(cube_of(poisson(rows=40, cols=30, channels=300)), Path("/dev/full"))


def test_strips_written_behind_keep_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr("app.core.prefix.STRIP_BYTES", 1)
    counts = poisson(rows=33)
    planes, prefix = built(counts, tmp_path)
    assert planes.strip_rows == 1
    np.testing.assert_array_equal(prefix.window_counts(0, 40), counts.sum(-1))


def test_a_program_that_ends_does_not_wait_for_a_strip_being_written():
    daemons = []

    class Drive:
        def write(self, data):
            daemons.append(threading.current_thread().daemon)

    with _Behind(Drive(), (3, 4), np.dtype("<u2")) as behind:
        behind.write()
        behind.write()
    assert daemons == [True, True]
