import sqlite3
import threading
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

import app
from app.errors import ParameterError, ReadError, WriteError
from app.io import pigment_schema
from app.io.pigment_store import Clash, PigmentStore


@pytest.fixture
def store(tmp_path, make_pigment, make_spectrum, dye):
    azurite = make_pigment(spectra=(make_spectrum(), make_spectrum("Mo 40 kV", 5, 3)))
    return PigmentStore.create(tmp_path / "lab.pigments", "Lab", pigments=(azurite, dye))


def names(store):
    return [pigment.name for pigment in store.pigments()]


def test_what_is_put_in_comes_out(store, make_pigment, make_spectrum, dye):
    azurite = make_pigment(spectra=(make_spectrum(), make_spectrum("Mo 40 kV", 5, 3)))
    found = store.pigments()
    assert found == (azurite, dye)
    assert found[0].spectra[0].counts.dtype == np.float32
    assert found[0].spectra[0].axis.source == "a file"


def test_a_library_says_what_it_is(store, tmp_path):
    info = store.info()
    assert (info.name, info.count, info.schema_version) == ("Lab", 2, 1)
    assert info.path == tmp_path / "lab.pigments"
    assert not info.is_read_only
    assert (info.library_version, info.notes) == ("", "")
    assert info.created_by == f"Velatura {app.__version__}"
    with sqlite3.connect(info.path) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0x56454C50,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_content_holds_all(tmp_path, dye):
    path = tmp_path / "lab.pigments"
    PigmentStore.create(path, " Lab ", version="2", notes="ours", pigments=(dye,))
    content = PigmentStore(path).content()
    assert (content.name, content.version, content.notes) == ("Lab", "2", "ours")
    assert content.pigments == (dye,)


def test_no_library_is_overwritten(store):
    before = store.path.read_bytes()
    with pytest.raises(WriteError, match="exists"):
        PigmentStore.create(store.path, "Another")
    assert store.path.read_bytes() == before


def test_a_library_is_replaced_where_that_is_allowed(store, make_pigment):
    PigmentStore.create(store.path, "New", pigments=(make_pigment("Smalt"),), overwrite=True)
    assert (store.info().name, names(store)) == ("New", ["Smalt"])
    assert [path.name for path in store.path.parent.iterdir()] == ["lab.pigments"]


def test_nothing_but_the_library_is_left_in_its_folder(store, make_pigment):
    store.put(make_pigment("Smalt"))
    assert [path.name for path in store.path.parent.iterdir()] == ["lab.pigments"]


def test_a_library_of_an_odd_name_works(tmp_path, dye):
    path = tmp_path / "50 % blau? #1 & größer.pigments"
    PigmentStore.create(path, "Lab", pigments=(dye,))
    assert PigmentStore(path, read_only=True).pigments() == (dye,)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_an_edited_pigment_keeps_its_place(store, make_pigment):
    store.put(make_pigment("Blue verditer"), replacing="azurite")
    assert names(store) == ["Blue verditer", "Färberröte"]
    assert store.pigments()[0].spectra == ()


def test_only_the_case_of_a_name_may_change(store, make_pigment):
    store.put(make_pigment("AZURITE", id="azurite"), replacing="azurite")
    assert names(store)[0] == "AZURITE"


@pytest.mark.parametrize(
    "name", ["AZURITE", "azurite", "  Azurite", "FÄRBERRÖTE", "Fa\u0308rberröte"]
)
def test_a_name_is_taken_whatever_its_case(store, make_pigment, name):
    before = store.path.read_bytes()
    with pytest.raises(ParameterError, match="already"):
        store.put(make_pigment(name, id="new"))
    assert store.path.read_bytes() == before


def test_an_id_is_taken(store, make_pigment):
    with pytest.raises(ParameterError, match="id “azurite”"):
        store.put(make_pigment("Smalt", id="azurite"))
    with pytest.raises(ParameterError, match="id “madder”"):
        store.put(make_pigment("Smalt", id="madder"), replacing="azurite")
    assert names(store) == ["Azurite", "Färberröte"]


def test_what_is_not_there_cannot_be_replaced_or_removed(store, make_pigment):
    with pytest.raises(ParameterError, match="no pigment with the id “smalt”"):
        store.put(make_pigment("Smalt"), replacing="smalt")
    with pytest.raises(ParameterError, match="no pigment with the id “smalt”"):
        store.remove("smalt")


def test_a_removed_pigment_takes_its_spectra_along(store):
    store.remove("azurite")
    assert names(store) == ["Färberröte"]
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("SELECT count(*) FROM spectrum").fetchone() == (0,)
    connection.close()


def test_several_changes_are_made_together(store, make_pigment, dye):
    # the names are exchanged, which one by one would be refused
    first = make_pigment("Färberröte", id="azurite")
    second = replace(dye, name="Azurite")
    store.apply(put=(first, second, make_pigment("Smalt")))
    assert names(store) == ["Färberröte", "Azurite", "Smalt"]
    store.apply(put=(make_pigment("Orpiment"),), remove=["smalt", "madder"])
    assert names(store) == ["Färberröte", "Orpiment"]


def test_several_changes_fail_together(store, make_pigment):
    before = store.path.read_bytes()
    with pytest.raises(ParameterError):
        store.apply(put=(make_pigment("Smalt"), make_pigment("färberröte", id="other")))
    with pytest.raises(ParameterError):
        store.apply(put=(make_pigment("Smalt"),), remove=["nothing"])
    assert store.path.read_bytes() == before


def test_a_pigment_edited_meanwhile_is_not_overwritten(store, make_pigment):
    azurite = store.pigments()[0]
    edited = replace(azurite, notes="mine")
    store.apply(put=(replace(azurite, notes="theirs"),))
    with pytest.raises(WriteError, match="“azurite” has been edited from elsewhere"):
        store.apply(put=(edited,), expected=(azurite,))
    with pytest.raises(WriteError, match="edited from elsewhere"):
        store.apply(remove=["madder"], expected=())
    assert store.pigments()[0].notes == "theirs"
    store.apply(put=(edited,), expected=(store.pigments()[0],))
    store.apply(put=(make_pigment("Smalt"),), expected=())
    assert store.pigments()[0].notes == "mine"


def test_a_change_is_made_to_the_pigment_as_it_is_now(store):
    _, dye = before = store.pigments()
    given = []
    changed = store.change(dye.id, lambda pigment: given.append(pigment) or edited(pigment))
    assert given == [dye]
    assert changed == edited(dye)
    assert store.pigments() == (before[0], changed)


def test_a_change_that_fails_leaves_the_pigment(store, make_pigment):
    azurite, dye = before = store.pigments()
    for how in (
        lambda pigment: replace(pigment, name=azurite.name),
        lambda pigment: replace(pigment, density_g_cm3=-1.0),
    ):
        with pytest.raises(ParameterError):
            store.change(dye.id, how)
    with pytest.raises(ParameterError, match="no pigment with the id “none”"):
        store.change("none", edited)
    assert store.pigments() == before


def edited(pigment):
    return replace(pigment, notes=f"{pigment.notes} edited")


@pytest.mark.parametrize("clash", list(Clash))
def test_new_pigments_are_merged(store, make_pigment, clash):
    report = store.merge([make_pigment("Smalt"), make_pigment("Orpiment")], clash)
    assert report.added == ("Smalt", "Orpiment")
    assert (report.replaced, report.skipped, report.renamed) == ((), (), ())
    assert names(store) == ["Azurite", "Färberröte", "Smalt", "Orpiment"]


def test_a_merge_skips_what_is_there(store, make_pigment):
    other = make_pigment("azurite", id="other", notes="theirs")
    report = store.merge([other, make_pigment("Smalt", id="madder")], Clash.SKIP)
    assert report.skipped == ("azurite", "Smalt")
    assert store.pigments()[0].notes.startswith("Coarse")
    assert names(store) == ["Azurite", "Färberröte"]


def test_a_merge_replaces_and_keeps_the_id(store, make_pigment):
    other = make_pigment("AZURITE", id="other", notes="theirs")
    report = store.merge([other, make_pigment("Madder lake", id="madder")], Clash.REPLACE)
    assert report.replaced == ("AZURITE", "Madder lake")
    assert [(item.id, item.name) for item in store.pigments()] == [
        ("azurite", "AZURITE"),
        ("madder", "Madder lake"),
    ]


def test_a_merge_keeps_both_under_a_new_name(store, make_pigment):
    azurite = make_pigment()
    report = store.merge([azurite, azurite], Clash.KEEP_BOTH)
    assert report.renamed == (("Azurite", "Azurite (2)"), ("Azurite", "Azurite (3)"))
    assert [(item.id, item.name) for item in store.pigments()] == [
        ("azurite", "Azurite"),
        ("madder", "Färberröte"),
        ("azurite-2", "Azurite (2)"),
        ("azurite-3", "Azurite (3)"),
    ]


def test_a_merge_adds_all_or_none(store, make_pigment):
    before = store.path.read_bytes()
    with pytest.raises(ParameterError):
        store.merge([make_pigment("Smalt"), make_pigment("Bad", density_g_cm3=-1.0)], Clash.SKIP)
    assert store.path.read_bytes() == before


def test_a_library_is_renamed(store):
    store.rename(" Mock-ups ", notes="2024")
    content = store.content()
    assert (content.name, content.notes) == ("Mock-ups", "2024")
    with pytest.raises(ParameterError, match="name"):
        store.rename("  ")


def test_a_copy_is_the_same(store, tmp_path):
    target = tmp_path / "copy.pigments"
    store.copy_to(target)
    assert PigmentStore(target).content() == store.content()
    with pytest.raises(WriteError, match="exists"):
        store.copy_to(target)
    store.remove("azurite")
    store.copy_to(target, overwrite=True)
    assert PigmentStore(target).content() == store.content()
    with pytest.raises(WriteError, match="the library that is copied"):
        store.copy_to(store.path, overwrite=True)


def test_a_library_open_for_reading_refuses_changes(store, make_pigment):
    before = store.path.read_bytes()
    reader = PigmentStore(store.path, read_only=True)
    assert reader.info().is_read_only
    for change in (
        lambda: reader.put(make_pigment("Smalt")),
        lambda: reader.remove("azurite"),
        lambda: reader.merge([make_pigment("Smalt")], Clash.SKIP),
        lambda: reader.rename("Other"),
    ):
        with pytest.raises(WriteError, match="for reading only"):
            change()
    assert store.path.read_bytes() == before


def test_many_threads_use_one_library(store, make_pigment):
    patient = PigmentStore(store.path, patience_s=30.0)

    def add(thread):
        for number in range(5):
            patient.put(make_pigment(f"Smalt {thread} {number}"))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.info().count == 22


@pytest.fixture
def next_schema(monkeypatch):
    """A Velatura of tomorrow, whose pigments have one value more."""
    monkeypatch.setattr(pigment_schema, "SCHEMA_VERSION", 2)
    added = ("ALTER TABLE pigment ADD COLUMN fading TEXT NOT NULL DEFAULT 'unknown'",)
    monkeypatch.setattr(pigment_schema, "MIGRATIONS", MappingProxyType({1: added}))


def test_an_older_library_is_read_without_being_changed(store, next_schema, dye):
    before = store.path.read_bytes()
    assert store.pigments()[1] == dye
    assert store.info().schema_version == 1
    assert store.path.read_bytes() == before


def test_an_older_library_becomes_one_of_today_with_the_first_change(
    store, next_schema, make_pigment
):
    store.put(make_pigment("Smalt"))
    assert store.info().schema_version == 2
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("SELECT fading FROM pigment").fetchall() == [("unknown",)] * 3
    connection.close()


def test_a_failed_migration_leaves_the_older_library(store, next_schema, monkeypatch, make_pigment):
    broken = MappingProxyType({1: ("CREATE TABLE half (number)", "ALTER TABLE nothing ADD x")})
    monkeypatch.setattr(pigment_schema, "MIGRATIONS", broken)
    before = store.path.read_bytes()
    with pytest.raises(WriteError):
        store.put(make_pigment("Smalt"))
    with pytest.raises(ReadError):
        store.pigments()
    assert store.path.read_bytes() == before


def test_a_copy_of_an_older_library_is_as_old(store, next_schema, tmp_path):
    store.copy_to(tmp_path / "copy.pigments")
    assert PigmentStore(tmp_path / "copy.pigments").info().schema_version == 1
