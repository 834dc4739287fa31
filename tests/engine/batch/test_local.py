"""Processes on this machine: they keep networks, can be ended, and never outlive the program."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.core.batch.plan import BatchInput, BatchTask
from app.core.batch.states import RowState
from app.engine.batch import local
from app.engine.batch.local import LocalExecutor
from app.engine.batch.outcome import Work
from app.engine.batch.planner import BASE_MB
from app.engine.batch.runner import BatchRun

posix = pytest.mark.skipif(os.name == "nt", reason="signals of this kind are POSIX's")


@pytest.fixture
def processes():
    found = LocalExecutor(jobs=1, memory_mb=4000.0)
    yield found
    found.close()


def work(number, need, tmp_path):
    return Work(number, BatchInput("/a.h5"), tmp_path, (), need_mb=need)


def test_memory_and_jobs_bind(tmp_path):
    executor = LocalExecutor(jobs=2, memory_mb=1000.0)
    first, second = work(0, 600.0, tmp_path), work(1, 400.0, tmp_path)
    assert executor.budget_mb == 1000.0
    assert executor.can_take(work(9, 5000.0, tmp_path), [])
    assert executor.can_take(second, [first])
    assert not executor.can_take(work(2, 401.0, tmp_path), [first])
    assert not executor.can_take(work(3, 1.0, tmp_path), [second, second])
    executor.close()


def test_the_machine_tells_memory_and_processors_where_nobody_else_does():
    executor = LocalExecutor()
    assert executor.budget_mb > 10
    executor.close()


def test_one_process_does_all_scans_with_one_network(make_scan, make_plan, processes):
    wanted = (BatchTask("recolour", {"model": "palette_ridge"}),)
    plan = make_plan(make_scan("a.h5"), make_scan("聖母 b.npz"), tasks=wanted)
    run = BatchRun(plan, lambda event: None, processes)
    run.start()
    summary = run.wait(120)
    assert [row.state for row in summary.rows] == [RowState.DONE] * 2, summary.rows[0].message
    assert summary.networks_loaded == 1
    assert summary.memory_mb > BASE_MB / 4
    (worker,) = processes._workers
    assert worker.is_idle


class Caught:
    """Runs one scan and gives the process that was started for it."""

    def __init__(self, plan, processes):
        self.run = BatchRun(plan, lambda event: None, processes)
        self.run.start()
        started = threading.Event()
        while not processes._workers:
            started.wait(0.005)
        (self.worker,) = processes._workers
        self.pid = self.worker._process.pid


@posix
def test_a_process_that_is_killed_is_a_row_and_the_scan_can_be_tried_again(
    make_scan, make_plan, processes
):
    caught = Caught(make_plan(make_scan()), processes)
    os.kill(caught.pid, signal.SIGKILL)
    (row,) = caught.run.wait(120).rows
    assert row.state is RowState.FAILED
    assert row.message == (
        "The process that worked on this scan was ended by signal 9, perhaps as there was not "
        "enough memory."
    )
    caught.run.retry_failed()
    assert caught.run.wait(120).is_good


@posix
def test_a_work_that_does_not_stop_is_ended(make_scan, make_plan, processes, monkeypatch):
    monkeypatch.setattr(local, "GRACE_S", 0.05)
    caught = Caught(make_plan(make_scan()), processes)
    os.kill(caught.pid, signal.SIGSTOP)
    caught.run.cancel_item(0)
    (row,) = caught.run.wait(120).rows
    assert row.state is RowState.CANCELLED
    assert row.message == ""


def test_a_work_that_is_cancelled_leaves_its_process_at_work(
    make_scan, make_plan, processes, monkeypatch
):
    monkeypatch.setattr(local, "GRACE_S", 100.0)
    caught = Caught(make_plan(make_scan()), processes)
    caught.run.cancel()
    assert caught.run.wait(120).rows[0].state is RowState.CANCELLED
    assert processes._workers == [caught.worker]
    assert caught.worker.is_idle


@posix
def test_closing_ends_the_processes(make_scan, make_plan, processes):
    caught = Caught(make_plan(make_scan()), processes)
    processes.close()
    caught.run.close(60)
    assert not caught.worker._process.is_alive()
    # nothing is begun any more
    processes.submit(work(1, 1.0, None), lambda told: None)
    assert processes._workers == []


def test_a_process_that_cannot_be_started_is_told(make_scan, make_plan, processes, monkeypatch):
    def refuse(_):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(local, "_Worker", refuse)
    run = BatchRun(make_plan(make_scan()), lambda event: None, processes)
    run.start()
    (row,) = run.wait(60).rows
    assert "Resource temporarily unavailable" in row.message


LEAVES = """
from app.core.batch.plan import BatchInput, BatchPlan, BatchTask
from app.engine.batch.runner import BatchRun
import sys, threading
if __name__ == "__main__":
    begun = threading.Event()
    inputs = tuple(BatchInput(path) for path in sys.argv[2:])
    plan = BatchPlan(inputs, (BatchTask("spectrum"),), sys.argv[1])
    BatchRun(plan, lambda event: begun.set()).start()
    assert begun.wait(60)
"""


def test_a_program_that_ends_takes_its_processes_with_it(make_scan, tmp_path):
    script = tmp_path / "leaves.py"
    script.write_text(LEAVES, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(local.__file__).parents[3])}
    ran = subprocess.run(
        [sys.executable, script, tmp_path / "out", make_scan("a.h5"), make_scan("b.h5")],
        check=False,
        timeout=50,
        env=environment,
        capture_output=True,
    )
    assert ran.returncode == 0
    assert ran.stderr == b""


def test_the_end_of_a_process_is_told_in_words():
    assert "exit code 3" in local._why(3)
    assert local._why(-11).endswith("ended by signal 11.")
