"""Plans of batches as the window asks for them, and the other way round."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from app.core.batch.plan import TASK_OUTPUTS, BatchInput, BatchPlan, BatchTask
from app.core.parameters import describe
from app.engine.batch.arranged import Arrangement
from app.engine.batch.recipes import parameters_of, plain_parameters
from app.engine.batch.watch import WatchOptions
from app.engine.instruments import Instruments
from app.engine.model_library import Models
from app.engine.tasks import TASKS, RecolourParameters
from app.errors import AppError
from app.gui.dialogs.batch import BatchDialog
from app.gui.dialogs.batch_output import OutputChoice
from app.gui.dialogs.batch_reports import ReportsChoice
from app.gui.dialogs.batch_tasks import ChosenTask, TaskKind

# a batch has formats for these, several at once
_LEFT_OUT = {"maps": ("format",)}


def task_kinds() -> tuple[TaskKind, ...]:
    """The tasks that can be chosen, with models and instruments to choose from."""
    models = _models()
    offered: Mapping[str, Mapping[str, Sequence[str]]] = {
        "recolour": {"model": models},
        "unmix": {"instrument": ("", *_instruments())},
    }
    return tuple(
        TaskKind(
            task.name,
            task.title,
            task.parameters,
            TASK_OUTPUTS[task.name].formats,
            offered.get(task.name, {}),
            _LEFT_OUT.get(task.name, ()),
            RecolourParameters(model=models[0]) if task.name == "recolour" and models else None,
        )
        for task in TASKS
        if task.name in TASK_OUTPUTS
    )


def plan_of(
    inputs: Sequence[BatchInput],
    tasks: Sequence[ChosenTask],
    output: OutputChoice,
    reports: ReportsChoice,
) -> BatchPlan:
    """The plan that a user has put together."""
    return BatchPlan(
        inputs=tuple(inputs),
        tasks=tuple(_task(item) for item in tasks),
        output=str(Path(output.folder)) if output.folder else "",
        pattern=output.pattern,
        reports=reports.reports,
        contact_sheet=reports.contact_sheet,
        scaling=reports.scaling,
        regions=reports.regions,
        elements=reports.elements,
        overwrite=output.overwrite,
        jobs=output.jobs,
        memory_mb=output.memory_mb,
    )


def arrangement_of(dialog: BatchDialog, how: BatchInput) -> Arrangement | None:
    """Where a batch is run and what it waits for; None for this machine and no more scans.

    Parameters
    ----------
    how
        Dataset, detector and axis of the scans that arrive.
    """
    scheduler, arrivals = dialog.output.scheduler_address, dialog.arrivals
    if not scheduler and not arrivals.folders:
        return None
    watch = WatchOptions(dialog.patterns, dialog.recursive.isChecked(), arrivals.still_s)
    return Arrangement(scheduler, arrivals.folders, watch, how)


def output_of(plan: BatchPlan) -> OutputChoice:
    """Where a plan writes."""
    return OutputChoice(plan.output, plan.pattern, plan.overwrite, plan.jobs, plan.memory_mb)


def reports_of(plan: BatchPlan) -> ReportsChoice:
    """What a plan writes beside the results."""
    return ReportsChoice(
        plan.reports, plan.contact_sheet, plan.scaling, plan.regions, plan.elements
    )


def chosen_of(tasks: Iterable[BatchTask]) -> tuple[tuple[ChosenTask, ...], tuple[str, ...]]:
    """Tasks as forms show them, and why some of them cannot be shown, a sentence each."""
    chosen, notes = [], []
    for task in tasks:
        try:
            chosen.append(ChosenTask(task.task, parameters_of(task), task.chosen_formats))
        except AppError as error:
            notes.append(f"{error.title} {error.message}")
    return tuple(chosen), tuple(notes)


def _task(item: ChosenTask) -> BatchTask:
    """A task with the parameters that differ from the usual ones."""
    usual = {info.name: info.default for info in describe(type(item.values))}
    left_out = _LEFT_OUT.get(item.name, ())
    values = {
        name: value
        for name, value in plain_parameters(item.values).items()
        if name not in left_out and value != usual.get(name)
    }
    return BatchTask(item.name, values, item.formats)


def _models() -> tuple[str, ...]:
    """Names of the models that can be used, those of the same name by their paths."""
    entries = [entry for entry in Models().entries() if entry.card is not None]
    names = [entry.name for entry in entries]
    return tuple(
        entry.name if names.count(entry.name) == 1 else str(entry.path) for entry in entries
    )


def _instruments() -> tuple[str, ...]:
    try:
        return Instruments().names()
    except AppError:
        # another name or a tube can be typed as well
        return ()
