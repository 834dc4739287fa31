"""One scan's tasks, wherever they are done."""

import time
from pathlib import Path

import pytest

from app.core.batch.plan import BatchInput, BatchTask
from app.core.batch.states import RowState
from app.core.recolouring.card import card_from_plain
from app.engine.batch import worker
from app.engine.batch.outcome import PlannedTask, ToldKind, Work
from app.engine.batch.planner import Planner
from app.engine.batch.worker import Context, Tools, do, is_whole, make_folder
from app.engine.recolouring import RecolourParameters
from app.errors import Cancelled, WriteError
from app.io.batch_ledger import Entry, LedgerReader, OutputFile
from app.io.checksum import checksum


def wanted():
    """Nobody cancels."""


def cancelled():
    raise Cancelled


def work_of(plan):
    return Planner(plan, LedgerReader(Path(plan.output))).work(0)


def test_a_scan_tells_progress_and_each_tasks_outcome(make_scan, make_plan, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "PROGRESS_INTERVAL_S", 0.0)
    told = []
    tasks = (BatchTask("spectrum"), BatchTask("maps", {"elements": "Fe"}))
    outcome = do(work_of(make_plan(make_scan(), tasks=tasks)), Tools(), told.append, wanted)
    assert outcome.state is RowState.DONE
    assert [item.task.kind for item in told if item.kind is ToldKind.TASK] == ["spectrum", "maps"]
    progress = [item for item in told if item.kind is ToldKind.PROGRESS]
    fractions = [item.fraction for item in progress]
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] < fractions[-1] <= 1
    assert progress[0].message.startswith("spectrum: ")
    assert outcome.memory_mb > 0


def test_an_entry_tells_the_files_as_they_are(make_scan, make_plan, tmp_path):
    scan = make_scan()
    plan = make_plan(scan, tasks=(BatchTask("spectrum"),))
    (task,) = do(work_of(plan), Tools(), lambda told: None, wanted).tasks
    path = tmp_path / "out/panel_spectrum.csv"
    assert task.entry.targets == ("panel_spectrum.csv",)
    assert task.entry.input_checksum == checksum((scan,))
    assert task.entry.outputs == (
        OutputFile("panel_spectrum.csv", checksum((path,)), path.stat().st_size),
    )


def test_nothing_is_done_once_it_is_cancelled(make_scan, make_plan, tmp_path):
    tasks = (BatchTask("spectrum"), BatchTask("maps", {"elements": "Fe"}))
    outcome = do(work_of(make_plan(make_scan(), tasks=tasks)), Tools(), lambda t: None, cancelled)
    assert outcome.state is RowState.CANCELLED
    assert len(outcome.tasks) == 1
    assert not (tmp_path / "out").exists()


def test_a_name_that_cannot_be_is_an_outcome(make_scan, tmp_path):
    planned = PlannedTask(BatchTask("spectrum"), "sha256:0", (tmp_path / "a.csv",), conflict="No.")
    outcome = do(
        Work(0, BatchInput(str(make_scan())), tmp_path, (planned,)), Tools(), lambda t: None, wanted
    )
    assert outcome.state is RowState.FAILED
    assert "This name cannot be used. No." in outcome.message


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({}, True),
        ({"recipe": "other"}, False),
        ({"input_checksum": "other"}, False),
        ({"outputs": (OutputFile("a", "sha256:0", 3),)}, False),
        ({"outputs": (OutputFile("b", "sha256:0", 3),)}, False),
    ],
)
def test_whole_is_what_has_recipe_scan_and_content(tmp_path, change, is_same):
    (tmp_path / "a").write_bytes(b"abc")
    file = OutputFile("a", checksum((tmp_path / "a",)), 3)
    values = {"recipe": "recipe", "input_checksum": "input", "outputs": (file,)} | change
    entry = Entry(targets=("a",), input="/s", **values)
    assert is_whole(entry, "recipe", "input", tmp_path) is is_same


def test_progress_is_told_not_too_often(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    told = []
    context = Context(3, told.append, wanted)
    for _ in range(10):
        context.progress(now[0], "x")
        now[0] += 0.04
    assert [item.fraction for item in told] == pytest.approx([0.0, 0.12, 0.24, 0.36])
    context.partial(object())
    with pytest.raises(Cancelled):
        Context(3, told.append, cancelled).check()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError):
        make_folder(tmp_path / "file" / "folder")


def test_tools_keep_one_network_of_each_file(saved_network):
    first, second = saved_network("first"), saved_network("second")
    tools = Tools(threads=1)
    try:
        found = []
        for path, card in (first, second, first, second):
            with tools.network_for(path, card, RecolourParameters(), wanted) as network:
                found.append(network)
        assert found[0] is found[2]
        assert found[1] is found[3]
        assert tools.loads == 2
        assert tools.memory_mb > 10
        assert found[0].limits.threads == 1
    finally:
        tools.close()
    assert tools.memory_mb == 0


def test_a_card_that_changed_loads_its_network_anew(saved_network):
    path, card = saved_network()
    tools = Tools()
    try:
        with tools.network_for(path, card, RecolourParameters(), wanted):
            pass
        other = card_from_plain({**card.to_plain(), "version": "2"})
        with tools.network_for(path, other, RecolourParameters(), wanted) as network:
            assert network.card.version == "2"
    finally:
        tools.close()
