"""Reports as PDF: all words on the pages, embedded fonts, the same bytes again."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.batch.document import (
    ColourBar,
    Curve,
    Document,
    Facts,
    Plate,
    Plates,
    Section,
    Sentences,
    Table,
)
from app.core.display import MapDisplay
from app.io.report_pdf import write_report

PLATE = Plate(
    "Iron map",
    np.arange(60, dtype=np.uint8).reshape(4, 5, 3),
    ("Window 6.2-6.6 keV.",),
    scale_bar=(20.0, 1.0),
    bar=ColourBar(MapDisplay(), (0.0, 250.0)),
)


def document(*parts, title="panel", date="2026-03-01T10:00:00+00:00"):
    return Document(title, "Report", (Section("Heading", parts),), date=date, foot="foot")


def written(tmp_path, report, name="a.pdf"):
    write_report(report, tmp_path / name)
    return tmp_path / name


def test_every_kind_of_part_is_on_the_pages(tmp_path, pdf_text):
    axis = EnergyAxis(0.0, 0.04)
    curve = Curve("sum", np.arange(400.0), axis, ((6.4, "Fe"),), "A curve.")
    report = document(
        Facts((("Step", "0.5 mm"), ("Tube", ""))),
        Sentences(("Beware of this.",), is_warning=True),
        Sentences(("Plain words.",)),
        Table(("No.", "Name"), (("1", "first"),), swatches=((9, 8, 7),), numbers=frozenset({0})),
        Plates((PLATE, PLATE, PLATE)),
        curve,
    )
    lines = pdf_text(written(tmp_path, report)).splitlines()
    for words in (
        *("panel", "Report", "Heading", "Step", "0.5 mm", "Tube", "not told by the file"),
        *("Beware of this.", "Plain words.", "No.", "Name", "1", "first", "A curve."),
    ):
        assert words in lines, words
    assert lines.count("Iron map") == 3
    assert lines.count("2 cm") == 3
    assert lines.count("Window 6.2-6.6 keV.") == 3


def test_the_same_report_gives_the_same_bytes(tmp_path):
    report = document(Plates((PLATE,)), Sentences(("Крест, Maestà, 聖母",)))
    first, second = (written(tmp_path, report, name) for name in ("a.pdf", "b.pdf"))
    assert first.read_bytes() == second.read_bytes()


def test_another_date_is_told(tmp_path):
    found = written(tmp_path, document(date="2027-05-06T07:08:09+00:00")).read_bytes()
    assert b"/CreationDate (D:20270506070809+00'00')" in found


def test_only_embedded_typefaces_are_used(tmp_path):
    report = document(Plates((PLATE, PLATE, PLATE)), Table(("a",), (("b",),)))
    data = written(tmp_path, report).read_bytes()
    assert b"Helvetica" not in data
    assert data.count(b"/FontFile2") == 2


def test_markup_in_names_is_text(tmp_path, pdf_text):
    report = document(Sentences(("<b>x</b> & <img src='/etc/passwd'/>",)), title="a<i>b")
    # every angle bracket is a piece of its own
    text = pdf_text(written(tmp_path, report)).replace("\n", "")
    assert "<b>x</b> & <img src='/etc/passwd'/>" in text
    assert "a<i>b" in text


def test_a_long_word_is_broken_and_long_tables_repeat_their_head(tmp_path, pdf_text):
    rows = tuple((str(number), "x" * 200) for number in range(60))
    text = pdf_text(written(tmp_path, document(Table(("Number", "Value"), rows)))).splitlines()
    assert text.count("Number") == text.count("Value") > 1
    assert all(str(number) in text for number in range(60))
    assert max(map(len, text)) < 120


def test_a_heading_is_never_the_last_thing_on_a_page(tmp_path, pdf_text):
    for lines in range(35, 46):
        filler = Sentences(tuple("filler" for _ in range(lines)))
        sections = (
            Section("First", (filler,)),
            Section("Second", (Sentences(("words",)), Plates((PLATE,)))),
        )
        path = written(tmp_path, Document("t", "s", sections), f"{lines}.pdf")
        text = pdf_text(path).splitlines()
        second = text.index("Second")
        assert text[second + 1 : second + 3] == ["words", "Iron map"]


def test_a_plate_as_high_as_it_may_be_fits_a_page(tmp_path):
    high = Plate("high", np.zeros((400, 2, 3), np.uint8), ("caption",) * 8)
    write_report(document(Plates((high,), beside=1), Plates((high, high))), tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").stat().st_size > 0


def test_nothing_is_overwritten(tmp_path):
    path = written(tmp_path, document())
    with pytest.raises(FileExistsError):
        write_report(document(), path)
