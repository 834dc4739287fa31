"""What is written of a scan besides its results: a report, a table of regions, a digest."""

from collections.abc import Sequence
from pathlib import Path

from app.core.batch.document import Document
from app.core.batch.sheet import Scaling
from app.core.progress import part_of
from app.core.scan import Scan
from app.engine.batch.digests import SheetEntry, write_contact_sheet, write_digest
from app.engine.batch.region_reports import merge_regions, write_regions
from app.engine.batch.report_parts import TaskResult, all_steps, making_section, scan_section
from app.engine.batch.report_results import result_section
from app.engine.exports import check_suffix
from app.engine.jobs import JobContext
from app.engine.source import Source
from app.io import store
from app.io.atomic import check_free, written

__all__ = [
    "Scaling",
    "SheetEntry",
    "TaskResult",
    "merge_regions",
    "write_contact_sheet",
    "write_digest",
    "write_regions",
    "write_report",
]


def write_report(
    source: Source,
    results: Sequence[TaskResult],
    target: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write the report of one scan as PDF.

    Parameters
    ----------
    results
        Of the tasks, in the order of the report.
    target
        `.pdf`.

    Returns
    -------
    tuple
        The one file.

    Raises
    ------
    AppError
        If the scan or a result cannot be read, or the report cannot be written; nothing is
        left behind then.
    """
    from app.io import report_pdf

    check_suffix(target, (".pdf",), "report")
    check_free([target], overwrite=overwrite)
    scan = store.open_scan(
        source.path, source.options, progress=part_of(context.progress, 0.0, 0.4)
    )
    report = scan_report(scan, results, context)
    context.progress(0.7, f"Writing {target.name}")
    with written(target, overwrite=overwrite) as beside:
        report_pdf.write_report(report, beside)
    return (target,)


def scan_report(scan: Scan, results: Sequence[TaskResult], context: JobContext) -> Document:
    """The report of one scan before it has pages; raises as `write_report`."""
    sections = [scan_section(scan)]
    for number, item in enumerate(results):
        context.progress(0.4 + 0.3 * number / len(results), "Drawing plates")
        sections.append(result_section(scan, item))
    steps = all_steps(results)
    sections.append(making_section(results, steps))
    date = max((step.time for step in steps), default="")
    return Document(
        title=scan.cube.name,
        subtitle="Report on an MA-XRF scan" + (f" · {date[:10]}" if date else ""),
        sections=tuple(sections),
        date=date,
        foot=f"Report on {scan.cube.name}",
        keywords=("MA-XRF", *dict.fromkeys(item.task for item in results)),
    )
