"""`velatura pigments`: looking into the libraries and asking them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import pigment_changes, pigment_transfers
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
from app.cli.pigment_options import (
    InstrumentName,
    Library,
    Name,
    colour_group,
    entries,
    libraries,
    words,
)
from app.errors import ParameterError

if TYPE_CHECKING:
    from app.core.pigment_search import Filter
    from app.engine.pigment_measured import Where

DEFAULT_INSTRUMENT = "Rh 50 kV"


def build() -> typer.Typer:
    """The commands under `velatura pigments`."""
    cli = typer.Typer(add_completion=False, help="The pigment libraries: look, change, ask.")
    cli.command("list")(list_)
    for function in (show, nearest, ask, spectrum):
        cli.command(function.__name__)(function)
    for name, function in (*pigment_changes.COMMANDS, *pigment_transfers.COMMANDS):
        cli.command(name)(function)
    cli.command("libraries")(list_libraries)
    cli.command("instruments")(list_instruments)
    return cli


def list_(
    library: Library = None,
    element: Annotated[
        str | None, typer.Option("--element", metavar="Fe,Cu", help="With all these elements.")
    ] = None,
    group: Annotated[str | None, typer.Option("--group", help="Colour: red, blue, …")] = None,
    year: Annotated[int | None, typer.Option("--year", help="In use in this year.")] = None,
    visible: Annotated[
        bool, typer.Option("--visible", help="Only those that XRF sees well.")
    ] = False,
    text: Annotated[str, typer.Option("--text", help="In name, synonyms, formula, notes.")] = "",
    as_json: AsJson = False,
) -> None:
    """List pigments, all or those that match every filter given."""
    from app.cli import pigment_reports
    from app.core.pigment_search import matches

    wanted = _filter(element, group, year, visible=visible, text=text)
    found = [entry for entry in entries(libraries(), library) if matches(entry.pigment, wanted)]
    if as_json:
        print_json([pigment_reports.pigment_json(entry) for entry in found])
        return
    for line in pigment_reports.list_lines(found):
        typer.echo(line)


def show(name: Name, library: Library = None, as_json: AsJson = False) -> None:
    """Show one pigment: composition, colour, period, lines, what XRF sees, its spectra."""
    from app.cli import pigment_reports

    found = libraries().find(name, library)
    if as_json:
        print_json(pigment_reports.whole_pigment_json(found))
        return
    for line in pigment_reports.pigment_lines(found):
        typer.echo(line)


def nearest(
    colour: Annotated[str, typer.Argument(help="#rrggbb.")],
    count: Annotated[int, typer.Option("--count", min=1, help="How many.")] = 5,
    library: Library = None,
    as_json: AsJson = False,
) -> None:
    """Pigments whose colour is nearest to a given one, by CIEDE2000."""
    from app.cli import pigment_reports
    from app.core.colour import hex_of_srgb, srgb_of_hex
    from app.core.colour import nearest as nearest_pigments

    srgb = srgb_of_hex(colour)
    known = entries(libraries(), library)
    found = nearest_pigments(srgb, [entry.pigment for entry in known], count)
    places = {id(entry.pigment): entry.library for entry in known}
    if as_json:
        print_json(
            [
                {
                    "name": item.pigment.name,
                    "library": places[id(item.pigment)],
                    "colour": hex_of_srgb(item.pigment.srgb),
                    "delta_e2000": round(item.delta_e, 3),
                }
                for item in found
            ]
        )
        return
    rows = [
        (
            item.pigment.name,
            hex_of_srgb(item.pigment.srgb),
            f"{item.delta_e:.1f}",
            places[id(item.pigment)],
        )
        for item in found
    ]
    for line in pigment_reports.table([("name", "colour", "ΔE2000", "library"), *rows]):
        typer.echo(line)


def ask(
    file: File,
    region: Annotated[
        str, typer.Option("--region", metavar="R0:R1,C0:C1", help="Part of the picture.")
    ] = "",
    pixel: Annotated[str, typer.Option("--pixel", metavar="ROW,COL", help="One pixel.")] = "",
    instrument: Annotated[
        str | None, typer.Option("--instrument", metavar="NAME", help="What it was measured with.")
    ] = None,
    colour: Annotated[
        str | None, typer.Option("--colour", metavar="#rrggbb", help="Colour of the place.")
    ] = None,
    count: Annotated[int, typer.Option("--count", min=1, help="Candidates to print.")] = 10,
    library: Library = None,
    axis: Axis = None,
    dataset: Dataset = None,
    detector: Detector = "sum",
    rows: Rows = None,
    cols: Cols = None,
    as_json: AsJson = False,
) -> None:
    """Which pigments a scan, a region or a pixel speaks for, and what stays open."""
    from app.cli import pigment_reports
    from app.core.colour import srgb_of_hex
    from app.engine import pigment_asking
    from app.engine.instruments import Instruments
    from app.engine.jobs import run_now

    where = _where(region, pixel)
    srgb = None if colour is None else srgb_of_hex(colour)
    scan = source(file, axis, dataset, detector, rows, cols)
    used = None if instrument is None else Instruments().named(instrument)
    pigments = [entry.pigment for entry in entries(libraries(), library)]
    with progress_bar(hidden=as_json) as progress:
        report = run_now(
            lambda context: pigment_asking.ask(scan, where, pigments, used, context, srgb=srgb),
            progress,
        )
    if as_json:
        asked = {"file": scan.path.name, "region": region or None, "pixel": pixel or None}
        print_json(pigment_reports.report_json(report, asked))
        return
    for line in pigment_reports.report_lines(report, count):
        typer.echo(line)


def spectrum(
    name: Name,
    out: Annotated[Path, typer.Option("--out", help="The new file: .csv or .png.")],
    instrument: InstrumentName = DEFAULT_INSTRUMENT,
    library: Library = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Compute the spectrum of a pigment's paint for an instrument and write it."""
    from app.engine import pigment_spectra
    from app.engine.instruments import Instruments
    from app.engine.jobs import run_now

    used = Instruments().named(instrument)
    pigment = libraries().find(name, library).pigment
    with progress_bar(hidden=as_json) as progress:
        written = run_now(
            lambda context: pigment_spectra.write_spectrum(
                pigment, used, out, context, overwrite=force
            ),
            progress,
        )
    say_written(written, as_json=as_json)


def list_libraries(as_json: AsJson = False) -> None:
    """List the libraries: the shipped one and your own, with what is wrong with a broken one."""
    from app.cli import pigment_reports

    found = libraries().all()
    if as_json:
        print_json([pigment_reports.library_json(item) for item in found])
        return
    for line in pigment_reports.library_lines(found):
        typer.echo(line)


def list_instruments(as_json: AsJson = False) -> None:
    """List the instruments spectra can be computed for: presets and your own."""
    from app.cli import pigment_reports
    from app.engine.instruments import Instruments
    from app.engine.pigment_spectra import in_words

    known = Instruments()
    if as_json:
        print_json(
            [
                pigment_reports.instrument_json(item, is_preset=known.is_preset(item.name))
                for item in known.all()
            ]
        )
        return
    rows = [
        (item.name, "preset" if known.is_preset(item.name) else "own", in_words(item))
        for item in known.all()
    ]
    for line in pigment_reports.table([("name", "", "tube, filter, path, angles, time"), *rows]):
        typer.echo(line)
    for problem in known.problems():
        typer.echo(f"problem: {problem}")


def _filter(
    element: str | None, group: str | None, year: int | None, *, visible: bool, text: str
) -> "Filter":
    from app.core.pigment_search import Filter

    given: dict[str, Any] = {"text": text, "elements": _elements(element), "year": year}
    if group is not None:
        given["group"] = colour_group(group)
    if visible:
        from app.core.visibility import Level

        given["visibility"] = Level.VISIBLE
    return Filter(**given)


def _elements(text: str | None) -> tuple[str, ...]:
    from app.core.elements import ELEMENT_NAMES

    symbols = tuple(symbol.capitalize() for symbol in words(text))
    unknown = [symbol for symbol in symbols if symbol not in ELEMENT_NAMES]
    if unknown or (text is not None and not symbols):
        raise ParameterError(
            "--element names elements by their symbols.",
            f"Found {', '.join(unknown) or 'nothing'}; expected symbols up to U.",
            "For example --element Fe,Cu.",
        )
    return symbols


def _where(region: str, pixel: str) -> "Where":
    """The place asked about."""
    from app.core.region import Region

    if region and pixel:
        raise ParameterError(
            "A region and a pixel cannot both be asked about.",
            f"Found --region {region} and --pixel {pixel}.",
            "Give one of them.",
        )
    if region:
        return Region.parse(region)
    if not pixel:
        return None
    try:
        row, col = (int(part) for part in pixel.split(","))
    except ValueError as error:
        raise ParameterError(
            "This pixel cannot be read.",
            f"Found {pixel!r}; expected ROW,COL in whole numbers from 0.",
            "For example --pixel 12,40.",
        ) from error
    return row, col
