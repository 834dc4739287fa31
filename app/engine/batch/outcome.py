"""What one scan of a batch is to be done to, and what its worker tells; all of it can travel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from app.core.batch.plan import BatchInput, BatchTask
from app.core.batch.states import RowState
from app.engine.source import Source
from app.io.batch_ledger import FOLDER, Entry
from app.io.formats import OpenOptions


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task of one scan, ready to be done.

    Parameters
    ----------
    task
        With all its parameters.
    recipe
        Its checksum.
    targets
        One file for each format, or the one folder.
    overwrite
        Whether they may be replaced.
    conflict
        Why they cannot be written, in words.
    before
        What the ledger has of these targets.
    """

    task: BatchTask
    recipe: str
    targets: tuple[Path, ...]
    overwrite: bool = False
    conflict: str = ""
    before: Entry | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What is written of a scan besides the results of its tasks.

    Parameters
    ----------
    recipe
        Checksum of all that decides these files besides the scan.
    digest
        A small file for the contact sheet; None for none.
    report, regions_table
        A report and a table; None for none.
    regions, elements
        Of what the table is; as in `app.core.batch.plan.BatchPlan`.
    overwrite, conflict, before
        As in `PlannedTask`.
    """

    recipe: str = ""
    digest: Path | None = None
    report: Path | None = None
    regions_table: Path | None = None
    regions: str = ""
    elements: str = ""
    overwrite: bool = False
    conflict: str = ""
    before: Entry | None = None

    @property
    def targets(self) -> tuple[Path, ...]:
        """The files wanted."""
        found = (self.digest, self.report, self.regions_table)
        return tuple(path for path in found if path is not None)


@dataclass(frozen=True, slots=True)
class Work:
    """One scan with all that is done to it.

    Parameters
    ----------
    number
        Place of the scan in the plan, from 0.
    input
        The scan.
    output
        The output folder.
    tasks
        In their order.
    extras
        What is written besides.
    need_mb
        Most memory that it may need, with its process, MB (2**20 bytes).
    size
        About proportional to how long it takes.
    threads
        Of the processor, for networks; 0 for all.
    """

    number: int
    input: BatchInput
    output: Path
    tasks: tuple[PlannedTask, ...]
    extras: Extras = field(default_factory=Extras)
    need_mb: float = 0.0
    size: float = 1.0
    threads: int = 0

    @property
    def targets(self) -> tuple[Path, ...]:
        """All files and folders that are written to."""
        tasks = (target for task in self.tasks for target in task.targets)
        return (*tasks, *self.extras.targets)


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """What became of one task of a scan.

    Parameters
    ----------
    kind
        The task's name; "extras" for what is written besides.
    state
        DONE, UP_TO_DATE, FAILED or CANCELLED.
    message
        Why it failed.
    entry
        What was made, for the ledger; None unless its state is good.
    seconds
        How long it took, s.
    """

    kind: str
    state: RowState
    message: str = ""
    entry: Entry | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What became of one scan.

    Parameters
    ----------
    number
        Place of the scan in the plan, from 0.
    tasks
        What became of each task.
    seconds
        How long all of it took, s.
    memory_mb
        Most memory that the worker and its network have used so far, MB.
    networks_loaded
        How many networks the worker has loaded so far.
    """

    number: int
    tasks: tuple[TaskOutcome, ...]
    seconds: float = 0.0
    memory_mb: float = 0.0
    networks_loaded: int = 0

    @property
    def state(self) -> RowState:
        """The row's state: failed or cancelled where one task is, done where one was."""
        states = {task.state for task in self.tasks}
        for state in (RowState.CANCELLED, RowState.FAILED, RowState.DONE):
            if state in states:
                return state
        return RowState.UP_TO_DATE

    @property
    def message(self) -> str:
        """Why tasks failed, each reason once."""
        return " ".join(dict.fromkeys(task.message for task in self.tasks if task.message))

    @property
    def outputs(self) -> tuple[str, ...]:
        """Files for the user that are there, relative to the output folder."""
        entries = [task.entry for task in self.tasks if task.entry is not None]
        paths = (file.path for entry in entries for file in entry.outputs)
        return tuple(path for path in paths if not path.startswith(f"{FOLDER}/"))


class ToldKind(StrEnum):
    """What a worker tells; the last two are final."""

    PROGRESS = "progress"
    TASK = "task"
    END = "end"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Told:
    """A message of a worker.

    Parameters
    ----------
    number
        The scan's place in the plan.
    kind
        What is told.
    fraction, message
        With PROGRESS: how far it is. With LOST: why the worker is no more.
    task
        With TASK: what became of one.
    item
        With END: what became of all.
    """

    number: int
    kind: ToldKind
    fraction: float | None = None
    message: str = ""
    task: TaskOutcome | None = None
    item: ItemOutcome | None = None


Tell = Callable[[Told], None]


def source_of(item: BatchInput) -> Source:
    """The input as tasks take it."""
    options = OpenOptions(item.dataset, item.detector, item.axis, item.rows, item.cols)
    return Source(Path(item.path), options)


def input_of(source: Source) -> BatchInput:
    """The input as a plan holds it."""
    options = source.options
    return BatchInput(
        str(source.path),
        options.dataset,
        options.detector,
        options.axis,
        options.rows,
        options.cols,
    )


def has_sizes(entry: Entry, output: Path) -> bool:
    """Whether files that were made are there in the sizes that they had."""
    try:
        return all((output / file.path).stat().st_size == file.bytes for file in entry.outputs)
    except OSError:
        return False
