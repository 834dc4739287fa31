"""Reading by position, and telling of files that are cut short."""

import threading

import numpy as np
import pytest

from app.errors import ReadError
from app.io import positioned
from app.io.positioned import PositionedFile, check_size, file_size


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "scan.raw"
    np.arange(100, dtype="<u2").tofile(path)
    return path


@pytest.fixture(params=["system", "seeking"])
def way(request, monkeypatch):
    """By the system's positioned reads, and as on Windows, which has none."""
    if request.param == "seeking":
        monkeypatch.delattr(positioned.os, "preadv", raising=False)


@pytest.mark.usefixtures("way")
def test_an_array_is_filled_from_its_position(path):
    target = np.zeros((3, 4), "<u2")
    PositionedFile(path).read_into(target, 20)
    assert target.tolist() == [[10, 11, 12, 13], [14, 15, 16, 17], [18, 19, 20, 21]]


@pytest.mark.usefixtures("way")
def test_a_large_array_is_filled_piece_by_piece(path, monkeypatch):
    monkeypatch.setattr(positioned, "_PIECE_BYTES", 7)
    target = np.zeros(30, "<u2")
    PositionedFile(path).read_into(target, 20)
    assert target.tolist() == list(range(10, 40))


@pytest.mark.usefixtures("way")
def test_several_threads_do_not_disturb_each_other(path):
    file = PositionedFile(path)
    wrong = []

    def read(first):
        for _ in range(200):
            target = np.zeros(5, "<u2")
            file.read_into(target, 2 * first)
            if target.tolist() != list(range(first, first + 5)):
                wrong.append(first)

    threads = [threading.Thread(target=read, args=(first,)) for first in (0, 31, 90)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.usefixtures("way")
def test_a_read_beyond_the_end_names_both_sizes(path):
    with pytest.raises(ReadError, match=r"scan\.raw: 200 bytes found, at least 204 expected"):
        PositionedFile(path).read_into(np.zeros(4, "<u2"), 196)


def test_a_file_that_has_gone_is_named(path):
    file = PositionedFile(path)
    path.unlink()
    with pytest.raises(ReadError, match=r"scan\.raw: No such file"):
        file.read_into(np.zeros(1, "<u2"), 0)


def test_the_file_is_not_touched_before_the_first_read(tmp_path):
    PositionedFile(tmp_path / "not there yet.raw")


def test_sizes_are_checked(path, tmp_path):
    assert file_size(path) == 200
    check_size(path, 200)
    with pytest.raises(ReadError, match="200 bytes found, at least 201 expected"):
        check_size(path, 201)
    with pytest.raises(ReadError, match="gone"):
        check_size(tmp_path / "gone.raw", 1)
