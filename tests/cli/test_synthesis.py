"""`velatura synthesise`."""

import json

import numpy as np
import pytest
from PIL import Image

from app.cli.main import run
from app.io.physical_truth import read_physical_truth
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


def test_a_scan_is_made_again_from_its_own_record(painting, tmp_path, capsys):
    first, second = tmp_path / "first.h5", tmp_path / "second.h5"
    command = ["--counts", "40", "--bin", "16", "--crop", "1:6,0:9", "--seed", "9"]
    assert run(["synthesise", painting, "--out", str(first), *command]) == 0
    capsys.readouterr()
    assert run(["synthesise", "--recipe", str(first), "--out", str(second), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"outputs": [str(second)], "same_counts": True}
    assert run(["synthesise", "--recipe", str(first), "--out", str(second), "--force"]) == 0
    assert "the same as those of first.h5, bit for bit" in capsys.readouterr().out


def test_changes_by_hand_come_from_a_file(painting, tmp_path, capsys):
    out, changes = tmp_path / "scan.h5", tmp_path / "changes.json"
    changes.write_text('{"colours": {"1": [190, 40, 30]}, "shares": {"0": {"Azurite": 0.25}}}')
    command = ["--pigments", "azurite, vermilion", "--counts", "9", "--bin", "16"]
    command += ["--changes", str(changes), "--threshold", "0"]
    assert run(["synthesise", painting, "--out", str(out), *command]) == 0
    found = read_truth(out)
    assert found is not None
    assert found[0].shares[0].tolist() == [0.25, 0.75]
    assert found[0].changes.colours == {1: (190, 40, 30)}


@pytest.mark.parametrize(
    "arguments", [[], ["painting.png", "--recipe", "scan.h5"]], ids=["neither", "both"]
)
def test_either_a_picture_or_a_record_is_needed(tmp_path, capsys, arguments):
    assert run(["synthesise", *arguments, "--out", str(tmp_path / "a.h5")]) == 2
    assert "expected one of the two" in capsys.readouterr().err


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
        (["--crop", "0:7,0:3"], "the picture has 6 rows"),
        (["--crop", "all"], "expected r0:r1,c0:c1"),
        (["--changes", "absent.json"], "there is no such file"),
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


def physics(painting, out, *more):
    command = ["--bin", "8", "--counts", "60", "--physics", "on", "--set", "materials=3"]
    return run(["synthesise", painting, "--out", str(out), *command, *more])


def test_layers_are_computed_with_an_oil_painter_s_pigments_and_made_again(
    painting, tmp_path, capsys
):
    out, again = tmp_path / "scan.h5", tmp_path / "again.h5"
    more = ["--instrument", "xglab elio", "--hidden", painting, "--set", "ground=gypsum"]
    assert physics(painting, out, *more, "--noise", "dwell", "--dwell", "0.5", "--dead", "2") == 0
    truth = read_physical_truth(out)
    assert truth is not None
    assert "Lead white" in truth.pigments
    assert truth.instrument.name == "XGLab ELIO"
    assert truth.physics.ground == "gypsum"
    assert (truth.recipe.dwell_s, truth.recipe.dead_time_us) == (0.5, 2.0)
    assert truth.hidden is not None
    capsys.readouterr()
    assert run(["synthesise", "--recipe", str(out), "--out", str(again), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same_counts"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--instrument", "Hubble"], "no instrument “Hubble”"),
        (["--hidden", "absent.png"], "absent.png: there is no such file"),
        (["--pigments", "indigo,carbon black"], "sees none of these pigments"),
        (["--set", "paint_um=0"], "0.1 to 1000 µm"),
        (["--set", "paint_um"], "Expected NAME=VALUE"),
        (["--set", "thickness=4"], "no parameter “thickness”"),
        (["--physics", "off", "--set", "paint_um=3"], "Turn physics on"),
        (["--physics", "off", "--hidden", "x.png"], "A hidden picture needs layers"),
        (["--physics", "maybe"], "It is on or off"),
    ],
)
def test_what_layers_cannot_be_is_one_clear_error(painting, tmp_path, capsys, arguments, message):
    out = tmp_path / "scan.h5"
    assert physics(painting, out, *arguments) != 0
    assert message in " ".join(capsys.readouterr().err.split())
    assert not out.exists()


def test_dwell_and_dead_time_decide_the_counts_of_mixed_spectra(painting, tmp_path, capsys):
    totals = []
    for number, dead in enumerate(("0", "20")):
        out = tmp_path / f"{number}.h5"
        command = ["--pigments", "azurite,vermilion", "--bin", "16", "--noise", "dwell"]
        assert (
            run(
                [
                    "synthesise",
                    painting,
                    "--out",
                    str(out),
                    *command,
                    "--dwell",
                    "0.1",
                    "--dead",
                    dead,
                ]
            )
            == 0
        )
        found = read_truth(out)
        assert found is not None
        totals.append(found[0].numbers.mean())
    assert 3000 < totals[0] < 5000
    assert totals[1] == pytest.approx(totals[0] / (1 + totals[0] / 0.1 * 20e-6), rel=0.03)


@pytest.mark.parametrize(
    ("options", "idle"),
    [
        (["--dwell", "2"], "--dwell"),
        (["--dead", "2", "--noise", "fixed"], "--dead"),
        (["--physics", "on", "--by-luminosity"], "--by-luminosity"),
        (["--physics", "on", "--spectrum", "Mo 40 kV"], "--spectrum"),
    ],
)
def test_options_that_would_do_nothing_are_refused(painting, tmp_path, capsys, options, idle):
    assert run(["synthesise", painting, "--out", str(tmp_path / "a.h5"), *options]) == 2
    error = capsys.readouterr().err
    assert f"{idle} would do nothing here." in error
    assert "hint: Leave it out." in error
    assert not (tmp_path / "a.h5").exists()


def test_a_scan_made_again_takes_nothing_but_its_record(painting, tmp_path, capsys):
    first = tmp_path / "first.h5"
    assert run(["synthesise", painting, "--out", str(first), "--counts", "5", "--bin", "32"]) == 0
    command = ["synthesise", "--recipe", str(first), "--out", str(tmp_path / "b.h5"), "--seed", "4"]
    assert run(command) == 2
    assert "--seed would do nothing here." in capsys.readouterr().err


def test_a_folder_is_no_picture(tmp_path, capsys):
    assert run(["synthesise", str(tmp_path), "--out", str(tmp_path / "a.h5")]) == 2
    assert "it is a folder" in capsys.readouterr().err
