"""Validation judges by the same spectra each time."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.config import Config, DataRecipe, TrainingPlan  # noqa: E402
from app.learn.split import Role  # noqa: E402
from app.learn.store import SceneStore  # noqa: E402
from app.learn.validation import Validation, judged_by  # noqa: E402

CPU = torch.device("cpu")
CONFIG = Config(
    data=DataRecipe(validation_scenes=3, rows=12, cols=20, paints=(3, 5), levels=2),
    training=TrainingPlan(loss="squares"),
)


class Grey(torch.nn.Module):
    """The same grey for everything."""

    def forward(self, counts):
        return {"rgb": torch.full((len(counts), 3, *counts.shape[2:]), 0.5)}


@pytest.fixture(scope="module")
def scenes():
    return SceneStore(CONFIG.data).scenes(Role.VALIDATION)


def test_scores_are_means_over_scenes(scenes):
    found = Validation(scenes, CONFIG, "image", 4).scores(Grey(), CPU)
    wanted = [np.mean((scene.rgb() - 0.5) ** 2) for scene in scenes]
    assert found["mse"] == pytest.approx(found["loss"])
    # parts of scenes: about, not exactly
    assert found["mse"] == pytest.approx(np.mean(wanted), rel=0.3)
    assert found["psnr_db"] >= -10 * np.log10(found["mse"]) - 1e-6
    assert judged_by(found) == found["mse"]


def test_the_same_spectra_come_each_time(scenes):
    one, other = (Validation(scenes, CONFIG, "pixel") for _ in range(2))
    network = torch.nn.Sequential(torch.nn.Linear(512, 3), torch.nn.Sigmoid())

    class Linear(torch.nn.Module):
        def forward(self, counts):
            return {"rgb": network(counts / 1000)}

    assert one.scores(Linear(), CPU) == other.scores(Linear(), CPU)


def test_networks_without_colours_are_judged_by_their_loss():
    assert judged_by({"loss": 0.5}) == 0.5


def test_a_network_is_left_learning_if_it_was(scenes):
    network = Grey().train()
    Validation(scenes, CONFIG, "pixel").scores(network, CPU)
    assert network.training
