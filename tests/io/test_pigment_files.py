import shutil
from dataclasses import replace

import pytest

from app.errors import ParameterError, ReadError
from app.io.pigment_archive import LibraryContent
from app.io.pigment_files import (
    formats,
    library_stem,
    read_pigments,
    suffixes,
    write_pigments,
)


@pytest.fixture
def content(make_pigment, make_spectrum):
    spectra = (make_spectrum(channels=40),)
    pigments = make_pigment(spectra=spectra), make_pigment("Smalt", spectra=spectra)
    return LibraryContent("Lab", "3", pigments, "ours")


@pytest.mark.parametrize("suffix", suffixes())
def test_every_format_reads_what_it_wrote(content, tmp_path, suffix):
    files = write_pigments(tmp_path / f"lab{suffix}", content)
    assert all(path.is_file() for path in files)
    found = read_pigments(files[0])
    assert [item.name for item in found.pigments] == ["Azurite", "Smalt"]
    assert [item.srgb for item in found.pigments] == [(45, 60, 72)] * 2
    if suffix.startswith(".pigments"):
        assert found == content
    write_pigments(tmp_path / f"lab{suffix}", content, overwrite=True)
    assert read_pigments(files[0]) == found


@pytest.mark.parametrize("suffix", suffixes())
def test_capitals_in_the_ending_make_no_difference(content, tmp_path, suffix):
    (first, *_) = write_pigments(tmp_path / f"lab{suffix.upper()}", content)
    assert len(read_pigments(first).pigments) == 2


@pytest.mark.parametrize("suffix", suffixes())
def test_a_file_of_another_ending_is_known_by_its_content(content, tmp_path, suffix):
    (first, *_) = write_pigments(tmp_path / f"lab{suffix}", content)
    other = first.with_name("renamed.bin")
    shutil.copyfile(first, other)
    assert len(read_pigments(other).pigments) == 2


def test_an_unknown_ending_names_the_known_ones(content, tmp_path):
    with pytest.raises(ParameterError, match=r"“\.xml”; expected one of \.pigments\.zip, "):
        write_pigments(tmp_path / "lab.xml", content)
    with pytest.raises(ParameterError, match="“none”"):
        write_pigments(tmp_path / "lab", content)
    (tmp_path / "lab.xml").write_text("<x/>", encoding="utf-8")
    with pytest.raises(ReadError, match=r"known are \.pigments\.zip, \.pigments, \.json, \.csv"):
        read_pigments(tmp_path / "lab.xml")
    with pytest.raises(ReadError, match="folder"):
        read_pigments(tmp_path)
    with pytest.raises(ReadError, match="No such file"):
        read_pigments(tmp_path / "gone.xml")


def test_a_written_library_replaces_another_as_a_whole(content, tmp_path):
    path = tmp_path / "lab.pigments"
    write_pigments(path, content)
    smaller = replace(content, pigments=content.pigments[:1])
    write_pigments(path, smaller, overwrite=True)
    assert read_pigments(path) == smaller
    assert [item.name for item in tmp_path.iterdir()] == ["lab.pigments"]


def test_the_name_without_its_ending(tmp_path):
    assert library_stem(tmp_path / "a.b.pigments.zip") == "a.b"
    assert library_stem(tmp_path / "Lab.PIGMENTS") == "Lab"
    assert library_stem(tmp_path / "x.txt") == "x"


def test_the_table_lists_each_suffix_once():
    assert len(set(suffixes())) == len(formats()) == 4
