import errno
import os
import sys

import pytest

from app.errors import Cancelled, WriteError
from app.io.atomic import check_not_input, written, written_together


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    return folder / "map.png"


def content(target):
    """Everything in the target's folder."""
    return {path.name: path.read_bytes() for path in target.parent.iterdir()}


def write(target, raised=None, **options):
    with written(target, **options) as path:
        path.write_bytes(b"new")
        if raised is not None:
            raise raised


def test_success_gives_the_target_and_nothing_else(target):
    write(target)
    assert content(target) == {"map.png": b"new"}


def test_the_target_is_not_there_before_the_end(target):
    with written(target) as path:
        path.write_bytes(b"new")
        assert not target.exists()
        assert (path.parent, path.suffix) == (target.parent, ".png")
    assert target.exists()


@pytest.mark.parametrize("raised", [ValueError("no"), Cancelled(), KeyboardInterrupt()])
@pytest.mark.parametrize("before", [{}, {"map.png": b"old"}])
def test_whatever_is_raised_everything_stays(target, raised, before):
    for name, old in before.items():
        (target.parent / name).write_bytes(old)
    with pytest.raises(type(raised)):
        write(target, raised, overwrite=True)
    assert content(target) == before


def test_an_existing_target_is_refused_without_overwrite(target):
    target.write_bytes(b"old")
    with pytest.raises(WriteError, match="exists already") as caught:
        write(target)
    assert caught.value.path == target
    assert content(target) == {"map.png": b"old"}


def test_an_existing_target_is_replaced_with_overwrite(target):
    target.write_bytes(b"old")
    write(target, overwrite=True)
    assert content(target) == {"map.png": b"new"}


def test_a_missing_folder_is_told(target):
    missing = target.parent / "absent" / "map.png"
    with pytest.raises(WriteError) as caught:
        write(missing)
    assert caught.value.hint == "Create the folder first or choose another one."
    assert content(target) == {}


def test_a_full_disk_is_told_and_nothing_is_left(target):
    target.write_bytes(b"old")
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(WriteError, match="No space left on device") as caught:
        write(target, full, overwrite=True)
    assert caught.value.title == "Cannot write map.png."
    assert caught.value.hint == "Free some space on that drive or choose another one."
    assert caught.value.__cause__ is full
    assert content(target) == {"map.png": b"old"}


def test_a_writer_that_never_began_is_told(target):
    with pytest.raises(WriteError), written(target):
        pass
    assert content(target) == {}


@pytest.mark.skipif(
    sys.platform == "win32" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="permissions do not bind the administrator, nor folders on Windows",
)
def test_a_read_only_folder_is_told(target):
    target.parent.chmod(0o500)
    try:
        with pytest.raises(WriteError) as caught:
            write(target)
    finally:
        target.parent.chmod(0o700)
    assert caught.value.hint == "Choose a folder you may write to."
    assert content(target) == {}


def test_files_written_together_appear_together(tmp_path):
    out = tmp_path / "new" / "maps"
    with written_together(out, ["a.csv", "b.csv"]) as folder:
        (folder / "a.csv").write_bytes(b"a")
        assert not (out / "a.csv").exists()
        (folder / "b.csv").write_bytes(b"b")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        "a.csv": b"a",
        "b.csv": b"b",
    }


def write_first(folder, raised):
    """Write one of two files, then fail."""
    with written_together(folder, ["a.csv", "b.csv"], overwrite=True) as beside:
        (beside / "a.csv").write_bytes(b"new")
        raise raised


@pytest.mark.parametrize("raised", [ValueError("no"), Cancelled(), KeyboardInterrupt()])
def test_of_files_written_together_all_stay_away(tmp_path, raised):
    with pytest.raises(type(raised)):
        write_first(tmp_path / "new" / "maps", raised)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_names_the_folder_and_leaves_what_was_there(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"old")
    with pytest.raises(WriteError, match="No space left") as caught:
        write_first(tmp_path, OSError(errno.ENOSPC, "No space left on device"))
    assert caught.value.path == tmp_path
    assert "Free some space" in caught.value.hint
    assert content(tmp_path / "a.csv") == {"a.csv": b"old"}


def test_all_names_that_are_taken_are_told(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"old")
    with (
        pytest.raises(WriteError, match=r"a\.csv, b\.csv exist already"),
        written_together(tmp_path, ["a.csv", "new.csv", "b.csv"]),
    ):
        pass
    assert sorted(content(tmp_path / "a.csv")) == ["a.csv", "b.csv"]


def test_an_input_is_recognised_under_another_name(tmp_path):
    scan = tmp_path / "scan.h5"
    scan.write_bytes(b"counts")
    link = tmp_path / "link.h5"
    os.link(scan, link)
    with pytest.raises(WriteError, match="is the scan that is read"):
        check_not_input([link], [scan])
    check_not_input([tmp_path / "other.h5"], [scan])


def test_a_file_that_is_open_elsewhere_is_to_be_closed(target, monkeypatch):
    """As on Windows, where another program keeps a file from being replaced."""
    target.write_bytes(b"old")

    def in_use(source, goal):
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr("app.io.atomic.os.replace", in_use)
    with pytest.raises(WriteError, match="in use") as caught:
        write(target, overwrite=True)
    assert caught.value.hint == "Close it where it is open, or choose another name."
    assert content(target) == {"map.png": b"old"}
