"""Doing all that is to be done to one scan, wherever: in a process of the batch, or elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.batch.states import RowState
from app.core.progress import Progress, part_of
from app.core.recolouring.card import ModelCard
from app.core.recolouring.recoloured import Recoloured
from app.engine.batch.outcome import (
    ItemOutcome,
    PlannedTask,
    TaskOutcome,
    Tell,
    Told,
    ToldKind,
    Work,
    has_sizes,
    source_of,
)
from app.engine.batch.recipes import catalogue_task, parameters_of
from app.engine.jobs import JobContext
from app.engine.network import Limits, Network
from app.engine.network_keeper import NetworkKeeper
from app.engine.process_memory import memory_mb
from app.engine.recolouring import RecolourParameters, limits_for, recolour_files
from app.engine.source import Source
from app.errors import AppError, Cancelled, ParameterError, WriteError
from app.io import store
from app.io.atomic import cannot_write
from app.io.batch_ledger import Entry, OutputFile
from app.io.checksum import checksum

if TYPE_CHECKING:
    from app.engine.batch.reports import TaskResult

PROGRESS_INTERVAL_S = 0.1

Check = Callable[[], None]


class Tools:
    """What a worker keeps from one scan to the next: the networks that it has loaded.

    Parameters
    ----------
    threads
        Of the processor, for each network; 0 for all.
    """

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads
        self._keepers: dict[tuple[Path, Limits], NetworkKeeper] = {}
        self._networks: dict[tuple[Path, Limits], Network] = {}
        self.loads = 0

    @property
    def memory_mb(self) -> float:
        """Most memory that the networks which are kept have used, MB."""
        return sum(network.memory_mb for network in self._networks.values())

    @contextmanager
    def network_for(
        self, path: Path, card: ModelCard, parameters: RecolourParameters, check: Check
    ) -> Iterator[Network]:
        """A network, kept for the next scan; as `app.engine.recolouring.NetworkFor`."""
        limits = replace(limits_for(parameters), threads=self._threads)
        key = (path.absolute(), limits)
        keeper = self._keepers.setdefault(key, NetworkKeeper(limits))
        network = keeper.network(path, card, parameters.provider, check=check)
        if network is not self._networks.get(key):
            self.loads += 1
            self._networks[key] = network
        yield network

    def close(self) -> None:
        """End the networks' processes."""
        for keeper in self._keepers.values():
            keeper.close()
        self._keepers.clear()
        self._networks.clear()


class Context:
    """The context of one scan's tasks: tells how far it is, not too often.

    Parameters
    ----------
    number
        The scan's place in the plan.
    tell
        Hears of it.
    check
        Raises Cancelled when the result is no longer wanted.
    """

    def __init__(self, number: int, tell: Tell, check: Check) -> None:
        self._number, self._tell, self._check = number, tell, check
        self._told_at = -PROGRESS_INTERVAL_S

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Tell the fraction of the whole scan."""
        self._check()
        now = time.monotonic()
        if now - self._told_at >= PROGRESS_INTERVAL_S:
            self._told_at = now
            self._tell(Told(self._number, ToldKind.PROGRESS, fraction, message))

    def check(self) -> None:
        """Raise Cancelled when the result is no longer wanted."""
        self._check()

    def partial(self, value: object) -> None:
        """A batch shows nothing in between."""
        self._check()


class _Part:
    """A context whose progress is a part of the whole scan's."""

    def __init__(self, context: JobContext, progress: Progress) -> None:
        self._context, self.progress = context, progress

    def check(self) -> None:
        self._context.check()

    def partial(self, value: object) -> None:
        self._context.partial(value)


def do(work: Work, tools: Tools, tell: Tell, check: Check) -> ItemOutcome:
    """Do all tasks of one scan; what fails is an outcome, and the other tasks are done.

    Parameters
    ----------
    tools
        What this process keeps.
    tell
        Hears how far it is and of each task's outcome; not of the end.
    check
        Raises Cancelled when the result is no longer wanted.
    """
    started = time.monotonic()
    scan = _Scan(work, tools, Context(work.number, tell, check))
    outcomes = []
    for place, planned in enumerate(work.tasks):
        outcome = scan.task_outcome(place, planned)
        outcomes.append(outcome)
        tell(Told(work.number, ToldKind.TASK, task=outcome))
        if outcome.state is RowState.CANCELLED:
            break
    if work.extras.targets and all(item.state.is_good for item in outcomes):
        outcomes.append(scan.extras_outcome())
        tell(Told(work.number, ToldKind.TASK, task=outcomes[-1]))
    return ItemOutcome(
        number=work.number,
        tasks=tuple(outcomes),
        seconds=time.monotonic() - started,
        memory_mb=memory_mb()[1] + tools.memory_mb,
        networks_loaded=tools.loads,
    )


@dataclass(slots=True)
class _Scan:
    """One scan while it is worked on."""

    work: Work
    tools: Tools
    context: Context
    checksum: str = ""
    found: dict[int, Recoloured] = field(default_factory=dict)
    outputs: dict[int, tuple[Path, ...]] = field(default_factory=dict)
    note: str = ""

    def task_outcome(self, place: int, planned: PlannedTask) -> TaskOutcome:
        """What becomes of one task."""

        def run() -> tuple[Path, ...]:
            part = _Part(self.context, self._part(place, planned.task.task))
            paths, found = run_task(self.source, planned, self.tools, part)
            if found is not None:
                self.found[place] = found
            return paths

        outcome = self._outcome(
            planned.task.task,
            planned.targets,
            planned.recipe,
            planned.before,
            planned.conflict,
            run,
        )
        if outcome.entry is not None:
            self.outputs[place] = tuple(
                self.work.output / file.path for file in outcome.entry.outputs
            )
        return outcome

    def _part(self, place: int, kind: str) -> Progress:
        """The progress of one task within that of the scan, which names it."""
        parts = len(self.work.tasks) + bool(self.work.extras.targets)
        part = part_of(self.context.progress, place / parts, (place + 1) / parts)

        def report(fraction: float | None, message: str = "") -> None:
            part(fraction, f"{kind}: {message}" if message else kind)

        return report

    def extras_outcome(self) -> TaskOutcome:
        """What becomes of report, table and digest."""
        extras = self.work.extras
        outcome = self._outcome(
            "extras", extras.targets, extras.recipe, extras.before, extras.conflict, self._besides
        )
        return replace(outcome, message=" ".join(filter(None, (outcome.message, self.note))))

    @property
    def source(self) -> Source:
        """The scan."""
        return source_of(self.work.input)

    def _besides(self) -> tuple[Path, ...]:
        from app.engine.batch import reports

        extras = self.work.extras
        results = [
            reports.TaskResult(
                item.task.task,
                item.task.parameters,
                self.outputs.get(place, ()),
                item.recipe,
                self.found.get(place),
            )
            for place, item in enumerate(self.work.tasks)
        ]
        context = _Part(self.context, self._part(len(results), "report"))
        made: list[Path] = []
        if extras.digest is not None:
            made += reports.write_digest(self.source, results, extras.digest, context)
        if extras.regions_table is not None:
            made += self._table_of_regions(results, extras.regions_table, context)
        if extras.report is not None:
            made += reports.write_report(
                self.source, results, extras.report, context, overwrite=extras.overwrite
            )
        return tuple(made)

    def _table_of_regions(
        self, results: "list[TaskResult]", target: Path, context: JobContext
    ) -> tuple[Path, ...]:
        """The table; where regions or lines do not fit the scan there is a note instead."""
        from app.engine.batch import reports

        extras = self.work.extras
        try:
            return reports.write_regions(
                self.source,
                results,
                target,
                context,
                regions=extras.regions,
                elements=extras.elements,
                overwrite=extras.overwrite,
            )
        except ParameterError as error:
            self.note = f"There is no table of regions: {error}"
            return ()

    def _outcome(
        self,
        kind: str,
        targets: tuple[Path, ...],
        recipe: str,
        before: Entry | None,
        conflict: str,
        run: Callable[[], tuple[Path, ...]],
    ) -> TaskOutcome:
        """Do it unless it is there already; whatever fails is told."""
        started = time.monotonic()
        entry = None
        try:
            state, entry = self._made(targets, recipe, before, conflict, run)
            message = ""
        except Cancelled:
            state, message = RowState.CANCELLED, ""
        except AppError as error:
            state, message = RowState.FAILED, f"{error} {error.hint}".strip()
        except MemoryError:
            state = RowState.FAILED
            message = "There is not enough memory for this scan. Try it again by itself."
        except Exception as error:  # noqa: BLE001 - one scan's failure is a row, whatever it is
            state = RowState.FAILED
            message = f"Velatura met something it does not know: {type(error).__name__}: {error}"
        return TaskOutcome(kind, state, message, entry, time.monotonic() - started)

    def _made(
        self,
        targets: tuple[Path, ...],
        recipe: str,
        before: Entry | None,
        conflict: str,
        run: Callable[[], tuple[Path, ...]],
    ) -> tuple[RowState, Entry]:
        self.context.check()
        if conflict:
            raise WriteError("This name cannot be used.", conflict, "Change the name pattern.")
        if not self.checksum:
            cube = store.identified(self.source.path, self.source.options)
            self.checksum = cube.inputs[0].checksum
        if before is not None and is_whole(before, recipe, self.checksum, self.work.output):
            return RowState.UP_TO_DATE, before
        for target in targets:
            make_folder(target.parent)
        files = tuple(_output(path, self.work.output) for path in run())
        names = tuple(_relative(target, self.work.output) for target in targets)
        return RowState.DONE, Entry(names, self.work.input.path, self.checksum, recipe, files)


def run_task(
    source: Source, planned: PlannedTask, tools: Tools, context: JobContext
) -> tuple[tuple[Path, ...], Recoloured | None]:
    """Run one task with the functions that the window and the command line run.

    Returns
    -------
    tuple
        The files, and what a network predicted.

    Raises
    ------
    AppError
        If it fails.
    """
    task, targets, overwrite = planned.task, planned.targets, planned.overwrite
    parameters = parameters_of(task)
    if task.task == "recolour":
        found, paths = recolour_files(
            source,
            parameters,
            targets[0],
            context,
            overwrite=overwrite,
            also=targets[1:],
            network_for=tools.network_for,
        )
        return paths, found
    run = catalogue_task(task).run
    formats = task.chosen_formats if task.task == "maps" else ()
    runs = [(targets[0], replace(parameters, format=name)) for name in formats]
    runs = runs or [(target, parameters) for target in targets]
    made: list[Path] = []
    for number, (target, values) in enumerate(runs):
        progress = part_of(context.progress, number / len(runs), (number + 1) / len(runs))
        made += run(source, values, target, _Part(context, progress), overwrite=overwrite)
    return tuple(made), None


def is_whole(before: Entry, recipe: str, input_checksum: str, output: Path) -> bool:
    """Whether what was made is still what would be made, and lies there as it was written."""
    if before.recipe != recipe or before.input_checksum != input_checksum:
        return False
    try:
        # sizes are asked first, as they cost nothing
        return has_sizes(before, output) and all(
            checksum((output / file.path,)) == file.checksum for file in before.outputs
        )
    except AppError:
        return False


def make_folder(folder: Path) -> None:
    """Make a folder for results; raises WriteError where the system refuses."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def _output(path: Path, output: Path) -> OutputFile:
    return OutputFile(_relative(path, output), checksum((path,)), path.stat().st_size)


def _relative(path: Path, output: Path) -> str:
    is_within = path.is_relative_to(output)
    return (path.relative_to(output) if is_within else path).as_posix()
