"""Commands that read a cube: info, convert, maps, spectrum."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import (
    AsJson,
    Axis,
    Cols,
    Dataset,
    Detector,
    File,
    Force,
    Rows,
    print_json,
    progress_bar,
    say_written,
    source,
)

if TYPE_CHECKING:
    from app.engine.tasks import ScanReport


def info(
    file: File,
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    as_json: AsJson = False,
) -> None:
    """Say what a scan file holds: shape, counts, energy axis and its source, lines."""
    from app.engine import tasks

    scan = source(file, axis, dataset, detector, rows, cols)
    with progress_bar(hidden=as_json) as progress:
        report = tasks.info(scan, progress).report()
    if as_json:
        print_json(report)
        return
    for line in _readable(report):
        typer.echo(line)


def convert(
    file: File,
    out: Annotated[Path, typer.Argument(help="The new file: .h5 or .rpl.")],
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    bin_: Annotated[int, typer.Option("--bin", min=1, help="Channels summed into one.")] = 1,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write a scan as HDF5 (.h5) or Ripple (.rpl with .raw)."""
    from app.engine import tasks
    from app.engine.jobs import run_now

    scan = source(file, axis, dataset, detector, rows, cols)
    parameters = tasks.ConvertParameters(bin=bin_)
    with progress_bar(hidden=as_json) as progress:
        written = run_now(
            lambda context: tasks.convert(scan, parameters, out, context, overwrite=force),
            progress,
        )
    say_written(written, as_json=as_json)


def maps(
    file: File,
    out: Annotated[Path, typer.Option("--out", help="Folder for the maps.")],
    elements: Annotated[
        str, typer.Option("--elements", help="Elements or lines: Fe,Cu,Pb_Lb.")
    ] = "",
    roi: Annotated[
        list[str] | None, typer.Option("--roi", metavar="NAME:LOW-HIGH", help="A window in keV.")
    ] = None,
    net: Annotated[bool, typer.Option("--net", help="Subtract a straight background.")] = False,
    format_: Annotated[str, typer.Option("--format", help="png, tiff, csv or h5.")] = "png",
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write elemental maps into a folder."""
    from app.engine import tasks
    from app.engine.jobs import run_now

    scan = source(file, axis, dataset, detector, rows, cols)
    parameters = tasks.MapsParameters(
        elements=elements, windows=",".join(roi or []), net=net, format=format_
    )
    with progress_bar(hidden=as_json) as progress:
        written = run_now(
            lambda context: tasks.maps(scan, parameters, out, context, overwrite=force),
            progress,
        )
    say_written(written, as_json=as_json)


def spectrum(
    file: File,
    out: Annotated[Path, typer.Option("--out", help="The new file: .csv or .png.")],
    region: Annotated[
        str, typer.Option("--region", metavar="R0:R1,C0:C1", help="Part of the picture.")
    ] = "",
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write sum, mean and maximum pixel spectrum of a scan or of a part of it."""
    from app.engine import tasks
    from app.engine.jobs import run_now

    scan = source(file, axis, dataset, detector, rows, cols)
    parameters = tasks.SpectrumParameters(region=region)
    with progress_bar(hidden=as_json) as progress:
        written = run_now(
            lambda context: tasks.spectrum(scan, parameters, out, context, overwrite=force),
            progress,
        )
    say_written(written, as_json=as_json)


def _readable(report: "ScanReport") -> list[str]:
    """The report of `info` as lines for people."""
    rows, cols, channels = report["shape"]
    lines = [
        f"file        {report['file']}",
        f"format      {report['format']}",
        f"shape       {rows} rows × {cols} columns × {channels} channels, {report['dtype']}",
        f"in memory   {report['bytes'] / 1e6:,.1f} MB",
        f"counts      {report['total_counts']:,}",
    ]
    axis = report["axis"]
    if axis is not None:
        lines.append(
            f"axis        {axis['offset_kev']:g} keV + {axis['gain_kev']:g} keV per channel "
            f"({axis['source']})"
        )
    else:
        lines.append("axis        unknown; give it with --axis OFFSET_KEV,GAIN_KEV")
        if (usual := report["suggested_axis"]) is not None:
            lines.append(
                f"            perhaps --axis {usual['offset_kev']:g},{usual['gain_kev']:g} "
                f"({usual['source']})"
            )
    if report["step_mm"] is not None:
        row_step, col_step = report["step_mm"]
        lines.append(f"step        {row_step:g} mm between rows, {col_step:g} mm between columns")
    if report["detectors"]:
        names = ", ".join(report["detectors"])
        lines.append(f"detectors   {names} (shown: {report['detector']})")
    found = [f"{item['line']} {item['energy_kev']:.2f} keV" for item in report["strongest_lines"]]
    if found:
        lines.append(f"lines       {', '.join(found)}")
    lines.extend(f"note        {note}" for note in report["notes"])
    return lines
