"""Cards of taught networks tell what they were taught with."""

import json

import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.core.recolouring.card import Layout, OutputKind, TaskKind, card_from_plain  # noqa: E402
from app.learn.config import Config, DataRecipe  # noqa: E402
from app.learn.networks.catalogue import NETWORKS  # noqa: E402
from app.learn.store import SceneStore  # noqa: E402
from app.learn.trained_card import trained_card  # noqa: E402

CONFIG = Config(name="x", title="A network", data=DataRecipe(seed=7, without_elements=("Ti",)))


@pytest.fixture(scope="module")
def store():
    return SceneStore(CONFIG.data)


def made(name, store):
    row = NETWORKS[name]
    return trained_card(CONFIG, row, row.build(), store, {"validation": {"mse": 0.1}}, "3 steps")


def test_a_network_for_points_has_a_card_for_points(store):
    card = made("dense", store)
    assert (card.name, card.task, card.layout) == ("A network", TaskKind.RGB, Layout.PIXEL)
    assert [item.kind for item in card.outputs] == [OutputKind.RGB]
    assert card.inputs[0].energy.edges_kev[-1] == pytest.approx(40.96)
    assert card.trained_on["training"] == "3 steps"
    assert card.trained_on["left_out_elements"] == ["Ti"]
    assert card.trained_on["pigments"] == len(store.pigments)
    # some of the scans end early
    assert card.trained_on["axis_end_kev"] == [26.0, 40.96]
    assert card_from_plain(json.loads(json.dumps(card.to_plain()))) == card


def test_a_network_for_pictures_tells_how_far_it_looks(store):
    card = made("dilres_unet", store)
    assert card.layout is Layout.IMAGE_CHANNELS_FIRST
    assert card.multiple_px == 8


def test_a_network_for_elements_tells_which(store):
    card = made("element_mlp", store)
    assert card.task is TaskKind.MAPS
    assert card.outputs[0].elements == ("K", "Ca", "Fe", "Cu", "Zn", "Au", "Hg", "Pb")
