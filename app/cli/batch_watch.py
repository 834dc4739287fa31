"""`velatura batch --watch`: scans are worked on as they arrive."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli.options import ended_by_interrupt, whole_path
from app.errors import ParameterError

if TYPE_CHECKING:
    from app.core.batch.plan import BatchInput, BatchPlan
    from app.core.batch.states import RowEvent
    from app.engine.batch.executor import Executor
    from app.engine.batch.runner import BatchSummary

_LOOK_EVERY_S = 2.0


def watched(
    plan: "BatchPlan",
    paths: Sequence[Path],
    how: "BatchInput",
    executor: "Executor | None",
    patterns: tuple[str, ...],
    recursive: bool,
    stable_s: float,
    quiet_s: float | None,
    *,
    hidden: bool,
) -> "tuple[BatchPlan, BatchSummary]":
    """Watch folders until Ctrl-C, or until nothing has come for some time.

    Parameters
    ----------
    plan
        What is done to each scan.
    paths
        Folders.
    how
        How scans are opened.
    executor
        Where the work is done; None for this machine.
    patterns, recursive, stable_s
        As in `app.engine.batch.watch.WatchOptions`.
    quiet_s
        As in `app.engine.batch.watch.BatchWatch.watch`.
    hidden
        Whether nothing is told meanwhile.

    Returns
    -------
    tuple
        The plan with all scans that have come, and how they ended.

    Raises
    ------
    ParameterError
        If a path is no folder, or results would go where scans arrive.
    """
    from app.engine.batch.watch import BatchWatch, FolderWatch, WatchOptions

    folders = tuple(_folder(path) for path in paths)
    options = WatchOptions(patterns, recursive, stable_s, min(_LOOK_EVERY_S, stable_s))

    def told(event: "RowEvent") -> None:
        if event.state.is_final and event.state.value != "up to date" and not hidden:
            path = watch.plan.inputs[event.item].path
            typer.echo(
                f"{event.state.value:<10} {path}{f': {event.message}' * bool(event.message)}"
            )

    watch = BatchWatch(plan, FolderWatch(folders, options), told, executor=executor, how=how)
    with ended_by_interrupt(watch.stop):
        summary = watch.watch(quiet_s)
    return watch.plan, summary


def _folder(path: Path) -> Path:
    """A folder from the root on; raises ParameterError where it is none."""
    folder = whole_path(path)
    if not folder.is_dir():
        raise ParameterError(
            "Only folders can be watched.",
            f"{folder} is {'no folder' if folder.exists() else 'not there'}.",
            "Name the folder in which scans arrive.",
        )
    return folder
