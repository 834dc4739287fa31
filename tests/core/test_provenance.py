"""How a result was made, and its way through a file."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import app
from app.core.provenance import InputFile, Step, software_versions, steps_from_json, steps_to_json

INPUT = InputFile("scan.h5", "sha256:" + "0a" * 32, 4096)


def test_steps_come_back_from_their_text():
    steps = (
        Step("open", {"dataset": "/xrf/counts", "axis": [0.0, 0.01]}, (INPUT,)),
        Step("map", {"roi": {"name": "Fe Kα", "low_kev": 6.2}, "net": True, "k": None}, seed=7),
    )
    assert steps_from_json(steps_to_json(steps)) == steps


def test_no_steps_are_an_empty_list():
    assert steps_to_json(()) == "[]"
    assert steps_from_json("[]") == ()


def test_greek_letters_stay_readable_in_the_text():
    assert "Fe Kα" in steps_to_json((Step("map", {"line": "Fe Kα"}),))


def test_numpy_numbers_stay_numbers_and_paths_become_text():
    parameters = {
        "rows": np.int64(5),
        "gain": np.float32(0.25),
        "net": np.bool_(True),
        "levels": np.array([1, 2]),
        "out": Path("maps"),
    }
    (entry,) = json.loads(steps_to_json((Step("map", parameters),)))
    assert entry["parameters"] == {
        "rows": 5,
        "gain": 0.25,
        "net": True,
        "levels": [1, 2],
        "out": "maps",
    }


def test_a_step_knows_the_versions_and_the_time():
    before = datetime.now(UTC) - timedelta(seconds=1)
    step = Step("open")
    time = datetime.fromisoformat(step.time)
    assert before <= time <= datetime.now(UTC)
    assert step.versions == software_versions()
    assert step.versions["velatura"] == app.__version__
    assert step.versions["numpy"] == np.__version__
    assert set(step.versions) == {"velatura", "python", "numpy"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "5",
        "null",
        '"open"',
        '["open"]',
        '{"action": "open"}',
        '[{"action": "open"}]',
        '[{"inputs": []}]',
        '[{"action": "open", "inputs": ["scan.h5"]}]',
        '[{"action": "open", "inputs": [{"name": "scan.h5"}]}]',
    ],
)
def test_another_text_is_no_list_of_steps(text):
    with pytest.raises(ValueError, match=r"not a list of steps|Expecting"):
        steps_from_json(text)


def test_what_a_later_version_added_is_passed_over():
    text = steps_to_json((Step("open", {"a": 1}, (InputFile("x.h5", "sha256:0", 3),)),))
    entries = json.loads(text)
    entries[0]["mood"] = "calm"
    entries[0]["inputs"][0]["owner"] = "lab"
    (step,) = steps_from_json(json.dumps(entries))
    assert step.action == "open"
    assert step.inputs == (InputFile("x.h5", "sha256:0", 3),)
