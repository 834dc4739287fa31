"""Contact sheets as PDF: every scan is named, the heads of columns stand on each page."""

import numpy as np
import pytest

from app.core.batch.sheet import Digest, Scaling, Sheet, Tile
from app.io.contact_sheet_pdf import write_sheet


def digest(name, *columns):
    tiles = tuple(
        Tile(column, np.full((30, 40), 9.0, np.float32), (0.0, 9.0), "counts") for column in columns
    )
    return Digest(name, "30 rows", tiles=tiles, date="2026-03-01T10:00:00+00:00")


@pytest.mark.parametrize("columns", [("Fe",), ("Fe", "Cu", "Pb", "Hg", "Ca", "K")])
def test_every_scan_and_every_column_is_named(tmp_path, pdf_text, columns):
    digests = tuple(digest(f"scan{number}", *columns) for number in range(22))
    sheet = Sheet("Campaign", digests, (("broken.h5", "It ends too early."),))
    write_sheet(sheet, tmp_path / "a.pdf")
    text = pdf_text(tmp_path / "a.pdf").splitlines()
    bands = -(-len(columns) // 4)
    for number in range(22):
        assert text.count(f"scan{number}") == bands
    assert all(column in text for column in columns)
    assert {"broken.h5", "It ends too early.", "Not done"} <= set(text)
    if len(columns) > 1:
        assert text.count("Scan") > 2  # the head of each page


def test_own_limits_stand_below_each_map(tmp_path, pdf_text):
    digests = tuple(digest(f"scan{number}", "Fe", "Cu") for number in range(3))
    for scaling, times in ((Scaling.OWN, 6), (Scaling.SHARED, 2)):
        write_sheet(Sheet("a", digests, scaling=scaling), tmp_path / f"{scaling}.pdf")
        text = pdf_text(tmp_path / f"{scaling}.pdf")
        assert sum("9 counts" in line for line in text.splitlines()) == times


def test_the_same_sheet_gives_the_same_bytes_and_tells_the_scans_date(tmp_path):
    sheet = Sheet("Крест", (digest("聖母", "Fe"), Digest("empty")))
    for name in ("a.pdf", "b.pdf"):
        write_sheet(sheet, tmp_path / name)
    data = (tmp_path / "a.pdf").read_bytes()
    assert data == (tmp_path / "b.pdf").read_bytes()
    assert b"D:20260301100000" in data
    assert b"Helvetica" not in data


def test_a_batch_without_any_result_has_a_sheet(tmp_path, pdf_text):
    write_sheet(Sheet("a", (), (("x.h5", "broken"),)), tmp_path / "a.pdf")
    assert "x.h5" in pdf_text(tmp_path / "a.pdf").splitlines()
