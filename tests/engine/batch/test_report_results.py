"""What reports read back of results: files of their kind, maps as the task made them."""

import numpy as np
import pytest

from app.engine.batch.report_parts import TaskResult
from app.engine.batch.report_results import (
    made_maps,
    result_of,
    result_section,
    windows_of_result,
)
from app.errors import AppError
from app.io import store


def test_windows_are_those_of_the_parameters(npz):
    scan = store.open_scan(npz)
    found = windows_of_result(scan, TaskResult("maps", {"elements": "Fe", "windows": "Own:2-3"}))
    assert [(line.key if line else None, roi.name) for line, roi in found] == [
        ("Fe_Ka", "Fe Kα"),
        (None, "Own"),
    ]
    assert windows_of_result(scan, TaskResult("cluster")) == []


def test_maps_are_gross_or_net_as_they_were(npz):
    scan = store.open_scan(npz)
    ((_, gross),) = made_maps(scan, TaskResult("maps", {"elements": "Fe"}))
    ((_, net),) = made_maps(scan, TaskResult("maps", {"elements": "Fe", "net": True}))
    assert gross.counts.dtype.kind == "u"
    assert (net.is_net, gross.is_net) == (True, False)
    assert np.median(net.counts) < np.median(gross.counts)


def test_a_missing_file_is_told(tmp_path):
    result = TaskResult("cluster", {}, (tmp_path / "a.png",))
    with pytest.raises(AppError, match="“cluster”"):
        result_of(result, ".h5")


def test_a_task_that_has_no_plates_names_its_files(npz, tmp_path):
    scan = store.open_scan(npz)
    found = result_section(scan, TaskResult("convert", {}, (tmp_path / "Крест.h5",)))
    assert found.heading == "Converted"
    assert found.parts[0].texts == ("Written: Крест.h5.",)
