"""What all pages share: how many there are, what runs at their head, and the date told."""

import re

import pytest

from app.io import pdf_fonts
from app.io.pdf_page import PagedCanvas, date_formatter, draw_furniture, fitting

SIZE = (400.0, 300.0)


def pages(path, count, running="panel", date=""):
    pdf_fonts.register()
    canvas = PagedCanvas(str(path), pagesize=SIZE, invariant=1, pageCompression=1)
    canvas.setDateFormatter(date_formatter(date))
    for _ in range(count):
        draw_furniture(canvas, running, SIZE, "a report")
        canvas.showPage()
    canvas.save()
    return path


def test_pages_tell_their_number_and_how_many_there_are(tmp_path, pdf_text):
    text = pdf_text(pages(tmp_path / "a.pdf", 3)).splitlines()
    assert [line for line in text if line.startswith("Page")] == [
        "Page 1 of ",
        "Page 2 of ",
        "Page 3 of ",
    ]
    assert text.count("3") == 1  # drawn once, shown on every page


def test_the_running_head_is_on_all_pages_but_the_first(tmp_path, pdf_text):
    text = pdf_text(pages(tmp_path / "a.pdf", 3)).splitlines()
    assert text.count("panel") == 2


def test_a_long_running_head_loses_its_middle(tmp_path):
    pdf_fonts.register()
    short = fitting("Portrait " * 40 + "of 2026", 120.0, 8.0)
    assert short.startswith("Portrait")
    assert short.endswith("2026")
    assert "…" in short
    assert pdf_fonts.width(short, 8.0) <= 120.0
    assert fitting("panel", 120.0, 8.0) == "panel"
    assert fitting("panel", 1.0, 8.0) == "…"


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2026-03-01T10:30:05+00:00", "D:20260301103005+00'00'"),
        ("2026-03-01T11:30:05+01:00", "D:20260301103005+00'00'"),
        ("", "D:20000101000000+00'00'"),
        ("yesterday", "D:20000101000000+00'00'"),
    ],
)
def test_the_file_tells_the_date_given(tmp_path, date, told):
    data = pages(tmp_path / "a.pdf", 1, date=date).read_bytes()
    assert re.findall(rb"/CreationDate \((.*?)\)", data) == [told.encode()]


def test_no_typeface_is_named_that_is_not_embedded(tmp_path):
    data = pages(tmp_path / "a.pdf", 2).read_bytes()
    assert b"Helvetica" not in data
    assert data.count(b"/FontFile2") == 1
