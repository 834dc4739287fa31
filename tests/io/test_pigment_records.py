import json
import math

import numpy as np
import pytest

from app.io.pigment_records import (
    RecordError,
    channels_of,
    counts_fault,
    folded,
    free_name,
    from_record,
    identifier,
    spectrum_from,
    spectrum_record,
    to_record,
)


def test_a_pigment_comes_back_from_json(make_pigment, dye):
    for pigment in (make_pigment(), dye):
        assert from_record(json.loads(json.dumps(to_record(pigment)))) == pigment


def test_a_spectrum_comes_back(make_spectrum):
    for spectrum in (make_spectrum(), make_spectrum(live_time_s=None, source="")):
        found = spectrum_from(json.loads(json.dumps(spectrum_record(spectrum))), spectrum.counts)
        assert found == spectrum
        assert found.axis.source == "a file"


def test_what_a_later_version_adds_is_passed_over(make_pigment):
    assert from_record({**to_record(make_pigment()), "fading": "slow"}) == make_pigment()


def test_what_may_be_left_out_has_a_default(make_pigment):
    needed = ("id", "name", "group", "components", "density_g_cm3", "srgb")
    record = {key: to_record(make_pigment())[key] for key in needed}
    found = from_record(record)
    assert (found.binder, found.volume_fraction, found.synonyms) == ("linseed oil", 0.3, ())
    assert found.from_year is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": 3}, "name is 3; expected text"),
        ({"name": ""}, "the name is empty"),
        ({"id": "Azurite"}, "the id is 'Azurite'"),
        ({"group": "mauve"}, "group is 'mauve'; expected one of white, black"),
        ({"density_g_cm3": True}, "density_g_cm3 is True"),
        ({"density_g_cm3": None}, "density_g_cm3 is None"),
        ({"volume_fraction": 0}, "above 0, at most 1"),
        ({"srgb": [1, 2, 3.5]}, "three whole numbers"),
        ({"srgb": "red"}, "srgb is 'red'; expected a list"),
        ({"synonyms": ["a", ""]}, "a synonym is empty"),
        ({"synonyms": ["a"] * 101}, "101 items; at most 100"),
        ({"components": ["CuO"]}, "a component is 'CuO'"),
        ({"from_year": 1500.5}, "from_year is 1500.5"),
        ({"notes": ["a"]}, r"notes is \['a'\]; expected text"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(make_pigment, changes, words):
    with pytest.raises(RecordError, match=words):
        from_record({**to_record(make_pigment()), **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "guessed"}, "“Rh 50 kV”: kind is 'guessed'; expected one of computed, measured"),
        ({"gain_kev": 0.0}, "a finite offset and a positive gain"),
        ({"offset_kev": math.nan}, "offset_kev is nan"),
        ({"live_time_s": -1.0}, "live_time_s is -1.0; expected a number above 0"),
    ],
)
def test_a_spectrum_that_makes_no_sense_is_refused(make_spectrum, changes, words):
    spectrum = make_spectrum()
    with pytest.raises(RecordError, match=words):
        spectrum_from({**spectrum_record(spectrum), **changes}, spectrum.counts)


def test_bad_counts_are_told_by_channel():
    assert counts_fault(np.array([0, 1, 2], np.float32)) == ""
    assert counts_fault(np.array([0, -1, 2], np.float32)).startswith("channel 1 holds -1.0 counts")
    assert counts_fault(np.array([0, 1, np.nan], np.float32)).startswith("channel 2 holds nan")
    assert "shape 1;" in counts_fault(np.zeros(1, np.float32))
    assert "a single number" in counts_fault(np.zeros((), np.float32))


@pytest.mark.parametrize("channels", [None, 1, 65_537, "600", True, 3.0])
def test_an_odd_number_of_channels_is_refused(channels):
    with pytest.raises(RecordError, match=r"2 to 65,536"):
        channels_of({"channels": channels})


def test_names_are_the_same_whatever_their_capitals_and_accents():
    assert folded("  Weiß\tBlei ") == folded("WEISS blei")
    assert folded("Fa\u0308rber") == folded("FÄRBER")
    assert folded("Azurite") != folded("Azurite 2")


def test_names_and_ids_are_made_free():
    assert free_name("Azurite", set()) == "Azurite"
    assert free_name("Azurite", {"azurite", "azurite (2)"}) == "Azurite (3)"
    assert identifier("Grün, dunkel") == "grun-dunkel"
    assert identifier("!", {"pigment"}) == "pigment-2"
