"""How pigments are taken in is asked in one small dialog."""

import pytest

from app.gui.dialogs.pigment_import import (
    KEEP_BOTH,
    NEW,
    REPLACE,
    ImportChoice,
    PigmentImportDialog,
)


@pytest.fixture
def make(qtbot, make_pigment):
    def make(**options):
        pigments = tuple(make_pigment(name) for name in ("Ochre", "Umber", "Smalt"))
        libraries = {"/a": "Mock-ups", "/b": "Archive"}
        taken = {"/a": frozenset({"ochre", "umber"}), "/b": frozenset()}
        dialog = PigmentImportDialog("ganx.json", pigments, libraries, taken, **options)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def choose(box, text):
    box.setCurrentIndex(box.findText(text))


def test_clashes_of_the_chosen_library_are_counted(make):
    dialog = make(chosen="/a")
    assert dialog.clash_count == 2
    assert dialog.clashes.text() == "2 of them are there already, by name:"
    assert all(way.isVisible() for way in dialog.ways.values())
    choose(dialog.library, "Archive")
    assert dialog.clashes.text() == "None of them is there yet."
    assert not any(way.isVisible() for way in dialog.ways.values())


def test_what_is_there_is_left_unless_asked_otherwise(make):
    dialog = make(chosen="/a")
    assert dialog.values() == ImportChoice("/a", "skip")
    dialog.ways[REPLACE].setChecked(True)
    assert dialog.values() == ImportChoice("/a", REPLACE)
    dialog.ways[KEEP_BOTH].setChecked(True)
    assert dialog.values() == ImportChoice("/a", KEEP_BOTH)


def test_library_file_may_be_used_where_it_lies(make):
    dialog = make(can_list=True)
    assert dialog.values().is_listed
    assert not dialog.library.isEnabled()
    dialog.copy.setChecked(True)
    assert not dialog.values().is_listed
    assert dialog.library.isEnabled()


def test_other_files_can_only_be_copied(make):
    dialog = make()
    assert dialog.use.isHidden()
    assert dialog.copy.isHidden()
    assert not dialog.values().is_listed


def test_library_yet_to_be_made_has_no_clashes(qtbot, make_pigment):
    pigments = (make_pigment("Ochre"),)
    dialog = PigmentImportDialog("a.csv", pigments, {NEW: "My pigments"}, {})
    qtbot.addWidget(dialog)
    assert dialog.clash_count == 0
    assert dialog.values() == ImportChoice(NEW, "skip")


def test_library_that_is_not_there_gives_way_to_the_first(make):
    assert make(chosen="/gone").values().library == "/a"
