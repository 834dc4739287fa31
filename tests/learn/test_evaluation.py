"""Tables hold the means of what was found, and say where numbers come from."""

import csv
import json

import pytest

from app.learn.config import DataRecipe
from app.learn.evaluation import (
    NUMBERS,
    PUBLISHED,
    SUMMARY,
    TABLE,
    Row,
    evaluate,
    plain_about,
    summary,
    write_evaluation,
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


def test_everyone_answers_every_trial_and_all_is_written(tmp_path):
    store = SceneStore(DataRecipe(paints=(2, 4), levels=2))
    told = []
    rows = evaluate(
        [ConstantColour([0.5, 0.5, 0.5]), PictureMean()],
        store,
        PLAN,
        CONDITIONS[:2],
        lambda share, text: told.append((share, text)),
    )
    assert len(rows) == len(told) == 2 * 2 * 2
    assert told[0][0] == 0
    assert told[-1][0] == 7 / 8
    means = summary(rows)
    best, constant = (
        means[name]["groups"]["made up"]["many"]["psnr_db"]["mean"]
        for name in ("picture mean", "constant")
    )
    assert best > constant
    paths = write_evaluation(
        rows, tmp_path, {"x": {"title": "X", "megabytes": 2}}, plain_about(PLAN, store)
    )
    assert [path.name for path in paths] == [TABLE, NUMBERS, SUMMARY]
    with paths[1].open(encoding="utf-8", newline="") as stream:
        numbers = list(csv.DictReader(stream))
    assert len(numbers) == len(rows)
    assert float(numbers[0]["mse"]) == pytest.approx(rows[0].values["mse"], rel=1e-4)
    plain = json.loads(paths[2].read_text("utf-8"))
    assert plain["about"]["repeats"] == 2
    text = paths[0].read_text("utf-8")
    assert "3 000 counts (n = 2)" in text
    assert "measured on other data" in text
    assert f"| VGG | {PUBLISHED['VGG']['ssim']:g} |" in text
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    assert lines[1].startswith("| Each picture's own mean colour")
    assert "| x | X | 2 |" in text
