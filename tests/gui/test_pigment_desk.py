"""The desk writes every change at once, takes it back, and never loses what was there."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.pigment_libraries import Libraries
from app.errors import AppError, ReadError, WriteError
from app.gui import pigment_desk
from app.gui.pigment_desk import PigmentDesk
from app.gui.pigment_models import ALL, SHIPPED
from app.io.pigment_store import Clash, PigmentStore


@pytest.fixture
def desk(qapp, libraries):
    desk = PigmentDesk(libraries)
    yield desk
    desk.stop()


@pytest.fixture
def own(libraries, make_pigment):
    """A library of the user's own with two pigments; gives its store."""
    return libraries.create("Mock-ups", (make_pigment("Ochre"), make_pigment("Umber", "MnO2")))


@pytest.fixture
def errors(desk):
    found = []
    desk.failed.connect(found.append)
    return found


def names(desk):
    return sorted(row.pigment.name for row in desk.rows)


def in_file(store):
    return sorted(pigment.name for pigment in store.pigments())


def row_of(desk, name):
    return next(row for row in desk.rows if row.pigment.name == name)


def refuse(monkeypatch, reason="The disk is full."):
    def apply(*_args, **_kwargs):
        raise WriteError("Cannot write the library.", reason, "Free some space.")

    monkeypatch.setattr(PigmentStore, "apply", apply)


def test_nothing_is_read_or_made_before_it_is_asked_for(desk, libraries):
    assert not desk.is_loaded
    assert desk.rows == ()
    assert not libraries.folder.exists()


def test_all_libraries_are_shown_first(desk, own):
    desk.load()
    assert desk.shown == ALL
    assert names(desk) == ["Azurite", "Madder lake", "Ochre", "Umber"]
    assert [entry.title for entry in desk.entries] == ["Velatura", "Mock-ups"]
    assert [entry.is_read_only for entry in desk.entries] == [True, False]


def test_loading_twice_reads_and_tells_once(desk, own):
    told = []
    desk.pigments_changed.connect(told.append)
    desk.load()
    desk.load()
    desk.refresh()
    assert len(told) == 1


def test_one_library_is_shown_when_chosen(desk, own):
    desk.show_library(str(own.path))
    assert names(desk) == ["Ochre", "Umber"]
    desk.show_library(SHIPPED)
    assert names(desk) == ["Azurite", "Madder lake"]


def test_step_that_cannot_be_written_leaves_what_can_be_done_again(
    desk, own, make_pigment, monkeypatch, errors
):
    desk.show_library(str(own.path))
    desk.add(make_pigment("Smalt"))
    desk.undo()
    with monkeypatch.context() as patch:
        refuse(patch)
        assert desk.add(make_pigment("Vermilion", "HgS")) is None
    assert len(errors) == 1
    assert desk.undo_stack.redoText() == "add Smalt"
    desk.redo()
    assert in_file(own) == ["Ochre", "Smalt", "Umber"]


def test_libraries_that_refuse_even_to_be_put_back_are_told(
    desk, own, libraries, make_pigment, monkeypatch, errors
):
    other = libraries.create("Other", (make_pigment("Smalt"),))
    desk.load()
    real, calls = PigmentStore.apply, []

    def apply(store, **values):
        calls.append(store.path)
        if len(calls) > 1:
            raise WriteError("Cannot write.", f"{store.path.name} is locked.", "Wait.")
        real(store, **values)

    monkeypatch.setattr(PigmentStore, "apply", apply)
    desk.remove([row for row in desk.rows if not row.library.is_read_only])
    assert calls == [own.path, other.path, own.path]
    assert [error.message for error in errors] == [
        "Other.pigments is locked.",
        "Mock-ups.pigments is locked.",
    ]
    assert desk.undo_stack.count() == 0
    assert "Ochre" not in names(desk)


def test_pigment_that_is_gone_cannot_be_chosen_and_that_is_told(desk, make_pigment):
    told = []
    desk.told.connect(lambda title, text: told.append(title))
    desk.choose(make_pigment("Smalt"))
    assert told == ["“Smalt” is no longer as it was listed."]
    assert desk.selection == ()


def test_unknown_library_is_not_shown(desk):
    desk.show_library("/nowhere/lost.pigments")
    assert desk.shown == ALL


def test_new_pigment_goes_into_the_library_shown_at_once(desk, own, make_pigment):
    desk.show_library(str(own.path))
    placed = desk.add(make_pigment("Vermilion", "HgS"))
    assert placed.library == str(own.path)
    assert in_file(own) == ["Ochre", "Umber", "Vermilion"]
    assert [row.pigment.name for row in desk.selection] == ["Vermilion"]
    assert desk.undo_stack.undoText() == "add Vermilion"


def test_undo_and_redo_write_the_file_too(desk, own, make_pigment):
    desk.show_library(str(own.path))
    desk.add(make_pigment("Vermilion", "HgS"))
    desk.undo()
    assert in_file(own) == names(desk) == ["Ochre", "Umber"]
    desk.redo()
    assert in_file(own) == names(desk) == ["Ochre", "Umber", "Vermilion"]


def test_new_pigment_goes_into_my_pigments_where_the_library_is_read_only(
    desk, libraries, make_pigment
):
    desk.show_library(SHIPPED)
    desk.add(make_pigment("Vermilion", "HgS"))
    assert [item.name for item in libraries.own()] == ["My pigments"]
    assert desk.shown == ALL
    assert row_of(desk, "Vermilion").library.title == "My pigments"


def test_edit_of_an_own_pigment_keeps_its_id_and_place(desk, own):
    desk.show_library(str(own.path))
    old = row_of(desk, "Ochre")
    desk.edit(old, replace(old.pigment, name="Yellow ochre", density_g_cm3=4.1))
    found = row_of(desk, "Yellow ochre").pigment
    assert (found.id, found.density_g_cm3) == ("ochre", 4.1)
    assert desk.undo_stack.undoText() == "edit Yellow ochre"
    desk.undo()
    assert row_of(desk, "Ochre").pigment == old.pigment


def test_edit_that_changes_nothing_is_no_step(desk, own):
    desk.show_library(str(own.path))
    row = row_of(desk, "Ochre")
    assert desk.edit(row, row.pigment).pigment is row.pigment
    assert desk.undo_stack.count() == 0


def test_edit_of_a_shipped_pigment_makes_a_copy_and_says_so(desk, libraries):
    told = []
    desk.told.connect(lambda title, text: told.append(title))
    desk.load()
    row = row_of(desk, "Azurite")
    placed = desk.edit(row, replace(row.pigment, density_g_cm3=3.77))
    assert libraries.shipped().pigments[0].density_g_cm3 == 3.8
    assert placed.pigment.density_g_cm3 == 3.77
    assert told == ["“Azurite” is now in “My pigments”."]
    assert names(desk) == ["Azurite", "Azurite", "Madder lake"]
    assert [item.library.title for item in desk.selection] == ["My pigments"]


def test_second_copy_of_a_shipped_pigment_gets_a_name_of_its_own(desk):
    desk.load()
    row = row_of(desk, "Azurite")
    for density in (3.7, 3.6):
        desk.edit(row, replace(row.pigment, density_g_cm3=density))
    assert names(desk) == ["Azurite", "Azurite", "Azurite (2)", "Madder lake"]


def test_duplicates_stand_beside_their_originals_under_other_names(desk, own):
    desk.load()
    desk.duplicate((row_of(desk, "Ochre"), row_of(desk, "Azurite")))
    assert in_file(own) == ["Ochre", "Ochre (2)", "Umber"]
    assert row_of(desk, "Ochre (2)").library.title == "Mock-ups"
    assert len(desk.selection) == 2
    assert desk.undo_stack.count() == 1
    desk.undo()
    assert names(desk) == ["Azurite", "Madder lake", "Ochre", "Umber"]


def test_deleted_pigments_come_back_with_undo(desk, own):
    desk.load()
    before = own.pigments()
    desk.remove((row_of(desk, "Ochre"), row_of(desk, "Umber")))
    assert own.pigments() == ()
    assert desk.undo_stack.undoText() == "delete 2 pigments"
    desk.undo()
    assert own.pigments() == before


def test_shipped_pigment_cannot_be_deleted(desk, errors):
    desk.load()
    desk.remove((row_of(desk, "Azurite"),))
    assert errors[0].title == "“Azurite” cannot be deleted."
    assert names(desk) == ["Azurite", "Madder lake"]
    assert desk.undo_stack.count() == 0


def test_library_that_is_gone_is_not_replaced_by_another(desk, own, make_pigment, errors):
    desk.load()
    own.path.unlink()
    desk.refresh()
    assert desk.take_in((make_pigment("Smalt"),), Clash.SKIP, str(own.path)) is None
    assert len(errors) == 1
    assert [entry.key for entry in desk.entries] == [SHIPPED]


@pytest.mark.parametrize(
    ("clash", "count", "expected"),
    [
        (Clash.SKIP, 1, {"Ochre": 5.2, "Umber": 5.2, "Smalt": 2.4}),
        (Clash.REPLACE, 2, {"Ochre": 2.5, "Umber": 5.2, "Smalt": 2.4}),
        (Clash.KEEP_BOTH, 2, {"Ochre": 5.2, "Ochre (2)": 2.5, "Umber": 5.2, "Smalt": 2.4}),
    ],
)
def test_pigments_taken_in_settle_clashes_as_told(desk, own, make_pigment, clash, count, expected):
    new = (
        make_pigment("ochre", id="other", density_g_cm3=2.5),
        make_pigment("Smalt", "SiO2", density_g_cm3=2.4),
    )
    expected = {name.casefold(): value for name, value in expected.items()}
    desk.show_library(str(own.path))
    before = own.pigments()
    assert desk.take_in(new, clash) == count
    assert {item.name.casefold(): item.density_g_cm3 for item in own.pigments()} == expected
    desk.undo()
    assert own.pigments() == before


def test_failed_write_leaves_desk_and_file_as_they_were(
    desk, own, errors, make_pigment, monkeypatch
):
    desk.show_library(str(own.path))
    rows, stored = desk.rows, own.pigments()
    refuse(monkeypatch)
    assert desk.add(make_pigment("Vermilion", "HgS")) is None
    assert desk.edit(rows[0], replace(rows[0].pigment, density_g_cm3=1.0)) is None
    desk.remove(rows)
    assert desk.rows == rows
    assert own.pigments() == stored
    assert desk.undo_stack.count() == 0
    assert [error.title for error in errors] == ["Cannot write the library."] * 3


def test_undo_that_cannot_be_written_stays_to_be_undone(
    desk, own, errors, make_pigment, monkeypatch
):
    desk.show_library(str(own.path))
    desk.add(make_pigment("Vermilion", "HgS"))
    with monkeypatch.context() as patch:
        refuse(patch)
        desk.undo()
    assert len(errors) == 1
    assert desk.undo_stack.canUndo()
    assert names(desk) == ["Ochre", "Umber", "Vermilion"]
    desk.undo()
    assert in_file(own) == ["Ochre", "Umber"]


def test_redo_that_cannot_be_written_stays_to_be_redone(desk, own, make_pigment, monkeypatch):
    desk.show_library(str(own.path))
    desk.add(make_pigment("Vermilion", "HgS"))
    desk.undo()
    with monkeypatch.context() as patch:
        refuse(patch)
        desk.redo()
    assert desk.undo_stack.canRedo()
    desk.redo()
    assert in_file(own) == ["Ochre", "Umber", "Vermilion"]


def test_undo_does_not_overwrite_what_somebody_else_has_edited(desk, own, errors):
    desk.show_library(str(own.path))
    old = row_of(desk, "Ochre")
    desk.edit(old, replace(old.pigment, density_g_cm3=4.0))
    theirs = replace(old.pigment, density_g_cm3=3.0)
    own.put(theirs, replacing=theirs.id)
    desk.undo()
    assert len(errors) == 1
    assert {item.density_g_cm3 for item in own.pigments()} == {3.0, 5.2}
    assert row_of(desk, "Ochre").pigment == theirs


def test_change_from_outside_is_read_again_by_itself(desk, own, make_pigment, qtbot):
    desk.show_library(str(own.path))
    with qtbot.waitSignal(desk.pigments_changed):
        PigmentStore(own.path).put(make_pigment("Smalt", "SiO2"))
    assert names(desk) == ["Ochre", "Smalt", "Umber"]


def test_library_that_is_gone_gives_way_to_all(desk, own):
    desk.show_library(str(own.path))
    own.path.unlink()
    desk.refresh()
    assert desk.shown == ALL
    assert names(desk) == ["Azurite", "Madder lake"]


def test_damaged_library_is_told_once_and_the_others_are_shown(desk, own, libraries, errors):
    (libraries.folder / "broken.pigments").write_bytes(b"no library at all" * 100)
    desk.load()
    desk.refresh()
    assert [type(error) for error in errors] == [ReadError]
    assert names(desk) == ["Azurite", "Madder lake", "Ochre", "Umber"]


def test_selection_lets_go_of_what_is_no_longer_shown(desk, own):
    desk.load()
    desk.select([row_of(desk, "Azurite").place, ("nowhere", "lost")])
    assert [row.pigment.name for row in desk.selection] == ["Azurite"]
    chosen = []
    desk.selection_changed.connect(chosen.append)
    desk.show_library(str(own.path))
    assert chosen == [()]


def test_pigment_is_chosen_in_another_library_when_the_one_shown_has_it_not(desk, own, libraries):
    desk.show_library(str(own.path))
    desk.choose(libraries.shipped().pigments[0])
    assert desk.shown == ALL
    assert [row.pigment.name for row in desk.selection] == ["Azurite"]


def test_new_library_is_made_shown_and_a_taken_name_is_told(desk, errors):
    desk.create_library("Mock-ups 2024")
    entry = desk.entry(desk.shown)
    assert entry.title == "Mock-ups 2024"
    assert Path(entry.key).is_file()
    desk.create_library("mock-ups 2024")
    assert len(errors) == 1


def test_names_taken_are_those_of_where_an_edit_would_go(desk, own, libraries, make_pigment):
    desk.load()
    assert desk.names_in(SHIPPED) == ()
    libraries.default_own().put(make_pigment("Vermilion", "HgS"))
    desk.refresh()
    assert desk.names_in(SHIPPED) == ("Vermilion",)
    assert desk.names_in(str(own.path)) == ("Ochre", "Umber")


def test_changes_of_two_libraries_are_written_together_or_not_at_all(
    desk, own, libraries, make_pigment, monkeypatch
):
    other = libraries.create("Other", (make_pigment("Smalt", "SiO2"),))
    desk.load()
    write = PigmentStore.apply

    def apply(self, **changes):
        if self.path == other.path:
            raise WriteError("Cannot write the library.", "It is locked.", "Wait.")
        write(self, **changes)

    monkeypatch.setattr(PigmentStore, "apply", apply)
    desk.remove((row_of(desk, "Ochre"), row_of(desk, "Smalt")))
    assert in_file(own) == ["Ochre", "Umber"]
    assert in_file(other) == ["Smalt"]
    assert desk.undo_stack.count() == 0


def test_shipped_library_that_cannot_be_read_is_told(qapp, tmp_path):
    class Broken(Libraries):
        def shipped(self):
            raise ReadError("Cannot read the library.", "It is damaged.", "Install it again.")

    desk = PigmentDesk(Broken(tmp_path))
    errors = []
    desk.failed.connect(errors.append)
    desk.load()
    assert isinstance(errors[0], AppError)
    assert desk.rows == ()


def test_undo_goes_back_at_most_as_far_as_is_kept(desk):
    assert desk.undo_stack.undoLimit() == pigment_desk.UNDO_LIMIT
