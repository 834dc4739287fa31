"""Names of a batch's results: a pattern with fields, checked before anything is written.

A pattern is text with fields in braces: `{stem}` is the scan's name without suffix, `{folder}`
that of the folder it lies in, `{number}` its place in the plan, `{task}` the task's name and
`{model}` that of its network, which is left out with the separator before it where there is
none. Of tasks whose results would have the same name the second is called "maps-2". A slash
makes folders within the output folder.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath, PureWindowsPath

from app.core.batch.plan import BatchInput, BatchPlan, BatchTask

FIELDS = ("stem", "folder", "number", "task", "model")
REPORT, REGIONS = "report", "regions"
SHEET, TABLE = "contact-sheet", "regions.csv"
"""Of all scans together, in the output folder itself; the sheet's suffix is its format."""

# names that Windows keeps for itself, whatever the ending
_DEVICES = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)))
)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_FIELD = re.compile(r"\{([^{}]*)\}")
# systems allow 255; while it is written a file has a longer name for a moment
_LONGEST_NAME_BYTES = 235
_LONGEST_WINDOWS_PATH = 240


@dataclass(frozen=True, slots=True)
class PlannedOutput:
    """What is going to be written.

    Parameters
    ----------
    input
        Place of the scan in the plan, from 0.
    task
        Place of the task in the plan, from 0; None for a report or a table of regions.
    kind
        The task's name, "report" or "regions".
    path
        The file; the folder for a task that writes several.
    is_folder
        Which of the two.
    conflict
        Why it cannot be written under this name, in words; empty where it can.
    """

    input: int
    task: int | None
    kind: str
    path: str
    is_folder: bool = False
    conflict: str = ""


def pattern_problem(pattern: str) -> str:
    """What is wrong with a pattern, in words; empty where nothing is."""
    if not pattern.strip():
        return "The pattern is empty."
    unknown = [name for name in _FIELD.findall(pattern) if name not in FIELDS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        return f"There is no field {{{unknown[0]}}}; there are {known}."
    rest = _FIELD.sub("", pattern)
    if "{" in rest or "}" in rest:
        return "A brace has no partner."
    parts = pattern.replace("\\", "/").split("/")
    if any(part.strip() in ("", ".", "..") for part in parts):
        return "A folder within the pattern has no name, or leads out of the output folder."
    forbidden = _FORBIDDEN.search(rest.replace("\\", "").replace("/", ""))
    if forbidden:
        return f"The sign {forbidden.group()!r} cannot be part of a name."
    return ""


def planned_names(plan: BatchPlan) -> tuple[PlannedOutput, ...]:
    """All outputs of a plan with their names and conflicts, scan by scan.

    Raises
    ------
    ParameterError
        If a task of the plan is not known or cannot write one of its formats.
    """
    problem = pattern_problem(plan.pattern)
    found = [
        output
        for number in range(len(plan.inputs))
        for output in _outputs_of(plan, number, problem)
    ]
    taken: dict[str, PlannedOutput] = {}
    inputs = {_key(item.path): item.path for item in plan.inputs}
    together = {_key(path): kind for path, kind in together_names(plan)}
    checked = []
    for output in found:
        key = _key(output.path)
        conflict = output.conflict or _name_problem(plan.output, output.path)
        if not conflict and key in taken:
            other = plan.inputs[taken[key].input].path
            conflict = f"{taken[key].kind} of {other} has the same name."
        if not conflict and key in inputs:
            conflict = f"{inputs[key]} is one of the scans; those are never overwritten."
        if not conflict and key in together:
            conflict = f"{together[key]} of all scans has the same name."
        taken.setdefault(key, output)
        checked.append(_with_conflict(output, conflict))
    return tuple(checked)


def sheet_names(plan: BatchPlan) -> tuple[str, ...]:
    """Paths of the contact sheet in each of its formats; none where none is wanted."""
    suffixes = ("png", "pdf") if plan.contact_sheet == "both" else (plan.contact_sheet,)
    return tuple(str(PurePath(plan.output, f"{SHEET}.{suffix}")) for suffix in suffixes if suffix)


def together_names(plan: BatchPlan) -> tuple[tuple[str, str], ...]:
    """Paths of what is written of all scans together, and what each is in words."""
    found = [(path, "the contact sheet") for path in sheet_names(plan)]
    if plan.regions:
        found.append((str(PurePath(plan.output, TABLE)), "the table of regions"))
    return tuple(found)


def _outputs_of(plan: BatchPlan, number: int, problem: str) -> list[PlannedOutput]:
    item = plan.inputs[number]
    found = []
    names = _task_names(plan)
    for place, task in enumerate(plan.tasks):
        base = _filled(plan.pattern, item, number, task, names[place]) if not problem else ""
        if task.outputs.is_folder:
            path = str(PurePath(plan.output, base))
            found.append(PlannedOutput(number, place, task.task, path, True, problem))
            continue
        for suffix in task.chosen_formats:
            path = str(PurePath(plan.output, f"{base}.{suffix}"))
            found.append(PlannedOutput(number, place, task.task, path, False, problem))
    for kind, suffix, is_wanted in (
        (REPORT, "pdf", plan.reports),
        (REGIONS, "csv", bool(plan.regions)),
    ):
        if is_wanted:
            base = _filled(plan.pattern, item, number, BatchTask(kind), kind) if not problem else ""
            # a pattern without {task} gives a scan one name for all
            path = str(PurePath(plan.output, f"{base}.{suffix}"))
            found.append(PlannedOutput(number, None, kind, path, False, problem))
    return found


def _task_names(plan: BatchPlan) -> tuple[str, ...]:
    """What `{task}` stands for in each task: with a number where it is not the first such."""
    known: dict[tuple[str, str], int] = {}
    names = []
    for task in plan.tasks:
        model = _model_of(task) if "{model}" in plan.pattern else ""
        number = known[task.task, model] = known.get((task.task, model), 0) + 1
        names.append(task.task if number == 1 else f"{task.task}-{number}")
    return tuple(names)


def _model_of(task: BatchTask) -> str:
    model = str(task.parameters.get("model", "") or "")
    if model.lower().endswith(".onnx"):
        model = _path_of(model).stem
    return clean(model) if model else ""


def _filled(pattern: str, item: BatchInput, number: int, task: BatchTask, name: str) -> str:
    path = _path_of(item.path)
    model = _model_of(task)
    values: Mapping[str, str] = {
        "stem": clean(path.stem or path.name or "scan"),
        "folder": clean(path.parent.name or "folder"),
        "number": f"{number + 1:03d}",
        "task": clean(name),
        "model": model,
    }
    if not model:
        pattern = re.sub(r"[ _\-.]*\{model\}", "", pattern)
    return _FIELD.sub(lambda match: values[match.group(1)], pattern.replace("\\", "/"))


def clean(name: str) -> str:
    """A name without what some system forbids; letters of all languages stay."""
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name))
    return plain.strip(" ").rstrip(" .") or "_"


def _name_problem(output: str, path: str) -> str:
    parts = PurePath(path).parts[len(PurePath(output).parts) :]
    for part in parts:
        if part.partition(".")[0].strip().upper() in _DEVICES:
            return f"Windows keeps the name “{part}” for itself."
        if part != part.rstrip(" ."):
            return f"“{part}” ends in a space or dot, which Windows drops."
        size = len(part.encode("utf-8", "surrogateescape"))
        if size > _LONGEST_NAME_BYTES:
            return f"The name is too long: {size} bytes; at most {_LONGEST_NAME_BYTES} are safe."
    is_windows = bool(PureWindowsPath(path).drive)
    if is_windows and len(path) > _LONGEST_WINDOWS_PATH:
        return (
            f"The path is too long for Windows: {len(path)} characters; at most "
            f"{_LONGEST_WINDOWS_PATH} are safe."
        )
    return ""


def _path_of(text: str) -> PurePath:
    # a plan may have been written on the other kind of system
    return PureWindowsPath(text) if "\\" in text and "/" not in text else PurePath(text)


def _key(path: str) -> str:
    """The same for names that some system takes for one."""
    return unicodedata.normalize("NFC", path).casefold()


def _with_conflict(output: PlannedOutput, conflict: str) -> PlannedOutput:
    return PlannedOutput(
        output.input, output.task, output.kind, output.path, output.is_folder, conflict
    )
