"""The user's own instruments: kept, found, never lost."""

import json
from dataclasses import replace

import pytest

from app import paths
from app.core.physics.instrument import Instrument
from app.core.physics.presets import PRESETS
from app.engine.instruments import Instruments
from app.errors import ParameterError, ReadError

OURS = Instrument(name="Our M6, 600 µA", tube_kv=48.5, filter_element="Al", channels=512)


@pytest.fixture
def instruments():
    return Instruments()


def test_presets_come_first_and_are_found_whatever_the_case(instruments):
    assert instruments.all() == tuple(PRESETS.values())
    assert instruments.named("  rh 50 KV ") is PRESETS["Rh 50 kV"]
    assert instruments.is_preset("mo 40 kv")
    assert instruments.problems() == ()


def test_what_is_saved_is_there_in_another_session(instruments):
    instruments.save(OURS)
    again = Instruments()
    assert again.own() == (OURS,)
    assert again.names()[-1] == "Our M6, 600 µA"
    assert again.named("our m6, 600 µa") == OURS
    assert instruments.path == paths.config_dir() / "instruments.json"


def test_saving_under_a_name_that_is_there_asks_first(instruments):
    instruments.save(OURS)
    other = replace(OURS, name="OUR M6, 600 µA", tube_kv=30.0)
    with pytest.raises(ParameterError, match="already"):
        instruments.save(other)
    assert instruments.own() == (OURS,)
    instruments.save(other, overwrite=True)
    assert instruments.own() == (other,)


@pytest.mark.parametrize("name", ["Rh 50 kV", "rh 50 kv ", "", "   ", "x" * 81, "a\x00b"])
def test_names_that_cannot_be_given_are_refused(name, instruments):
    with pytest.raises(ParameterError):
        instruments.save(replace(OURS, name=name), overwrite=True)
    instruments.save(OURS)
    with pytest.raises(ParameterError):
        instruments.rename(OURS.name, name)
    assert instruments.own() == (OURS,)


def test_renaming_keeps_place_and_values(instruments):
    second = replace(OURS, name="Second")
    instruments.save(OURS)
    instruments.save(second)
    assert instruments.rename(OURS.name, "First").name == "First"
    assert instruments.own() == (replace(OURS, name="First"), second)
    with pytest.raises(ParameterError, match="already"):
        instruments.rename("First", "SECOND")
    instruments.rename("First", "FIRST")
    assert instruments.names()[-2:] == ("FIRST", "Second")


def test_deleting_gives_back_what_an_undo_needs(instruments):
    instruments.save(OURS)
    gone = instruments.delete(OURS.name)
    assert (gone, instruments.own()) == (OURS, ())
    instruments.save(gone)
    assert instruments.own() == (OURS,)


@pytest.mark.parametrize("name", ["Rh 50 kV", "Nobody's"])
def test_only_ones_own_are_renamed_or_deleted(name, instruments):
    with pytest.raises(ParameterError):
        instruments.delete(name)
    with pytest.raises(ParameterError):
        instruments.rename(name, "New")
    assert not instruments.path.exists()


def test_an_unknown_name_lists_the_known_ones(instruments):
    with pytest.raises(ParameterError, match="Known are Rh 50 kV, Mo 40 kV"):
        instruments.named("Co 10 kV")


BROKEN = [
    ("a text", "table of values"),
    ({"name": "Hot", "tube_kv": 999}, "out of its limits"),
    ({"name": "Words", "tube_kv": "fifty"}, "tube_kv"),
    ({"name": "Yes", "tube_kv": True}, "tube_kv"),
    ({"name": "Whole", "channels": 2048.5}, "channels"),
    ({"name": "Huge", "tube_kv": 10**400}, "tube_kv"),
    ({"name": "Not a number", "path_mm": float("nan")}, "out of its limits"),
    ({"name": "Odd", "anode": "Xx"}, "Anode"),
    ({"name": "List", "anode": ["Rh"]}, "anode"),
    ({"tube_kv": 40}, "no name"),
    ({"name": 7}, "name"),
    ({"name": "Rh 50 kV"}, "already"),
]


@pytest.mark.parametrize(("entry", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_one_broken_entry_is_told_and_kept_and_the_others_work(entry, words, instruments):
    document = {"schema": 1, "instruments": [entry, OURS.to_json()], "remark": "ours"}
    instruments.path.write_text(json.dumps(document), "utf-8")
    assert instruments.own() == (OURS,)
    (problem,) = instruments.problems()
    assert "entry 1" in str(problem)
    assert words in str(problem)
    instruments.save(replace(OURS, tube_kv=45.0), overwrite=True)
    instruments.save(replace(OURS, name="New"))
    kept = json.loads(instruments.path.read_text("utf-8"))
    assert json.dumps(kept["instruments"][0]) == json.dumps(entry)
    assert kept["remark"] == "ours"
    assert [item.tube_kv for item in instruments.own()] == [45.0, 48.5]


@pytest.mark.parametrize("content", ["{", "[1, 2]", '{"instruments": 3}', '{"other": []}'])
def test_a_file_that_cannot_be_read_is_told_and_put_aside_before_writing(content, instruments):
    instruments.path.write_text(content, "utf-8")
    assert instruments.own() == ()
    assert len(instruments.problems()) == 1
    assert instruments.path.read_text("utf-8") == content
    instruments.save(OURS)
    assert instruments.own() == (OURS,)
    aside = instruments.path.with_name("instruments.broken.json")
    assert aside.read_text("utf-8") == content


def test_a_file_of_a_later_version_is_never_touched(instruments):
    content = '{"schema": 2, "instruments": [{"name": "Newer"}]}'
    instruments.path.write_text(content, "utf-8")
    assert "later Velatura" in instruments.problems()[0].hint
    with pytest.raises(ReadError, match="version 2"):
        instruments.save(OURS)
    assert [item.name for item in instruments.path.parent.iterdir()] == ["instruments.json"]
    assert instruments.path.read_text("utf-8") == content


def test_whole_numbers_in_the_file_are_as_good_as_decimals(instruments):
    entry = {"name": "Whole", "tube_kv": 40, "unknown": "of a later version"}
    instruments.path.write_text(json.dumps({"instruments": [entry]}), "utf-8")
    (found,) = instruments.own()
    assert found == Instrument(name="Whole", tube_kv=40.0)
    assert isinstance(found.tube_kv, float)
