"""`velatura unmix`: how many counts of each pixel which pigments account for."""

import json
from pathlib import Path
from typing import Annotated

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

Out = Annotated[Path, typer.Option("--out", help="Folder for maps and report.")]
Pigments = Annotated[
    str, typer.Option("--pigments", help="A library by NAME or PATH, or names: azurite,chalk.")
]
Method = Annotated[str, typer.Option("--method", help="nnls fits pigments, nmf finds components.")]
Components = Annotated[int, typer.Option("--components", help="With nmf: how many.")]
Seed = Annotated[int, typer.Option("--seed", help="With nmf: the same seed, the same components.")]
ForInstrument = Annotated[
    str,
    typer.Option(
        "--instrument", help="Compute the spectra for it: its NAME, or a tube: 'Ag 40 kV'."
    ),
]
Spectrum = Annotated[
    str, typer.Option("--spectrum", help="Else: reference spectra to use, by their label.")
]
Scatter = Annotated[str, typer.Option("--scatter", help="own to each pigment, free, or auto.")]
KeepMixtures = Annotated[
    bool, typer.Option("--keep-mixtures", help="Fit what looks like mixtures, too.")
]
Varnish = Annotated[
    float,
    typer.Option("--varnish", help="µm above at most: soft lines tell pigments apart the less."),
]
Refine = Annotated[
    bool, typer.Option("--refine/--no-refine", help="Correct the axis by its lines.")
]
Part = Annotated[str, typer.Option("--region", metavar="R0:R1,C0:C1", help="Part of the picture.")]


def unmix(
    file: File,
    out: Out,
    pigments: Pigments = "",
    method: Method = "nnls",
    components: Components = 8,
    seed: Seed = 0,
    instrument: ForInstrument = "",
    spectrum: Spectrum = "Rh 50 kV",
    scatter: Scatter = "auto",
    keep_mixtures: KeepMixtures = False,
    varnish: Varnish = 30.0,
    refine: Refine = True,
    region: Part = "",
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Unmix a scan into pigments or components: a map of each, errors, residual, report."""
    from app.engine import tasks
    from app.engine.jobs import run_now

    scan = source(file, axis, dataset, detector, rows, cols)
    parameters = tasks.UnmixParameters(
        pigments=pigments,
        method=method,
        components=components,
        seed=seed,
        region=region,
        spectrum=spectrum,
        instrument=instrument,
        scatter=scatter,
        keep_mixtures=keep_mixtures,
        varnish_um=varnish,
        refine=refine,
    )
    with progress_bar(hidden=as_json) as progress:
        written = run_now(
            lambda context: tasks.unmix_task(scan, parameters, out, context, overwrite=force),
            progress,
        )
    report = json.loads(written[-1].read_text("utf-8"))
    if as_json:
        print_json({**report, "outputs": [str(path) for path in written]})
        return
    for line in (*report["text"], *map(str, written)):
        typer.echo(line)
