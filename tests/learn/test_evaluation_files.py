"""Files hold the numbers and means of what was found, and say where they come from."""

import csv
import json

import pytest

from app.learn.config import DataRecipe
from app.learn.evaluation import Row
from app.learn.evaluation_files import NUMBERS, SUMMARY, TABLE, plain_about, write_evaluation
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
