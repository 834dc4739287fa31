"""`velatura cluster`: clusters of the spectra of a scan."""

import json
from pathlib import Path
from typing import Annotated, Any

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
    source,
)
from app.errors import ParameterError

_TRANSFORMS = ("anscombe", "shares", "counts", "standard")


def cluster(
    file: File,
    out: Annotated[Path, typer.Option("--out", help="Folder for what is found.")],
    k: Annotated[
        str, typer.Option("--k", metavar="K|FROM..TO", help="How many, or a range to choose from.")
    ] = "4..12",
    on: Annotated[str, typer.Option("--on", help="Compare spectra, or maps.")] = "spectra",
    elements: Annotated[
        str, typer.Option("--elements", help="With --on maps: elements or lines, Fe,Cu,Pb_Lb.")
    ] = "",
    region: Annotated[
        str, typer.Option("--region", metavar="R0:R1,C0:C1", help="Part of the picture.")
    ] = "",
    transform: Annotated[
        str, typer.Option("--transform", help="anscombe, shares, counts or standard.")
    ] = "anscombe",
    patience: Annotated[int, typer.Option("--patience", help="Tries without gain.")] = 3,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same clusters.")] = 0,
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Cluster the spectra of a scan: label map, mean spectra, lines, candidate pigments."""
    if transform not in _TRANSFORMS:
        raise ParameterError(
            "This transform is not known.",
            f"Found {transform!r}; expected {', '.join(_TRANSFORMS)}.",
            "anscombe suits most scans.",
        )
    from app.core.clustering.features import Transform
    from app.engine import tasks
    from app.engine.jobs import run_now

    scan = source(file, axis, dataset, detector, rows, cols)
    parameters = tasks.ClusterParameters(
        numbers=k,
        on=on,
        elements=elements,
        region=region,
        transform=Transform(transform),
        patience=patience,
        seed=seed,
    )
    with progress_bar(hidden=as_json) as progress:
        written = run_now(
            lambda context: tasks.cluster(scan, parameters, out, context, overwrite=force),
            progress,
        )
    report = json.loads(written[-1].read_text("utf-8"))
    if as_json:
        print_json({**report, "outputs": [str(path) for path in written]})
        return
    for line in (*_readable(report), *map(str, written)):
        typer.echo(line)


def _readable(report: dict[str, Any]) -> list[str]:
    """The report as lines for people."""
    chosen = report["silhouettes"]
    tried = ", ".join(f"{item['clusters']}: {item['silhouette']:.2f}" for item in chosen)
    lines = [f"clusters    {report['clusters']}" + (f" (silhouettes {tried})" if tried else "")]
    for item in report["each"]:
        found = ", ".join(entry["line"].replace("_", " ") for entry in item["lines"][:5])
        size = f"{item['pixels']} pixels, {100 * item['share']:.1f} %"
        lines.append(f"{item['cluster']:<12}{size}" + (f"; {found}" if found else ""))
        best = item.get("candidates", [])[:3]
        if best:
            names = ", ".join(entry["pigment"] for entry in best)
            lines.append(f"            perhaps {names}; see the report for what XRF cannot tell")
    return lines
