"""Spectra of a scan and of its parts, written."""

import csv
from functools import partial

import numpy as np
import pytest

from app.engine import tasks
from app.engine.jobs import run_now
from app.errors import ParameterError


def run(task, *arguments, **options):
    return run_now(partial(task, *arguments, **options))


def test_spectra_of_a_region_are_exact(npz, counts, tmp_path):
    (written,) = run(
        tasks.spectrum,
        tasks.Source(npz),
        tasks.SpectrumParameters(region="1:4,6:9"),
        tmp_path / "spectra.csv",
    )
    lines = [line for line in written.read_text("utf-8").splitlines() if not line.startswith("#")]
    table = list(csv.DictReader(lines))
    part = counts[1:4, 6:9].astype(int)
    assert [int(row["sum"]) for row in table] == part.sum((0, 1)).tolist()
    assert [int(row["maximum_pixel"]) for row in table] == part.max((0, 1)).tolist()
    assert float(table[264]["mean"]) == pytest.approx(part.mean((0, 1))[264])
    assert float(table[10]["energy_kev"]) == pytest.approx(0.4)


def test_spectra_of_the_whole_scan_as_a_picture(npz, tmp_path):
    from PIL import Image

    (written,) = run(
        tasks.spectrum, tasks.Source(npz), tasks.SpectrumParameters(), tmp_path / "all.png"
    )
    with Image.open(written) as picture:
        assert picture.size[0] >= 800


def test_the_picture_of_spectra_is_named_after_scan_and_region(npz, tmp_path, monkeypatch):
    titles = []

    def draw(columns, axis, *, title, labels):
        titles.append(title)
        return np.zeros((2, 2, 3), np.uint8)

    monkeypatch.setattr("app.io.spectrum_picture.draw_spectra", draw)
    for region in ("", "1:4,6:9"):
        run(
            tasks.spectrum,
            tasks.Source(npz),
            tasks.SpectrumParameters(region=region),
            tmp_path / f"{len(titles)}.png",
        )
    assert titles == ["panel", "panel · rows 1–3, columns 6–8"]


@pytest.mark.parametrize("region", ["1:2", "0:7,0:2", "3:3,0:1", "a:b,c:d"])
def test_regions_that_do_not_fit_are_refused(npz, tmp_path, region):
    with pytest.raises(ParameterError):
        run(
            tasks.spectrum,
            tasks.Source(npz),
            tasks.SpectrumParameters(region=region),
            tmp_path / "spectra.csv",
        )
    assert not (tmp_path / "spectra.csv").exists()
