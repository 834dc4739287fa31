"""What each scan needs, what of it is there, and how many are worked on at once."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.batch.naming import (
    REGIONS,
    REPORT,
    PlannedOutput,
    pattern_problem,
    planned_names,
)
from app.core.batch.plan import BatchInput, BatchPlan, BatchTask, check_plan
from app.core.batch.states import RowState
from app.engine.batch.memory import free_mb
from app.engine.batch.outcome import Extras, PlannedTask, Work, has_sizes, source_of
from app.engine.batch.recipes import extras_of, full, hash_of
from app.errors import AppError, ParameterError
from app.io import formats
from app.io.batch_ledger import FOLDER, LedgerReader

BASE_MB = 160.0
"""What a worker's process uses before it has begun, MB."""

_USED_PART = 0.6
_BYTES_PER_MB = 2**20
# two strips being written, the one being read, and what is between them; a scan is read in
# sixteen strips or more
_STRIPS, _STRIP_MB, _LEAST_STRIPS = 5, 64.0, 16
_BLOCKS_MB = 64.0
_NETWORK_MB = 160.0
_UNKNOWN_BYTES = 256 * 2**20
_FLOATS_PER_PIXEL = {"cluster": 512, "unmix": 700, "recolour": 60, "maps": 40}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a scan before its counts are read.

    Parameters
    ----------
    shape
        (rows, cols, channels).
    bytes
        Of the counts in memory.
    """

    shape: tuple[int, int, int]
    bytes: int


def check_runnable(plan: BatchPlan) -> None:
    """Look for what would make every scan fail, or lose its table, before anything is written.

    Raises
    ------
    ParameterError
        If a task, a limit, the name pattern, or the text of regions or lines cannot be used.
    """
    from app.core.batch.region_table import parse_regions
    from app.core.emission import line

    check_plan(plan)
    problem = pattern_problem(plan.pattern)
    if problem:
        raise ParameterError(
            "Results cannot be named by this pattern.",
            f"{plan.pattern!r}: {problem}",
            "Correct the pattern; “{stem}_{task}” is the usual one.",
        )
    if plan.regions:
        parse_regions(plan.regions)
        for name in filter(None, (text.strip() for text in plan.elements.split(","))):
            line(name)


def checked_names(plan: BatchPlan) -> tuple[PlannedOutput, ...]:
    """All outputs with their conflicts, also with files that no run of a batch has written.

    Raises
    ------
    AppError
        If a task is not known or cannot write one of its formats.
    """
    names = planned_names(plan)
    output = Path(plan.output)
    if plan.overwrite or not output.is_dir():
        return names
    ledger = LedgerReader(output)
    return tuple(
        replace(item, conflict=f"{Path(item.path).name} is there already.")
        if not (item.conflict or item.is_folder) and _is_taken(Path(item.path), ledger)
        else item
        for item in names
    )


def _is_taken(path: Path, ledger: LedgerReader) -> bool:
    return path.exists() and not ledger.is_own(ledger.relative(path))


def states_before(plan: BatchPlan) -> tuple[RowState, ...]:
    """What a run would find: scans whose results are there already, and those that wait.

    This looks at recipes and sizes of files alone; a run looks at their content, too.

    Raises
    ------
    AppError
        If the plan cannot be run at all, or its ledger cannot be read.
    """
    planner = Planner(plan, LedgerReader(Path(plan.output)))
    return tuple(
        RowState.UP_TO_DATE if planner.is_there(number) else RowState.WAITING
        for number in range(len(plan.inputs))
    )


def facts_of(item: BatchInput) -> Facts | None:
    """Size of a scan by its header; None where that cannot be read."""
    source = source_of(item)
    try:
        cube = formats.open_cube(source.path, source.options)
    except AppError:
        return None
    rows, cols, channels = cube.counts.shape
    return Facts((int(rows), int(cols), int(channels)), int(cube.bytes))


def need_mb(facts: Facts | None, tasks: Sequence[BatchTask]) -> float:
    """Most memory that tasks may need for a scan, with their process and its networks, MB.

    Notes
    -----
    An estimate on the safe side from shape, type and task: what is held at once in float32 per
    pixel, and in blocks of the counts. Scans are read in strips, whatever their size. Tasks are
    done one after another, but networks stay for the next scan.
    """
    rows, cols, channels = (512, 512, 2048) if facts is None else facts.shape
    size = _UNKNOWN_BYTES if facts is None else facts.bytes
    size_mb = size / _BYTES_PER_MB
    reading = _STRIPS * min(_STRIP_MB, size_mb / _LEAST_STRIPS) + min(_BLOCKS_MB, 3 * size_mb)
    held = max((_FLOATS_PER_PIXEL.get(task.task, 2) for task in tasks), default=0)
    networks = {
        str(task.parameters.get("model", "")): float(task.parameters.get("memory_mb", 800.0))
        for task in tasks
        if task.task == "recolour"
    }
    blocks = 3 * 16 * cols * channels if networks else 0
    floats_mb = 4 * (rows * cols * held + blocks) / _BYTES_PER_MB
    return BASE_MB + reading + floats_mb + sum(networks.values()) + _NETWORK_MB * len(networks)


def usable_mb(plan: BatchPlan) -> float:
    """What all work of a batch together may use, MB."""
    return plan.memory_mb or _USED_PART * free_mb()


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def most_at_once(plan: BatchPlan) -> int:
    """How many scans are worked on at once where memory is no limit."""
    return max(plan.jobs or processors(), 1)


def fits(need: float, running: Sequence[float], budget: float, idle_mb: float = 0.0) -> bool:
    """Whether further work fits into the memory beside what runs; alone, any work does.

    Parameters
    ----------
    need, running
        What the work and those that run need, MB.
    budget
        What all together may use, MB.
    idle_mb
        What is held by workers that have nothing to do, MB.
    """
    return not running or need + sum(running) + idle_mb <= budget


class Planner:
    """Makes the works of a plan; what is the same for all scans is found out once.

    Parameters
    ----------
    plan
        The plan.
    ledger
        Of its output folder.
    resume
        Whether what is there already is left alone.

    Raises
    ------
    AppError
        If a task or parameter is not known, or a file that it names is not there.
    """

    def __init__(self, plan: BatchPlan, ledger: LedgerReader, *, resume: bool = True) -> None:
        check_runnable(plan)
        self._plan = plan
        self._ledger = ledger
        self._resume = resume
        self._tasks = tuple(full(task) for task in plan.tasks)
        self._extras: tuple[Mapping[str, str], ...] = tuple(extras_of(task) for task in self._tasks)
        self._usable_mb = usable_mb(plan)
        self._outputs: dict[int, list[PlannedOutput]] = {}
        for output in planned_names(plan):
            self._outputs.setdefault(output.input, []).append(output)

    def targets(self) -> tuple[Path, ...]:
        """All files and folders that the plan writes to."""
        return tuple(Path(item.path) for found in self._outputs.values() for item in found)

    def is_there(self, number: int) -> bool:
        """Whether the results of a scan seem to be there, by recipes and sizes of files."""
        tasks = tuple(self._task(number, place) for place in range(len(self._tasks)))
        extras = self._besides(number, tasks)
        wanted = [(task.before, task.recipe) for task in tasks]
        wanted += [(extras.before, extras.recipe)] if extras.targets else []
        return all(
            before is not None
            and before.recipe == recipe
            and has_sizes(before, self._ledger.output)
            for before, recipe in wanted
        )

    def work(self, number: int) -> Work:
        """What is to be done to one scan; looks into its header."""
        plan, item = self._plan, self._plan.inputs[number]
        facts = facts_of(item)
        tasks = tuple(self._task(number, place) for place in range(len(self._tasks)))
        need = need_mb(facts, self._tasks)
        size = (facts.bytes if facts is not None else _UNKNOWN_BYTES) / _BYTES_PER_MB
        return Work(
            number=number,
            input=item,
            output=Path(plan.output),
            tasks=tasks,
            extras=self._besides(number, tasks),
            need_mb=need,
            size=(size + 1.0) * len(tasks),
            threads=self._threads(need),
        )

    def _threads(self, need: float) -> int:
        """Processors for the networks of one worker, where as many work as there is room for."""
        workers = min(
            most_at_once(self._plan), len(self._plan.inputs), max(int(self._usable_mb // need), 1)
        )
        return max(processors() // workers, 1)

    def _task(self, number: int, place: int) -> PlannedTask:
        task = self._tasks[place]
        wanted = [item for item in self._outputs[number] if item.task == place]
        targets = tuple(Path(item.path) for item in wanted)
        names = [self._ledger.relative(target) for target in targets]
        is_own = all(
            self._ledger.is_own(name) or not target.exists()
            for name, target in zip(names, targets, strict=True)
        )
        return PlannedTask(
            task=task,
            recipe=hash_of(self._plan.inputs[number], task, self._extras[place]),
            targets=targets,
            overwrite=self._plan.overwrite or is_own,
            conflict=next((item.conflict for item in wanted if item.conflict), ""),
            before=self._ledger.made(names) if self._resume else None,
        )

    def _besides(self, number: int, tasks: Sequence[PlannedTask]) -> Extras:
        """Report, table and digest, made again whenever one of the tasks has changed."""
        plan = self._plan
        wanted = {item.kind: item for item in self._outputs[number] if item.task is None}
        if not wanted and not plan.contact_sheet:
            return Extras()
        recipe = BatchTask(
            "",
            {
                "of": [task.recipe for task in tasks],
                "regions": plan.regions,
                "elements": plan.elements,
            },
        )
        found = Extras(
            recipe=hash_of(plan.inputs[number], recipe, {}),
            digest=digest_path(Path(plan.output), plan.inputs[number])
            if plan.contact_sheet
            else None,
            report=Path(wanted[REPORT].path) if REPORT in wanted else None,
            regions_table=Path(wanted[REGIONS].path) if REGIONS in wanted else None,
            regions=plan.regions,
            elements=plan.elements,
            conflict=next((item.conflict for item in wanted.values() if item.conflict), ""),
        )
        names = [self._ledger.relative(target) for target in found.targets]
        is_own = all(
            self._ledger.is_own(name) or not target.exists()
            for name, target in zip(names, found.targets, strict=True)
        )
        return replace(
            found,
            overwrite=plan.overwrite or is_own,
            before=self._ledger.made(names) if self._resume else None,
        )


def digest_path(output: Path, item: BatchInput) -> Path:
    """Where the small pictures of a scan for the contact sheet are kept."""
    name = hashlib.sha256(item.path.encode("utf-8", "surrogateescape")).hexdigest()
    return output / FOLDER / f"{name[:24]}.velatura-digest"
