"""Cyclic garbage goes in the window's thread, and only between events."""

import gc
import threading
import weakref

import pytest

from app.gui.garbage import GarbageCollector


class Knot:
    """An object that holds itself, and tells in which thread it went."""

    def __init__(self, gone):
        self.itself = self
        weakref.finalize(self, lambda: gone.append(threading.current_thread()))


@pytest.fixture
def enabled():
    """Python's own collecting is as it usually is, and is so again afterwards."""
    was = gc.isenabled()
    gc.enable()
    yield
    if not was:
        gc.disable()


def test_python_does_not_collect_while_it_is_entered_and_does_afterwards(qapp, enabled):
    with GarbageCollector():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_off_stays_off(qapp, enabled):
    gc.disable()
    with GarbageCollector():
        pass
    assert not gc.isenabled()


def test_garbage_of_a_job_goes_in_the_window_s_thread(qtbot, enabled, monkeypatch):
    monkeypatch.setattr("app.gui.garbage.INTERVAL_MS", 10)
    gone = []

    def work():
        for _ in range(5000):
            Knot(gone)

    with GarbageCollector():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert gone == []
        qtbot.waitUntil(lambda: len(gone) == 5000)
    assert set(gone) == {threading.main_thread()}


def test_little_garbage_waits(qapp, enabled):
    gone = []
    with GarbageCollector() as collector:
        gc.collect()
        Knot(gone)
        collector.collect()
        assert gone == []
    gc.collect()
    assert len(gone) == 1
