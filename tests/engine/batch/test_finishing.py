"""What is written of all scans together, by a whole run."""

import csv
from dataclasses import replace
from pathlib import Path

from PIL import Image

from app.core.batch.plan import BatchTask
from app.core.batch.states import RowState


def test_sheet_tables_and_reports_are_written_and_left_alone_the_next_time(
    make_scan, make_plan, run_batch, tmp_path
):
    broken = tmp_path / "broken.h5"
    broken.write_bytes(b"no scan")
    plan = make_plan(
        make_scan("Крест.h5"),
        broken,
        make_scan("聖母.npz", seed=1),
        reports=True,
        contact_sheet="both",
        regions="all",
        elements="Fe",
    )
    summary = run_batch(plan)
    assert [row.state for row in summary.rows] == [
        RowState.DONE,
        RowState.FAILED,
        RowState.DONE,
    ], [row.message for row in summary.rows]
    assert summary.message == ""
    assert [Path(path).name for path in summary.files] == [
        "contact-sheet.png",
        "contact-sheet.pdf",
        "regions.csv",
    ]
    with Image.open(tmp_path / "out/contact-sheet.png") as sheet:
        assert min(sheet.size) > 50
    assert (tmp_path / "out/contact-sheet.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "out/Крест_report.pdf").read_bytes().startswith(b"%PDF")
    with (tmp_path / "out/regions.csv").open(encoding="utf-8-sig") as stream:
        rows = [row for row in csv.reader(stream) if row and not row[0].startswith("#")]
    text = str(rows)
    assert "Крест" in text
    assert "聖母" in text
    names = [Path(path).name for path in summary.rows[0].outputs]
    assert names[-2:] == ["Крест_regions.csv", "Крест_report.pdf"]
    again = run_batch(plan)
    assert again.count(RowState.UP_TO_DATE) == 2
    assert again.files == summary.files


def test_another_table_makes_what_is_besides_again_but_no_maps(make_scan, make_plan, run_batch):
    plan = make_plan(make_scan(), regions="all", elements="Fe")
    run_batch(plan)
    (row,) = run_batch(replace(plan, regions="Head=0:2,1:4")).rows
    assert row.state is RowState.DONE
    assert "Head" in Path(row.outputs[-1]).read_text("utf-8-sig")


def test_a_scan_that_fits_no_region_is_done_and_says_so(make_scan, make_plan, run_batch):
    plan = make_plan(make_scan("a.h5"), make_scan("b.h5", shape=(9, 9, 300)), regions="x=6:8,0:2")
    summary = run_batch(plan)
    assert [row.state for row in summary.rows] == [RowState.DONE] * 2
    assert "no table of regions" in summary.rows[0].message
    assert not summary.rows[1].message
    assert [Path(path).name for path in summary.files] == ["regions.csv"]


def test_a_sheet_of_somebody_else_is_not_replaced(make_scan, make_plan, run_batch, tmp_path):
    (tmp_path / "out").mkdir()
    mine = tmp_path / "out/contact-sheet.png"
    mine.write_bytes(b"mine")
    summary = run_batch(make_plan(make_scan(), contact_sheet="png"))
    assert summary.rows[0].state is RowState.DONE
    assert "contact-sheet.png" in summary.message
    assert mine.read_bytes() == b"mine"


def test_colours_are_in_the_report_as_the_network_gave_them(make_scan, make_plan, run_batch):
    wanted = (BatchTask("recolour", {"model": "palette_ridge"}),)
    (row,) = run_batch(make_plan(make_scan(), tasks=wanted, reports=True)).rows
    assert row.state is RowState.DONE, row.message
    assert [Path(path).suffix for path in row.outputs] == [".png", ".pdf"]


def test_nothing_is_written_where_nothing_is_wanted(make_scan, make_plan, run_batch):
    assert run_batch(make_plan(make_scan())).files == ()
