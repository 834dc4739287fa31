"""Facts of a file, from one pass over it."""

from functools import partial

import pytest

from app.core.progress import no_progress
from app.engine import tasks
from app.engine.jobs import run_now
from app.io.formats import OpenOptions


def run(task, *arguments, **options):
    return run_now(partial(task, *arguments, **options))


def test_info_tells_the_facts_of_a_file(npz, counts):
    report = tasks.info(tasks.Source(npz), no_progress).report()
    assert report["shape"] == [6, 9, 400]
    assert report["total_counts"] == int(counts.sum())
    assert report["dtype"] == "uint16"
    assert report["bytes"] == counts.nbytes
    assert report["axis"]["gain_kev"] == pytest.approx(0.04)
    assert "kev_offset" in report["axis"]["source"]
    found = {entry["key"] for entry in report["strongest_lines"]}
    assert "Fe_Ka" in found


def test_info_stores_nothing_and_uses_a_store_that_is_there(npz, user_folders, monkeypatch):
    first = tasks.info(tasks.Source(npz), no_progress).report()
    assert not list(user_folders.rglob("planes.bin"))
    run(tasks.open_scan, npz, OpenOptions())
    monkeypatch.setattr("app.engine.scan_info.summed", None)
    second = tasks.info(tasks.Source(npz), no_progress).report()
    assert second["checksum"].startswith("sha256:")
    assert first == second
