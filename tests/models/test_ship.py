"""Taught networks are taken with a card, lighter where that is free, and never too many bytes."""

import json
from dataclasses import replace

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.core.recolouring.card import card_from_plain
from app.errors import ReadError
from app.io.model_files import read_card, write_card
from app.io.onnx_graph import ModelError, vetted
from app.learn.config import DataRecipe
from app.learn.evaluation_files import BY_NETWORK
from app.learn.store import SceneStore
from app.learn.trials import TrialPlan
from models import ship
from models.ship import LIST_HEAD, OTHERS, Judging, lighter_if_free, main, put_scores, take

CHANNELS = 512


def network(*, is_black=False):
    """Colours near grey by a layer of 512 × 64 and one of 64 × 3; or nothing but black."""
    rng = np.random.default_rng(7)
    tensors = {
        "first": rng.normal(0, 0.05, (CHANNELS, 64)).astype(np.float32),
        "second": rng.normal(0, 0.02, (64, 3)).astype(np.float32),
    }
    if is_black:
        tensors["second"][:] = -100.0
    nodes = [
        helper.make_node("Sqrt", ["counts"], ["roots"]),
        helper.make_node("MatMul", ["roots", "first"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MatMul", ["b", "second"], ["c"]),
        helper.make_node("Sigmoid", ["c"], ["rgb"]),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("counts", TensorProto.FLOAT, ["n", CHANNELS])],
        [helper.make_tensor_value_info("rgb", TensorProto.FLOAT, ["n", 3])],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    opset = [helper.make_opsetid("", 18)]
    return helper.make_model(graph, opset_imports=opset, ir_version=10).SerializeToString()


@pytest.fixture
def card(plain_card):
    energy = {"offset_kev": 0.04, "gain_kev": 0.08}
    plain = plain_card(
        name="Dense",
        citation="Architecture: A. Bombini et al., Computers 2023. Spectra: computed.",
        inputs=[
            {
                "name": "counts",
                "channels": CHANNELS,
                "energy": energy,
                "preprocessing": ["resample"],
            }
        ],
        outputs=[{"name": "rgb", "kind": "rgb"}],
    )
    return card_from_plain(plain)


@pytest.fixture
def training(tmp_path, card):
    """A folder as a training leaves it."""
    folder = tmp_path / "runs" / "dense"
    folder.mkdir(parents=True)
    (folder / "dense.onnx").write_bytes(network())
    write_card(card, folder / "dense.onnx")
    (folder / "log.csv").write_text("step\n", "utf-8")
    return folder


@pytest.fixture
def into(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def judging():
    """One small scan of a made-up picture in each condition."""
    recipe = DataRecipe(scenes=1, validation_scenes=1, rows=16, cols=16)
    return Judging(SceneStore(recipe), TrialPlan(shorter_side=18, repeats=1, made_up=1, seed=3))


def test_a_network_is_taken_as_it_is_with_a_card_for_users(training, into):
    (found,) = take([str(training)], into, None)
    assert found.data == (training / "dense.onnx").read_bytes()
    written = read_card(into / "dense.onnx")
    assert written.name == "Dense, after AIRES-CH"
    assert written.metrics["kept_as"] == {"weights": "float32"}
    vetted(into / "dense.onnx", written)


def test_what_a_training_s_card_left_out_can_be_told(training, into):
    asked = [str(training), "--into", str(into), "--float"]
    assert main([*asked, "--trained-on", "axis_end_kev=[26,40.96]"]) == 0
    assert read_card(into / "dense.onnx").trained_on["axis_end_kev"] == [26, 40.96]
    # what makes no sense is refused by the card or before
    assert main([*asked, "--trained-on", "axis_end_kev=[41,26]"]) == 1
    assert main([*asked, "--trained-on", "axis_end_kev"]) == 1


def test_a_name_before_the_folder_is_that_of_the_file(training, into):
    take([f"velatura_pixel={training}"], into, None)
    assert read_card(into / "velatura_pixel.onnx").name == "Velatura, single spectra"
    assert [path.name for path in into.glob("*.onnx")] == ["velatura_pixel.onnx"]


def test_rounded_weights_are_taken_where_scores_stay(card, judging):
    data, told = lighter_if_free(network(), card, judging)
    assert told["weights"].startswith("int8")
    assert len(data) < 0.4 * len(network())
    assert set(told["float32"]) == set(told["int8"]) == {"many", "few", "tungsten"}
    for condition, exact in told["float32"].items():
        assert told["int8"][condition]["psnr_db"] == pytest.approx(exact["psnr_db"], abs=0.021)


def test_weights_stay_as_they_are_where_rounding_costs_something(card, judging, monkeypatch):
    # as if rounding had left nothing of the colours
    def ruined(data):
        return replace(lightened(data), data=network(is_black=True))

    lightened = ship.lightened
    monkeypatch.setattr(ship, "lightened", ruined)
    data, told = lighter_if_free(network(), card, judging)
    assert data == network()
    assert told["weights"] == "float32"
    assert "psnr_db" in told["why"]


def test_nothing_is_written_where_all_together_are_too_large(training, into, monkeypatch):
    (into / "large.onnx").write_bytes(bytes(200_000))
    monkeypatch.setattr(ship, "MOST_BYTES", 250_000)
    with pytest.raises(ReadError, match="too large") as told:
        take([str(training)], into, None)
    assert "0.3 MB; at most 0.25 MB. The largest is large with 0.2 MB" in str(told.value)
    assert [path.name for path in into.iterdir()] == ["large.onnx"]
    # what takes the place of another does not count twice
    (into / "large.onnx").rename(into / "dense.onnx")
    assert take([str(training)], into, None)


def test_an_unfinished_training_is_refused(training, into, tmp_path):
    (training / "dense.json").unlink()
    with pytest.raises(ReadError, match="without a card"):
        take([str(training)], into, None)
    (training / "dense.onnx").unlink()
    with pytest.raises(ReadError, match="not the folder of a finished training"):
        take([str(training)], into, None)
    assert main([str(tmp_path / "nowhere"), "--into", str(into), "--float"]) == 1
    assert list(into.iterdir()) == []


def test_a_network_that_is_not_as_its_card_says_is_refused(training, into, card):
    write_card(replace(card, sha256="0" * 64), training / "dense.onnx")
    with pytest.raises(ModelError, match="not the file its card was written for"):
        take([str(training)], into, None)


def test_scores_of_an_evaluation_come_into_the_cards(training, into, tmp_path):
    take([str(training)], into, None)
    many = {"n": 4, "psnr_db": {"mean": 14.5, "sd": 1.0}}
    told = {"networks": {"dense": {"groups": {"all": {"many": many}}}, "ridge": {}}, "about": {}}
    evaluation = tmp_path / "evaluation.json"
    evaluation.write_text(json.dumps(told), "utf-8")
    assert put_scores(evaluation, into) == ["dense"]
    card = read_card(into / "dense.onnx")
    assert card.metrics["held_out"]["many"] == {"scans": 4, "psnr_db": 14.5}
    assert card.metrics["kept_as"] == {"weights": "float32"}
    vetted(into / "dense.onnx", card)
    assert not (into / OTHERS).exists()
    whole = {key: {"dense": {"n": 1}, "ridge": {"é": [2]}} for key in BY_NETWORK}
    whole |= {"about": {"seed": 1}, "slow": ["dense", "ridge"], "networks": told["networks"]}
    evaluation.write_text(json.dumps(whole), "utf-8")
    assert put_scores(evaluation, into) == ["dense"]
    others = json.loads((into / OTHERS).read_text("utf-8"))
    assert others == {
        **{key: {"ridge": {"é": [2]}} for key in BY_NETWORK},
        "about": {"seed": 1},
        "slow": ["ridge"],
        "networks": {"ridge": {}},
    }
    evaluation.write_text(json.dumps({"networks": {"other": {}}}), "utf-8")
    with pytest.raises(ReadError, match="of other networks"):
        put_scores(evaluation, into)
    evaluation.write_text("[]", "utf-8")
    with pytest.raises(ReadError, match="no evaluation"):
        put_scores(evaluation, into)


def test_the_folder_s_list_is_kept_up_to_date(training, into):
    (into / "README.md").write_text(
        f"# Models\n\n{LIST_HEAD}\n| old |\n\nAfter.\n\nEnd.\n", "utf-8"
    )
    for name in ("zeta", "velatura_pixel"):
        take([f"{name}={training}"], into, None)
    rows = "\n".join(
        (
            LIST_HEAD,
            "|---|---|---|",
            "| `velatura_pixel` | 0.1 | *Velatura, single spectra*. Takes each spectrum by itself: "
            "sharp at every point, grainy where counts are few. |",
            "| `zeta` | 0.1 | *Dense, after AIRES-CH*. For comparison: a design of AIRES-CH, "
            "taught anew on the synthetic scans that Velatura's own networks learnt from. |",
        )
    )
    text = (into / "README.md").read_text("utf-8")
    assert text == f"# Models\n\n{rows}\n\nAfter.\n\nEnd.\n"
