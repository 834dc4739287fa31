"""Means and losses are those of the trials they come from."""

import numpy as np
import pytest

from app.learn.config import DataRecipe
from app.learn.evaluation import (
    PUBLISHED,
    Row,
    evaluate,
    losses,
    psnr_of_small,
    summary,
)
from app.learn.predictors import ConstantColour, PictureMean
from app.learn.store import SceneStore
from app.learn.trials import CONDITIONS, TrialPlan

PLAN = TrialPlan(shorter_side=16, repeats=2, made_up=1)


def row(network, picture, group, condition, **values):
    return Row(network, network.upper(), picture, group, 0, condition, values)


def test_means_are_over_trials_by_group_and_condition():
    rows = [
        row("a", "p", "painting", "many", psnr_db=20.0, spearman=None),
        row("a", "q", "painting", "many", psnr_db=22.0, spearman=0.5),
        row("a", "m", "made up", "many", psnr_db=18.0),
        row("a", "p", "painting", "few", psnr_db=float("inf")),
    ]
    found = summary(rows)["a"]["groups"]
    assert found["painting"]["many"]["n"] == 2
    assert found["painting"]["many"]["psnr_db"] == {"mean": 21.0, "sd": pytest.approx(1.414214)}
    assert found["painting"]["many"]["spearman"] == {"mean": 0.5, "sd": 0.0}
    assert found["all"]["many"]["psnr_db"]["mean"] == 20.0
    assert "psnr_db" not in found["painting"]["few"]
    assert "all" not in summary(rows[:2])["a"]["groups"]


def test_losses_are_those_of_the_same_painting_under_another_tube():
    rows = [
        row("a", "p", "painting", "many", psnr_db=20.0),
        row("a", "p", "painting", "tungsten", psnr_db=19.0),
        row("a", "q", "painting", "many", psnr_db=30.0),
        row("a", "q", "painting", "tungsten", psnr_db=27.0),
        row("a", "q", "painting", "glass", psnr_db=31.0),
        # nothing to compare it with
        row("a", "r", "painting", "tungsten", psnr_db=1.0),
        row("maps only", "p", "painting", "many", psnr_db=None),
    ]
    found = losses(rows)
    assert found == {
        "a": {
            "tungsten": {"n": 2, "mean": 2.0, "sd": pytest.approx(1.414214)},
            "glass": {"n": 1, "mean": -1.0, "sd": 0.0},
        }
    }


def test_every_small_scan_is_told_by_itself():
    rows = [
        row("a", "p", "painting", "small", psnr_db=20.00004),
        row("a", "p", "painting", "small", psnr_db=float("inf")),
        row("a", "p", "painting", "many", psnr_db=1.0),
        row("maps only", "p", "painting", "small", psnr_db=None),
    ]
    assert psnr_of_small(rows) == {"a": [20.0, None], "maps only": [None]}


def test_everyone_answers_every_trial_and_is_watched():
    store = SceneStore(DataRecipe(paints=(2, 4), levels=2))
    told, seen = [], []
    rows = evaluate(
        [ConstantColour([0.5, 0.5, 0.5]), PictureMean()],
        store,
        PLAN,
        CONDITIONS[:2],
        lambda share, text: told.append((share, text)),
        lambda trial, predictor, answer: seen.append((trial.condition.key, predictor.name)),
    )
    assert len(rows) == len(told) == len(seen) == 2 * 2 * 2
    assert seen == [(row.condition, row.network) for row in rows]
    assert told[0][0] == 0
    assert told[-1][0] == 7 / 8
    means = summary(rows)
    best, constant = (
        means[name]["groups"]["made up"]["many"]["psnr_db"]["mean"]
        for name in ("picture mean", "constant")
    )
    assert best > constant


def test_published_scores_are_those_of_five_networks():
    assert list(PUBLISHED) == ["v5", "v6", "v7", "VGG", "DilRes"]
    assert PUBLISHED["DilRes"]["psnr_db"] == 21.10


def test_the_slow_answer_some_points_of_each_picture():
    store = SceneStore(DataRecipe(paints=(2, 4), levels=2))
    slow = ConstantColour([0.5, 0.5, 0.5])
    slow.is_slow = True
    seen = []
    rows = evaluate(
        [slow, PictureMean()],
        store,
        TrialPlan(shorter_side=16, repeats=1, made_up=1, points_of_slow=100),
        CONDITIONS[:1],
        watch=lambda trial, predictor, answer: seen.append((trial, answer)),
    )
    (part, answer), (whole, _) = seen
    assert answer.rgb.shape == part.rgb.shape == (1, 100, 3)
    assert part.counts.shape == (1, 100, 1024)
    # each point as it is in the picture
    places = [np.flatnonzero((whole.counts == point).all(axis=2))[0] for point in part.counts[0]]
    assert len(set(places)) == 100
    np.testing.assert_array_equal(part.rgb[0], whole.rgb.reshape(-1, 3)[places])
    np.testing.assert_array_equal(part.elements[0], whole.elements.reshape(-1, 8)[places])
    mse = ((part.rgb - 0.5) ** 2).mean()
    assert rows[0].values["mse"] == pytest.approx(mse)
    assert rows[0].values["ssim"] is None is rows[0].values["mse_padded"]
    assert rows[1].values["mse_padded"] is not None
