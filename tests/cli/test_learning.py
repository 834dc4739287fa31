"""`velatura train` from a file to a network, and what it says where it cannot."""

import json

import pytest

from app.cli import learning
from app.cli.main import run

TEXT = """
[network]
name = "dense"
options = { widths = [8] }
[data]
scenes = 2
validation_scenes = 1
rows = 8
cols = 8
paints = [2, 3]
levels = 2
[training]
steps = 4
validate_every = 2
batch_scenes = 2
points = 8
threads = 1
"""


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TEXT, "utf-8")
    return path


def test_data_alone_are_made_without_learning(config, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["train", str(config), "--out", str(out), "--data-only", "--json"]
    assert run([*arguments, "--scenes", str(tmp_path / "kept")]) == 0
    told = json.loads(capsys.readouterr().out)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert len(manifest["scenes"]) == 3
    assert told["manifest"] == str(out / "manifest.json")
    assert len(list((tmp_path / "kept").rglob("*.npz"))) == 3


@pytest.mark.torch
def test_a_network_is_taught_and_a_second_run_has_nothing_to_do(config, tmp_path, capsys):
    pytest.importorskip("torch", reason="needs the extra train")
    pytest.importorskip("onnxscript", reason="needs the extra train")
    arguments = ["train", str(config), "--out", str(tmp_path / "out"), "--json"]
    for _ in range(2):
        assert run(arguments) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["steps"] == 4
        assert told["why"] == "4 steps are done"
    assert (tmp_path / "out" / "tiny.onnx").is_file()
    assert run([*arguments[:-1], "--fresh"]) == 0
    assert "4 steps in" in capsys.readouterr().out


def test_where_torch_is_missing_it_is_told(config, monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert run(["train", str(config)]) == 2
    told = capsys.readouterr().err
    assert "Networks cannot be taught here." in told
    assert "python3 installer/bootstrap.py setup train" in told


def test_a_file_that_makes_no_sense_is_told(config, capsys):
    config.write_text("[data]\nscenes = 0\n", "utf-8")
    assert run(["train", str(config)]) == 2
    assert "“Scenes” is out of its limits" in capsys.readouterr().err


def test_pictures_may_be_given_beside_the_file(config, tmp_path):
    assert learning._config(config, tmp_path).data.pictures == str(tmp_path)
    assert learning._config(config, None).data.pictures == ""
