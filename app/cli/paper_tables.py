"""`velatura ganx-tables`: the tables and maps by which the ganX paper judges its scans."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import AsJson, Force, print_json, progress_bar
from app.core.synthesis.paper import PAPER_PIGMENTS
from app.errors import ParameterError


def ganx_tables(
    picture: Annotated[Path, typer.Argument(help="A painting: PNG, JPEG or TIFF.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for scans, tables and maps.")],
    thresholds: Annotated[
        str, typer.Option("--thresholds", help="Least likenesses to compare.")
    ] = "0.2,0.6",
    reference: Annotated[
        Path | None,
        typer.Option(
            "--reference", help="A measured scan of the painting; else one from layers is made."
        ),
    ] = None,
    pigments: Annotated[
        str, typer.Option("--pigments", help="A library by NAME or PATH, or names.")
    ] = ", ".join(PAPER_PIGMENTS),
    cols: Annotated[int, typer.Option("--cols", help="Columns of the scans.")] = 200,
    counts: Annotated[int, typer.Option("--counts", help="Counts per pixel.")] = 400,
    clusters: Annotated[int, typer.Option("--clusters", help="Colours of the palette.")] = 10,
    delta: Annotated[int, typer.Option("--delta", help="Try so many more and fewer.")] = 2,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same tables.")] = 0,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Judge synthetic scans of a painting as the ganX paper does: two tables and eight maps."""
    from app.engine.jobs import run_now
    from app.engine.paper_tables import TableParameters, as_markdown, paper_tables
    from app.engine.source import Source
    from app.engine.unmixing_references import chosen_pigments

    parameters = TableParameters(
        thresholds=_numbers(thresholds),
        cols=cols,
        counts=counts,
        clusters=clusters,
        delta=delta,
        seed=seed,
    )
    palette = chosen_pigments(pigments)
    measured = None if reference is None else Source(reference)
    with progress_bar(hidden=as_json) as progress:
        found = run_now(
            lambda context: paper_tables(
                picture, palette, parameters, out, context, reference=measured, overwrite=force
            ),
            progress,
        )
    if as_json:
        print_json(found.report())
        return
    typer.echo(as_markdown(found))
    for path in found.files:
        typer.echo(str(path))


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(item) for item in text.split(",") if item.strip())
    except ValueError as error:
        raise ParameterError(
            "--thresholds cannot be read.",
            f"Found {text!r}; expected numbers from 0 to 1 with commas between them.",
            "The paper takes 0.2,0.6.",
        ) from error
