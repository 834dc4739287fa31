"""`velatura batch`: many scans, the same tasks, one after the other or several at once."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.batch_tasks import parsed_task
from app.cli.options import (
    AsJson,
    Axis,
    Cols,
    Dataset,
    Detector,
    Force,
    Rows,
    print_json,
    progress_bar,
    whole_path,
)
from app.errors import ParameterError

if TYPE_CHECKING:
    from app.core.batch.plan import BatchInput, BatchPlan
    from app.engine.batch.executor import Executor
    from app.engine.batch.runner import BatchRun, BatchSummary

EXIT_SOME_FAILED = 1
EXIT_INTERRUPTED = 130

_LOOK_EVERY_S = 0.2
_WAIT_FOR_END_S = 30.0

Paths = Annotated[
    list[Path],
    typer.Argument(help="A plan, the folder of an earlier batch, or scans and folders of them."),
]
Tasks = Annotated[
    list[str] | None,
    typer.Option(
        "--task",
        metavar="NAME[:KEY=VALUE;…]",
        help="maps:elements=Fe,Cu;formats=png,h5 — may be given several times.",
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for all results.")]
Pattern = Annotated[
    str | None,
    typer.Option("--pattern", help="Names, of {stem} {folder} {number} {task} {model}."),
]
Include = Annotated[
    list[str] | None,
    typer.Option("--include", metavar="PATTERN", help="Of folders only such names, as *.h5."),
]
Recursive = Annotated[
    bool, typer.Option("--recursive/--flat", help="Look into folders within folders.")
]
Resume = Annotated[
    bool,
    typer.Option("--resume/--afresh", help="Leave what is made already, or make all again."),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", min=0, help="Most scans at once; 0 as many as fit.")
]
Memory = Annotated[
    float | None, typer.Option("--memory", min=0, help="MB that all together may use.")
]
Retry = Annotated[
    bool, typer.Option("--retry-failed", help="Try what failed a second time, at the end.")
]
Reports = Annotated[bool, typer.Option("--reports", help="A report on each scan, as PDF.")]
Sheet = Annotated[
    str | None, typer.Option("--contact-sheet", metavar="png|pdf|both", help="One of all scans.")
]
Scaling = Annotated[
    str | None, typer.Option("--scaling", metavar="shared|own", help="Of the contact sheet.")
]
Regions = Annotated[
    str | None,
    typer.Option(
        "--regions", metavar="all|NAME=R0:R1,C0:C1;…", help="Write their statistics as CSV."
    ),
]
Elements = Annotated[
    str | None, typer.Option("--elements", help="Lines of these statistics, as Fe,Cu,Pb_Lb.")
]
SavePlan = Annotated[
    Path | None,
    typer.Option("--save-plan", metavar="FILE", help="Write the plan; do nothing else."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler", metavar="tcp://HOST:8786", help="Work on the machines of a Dask cluster."
    ),
]
Watch = Annotated[
    bool,
    typer.Option("--watch", help="Work on scans as they arrive in these folders, until Ctrl-C."),
]
Stable = Annotated[
    float,
    typer.Option("--stable", min=0.1, help="With --watch: s without growth until a scan is whole."),
]
Quiet = Annotated[
    float | None,
    typer.Option("--quiet", min=0.1, help="With --watch: end after so many s without a new scan."),
]


def batch(
    paths: Paths,
    task: Tasks = None,
    out: Out = None,
    pattern: Pattern = None,
    include: Include = None,
    recursive: Recursive = True,
    resume: Resume = True,
    jobs: Jobs = None,
    memory: Memory = None,
    retry_failed: Retry = False,
    reports: Reports = False,
    contact_sheet: Sheet = None,
    scaling: Scaling = None,
    regions: Regions = None,
    elements: Elements = None,
    save_plan: SavePlan = None,
    scheduler: Scheduler = None,
    watch: Watch = False,
    stable: Stable = 10.0,
    quiet: Quiet = None,
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Do tasks to many scans; one that fails is told, and the others are done."""
    from app.cli.batch_watch import watched

    how = _how(axis, dataset, detector, rows, cols)
    given = {
        "tasks": tuple(parsed_task(text) for text in task) if task else None,
        "output": None if out is None else str(whole_path(out)),
        "pattern": pattern,
        "jobs": jobs,
        "memory_mb": memory,
        "reports": reports or None,
        "contact_sheet": contact_sheet,
        "scaling": scaling,
        "regions": regions,
        "elements": elements,
        "overwrite": force or None,
    }
    plan = _plan(paths, include or [], recursive, how, given, is_watch=watch)
    if save_plan is not None:
        _save(plan, save_plan, as_json=as_json)
        return
    with _executor(scheduler) as executor:
        if watch:
            looks = (tuple(include or ()), recursive, stable, quiet)
            plan, summary = watched(plan, paths, how, executor, *looks, hidden=as_json)
            # to end a watch is no interruption
            is_interrupted = False
        else:
            summary, is_interrupted = _run(plan, executor, resume, retry_failed, hidden=as_json)
    _conclude(plan, summary, is_interrupted=is_interrupted, as_json=as_json)


def _conclude(
    plan: "BatchPlan", summary: "BatchSummary", *, is_interrupted: bool, as_json: bool
) -> None:
    """Tell how it ended, also by the exit code."""
    _report(plan, summary, as_json=as_json)
    if is_interrupted:
        raise typer.Exit(EXIT_INTERRUPTED)
    if not summary.is_good:
        raise typer.Exit(EXIT_SOME_FAILED)


def _how(
    axis: str | None, dataset: str | None, detector: str, rows: int | None, cols: int | None
) -> "BatchInput":
    """How the scans are opened, as an input without a path."""
    from app.cli.options import open_options
    from app.core.batch.plan import BatchInput

    options = open_options(axis, dataset, detector, rows, cols)
    return BatchInput("", options.dataset, options.detector, options.axis, rows, cols)


@contextlib.contextmanager
def _executor(scheduler: str | None) -> "Iterator[Executor | None]":
    """The machines of a cluster, or None for this one."""
    if scheduler is None:
        yield None
        return
    from app.engine.batch.cluster import DaskExecutor

    executor = DaskExecutor(scheduler)
    try:
        yield executor
    finally:
        executor.close()


def _plan(
    paths: list[Path],
    patterns: list[str],
    recursive: bool,
    how: "BatchInput",
    given: Mapping[str, Any],
    *,
    is_watch: bool,
) -> "BatchPlan":
    """A plan from a file, that of an earlier batch, or a new one, with what is given besides."""
    from app.core.batch.plan import BatchPlan
    from app.engine.batch.planner import check_runnable

    known = {name: value for name, value in given.items() if value is not None}
    plan = BatchPlan((), (), "") if is_watch else _found(paths, patterns, recursive, how, known)
    plan = replace(plan, **known)
    check_runnable(plan)
    return plan


def _found(
    paths: list[Path],
    patterns: list[str],
    recursive: bool,
    how: "BatchInput",
    given: Mapping[str, Any],
) -> "BatchPlan":
    """A plan from a file, that of an earlier batch, or a new one of the scans found."""
    from app.core.batch.plan import BatchInput, BatchPlan
    from app.engine.batch.collect import found

    whole = [whole_path(path) for path in paths]
    file = _plan_among(whole, is_whole={"tasks", "output"} <= given.keys())
    if file is not None:
        return _read(file, is_opened_as_told=not patterns and how == BatchInput(""))
    scans = found(whole, patterns, recursive=recursive)
    if not scans:
        raise ParameterError(
            "There are no scans for this batch.",
            f"{', '.join(str(path) for path in whole)}: found none.",
            "Name files or folders of scans, or a plan; or other patterns (--include).",
        )
    return BatchPlan(tuple(replace(how, path=str(path)) for path in scans), (), "")


def _plan_among(paths: list[Path], *, is_whole: bool) -> Path | None:
    """The plan that is meant; None where scans are named.

    Parameters
    ----------
    is_whole
        Whether tasks and output folder are given, too: then a folder is one of scans, even if
        results of an earlier batch lie in it, and what has come since is found.
    """
    from app.io.batch_files import is_plan, last_plan

    plans = [path for path in paths if is_plan(path)]
    if plans and len(paths) > 1:
        raise ParameterError(
            "A plan says itself which scans it is for.",
            f"{plans[0].name} is named together with {len(paths) - 1} other "
            f"path{'s' * (len(paths) > 2)}.",
            "Name the plan alone, or scans and folders without a plan.",
        )
    if plans:
        return plans[0]
    return last_plan(paths[0]) if len(paths) == 1 and not is_whole else None


def _read(file: Path, *, is_opened_as_told: bool) -> "BatchPlan":
    """A plan that has scans; refuses options that it would not follow."""
    from app.io.batch_files import read_plan

    plan = read_plan(file)
    if not is_opened_as_told:
        raise ParameterError(
            "A plan says itself which scans it is for and how they are opened.",
            f"{file} would not follow --include, --axis, --dataset, --detector, --rows, --cols.",
            "Leave these out, or name scans with --task and --out instead of a plan.",
        )
    if not plan.inputs:
        raise ParameterError(
            "There are no scans for this batch.",
            f"{file} names none.",
            "Add scans to the plan, or name them with --task and --out.",
        )
    return plan


def _save(plan: "BatchPlan", path: Path, *, as_json: bool) -> None:
    from app.cli.options import say_written
    from app.io.batch_files import write_plan

    write_plan(plan, path)
    say_written((path,), as_json=as_json)


def _run(
    plan: "BatchPlan", executor: "Executor | None", resume: bool, retry: bool, *, hidden: bool
) -> "tuple[BatchSummary, bool]":
    """Run it to the end; gives how it ended, and whether the user ended it."""
    from app.engine.batch.runner import BatchRun

    with progress_bar(hidden=hidden) as progress:
        run = BatchRun(plan, lambda event: None, executor, resume=resume)
        summary, is_interrupted = waited(run, lambda: _tell(run, progress))
        if retry and not is_interrupted and not summary.message:
            run.retry_failed()
            summary, is_interrupted = waited(run, lambda: _tell(run, progress))
    return summary, is_interrupted


def waited(run: "BatchRun", look: Callable[[], None]) -> "tuple[BatchSummary, bool]":
    """Start a run and wait for its end; Ctrl-C ends it.

    Returns
    -------
    tuple
        How it ended, and whether the user ended it.
    """
    is_interrupted = False
    run.start()
    while True:
        try:
            summary = run.wait(_LOOK_EVERY_S)
            if summary is not None:
                return summary, is_interrupted
            look()
        except KeyboardInterrupt:
            if is_interrupted:
                # a second time: at once
                run.close(_WAIT_FOR_END_S)
            is_interrupted = True
            run.cancel()


def _tell(run: "BatchRun", progress: Callable[..., None]) -> None:
    rows = run.rows
    done = sum(row.state.is_final for row in rows)
    fraction = sum(1.0 if row.state.is_final else row.fraction or 0.0 for row in rows) / len(rows)
    left = run.time_left_s
    words = f"{done} of {len(rows)} scans"
    progress(fraction, words if left is None else f"{words}, about {_words_for(left)} left")


def _words_for(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _report(plan: "BatchPlan", summary: "BatchSummary", *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "output": plan.output,
                "items": [
                    {
                        "input": item.path,
                        "state": row.state.value,
                        "message": row.message,
                        "outputs": list(row.outputs),
                        "seconds": round(row.seconds, 3),
                    }
                    for item, row in zip(plan.inputs, summary.rows, strict=True)
                ],
                "files": list(summary.files),
                "message": summary.message,
                "seconds": round(summary.seconds, 3),
                "memory_mb": round(summary.memory_mb, 1),
            }
        )
        return
    for item, row in zip(plan.inputs, summary.rows, strict=True):
        typer.echo(f"{row.state.value:<10} {item.path}{f': {row.message}' * bool(row.message)}")
    for path in summary.files:
        typer.echo(path)
    states = [row.state for row in summary.rows]
    counts = [f"{states.count(state)} {state.value}" for state in dict.fromkeys(states)]
    typer.echo(f"{', '.join(counts)} in {_words_for(summary.seconds)}: {plan.output}")
    if summary.message:
        typer.echo(summary.message)
