"""Tables of a scan's regions: the lines mapped or found, exact counts, told errors."""

import csv
import math

import numpy as np
import pytest

from app.engine.batch.region_reports import merge_regions, write_regions
from app.engine.batch.report_parts import TaskResult
from app.engine.jobs import run_now
from app.engine.source import Source
from app.errors import ParameterError, WriteError


def table(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("# ")))


def write(npz, target, results=(), **options):
    run_now(lambda context: write_regions(Source(npz), results, target, context, **options))
    return table(target)


def test_counts_of_a_region_are_exact_and_their_noise_is_the_root(npz, counts, tmp_path):
    maps = TaskResult("maps", {"elements": "Fe", "windows": "Own:8-9"})
    rows = write(npz, tmp_path / "a.csv", [maps], regions="Left=1:4,0:3;all")
    assert [(row["region"], row["line"]) for row in rows] == [
        ("Left", "Fe Kα"),
        ("Left", "Own"),
        ("whole scan", "Fe Kα"),
        ("whole scan", "Own"),
    ]
    first, stop = int(rows[0]["first"]), int(rows[0]["stop"])
    truth = counts[1:4, 0:3, first:stop].astype(np.int64)
    assert int(rows[0]["counts"]) == truth.sum()
    assert int(rows[0]["pixels"]) == 9
    assert float(rows[0]["counts_sigma"]) == pytest.approx(math.sqrt(truth.sum()), rel=1e-5)
    assert float(rows[0]["mean"]) == pytest.approx(truth.sum() / 9, rel=1e-5)
    deviation = truth.sum(axis=2).std()
    assert float(rows[0]["pixel_deviation"]) == pytest.approx(deviation, rel=1e-5)
    assert rows[1]["fitted"] == ""


def test_net_and_fitted_areas_agree_with_what_was_drawn(npz, tmp_path):
    rows = write(npz, tmp_path / "a.csv", regions="0:6,0:5", elements="Fe")
    drawn = 30 * 60 * math.sqrt(2 * math.pi) * 0.065 / 0.04  # counts expected in the whole peak
    assert float(rows[0]["net"]) == pytest.approx(0.95 * drawn, rel=0.05)
    assert float(rows[0]["fitted"]) == pytest.approx(drawn, rel=0.08)
    assert float(rows[0]["net_per_sigma"]) > 50


def test_without_elements_or_maps_the_strongest_lines_are_counted(npz, tmp_path):
    rows = write(npz, tmp_path / "a.csv")
    assert {"Fe Kα", "Pb Lα"} <= {row["line"] for row in rows}
    assert {row["region"] for row in rows} == {"whole scan"}


def test_a_scan_without_an_axis_is_told(tmp_path, counts):
    path = tmp_path / "bare.npy"
    np.save(path, counts)
    with pytest.raises(ParameterError, match="energy axis"):
        write(path, tmp_path / "a.csv")


def test_a_region_beyond_the_scan_is_told_before_anything_is_written(npz, tmp_path):
    with pytest.raises(ParameterError, match="6 rows and 9 columns"):
        write(npz, tmp_path / "a.csv", regions="0:7,0:2")
    assert not (tmp_path / "a.csv").exists()


def test_tables_are_joined(npz, tmp_path):
    for name in ("a", "b"):
        write(npz, tmp_path / f"{name}.csv", elements="Fe,Pb")
    tables = [tmp_path / "a.csv", tmp_path / "b.csv"]
    run_now(lambda context: merge_regions(tables, tmp_path / "all.csv", context))
    assert [row["line"] for row in table(tmp_path / "all.csv")] == ["Fe Kα", "Pb Lα"] * 2
    with pytest.raises(WriteError):
        run_now(lambda context: merge_regions(tables, tmp_path / "all.csv", context))
