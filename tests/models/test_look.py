"""What networks make of a scan is drawn side by side and remarked upon."""

import shutil

import numpy as np
import pytest
from PIL import Image

from models.look import main
from models.make_models import FOLDER


@pytest.fixture
def scan(tmp_path):
    counts = np.random.default_rng(1).poisson(3, (5, 8, 300)).astype(np.uint16)
    path = tmp_path / "scan.npz"
    np.savez(path, cube=counts)
    return path


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder with one network, and none of the user's own."""
    monkeypatch.setenv("VELATURA_HOME", str(tmp_path / "home"))
    folder = tmp_path / "shelf"
    folder.mkdir()
    for suffix in (".onnx", ".json"):
        shutil.copy(FOLDER / f"palette_ridge{suffix}", folder)
    return folder


def test_pictures_a_sheet_and_remarks_are_written(scan, shelf, tmp_path):
    out = tmp_path / "out"
    asked = [str(scan), "--axis=0,0.1", "--models", str(shelf), "--out", str(out)]
    assert main(asked) == 0
    # it tells no maps of elements, so that there is no sheet of them
    names = sorted(path.name for path in out.iterdir())
    assert names == ["palette_ridge.png", "remarks.txt", "sheet.png"]
    with Image.open(out / "palette_ridge.png") as picture:
        assert picture.size == (8, 5)
    with Image.open(out / "sheet.png") as sheet:
        assert sheet.size[0] > 3 * 8 * 52
    told = (out / "remarks.txt").read_text("utf-8")
    assert told.startswith("palette_ridge: Palette, linear. Median uncertainty ± ")
    assert "does not tell its tube's anode" in told
    # once more over what is there
    assert main(asked) == 0


def test_a_scan_without_energies_is_refused(scan, shelf, tmp_path):
    assert main([str(scan), "--models", str(shelf), "--out", str(tmp_path / "out")]) == 1
