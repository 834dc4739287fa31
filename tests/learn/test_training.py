"""Trainings learn, end when they are to, and go on where they were killed."""

import csv
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.errors import Cancelled  # noqa: E402
from app.learn.checkpoint import read_weights  # noqa: E402
from app.learn.config import Config, DataRecipe, TrainingPlan  # noqa: E402
from app.learn.networks.dense import Dense  # noqa: E402
from app.learn.split import Role  # noqa: E402
from app.learn.store import SceneStore  # noqa: E402
from app.learn.stream import Batching, Stream  # noqa: E402
from app.learn.training import (  # noqa: E402
    CHECKPOINT,
    CURVES,
    LOG,
    WEIGHTS,
    DivergedError,
    Training,
    chosen_device,
)
from app.learn.validation import Validation  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Config(
    data=DataRecipe(scenes=3, validation_scenes=2, rows=10, cols=12, paints=(3, 5), levels=2),
    training=TrainingPlan(
        steps=24, validate_every=6, batch_scenes=3, points=24, warm_up=4, threads=1, save_every_s=0
    ),
)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def scenes():
    store = SceneStore(CONFIG.data)
    return store.scenes(Role.TRAINING), store.scenes(Role.VALIDATION)


def training(scenes, folder, config=CONFIG, **plan):
    config = replace(config, training=replace(config.training, **plan))
    torch.manual_seed(1)
    network = Dense(widths=(16, 8), drop=0.2)
    plan = config.training
    stream = Stream(
        scenes[0], Batching("pixel", plan.batch_scenes, plan.points), config.data.measuring(), 1
    )
    return Training(config, network, stream, Validation(scenes[1], config, "pixel"), folder)


def rows(folder):
    with (folder / LOG).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_loss_falls_and_everything_is_written(scenes, tmp_path):
    done = training(scenes, tmp_path, steps=150, validate_every=30, save_every_s=1e6).run()
    assert done.steps == 150
    assert done.why == "150 steps are done"
    assert {item.name for item in tmp_path.iterdir()} == {CHECKPOINT, WEIGHTS, LOG, CURVES}
    found = rows(tmp_path)
    assert [int(row["step"]) for row in found] == [30, 60, 90, 120, 150]
    assert float(found[-1]["training_loss"]) < 0.96 * float(found[0]["training_loss"])
    assert float(found[-1]["mse"]) < float(found[0]["mse"])
    counts = torch.full((2, 512), 3.0)
    known = Dense(widths=(16, 8), drop=0.2)
    known.load_state_dict(read_weights(tmp_path / WEIGHTS))
    np.testing.assert_array_equal(
        known.eval()(counts)["rgb"].detach(), done.network(counts)["rgb"].detach()
    )


def weights(folder):
    return read_weights(folder / WEIGHTS)


def same(one, other):
    assert one.keys() == other.keys()
    for key, value in one.items():
        assert torch.equal(value, other[key]), key


def without_time(folder):
    return [{key: item for key, item in row.items() if key != "seconds"} for row in rows(folder)]


def test_a_training_that_is_stopped_ends_as_if_it_had_not_been(scenes, tmp_path):
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    for folder in (whole, stopped):
        folder.mkdir()
    training(scenes, whole).run()

    def stop(fraction, message):
        if message.startswith("Step 10"):
            raise Cancelled

    with pytest.raises(Cancelled):
        training(scenes, stopped).run(stop)
    assert training(scenes, stopped).run().steps == 24
    same(weights(stopped), weights(whole))
    assert without_time(stopped) == without_time(whole)


CHILD = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}, {root!r} + "/tests/learn"]
import test_training as t
torch = t.torch
torch.set_num_threads(1)
store = t.SceneStore(t.CONFIG.data)
scenes = store.scenes(t.Role.TRAINING), store.scenes(t.Role.VALIDATION)
def tell(fraction, message):
    sys.stdout.write(message + "\\n")
    sys.stdout.flush()
t.training(scenes, Path({folder!r}), steps=10**6).run(tell)
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_training_that_is_killed_goes_on_to_the_very_same_network(scenes, tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in (whole, killed):
        folder.mkdir()
    # the schedule would follow the steps that are asked for
    constant = {"schedule": "constant"}
    training(scenes, whole, **constant).run()
    code = CHILD.format(root=str(ROOT), folder=str(killed)).replace(
        "steps=10**6", 'steps=10**6, schedule="constant"'
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    with child:
        for line in child.stdout:
            if line.startswith("Step 13"):
                child.kill()
    assert child.returncode == -signal.SIGKILL
    resumed = training(scenes, killed, **constant)
    done = resumed.run()
    assert done.steps == 24
    same(weights(killed), weights(whole))
    assert without_time(killed) == without_time(whole)


def test_it_ends_early_where_nothing_is_gained(scenes, tmp_path):
    done = training(
        scenes, tmp_path, steps=200, validate_every=2, patience=3, learning_rate=1.0, average=0.0
    ).run()
    assert done.steps < 200
    assert done.why == "no gain in 3 looks at the validation scenes"
    assert done.steps - done.best_step >= 6


def test_minutes_of_the_processor_end_it(scenes, tmp_path):
    done = training(scenes, tmp_path, steps=10**6, minutes=0.01).run()
    assert done.why == "0.01 processor minutes are spent"
    assert 0.6 <= done.seconds < 3


def test_a_loss_that_is_no_number_is_told_and_not_kept(scenes, tmp_path):
    training(scenes, tmp_path, steps=6).run()
    before = (tmp_path / CHECKPOINT).read_bytes()
    gone = training(scenes, tmp_path, steps=24, save_every_s=1000)
    with torch.no_grad():
        next(gone._network.parameters()).fill_(float("nan"))
    with pytest.raises(DivergedError, match="gone astray"):
        gone.run()
    assert (tmp_path / CHECKPOINT).read_bytes() == before


def test_the_rate_rises_then_falls(scenes, tmp_path):
    plan = training(scenes, tmp_path, steps=100, warm_up=10, learning_rate=0.01)
    rates = []
    for step in range(100):
        plan._step = step
        rates.append(plan._rate())
    assert rates[0] == pytest.approx(0.001, rel=0.01)
    assert np.argmax(rates) in (9, 10)
    assert rates[-1] == pytest.approx(0.0001, rel=0.1)


def test_a_processor_is_always_there():
    assert chosen_device(TrainingPlan(device="cpu")).type == "cpu"
    assert chosen_device(TrainingPlan()).type in ("cpu", "cuda")
