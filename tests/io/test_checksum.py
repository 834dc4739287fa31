import hashlib

import pytest

from app.errors import Cancelled, ReadError
from app.io import checksum as module
from app.io.checksum import checksum


def files_with(tmp_path, **contents):
    paths = []
    for name, content in contents.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    return tuple(paths)


def test_one_file_has_the_plain_sha256_of_its_bytes(tmp_path):
    (path,) = files_with(tmp_path, abc=b"abc")
    # the published test vector of SHA-256
    digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert checksum((path,)) == f"sha256:{digits}"


def test_several_files_have_the_sha256_of_their_listing(tmp_path):
    paths = files_with(tmp_path, one=b"1", two=b"22", none=b"")
    digits = [hashlib.sha256(content).hexdigest() for content in (b"1", b"22", b"")]
    listing = f"{digits[0]}  one\n{digits[1]}  two\n{digits[2]}  none\n"
    assert checksum(paths) == f"sha256:{hashlib.sha256(listing.encode()).hexdigest()}"
    assert checksum(paths[::-1]) != checksum(paths)


def test_the_folder_does_not_matter_but_the_name_does(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = files_with(tmp_path / "a", one=b"1", two=b"2")
    moved = files_with(tmp_path / "b", one=b"1", two=b"2")
    renamed = files_with(tmp_path / "b", one=b"1", three=b"2")
    assert checksum(first) == checksum(moved)
    assert checksum(first) != checksum(renamed)


def test_progress_is_told_per_chunk_over_all_files(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_CHUNK_BYTES", 4)
    told = []
    paths = files_with(tmp_path, one=b"12345678", two=b"12")
    checksum(paths, lambda fraction, message="": told.append((fraction, message)))
    assert [fraction for fraction, _ in told] == pytest.approx([0.4, 0.8, 1.0])
    assert told[-1][1] == "Reading two"


def test_chunks_do_not_change_the_result(tmp_path, monkeypatch):
    paths = files_with(tmp_path, one=bytes(range(251)) * 4)
    whole = checksum(paths)
    monkeypatch.setattr(module, "_CHUNK_BYTES", 7)
    assert checksum(paths) == whole


def test_stopping_reads_no_further(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_CHUNK_BYTES", 1)
    told = []

    def stop(fraction, message=""):
        told.append(fraction)
        if len(told) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        checksum(files_with(tmp_path, one=b"12345678"), stop)
    assert len(told) == 3


def test_a_vanished_file_is_named(tmp_path):
    (path,) = files_with(tmp_path, one=b"1")
    with pytest.raises(ReadError, match="gone"):
        checksum((path, tmp_path / "gone"))
