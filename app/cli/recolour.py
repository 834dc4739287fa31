"""`velatura recolour`: colours of a scan as a network predicts them."""

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    ended_by_interrupt,
    print_json,
    progress_bar,
    source,
)

if TYPE_CHECKING:
    from app.core.recolouring.recoloured import Recoloured

Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="NAME|PATH",
        help="A network: its name, or an .onnx file; the first of velatura models list without it.",
    ),
]
Out = Annotated[Path, typer.Option("--out", help="The picture, .png or .tif; or .h5 for all.")]
Uncertainty = Annotated[
    Path | None, typer.Option("--uncertainty", help="A picture of the doubt, .png or .tif.")
]
Provider = Annotated[str, typer.Option("--provider", help="auto, cpu, cuda, dml or coreml.")]
Part = Annotated[str, typer.Option("--region", metavar="R0:R1,C0:C1", help="Part of the scan.")]
Stamp = Annotated[
    bool, typer.Option("--stamp", help="Write on the picture that its colours are predicted.")
]
Memory = Annotated[float, typer.Option("--memory", help="MB the network's process may use.")]
Live = Annotated[
    bool,
    typer.Option("--live", help="Follow a scan that is being measured; Ctrl-C ends it in order."),
]
Quiet = Annotated[
    float, typer.Option("--quiet", min=1.0, help="With --live: s without a change until the end.")
]
Seconds = Annotated[float, typer.Option("--seconds", help="Time limit for one tile or batch, s.")]


def recolour(
    file: File,
    out: Out,
    model: Model = "",
    uncertainty: Uncertainty = None,
    provider: Provider = "auto",
    region: Part = "",
    stamp: Stamp = False,
    live: Live = False,
    quiet: Quiet = 120.0,
    memory: Memory = 800.0,
    seconds: Seconds = 60.0,
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Colour a scan by a network: an estimate from chemistry, not the original colour."""
    from app.engine.jobs import run_now
    from app.engine.live import LiveOptions
    from app.engine.live_files import LiveFiles
    from app.engine.recolouring import RecolourParameters, recolour_files

    scan = source(file, axis, dataset, detector, rows, cols)
    parameters = RecolourParameters(
        model=model,
        provider=provider,
        region=region,
        memory_mb=memory,
        seconds_per_run=seconds,
        stamp=stamp,
    )
    started = time.monotonic()
    following = LiveFiles(
        scan, parameters, out, LiveOptions(quiet_s=quiet), uncertainty=uncertainty, overwrite=force
    )
    ended = ended_by_interrupt(following.stop) if live else contextlib.nullcontext()
    with progress_bar(hidden=as_json) as progress, ended:
        found, written = run_now(
            following.run
            if live
            else lambda context: recolour_files(
                scan, parameters, out, context, overwrite=force, uncertainty=uncertainty
            ),
            progress,
        )
    report = _report(file, found, written, time.monotonic() - started)
    if as_json:
        print_json(report)
    else:
        _say(report, found, written)


def _say(report: dict[str, Any], found: "Recoloured", written: tuple[Path, ...]) -> None:
    typer.echo(f"model     {found.card.name} {found.card.version}, run with {found.provider}")
    typer.echo(
        f"pixels    {found.region.pixels}, {report['pixels_per_s']:,.0f} per second, "
        f"at most {report['network_memory_mb']:.0f} MB"
    )
    for note in found.notes:
        typer.echo(f"note      {note}")
    for path in written:
        typer.echo(str(path))


def _report(
    file: Path, found: "Recoloured", written: tuple[Path, ...], seconds: float
) -> dict[str, Any]:
    """What was done, as JSON can hold it."""
    details = found.steps[-1].parameters
    return {
        "scan": file.name,
        "model": found.card.name,
        "version": found.card.version,
        "sha256": details["sha256"],
        "task": found.card.task.value,
        "provider": found.provider,
        "region": str(found.region),
        "pixels": found.region.pixels,
        "pixels_per_s": details["pixels_per_s"],
        "seconds": round(seconds, 3),
        "network_memory_mb": details["network_memory_mb"],
        "notes": list(found.notes),
        "outputs": [str(path) for path in written],
    }
