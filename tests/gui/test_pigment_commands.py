"""A change of a library is written whole, taken back whole, and never over somebody else's."""

import pytest

from app.errors import WriteError
from app.gui.pigment_commands import LibraryChange, PigmentCommand, merged
from app.io.pigment_store import Clash


@pytest.fixture
def store(libraries, make_pigment):
    return libraries.create("Mock-ups", (make_pigment("Ochre"), make_pigment("Umber")))


def names(store):
    return sorted(pigment.name for pigment in store.pigments())


def test_change_removes_replaces_and_adds_at_once(store, make_pigment):
    ochre, umber = store.pigments()
    changed = make_pigment("Umber", density_g_cm3=4.0)
    LibraryChange(store.path, (ochre, umber), (changed, make_pigment("Smalt"))).write()
    assert names(store) == ["Smalt", "Umber"]
    assert changed in store.pigments()


def test_reversed_change_takes_it_back(store, make_pigment):
    before = store.pigments()
    change = LibraryChange(store.path, before[:1], (make_pigment("Smalt"),))
    change.write()
    change.reversed().write()
    assert set(store.pigments()) == set(before)
    assert change.reversed().reversed() == change


def test_pigment_edited_from_elsewhere_is_left_alone(store, make_pigment):
    stale = make_pigment("Ochre", density_g_cm3=1.0)
    with pytest.raises(WriteError):
        LibraryChange(store.path, (stale,), ()).write()
    assert names(store) == ["Ochre", "Umber"]


def test_command_knows_what_the_files_hold():
    answers = [False, True, False, True]
    command = PigmentCommand("edit", lambda changes: answers.pop(0), ())
    command.undo()
    assert command.is_done
    command.undo()
    assert not command.is_done
    command.redo()
    assert not command.is_done
    command.redo()
    assert command.is_done
    assert answers == []


def test_step_is_written_once_each_way():
    written = []

    def apply(changes):
        written.append(changes)
        return True

    command = PigmentCommand("edit", apply, ())
    command.redo()
    assert written == []
    command.undo()
    command.undo()
    command.redo()
    command.redo()
    assert len(written) == 2


def test_changes_are_taken_back_in_the_opposite_order(store, make_pigment):
    written = []

    def apply(changes):
        written.append(changes)
        return True

    first = LibraryChange(store.path, (), (make_pigment("A"),))
    second = LibraryChange(store.path, (), (make_pigment("B"),))
    command = PigmentCommand("edit", apply, (first, second))
    command.undo()
    command.redo()
    assert written == [(second.reversed(), first.reversed()), (first, second)]


def test_same_name_or_same_id_is_a_clash(store, make_pigment):
    there = store.pigments()
    new = (make_pigment("OCHRE", id="new"), make_pigment("Siena", id="umber"))
    assert merged(store.path, there, new, Clash.SKIP).after == ()
    replaced = merged(store.path, there, new, Clash.REPLACE)
    assert [item.id for item in replaced.before] == ["ochre", "umber"]
    assert [item.id for item in replaced.after] == ["ochre", "umber"]
    both = merged(store.path, there, new, Clash.KEEP_BOTH)
    assert both.before == ()
    assert [(item.name, item.id) for item in both.after] == [
        ("OCHRE (2)", "new"),
        ("Siena", "siena"),
    ]


def test_new_ones_do_not_clash_among_themselves(store, make_pigment):
    new = (make_pigment("Smalt"), make_pigment("smalt", id="other"))
    change = merged(store.path, store.pigments(), new, Clash.KEEP_BOTH)
    assert [item.name for item in change.after] == ["Smalt", "smalt (2)"]


def test_names_that_differ_by_spaces_or_kinds_of_accents_are_the_same(store, make_pigment):
    there = (*store.pigments(), make_pigment("Caput  m\u00f3rtuum", id="caput"))
    new = (make_pigment("caput mo\u0301rtuum", id="new"),)
    assert merged(store.path, there, new, Clash.SKIP).after == ()
    (both,) = merged(store.path, there, new, Clash.KEEP_BOTH).after
    assert both.name == "caput mo\u0301rtuum (2)"


def test_two_that_replace_the_same_leave_the_later_one(store, make_pigment):
    new = (make_pigment("OCHRE", id="new"), make_pigment("Siena", id="ochre"))
    change = merged(store.path, store.pigments(), new, Clash.REPLACE)
    change.write()
    assert names(store) == ["Siena", "Umber"]
    change.reversed().write()
    assert names(store) == ["Ochre", "Umber"]
