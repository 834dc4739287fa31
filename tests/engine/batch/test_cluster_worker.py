"""What a worker of a cluster asks, tells and keeps, without a cluster."""

from types import SimpleNamespace

import pytest

from app.core.batch.plan import BatchInput, BatchTask
from app.core.batch.states import RowState
from app.engine.batch import cluster_worker
from app.engine.batch.cluster_worker import Occasionally, Thinned, ToolsPlugin, what_differs
from app.engine.batch.outcome import PlannedTask, Told, ToldKind, Work
from app.engine.batch.recipes import extras_of, full, hash_of
from app.errors import Cancelled


def work(tmp_path, task, recipe=None):
    item, task = BatchInput(str(tmp_path / "scan.h5")), full(task)
    planned = PlannedTask(task, recipe or hash_of(item, task, extras_of(task)), ())
    return Work(0, item, tmp_path, (planned,))


@pytest.fixture
def clock(monkeypatch):
    """Monotonic seconds that pass when told to."""
    found = SimpleNamespace(now=100.0)
    monkeypatch.setattr(cluster_worker, "time", SimpleNamespace(monotonic=lambda: found.now))
    return found


def test_the_same_recipe_is_worked_on(tmp_path):
    assert what_differs(work(tmp_path, BatchTask("recolour", {"model": "palette_ridge"}))) is None


def test_another_recipe_is_refused(tmp_path):
    found = what_differs(work(tmp_path, BatchTask("maps", {"elements": "Fe"}), "ab" * 32))
    assert (found.kind, found.state) == ("maps", RowState.FAILED)
    assert "abababababab… expected" in found.message


def test_a_network_that_this_machine_lacks_is_told(tmp_path):
    planned = PlannedTask(BatchTask("recolour", {"model": "absent"}), "ab" * 32, ())
    found = what_differs(Work(0, BatchInput("scan.h5"), tmp_path, (planned,)))
    assert "There is no model 'absent'" in found.message


def test_whether_it_is_wanted_is_asked_at_once_and_then_now_and_then(clock):
    answers = iter([False, True])
    check = Occasionally(lambda: next(answers), 0.5)
    check()
    clock.now += 0.4
    check()
    clock.now += 0.2
    with pytest.raises(Cancelled):
        check()


def test_only_progress_is_told_and_not_too_often(clock):
    sent = []
    tell = Thinned(sent.append, 0.5)
    for fraction in (0.1, 0.2):
        tell(Told(3, ToldKind.PROGRESS, fraction, "maps"))
    tell(Told(3, ToldKind.END))
    clock.now += 0.5
    tell(Told(3, ToldKind.PROGRESS, 0.3, "maps"))
    assert sent == [(3, 0.1, "maps"), (3, 0.3, "maps")]


def test_networks_are_kept_from_one_scan_to_the_next_and_ended_with_the_worker(monkeypatch):
    closed = []
    monkeypatch.setattr(cluster_worker.Tools, "close", lambda tools: closed.append(tools))
    monkeypatch.setattr(cluster_worker, "_allow_processes", lambda: None)
    plugin = ToolsPlugin()
    plugin.setup(None)
    with plugin.tools() as first, plugin.tools() as second:
        assert first is not second
    with plugin.tools() as again:
        assert again in (first, second)
        plugin.teardown(None)
        assert len(closed) == 1
    assert {id(item) for item in closed} == {id(first), id(second)}
