"""What is inside an HDF5 file of someone else, and what goes wrong."""

import h5py
import numpy as np
import pytest

from app.errors import ReadError
from app.io import hdf5_file
from app.io.hdf5_file import (
    WriterMark,
    datasets_in,
    has_signature,
    hdf5_trouble,
    open_hdf5,
    text_of,
    writer_mark,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "scan.h5"


@pytest.mark.parametrize("position", [0, 512, 1024, 4096])
def test_the_signature_is_found_behind_a_user_block(path, position):
    path.write_bytes(bytes(position) + b"\x89HDF\r\n\x1a\n" + bytes(30))
    assert has_signature(path)


@pytest.mark.parametrize("content", [b"", b"\x89HDF", bytes(100) + b"\x89HDF\r\n\x1a\n"])
def test_elsewhere_it_is_none(path, content):
    path.write_bytes(content)
    assert not has_signature(path)
    assert not has_signature(path.with_name("gone.h5"))


def test_each_dataset_is_met_once_with_all_its_names(path):
    with h5py.File(path, "w") as file:
        file["deep/down/cube"] = np.zeros((2, 3, 4))
        file["alias"] = file["deep/down/cube"]
        file["soft"] = h5py.SoftLink("/deep/down/cube")
        file["deep/down/round"] = file["deep"]
        file["number"] = 3
    with open_hdf5(path) as file:
        found, notes = datasets_in(file)
        assert [(item.name, item.names) for item in found] == [
            ("alias", ("alias", "deep/down/cube", "soft")),
            ("number", ("number",)),
        ]
        assert notes == []


def test_links_that_lead_away_are_told_and_not_followed(path, tmp_path):
    secret = tmp_path / "other.h5"
    with h5py.File(secret, "w") as file:
        file["cube"] = np.zeros((2, 3, 4))
    with h5py.File(path, "w") as file:
        file["outside"] = h5py.ExternalLink(str(secret), "/cube")
        file["nowhere"] = h5py.SoftLink("/missing")
    with open_hdf5(path) as file:
        found, notes = datasets_in(file)
    assert found == []
    assert notes[0] == "“outside” lies in another file, other.h5, and is not shown; open that one."
    assert notes[1] == "The link “nowhere” leads nowhere."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("keV", "keV"),
        (b"keV", "keV"),
        (np.bytes_(b"keV"), "keV"),
        (np.array(["keV"], dtype=object), "keV"),
        (np.array([b"a", b"b"]), ""),
        (b"\xb5m", "\N{REPLACEMENT CHARACTER}m"),
        (3, ""),
        (np.float64(2), ""),
        (None, ""),
    ],
)
def test_attributes_of_all_kinds_become_text(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("error", "dataset", "words"),
    [
        (OSError("unable to open: file signature not found"), "", "not an HDF5 file"),
        (OSError("truncated file: eof = 96"), "", "cut short; its header announces"),
        (KeyError("no object"), "cube", "“cube” is not in it"),
        (OSError("can't open plugin"), "cube", "packed with a filter"),
        (RuntimeError("bad heap"), "cube", "“cube” cannot be read; it is damaged"),
    ],
)
def test_what_the_library_says_becomes_a_sentence(path, error, dataset, words):
    told = hdf5_trouble(path, dataset, error)
    assert isinstance(told, ReadError)
    assert told.message.startswith("scan.h5: ")
    assert words in told.message
    assert told.hint


def test_missing_and_broken_files_are_read_errors(path):
    with pytest.raises(ReadError, match="No such file"):
        open_hdf5(path)
    with h5py.File(path, "w") as file:
        file["cube"] = np.zeros((20, 30, 40))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ReadError, match="cut short"):
        open_hdf5(path)


def test_one_row_of_chunks_is_kept_unless_it_is_too_large(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("cube", (40, 50, 60), "u2", chunks=(8, 10, 20))
        file.create_dataset("plain", data=np.zeros((2, 3, 4)))
    for most, kept in ((2**30, 8 * 50 * 60 * 2 + 2**20), (2**20, 2**20)):
        with open_hdf5(path) as file:
            dataset = hdf5_file.with_chunk_cache(file, "cube", 0, most)
            assert dataset.id.get_access_plist().get_chunk_cache()[1] == kept
            assert hdf5_file.with_chunk_cache(file, "plain", 0, most).shape == (2, 3, 4)


def test_a_file_tells_who_has_it_open_for_writing(tmp_path, scanner):
    machine = scanner("swmr", tmp_path / "scan.h5", np.ones((2, 3, 4), np.uint16))
    machine.line()
    assert writer_mark(tmp_path / "scan.h5") is WriterMark.SWMR
    with open_hdf5(tmp_path / "scan.h5") as file:
        assert file["entry/instrument/detector/data"].shape == (1, 3, 4)
    machine.kill()
    # a writer that was ended leaves its mark
    assert writer_mark(tmp_path / "scan.h5") is WriterMark.SWMR
    with h5py.File(tmp_path / "new.h5", "w", libver="latest") as file:
        file.flush()
        assert writer_mark(tmp_path / "new.h5") is WriterMark.WRITTEN
    assert writer_mark(tmp_path / "new.h5") is WriterMark.NONE
    with h5py.File(tmp_path / "old.h5", "w") as file:
        file.flush()
        assert writer_mark(tmp_path / "old.h5") is WriterMark.UNKNOWN
    assert writer_mark(tmp_path / "absent.h5") is WriterMark.UNKNOWN


def test_a_file_that_another_program_is_writing_is_told_as_such(tmp_path):
    told = hdf5_trouble(tmp_path / "a.h5", "", OSError("file is already open for write (may use"))
    assert "another program has it open for writing" in told.message
    assert "h5clear" in told.hint
