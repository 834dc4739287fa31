"""`velatura synthesise FOLDER --variations FILE.toml`: many synthetic scans."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli.options import print_json, progress_bar

if TYPE_CHECKING:
    from app.core.synthesis.plan import SynthesisParameters

_FAILED = 2


def make_set(
    pictures: Path,
    variations: Path,
    start: "SynthesisParameters",
    pigments: str,
    out: Path,
    *,
    as_json: bool,
) -> None:
    """Make the scans and say of each whether it was made, kept or failed.

    Raises
    ------
    AppError
        As `app.engine.synthesis_set.synthesise_set`.
    Exit
        With code 2 if a scan failed.
    """
    from dataclasses import asdict

    from app.engine.jobs import run_now
    from app.engine.synthesis_set import synthesise_set

    with progress_bar(hidden=as_json) as progress:
        report = run_now(
            lambda context: synthesise_set(pictures, variations, start, pigments, out, context),
            progress,
        )
    if as_json:
        print_json(
            {
                "manifest": str(report.manifest),
                "made": list(report.made),
                "kept": list(report.kept),
                "failed": list(report.failed),
                "scans": [asdict(row) for row in report.rows],
            }
        )
    else:
        for row in report.rows:
            state = "kept" if row.file in report.kept else row.state
            typer.echo(f"{state:<7} {row.file}{f': {row.error}' if row.error else ''}")
        typer.echo(
            f"{len(report.made)} made, {len(report.kept)} kept, {len(report.failed)} failed: "
            f"{report.manifest}"
        )
    if report.failed:
        raise typer.Exit(_FAILED)
