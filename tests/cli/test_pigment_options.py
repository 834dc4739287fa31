"""What the pigment commands understand."""

import pytest

from app.cli.pigment_options import colour_group, entries, libraries, whole_file, words
from app.core.pigments import ColourGroup
from app.errors import ParameterError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (None, ()),
        ("", ()),
        (" , ,", ()),
        ("Fe", ("Fe",)),
        (" Lead white , Azurite,", ("Lead white", "Azurite")),
    ],
)
def test_lists_are_divided_at_commas(text, parts):
    assert words(text) == parts


@pytest.mark.parametrize("text", ["red", "Red", " RED "])
def test_colour_groups_are_known_by_name(text):
    assert colour_group(text) is ColourGroup.RED


def test_an_unknown_colour_group_lists_the_known_ones():
    with pytest.raises(ParameterError, match="white, black, red"):
        colour_group("beige")


def test_a_file_is_there_or_it_is_told(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("x")
    monkeypatch.chdir(tmp_path)
    from pathlib import Path

    assert whole_file(Path("a.csv")) == tmp_path / "a.csv"
    with pytest.raises(ParameterError, match="Nothing was found"):
        whole_file(Path("b.csv"))
    with pytest.raises(ParameterError, match="It is a folder"):
        whole_file(tmp_path)


def test_entries_of_one_library_bear_its_name_as_it_is_written(tmp_path):
    known = libraries()
    store = known.create("Ours")
    assert entries(known, "OURS") == ()
    shipped = known.shipped()
    assert {entry.library for entry in entries(known, shipped.name.upper())} == {shipped.name}
    assert entries(known, str(store.path)) == ()
