"""Pigments as lines for people."""

from app.cli.pigment_reports import list_lines, pigment_lines, report_json, report_lines, table
from app.core.candidates import Candidate, CandidateReport, LineEvidence
from app.core.emission import line
from app.core.pigments import ColourGroup, Component, Pigment
from app.engine.pigment_libraries import LibraryPigment

MINIUM = Pigment("minium", "Minium", ColourGroup.ORANGE, (Component("Pb3O4"),), 8.9, (220, 90, 40))
DYE = Pigment("dye", "Dye", ColourGroup.RED, (), 1.5, (120, 10, 10))


def test_columns_stand_side_by_side_whatever_the_letters():
    lines = table([("name", "b", "c"), ("朱砂", "x", "1"), ("e\u0301te\u0301", "y", "")])
    assert lines == ["name  b  c", "朱砂  x  1", "e\u0301te\u0301   y"]


def test_long_cells_are_cut_but_for_the_last():
    (head, row) = table([("a", "b"), ("x" * 60, "y" * 60)])
    assert row == "x" * 43 + "…  " + "y" * 60
    assert head == "a" + " " * 45 + "b"


def test_years_are_told_as_people_do():
    def period(**years):
        from dataclasses import replace

        return list_lines([LibraryPigment("Ours", replace(MINIUM, **years))])[1]

    assert "from 300 BC  Ours" in period(from_year=-300)
    assert "until 1900  Ours" in period(to_year=1900)
    assert "1704–1900  Ours" in period(from_year=1704, to_year=1900)
    assert "antiquity  Ours" in period(from_year=-300, period="antiquity")


def test_facts_that_are_not_known_are_left_out():
    lines = pigment_lines(LibraryPigment("Ours", DYE))
    assert "formula   not known" in lines
    assert not [text for text in lines if text.startswith(("synonyms", "period", "lines", "notes"))]


REPORT = CandidateReport(
    (
        Candidate(
            MINIUM,
            0.5,
            (LineEvidence(line("Pb_La"), 4600.0, 300.0, 33.2, ""),),
            (LineEvidence(line("Pb_Lg"), 0.0, 20.0, 0.0, "weak here"),),
            same_as=("Litharge",),
            remark="Look at it.",
        ),
    ),
    (),
    (DYE,),
    ("Nothing says which.",),
)


def test_a_candidate_comes_with_what_speaks_for_and_against_it():
    assert report_lines(REPORT, 10) == [
        "1. Minium (0.50)",
        "   speaks for: Pb Lα 4,600 counts (33 σ)",
        "   missing: Pb Lγ",
        "   same to XRF: Litharge",
        "   remark: Look at it.",
        "Not excluded, as no line of theirs could be told here: Dye.",
        "Nothing says which.",
    ]


def test_no_candidate_is_said_so():
    empty = CandidateReport((), (), (), ("There are too few counts.",))
    assert report_lines(empty, 10) == [
        "No pigment has lines that stand out here.",
        "There are too few counts.",
    ]


def test_as_json_every_line_has_its_numbers():
    report = report_json(REPORT, {"file": "panel.npz"})
    assert report["file"] == "panel.npz"
    (found,) = report["candidates"]
    assert (found["name"], found["rank"], found["score"]) == ("Minium", 1, 0.5)
    assert found["supporting"][0]["key"] == "Pb_La"
    assert found["supporting"][0]["counts"] == 4600.0
    assert found["missing"][0]["note"] == "weak here"
    assert report["not_excluded"] == ["Dye"]
