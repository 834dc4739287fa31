"""What a batch is to do: scans, tasks, and where and under what names results go."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from app.core.axis import EnergyAxis
from app.errors import ParameterError

DEFAULT_PATTERN = "{stem}_{task}"

SHEETS = ("", "png", "pdf", "both")
SCALINGS = ("shared", "own")


@dataclass(frozen=True, slots=True)
class TaskOutputs:
    """What a task of the catalogue writes.

    Parameters
    ----------
    formats
        Suffixes without the dot that can be chosen, the usual one first; empty where the task
        always writes the same kinds of file.
    is_folder
        Whether it writes several files, into a folder of the name that the pattern gives.
    """

    formats: tuple[str, ...] = ()
    is_folder: bool = False


TASK_OUTPUTS: Mapping[str, TaskOutputs] = {
    "convert": TaskOutputs(("h5", "rpl")),
    "maps": TaskOutputs(("png", "tiff", "csv", "h5"), is_folder=True),
    "spectrum": TaskOutputs(("csv", "png")),
    "cluster": TaskOutputs(is_folder=True),
    "unmix": TaskOutputs(is_folder=True),
    "recolour": TaskOutputs(("png", "tif", "h5")),
}
"""By the names of tasks that a batch can do."""


@dataclass(frozen=True, slots=True)
class BatchInput:
    """One scan and what the user adds to it; as `app.engine.source.Source`, for a file.

    Parameters
    ----------
    path
        The file or folder, from the root on.
    dataset, detector, axis, rows, cols
        As `app.io.formats.OpenOptions`.
    """

    path: str
    dataset: str | None = None
    detector: str = "sum"
    axis: EnergyAxis | None = None
    rows: int | None = None
    cols: int | None = None

    @property
    def options(self) -> dict[str, Any]:
        """All but the path, as JSON can hold it."""
        found = asdict(self)
        del found["path"]
        return found


@dataclass(frozen=True, slots=True)
class BatchTask:
    """One task for every scan.

    Parameters
    ----------
    task
        A name of `TASK_OUTPUTS`, which are those of the task catalogue.
    parameters
        Those that differ from the task's usual ones, as JSON can hold them.
    formats
        Some of the task's formats; empty for the usual one.
    """

    task: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    formats: tuple[str, ...] = ()

    @property
    def outputs(self) -> TaskOutputs:
        """What it writes; raises ParameterError where there is no such task."""
        if self.task not in TASK_OUTPUTS:
            raise ParameterError(
                f"There is no task {self.task!r} for a batch.",
                f"There are: {', '.join(TASK_OUTPUTS)}.",
                "Choose one of these.",
            )
        return TASK_OUTPUTS[self.task]

    @property
    def chosen_formats(self) -> tuple[str, ...]:
        """The formats that are written, never empty unless the task offers none.

        Raises
        ------
        ParameterError
            If there is no such task, or it cannot write one of the formats.
        """
        known = self.outputs.formats
        for name in self.formats:
            if name not in known:
                raise ParameterError(
                    f"The task “{self.task}” cannot write {name!r}.",
                    f"It writes {', '.join(known) or 'always the same kinds of file'}.",
                    "Choose another format.",
                )
        # maps have a parameter for it, which a recipe may carry
        own = self.parameters.get("format")
        usual = (own,) if isinstance(own, str) and own in known else known[:1]
        return tuple(dict.fromkeys(self.formats)) or usual


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """A whole batch.

    Parameters
    ----------
    inputs
        The scans, in the order in which they are worked on.
    tasks
        What is done to each, in this order.
    output
        The folder for all results; made where it is absent.
    pattern
        How results are named; see `app.core.batch.naming`.
    reports
        Whether each scan gets a report (PDF).
    contact_sheet
        "", "png", "pdf" or "both": a sheet with the results of all scans.
    scaling
        "shared" or "own": whether maps on the sheet share their limits.
    regions
        Regions whose statistics are written as a table (CSV), as
        `Name=r0:r1,c0:c1;…`, or "all" for the whole scan; empty for no table.
    elements
        Lines of that table, as Fe,Cu,Pb_Lb; empty for those found.
    overwrite
        Whether files of the same names that no earlier run of this batch wrote are replaced.
    jobs
        Most scans at once; 0 for as many as processors and memory allow.
    memory_mb
        What all work together may use, MB (2**20 bytes); 0 for a part of what is free.
    """

    inputs: tuple[BatchInput, ...]
    tasks: tuple[BatchTask, ...]
    output: str
    pattern: str = DEFAULT_PATTERN
    reports: bool = False
    contact_sheet: str = ""
    scaling: str = "shared"
    regions: str = ""
    elements: str = ""
    overwrite: bool = False
    jobs: int = 0
    memory_mb: float = 0.0


def check_plan(plan: BatchPlan) -> None:
    """Raise ParameterError where a plan cannot be run at all, whatever the scans are."""
    if not plan.tasks:
        raise ParameterError(
            "There is nothing to do in this batch.", "It has no task.", "Choose at least one."
        )
    if not plan.output:
        raise ParameterError(
            "This batch has no place for its results.", "No folder is named.", "Choose one."
        )
    for task in plan.tasks:
        _ = task.chosen_formats
    for what, value, known in (
        ("contact sheet", plan.contact_sheet, SHEETS),
        ("scaling of the contact sheet", plan.scaling, SCALINGS),
    ):
        if value not in known:
            raise ParameterError(
                f"The {what} cannot be {value!r}.",
                f"It is one of {', '.join(repr(item) for item in known)}.",
                "Choose one of these.",
            )
    if plan.jobs < 0 or not 0 <= plan.memory_mb < math.inf:
        raise ParameterError(
            "The limits of this batch cannot be kept.",
            f"Found {plan.jobs} scans at once and {plan.memory_mb:g} MB for all of them; "
            "expected numbers from 0 on.",
            "Give 0 for as many as fit into memory, and 0 MB for a part of what is free.",
        )


def plan_to_plain(plan: BatchPlan) -> dict[str, Any]:
    """The plan as JSON can hold it."""
    return asdict(plan)


def plan_from_plain(entry: Any) -> BatchPlan:
    """A plan from what `plan_to_plain` gave; what a later version added is passed over.

    Raises
    ------
    ParameterError
        If it is no plan; the message says what was found where.
    """
    values = _values(BatchPlan, entry, "the plan")
    values["inputs"] = tuple(
        _input(item, f"scan {number}")
        for number, item in enumerate(_list(values.get("inputs"), "inputs"), 1)
    )
    values["tasks"] = tuple(
        _task(item, f"task {number}")
        for number, item in enumerate(_list(values.get("tasks"), "tasks"), 1)
    )
    return _made(BatchPlan, values, "the plan")


def _input(entry: Any, where: str) -> BatchInput:
    values = _values(BatchInput, entry, where)
    if values.get("axis") is not None:
        values["axis"] = _made(EnergyAxis, _values(EnergyAxis, values["axis"], where), where)
    return _made(BatchInput, values, where)


def _task(entry: Any, where: str) -> BatchTask:
    values = _values(BatchTask, entry, where)
    values["formats"] = tuple(_list(values.get("formats", []), f"formats of {where}"))
    if not isinstance(values.get("parameters", {}), dict):
        raise _no_plan(f"the parameters of {where} are {values['parameters']!r}")
    return _made(BatchTask, values, where)


def _values(record: type, entry: Any, where: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise _no_plan(f"{where} is {entry!r}; expected an object")
    names = {item.name for item in fields(record)}
    return {name: value for name, value in entry.items() if name in names}


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _no_plan(f"{where} is {value!r}; expected a list")
    return list(value)


T = TypeVar("T")

_KINDS: Mapping[str, tuple[type, ...]] = {
    "path": (str,),
    "dataset": (str, type(None)),
    "detector": (str,),
    "rows": (int, type(None)),
    "cols": (int, type(None)),
    "task": (str,),
    "output": (str,),
    "pattern": (str,),
    "reports": (bool,),
    "contact_sheet": (str,),
    "scaling": (str,),
    "regions": (str,),
    "elements": (str,),
    "overwrite": (bool,),
    "jobs": (int,),
    "memory_mb": (int, float),
    "offset_kev": (int, float),
    "gain_kev": (int, float),
    "quadratic": (int, float),
}


def _made(record: type[T], values: dict[str, Any], where: str) -> T:
    for name, value in values.items():
        kinds = _KINDS.get(name)
        # in Python true and false are numbers, too
        is_odd = isinstance(value, bool) and kinds is not None and bool not in kinds
        if kinds is not None and (is_odd or not isinstance(value, kinds)):
            raise _no_plan(f"“{name}” of {where} is {value!r}")
    try:
        return record(**values)
    except TypeError as error:
        raise _no_plan(f"{where}: {error}") from error


def _no_plan(reason: str) -> ParameterError:
    return ParameterError(
        "This is no plan of a batch.", f"{reason}.", "Correct it, or save the plan again."
    )
