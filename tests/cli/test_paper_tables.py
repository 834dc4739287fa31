"""`velatura ganx-tables`."""

import json

import numpy as np
import pytest
from PIL import Image

from app.cli.main import run


@pytest.fixture
def painting(tmp_path):
    picture = np.zeros((12, 15, 3), np.uint8)
    picture[:, :7], picture[:, 7:] = (190, 40, 30), (60, 90, 150)
    Image.fromarray(picture).save(tmp_path / "painting.png")
    return str(tmp_path / "painting.png")


def test_tables_of_a_picture_beside_a_given_scan(painting, tmp_path, capsys):
    scan = str(tmp_path / "scan.h5")
    assert run(["synthesise", painting, "--out", scan, "--bin", "2", "--counts", "40"]) == 0
    capsys.readouterr()
    out = tmp_path / "tables"
    command = ["ganx-tables", painting, "--reference", scan, "--out", str(out), "--cols", "0"]
    assert run([*command, "--clusters", "2", "--delta", "0", "--counts", "40", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["thresholds"] == [0.2, 0.6]
    assert report["reference"] == "measured"
    measures = {(row["of"], row["measure"]) for row in report["scores"]}
    assert {("spectral", "jensen_shannon"), ("structural_noise", "ssim")} <= measures


def test_thresholds_that_are_no_numbers_are_named(painting, tmp_path, capsys):
    command = ["ganx-tables", painting, "--out", str(tmp_path), "--thresholds", "low,high"]
    assert run(command) == 2
    assert "'low,high'" in capsys.readouterr().err
