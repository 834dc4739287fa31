"""`velatura pigments`: whole libraries in and out, new ones, and their spectra computed anew."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import AsJson, Force, print_json, progress_bar, say_written
from app.cli.pigment_options import (
    Library,
    OwnLibrary,
    entries,
    libraries,
    not_one_of,
    whole_file,
    words,
)
from app.errors import ParameterError

if TYPE_CHECKING:
    from app.core.pigments import Pigment
    from app.engine.pigment_libraries import Libraries
    from app.io.pigment_store import Clash

_SUFFIXES = {"pigments": ".pigments", "archive": ".pigments.zip", "ganx": ".json", "csv": ".csv"}


def import_(
    file: Annotated[
        Path, typer.Argument(help="A library: .pigments, .pigments.zip, ganX's .json, .csv.")
    ],
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="NAME|PATH", help="One of your own; “My pigments” if none."),
    ] = None,
    on_clash: Annotated[
        str, typer.Option("--on-clash", help="skip, replace or keep-both.")
    ] = "skip",
    as_json: AsJson = False,
) -> None:
    """Take the pigments of a file into one of your own libraries, all of them or none."""
    clash = _clash(on_clash)
    report = libraries().import_file(whole_file(file), into, clash)
    found = {
        "added": list(report.added),
        "replaced": list(report.replaced),
        "skipped": list(report.skipped),
    }
    if as_json:
        print_json({**found, "renamed": [list(pair) for pair in report.renamed]})
        return
    for what, names in found.items():
        if names:
            typer.echo(f"{what} {len(names)}: {', '.join(names)}")
    if not any(found.values()):
        typer.echo("the file holds no pigments")


def export(
    out: Annotated[Path, typer.Argument(help="The new file; its suffix tells the format.")],
    library: Library = None,
    names: Annotated[
        list[str] | None,
        typer.Option("--names", metavar="A,B", help="Only these pigments; may be repeated."),
    ] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help=f"{', '.join(_SUFFIXES)}.")
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write pigments as .pigments, .pigments.zip, in ganX's layout (.json) or as .csv."""
    from app.engine.pigment_libraries import export as export_pigments

    target = _target(out, format_)
    known = libraries()
    chosen = _chosen(known, library, names)
    title = known.named(library).name if library is not None else ""
    say_written(export_pigments(chosen, target, name=title, overwrite=force), as_json=as_json)


def recompute(
    instrument: Annotated[
        str, typer.Option("--instrument", metavar="NAME", help="What spectra are computed for.")
    ],
    library: OwnLibrary = None,
    as_json: AsJson = False,
) -> None:
    """Compute the spectra of all pigments of one of your own libraries for an instrument."""
    from app.engine import pigment_spectra
    from app.engine.instruments import Instruments
    from app.engine.jobs import run_now
    from app.engine.pigment_libraries import DEFAULT_NAME

    used = Instruments().named(instrument)
    store = libraries().open(DEFAULT_NAME if library is None else library)
    with progress_bar(hidden=as_json) as progress:
        done = run_now(
            lambda context: pigment_spectra.recompute_library(store, used, context), progress
        )
    if as_json:
        print_json(
            {
                "instrument": used.name,
                "computed": list(done.computed),
                "without_composition": list(done.without_composition),
                "changed_meanwhile": list(done.changed_meanwhile),
            }
        )
        return
    typer.echo(f"computed {len(done.computed)} spectra for {used.name}")
    for text, passed in (
        ("without composition", done.without_composition),
        ("changed meanwhile, left as they are", done.changed_meanwhile),
    ):
        if passed:
            typer.echo(f"{text}: {', '.join(passed)}")


def create(
    name: Annotated[str, typer.Argument(help="What the library is called.")],
    like: Annotated[
        str | None, typer.Option("--like", metavar="NAME|PATH", help="Copy this library.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a library of your own, empty or a copy of another, the shipped one too."""
    known = libraries()
    store = known.create(name) if like is None else known.duplicate(like, name)
    say_written((store.path,), as_json=as_json)


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("import", import_),
    ("export", export),
    ("recompute", recompute),
    ("create", create),
)


def _clash(text: str) -> "Clash":
    from app.io.pigment_store import Clash

    try:
        return Clash(text.strip().casefold().replace("-", " "))
    except ValueError as error:
        choices = [clash.value.replace(" ", "-") for clash in Clash]
        raise not_one_of("--on-clash", text, choices) from error


def _target(out: Path, wanted: str | None) -> Path:
    """The file to write, with the suffix of the format where one was asked for."""
    if wanted is None:
        return out.absolute()
    suffix = _SUFFIXES.get(wanted.casefold())
    if suffix is None:
        raise not_one_of("--format", wanted, list(_SUFFIXES))
    if out.name.casefold().endswith(suffix):
        return out.absolute()
    if any(out.name.casefold().endswith(other) for other in _SUFFIXES.values()):
        raise ParameterError(
            f"{out.name} is no name for the format {wanted}.",
            f"Expected a name ending in {suffix}, or without an ending.",
            "Choose another name, or leave --format out.",
        )
    return out.with_name(out.name + suffix).absolute()


def _chosen(known: "Libraries", library: str | None, names: list[str] | None) -> "list[Pigment]":
    """The pigments to write; one name from several libraries only once, the user's own first."""
    if names is not None:
        wanted = [pigment for text in names for pigment in _named(known, library, text)]
    else:
        shipped = known.shipped().name
        found = sorted(entries(known, library), key=lambda entry: entry.library == shipped)
        wanted = [entry.pigment for entry in found]
    unique: dict[str, Pigment] = {}
    identifiers: set[str] = set()
    for pigment in wanted:
        if pigment.name.casefold() not in unique and pigment.id not in identifiers:
            unique[pigment.name.casefold()] = pigment
            identifiers.add(pigment.id)
    return list(unique.values())


def _named(known: "Libraries", library: str | None, text: str) -> "list[Pigment]":
    """The pigment of a name, which may have a comma in it, or those of several names."""
    parts = words(text)
    if len(parts) > 1:
        try:
            return [known.find(text, library).pigment]
        except ParameterError:
            # then it is a list of names, and what is wrong with one of them is told below
            pass
    return [known.find(part, library).pigment for part in parts]
