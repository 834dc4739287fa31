"""The shipped trainings can be read, and their networks built."""

from pathlib import Path

import pytest

from app.learn.config import read_config

FOLDER = Path(__file__).resolve().parents[2] / "models" / "configs"
ALL = sorted(FOLDER.glob("*.toml"))
TRAININGS = [path for path in ALL if not path.stem.startswith("search")]
NETWORKS = [path for path in TRAININGS if path.stem not in ("common", "tiny")]


@pytest.mark.parametrize("path", TRAININGS, ids=lambda path: path.stem)
def test_trainings_are_read(path):
    config = read_config(path)
    assert config.name == path.stem
    assert config.data.pictures == ""


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_networks_learn_from_the_same_data_for_ten_minutes_at_least(path):
    config, common = read_config(path), read_config(FOLDER / "common.toml")
    assert config.data == common.data
    assert config.training.seed == common.training.seed
    assert config.training.minutes >= 10
    assert config.network.name == path.stem


@pytest.mark.torch
def test_every_network_has_a_training():
    pytest.importorskip("torch", reason="needs the extra train")
    from app.learn.networks.catalogue import NETWORKS as KNOWN

    assert {path.stem for path in NETWORKS} == set(KNOWN)


@pytest.mark.torch
@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_networks_are_built_and_give_what_their_loss_needs(path):
    torch = pytest.importorskip("torch", reason="needs the extra train")
    from dataclasses import replace

    from app.learn.losses import loss
    from app.learn.networks.catalogue import NETWORKS as KNOWN
    from app.learn.teaching import built

    config = read_config(path)
    # the files of other trainings are not there
    config = replace(config, network=replace(config.network, weights={}))
    row = KNOWN[config.network.name]
    side = row.multiple_px
    shape = (2,) if row.layout == "pixel" else (1, side, side)
    counts = torch.ones((shape[0], 512, *shape[1:]))
    rgb, elements = torch.rand(shape[0], 3, *shape[1:]), torch.rand(shape[0], 8, *shape[1:])
    with torch.no_grad():
        outputs = built(config).eval()(counts)
    assert torch.isfinite(loss(outputs, counts, rgb, elements, config.training))
    assert config.training.side % row.multiple_px == 0


@pytest.mark.torch
def test_searches_are_read():
    pytest.importorskip("torch", reason="needs the extra train")
    pytest.importorskip("optuna", reason="needs the extra train")
    from app.learn.search import read_search

    for path in set(ALL) - set(TRAININGS):
        assert read_search(path).trials > 0
