"""`velatura evaluate` judges what it is given, and tells what it cannot."""

import json

from PIL import Image

from app.cli.judging import _files, _recipe, _some_of
from app.cli.main import run
from app.paths import bundle_root


def test_shipped_networks_are_judged(tmp_path, capsys):
    out = tmp_path / "tables"
    arguments = ["evaluate", "--out", str(out), "--no-rivals", "--json"]
    sizes = ["--side", "16", "--repeats", "1", "--made-up", "1", "--conditions", "many"]
    sizes += ["--parts", "pictures"]
    assert run([*arguments, *sizes]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"palette_knn", "palette_ridge"} <= set(told["networks"])
    knn = told["networks"]["palette_knn"]["groups"]["made up"]["many"]
    assert knn["n"] == 1
    assert knn["psnr_db"]["mean"] > 5
    assert {path.name for path in out.iterdir()} == {
        "evaluation.md",
        "evaluation.csv",
        "evaluation.json",
    }


def test_an_earlier_evaluation_stands_beside_the_new_one(tmp_path, capsys):
    out, again = tmp_path / "first", tmp_path / "second"
    small = ["--no-rivals", "--side", "16", "--repeats", "1", "--made-up", "1"]
    small += ["--conditions", "many", "--parts", "pictures", "--json"]
    models = bundle_root() / "models"
    first, second = (str(models / f"{name}.onnx") for name in ("palette_ridge", "element_mlp"))
    assert run(["evaluate", first, *small, "--out", str(out)]) == 0
    capsys.readouterr()
    beside = ["--beside", str(out / "evaluation.json")]
    assert run(["evaluate", second, *small, *beside, "--out", str(again)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told["networks"]) == ["palette_ridge", "element_mlp"]
    # before anything is judged
    assert run(["evaluate", second, *small, *beside, "--seed", "2"]) == 2
    assert "seed: found 1, now 2" in capsys.readouterr().err
    assert run(["evaluate", second, *small, "--beside", str(tmp_path / "none.json")]) == 2
    assert "There is no file" in capsys.readouterr().err


def test_an_unknown_condition_is_told(capsys):
    assert run(["evaluate", "--conditions", "many,dark"]) == 2
    assert "Found “dark”" in capsys.readouterr().err


def test_parts_are_taken_in_order_and_others_told(capsys):
    assert _some_of("b,a", ("a", "b", "c"), "--x") == ("a", "b")
    assert run(["evaluate", "--parts", "paints,sculptures"]) == 2
    assert "Found “sculptures”" in capsys.readouterr().err


def test_folders_and_files_are_found(tmp_path):
    for name in ("b.onnx", "a.onnx", "a.json"):
        (tmp_path / name).touch()
    found = _files([tmp_path, tmp_path / "b.onnx"])
    assert [path.name for path in found] == ["a.onnx", "b.onnx", "b.onnx"]


def test_data_are_those_of_a_training(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("[data]\nseed = 9\n", "utf-8")
    assert _recipe(path, None).seed == 9
    assert _recipe(path, tmp_path).pictures == str(tmp_path)
    # without any, those of the trainings that are shipped
    shipped = _recipe(None, None)
    assert shipped.pictures == ""
    assert shipped.seed == 20240611


def test_a_file_that_is_no_network_is_told(tmp_path, capsys):
    path = tmp_path / "x.onnx"
    path.write_bytes(b"nothing")
    assert run(["evaluate", str(path)]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_folder_without_networks_and_a_plan_without_trials_are_told(tmp_path, capsys):
    assert run(["evaluate", str(tmp_path)]) == 2
    assert "holds no .onnx file" in capsys.readouterr().err
    assert run(["evaluate", "--made-up", "0", "--small", "0", "--out", str(tmp_path / "x")]) == 2
    assert "nothing to judge by" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_picture_that_a_network_has_learnt_from_is_told(tmp_path, capsys):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name, colour in (("one", (180, 40, 30)), ("two", (40, 60, 150)), ("three", (90, 90, 20))):
        Image.new("RGB", (30, 20), colour).save(pictures / f"{name}.png")
    config = tmp_path / "x.toml"
    config.write_text('[data]\nvalidation_pictures = ["one"]\ntest_pictures = ["two"]\n', "utf-8")
    model = tmp_path / "net.onnx"
    shipped = bundle_root() / "models" / "palette_ridge.onnx"
    model.write_bytes(shipped.read_bytes())
    card = json.loads(shipped.with_suffix(".json").read_text("utf-8"))
    card["trained_on"]["pictures"] = ["two"]
    model.with_suffix(".json").write_text(json.dumps(card), "utf-8")
    given = ["evaluate", str(model), "--config", str(config), "--pictures", str(pictures)]
    assert run([*given, "--out", str(tmp_path / "out")]) == 2
    assert "the picture “two”" in capsys.readouterr().err
