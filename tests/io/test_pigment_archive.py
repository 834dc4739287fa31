import hashlib
import io
import json
import time
import zipfile

import numpy as np
import pytest

from app.errors import ParameterError, ReadError, WriteError
from app.io import pigment_archive
from app.io.pigment_archive import LibraryContent, read_archive, write_archive


@pytest.fixture
def content(make_pigment, make_spectrum, dye):
    spectra = (make_spectrum(), make_spectrum("Mo 40 kV", 5, 3))
    return LibraryContent("Lab", "1.2", (make_pigment(spectra=spectra), dye), "Für alle")


def test_a_library_comes_back(content, tmp_path):
    path = tmp_path / "lab.pigments.zip"
    write_archive(path, content)
    found = read_archive(path)
    assert found == content
    assert [item.axis.source for item in found.pigments[0].spectra] == ["a file"] * 2
    assert found.pigments[0].spectra[0].counts.flags.writeable


def test_an_empty_library_comes_back(tmp_path):
    empty = LibraryContent("Lab", "", ())
    write_archive(tmp_path / "lab.pigments.zip", empty)
    assert read_archive(tmp_path / "lab.pigments.zip") == empty


def test_the_same_library_gives_the_same_bytes(content, tmp_path, monkeypatch):
    write_archive(tmp_path / "a", content)
    # neither the clock nor the system that writes is in it
    monkeypatch.setattr(time, "time", lambda: 2e9)
    monkeypatch.setattr("sys.platform", "win32")
    write_archive(tmp_path / "b", read_archive(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with zipfile.ZipFile(tmp_path / "a") as archive:
        infos = archive.infolist()
    assert [info.filename for info in infos] == ["library.json", "counts.npy"]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}


def test_the_bytes_do_not_change_from_version_to_version(dye, tmp_path):
    small = LibraryContent("Lab", "1", (dye,))
    write_archive(tmp_path / "a", small)
    digits = hashlib.sha256((tmp_path / "a").read_bytes()).hexdigest()
    assert digits == "75b456a8c4959229c63861ff95d0451e54a1bbf479316be2138246f82922198f"


def test_anyone_can_read_the_parts(content, tmp_path):
    write_archive(tmp_path / "a", content)
    with zipfile.ZipFile(tmp_path / "a") as archive:
        record = json.loads(archive.read("library.json"))
        counts = np.load(io.BytesIO(archive.read("counts.npy")))
    assert (record["format"], record["schema"]) == ("velatura pigments", 1)
    channels = [item["channels"] for entry in record["pigments"] for item in entry["spectra"]]
    first, second = np.split(counts, np.cumsum(channels)[:-1])
    np.testing.assert_array_equal(first, content.pigments[0].spectra[0].counts)
    np.testing.assert_array_equal(second, content.pigments[0].spectra[1].counts)


def test_an_archive_that_was_packed_again_is_read(content, tmp_path):
    write_archive(tmp_path / "a", content)
    with (
        zipfile.ZipFile(tmp_path / "a") as old,
        zipfile.ZipFile(tmp_path / "b", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        new.writestr("__MACOSX/._library.json", b"whatever")
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
    assert read_archive(tmp_path / "b") == content


def test_what_makes_no_sense_is_not_written(content, make_pigment, tmp_path):
    path = tmp_path / "a"
    for bad in (
        LibraryContent("", "", ()),
        LibraryContent("Lab", "", (make_pigment(density_g_cm3=0.0),)),
        LibraryContent("Lab", "", (make_pigment(), make_pigment("AZURITE", id="b"))),
    ):
        with pytest.raises(ParameterError):
            write_archive(path, bad)
    assert not path.exists()


def test_an_archive_is_replaced_only_when_asked(content, tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"before")
    with pytest.raises(WriteError, match="exists"):
        write_archive(path, content)
    assert path.read_bytes() == b"before"
    write_archive(path, content, overwrite=True)
    assert read_archive(path) == content
    assert [item.name for item in tmp_path.iterdir()] == ["a"]


def test_a_member_that_is_there_twice_is_refused(content, tmp_path):
    write_archive(tmp_path / "a", content)
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(tmp_path / "a", "a") as archive,
    ):
        archive.writestr("counts.npy", b"")
    with pytest.raises(ReadError, match=r"'counts\.npy' is there twice"):
        read_archive(tmp_path / "a")


def test_a_protected_archive_is_refused(content, tmp_path):
    path = tmp_path / "a"
    write_archive(path, content)
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ReadError, match="password"):
        read_archive(path)


def test_a_changed_byte_is_noticed(content, tmp_path):
    path = tmp_path / "a"
    write_archive(path, content)
    data = bytearray(path.read_bytes())
    at = data.index(np.float32(1.5).tobytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(ReadError, match="no whole zip file: Bad CRC-32"):
        read_archive(path)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("_MOST_BYTES", "MB expected"),
        ("_MOST_CONTENTS_BYTES", "library.json in it"),
        ("_MOST_MEMBERS", "2 members; at most 1"),
    ],
)
def test_what_is_far_too_large_is_not_unpacked(content, tmp_path, monkeypatch, limit, words):
    write_archive(tmp_path / "a", content)
    monkeypatch.setattr(pigment_archive, limit, 1)
    with pytest.raises(ReadError, match=words):
        read_archive(tmp_path / "a")


def test_the_errors_of_an_entry_name_its_pigment(content, tmp_path):
    path = tmp_path / "a"
    write_archive(path, content)
    data = path.read_bytes()
    # as many letters, so that the places in the zip stay right; its check sum does not
    broken = data.replace(b'"channels": 7', b'"channels": 1')
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(path, "w") as new:
        new.writestr("library.json", broken[broken.index(b"{") : broken.rindex(b"}\n") + 2])
        new.writestr("counts.npy", old.read("counts.npy"))
    with pytest.raises(ReadError, match="pigment “Azurite”: 1 channels announced"):
        read_archive(path)
