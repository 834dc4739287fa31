"""A run's events come in the window's thread, and how far it is in words."""

import threading

import pytest
from PySide6.QtCore import QObject, QThread

from app.core.batch.plan import BatchPlan
from app.core.batch.states import RowEvent, RowState
from app.engine.batch.runner import BatchRun, BatchSummary
from app.gui.batch_running import BatchRunning


class ThreadRun:
    """Tells two events and its end from a thread of its own."""

    is_paused = False
    time_left_s = None

    def __init__(self, plan, listener, *, ended):
        self.rows = (RowEvent(0, RowState.DONE, 1.0), RowEvent(1, RowState.FAILED))
        self._listener, self._ended = listener, ended
        self.closed = None

    @property
    def is_running(self):
        return True

    def start(self):
        def work():
            for row in self.rows:
                self._listener(row)
            self._ended(BatchSummary(self.rows, 70.0, files=("/out/sheet.pdf",)))

        threading.Thread(target=work).start()

    def close(self, timeout_s=5.0):
        self.closed = timeout_s


@pytest.fixture
def running(qtbot):
    parent = QObject()
    running = BatchRunning(parent, ThreadRun)
    yield running
    running.close()
    parent.deleteLater()


PLAN = BatchPlan((), (), "/out")


def test_events_arrive_in_order_in_the_windows_thread(running, qtbot):
    told, threads = [], []
    running.row_changed.connect(lambda event: told.append(event.state))
    running.row_changed.connect(lambda _: threads.append(QThread.currentThread()))
    with qtbot.waitSignal(running.ended) as ended:
        running.start(PLAN)
        assert running.is_running
        running.start(PLAN)
    assert told == [RowState.DONE, RowState.FAILED]
    assert set(threads) == {QThread.currentThread()}
    assert not running.is_running
    assert running.has_failed
    assert running.plan == PLAN
    assert running.summary_words(ended.args[0]) == "1 done · 1 failed · took 1:10 min · sheet.pdf"
    assert running.standing().words == "2 of 2 scans · 1 failed"
    assert running.standing().fraction == 1.0


def test_nothing_is_told_after_the_program_ended(running, qtbot):
    told = []
    running.row_changed.connect(told.append)
    running.ended.connect(told.append)
    running.start(PLAN)
    running.close()
    assert running._run.closed == 3.0
    qtbot.wait(50)
    assert told == []


def test_without_a_run_there_is_nothing_to_stop(running):
    running.pause_or_go_on()
    running.cancel()
    running.cancel_item(0)
    running.retry_failed()
    assert running.standing().words == ""
    assert not running.has_failed


def test_runs_of_the_engine_are_what_the_window_takes(qtbot):
    parent = QObject()
    running = BatchRunning(parent)
    assert running._make is BatchRun
    for name in ("start", "pause", "resume", "cancel", "cancel_item", "retry_failed", "close"):
        assert callable(getattr(BatchRun, name))
    for name in ("rows", "is_running", "is_paused", "time_left_s"):
        assert isinstance(getattr(BatchRun, name), property)
    parent.deleteLater()
