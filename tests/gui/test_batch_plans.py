"""What is asked for becomes a plan, and a plan becomes what is asked for."""

import pytest

from app.core.batch.plan import TASK_OUTPUTS, BatchInput, BatchPlan, BatchTask, check_plan
from app.core.clustering.features import Transform
from app.engine import tasks
from app.gui import batch_plans
from app.gui.batch_plans import chosen_of, output_of, plan_of, reports_of, task_kinds
from app.gui.dialogs.batch_output import OutputChoice
from app.gui.dialogs.batch_reports import ReportsChoice
from app.gui.dialogs.batch_tasks import ChosenTask


def test_every_task_of_a_batch_can_be_chosen():
    kinds = {kind.name: kind for kind in task_kinds()}
    assert set(kinds) == set(TASK_OUTPUTS)
    assert kinds["maps"].left_out == ("format",)
    assert kinds["maps"].formats == ("png", "tiff", "csv", "h5")
    assert "model" in kinds["recolour"].offered
    assert "" in kinds["unmix"].offered["instrument"]


def test_models_are_offered_and_the_first_one_is_taken(monkeypatch, model_folders):
    monkeypatch.setattr(batch_plans, "Models", lambda: model_folders)
    recolour = next(kind for kind in task_kinds() if kind.name == "recolour")
    (name,) = recolour.offered["model"]
    assert recolour.start.model == name


def test_a_plan_says_what_differs_from_the_usual_and_comes_back_whole():
    chosen = (
        ChosenTask("maps", tasks.MapsParameters(elements="Fe", net=True), ("tiff", "h5")),
        ChosenTask("cluster", tasks.ClusterParameters(transform=Transform.SHARES)),
    )
    output = OutputChoice("/out", "{number}_{stem}_{task}", True, 2, 4096.0)
    reports = ReportsChoice(True, "pdf", "own", "all", "Fe,Cu")
    plan = plan_of([BatchInput("/a.h5")], chosen, output, reports)
    assert plan == BatchPlan(
        (BatchInput("/a.h5"),),
        (
            BatchTask("maps", {"elements": "Fe", "net": True}, ("tiff", "h5")),
            BatchTask("cluster", {"transform": "shares"}),
        ),
        "/out",
        "{number}_{stem}_{task}",
        True,
        "pdf",
        "own",
        "all",
        "Fe,Cu",
        True,
        2,
        4096.0,
    )
    check_plan(plan)
    assert (chosen_of(plan.tasks), output_of(plan), reports_of(plan)) == (
        (chosen, ()),
        output,
        reports,
    )


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (BatchTask("paint"), "no task 'paint'"),
        (BatchTask("maps", {"colour": 1}), "no parameter 'colour'"),
        (BatchTask("cluster", {"patience": 0}), "Tries without gain"),
        (BatchTask("convert", {}, ("png",)), "cannot write 'png'"),
    ],
)
def test_tasks_that_cannot_be_shown_are_told(task, words):
    chosen, (note,) = chosen_of([task])
    assert chosen == ()
    assert words in note
