"""`velatura synthesise`."""

import json

import numpy as np
import pytest
from PIL import Image

from app.cli.main import run
from app.io.truth import read_truth


@pytest.fixture
def painting(tmp_path):
    picture = np.zeros((6, 10, 3), np.uint8)
    picture[:, :4], picture[:, 4:] = (190, 40, 30), (60, 90, 150)
    Image.fromarray(picture).save(tmp_path / "painting.png")
    return str(tmp_path / "painting.png")


def test_a_picture_becomes_a_scan_of_ganx_s_nine_pigments(painting, tmp_path, capsys):
    out = tmp_path / "scan.h5"
    command = ["synthesise", painting, "--out", str(out), "--counts", "30", "--bin", "16", "--json"]
    assert run([*command, "--noise", "fixed", "--threshold", "0.6", "--seed", "4"]) == 0
    assert json.loads(capsys.readouterr().out)["outputs"] == [str(out)]
    found = read_truth(out)
    assert found is not None
    truth, recipe = found
    assert len(truth.pigments) == 9
    assert (recipe.counts, recipe.seed, recipe.threshold, recipe.join) == (30, 4, 0.6, 16)
    assert truth.palette.count == 2


def test_the_palette_can_be_named(painting, tmp_path, capsys):
    out = tmp_path / "scan.h5"
    arguments = [
        "--out",
        str(out),
        "--bin",
        "32",
        "--counts",
        "5",
        "--pigments",
        "Azurite, vermilion",
    ]
    assert run(["synthesise", painting, *arguments]) == 0
    found = read_truth(out)
    assert found is not None
    assert found[0].pigments == ("Azurite", "Vermilion")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--threshold", "2"], "Least similarity"),
        (["--counts", "0"], "Counts per pixel"),
        (["--similarity", "nearness"], "--similarity cannot be 'nearness'"),
        (["--noise", "none"], "--noise cannot be 'none'"),
        (["--clusters", "2"], "2 ± 2"),
        (["--pigments", "azurit"], "no pigment “azurit”"),
        (["--spectrum", "W 90 kV"], "has no spectrum “W 90 kV”"),
        (["--cols", "-3"], "Columns"),
        (["--bin", "0"], "Channels joined"),
        (["--step", "0"], "Step"),
        (["--out", "scan.png"], "ending in .h5"),
    ],
)
def test_wrong_input_is_one_error_and_writes_nothing(
    painting, tmp_path, capsys, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert run(["synthesise", painting, "--out", "scan.h5", *arguments]) == 2
    errors = capsys.readouterr().err
    assert errors.startswith("error: ")
    assert message in errors
    assert sorted(tmp_path.iterdir()) == before
