"""Variations and manifests."""

import pytest

from app.errors import ReadError
from app.io.variations import (
    SetRow,
    Variation,
    problem_of,
    read_manifest,
    read_variations,
    write_manifest,
)

GOOD = """
[common]
counts = 500

[[variation]]
name = "thin paint"
paint_um = 10

[[variation]]
name = "many"
counts = 9000
"""


def test_what_is_common_is_in_every_variation_unless_it_says_otherwise(tmp_path):
    path = tmp_path / "v.toml"
    path.write_text(GOOD, "utf-8")
    assert read_variations(path) == (
        Variation("thin paint", {"counts": 500, "paint_um": 10}),
        Variation("many", {"counts": 9000}),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no table"),
        ("[common]\ncounts = 3", "no table"),
        ("variation = 3", "no table"),
        ("colour = 3", "“colour” is neither"),
        ("[[variation]]\npaint_um = 3", "variation 1 has no name"),
        ('[[variation]]\nname = "../a"', "variation 1 has no name"),
        ('[[variation]]\nname = "."', "variation 1 has no name"),
        ('[[variation]]\nname = "a"\n[[variation]]\nname = "A"', "two variations"),
        ("[[variation", "no TOML"),
    ],
)
def test_what_is_no_list_of_variations_is_refused(tmp_path, text, message):
    path = tmp_path / "v.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ReadError, match=message):
        read_variations(path)


def test_bytes_that_are_no_text_and_absent_files_are_refused(tmp_path):
    with pytest.raises(ReadError, match="No such file"):
        read_variations(tmp_path / "absent.toml")
    (tmp_path / "v.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReadError, match=r"no UTF-8"):
        read_variations(tmp_path / "v.toml")


def test_a_manifest_comes_back_as_it_was_written(tmp_path):
    rows = (SetRow("a.h5", "ä.png", "x", 3, state="made"), SetRow("b.h5", "b.png", "x", 4))
    write_manifest(tmp_path / "m.json", rows)
    assert read_manifest(tmp_path / "m.json") == rows
    assert read_manifest(tmp_path / "absent.json") == ()


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", '{"schema": 1, "scans": [{"file": 3}]}', '{"schema": 1, "scans": [4]}', "{"],
)
def test_what_is_no_manifest_is_refused_and_stays(tmp_path, text):
    path = tmp_path / "m.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ReadError):
        read_manifest(path)
    assert path.read_text("utf-8") == text


def test_a_manifest_of_a_later_version_is_refused(tmp_path):
    path = tmp_path / "m.json"
    path.write_text('{"schema": 2, "scans": []}', "utf-8")
    with pytest.raises(ReadError, match="version 2"):
        read_manifest(path)


def test_names_that_cannot_be_parts_of_files_are_told():
    assert problem_of(["thin", "Thick 2.5"]) == ""
    assert problem_of(["a", "A"]) == "two variations are named “A”"
    assert problem_of(["a", ""]).startswith("variation 2 has no name")
