"""What all reports share: numbers for people, plates with their scales, files that are gone."""

import numpy as np
import pytest

from app.core.cube import Acquisition, SpectralCube
from app.core.provenance import Step
from app.engine.batch.report_parts import (
    TaskResult,
    all_steps,
    count_text,
    making_section,
    plate_of,
    scan_section,
    size_text,
)
from app.io import images, store


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (12_500.0, "12\u00a0500"),
        (12_500.4, "12\u00a0500"),
        (3.417, "3.42"),
        (-26.0, "−26"),
        (float("nan"), "–"),
        (0.0513, "0.0513"),
    ],
)
def test_counts_are_told_with_the_digits_that_count(value, told):
    assert count_text(value) == told


def test_a_plate_has_the_scans_scale_and_shape(counts):
    acquisition = Acquisition(step_mm=(1.0, 0.5))
    plate = plate_of(np.arange(54).reshape(6, 9), SpectralCube(counts, None, acquisition), "a", ())
    assert plate.aspect == 2.0
    assert plate.scale_bar == (1.0, 2.0)
    assert plate.bar.limits == (0.0, 53.0)


def test_without_a_step_there_is_no_scale_bar(counts):
    plate = plate_of(np.ones((6, 9)), SpectralCube(counts), "a", ())
    assert plate.scale_bar is None
    assert plate.aspect == 1.0


def test_the_size_is_told_in_cm_where_the_step_is_known(cube):
    assert size_text(cube) == "6 rows × 9 columns; 0.3 cm high, 0.45 cm wide"


def test_conditions_of_the_measurement_are_told(npz):
    from dataclasses import replace

    scan = store.open_scan(npz)
    measured = Acquisition(
        tube_anode="Rh", tube_kv=50.0, tube_ua=600.0, dwell_s=0.1, live_time_s=0.08,
        step_mm=(1.0, 0.5), detectors=("a", "b"), filter="Al 100 µm",
    )  # fmt: skip
    scan = replace(scan, cube=replace(scan.cube, acquisition=measured, axis=None))
    found = dict(scan_section(scan).parts[0].rows)
    assert found["Tube"] == "Rh anode, 50 kV, 600 µA"
    assert found["Filter"] == "Al 100 µm"
    assert found["Time per pixel"] == "0.1 s, 0.08 s live on average"
    assert found["Step"] == "0.5 mm between columns, 1 mm between rows"
    assert found["Detectors"] == "a, b; shown: sum"
    assert found["Channels"] == "400, energy axis not known"


def test_steps_are_told_once_though_each_file_tells_them(tmp_path):
    opened = Step("open", {"detector": "sum"}, time="2026-01-01T00:00:00+00:00")
    later = Step("open", {"detector": "sum"}, time="2026-01-02T00:00:00+00:00")
    mapped = Step(
        "map", {"name": "Fe", "net": True, "none": None}, time="2026-01-03T00:00:00+00:00"
    )
    paths = (tmp_path / "a.png", tmp_path / "b.png")
    for path, first in zip(paths, (opened, later), strict=True):
        images.write_png(np.zeros((2, 3, 3), np.uint8), path, (first, mapped))
    result = TaskResult("maps", {}, paths)
    steps = all_steps([result])
    assert steps == (opened, later, mapped)
    table = making_section([result], steps).parts[0]
    assert [row[1:] for row in table.rows] == [
        ("open", "detector: sum", "2026-01-01 00:00:00 UTC"),
        ("map", "name: Fe; net: yes", "2026-01-03 00:00:00 UTC"),
    ]


def test_a_file_that_is_gone_is_told(tmp_path):
    found = making_section([TaskResult("maps", {}, (tmp_path / "gone.png",))], ())
    assert found.parts[0].rows[0][2].startswith("cannot be read")
