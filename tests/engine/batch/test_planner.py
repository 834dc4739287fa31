"""What works need and may write, before they begin."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.batch.plan import BatchPlan, BatchTask
from app.core.batch.states import RowState
from app.engine.batch import planner as planning
from app.engine.batch.planner import (
    BASE_MB,
    Facts,
    Planner,
    checked_names,
    facts_of,
    fits,
    most_at_once,
    need_mb,
    processors,
    states_before,
    usable_mb,
)
from app.errors import ParameterError
from app.io.batch_ledger import Entry, Ledger, LedgerReader

SMALL = Facts((5, 7, 300), 5 * 7 * 300 * 2)
LARGE = Facts((1000, 800, 2048), 1000 * 800 * 2048 * 2)
MAPS, UNMIX = BatchTask("maps", {"elements": "Fe"}), BatchTask("unmix")


def test_facts_come_from_the_header(make_scan, make_plan, tmp_path):
    assert facts_of(make_plan(make_scan()).inputs[0]) == SMALL
    assert facts_of(make_plan(tmp_path / "absent.h5").inputs[0]) is None


def test_larger_scans_and_more_networks_need_more():
    assert BASE_MB < need_mb(SMALL, [MAPS]) < BASE_MB + 1
    assert need_mb(SMALL, [MAPS]) < need_mb(LARGE, [MAPS]) < need_mb(LARGE, [MAPS, UNMIX])
    one = BatchTask("recolour", {"model": "a", "memory_mb": 300.0})
    two = BatchTask("recolour", {"model": "b", "memory_mb": 500.0})
    assert need_mb(SMALL, [one, two]) - need_mb(SMALL, [one]) > 500
    assert need_mb(SMALL, [one, one]) == need_mb(SMALL, [one])


def test_a_scan_of_unknown_size_is_taken_for_a_usual_one():
    assert need_mb(SMALL, [UNMIX]) < need_mb(None, [UNMIX]) < need_mb(LARGE, [UNMIX])


def test_work_fits_by_memory_and_alone_always():
    assert fits(900.0, [], 500.0)
    assert fits(200.0, [300.0], 500.0)
    assert not fits(200.0, [300.0], 499.0)
    assert not fits(200.0, [300.0], 500.0, idle_mb=1.0)


def test_memory_and_processors_are_those_of_the_plan_or_the_machine(monkeypatch):
    monkeypatch.setattr(planning, "free_mb", lambda: 1000.0)
    plan = BatchPlan((), (), "")
    assert usable_mb(plan) == 600.0
    assert usable_mb(replace(plan, memory_mb=70.0)) == 70.0
    assert most_at_once(plan) == processors() >= 1
    assert most_at_once(replace(plan, jobs=3)) == 3


def test_a_work_has_full_tasks_targets_and_a_need(make_scan, make_plan, tmp_path):
    plan = make_plan(make_scan(), tasks=(BatchTask("maps", {"elements": "Fe"}, ("csv", "png")),))
    with Ledger(tmp_path / "out") as ledger:
        work = Planner(plan, ledger).work(0)
    (task,) = work.tasks
    assert task.task.parameters["net"] is False
    assert task.targets == (tmp_path / "out/panel_maps",)
    assert task.recipe.startswith("sha256:")
    assert task.overwrite
    assert work.targets == task.targets
    assert work.need_mb == need_mb(SMALL, [task.task])
    assert work.threads >= 1


def test_what_was_there_before_may_be_replaced_only_if_it_is_own(make_scan, make_plan, tmp_path):
    plan = make_plan(make_scan(), tasks=(BatchTask("spectrum"),))
    target = tmp_path / "out/panel_spectrum.csv"
    with Ledger(tmp_path / "out") as ledger:
        target.write_text("x")
        assert not Planner(plan, ledger).work(0).tasks[0].overwrite
        assert Planner(replace(plan, overwrite=True), ledger).work(0).tasks[0].overwrite
        assert "is there already" in checked_names(plan)[0].conflict
        assert not checked_names(replace(plan, overwrite=True))[0].conflict
        ledger.begin(["panel_spectrum.csv"])
        assert Planner(plan, ledger).work(0).tasks[0].overwrite
        assert not checked_names(plan)[0].conflict
    assert not checked_names(replace(plan, output=str(tmp_path / "new")))[0].conflict


def test_what_the_ledger_knows_goes_with_the_work_unless_all_is_made_afresh(
    make_scan, make_plan, tmp_path
):
    plan = make_plan(make_scan())
    entry = Entry(("panel_maps",), "/a.h5", "sha256:1", "sha256:2", ())
    with Ledger(tmp_path / "out") as ledger:
        ledger.add(entry)
        assert Planner(plan, ledger).work(0).tasks[0].before == entry
        assert Planner(plan, ledger, resume=False).work(0).tasks[0].before is None


def test_what_is_there_already_is_told_before_a_run(make_scan, make_plan, run_batch, tmp_path):
    scans = [make_scan(f"{name}.h5", seed) for seed, name in enumerate("abc")]
    plan = make_plan(*scans)
    assert states_before(plan) == (RowState.WAITING,) * 3
    run_batch(plan)
    next((tmp_path / "out/b_maps").iterdir()).unlink()
    assert states_before(plan) == (RowState.UP_TO_DATE, RowState.WAITING, RowState.UP_TO_DATE)
    other = replace(plan, tasks=(BatchTask("maps", {"elements": "Cu"}),))
    assert states_before(other) == (RowState.WAITING,) * 3


@pytest.mark.parametrize(
    "change",
    [
        {"tasks": ()},
        {"tasks": (BatchTask("polish"),)},
        {"tasks": (BatchTask("recolour", {"model": "no such"}),)},
        {"pattern": "{stem"},
        {"regions": "Face=0:"},
        {"regions": "all", "elements": "Fe,Xx"},
        {"jobs": -1},
    ],
)
def test_a_plan_that_cannot_be_run_is_refused(make_plan, tmp_path, change):
    with pytest.raises(ParameterError):
        Planner(replace(make_plan(), **change), LedgerReader(tmp_path))


def test_report_table_and_digest_are_planned_where_they_are_wanted(make_scan, make_plan, tmp_path):
    plan = make_plan(make_scan(), reports=True, regions="all", contact_sheet="pdf")
    ledger = LedgerReader(tmp_path / "out")
    extras = Planner(plan, ledger).work(0).extras
    assert extras.report == tmp_path / "out/panel_report.pdf"
    assert extras.regions_table == tmp_path / "out/panel_regions.csv"
    assert extras.digest.parent == tmp_path / "out/.velatura-batch"
    assert extras.targets == (extras.digest, extras.report, extras.regions_table)
    other = replace(plan, tasks=(BatchTask("maps", {"elements": "Cu"}),))
    assert Planner(other, ledger).work(0).extras.recipe != extras.recipe
    assert not Planner(make_plan(make_scan()), ledger).work(0).extras.targets


def test_threads_are_shared_among_those_that_fit(make_scan, make_plan, monkeypatch, tmp_path):
    monkeypatch.setattr(planning, "processors", lambda: 8)
    scans = [make_scan(f"{name}.h5") for name in "abcd"]
    ledger = LedgerReader(tmp_path / "out")

    def threads(**more):
        return Planner(make_plan(*scans, **more), ledger).work(0).threads

    assert threads(memory_mb=10_000.0) == 2  # four scans
    assert threads(memory_mb=2.2 * need_mb(SMALL, [MAPS])) == 4
    assert threads(memory_mb=1.0) == 8
    assert threads(jobs=1, memory_mb=10_000.0) == 8


def test_targets_are_those_of_all_scans(make_scan, make_plan, tmp_path):
    plan = make_plan(make_scan("a.h5"), make_scan("b.h5"))
    assert Planner(plan, LedgerReader(Path("x"))).targets() == (
        tmp_path / "out/a_maps",
        tmp_path / "out/b_maps",
    )
