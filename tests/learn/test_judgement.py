"""All parts that are asked for are found, and no others."""

import numpy as np
import pytest

from app.learn.config import DataRecipe
from app.learn.judgement import PARTS, Judged, judge, left_out
from app.learn.map_scores import MapPlan
from app.learn.paint_outs import PaintOutPlan
from app.learn.predictors import Answer, ConstantColour
from app.learn.store import SceneStore
from app.learn.trials import CONDITIONS, TrialPlan
from app.paths import bundle_root

SMALL = {
    "trials": TrialPlan(16, 1, 1),
    "conditions": CONDITIONS[:1],
    "paints": PaintOutPlan(side=2, scanners=1),
    "maps": MapPlan(rows=12, cols=20, panels=1),
}


class Doubting:
    name, title, is_slow = "doubting", "One that doubts", True

    def answer(self, trial):
        shape = trial.rgb.shape[:2]
        return Answer(np.full_like(trial.rgb, 0.5), np.full(shape, -2.0, np.float32))


@pytest.fixture(scope="module")
def store():
    return SceneStore(DataRecipe(paints=(2, 4), levels=2))


def test_all_is_found(store):
    told = []
    found = judge(
        [ConstantColour([0.5, 0.4, 0.3]), Doubting()],
        store,
        Judged(**SMALL),
        lambda share, text="": told.append(share),
    )
    assert [row.network for row in found.rows] == ["constant", "doubting"]
    assert list(found.doubt) == ["doubting"]
    assert set(found.paints) == set(found.groups) == {"constant", "doubting"}
    # neither tells elements, so that rivals of networks stand alone
    assert set(found.maps) == {"windows", "windows_net", "linear_fit"}
    assert set(found.maps["linear_fit"]) == {"counts_100", "counts_300", "counts_1000"}
    assert found.novelty == {}
    assert found.slow == ("doubting",)
    assert found.titles["windows"] == "Energy windows"
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("part", PARTS)
def test_parts_are_found_alone(store, part):
    found = judge([Doubting()], store, Judged(parts=(part,), **SMALL))
    there = {
        "pictures": bool(found.rows) and bool(found.doubt),
        "paints": bool(found.paints) and bool(found.groups),
        "maps": bool(found.maps),
    }
    assert there == {name: name == part for name in PARTS}


def test_what_a_network_did_not_learn_from_stands_on_its_card(pigments):
    from app.learn.predictors import NetworkFile

    network = NetworkFile(bundle_root() / "models" / "palette_knn.onnx")
    assert left_out(network, pigments) == frozenset()
    assert left_out(Doubting(), pigments) == frozenset()
    told = {"left_out_elements": ["Cd"], "left_out_pigments": ["azurite"]}
    object.__setattr__(network.card, "trained_on", told)
    assert left_out(network, pigments) == {
        "azurite",
        "cadmium-yellow",
        "cadmium-red",
        "cadmium-orange",
    }
