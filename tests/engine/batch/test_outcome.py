"""What becomes of a scan, and that all of it can travel to another process."""

import pickle
from pathlib import Path

import pytest

from app.core.axis import EnergyAxis
from app.core.batch.plan import BatchInput, BatchTask
from app.core.batch.states import RowState
from app.engine.batch.outcome import (
    Extras,
    ItemOutcome,
    PlannedTask,
    TaskOutcome,
    Told,
    ToldKind,
    Work,
    input_of,
    source_of,
)
from app.io.batch_ledger import Entry, OutputFile

DONE, FAILED = RowState.DONE, RowState.FAILED
UP_TO_DATE, CANCELLED = RowState.UP_TO_DATE, RowState.CANCELLED
ENTRY = Entry(("a",), "/s.h5", "sha256:1", "sha256:2", (OutputFile("a", "sha256:3", 4),))


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ((DONE, UP_TO_DATE), DONE),
        ((UP_TO_DATE, UP_TO_DATE), UP_TO_DATE),
        ((DONE, FAILED, DONE), FAILED),
        ((DONE, FAILED, CANCELLED), CANCELLED),
    ],
)
def test_a_row_is_as_bad_as_its_worst_task(states, state):
    tasks = tuple(TaskOutcome("maps", item) for item in states)
    assert ItemOutcome(0, tasks).state is state


def test_each_reason_is_told_once_and_all_files_are_there():
    tasks = (
        TaskOutcome("maps", FAILED, "Broken."),
        TaskOutcome("unmix", FAILED, "Broken."),
        TaskOutcome("convert", DONE, entry=ENTRY),
    )
    found = ItemOutcome(0, tasks)
    assert found.message == "Broken."
    assert found.outputs == ("a",)


def test_inputs_and_sources_are_each_others_twin():
    item = BatchInput("/x/聖母.h5", "d", "2", EnergyAxis(0.1, 0.02), 3, 4)
    assert input_of(source_of(item)) == item


def test_works_and_messages_travel():
    planned = PlannedTask(
        BatchTask("maps", {"net": True}), "sha256:2", (Path("/o/a"),), before=ENTRY
    )
    extras = Extras("sha256:9", digest=Path("/o/d"), report=Path("/o/r.pdf"))
    work = Work(3, BatchInput("/s.h5"), Path("/o"), (planned,), extras, 100.0)
    assert work.targets == (Path("/o/a"), Path("/o/d"), Path("/o/r.pdf"))
    told = Told(3, ToldKind.END, item=ItemOutcome(3, (TaskOutcome("maps", DONE, entry=ENTRY),)))
    for item in (work, told):
        assert pickle.loads(pickle.dumps(item)) == item
