"""A batch through a scheduler, and one that goes on with scans as they arrive."""

import queue
import shutil
import threading

import pytest

from app.core.batch.states import RowState
from app.engine.batch.arranged import ArrangedRun, Arrangement
from app.engine.batch.cluster import ClusterError
from app.engine.batch.watch import WatchOptions
from app.errors import ParameterError

WAIT_S = 60.0
CANCELLED, DONE, WAITING = RowState.CANCELLED, RowState.DONE, RowState.WAITING


class Told:
    """What a run has told, for tests that wait for it."""

    def __init__(self):
        self.finals, self.ends, self.grown = queue.Queue(), queue.Queue(), []

    def row(self, event):
        if event.state.is_final:
            self.finals.put((event.item, event.state))

    def final(self):
        return self.finals.get(timeout=WAIT_S)

    def end(self):
        return self.ends.get(timeout=WAIT_S)


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def arriving(tmp_path):
    folder = tmp_path / "Ankunft – 聖母"
    folder.mkdir()
    return folder


@pytest.fixture
def arrange(told, executor):
    """Make a run; it is over when the test is."""
    made = []

    def make(plan, connect=lambda address: executor, scheduler="tcp://host:1", folders=()):
        run = ArrangedRun(
            plan,
            told.row,
            ended=told.ends.put,
            arrangement=Arrangement(scheduler, folders, WatchOptions((), True, 0.05, 0.02)),
            grown=lambda plan: told.grown.append([item.path for item in plan.inputs]),
            connect=connect,
        )
        made.append(run)
        return run

    yield make
    for run in made:
        run.close(WAIT_S)


def test_works_go_to_the_scheduler_that_is_told(arrange, told, executor, make_plan, make_scan):
    addresses = []

    def connect(address):
        addresses.append(address)
        return executor

    run = arrange(make_plan(make_scan()), connect)
    assert [row.state for row in run.rows] == [WAITING]
    run.start()
    summary = told.end()
    assert summary.is_good
    assert addresses == ["tcp://host:1"]
    assert len(executor.done) == 1
    assert not run.is_running


def test_a_scheduler_that_is_away_ends_the_batch_with_words(arrange, told, make_plan, make_scan):
    def connect(address):
        raise ClusterError("The scheduler cannot be reached.", address, "Check that it runs.")

    run = arrange(make_plan(make_scan()), connect)
    run.start()
    summary = told.end()
    assert "cannot be reached" in summary.message
    assert summary.message.endswith("Check that it runs.")
    assert [row.state for row in summary.rows] == [WAITING]


def test_it_goes_on_with_scans_that_arrive_until_it_is_cancelled(
    arrange, told, make_plan, make_scan, arriving
):
    run = arrange(make_plan(make_scan("first.npz")), folders=(arriving,))
    run.start()
    assert told.final() == (0, DONE)
    shutil.copy(make_scan("second.npz", 1), arriving / "second.npz")
    assert told.final() == (0, RowState.UP_TO_DATE)
    assert told.final() == (1, DONE)
    assert run.is_running
    run.cancel()
    summary = told.end()
    assert [row.state.is_good for row in summary.rows] == [True, True]
    assert run.plan.inputs[1].path == str(arriving / "second.npz")
    assert told.grown == [[item.path for item in run.plan.inputs]]


def test_while_paused_no_scan_is_taken(arrange, told, make_plan, make_scan, arriving):
    run = arrange(make_plan(), folders=(arriving,))
    run.pause()
    run.start()
    run.pause()
    shutil.copy(make_scan("scan.npz"), arriving / "scan.npz")
    with pytest.raises(queue.Empty):
        told.finals.get(timeout=0.5)
    assert run.is_paused
    run.resume()
    assert told.final() == (0, DONE)


def test_a_scan_that_was_cancelled_is_not_begun_when_others_arrive(
    arrange, told, make_plan, make_scan, arriving
):
    run = arrange(make_plan(), folders=(arriving,))
    run.cancel_item(0)
    shutil.copy(make_scan("scan.npz"), arriving / "scan.npz")
    run.start()
    assert told.final() == (0, CANCELLED)
    shutil.copy(make_scan("other.npz", 1), arriving / "other.npz")
    finals = dict(told.final() for _ in range(2))
    assert finals == {0: CANCELLED, 1: DONE}


def test_what_failed_is_done_again_without_waiting_for_scans(
    arrange, told, make_plan, make_scan, arriving, tmp_path
):
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"no scan")
    run = arrange(make_plan(make_scan("good.npz"), broken), folders=(arriving,))
    run.start()
    assert {told.final(), told.final()} == {(0, DONE), (1, RowState.FAILED)}
    run.cancel()
    told.end()
    shutil.copy(make_scan("other.npz", 1), broken)
    run.retry_failed()
    assert [row.state.is_good for row in told.end().rows] == [True, True]
    assert not run.is_running


def test_results_cannot_go_where_scans_arrive(arrange, make_plan, arriving):
    with pytest.raises(ParameterError, match="taken for scans"):
        arrange(make_plan(output=arriving), folders=(arriving,))


def test_closing_waits_for_the_end_and_tells_nobody(arrange, told, make_plan, arriving):
    run = arrange(make_plan(), folders=(arriving,))
    run.start()
    run.close(WAIT_S)
    assert told.ends.empty()
    assert not any(thread.name == "batch-arranged" for thread in threading.enumerate())
