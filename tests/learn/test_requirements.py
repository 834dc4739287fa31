"""Trainings that cannot go well are told before they begin."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.errors import ParameterError  # noqa: E402
from app.learn.config import Config, DataRecipe, TrainingPlan  # noqa: E402
from app.learn.networks.catalogue import NETWORKS  # noqa: E402
from app.learn.requirements import check_possible  # noqa: E402

CONFIG = Config(data=DataRecipe(rows=40, cols=70), training=TrainingPlan(side=36, device="cpu"))


def config(**plan):
    return replace(CONFIG, training=replace(CONFIG.training, **plan))


@pytest.mark.parametrize(
    ("network", "plan"),
    [
        ("dense", {}),
        ("autoencoder", {"reconstruction_weight": 1.0}),
        ("element_mlp", {"colour_weight": 0.0, "element_weight": 1.0, "loss": "likelihood"}),
        ("velatura_pixel", {"loss": "likelihood", "element_weight": 1.0}),
        ("dilres_unet", {"side": 40}),
        # a side between multiples becomes the smaller one
        ("dilres_unet", {"side": 47}),
        ("vgg_unet", {}),
        # for single points the side does not matter
        ("dense", {"side": 400}),
    ],
)
def test_what_goes_together_passes(network, plan):
    check_possible(config(**plan), NETWORKS[network])


@pytest.mark.parametrize(
    ("network", "plan", "told"),
    [
        ("dense", {"loss": "likelihood"}, "“training.loss” is 'likelihood' and needs “log_var”"),
        ("dense", {"element_weight": 2.0}, "“training.element_weight” is 2.0"),
        ("dense", {"reconstruction_weight": 1.0}, "needs “reconstruction”"),
        ("dense", {"colour_weight": 0.0}, "nothing is learnt"),
        ("element_mlp", {"element_weight": 1.0}, "needs “rgb”; the network “element_mlp” gives"),
        ("dilres_unet", {"side": 48}, "“training.side” is 48 points; scenes have 40 × 70"),
        ("vgg_unet", {"side": 31}, "needs 32 at least"),
    ],
)
def test_what_does_not_is_told(network, plan, told):
    with pytest.raises(ParameterError, match=told):
        check_possible(config(**plan), NETWORKS[network])


def test_scenes_smaller_than_the_network_needs_are_told():
    small = replace(CONFIG, data=DataRecipe(rows=20, cols=70))
    with pytest.raises(ParameterError, match="20 × 70 points"):
        check_possible(small, NETWORKS["vgg_unet"])


def test_a_graphics_card_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ParameterError, match="no graphics card"):
        check_possible(config(device="cuda"), NETWORKS["dense"])
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    check_possible(config(device="cuda"), NETWORKS["dense"])
