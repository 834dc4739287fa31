"""From a configuration to a file that colours spectra, and what goes wrong on the way."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="needs the extra train")
pytest.importorskip("onnxscript", reason="needs the extra train")

from app.errors import Cancelled, ParameterError, ReadError, WriteError  # noqa: E402
from app.io.model_files import read_card  # noqa: E402
from app.learn.checkpoint import write_weights  # noqa: E402
from app.learn.config import Config, DataRecipe, NetworkChoice, TrainingPlan  # noqa: E402
from app.learn.split import Role  # noqa: E402
from app.learn.store import SceneStore  # noqa: E402
from app.learn.teaching import (  # noqa: E402
    MANIFEST,
    built,
    calibrated,
    check_same,
    known_network,
    teach,
)

CONFIG = Config(
    name="small",
    network=NetworkChoice("dense", {"widths": [16, 8]}),
    data=DataRecipe(scenes=2, validation_scenes=1, rows=8, cols=8, paints=(2, 3), levels=2),
    training=TrainingPlan(
        steps=6, validate_every=3, batch_scenes=2, points=16, threads=1, device="cpu"
    ),
)


def with_network(**changes):
    return replace(CONFIG, network=replace(CONFIG.network, **changes))


def test_a_network_is_taught_written_and_colours(tmp_path):
    half = tmp_path / "run" / ".checkpoint.0a1b2c3d.part.pt"
    half.parent.mkdir()
    half.touch()
    taught = teach(CONFIG, tmp_path / "run", tmp_path / "scenes")
    assert taught.trained.steps == 6
    assert not half.exists()
    path = tmp_path / "run" / "small.onnx"
    assert taught.exported.path == path
    assert taught.exported.difference < 1e-4
    card = read_card(path)
    assert card.metrics["validation"]["psnr_db"] > 0
    assert (tmp_path / "run" / MANIFEST).is_file()
    import onnxruntime

    session = onnxruntime.InferenceSession(path.read_bytes())
    counts = np.random.default_rng(1).poisson(3.0, (5, 512)).astype(np.float32)
    (rgb,) = session.run(["rgb"], {"counts": counts})
    with torch.no_grad():
        wanted = taught.trained.network(torch.from_numpy(counts))["rgb"].numpy()
    np.testing.assert_allclose(rgb, wanted, atol=1e-5)
    # another training may not go on there, but more steps may
    check_same(replace(CONFIG, training=replace(CONFIG.training, steps=9)), tmp_path / "run")
    with pytest.raises(ParameterError, match=r"data\.seed = 1; asked for is 2"):
        check_same(replace(CONFIG, data=replace(CONFIG.data, seed=2)), tmp_path / "run")


def test_our_own_network_too_goes_on_to_the_very_same_one(tmp_path, monkeypatch):
    """With its own loss, which draws numbers, and its calibration at the end."""
    monkeypatch.setattr("app.learn.teaching.CALIBRATION_POINTS", 1000)
    # exports take their time
    monkeypatch.setattr("app.learn.teaching._written", lambda *_: None)
    network = NetworkChoice("velatura_pixel", {"width": 16, "blocks": 1})
    plan = replace(CONFIG.training, loss="likelihood", element_weight=1.0, average=0.9)
    config = replace(CONFIG, network=network, training=plan)

    def stop(fraction, message):
        if message.startswith("Step 4"):
            raise Cancelled

    whole = teach(config, tmp_path / "whole", tmp_path / "scenes").trained.network.state_dict()
    with pytest.raises(Cancelled):
        teach(config, tmp_path / "stopped", tmp_path / "scenes", stop)
    again = teach(config, tmp_path / "stopped", tmp_path / "scenes").trained
    assert again.steps == plan.steps
    found = again.network.state_dict()
    assert whole.keys() == found.keys()
    assert "novelty.scale" in found
    assert all(torch.equal(values, found[key]) for key, values in whole.items())


def test_first_weights_follow_from_the_seed():
    one, same = built(CONFIG).state_dict(), built(CONFIG).state_dict()
    other = built(replace(CONFIG, training=replace(CONFIG.training, seed=2))).state_dict()
    first = next(iter(one))
    assert torch.equal(one[first], same[first])
    assert not torch.equal(one[first], other[first])


def test_given_weights_are_taken(tmp_path):
    network = built(replace(CONFIG, training=replace(CONFIG.training, seed=5)))
    write_weights(network.state_dict(), tmp_path / "best.pt")
    found = built(with_network(weights={"": str(tmp_path / "best.pt")}))
    for key, value in network.state_dict().items():
        assert torch.equal(found.state_dict()[key], value)


def test_weights_that_do_not_fit_are_told(tmp_path):
    write_weights({"w": torch.ones(2)}, tmp_path / "best.pt")
    for part in ("", "nothing"):
        with pytest.raises(ReadError, match="do not fit"):
            built(with_network(weights={part: str(tmp_path / "best.pt")}))


def test_weights_that_are_not_there_are_told(tmp_path):
    with pytest.raises(ReadError, match="there is no such file") as caught:
        built(with_network(weights={"": str(tmp_path / "gone.pt")}))
    assert "network.weights" in caught.value.hint


def test_unknown_networks_are_told():
    with pytest.raises(ParameterError, match="Found “denes”"):
        known_network("denes")


@pytest.mark.parametrize("options", [{"depth": 3}, {"widths": [-1]}, {"widths": ["a"]}])
def test_options_that_make_no_network_are_told_in_one_line(options):
    with pytest.raises(ParameterError, match="cannot be built") as caught:
        built(with_network(options=options))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("which", ["out", "scenes"])
def test_a_file_in_a_folders_place_is_told(tmp_path, which):
    (tmp_path / "file").touch()
    places = {"out": tmp_path / "out", "scenes": tmp_path / "scenes", which: tmp_path / "file"}
    with pytest.raises(WriteError, match=r"Cannot write file\."):
        teach(CONFIG, places["out"], places["scenes"])


def test_what_cannot_go_well_is_told_before_anything_is_made(tmp_path):
    plan = replace(CONFIG.training, loss="likelihood")
    with pytest.raises(ParameterError, match="log_var"):
        teach(replace(CONFIG, training=plan), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_one_picture_on_two_sides_is_told(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    rng = np.random.default_rng(1)
    for name in ("a", "b", "c"):
        coarse = Image.fromarray(rng.integers(0, 256, (5, 8, 3)).astype(np.uint8))
        coarse.resize((96, 64)).save(folder / f"{name}.png")
    with Image.open(folder / "a.png") as picture:
        picture.resize((48, 32)).save(folder / "copy of a.png")
    data = replace(
        CONFIG.data,
        pictures=str(folder),
        validation_pictures=("b",),
        test_pictures=("copy of a",),
    )
    with pytest.raises(ParameterError, match="“a” is for training and “copy of a” for test"):
        teach(replace(CONFIG, data=data), tmp_path / "run")


def test_a_network_that_can_is_calibrated_with_training_spectra():
    class Looks(torch.nn.Module):
        def calibrate(self, counts):
            self.seen = counts

    network = Looks()
    calibrated(network, CONFIG, SceneStore(CONFIG.data).scenes(Role.TRAINING))
    assert network.seen.shape == (20_000, 512)
    assert network.seen.sum(dim=1).min() > 5
    calibrated(torch.nn.Linear(1, 1), CONFIG, [])
