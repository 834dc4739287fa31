"""The shelf reads libraries when asked, again when they change, and tells what it cannot read."""

import pytest

from app.errors import AppError
from app.gui.pigment_models import ALL, SHIPPED
from app.gui.pigment_shelf import PigmentShelf
from app.io.pigment_store import PigmentStore


@pytest.fixture
def own(libraries, make_pigment):
    return libraries.create("Mock-ups", (make_pigment("Ochre"),))


@pytest.fixture
def shelf(qapp, libraries, own):
    shelf = PigmentShelf(libraries)
    yield shelf
    shelf.stop()


def names(rows):
    return [row.pigment.name for row in rows]


def test_rows_of_any_library_can_be_had_whichever_is_shown(shelf, own):
    shelf.load()
    shelf.show_library(SHIPPED)
    assert names(shelf.rows_of(str(own.path))) == ["Ochre"]
    assert names(shelf.rows_of(ALL)) == ["Azurite", "Madder lake", "Ochre"]
    assert [pigment.name for pigment in shelf.pigments] == ["Azurite", "Madder lake"]
    assert [pigment.name for pigment in shelf.all_pigments()] == names(shelf.rows_of(ALL))


def test_library_is_known_by_its_key(shelf, own):
    shelf.load()
    assert shelf.entry(SHIPPED).title == "Velatura"
    assert shelf.entry(str(own.path)).title == "Mock-ups"
    assert shelf.entry("lost") is None


def test_new_library_in_the_folder_is_found_by_itself(shelf, libraries, make_pigment, qtbot):
    shelf.load()
    with qtbot.waitSignal(shelf.pigments_changed):
        PigmentStore.create(
            libraries.folder / "other.pigments", "Other", pigments=(make_pigment("Smalt"),)
        )
    assert [entry.title for entry in shelf.entries] == ["Velatura", "Mock-ups", "Other"]


def test_library_damaged_meanwhile_is_told_and_the_rest_shown(shelf, own):
    shelf.load()
    errors = []
    shelf.failed.connect(errors.append)
    own.path.write_bytes(b"overwritten by something else")
    shelf.refresh()
    assert len(errors) == 1
    assert isinstance(errors[0], AppError)
    assert names(shelf.rows) == ["Azurite", "Madder lake"]


def test_stopped_it_reads_no_more_by_itself(shelf, own, make_pigment, qtbot):
    shelf.load()
    shelf.stop()
    own.put(make_pigment("Smalt"))
    with qtbot.assertNotEmitted(shelf.pigments_changed, wait=400):
        pass
    assert names(shelf.rows) == ["Azurite", "Madder lake", "Ochre"]


def test_last_library_that_comes_back_is_found_by_itself(shelf, own, qtbot):
    shelf.load()
    content = own.path.read_bytes()
    with qtbot.waitSignal(shelf.pigments_changed):
        own.path.unlink()
    assert [entry.title for entry in shelf.entries] == ["Velatura"]
    with qtbot.waitSignal(shelf.pigments_changed):
        own.path.write_bytes(content)
    assert [entry.title for entry in shelf.entries] == ["Velatura", "Mock-ups"]


def test_one_pigment_is_had_as_its_file_holds_it(shelf, own):
    shelf.load()
    assert shelf.row_at((str(own.path), "ochre")).pigment.name == "Ochre"
    own.remove("ochre")
    assert shelf.row_at((str(own.path), "ochre")) is None
