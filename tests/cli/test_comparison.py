"""`velatura compare` as a script sees it."""

import json

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def other(tmp_path):
    counts = np.random.default_rng(5).poisson(1.5, (5, 7, 300)).astype(np.uint16)
    path = tmp_path / "other.npz"
    np.savez_compressed(path, cube=counts, kev_offset=0.0, kev_slope=0.05)
    return path


@pytest.fixture
def pictures(tmp_path):
    paths = []
    for seed in (1, 2):
        values = np.random.default_rng(seed).integers(0, 256, (20, 30, 3)).astype(np.uint8)
        paths.append(tmp_path / f"{seed}.png")
        Image.fromarray(values).save(paths[-1])
    return paths


def test_scans_for_people(velatura, npz, other):
    ran = velatura("compare", npz, other)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[:2] == ["A  panel.npz", "B  other.npz"]
    assert "total spectra, each normalised" in lines
    (line,) = (line for line in lines if line.split()[:1] == ["chebyshev"])
    assert line.endswith("0 to 1")
    assert next(line for line in lines if line.split()[:1] == ["ms_ssim"]).split()[1] == "–"
    assert lines[-1].startswith("note: No MS-SSIM: 35 × 300")


def test_scans_as_json(velatura, npz, other):
    report = velatura("compare", npz, other, "--json", "--seed", "3").json
    assert (report["kind"], report["seed"]) == ("scans", 3)
    assert report["spectral"]["hellinger"] > 0
    assert report["structural"]["ms_ssim"] is None
    again = velatura("compare", npz, other, "--json", "--seed", "3").json
    assert again == report
    changed = velatura("compare", npz, other, "--json", "--seed", "4").json
    assert changed["structural_noise"] != report["structural_noise"]
    assert changed["structural"] == report["structural"]


def test_pictures_as_json(velatura, pictures):
    report = velatura("compare", *pictures, "--json").json
    assert report["kind"] == "pictures"
    assert set(report["delta_e2000"]) == {"mean", "median", "percentile_95"}
    assert report["padded"]["ms_ssim"] is not None
    assert "seed" not in report


def test_the_table_is_written_and_named(velatura, npz, other, tmp_path):
    out = tmp_path / "scores.csv"
    ran = velatura("compare", npz, other, "--out", out)
    assert ran.out.splitlines()[-1] == str(out)
    assert "spectral,hellinger," in out.read_text("utf-8")
    again = velatura("compare", npz, other, "--out", out)
    assert again.code == 2
    assert "--force" in again.err
    forced = velatura("compare", npz, other, "--out", out, "--force", "--json")
    assert forced.json["outputs"] == [str(out)]


def test_a_json_file_holds_the_steps_as_well(velatura, pictures, tmp_path):
    out = tmp_path / "scores.json"
    assert velatura("compare", *pictures, "--out", out).code == 0
    assert json.loads(out.read_text("utf-8"))["steps"][-1]["action"] == "compare"


def test_each_scan_can_have_its_own_axis(velatura, tmp_path):
    counts = np.random.default_rng(5).poisson(1.5, (5, 7, 40)).astype(np.uint16)
    np.save(tmp_path / "fine.npy", counts)
    np.save(tmp_path / "wide.npy", counts.reshape(5, 7, 20, 2).sum(axis=3).astype(np.uint16))
    names = (tmp_path / "fine.npy", tmp_path / "wide.npy")
    ran = velatura("compare", *names)
    assert ran.code == 2
    assert "--axis OFFSET,GAIN" in ran.err
    report = velatura("compare", *names, "--axis", "0,0.1", "--axis-b", "0.05,0.2", "--json").json
    assert report["channels"] == 20
    assert report["spectral"]["chebyshev"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("panel.npz", "1.png"), "is a scan"),
        (("panel.npz", "nothing.h5"), "nothing.h5"),
        (("panel.npz", "small.npz"), "small has 2 × 2 pixels"),
        (("1.png", "small.png"), "small.png has 3 × 4 pixels"),
        (("notes.txt", "panel.npz"), "notes.txt"),
    ],
)
def test_what_cannot_be_compared_is_told_in_one_line(
    velatura, npz, pictures, tmp_path, names, said
):
    np.savez(tmp_path / "small.npz", cube=np.ones((2, 2, 300), np.uint16))
    Image.new("RGB", (4, 3)).save(tmp_path / "small.png")
    (tmp_path / "notes.txt").write_text("words")
    ran = velatura("compare", *(tmp_path / name for name in names))
    assert (ran.code, ran.out) == (2, "")
    error, hint = ran.err.splitlines()
    assert error.startswith("error: ")
    assert said in error
    assert hint.startswith("hint: ")


def test_a_suffix_that_cannot_be_written_is_told_before_anything_is_read(velatura, tmp_path):
    ran = velatura("compare", tmp_path / "a.h5", tmp_path / "b.h5", "--out", tmp_path / "c.txt")
    assert ran.code == 2
    assert "expected .csv, .json" in ran.err


def test_help_loads_no_science(velatura):
    import subprocess
    import sys

    code = (
        "import sys; from app.startup import main; main(['compare', '--help']);"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'scipy', 'skimage', 'PIL')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
