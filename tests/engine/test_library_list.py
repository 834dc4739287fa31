"""The list of libraries: what is in the folder, what was added, what was left out."""

import pytest

from app.engine.library_list import LibraryList, listed
from app.io.pigment_store import PigmentStore


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "pigments"
    folder.mkdir()
    for name in ("Beta", "Alpha"):
        PigmentStore.create(folder / f"{name}.pigments", name)
    (folder / "notes.txt").write_text("no library")
    return folder


def names(folder):
    return [path.name for path in LibraryList(folder).files()]


def test_libraries_of_the_folder_are_on_the_list(folder):
    assert names(folder) == ["Alpha.pigments", "Beta.pigments"]


def test_no_folder_is_an_empty_list_and_none_is_made(tmp_path):
    assert LibraryList(tmp_path / "none").files() == ()
    assert not (tmp_path / "none").exists()


def test_files_elsewhere_are_added_once_and_stay_where_they_are(folder, tmp_path):
    other = PigmentStore.create(tmp_path / "Shared.pigments", "Shared").path
    before = other.read_bytes()
    for _ in range(2):
        LibraryList(folder).add(other)
    assert LibraryList(folder).files()[-1] == other
    assert names(folder) == ["Alpha.pigments", "Beta.pigments", "Shared.pigments"]
    LibraryList(folder).leave_out(other)
    assert names(folder) == ["Alpha.pigments", "Beta.pigments"]
    assert other.read_bytes() == before


def test_what_was_left_out_comes_back_when_added(folder):
    LibraryList(folder).leave_out(folder / "Beta.pigments")
    assert names(folder) == ["Alpha.pigments"]
    assert (folder / "Beta.pigments").exists()
    LibraryList(folder).add(folder / "Beta.pigments")
    assert names(folder) == ["Alpha.pigments", "Beta.pigments"]


@pytest.mark.parametrize("content", ["{", "[]", '{"elsewhere": 3, "left_out": [7]}'])
def test_a_broken_list_loses_no_library(content, folder):
    (folder / "libraries.json").write_text(content)
    assert names(folder) == ["Alpha.pigments", "Beta.pigments"]
    LibraryList(folder).leave_out(folder / "Alpha.pigments")
    assert names(folder) == ["Beta.pigments"]


def test_a_file_says_what_it_is(folder):
    item = listed(folder / "Alpha.pigments")
    assert (item.name, item.count, item.is_read_only, item.problem) == ("Alpha", 0, False, None)


@pytest.mark.parametrize("content", [b"", b"not a library" * 100])
def test_a_broken_library_is_listed_with_its_problem(content, folder):
    path = folder / "Broken.pigments"
    path.write_bytes(content)
    item = listed(path)
    assert (item.name, item.count, item.is_read_only) == ("Broken", 0, True)
    assert "Broken.pigments" in str(item.problem)
    assert path.read_bytes() == content


def test_a_library_that_is_gone_is_listed_with_its_problem(folder, tmp_path):
    LibraryList(folder).add(tmp_path / "Gone.pigments")
    gone = LibraryList(folder).files()[-1]
    assert gone.name == "Gone.pigments"
    assert listed(gone).problem is not None
    assert not gone.exists()
