"""What is written of all scans together, once each has ended: contact sheet and one table."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.batch.naming import REGIONS, TABLE, planned_names, sheet_names
from app.core.batch.plan import BatchPlan
from app.core.batch.sheet import Scaling
from app.core.batch.states import RowEvent
from app.engine.batch.planner import digest_path
from app.engine.jobs import JobContext, run_now
from app.io.batch_ledger import Ledger

if TYPE_CHECKING:
    from app.engine.batch.reports import SheetEntry

_Write = Callable[..., tuple[Path, ...]]


def finish(plan: BatchPlan, rows: Sequence[RowEvent], ledger: Ledger) -> tuple[Path, ...]:
    """Write what the plan wants of all scans together; gives the files.

    Raises
    ------
    AppError
        If a file of that name is somebody else's, or cannot be written.
    """
    made: list[Path] = []
    for target, write in _wanted(plan, rows):
        name = ledger.relative(target)
        overwrite = plan.overwrite or ledger.is_own(name) or not target.exists()
        if overwrite:
            ledger.begin([name])
        made += run_now(partial(_run, write, target, overwrite))
    return tuple(made)


def _run(write: _Write, target: Path, overwrite: bool, context: JobContext) -> tuple[Path, ...]:
    return write(target, context, overwrite=overwrite)


def _wanted(plan: BatchPlan, rows: Sequence[RowEvent]) -> list[tuple[Path, _Write]]:
    from app.engine.batch.reports import merge_regions, write_contact_sheet

    output = Path(plan.output)
    found: list[tuple[Path, _Write]] = []
    for path in sheet_names(plan):
        sheet = partial(
            write_contact_sheet,
            _entries(plan, rows),
            scaling=Scaling(plan.scaling),
            title=output.name,
        )
        found.append((Path(path), sheet))
    tables = _tables(plan, rows)
    if tables:
        found.append((output / TABLE, partial(merge_regions, tables)))
    return found


def _entries(plan: BatchPlan, rows: Sequence[RowEvent]) -> "list[SheetEntry]":
    from app.engine.batch.reports import SheetEntry

    entries = []
    for item, row in zip(plan.inputs, rows, strict=True):
        digest = digest_path(Path(plan.output), item)
        name = Path(item.path).name
        if row.state.is_good and digest.is_file():
            entries.append(SheetEntry(name, digest))
        else:
            entries.append(SheetEntry(name, None, row.message or row.state.value))
    return entries


def _tables(plan: BatchPlan, rows: Sequence[RowEvent]) -> list[Path]:
    """The tables of scans that are done; a scan may have none, as its message says."""
    found = [
        Path(output.path)
        for output in planned_names(plan)
        if output.kind == REGIONS and output.task is None and rows[output.input].state.is_good
    ]
    return [path for path in found if path.is_file()]
