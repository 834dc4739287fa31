"""The shipped networks that learnt: what they may say of paints, doubt, elements and new things.

All is made by Velatura's own generator: paint-outs, panels and pictures made of nothing, under
scanners that nothing was learnt from. Paintings would say more; `velatura evaluate --pictures`
takes them.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from app.learn.config import DataRecipe, read_config
from app.learn.evaluation import losses
from app.learn.evaluation_tables import NAMED
from app.learn.judgement import Judged, judge, left_out
from app.learn.paint_outs import GROUNDS, PaintOutPlan
from app.learn.paint_scores import GROUPS
from app.learn.predictors import NetworkFile
from app.learn.store import SceneStore, shipped_pigments
from app.learn.trials import CONDITIONS, TrialPlan
from app.paths import bundle_root

MODELS = bundle_root() / "models"
LEFT_OUT = Path(__file__).parent / "left_out.onnx"
COLOURING = ("velatura_pixel", "velatura_image")
NEW = ("titanium-white", "cadmium-yellow", "viridian", "gold-leaf", "barytes")

# of AIRES-CH's published network on pure paints: what there was before
PUBLISHED_MSE, PUBLISHED_RED_BLUE = 0.070, 0.33

# grounds on which a group stands apart from the ground itself: on lead white, what shows
# nothing looks like lead white
APART = {
    "copper": GROUNDS,
    "iron": GROUNDS,
    "lead": GROUNDS,
    "nothing": ("chalk",),
}

# pure paints whose colours are not reached yet: chrome yellow is 28 and 29 from its colour
NOT_REACHED = {(name, "lead-white"): {"chrome-yellow"} for name in COLOURING}

FAMILIAR = ("many", "few", "axis", "random", "small")
# of the rank correlation of doubt and error; doubts of this spread that were all right would have
# less than 0.5
WANTED_RANKS = 0.6


@cache
def network(path):
    if not path.is_file():
        pytest.skip(f"{path.parent.name}/{path.name} is not there: hours of training make it")
    return NetworkFile(path, threads=2)


@cache
def panels(path):
    """What is said of paint-outs."""
    return judge([network(path)], SceneStore(DataRecipe()), Judged(parts=("paints",)))


@cache
def pictures(path):
    """What is said of some pictures in every condition."""
    asked = Judged(
        parts=("pictures",),
        trials=TrialPlan(shorter_side=64, repeats=1, made_up=8, seed=7, small=60),
        conditions=CONDITIONS,
    )
    return judge([network(path)], SceneStore(DataRecipe()), asked)


def file(name):
    return MODELS / f"{name}.onnx"


@pytest.fixture(params=COLOURING)
def coloured(request):
    """What a network that colours says of paint-outs, by ground."""
    (found,) = panels(file(request.param)).paints.values()
    return found


@pytest.mark.parametrize("ground", GROUNDS)
def test_pure_paints_have_their_colours(coloured, ground, request):
    apart = {name: coloured[ground]["delta_e2000"][name] for name in NAMED}
    missed = {name: value for name, value in apart.items() if value >= 25}
    known = NOT_REACHED.get((request.node.callspec.params["coloured"], ground), set())
    if missed and set(missed) <= known and max(missed.values()) < 30:
        pytest.xfail(f"not reached: {missed}")
    assert missed == {}


@pytest.mark.parametrize("ground", GROUNDS)
def test_vermilion_is_red_and_lead_tin_yellow_yellow(coloured, ground):
    red, green, blue = coloured[ground]["rgb"]["vermilion"]
    assert red > max(green, blue) + 40
    red, green, blue = coloured[ground]["rgb"]["lead-tin-yellow-i"]
    assert min(red, green) > blue + 40


@pytest.mark.parametrize("ground", GROUNDS)
def test_pure_paints_are_nearer_than_the_published_network_has_them(coloured, ground):
    assert coloured[ground]["mse"] < PUBLISHED_MSE
    assert coloured[ground]["mse"] < coloured[ground]["mse_constant"]
    assert coloured[ground]["red_blue"] > PUBLISHED_RED_BLUE


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_pure_paints_are_nearer_than_the_published_network_has_them_here(shared_data):
    published = NetworkFile(shared_data("aires_ch/aires_1d_opt_inception_resnet.onnx"), threads=2)
    asked = Judged(parts=("paints",), paints=PaintOutPlan(side=2))
    found = judge([network(file("velatura_pixel")), published], SceneStore(DataRecipe()), asked)
    ours, theirs = found.paints.values()
    for ground in GROUNDS:
        assert ours[ground]["mse"] < theirs[ground]["mse"]
        assert ours[ground]["red_blue"] > theirs[ground]["red_blue"]
        assert ours[ground]["delta_e2000_mean"] < theirs[ground]["delta_e2000_mean"]


@pytest.mark.parametrize("name", COLOURING)
@pytest.mark.parametrize("group", GROUPS)
def test_pigments_that_are_one_get_one_colour_whose_doubt_holds_them(name, group):
    (found,) = panels(file(name)).groups.values()
    for ground in APART[group]:
        told = found[ground][group]
        # one answer, not a guess for each
        assert told["answers_apart"] < told["colours_apart"] / 3
        # which is nearer to the group's mean than its members are to each other
        assert told["to_mean"] < told["colours_apart"]
        assert told["covered"] >= 0.8


@pytest.mark.parametrize("name", COLOURING)
def test_the_ninety_per_cent_told_hold_the_members_of_all_groups(name):
    (found,) = panels(file(name)).groups.values()
    held = [
        found[ground][group]["covered"] for group, grounds in APART.items() for ground in grounds
    ]
    assert np.mean(held) >= 0.85


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", COLOURING)
def test_errors_lie_within_the_ninety_per_cent_told_and_rank_as_told(name):
    (found,) = pictures(file(name)).doubt.values()
    within = [found[key]["within_90"] for key in FAMILIAR]
    assert 0.85 <= np.mean(within) <= 0.95
    ranks, right = (
        float(np.mean([found[key][name] for key in FAMILIAR]))
        for name in ("spearman", "spearman_if_right")
    )
    assert ranks > 0.9 * right
    if ranks < WANTED_RANKS:
        pytest.xfail(f"not reached: {ranks:.2f}, were all doubts right {right:.2f}")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", COLOURING)
def test_less_than_two_decibel_are_lost_under_an_unknown_tube(name):
    (found,) = losses(pictures(file(name)).rows).values()
    assert found["tungsten"]["n"] == found["glass"]["n"] == 8
    assert found["tungsten"]["mean"] < 2.0
    assert found["glass"]["mean"] < 2.0


def test_maps_of_elements_are_better_than_windows_where_counts_are_few():
    found = judge(
        [network(file("element_mlp"))], SceneStore(DataRecipe()), Judged(parts=("maps",))
    ).maps
    r = {
        name: {key: float(np.mean(list(values.values()))) for key, values in conditions.items()}
        for name, conditions in found.items()
    }
    assert r["element_mlp"]["counts_100"] > r["windows_net"]["counts_100"]
    assert r["element_mlp"]["counts_100"] > 0.6
    assert r["element_mlp"]["counts_1000"] > r["element_mlp"]["counts_100"]


def test_new_materials_are_found_new():
    taught = network(LEFT_OUT)
    assert set(NEW) <= left_out(taught, shipped_pigments())
    assert "Cr" not in taught.card.trained_on["tube_anode"]
    (found,) = panels(LEFT_OUT).novelty.values()
    assert {name: found[name] for name in NEW if found[name] < 0.98} == {}


def test_the_training_without_five_materials_is_otherwise_the_shipped_one():
    shipped = read_config(MODELS / "configs" / "velatura_pixel.toml")
    config = read_config(LEFT_OUT.with_suffix(".toml"))
    assert config.name == LEFT_OUT.stem
    assert config.network == shipped.network
    kept = {item.id for item in shipped_pigments(config.data.without_elements)}
    assert not kept.intersection(NEW)
    # what paints need is still there
    assert {"lead-white", "vermilion", "azurite", "zinc-white", "yellow-ochre"} <= kept
