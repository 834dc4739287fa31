"""`velatura cluster`."""

import subprocess
import sys

import numpy as np
import pytest


@pytest.fixture
def two_paints(tmp_path):
    """Iron left, copper right, 6 × 10 pixels."""
    energies = 0.02 * np.arange(700)
    expected = np.full((6, 10, 700), 0.1)
    for energy_kev, height, cols in (
        (6.40, 9.0, slice(0, 6)),
        (7.06, 1.2, slice(0, 6)),
        (8.05, 9.0, slice(6, 10)),
        (8.90, 1.2, slice(6, 10)),
    ):
        expected[:, cols] += height * np.exp(-(((energies - energy_kev) / 0.065) ** 2) / 2)
    path = tmp_path / "paints.npz"
    counts = np.random.default_rng(5).poisson(expected).astype(np.uint16)
    np.savez(path, cube=counts, kev_offset=0.0, kev_slope=0.02)
    return path


def test_clusters_are_told_to_people(velatura, two_paints, tmp_path):
    ran = velatura("cluster", two_paints, "--k", "2..4", "--out", tmp_path / "out")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith("clusters    2 (silhouettes 2: 0.")
    assert lines[1].startswith("1           36 pixels, 60.0 %; Fe Ka")
    assert "perhaps" in lines[2]
    assert lines[-1].endswith("paints_clusters.json")
    assert (tmp_path / "out" / "paints_clusters.png").exists()


def test_clusters_as_json_hold_what_scripts_rely_on(velatura, two_paints, tmp_path):
    ran = velatura("cluster", two_paints, "--k", "2", "--out", tmp_path / "out", "--json")
    assert ran.code == 0
    assert ran.json["clusters"] == 2
    assert [item["pixels"] for item in ran.json["each"]] == [36, 24]
    assert ran.json["each"][1]["lines"][0]["line"] == "Cu_Ka"
    assert len(ran.json["outputs"]) == 6


def test_maps_a_region_and_a_seed_can_be_given(velatura, two_paints, tmp_path):
    ran = velatura(
        "cluster", two_paints, "--k", "2", "--out", tmp_path / "out", "--on", "maps",
        "--elements", "Fe,Cu", "--region", "1:4,4:9", "--seed", "5", "--transform", "shares",
        "--json",
    )  # fmt: skip
    assert ran.code == 0
    parameters = ran.json["parameters"]
    assert (parameters["on"], parameters["elements"]) == ("maps", "Fe,Cu")
    assert (parameters["region"], parameters["seed"]) == ("1:4,4:9", 5)
    assert parameters["transform"] == "shares"
    assert ran.json["pixels"] == 15


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--k", "many"), "number of clusters"),
        (("--k", "12..4"), "number of clusters"),
        (("--on", "maps"), "no maps"),
        (("--on", "pictures"), "Compare"),
        (("--transform", "log"), "transform"),
        (("--region", "0:9,0:9"), "beyond the scan"),
    ],
)
def test_errors_are_clear_and_leave_nothing(velatura, two_paints, tmp_path, options, message):
    ran = velatura("cluster", two_paints, "--out", tmp_path / "out", *options)
    assert ran.code == 2
    assert ran.out == ""
    error, hint = ran.err.splitlines()
    assert error.startswith("error: ")
    assert message in error
    assert hint.startswith("hint: ")
    assert not (tmp_path / "out").exists()


def test_files_are_kept_unless_forced(velatura, two_paints, tmp_path):
    arguments = ("cluster", two_paints, "--k", "2", "--out", tmp_path / "out")
    assert velatura(*arguments).code == 0
    again = velatura(*arguments)
    assert again.code == 2
    assert "--force" in again.err
    assert velatura(*arguments, "--force").code == 0


def test_help_waits_for_nothing_heavy():
    code = (
        "import sys; from app.startup import main; main(['cluster', '--help']); "
        "sys.exit(any(name in sys.modules for name in ('numpy', 'scipy', 'sklearn', 'h5py')))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ran.returncode == 0
    assert b"--elements" in ran.stdout
