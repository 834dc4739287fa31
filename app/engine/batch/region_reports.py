"""The table of a scan's regions: which lines, counted and fitted where."""

from collections.abc import Sequence
from pathlib import Path

from app.core import lines as emission
from app.core.batch.region_table import (
    NamedRegion,
    RegionStatistics,
    fitted_lines,
    parse_regions,
    window_statistics,
)
from app.core.emission import EmissionLine
from app.core.lines import strongest_lines
from app.core.maps import Roi, required_axis
from app.core.progress import part_of
from app.core.provenance import Step
from app.core.scan import Scan
from app.core.spectra import region_spectrum
from app.engine.batch.report_parts import TaskResult
from app.engine.batch.report_results import windows_of_result
from app.engine.exports import check_suffix
from app.engine.jobs import JobContext
from app.engine.source import Source
from app.errors import ParameterError
from app.io import formats, region_files, store
from app.io.atomic import check_free, written

_MOST_LINES = 16

Windows = list[tuple[EmissionLine | None, Roi]]


def write_regions(
    source: Source,
    results: Sequence[TaskResult],
    target: Path,
    context: JobContext,
    *,
    regions: str = "all",
    elements: str = "",
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write statistics of regions as CSV.

    Parameters
    ----------
    results
        Where no elements are given, the lines and windows mapped are those of the table.
    regions
        `all` or `Name=r0:r1,c0:c1;…`.
    elements
        Symbols or lines, as Fe,Cu,Pb_Lb; empty for those mapped or, without maps, for the
        strongest of the scan.

    Raises
    ------
    AppError
        If the scan has no energy axis, a region or element does not fit it, or something cannot
        be read or written; nothing is left behind then.
    """
    check_suffix(target, (".csv",), "table of regions")
    check_free([target], overwrite=overwrite)
    named = parse_regions(regions)
    cube = formats.open_cube(source.path, source.options)
    required_axis(cube)
    places = [item.of(cube.rows, cube.cols) for item in named]
    scan = store.open_scan(
        source.path, source.options, progress=part_of(context.progress, 0.0, 0.5)
    )
    found = region_statistics(scan, named, _windows(scan, results, elements), context)
    step = Step("regions", {"regions": regions, "elements": elements}, scan.cube.inputs)
    with written(target, overwrite=overwrite) as beside:
        region_files.write_regions(
            scan.cube.name,
            found,
            beside,
            steps=(*scan.cube.steps, step),
            regions=[f"{item.name}: {place}" for item, place in zip(named, places, strict=True)],
        )
    return (target,)


def merge_regions(
    tables: Sequence[Path], target: Path, context: JobContext, *, overwrite: bool = False
) -> tuple[Path, ...]:
    """Join the tables of several scans; raises AppError as `write_regions`."""
    check_suffix(target, (".csv",), "table of regions")
    context.progress(0.0, f"Writing {target.name}")
    with written(target, overwrite=overwrite) as beside:
        region_files.merge_regions(tables, beside)
    return (target,)


def region_statistics(
    scan: Scan, named: Sequence[NamedRegion], windows: Windows, context: JobContext
) -> tuple[RegionStatistics, ...]:
    """Statistics of each region, all windows of the first before those of the second.

    Raises
    ------
    ParameterError
        If the scan has no energy axis, or a region or window lies outside it.
    """
    cube, axis = scan.cube, required_axis(scan.cube)
    ranges = [axis.channel_range(roi.low_kev, roi.high_kev, cube.channels) for _, roi in windows]
    asked = tuple({line.element for line, _ in windows if line is not None})
    found: list[RegionStatistics] = []
    for number, item in enumerate(named):
        region = item.of(cube.rows, cube.cols)
        spectrum = scan.sum_spectrum if item.region is None else region_spectrum(cube, region)
        context.progress(0.5 + 0.5 * number / len(named), f"Counting in {item.name}")
        fitted = fitted_lines(spectrum, axis, cube.acquisition, asked)
        for (line, roi), (first, stop) in zip(windows, ranges, strict=True):
            counts = scan.window_counts(first, stop)[
                region.row_start : region.row_stop, region.col_start : region.col_stop
            ]
            counted = (Roi(roi.name, *axis.edges_kev(first, stop)), first, stop)
            sure = {} if line is None or line not in fitted else {"fitted": fitted[line]}
            found.append(window_statistics(spectrum, counts, item.name, counted, **sure))
    return tuple(found)


def _windows(scan: Scan, results: Sequence[TaskResult], elements: str) -> Windows:
    """What the table is of; raises ParameterError where there is nothing."""
    cube, axis = scan.cube, required_axis(scan.cube)
    if elements.strip():
        lines = [emission.line(text.strip()) for text in elements.split(",") if text.strip()]
    else:
        mapped = [pair for item in results for pair in windows_of_result(scan, item)]
        if mapped:
            return list(dict.fromkeys(mapped))
        lines = [item.line for item in strongest_lines(scan.sum_spectrum, axis, _MOST_LINES)]
    if not lines:
        raise ParameterError(
            "There is no line to count.",
            f"{cube.name}: no line stands out in the sum of all pixels.",
            "Name elements, as Fe,Cu,Pb.",
        )
    return [(line, emission.roi_for(line, axis, channels=cube.channels)) for line in lines]
