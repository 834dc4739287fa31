"""The table of formats: recognising, and telling why something cannot be opened."""

import os
import sys

import h5py
import numpy as np
import pytest

from app.errors import ReadError
from app.io import formats
from app.io.formats import OpenOptions, format_of, open_cube, peek, shown

COUNTS = np.arange(5 * 7 * 64, dtype=np.uint16).reshape(5, 7, 64)


def write_hdf5(path):
    with h5py.File(path, "w") as file:
        file["img"] = COUNTS


def write_npz(path):
    with path.open("wb") as stream:
        np.savez(stream, cube=COUNTS)


def write_npy(path):
    with path.open("wb") as stream:
        np.save(stream, COUNTS)


def write_ripple(path):
    path.with_suffix(".raw").write_bytes(COUNTS.tobytes())
    path.write_text(
        "key\tvalue\nwidth\t7\nheight\t5\ndepth\t64\noffset\t0\ndata-length\t2\n"
        "data-type\tunsigned\nbyte-order\tlittle-endian\nrecord-by\tvector\n",
        "ascii",
    )


WRITERS = {
    "HDF5": (write_hdf5, "scan.h5"),
    "NumPy archive": (write_npz, "scan.npz"),
    "NumPy array": (write_npy, "scan.npy"),
    "Ripple": (write_ripple, "scan.rpl"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_each_format_is_recognised_and_read(name, tmp_path):
    write, file_name = WRITERS[name]
    path = tmp_path / file_name
    write(path)
    assert format_of(path).name == name
    assert peek(path).best.shape == (5, 7, 64)
    cube = open_cube(path)
    assert (cube.name, cube.format) == ("scan", name)
    np.testing.assert_array_equal(cube.counts[:], COUNTS)


@pytest.mark.parametrize("name", ["HDF5", "NumPy archive", "NumPy array"])
def test_the_content_counts_not_the_suffix(name, tmp_path):
    path = tmp_path / "scan.dat"
    WRITERS[name][0](path)
    assert format_of(path).name == name


def test_reading_leaves_the_input_as_it_is(tmp_path):
    path = tmp_path / "scan.h5"
    write_hdf5(path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    open_cube(path, OpenOptions(detector="0")).counts[:]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", r"empty \(0 bytes\)"),
        (b"a report", r"no format that Velatura knows .*\.h5.*\.rpl.*\.npz"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no format that Velatura knows"),
    ],
)
def test_what_is_no_scan_is_refused_by_name(content, words, tmp_path):
    path = tmp_path / "scan.h5"
    path.write_bytes(content)
    for ask in (format_of, peek, open_cube):
        with pytest.raises(ReadError, match=words) as caught:
            ask(path)
        assert "scan.h5" in caught.value.message
        assert caught.value.hint
        assert caught.value.path == path


def test_a_missing_file_and_an_empty_folder_are_told(tmp_path):
    with pytest.raises(ReadError, match=r"gone\.h5: No such file or directory"):
        open_cube(tmp_path / "gone.h5")
    with pytest.raises(ReadError, match="no format that Velatura knows"):
        open_cube(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX's")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    path = tmp_path / "pipe.h5"
    os.mkfifo(path)
    with pytest.raises(ReadError, match="neither a file nor a folder"):
        open_cube(path)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (OSError("no number"), "no number"),
        (OSError(), "OSError"),
    ],
)
def test_refusals_of_the_system_are_told_in_its_words(error, words, tmp_path):
    told = formats.cannot_read(tmp_path / "scan.h5", error)
    assert told.message == f"scan.h5: {words}."


def test_all_suffixes_are_lower_case_with_a_dot():
    known = formats.suffixes()
    assert {".h5", ".nxs", ".rpl", ".raw", ".npz", ".npy"} <= set(known)
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in known)


@pytest.mark.parametrize("name", ["Maestà.h5", "聖母", "Крест 1.rpl"])
def test_names_of_any_script_are_shown_as_they_are(name):
    assert shown(name) == name


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
def test_a_name_that_is_no_text_is_opened_and_shown_with_a_sign(tmp_path):
    path = tmp_path / os.fsdecode(b"panel\xff.h5")
    write_hdf5(path)
    assert open_cube(path).name == "panel\N{REPLACEMENT CHARACTER}"
