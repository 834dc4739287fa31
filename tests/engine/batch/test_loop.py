"""The thread of a run, with an executor that does what a test tells it."""

from pathlib import Path
from queue import SimpleQueue

import pytest

from app.core.batch.states import RowState
from app.engine.batch.loop import ABANDON, CANCEL_ITEM, PAUSE, RESUME, Loop
from app.engine.batch.outcome import ItemOutcome, TaskOutcome, Told, ToldKind
from app.engine.batch.planner import Planner
from app.engine.batch.table import Table
from app.io.batch_ledger import Entry, Ledger, OutputFile

ENTRY = Entry(("a_maps",), "/s", "sha256:1", "sha256:2", (OutputFile("a_maps/x", "sha256:3", 1),))


class Scripted:
    """Takes at most so many works; `script` tells what becomes of each."""

    def __init__(self, script, most=1):
        self._script, self._most = script, most
        self.begun, self.cancelled = [], []

    def can_take(self, work, running):
        return len(running) < self._most

    def submit(self, work, tell):
        self.begun.append(work.number)
        self._script(work, tell)

    def cancel(self, number):
        self.cancelled.append(number)

    def close(self):
        """Nothing to end."""


@pytest.fixture
def play(make_scan, make_plan, tmp_path):
    """Run some scans with a script; give the table and the executor."""

    def run(script, names="abc", most=1, commands=(), listener=lambda event: None):
        plan = make_plan(*(make_scan(f"{name}.h5") for name in names))
        table, inbox = Table(len(names), listener), SimpleQueue()
        executor = Scripted(script, most)
        for command in commands:
            inbox.put(command)
        with Ledger(Path(plan.output)) as ledger:
            loop = Loop(plan, table, inbox, executor, ledger, Planner(plan, ledger))
            loop.run()
        return table, executor

    return run


def good(work, tell):
    tell(Told(work.number, ToldKind.TASK, task=TaskOutcome("maps", RowState.DONE, entry=ENTRY)))
    # what the item tells of tasks is not believed: what was heard of each counts
    tell(Told(work.number, ToldKind.END, item=ItemOutcome(work.number, (), 2.5)))


def test_scans_are_begun_in_their_order_as_there_is_room(play):
    table, executor = play(good)
    assert executor.begun == [0, 1, 2]
    assert [row.state for row in table.rows] == [RowState.DONE] * 3
    assert table[0].seconds == 2.5
    assert table[0].outputs[0].endswith("/out/a_maps/x")


def test_what_was_made_is_in_the_ledger(play, tmp_path):
    play(good, "a")
    with Ledger(tmp_path / "out") as ledger:
        assert ledger.made(["a_maps"]) == ENTRY


def test_a_lost_worker_is_a_row_and_what_it_left_is_removed(play, tmp_path):
    left = tmp_path / "out/a_maps/.0123abcd.part"

    def lose(work, tell):
        left.mkdir(parents=True)
        tell(Told(work.number, ToldKind.LOST, message="Gone."))
        # a message from the grave
        tell(Told(work.number, ToldKind.PROGRESS, 0.5, "x"))

    table, _ = play(lose, "a")
    assert table[0].state is RowState.FAILED
    assert table[0].message == "Gone."
    assert not left.parent.exists()


def test_a_lost_worker_of_a_cancelled_scan_is_no_failure(play):
    def lose(work, tell):
        tell((CANCEL_ITEM, work.number))
        tell(Told(work.number, ToldKind.LOST, message="Gone."))

    table, executor = play(lose, "a")
    assert executor.cancelled == [0]
    assert table[0].state is RowState.CANCELLED


def test_paused_nothing_is_begun_until_it_goes_on(play):
    begun = []

    def script(work, tell):
        begun.append(work.number)
        good(work, tell)
        if work.number == 0:
            tell((PAUSE, None))
            tell((RESUME, None))

    table, _ = play(script)
    assert begun == [0, 1, 2]
    assert all(row.state is RowState.DONE for row in table.rows)


def test_abandoned_workers_are_not_waited_for(play):
    table, _ = play(lambda work, tell: tell((ABANDON, None)), "ab")
    assert [row.state for row in table.rows] == [RowState.CANCELLED] * 2


def test_progress_is_a_row(play):
    def script(work, tell):
        tell(Told(work.number, ToldKind.PROGRESS, 0.25, "maps: Reading"))
        good(work, tell)

    events = []
    play(script, "a", listener=events.append)
    assert [(event.state, event.fraction, event.message) for event in events] == [
        (RowState.RUNNING, 0.0, ""),
        (RowState.RUNNING, 0.25, "maps: Reading"),
        (RowState.DONE, 1.0, ""),
    ]


def test_a_scan_whose_planning_meets_a_mistake_is_a_row(play, monkeypatch, caplog):
    whole = Planner.work

    def work(self, number):
        if number == 1:
            raise KeyError("odd")
        return whole(self, number)

    monkeypatch.setattr(Planner, "work", work)
    table, _ = play(good)
    assert [row.state for row in table.rows] == [RowState.DONE, RowState.FAILED, RowState.DONE]
    assert "KeyError" in table[1].message
    assert "Scan 1" in caplog.text
