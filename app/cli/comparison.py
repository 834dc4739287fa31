"""`velatura compare`: how alike two scans or two pictures are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
    source,
)

if TYPE_CHECKING:
    from app.engine.comparison import Comparison

_TITLES = {
    "spectral": "total spectra, each normalised",
    "structural": "cubes laid flat, tanh(ln(1 + counts))",
    "structural_noise": "… of A and Poisson noise without lines or picture",
    "structural_mean_spectrum": "… of A and Poisson noise around its mean spectrum",
    "native": "pictures as they are",
    "padded": "pictures padded to 288 × 384",
    "delta_e2000": "colour difference ΔE2000",
}


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="The reference: a scan or a picture.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="What is judged: another of its kind.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the scores: .csv or .json.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the noise beside scans.")] = 0,
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    axis_b: Annotated[
        str | None, typer.Option("--axis-b", metavar="OFFSET,GAIN", help="For B, if another.")
    ] = None,
    dataset_b: Annotated[
        str | None, typer.Option("--dataset-b", metavar="PATH", help="For B, if another.")
    ] = None,
    detector_b: Annotated[
        str | None, typer.Option("--detector-b", metavar="N|sum", help="For B, if another.")
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Compare two scans (spectra, structure) or two pictures (structure, values, colour)."""
    from app.engine import comparison
    from app.engine.jobs import run_now

    first = source(a, axis, dataset, detector, rows, cols)
    second = source(b, axis_b or axis, dataset_b or dataset, detector_b or detector, rows, cols)
    if out is not None:
        comparison.check_report(out, (first.path, second.path), overwrite=force)
    with progress_bar(hidden=as_json) as progress:
        found = run_now(
            lambda context: comparison.compare(first, second, context, seed=seed), progress
        )
    if out is not None:
        comparison.write_report(found, out, overwrite=force)
    if as_json:
        print_json(found.report() if out is None else {**found.report(), "outputs": [str(out)]})
        return
    for line in _readable(found):
        typer.echo(line)
    if out is not None:
        typer.echo(str(out))


def _readable(found: "Comparison") -> list[str]:
    """The scores as lines for people."""
    lines = [f"A  {found.first.input.name}", f"B  {found.second.input.name}"]
    group = ""
    for of, measure, value, limits in found.rows:
        if of != group:
            group = of
            lines += ["", _TITLES[of]]
        number = "–" if value is None else f"{value:.6g}"
        lines.append(f"  {measure:<20}{number:>12}   {limits}")
    return [*lines, "", *(f"note: {note}" for note in found.notes)] if found.notes else lines
