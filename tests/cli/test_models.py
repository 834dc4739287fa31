"""`velatura models` as a user types it."""

import json
import re

import pytest

from app.cli.main import run


def printed(capsys, *arguments):
    assert run(["models", *arguments]) == 0
    return capsys.readouterr().out


def test_models_are_listed(capsys, user_folders, make_network):
    own = user_folders / "data" / "models"
    own.mkdir(parents=True)
    (own / "bare.onnx").write_bytes(make_network())
    (own / "broken.onnx").write_bytes(b"nothing")
    found = {item["name"]: item for item in json.loads(printed(capsys, "list", "--json"))}
    assert found["Palette, linear"]["origin"] == "shipped"
    assert found["Palette, linear"]["outputs"][0] == "rgb"
    assert found["bare"]["has_card"] is False
    assert found["bare"]["problem"] == ""
    assert "not ONNX" in found["broken"]["problem"]
    text = printed(capsys, "list")
    assert "it has no card" in text
    assert str(own) in text


def test_a_card_is_shown(capsys):
    text = printed(capsys, "show", "palette_ridge")
    assert "takes     counts: 512 bins of 0.00–40.96 keV; resample" in text
    assert "gives     rgb: rgb" in text
    assert re.search(r"^score +psnr_db, 300 counts: network [0-9.]+, constant [0-9.]+$", text, re.M)
    assert re.search(r"^trained +tube_anode: Rh; Mo; Ag; Cr$", text, re.M)
    assert "{" not in text
    plain = json.loads(printed(capsys, "show", "palette_ridge", "--json"))
    assert plain["task"] == "rgb"
    assert plain["inputs"][0]["channels"] == 512
    assert plain["origin"] == "shipped"


def test_a_model_is_tried_and_held_against_a_scan(capsys, tmp_path, shared_data):
    scan = shared_data("painted_hands/detector_10264.npz")
    report = json.loads(printed(capsys, "check", "palette_ridge", "--scan", str(scan), "--json"))
    assert report["state"] == "works"
    assert report["provider"] == "cpu"
    assert report["input_shapes"] == {"counts": [None, 512]}
    assert report["verdict"]["level"] in ("fits", "doubtful", "unfit")
    assert report["verdict"]["sentences"]
    text = printed(capsys, "check", "palette_ridge", "--provider", "cuda", "--scan", str(scan))
    assert "works: run with cpu" in text
    assert "takes     counts (n × 512)" in text
    assert "note      NVIDIA" in text
    bare = shared_data("labec_logo/cube.npz")
    assert run(["models", "check", "palette_ridge", "--scan", str(bare)]) == 2
    assert "no energy axis" in capsys.readouterr().err


def test_providers_say_why_they_are_not_there(capsys):
    found = {item["name"]: item for item in json.loads(printed(capsys, "providers", "--json"))}
    assert found["cpu"]["is_available"]
    assert all(item["reason"] or item["is_available"] for item in found.values())
    assert "Processor" in printed(capsys, "providers")


@pytest.mark.parametrize("command", ["show", "check"])
def test_models_that_cannot_be_used_say_why(capsys, tmp_path, make_network, command):
    path = tmp_path / "own.onnx"
    path.write_bytes(make_network())
    assert run(["models", command, str(path)]) == 2
    assert "has no card" in capsys.readouterr().err
    path.write_bytes(path.read_bytes()[:30])
    assert run(["models", command, str(path)]) == 2
    error, hint = capsys.readouterr().err.strip().splitlines()
    assert "own.onnx" in error
    assert hint.startswith("hint: ")
