"""Whole batches: rows, results as the window gives them, resuming, failures, cancelling."""

import errno
import os
import shutil
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.core.batch.plan import BatchInput, BatchTask
from app.core.batch.states import RowState
from app.engine import tasks
from app.engine.batch.runner import BatchRun
from app.engine.jobs import run_now
from app.engine.recolouring import recolour_files
from app.io.batch_ledger import FOLDER, Ledger

DONE, UP_TO_DATE, FAILED = RowState.DONE, RowState.UP_TO_DATE, RowState.FAILED


def states(summary):
    return [row.state for row in summary.rows]


def test_rows_are_told_from_running_to_done_with_their_files(make_scan, make_plan, run_batch):
    events = []
    summary = run_batch(make_plan(make_scan("Крест 1.h5"), make_scan("聖母.npz")), events.append)
    assert summary.is_good
    assert states(summary) == [DONE, DONE]
    first = [event.state for event in events if event.item == 0]
    assert first[0] is RowState.RUNNING
    assert first[-1] is DONE
    assert [Path(path).name for path in summary.rows[0].outputs] == [
        "Крест 1_Fe_Ka.png",
        "Крест 1_Ca_Ka.png",
    ]
    assert all(Path(path).is_file() for row in summary.rows for path in row.outputs)


def test_results_are_those_of_the_tasks_themselves(
    make_scan, make_plan, run_batch, content_of, tmp_path
):
    scan = make_scan("Maestà.h5")
    wanted = (
        BatchTask("convert", {"bin": 2}),
        BatchTask("maps", {"elements": "Fe,Ca", "net": True}, ("png", "h5", "tiff")),
        BatchTask("spectrum", {"region": "0:3,1:5"}, ("csv", "png")),
    )
    summary = run_batch(make_plan(scan, tasks=wanted))
    assert states(summary) == [DONE], summary.rows[0].message
    alone = tmp_path / "alone"
    (alone / "Maestà_maps").mkdir(parents=True)

    def do(task, parameters, name):
        run_now(partial(task, tasks.Source(scan), parameters, alone / name))

    do(tasks.convert, tasks.ConvertParameters(bin=2), "Maestà_convert.h5")
    for kind in ("png", "h5", "tiff"):
        maps = tasks.MapsParameters(elements="Fe,Ca", net=True, format=kind)
        do(tasks.maps, maps, "Maestà_maps")
    for kind in ("csv", "png"):
        parameters = tasks.SpectrumParameters(region="0:3,1:5")
        do(tasks.spectrum, parameters, f"Maestà_spectrum.{kind}")
    made = {path.relative_to(alone) for path in alone.rglob("*") if path.is_file()}
    assert {Path(path).relative_to(tmp_path / "out") for path in summary.rows[0].outputs} == made
    for name in made:
        assert content_of(tmp_path / "out" / name) == content_of(alone / name), name


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_clusters_and_amounts_are_those_of_the_tasks_themselves(
    make_scan, make_plan, run_batch, content_of, tmp_path
):
    scan = make_scan()
    wanted = (
        BatchTask("cluster", {"numbers": "2"}),
        BatchTask("unmix", {"method": "nmf", "components": 2, "refine": False}),
    )
    summary = run_batch(make_plan(scan, tasks=wanted))
    assert states(summary) == [DONE], summary.rows[0].message
    for task, parameters in (
        (tasks.cluster, tasks.ClusterParameters(numbers="2")),
        (tasks.unmix_task, tasks.UnmixParameters(method="nmf", components=2, refine=False)),
    ):
        alone = tmp_path / task.__name__
        made = run_now(partial(task, tasks.Source(scan), parameters, alone))
        ours = tmp_path / "out" / f"panel_{task.__name__.removesuffix('_task')}"
        assert made
        for path in made:
            assert content_of(ours / path.name) == content_of(path), path.name


def test_colours_are_those_of_the_task_itself(
    make_scan, make_plan, run_batch, executor, content_of, same_colours, tmp_path
):
    scan = make_scan()
    wanted = (BatchTask("recolour", {"model": "palette_ridge"}, ("png", "h5")),)
    summary = run_batch(make_plan(scan, tasks=wanted))
    assert states(summary) == [DONE], summary.rows[0].message
    parameters = tasks.RecolourParameters(model="palette_ridge")
    alone = tmp_path / "alone.h5"
    run_now(
        partial(
            recolour_files,
            tasks.Source(scan),
            parameters,
            alone,
            also=[alone.with_suffix(".png")],
            network_for=executor.tools.network_for,
        )
    )
    ours = tmp_path / "out/panel_recolour.h5"
    same_colours(ours, alone)
    assert content_of(ours.with_suffix(".png")) == content_of(alone.with_suffix(".png"))


def test_the_same_run_again_does_nothing(make_scan, make_plan, run_batch, files_in, tmp_path):
    plan = make_plan(make_scan("a.h5"), make_scan("b.npz"))
    first = run_batch(plan)
    before = files_in(tmp_path / "out")
    again = run_batch(plan)
    assert states(again) == [UP_TO_DATE, UP_TO_DATE]
    assert [row.outputs for row in again.rows] == [row.outputs for row in first.rows]
    assert files_in(tmp_path / "out") == before


def test_only_what_is_missing_or_changed_is_done_again(make_scan, make_plan, run_batch, tmp_path):
    scans = [make_scan(f"{name}.h5", seed) for seed, name in enumerate("abcd")]
    plan = make_plan(*scans)
    run_batch(plan)
    make_scan("b.h5", seed=9)  # another content under the same name
    next((tmp_path / "out/c_maps").iterdir()).unlink()
    next((tmp_path / "out/d_maps").iterdir()).write_bytes(b"torn")
    assert states(run_batch(plan)) == [UP_TO_DATE, DONE, DONE, DONE]
    assert states(run_batch(plan)) == [UP_TO_DATE] * 4


def test_another_recipe_is_done_again(make_scan, make_plan, run_batch):
    scan = make_scan()
    run_batch(make_plan(scan))
    net = BatchTask("maps", {"elements": "Fe,Ca", "net": True})
    assert states(run_batch(make_plan(scan, tasks=(net,)))) == [DONE]


def test_afresh_makes_all_again(make_scan, make_plan, run_batch):
    plan = make_plan(make_scan())
    run_batch(plan)
    assert states(run_batch(plan, resume=False)) == [DONE]


def test_a_scan_that_fails_is_a_row_and_the_others_are_done(
    make_scan, make_plan, run_batch, tmp_path
):
    broken = tmp_path / "broken.h5"
    broken.write_bytes(b"\x89HDF\r\n\x1a\n" + b"0" * 100)
    plan = make_plan(make_scan("a.h5"), broken, tmp_path / "absent.h5", make_scan("b.h5"))
    summary = run_batch(plan)
    assert states(summary) == [DONE, FAILED, FAILED, DONE]
    assert "broken.h5" in summary.rows[1].message
    assert "absent.h5: No such file" in summary.rows[2].message
    assert not summary.is_good
    assert summary.count(FAILED) == 2


def test_of_several_tasks_the_one_that_fails_is_told_and_the_others_are_there(
    make_scan, make_plan, run_batch
):
    wanted = (
        BatchTask("spectrum"),
        BatchTask("maps", {"elements": "U"}),
        BatchTask("convert"),
    )
    (row,) = run_batch(make_plan(make_scan(), tasks=wanted)).rows
    assert row.state is FAILED
    assert "keV" in row.message
    assert [Path(path).name for path in row.outputs] == ["panel_spectrum.csv", "panel_convert.h5"]


def test_failed_ones_can_be_tried_again(make_scan, make_plan, executor, tmp_path):
    plan = make_plan(make_scan("a.h5"), tmp_path / "scans/late.h5")
    ends = []
    run = BatchRun(plan, lambda event: None, executor, ended=ends.append)
    run.start()
    assert states(run.wait(60)) == [DONE, FAILED]
    shutil.copy(tmp_path / "scans/a.h5", tmp_path / "scans/late.h5")
    run.retry_failed()
    assert states(run.wait(60)) == [DONE, DONE]
    assert executor.done == [0, 1, 1]
    assert len(ends) == 2


def test_who_hears_of_the_end_may_begin_anew(make_scan, make_plan, executor, tmp_path):
    plan = make_plan(tmp_path / "scans/late.h5")
    ends, is_done = [], threading.Event()

    def ended(summary):
        ends.append(states(summary))
        if len(ends) == 1:
            make_scan("late.h5")
            run.retry_failed()
        else:
            is_done.set()

    run = BatchRun(plan, lambda event: None, executor, ended=ended)
    run.start()
    assert is_done.wait(60)
    assert ends == [[FAILED], [DONE]]
    assert run.wait(60).is_good


def test_files_of_somebody_else_are_never_replaced(make_scan, make_plan, run_batch, tmp_path):
    mine = tmp_path / "out/panel_spectrum.csv"
    mine.parent.mkdir()
    mine.write_text("mine")
    plan = make_plan(make_scan(), tasks=(BatchTask("spectrum"),))
    for _ in range(2):
        (row,) = run_batch(plan).rows
        assert row.state is FAILED
        assert "exists already" in row.message
        assert mine.read_text() == "mine"
    (row,) = run_batch(make_plan(make_scan(), tasks=plan.tasks, overwrite=True)).rows
    assert row.state is DONE
    assert mine.read_text() != "mine"


def test_names_that_clash_fail_alone(make_scan, make_plan, run_batch):
    plan = make_plan(make_scan("x/a.h5"), make_scan("y/a.h5"))
    summary = run_batch(plan)
    assert states(summary) == [DONE, FAILED]
    assert "has the same name" in summary.rows[1].message


def test_a_full_disk_is_a_row_and_leaves_nothing_half(
    make_scan, make_plan, run_batch, files_in, monkeypatch, tmp_path
):
    from app.io import tables

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    plan = make_plan(make_scan(), tasks=(BatchTask("spectrum"), BatchTask("convert")))
    monkeypatch.setattr(tables, "write_spectra_csv", full)
    (row,) = run_batch(plan).rows
    assert row.state is FAILED
    assert "No space left" in row.message
    assert "Free some space" in row.message
    assert list(files_in(tmp_path / "out")) == ["panel_convert.h5"]
    monkeypatch.undo()
    # the user folder is that of the test again, too
    monkeypatch.setenv("VELATURA_HOME", str(tmp_path / "home"))
    assert states(run_batch(plan)) == [DONE]


def test_a_ledger_that_cannot_be_written_is_a_row(make_scan, make_plan, run_batch, monkeypatch):
    from app.errors import WriteError

    def refuse(*_):
        raise WriteError("Cannot write ledger.jsonl.", "No space left on device.", "Free some.")

    monkeypatch.setattr(Ledger, "add", refuse)
    (row,) = run_batch(make_plan(make_scan())).rows
    assert row.state is FAILED
    assert "ledger.jsonl" in row.message


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only_is_told(make_scan, make_plan, run_batch, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out").chmod(0o500)
    summary = run_batch(make_plan(make_scan()))
    assert "Permission denied" in summary.message
    assert states(summary) == [FAILED]


def test_an_output_folder_that_cannot_be_is_told_in_every_row(
    make_scan, make_plan, run_batch, tmp_path
):
    (tmp_path / "file").write_bytes(b"")
    summary = run_batch(make_plan(make_scan(), output=tmp_path / "file" / "out"))
    assert "Not a directory" in summary.message
    assert summary.rows[0].message == summary.message


def test_a_task_that_cannot_be_is_told_before_anything_is_done(
    make_scan, make_plan, run_batch, executor
):
    plan = make_plan(make_scan(), tasks=(BatchTask("recolour", {"model": "no such"}),))
    assert "no model 'no such'" in run_batch(plan).message
    assert executor.done == []


def test_two_runs_into_one_folder_are_refused(make_scan, make_plan, run_batch, tmp_path):
    with Ledger(tmp_path / "out"):
        assert "Another batch" in run_batch(make_plan(make_scan())).message


def test_a_mistake_of_the_program_is_a_row(make_scan, make_plan, run_batch, monkeypatch):
    from app.engine.batch import worker

    def fail(*_):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(worker, "run_task", fail)
    (row,) = run_batch(make_plan(make_scan())).rows
    assert "ZeroDivisionError: oh" in row.message


def test_want_of_memory_is_a_row(make_scan, make_plan, run_batch, monkeypatch):
    from app.engine.batch import worker

    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(worker, "run_task", fail)
    assert "not enough memory" in run_batch(make_plan(make_scan())).rows[0].message


class Gate:
    """Holds tasks up until it is opened, and tells when one has come to it."""

    def __init__(self, monkeypatch):
        from app.engine.batch import worker

        self.is_open, self.came = threading.Event(), threading.Event()
        run = worker.run_task

        def held(source, planned, tools, context):
            self.came.set()
            while not self.is_open.wait(0.01):
                context.check()
            return run(source, planned, tools, context)

        monkeypatch.setattr(worker, "run_task", held)


@pytest.fixture
def gate(monkeypatch):
    found = Gate(monkeypatch)
    yield found
    found.is_open.set()


def test_one_scan_can_be_cancelled_whether_it_waits_or_runs(
    make_scan, make_plan, executor, gate, files_in, tmp_path
):
    plan = make_plan(*(make_scan(f"{name}.h5") for name in "abc"))
    run = BatchRun(plan, lambda event: None, executor)
    run.start()
    assert gate.came.wait(60)
    run.cancel_item(0)
    run.cancel_item(1)
    gate.is_open.set()
    assert states(run.wait(60)) == [RowState.CANCELLED, RowState.CANCELLED, DONE]
    assert {name.split("/")[0] for name in files_in(tmp_path / "out")} == {"c_maps"}


def test_all_can_be_cancelled(make_scan, make_plan, executor, gate, files_in, tmp_path):
    run = BatchRun(make_plan(make_scan("a.h5"), make_scan("b.h5")), lambda event: None, executor)
    run.start()
    assert gate.came.wait(60)
    run.cancel()
    assert states(run.wait(60)) == [RowState.CANCELLED] * 2
    assert files_in(tmp_path / "out") == {}


def test_closing_waits_for_no_worker(make_scan, make_plan, executor, gate):
    run = BatchRun(make_plan(make_scan()), lambda event: None, executor)
    run.start()
    assert gate.came.wait(60)
    run.close(60)
    assert not run.is_running
    assert states(run.wait(0)) == [RowState.CANCELLED]


def test_while_it_is_paused_no_scan_is_begun(make_scan, make_plan, executor, gate):
    ended = threading.Event()
    run = BatchRun(
        make_plan(make_scan("a.h5"), make_scan("b.h5")),
        lambda event: ended.set() if event.state is DONE else None,
        executor,
    )
    run.start()
    assert gate.came.wait(60)
    run.pause()
    assert run.is_paused
    gate.is_open.set()
    assert ended.wait(60)
    assert run.wait(0.2) is None
    assert [row.state for row in run.rows] == [DONE, RowState.WAITING]
    run.resume()
    assert states(run.wait(60)) == [DONE, DONE]


def test_failed_ones_can_be_tried_again_while_others_run(
    make_scan, make_plan, executor, gate, tmp_path
):
    executor.jobs = 2
    failed = threading.Event()
    run = BatchRun(
        make_plan(make_scan("a.h5"), tmp_path / "scans/late.h5"),
        lambda event: failed.set() if event.state is FAILED else None,
        executor,
    )
    run.start()
    assert failed.wait(60)
    shutil.copy(tmp_path / "scans/a.h5", tmp_path / "scans/late.h5")
    run.retry_failed()
    gate.is_open.set()
    assert states(run.wait(60)) == [DONE, DONE]


def test_a_listener_that_fails_ends_nothing(make_scan, make_plan, run_batch, caplog):
    def fail(_):
        raise RuntimeError("no window")

    assert run_batch(make_plan(make_scan()), fail, ended=fail).is_good
    assert "no window" in caplog.text


def test_a_network_is_loaded_once_for_all_scans(make_scan, make_plan, run_batch, executor):
    wanted = (
        BatchTask("recolour", {"model": "palette_ridge"}),
        BatchTask("recolour", {"model": "palette_knn"}),
    )
    plan = make_plan(*(make_scan(f"{name}.h5") for name in "abc"), tasks=wanted)
    summary = run_batch(plan)
    assert states(summary) == [DONE] * 3, summary.rows[0].message
    assert executor.tools.loads == 2
    assert summary.networks_loaded == 2


def test_the_plan_is_kept_beside_its_ledger(make_scan, make_plan, run_batch, tmp_path):
    from app.io.batch_files import last_plan, read_plan

    plan = make_plan(make_scan())
    run_batch(plan)
    assert read_plan(last_plan(tmp_path / "out")) == plan
    assert last_plan(tmp_path / "out").parent.name == FOLDER


def test_options_of_a_scan_are_used(make_plan, run_batch, tmp_path):
    import numpy as np

    path = tmp_path / "flat.npy"
    np.save(path, np.ones((12, 40), np.uint16))
    plan = make_plan(
        path,
        BatchInput(str(path), rows=3, cols=4),
        tasks=(BatchTask("convert"),),
        pattern="{number}",
    )
    summary = run_batch(plan)
    assert states(summary) == [FAILED, DONE], [row.message for row in summary.rows]


def test_time_left_is_told_while_it_runs(make_scan, make_plan, executor):
    known = []
    run = BatchRun(
        make_plan(*(make_scan(f"{name}.h5") for name in "abc")),
        lambda event: known.append(run.time_left_s),
        executor,
    )
    run.start()
    assert run.time_left_s is None or run.time_left_s >= 0
    started = time.monotonic()
    summary = run.wait(60)
    assert known[-1] == 0
    assert 0 < summary.seconds <= time.monotonic() - started + 1


def test_what_a_killed_run_left_under_other_names_is_removed(make_scan, make_plan, run_batch):
    plan = make_plan(
        make_scan(), tasks=(BatchTask("spectrum"),), pattern="old_{stem}", contact_sheet="png"
    )
    assert run_batch(plan).is_good
    output = Path(plan.output)
    digest = next((output / ".velatura-batch").glob("*.velatura-digest"))
    left = [
        output / ".old_panel.0123abcd.part.csv",
        output / ".contact-sheet.0123abcd.part.png",
        digest.with_name(f".{digest.stem}.0123abcd.part{digest.suffix}"),
    ]
    somebody = output / ".other.0123abcd.part.csv"
    for path in (*left, somebody):
        path.write_bytes(b"half")
    assert run_batch(replace(plan, pattern="new_{stem}")).is_good
    assert [path.exists() for path in (*left, somebody)] == [False, False, False, True]
    assert (output / "old_panel.csv").is_file()
    assert (output / "new_panel.csv").is_file()


def test_a_plan_that_would_fail_for_every_scan_writes_nothing(make_scan, make_plan, run_batch):
    plan = make_plan(make_scan(), pattern="{stem")
    summary = run_batch(plan)
    assert states(summary) == [FAILED]
    assert "brace" in summary.message
    assert not Path(plan.output).exists()
