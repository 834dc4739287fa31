import errno
import os
import sys

import pytest

from app.errors import Cancelled, WriteError
from app.io.atomic import written


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
