"""The working store is built once, found again, and never half there."""

import errno
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.errors import Cancelled, ReadError, WriteError
from app.io import store, store_index
from app.io.formats import OpenOptions


@pytest.fixture
def counts():
    return np.random.default_rng(3).poisson(2.0, (9, 6, 48)).astype(np.uint16)


@pytest.fixture
def npy(tmp_path, counts):
    path = tmp_path / "panel.npy"
    np.save(path, counts)
    return path


@pytest.fixture
def npz(tmp_path, counts):
    path = tmp_path / "panel.npz"
    np.savez_compressed(path, cube=counts, kev_offset=0.1, kev_slope=0.02)
    return path


def stores():
    return sorted(path for path in store.store_dir().iterdir() if path.is_dir())


@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_maps_spectra_and_pixels_are_exact(kind, counts, request):
    scan = store.open_scan(request.getfixturevalue(kind))
    np.testing.assert_array_equal(scan.window_counts(5, 40), counts[:, :, 5:40].sum(-1))
    np.testing.assert_array_equal(scan.sum_spectrum, counts.sum((0, 1)))
    np.testing.assert_array_equal(scan.maximum_pixel_spectrum, counts.max((0, 1)))
    np.testing.assert_array_equal(scan.cube.spectrum(4, 3), counts[4, 3])
    assert not scan.is_preview


def test_a_compressed_input_is_copied_and_a_plain_one_is_not(npy, npz):
    plain = store.open_scan(npy)
    assert len(stores()) == 1
    assert not list(stores()[0].glob("counts.h5"))
    packed = store.open_scan(npz)
    assert [len(list(folder.glob("counts.h5"))) for folder in stores()].count(1) == 1
    np.testing.assert_array_equal(packed.cube.spectrum(1, 1), plain.cube.spectrum(1, 1))


def test_the_second_opening_reads_no_count(npz, monkeypatch):
    store.open_scan(npz)

    def refuse(*arguments, **options):
        raise AssertionError("built again")

    monkeypatch.setattr(store, "build_planes", refuse)
    monkeypatch.setattr(store_index.checksums, "checksum", refuse)
    again = store.open_scan(npz)
    assert again.cube.axis == EnergyAxis(0.1, 0.02)
    assert store.find_scan(npz).sum_spectrum.sum() == again.sum_spectrum.sum()


def test_an_input_is_asked_for_its_times_once_and_once_more_after_reading(npz, monkeypatch):
    asked, state_of = [], store_index.state_of

    def watched(files):
        asked.append(files)
        return state_of(files)

    monkeypatch.setattr(store_index, "state_of", watched)
    store.open_scan(npz)
    assert asked == [(npz,), (npz,)]
    store.open_scan(npz)
    assert asked == [(npz,)] * 3


def test_a_moved_input_finds_its_store_by_content(npy, tmp_path, monkeypatch):
    store.open_scan(npy)
    moved = tmp_path / "elsewhere.npy"
    npy.rename(moved)
    monkeypatch.setattr(store, "build_planes", None)
    assert store.open_scan(moved).cube.inputs[0].name == "elsewhere.npy"


def test_a_changed_input_gets_a_store_of_its_own(npy, counts):
    store.open_scan(npy)
    np.save(npy, counts[::-1])
    os.utime(npy, ns=(1, 1))
    scan = store.open_scan(npy)
    np.testing.assert_array_equal(scan.window_counts(0, 48), counts[::-1].sum(-1))
    assert len(stores()) == 2


def test_checksum_and_step_say_what_was_opened(npy):
    import hashlib

    scan = store.open_scan(npy, OpenOptions(axis=EnergyAxis(0.1, 0.02, 1e-6, source="given")))
    expected = f"sha256:{hashlib.sha256(npy.read_bytes()).hexdigest()}"
    assert scan.cube.inputs[0].checksum == expected
    assert scan.cube.inputs[0].bytes == npy.stat().st_size
    step = scan.cube.steps[-1]
    assert step.action == "open"
    assert step.inputs == scan.cube.inputs
    axis = {"offset_kev": 0.1, "gain_kev": 0.02, "quadratic": 1e-6, "source": "given"}
    assert step.parameters["axis"] == axis
    assert step.parameters["shape"] == [9, 6, 48]
    assert str(npy.parent) not in json.dumps(step.parameters)


def test_an_axis_of_ones_own_shares_the_store(npy):
    store.open_scan(npy)
    scan = store.open_scan(npy, OpenOptions(axis=EnergyAxis(0.0, 0.02)))
    assert scan.cube.axis.gain_kev == 0.02
    assert len(stores()) == 1


@pytest.mark.parametrize("damage", ["planes.bin", "store.json", "sum_spectrum.npy"])
def test_a_damaged_store_is_built_anew(npy, counts, damage):
    store.open_scan(npy)
    target = stores()[0] / damage
    target.write_bytes(target.read_bytes()[:-3])
    scan = store.open_scan(npy)
    np.testing.assert_array_equal(scan.window_counts(2, 9), counts[:, :, 2:9].sum(-1))
    assert len(stores()) == 1


@pytest.mark.parametrize("after", range(1, 6))
def test_cancelling_leaves_no_store(npz, after, monkeypatch):
    monkeypatch.setattr("app.core.prefix.STRIP_BYTES", 1)
    calls = []

    def cancel(fraction, message=""):
        calls.append(fraction)
        if len(calls) == after:
            raise Cancelled

    with pytest.raises(Cancelled):
        store.open_scan(npz, progress=cancel)
    assert stores() == []


def test_a_full_disk_is_told_and_leaves_no_store(npz, monkeypatch):
    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "build_planes", full)
    with pytest.raises(WriteError) as caught:
        store.open_scan(npz)
    assert "No space left" in caught.value.message
    assert "Free some space" in caught.value.hint
    assert stores() == []


def test_too_little_room_is_told_before_anything_is_written(npz, monkeypatch):
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("app.io.store_room.shutil.disk_usage", lambda path: usage)
    with pytest.raises(WriteError, match=r"needs 67 MB in .*; 0 MB are free"):
        store.open_scan(npz)
    assert stores() == []


def test_counts_that_are_none_leave_no_store(tmp_path):
    path = tmp_path / "net.npy"
    np.save(path, np.full((4, 5, 6), -1, np.int32))
    with pytest.raises(ReadError, match="negative"):
        store.open_scan(path)
    assert stores() == []


def test_what_a_killed_program_left_is_removed(npy):
    script = (
        "import os, pathlib, sys\n"
        "from app.io import store, store_index\n"
        "target = store.store_dir() / 'abc'\n"
        "context = store_index.part_folder(target)\n"
        "part = context.__enter__()\n"
        "(part / 'planes.bin').write_bytes(b'x' * 1000)\n"
        "os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == 9
    assert len(stores()) == 1
    os.utime(stores()[0], ns=(1, 1))
    scan = store.open_scan(npy)
    assert scan.cube.rows == 9
    assert [path.name.startswith(".part") for path in stores()] == [False]


def test_a_store_another_program_is_building_is_left_alone(npy):
    with store_index.part_folder(store.store_dir() / "other") as part:
        store.open_scan(npy)
        assert part.is_dir()
        (part / "kept").write_text("x", "utf-8")
    assert (store.store_dir() / "other" / "kept").exists()


def test_a_folder_that_was_just_made_is_not_taken_for_abandoned(npy):
    fresh = store.store_dir() / ".part-fresh"
    fresh.mkdir()
    store.open_scan(npy)
    assert fresh.is_dir(), "its builder may not have locked it yet"


def test_a_store_that_cannot_be_touched_is_used_all_the_same(npz, monkeypatch):
    store.open_scan(npz)

    def refuse(path, *arguments, **options):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.touch", refuse)
    monkeypatch.setattr(store, "build_planes", None)
    assert store.open_scan(npz).sum_spectrum.shape == (48,)


in_use = pytest.mark.skipif(os.name == "nt", reason="Windows deletes no file that is open")


@pytest.mark.parametrize("change", ["grows", "is replaced", pytest.param("vanishes", marks=in_use)])
def test_an_input_that_changes_while_it_is_read_gets_no_store(npz, change):
    disturbed = []

    def disturb(fraction, message=""):
        if fraction < 0.2 or disturbed:
            return
        disturbed.append(fraction)
        if change == "grows":
            npz.write_bytes(npz.read_bytes() + b"more")
        elif change == "is replaced":
            os.utime(npz, ns=(1, 1))
        else:
            npz.unlink()

    with pytest.raises(ReadError, match=r"panel\.npz"):
        store.open_scan(npz, progress=disturb)
    assert stores() == []


def test_a_store_that_another_program_has_built_meanwhile_is_left_as_it_is(tmp_path):
    target = tmp_path / "store"
    for _ in range(2):
        # both begin while there is none, or a damaged one
        with store_index.part_folder(target) as part:
            (part / "meta").write_text("slower", "utf-8")
            with store_index.part_folder(target) as quicker:
                (quicker / "meta").write_text("quicker", "utf-8")
            built = target.stat().st_ino
        assert target.stat().st_ino == built
        assert (target / "meta").read_text("utf-8") == "quicker"
        assert list(tmp_path.iterdir()) == [target]


def test_two_programs_may_open_a_scan_at_once(npz, counts):
    script = (
        "import pathlib, sys\n"
        "from app.io import store\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "scan = store.open_scan(pathlib.Path(sys.argv[1]))\n"
        "print(int(scan.window_counts(5, 40).sum()))\n"
    )
    command = [sys.executable, "-c", script, str(npz)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, **pipes) for _ in range(3)]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0] for process in running]
    assert answers == [f"{counts[:, :, 5:40].sum()}\n"] * 3
    assert [folder.name.startswith(".") for folder in stores()] == [False]


def test_the_first_look_comes_before_the_whole(npy, counts, monkeypatch):
    monkeypatch.setattr("app.io.store_build.PREVIEW_BYTES", counts.nbytes)
    monkeypatch.setattr("app.io.store_build.PREVIEW_STEP", 4)
    looks = []
    scan = store.open_scan(npy, partial=looks.append)
    assert [look.row_step for look in looks] == [4]
    assert scan.row_step == 1
    looks.clear()
    store.open_scan(npy, partial=looks.append)
    assert looks == [], "a store that is there needs no first look"


def test_a_broken_index_is_only_asked_again(npy):
    store.open_scan(npy)
    (store.store_dir() / "index.json").write_text("[nonsense", "utf-8")
    assert store.find_scan(npy) is None
    assert store.open_scan(npy).cube.rows == 9


def test_a_cube_is_identified_without_a_store(npy):
    cube = store.identified(npy)
    assert cube.inputs[0].checksum.startswith("sha256:")
    assert stores() == []


def test_an_older_store_makes_room_for_a_new_one(npy, npz, monkeypatch):
    store.open_scan(npy)
    (old,) = stores()
    usage = type("Usage", (), {"free": 2**27})
    monkeypatch.setattr("app.io.store_room.shutil.disk_usage", lambda path: usage)
    monkeypatch.setattr("app.io.store_room._SHARE", 0.0)
    store.open_scan(npz)
    assert len(stores()) == 1
    assert stores() != [old]


def test_a_store_that_does_not_come_back_is_told(npz, monkeypatch):
    monkeypatch.setattr(store, "_open_existing", lambda folder, cube: None)
    with pytest.raises(WriteError, match="is not what was written") as caught:
        store.open_scan(npz)
    assert caught.value.path in stores()


def test_a_store_of_another_version_is_built_anew(npy, counts):
    store.open_scan(npy)
    meta = stores()[0] / "store.json"
    meta.write_text(json.dumps({**json.loads(meta.read_text("utf-8")), "version": 0}), "utf-8")
    scan = store.open_scan(npy)
    np.testing.assert_array_equal(scan.sum_spectrum, counts.sum((0, 1)))
    assert json.loads(meta.read_text("utf-8"))["version"] == store._VERSION
