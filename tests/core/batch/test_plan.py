"""Plans: tasks, formats, and the way to JSON and back."""

import json
from dataclasses import replace

import pytest

from app.core.axis import EnergyAxis
from app.core.batch.plan import (
    TASK_OUTPUTS,
    BatchInput,
    BatchPlan,
    BatchTask,
    check_plan,
    plan_from_plain,
    plan_to_plain,
)
from app.errors import ParameterError

PLAN = BatchPlan(
    inputs=(
        BatchInput("/scans/Крест.h5", dataset="entry/data", axis=EnergyAxis(0.1, 0.02)),
        BatchInput("/scans/聖母", detector="1", rows=3, cols=5),
    ),
    tasks=(BatchTask("maps", {"elements": "Fe", "net": True}, ("png", "h5")), BatchTask("unmix")),
    output="/results/Maestà 1",
    pattern="{folder}/{stem}",
    reports=True,
    contact_sheet="both",
    scaling="own",
    regions="all",
    elements="Fe,Cu",
    jobs=3,
    memory_mb=900.5,
)


def test_a_plan_is_the_same_after_json():
    text = json.dumps(plan_to_plain(PLAN))
    assert plan_from_plain(json.loads(text)) == PLAN


def test_what_a_later_version_added_is_passed_over():
    plain = plan_to_plain(PLAN) | {"colour": "blue"}
    plain["inputs"][0]["mood"] = 1
    assert plan_from_plain(plain) == PLAN


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"inputs": None}, "inputs is None"),
        ({"inputs": [3]}, "scan 1 is 3"),
        ({"inputs": [{}]}, "scan 1"),
        ({"inputs": [{"path": 4}]}, "“path” of scan 1 is 4"),
        ({"tasks": [{"task": "maps", "parameters": []}]}, "parameters of task 1"),
        ({"tasks": [{"task": "maps", "formats": "png"}]}, "formats of task 1"),
        ({"jobs": True}, "“jobs” of the plan is True"),
        ({"output": None}, "“output”"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_where(change, words):
    with pytest.raises(ParameterError, match="no plan of a batch") as caught:
        plan_from_plain(plan_to_plain(PLAN) | change)
    assert words in caught.value.message


def test_a_plan_that_is_no_object_is_refused():
    with pytest.raises(ParameterError):
        plan_from_plain([])


@pytest.mark.parametrize(
    ("task", "formats"),
    [
        (BatchTask("convert"), ("h5",)),
        (BatchTask("recolour", {}, ("h5", "png", "h5")), ("h5", "png")),
        (BatchTask("maps", {"format": "csv"}), ("csv",)),
        (BatchTask("maps", {"format": "csv"}, ("tiff",)), ("tiff",)),
        (BatchTask("cluster"), ()),
    ],
)
def test_the_usual_format_stands_in_where_none_is_chosen(task, formats):
    assert task.chosen_formats == formats


@pytest.mark.parametrize("task", [BatchTask("unmix", {}, ("png",)), BatchTask("polish")])
def test_tasks_and_formats_that_are_not_there_are_refused(task):
    with pytest.raises(ParameterError):
        _ = task.chosen_formats


def test_the_outputs_are_those_of_the_task_catalogue():
    from app.engine.tasks import TASKS

    assert {item.name for item in TASKS} == set(TASK_OUTPUTS)


@pytest.mark.parametrize(
    "change",
    [
        {"tasks": ()},
        {"output": ""},
        {"contact_sheet": "gif"},
        {"scaling": "none"},
        {"jobs": -1},
        {"memory_mb": -1.0},
        {"memory_mb": float("nan")},
    ],
)
def test_a_plan_that_cannot_be_run_at_all_is_refused(change):
    check_plan(PLAN)
    with pytest.raises(ParameterError):
        check_plan(replace(PLAN, **change))


def test_options_of_a_scan_hold_all_but_its_path():
    assert PLAN.inputs[1].options == {
        "dataset": None,
        "detector": "1",
        "axis": None,
        "rows": 3,
        "cols": 5,
    }
