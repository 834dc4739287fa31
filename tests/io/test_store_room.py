"""A cache that never fills the drive: old stores make room for new ones."""

import os

import pytest

from app.errors import WriteError
from app.io import store_room
from app.io.store_room import SPARE_BYTES, make_room

MB = 2**20


@pytest.fixture
def drive(tmp_path, monkeypatch):
    """A folder of stores on a drive of 400 MB beside the spare part."""

    class Drive:
        folder = tmp_path / "stores"
        size = 400 * MB + SPARE_BYTES

        def add(self, name, megabytes, used_at):
            store = self.folder / name
            store.mkdir()
            with (store / "planes.bin").open("wb") as stream:
                stream.truncate(megabytes * MB)
            (store / "store.json").touch()
            os.utime(store / "store.json", (used_at, used_at))

        @property
        def names(self):
            return sorted(path.name for path in self.folder.iterdir())

        @property
        def free(self):
            files = [path for path in self.folder.rglob("*") if path.is_file()]
            return self.size - sum(file.stat().st_size for file in files)

    drive = Drive()
    drive.folder.mkdir()
    monkeypatch.setattr(
        store_room.shutil, "disk_usage", lambda path: type("Usage", (), {"free": drive.free})
    )
    return drive


def test_nothing_goes_while_there_is_room(drive):
    drive.add("a", 50, 1)
    drive.add("b", 50, 2)
    make_room(drive.folder, 50 * MB, "panel")
    assert drive.names == ["a", "b"]


def test_the_least_recently_used_goes_first(drive):
    drive.add("new", 90, 3)
    drive.add("old", 60, 1)
    drive.add("middle", 60, 2)
    make_room(drive.folder, 100 * MB, "panel")
    assert drive.names == ["new"]


def test_stores_take_at_most_half_of_what_is_there(drive):
    for number in range(4):
        drive.add(f"store{number}", 50, number)
    make_room(drive.folder, 50 * MB, "panel")
    used = 50 * MB * len(drive.names)
    assert used + 50 * MB <= (used + drive.free) / 2
    assert "store3" in drive.names


def test_one_large_scan_may_take_more_than_half(drive):
    drive.add("a", 50, 1)
    make_room(drive.folder, 390 * MB, "panel")
    assert drive.names == []


def test_what_cannot_fit_is_told_with_both_sizes(drive):
    with pytest.raises(WriteError, match=r"panel needs 566 MB .* 487 MB are free"):
        make_room(drive.folder, 476 * MB, "panel")


def test_folders_that_are_being_built_stay(drive):
    drive.add(".part-x", 300, 1)
    make_room(drive.folder, 60 * MB, "panel")
    assert drive.names == [".part-x"]


def test_a_store_that_is_held_open_stays_whole(drive, monkeypatch):
    drive.add("held", 150, 1)
    drive.add("other", 50, 2)
    real = os.replace

    def refuse(source, target):
        if source.name == "held":
            raise PermissionError("in use")
        real(source, target)

    monkeypatch.setattr(store_room.os, "replace", refuse)
    make_room(drive.folder, 100 * MB, "panel")
    assert drive.names == ["held"]
    assert (drive.folder / "held" / "planes.bin").stat().st_size == 150 * MB
