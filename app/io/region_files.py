"""Statistics of regions as CSV: UTF-8, LF, comma, decimal point, provenance in `# ` lines."""

import csv
import itertools
import math
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import app
from app.core.batch.region_table import RegionStatistics
from app.core.provenance import Step, steps_to_json
from app.errors import ReadError
from app.io.formats import cannot_read

NOTES = (
    "sigma: one standard deviation by counting noise (Poisson) alone; counts_sigma = sqrt(counts)",
    "pixel_deviation: of the pixels about their mean, noise and picture together",
    "background: straight line through side windows of half the width; net = counts - background",
    "fitted: the whole line by a fit of all lines at once, where overlaps are resolved; its sigma "
    "holds counting noise and what shapes do not describe (2 % of peaks, 1 % of the background)",
    "regions are rows:columns from 0, the end not included",
)
_COLUMNS = ("scan", *(item.name for item in fields(RegionStatistics)), "net_per_sigma")


def write_regions(
    scan: str,
    statistics: Sequence[RegionStatistics],
    path: Path,
    *,
    steps: tuple[Step, ...],
    regions: Sequence[str] = (),
) -> None:
    """Write statistics, a line for each region and window.

    Parameters
    ----------
    scan
        Its name, for the first column.
    path
        A file that does not exist yet.
    regions
        What pixels each region has, in words.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    notes = [f"Velatura {app.__version__}", scan, *NOTES, *(f"region {text}" for text in regions)]
    notes.append(f"steps: {steps_to_json(steps)}")
    with path.open("x", encoding="utf-8", errors="backslashreplace", newline="") as stream:
        stream.writelines(f"# {' '.join(note.split())}\n" for note in notes)
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(_row(scan, item) for item in statistics)


def merge_regions(tables: Sequence[Path], path: Path) -> None:
    """Write the lines of several tables into one, below one head.

    Parameters
    ----------
    tables
        Files that `write_regions` wrote, in their order.
    path
        A file that does not exist yet.

    Raises
    ------
    ReadError
        If a table cannot be read or has other columns.
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    notes = [f"Velatura {app.__version__}", *NOTES, f"of {len(tables)} scans"]
    with path.open("x", encoding="utf-8", errors="backslashreplace", newline="") as stream:
        stream.writelines(f"# {note}\n" for note in notes)
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for table in tables:
            writer.writerows(_rows(table))


def _row(scan: str, item: RegionStatistics) -> list[str | int]:
    values: list[str | int] = [scan]
    for column in fields(item):
        value = getattr(item, column.name)
        values.append(_text(value) if isinstance(value, float) else value)
    share = item.net / item.net_sigma if item.net_sigma > 0 else math.nan
    return [*values, _text(share)]


def _text(value: float) -> str:
    """Six digits that count, all of those before the point; empty for what is not a number."""
    if math.isnan(value):
        return ""
    if value.is_integer():
        return str(int(value))
    return f"{value:.1f}" if abs(value) >= 1e5 else f"{value:.6g}"


def _rows(table: Path) -> list[list[str]]:
    try:
        with table.open(encoding="utf-8", newline="") as stream:
            # below the head a line may begin with the sign of notes
            table_lines = itertools.dropwhile(lambda line: line.startswith("# "), stream)
            head, *rows = list(csv.reader(table_lines))
    except OSError as error:
        raise cannot_read(table, error) from error
    except (ValueError, csv.Error) as error:
        raise _no_table(table) from error
    if tuple(head) != _COLUMNS:
        raise _no_table(table)
    return rows


def _no_table(table: Path) -> ReadError:
    return ReadError(
        "This table of regions cannot be read.",
        f"{table.name}: expected the columns {', '.join(_COLUMNS[:4])} and further ones.",
        "Choose a table that Velatura has written, or make it again.",
        path=table,
    )
