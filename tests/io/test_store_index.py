"""What is remembered of inputs, and how a store gets its name."""

import errno
import json
import os
import time

import pytest

from app.io import store_index
from app.io.store_index import checksum, known_checksum, part_folder, remove_abandoned, state_of


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "scan.raw"
    path.write_bytes(b"counts")
    return path


@pytest.fixture
def stores(tmp_path):
    path = tmp_path / "stores"
    path.mkdir()
    return path


def taken(stores, path):
    return checksum(stores, path, (path,), state_of((path,)))


def known(stores, path):
    return known_checksum(stores, path, state_of((path,)))


def test_a_checksum_is_remembered_until_the_file_changes(scan, stores):
    assert known(stores, scan) is None
    found = taken(stores, scan)
    assert known(stores, scan) == found
    os.utime(scan, ns=(5, 5))
    assert known(stores, scan) is None


def test_without_a_folder_nothing_is_remembered(scan):
    assert taken(None, scan).startswith("sha256:")
    assert known(None, scan) is None


def test_an_index_that_cannot_be_written_costs_only_time(scan, stores, monkeypatch):
    def refuse(*arguments):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(store_index.os, "replace", refuse)
    assert taken(stores, scan).startswith("sha256:")
    assert known(stores, scan) is None
    assert list(stores.iterdir()) == []


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"a": 3}', "\x00\x00"])
def test_a_broken_index_is_written_anew(scan, stores, content):
    (stores / "index.json").write_text(content, "utf-8")
    assert known(stores, scan) is None
    found = taken(stores, scan)
    assert known(stores, scan) == found
    json.loads((stores / "index.json").read_text("utf-8"))


def test_the_index_forgets_the_oldest(tmp_path, stores, monkeypatch):
    monkeypatch.setattr(store_index, "_INDEX_ENTRIES", 2)
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_bytes(path.name.encode())
        taken(stores, path)
    assert [known(stores, path) is None for path in paths] == [True, False, False]


def change_time(files):
    os.utime(files[0], ns=(7, 7))


def swap_names(files):
    aside = files[0].with_name("aside")
    files[0].rename(aside)
    files[1].rename(files[0])
    aside.rename(files[1])


def grow(files):
    files[1].write_bytes(files[1].read_bytes() + b"x")


@pytest.mark.parametrize("change", [change_time, swap_names, grow])
def test_the_state_of_many_files_changes_with_any_of_them(tmp_path, change):
    files = tuple(tmp_path / f"None_{number}.mca" for number in (1, 2, 3))
    for number, file in enumerate(files):
        file.write_bytes(b"same size")
        os.utime(file, ns=(100 - number, 100 - number))
    before = state_of(files)
    assert state_of(files) == before
    change(files)
    assert state_of(files) != before


def test_a_part_folder_takes_its_name_at_the_end(stores):
    target = stores / "abc"
    with part_folder(target) as part:
        (part / "planes.bin").write_bytes(b"1")
        assert not target.exists()
    assert [path.name for path in target.iterdir()] == ["planes.bin"]
    assert list(stores.iterdir()) == [target]


@pytest.mark.parametrize("raised", [ValueError("no"), KeyboardInterrupt()])
def test_nothing_is_left_of_a_part_folder_that_failed(stores, raised):
    with pytest.raises(type(raised)), part_folder(stores / "abc"):
        raise raised
    assert list(stores.iterdir()) == []


def test_a_damaged_store_is_replaced(stores):
    target = stores / "abc"
    target.mkdir()
    (target / "old").write_bytes(b"damaged")
    with part_folder(target) as part:
        (part / "new").write_bytes(b"whole")
    assert [path.name for path in target.iterdir()] == ["new"]
    assert list(stores.iterdir()) == [target]


def test_a_store_that_another_process_finished_first_stays(stores, monkeypatch):
    target = stores / "abc"
    rename = os.replace

    def another_is_quicker(source, goal):
        if goal == target and not target.exists():
            target.mkdir()
            (target / "theirs").write_bytes(b"whole")
        rename(source, goal)

    monkeypatch.setattr(store_index.os, "replace", another_is_quicker)
    with part_folder(target) as part:
        (part / "ours").write_bytes(b"whole")
    assert [path.name for path in target.iterdir()] == ["theirs"]
    assert list(stores.iterdir()) == [target]


def test_a_store_that_is_in_use_elsewhere_stays(stores, monkeypatch):
    """As on Windows, where a folder with open files cannot be renamed."""
    target = stores / "abc"
    target.mkdir()

    def refuse(source, goal):
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(store_index.os, "replace", refuse)
    with part_folder(target):
        pass
    assert list(stores.iterdir()) == [target]


def test_a_folder_that_a_virus_scanner_holds_is_tried_again(stores, monkeypatch):
    refusals = [PermissionError(errno.EACCES, "in use")] * 2
    rename = os.replace

    def scanned(source, goal):
        if goal == stores / "abc" and refusals:
            raise refusals.pop()
        rename(source, goal)

    monkeypatch.setattr(store_index.os, "replace", scanned)
    monkeypatch.setattr(store_index, "_WAITS_S", (0.0, 0.0))
    with part_folder(stores / "abc") as part:
        (part / "planes.bin").write_bytes(b"1")
    assert (stores / "abc" / "planes.bin").exists()


def test_a_system_that_refuses_is_told(stores, monkeypatch):
    def refuse(source, goal):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(store_index.os, "replace", refuse)
    with pytest.raises(OSError, match="Input/output error"), part_folder(stores / "abc"):
        pass
    assert list(stores.iterdir()) == []


def test_only_old_folders_that_nobody_holds_are_removed(stores):
    for name in (".part-fresh", ".part-old", "whole"):
        (stores / name).mkdir()
    long_ago = time.time() - 100
    os.utime(stores / ".part-old", (long_ago, long_ago))
    with part_folder(stores / "held") as held:
        os.utime(held, (long_ago, long_ago))
        remove_abandoned(stores)
        assert held.is_dir()
    assert sorted(path.name for path in stores.iterdir()) == [".part-fresh", "held", "whole"]


def test_a_drive_without_locks_can_hold_stores(stores, monkeypatch):
    fcntl = pytest.importorskip("fcntl", reason="only there can locks be missing")

    def no_locks(*arguments):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with part_folder(stores / "abc") as part:
        os.utime(part, (1, 1))
        remove_abandoned(stores)
        assert part.is_dir(), "who cannot tell leaves it"
    assert (stores / "abc").is_dir()
