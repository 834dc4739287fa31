"""Files hold the numbers and means of what was found, and say where they come from."""

import csv
import json

import pytest

from app.errors import ParameterError
from app.learn.config import DataRecipe
from app.learn.evaluation import Row
from app.learn.evaluation_files import (
    NUMBERS,
    SUMMARY,
    TABLE,
    joined,
    plain_about,
    plain_findings,
    write_evaluation,
)
from app.learn.judgement import Findings, Judged
from app.learn.store import SceneStore


@pytest.fixture
def found():
    rows = [
        Row("a", "A", "p", "painting", repeat, "many", {"psnr_db": value, "mse": 0.0123456789})
        for repeat, value in enumerate((20.0, 22.0))
    ]
    rows.append(Row("a", "A", "p", "painting", 0, "glass", {"psnr_db": 19.0, "spearman": None}))
    return Findings(rows=rows, titles={"a": "A"})


def test_all_is_written(tmp_path, found):
    about = plain_about(Judged(), SceneStore(DataRecipe()))
    paths = write_evaluation(found, tmp_path, {"a": {"title": "A", "megabytes": 2}}, about)
    assert [path.name for path in paths] == [TABLE, NUMBERS, SUMMARY]
    with paths[1].open(encoding="utf-8", newline="") as stream:
        numbers = list(csv.DictReader(stream))
    assert [row["psnr_db"] for row in numbers] == ["20", "22", "19"]
    assert numbers[0]["mse"] == "0.0123457"
    assert numbers[2]["mse"] == numbers[2]["spearman"] == ""
    plain = json.loads(paths[2].read_text("utf-8"))
    assert plain["networks"]["a"]["groups"]["painting"]["many"]["psnr_db"]["mean"] == 21.0
    assert plain["losses_db"]["a"]["glass"] == {"n": 1, "mean": 1.0, "sd": 0.0}
    assert plain["about"]["repeats"] == 2
    assert plain["about"]["paint_outs"]["counts"] == 3000
    assert plain["facts"] == {"a": {"title": "A", "megabytes": 2}}
    assert "3 000 counts (n = 2)" in paths[0].read_text("utf-8")


def test_an_earlier_evaluation_is_replaced(tmp_path, found):
    about = plain_about(Judged(), SceneStore(DataRecipe()))
    for _ in range(2):
        write_evaluation(found, tmp_path, {}, about)
    assert len(list(tmp_path.iterdir())) == 3


def test_networks_of_an_earlier_evaluation_stand_beside(tmp_path, found):
    about = plain_about(Judged(), SceneStore(DataRecipe()))
    again = Row("a", "A", "p", "painting", 0, "many", {"psnr_db": 5.0})
    other = Row("b", "B", "p", "painting", 0, "many", {"psnr_db": 7.0})
    slow = Findings(rows=[again, other], titles={"a": "A", "b": "B"}, slow=("a", "b"))
    earlier = plain_findings(slow, {"b": {"title": "B"}}, about)
    paths = write_evaluation(found, tmp_path, {"a": {"title": "A"}}, about, earlier)
    plain = json.loads(paths[2].read_text("utf-8"))
    assert list(plain["networks"]) == ["a", "b"]
    assert plain["networks"]["a"]["groups"]["painting"]["many"]["psnr_db"]["mean"] == 21.0
    assert plain["networks"]["b"]["groups"]["painting"]["many"]["psnr_db"]["mean"] == 7.0
    assert plain["slow"] == ["b"]
    assert plain["facts"] == {"b": {"title": "B"}, "a": {"title": "A"}}
    assert "| B | – | – | 7.00" in paths[0].read_text("utf-8")


def test_evaluations_by_other_trials_are_not_joined(found):
    about = plain_about(Judged(), SceneStore(DataRecipe()))
    plain = plain_findings(found, {}, about)
    for wrong in ([], {}, {"about": about}, {**plain, "about": {**about, "seed": 2}}):
        with pytest.raises(ParameterError):
            joined(wrong, plain)
