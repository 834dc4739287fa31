"""From nothing to a coloured scan by four commands: learn, export, judge, recolour."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="needs the extra train")
pytest.importorskip("onnxscript", reason="needs the extra train")

from app.cli.main import run  # noqa: E402
from app.core.axis import EnergyAxis  # noqa: E402
from app.learn.checkpoint import load, read_weights  # noqa: E402
from app.learn.config import read_config  # noqa: E402
from app.learn.features import own_axis  # noqa: E402
from app.learn.networks.dense import Dense  # noqa: E402
from app.learn.networks.parts import keras_count  # noqa: E402
from app.learn.training import CHECKPOINT, CURVES, LOG, WEIGHTS  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "models" / "configs" / "tiny.toml"
ROWS, COLS, CHANNELS = 9, 14, 700


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Where the scenes are, which all trainings here share."""
    return tmp_path_factory.mktemp("scenes")


@pytest.fixture(scope="module")
def taught(tmp_path_factory, kept):
    """A folder that `velatura train` has filled."""
    folder = tmp_path_factory.mktemp("taught")
    assert run(["train", str(TINY), "--out", str(folder), "--scenes", str(kept)]) == 0
    return folder


@pytest.fixture
def scan(tmp_path):
    """Counts on an axis that is not the networks', and the file with them."""
    rng = np.random.default_rng(3)
    expected = rng.exponential(2.0, (ROWS, COLS, CHANNELS)) * np.exp(-np.arange(CHANNELS) / 300)
    counts = rng.poisson(expected).astype(np.uint16)
    path = tmp_path / "scan.npz"
    np.savez(path, cube=counts, kev_offset=-0.1, kev_slope=0.06)
    return counts, path


def test_learning_leaves_a_network_its_card_and_how_it_went(taught):
    names = {"tiny.onnx", "tiny.json", "manifest.json", CHECKPOINT, WEIGHTS, LOG, CURVES}
    assert {path.name for path in taught.iterdir()} == names
    card = json.loads((taught / "tiny.json").read_text("utf-8"))
    assert card["trained_on"]["scenes"] == 4
    assert card["trained_on"]["training"].startswith("60 steps in ")
    assert 0 < card["metrics"]["validation"]["psnr_db"] < 40
    manifest = json.loads((taught / "manifest.json").read_text("utf-8"))
    roles = [row["role"] for row in manifest["scenes"]]
    assert roles == ["training"] * 4 + ["validation"] * 2


def test_the_network_is_judged_beside_the_published_scores(taught, kept, tmp_path, capsys):
    out = tmp_path / "judged"
    given = ["evaluate", str(taught / "tiny.onnx"), "--config", str(TINY), "--no-rivals"]
    plan = ["--conditions", "many,glass", "--side", "16", "--repeats", "2", "--made-up", "1"]
    assert run([*given, *plan, "--scenes", str(kept), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    scores = told["networks"]["tiny"]["groups"]["made up"]
    assert set(scores) == {"many", "glass"}
    assert scores["many"]["n"] == 2
    assert 0 < scores["many"]["psnr_db"]["mean"] < 40
    plain = json.loads((out / "evaluation.json").read_text("utf-8"))
    network = Dense(widths=(32, 16))
    assert plain["facts"]["tiny"]["parameters"] == keras_count(network)
    assert "measured on other data" in (out / "evaluation.md").read_text("utf-8")


def test_a_scan_is_coloured_as_the_taught_network_would(taught, scan, tmp_path, capsys):
    counts, path = scan
    picture = tmp_path / "colours.png"
    given = ["recolour", str(path), "--model", str(taught / "tiny.onnx"), "--out", str(picture)]
    assert run([*given, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pixels"] == ROWS * COLS
    network = Dense(widths=(32, 16))
    network.load_state_dict(read_weights(taught / WEIGHTS))
    flat = counts.reshape(-1, CHANNELS).astype(np.float32)
    spectra = torch.from_numpy(own_axis(flat, EnergyAxis(-0.1, 0.06)))
    with torch.no_grad():
        wanted = network.eval()(spectra)["rgb"].numpy().reshape(ROWS, COLS, 3)
    with Image.open(picture) as image:
        found = np.asarray(image.convert("RGB"), np.float64) / 255
    assert np.abs(found - wanted).max() < 1 / 255
    assert found.std() > 0


# kills itself in step 38 without a word, as a system does that runs out of memory
KILLED = """
import os, signal, sys
from app.learn.training import Training
save, learn = Training._save, Training._learn
Training._save = lambda self: save(self) if self._step % 10 == 0 else None
def until_killed(self, batch):
    if self._step == 37:
        os.kill(os.getpid(), signal.SIGKILL)
    learn(self, batch)
Training._learn = until_killed
from app.cli.main import run
run(sys.argv[1:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")
def test_a_killed_training_ends_with_the_very_same_network(taught, kept, tmp_path):
    config = tmp_path / "tiny.toml"
    text = TINY.read_text("utf-8").replace("[training]", "[training]\nsave_every_s = 0.0")
    config.write_text(text, "utf-8")
    assert read_config(config).training.save_every_s == 0
    killed = tmp_path / "killed"
    given = ["train", str(config), "--out", str(killed), "--scenes", str(kept)]
    child = subprocess.run([sys.executable, "-c", KILLED, *given], cwd=ROOT, check=False)
    assert child.returncode == -signal.SIGKILL
    assert load(killed / CHECKPOINT).step == 30
    assert not (killed / "tiny.onnx").exists()
    assert run(given) == 0
    # it is the file of a network that learnt without a break, to the last bit
    assert (killed / "tiny.onnx").read_bytes() == (taught / "tiny.onnx").read_bytes()
    once, twice = (read_weights(folder / WEIGHTS) for folder in (taught, killed))
    assert once.keys() == twice.keys()
    assert all(torch.equal(values, twice[key]) for key, values in once.items())
    cards = [json.loads((folder / "tiny.json").read_text("utf-8")) for folder in (taught, killed)]
    assert cards[0]["sha256"] == cards[1]["sha256"]
    assert cards[0]["metrics"] == cards[1]["metrics"]
