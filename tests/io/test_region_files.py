"""Tables of regions: numbers with all digits that count, joined for many scans."""

import csv
from dataclasses import replace

import pytest

from app.core.batch.region_table import RegionStatistics
from app.core.provenance import Step, steps_from_json
from app.errors import ReadError
from app.io.region_files import merge_regions, write_regions

ONE = RegionStatistics(
    region="Face, left",
    pixels=20,
    line="Fe Kα",
    low_kev=6.25,
    high_kev=6.55,
    first=215,
    stop=225,
    counts=1_234_567.0,
    counts_sigma=1111.11071,
    mean=61728.35,
    mean_sigma=55.5555,
    pixel_deviation=0.0,
    background=234_567.5,
    net=1_000_000.0,
    net_sigma=2000.0,
)


def lines(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


def write(path, *statistics, scan="Крест"):
    write_regions(scan, statistics, path, steps=(Step("open"),), regions=["Face: 0:2,0:10"])
    return path


def test_a_line_tells_counts_with_their_uncertainties(tmp_path):
    (found,) = lines(write(tmp_path / "a.csv", ONE))
    assert found["scan"] == "Крест"
    assert (found["region"], found["line"]) == ("Face, left", "Fe Kα")
    assert (found["counts"], found["counts_sigma"]) == ("1234567", "1111.11")
    assert found["background"] == "234567.5"
    assert (found["net"], found["net_sigma"], found["net_per_sigma"]) == ("1000000", "2000", "500")
    assert (found["fitted"], found["fitted_sigma"]) == ("", "")


def test_a_fit_is_told_where_there_is_one(tmp_path):
    (found,) = lines(write(tmp_path / "a.csv", replace(ONE, fitted=12.5, fitted_sigma=0.25)))
    assert (found["fitted"], found["fitted_sigma"]) == ("12.5", "0.25")


def test_without_counts_nothing_is_divided(tmp_path):
    (found,) = lines(write(tmp_path / "a.csv", replace(ONE, net=0.0, net_sigma=0.0)))
    assert found["net_per_sigma"] == ""


def test_the_head_tells_what_numbers_mean_and_how_they_were_made(tmp_path):
    text = write(tmp_path / "a.csv", ONE, scan="two\nlines").read_text("utf-8")
    head = [line for line in text.splitlines() if line.startswith("# ")]
    assert "# two lines" in head
    assert "# region Face: 0:2,0:10" in head
    assert any("Poisson" in line for line in head)
    (steps,) = (line for line in head if line.startswith("# steps: "))
    assert steps_from_json(steps.removeprefix("# steps: "))[0].action == "open"


def test_tables_of_several_scans_are_joined_in_their_order(tmp_path):
    first = write(tmp_path / "a.csv", ONE, replace(ONE, region="two"))
    second = write(tmp_path / "b.csv", ONE, scan="# Maestà")
    merge_regions([first, second], tmp_path / "all.csv")
    text = (tmp_path / "all.csv").read_text("utf-8")
    assert text.count("scan,region") == 1
    rows = [line for line in text.splitlines() if "Fe Kα" in line]
    assert [row.split(",")[0] for row in rows] == ["Крест", "Крест", "# Maestà"]


def test_no_table_is_told(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ReadError, match=r"a\.csv"):
        merge_regions([tmp_path / "a.csv"], tmp_path / "all.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(ReadError, match=r"empty\.csv"):
        merge_regions([tmp_path / "empty.csv"], tmp_path / "all2.csv")
    with pytest.raises(ReadError):
        merge_regions([tmp_path / "absent.csv"], tmp_path / "all3.csv")
