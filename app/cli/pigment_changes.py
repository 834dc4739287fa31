"""`velatura pigments`: changing the user's own libraries, one pigment at a time."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import AsJson, Force, print_json
from app.cli.pigment_options import (
    Library,
    Name,
    OwnLibrary,
    colour_group,
    libraries,
    own_pigment,
    whole_file,
)
from app.errors import ParameterError

if TYPE_CHECKING:
    from app.core.pigments import Component, Pigment
    from app.engine.pigment_libraries import Libraries

NewName = Annotated[str, typer.Argument(help="What the pigment is called.")]
Formulas = Annotated[
    list[str] | None,
    typer.Option("--formula", help="As 2PbCO3·Pb(OH)2; again for each further compound."),
]
Shares = Annotated[
    list[float] | None,
    typer.Option("--share", help="Share of the mass of each formula, in their order."),
]
Density = Annotated[float | None, typer.Option("--density", help="Of the dry pigment, g/cm³.")]
Colour = Annotated[str | None, typer.Option("--colour", metavar="#rrggbb", help="sRGB.")]
Group = Annotated[str | None, typer.Option("--group", help="White, red, blue, …")]
Synonyms = Annotated[list[str] | None, typer.Option("--synonym", help="Again for each.")]
Binder = Annotated[str | None, typer.Option("--binder", help="Linseed oil, egg tempera, …")]
Fraction = Annotated[
    float | None, typer.Option("--volume-fraction", help="Pigment in the paint, 0 to 1.")
]
Period = Annotated[str | None, typer.Option("--period", help="When it was used, in words.")]
FromYear = Annotated[int | None, typer.Option("--from-year", help="First year of use.")]
ToYear = Annotated[int | None, typer.Option("--to-year", help="Last year of use.")]
Notes = Annotated[str | None, typer.Option("--notes", help="Anything else.")]
SourceText = Annotated[str | None, typer.Option("--source", help="Where this is known from.")]


def add(
    name: NewName,
    formula: Formulas = None,
    share: Shares = None,
    density: Density = None,
    colour: Colour = None,
    group: Group = None,
    synonym: Synonyms = None,
    binder: Binder = None,
    volume_fraction: Fraction = None,
    period: Period = None,
    from_year: FromYear = None,
    to_year: ToYear = None,
    notes: Notes = None,
    source: SourceText = None,
    library: OwnLibrary = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Add a pigment to one of your own libraries."""
    from app.core.colour_groups import group_of
    from app.core.pigments import Pigment
    from app.io.pigment_records import identifier

    if density is None or colour is None:
        raise ParameterError(
            "A pigment needs a density and a colour.",
            f"Found --density {density}, --colour {colour}.".replace("None", "not given"),
            "For example --density 8.1 --colour '#c9392c'.",
        )
    known = libraries()
    values = _given(
        components=_components(formula, share),
        density_g_cm3=density,
        srgb=_srgb(colour),
        group=None if group is None else colour_group(group),
        synonyms=synonym,
        binder=binder,
        volume_fraction=volume_fraction,
        period=period,
        from_year=from_year,
        to_year=to_year,
        notes=notes,
        source=source,
    )
    plain = " ".join(name.split())
    start: dict[str, Any] = {
        "components": (),
        "group": group_of(values["srgb"]),
        "colour_source": "given by hand",
    }
    pigment = Pigment(id=identifier(plain), name=plain, **{**start, **values})
    _tell(_put(known, pigment, library, force=force), "added", as_json=as_json)


def edit(
    name: Name,
    new_name: Annotated[str | None, typer.Option("--name", help="A new name.")] = None,
    formula: Formulas = None,
    share: Shares = None,
    density: Density = None,
    colour: Colour = None,
    group: Group = None,
    synonym: Synonyms = None,
    binder: Binder = None,
    volume_fraction: Fraction = None,
    period: Period = None,
    from_year: FromYear = None,
    to_year: ToYear = None,
    notes: Notes = None,
    source: SourceText = None,
    library: OwnLibrary = None,
    as_json: AsJson = False,
) -> None:
    """Change what is given of a pigment in one of your own libraries."""
    known = libraries()
    values = _given(
        name=None if new_name is None else " ".join(new_name.split()),
        components=_components(formula, share),
        density_g_cm3=density,
        srgb=_srgb(colour),
        group=None if group is None else colour_group(group),
        synonyms=synonym,
        binder=binder,
        volume_fraction=volume_fraction,
        period=period,
        from_year=from_year,
        to_year=to_year,
        notes=notes,
        source=source,
    )
    if not values:
        raise ParameterError(
            "There is nothing to change.", "No new value was given.", "For example --density 8.1."
        )
    store, found = own_pigment(known, name, library)
    _tell(
        store.change(found.pigment.id, lambda pigment: _changed(pigment, values)),
        "changed",
        as_json=as_json,
    )


def remove(name: Name, library: OwnLibrary = None, as_json: AsJson = False) -> None:
    """Remove a pigment from one of your own libraries."""
    store, found = own_pigment(libraries(), name, library)
    store.remove(found.pigment.id)
    _tell(found.pigment, "removed", as_json=as_json)


def copy(
    name: Name,
    new_name: Annotated[str | None, typer.Option("--as", help="The name of the copy.")] = None,
    library: Library = None,
    into: Annotated[
        str | None, typer.Option("--into", metavar="NAME|PATH", help="One of your own.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy a pigment, a shipped one too, into one of your own libraries."""
    from app.io.pigment_records import identifier

    known = libraries()
    pigment = known.find(name, library).pigment
    if new_name is not None:
        plain = " ".join(new_name.split())
        pigment = replace(pigment, id=identifier(plain), name=plain)
    _tell(_put(known, pigment, into, force=False), "copied", as_json=as_json)


def attach(
    name: Name,
    file: Annotated[Path, typer.Argument(help="A spectrum: .spx, .mca, .csv, .txt or .h5.")],
    label: Annotated[str | None, typer.Option("--label", help="What it is called.")] = None,
    library: OwnLibrary = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Give a pigment of one of your own libraries a spectrum that was measured."""
    from app.engine.pigment_measured import attached

    known = libraries()
    store, found = own_pigment(known, name, library)
    measured = whole_file(file)
    pigment = store.change(
        found.pigment.id,
        lambda pigment: attached(pigment, measured, label=label or "", overwrite=force),
    )
    _tell(pigment, "attached", as_json=as_json)


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("add", add),
    ("edit", edit),
    ("remove", remove),
    ("copy", copy),
    ("attach", attach),
)


def _given(**values: Any) -> dict[str, Any]:
    """What was given, lists as tuples."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if value is not None
    }


def _components(
    formulas: list[str] | None, shares: list[float] | None
) -> "tuple[Component, ...] | None":
    from app.core.formulas import parse_formula
    from app.core.pigments import Component

    if shares and len(shares) != len(formulas or ()):
        raise ParameterError(
            "Formulas and shares belong together.",
            f"Found {len(formulas or ())} formulas and {len(shares)} shares.",
            "Give one --share for each --formula, in the same order, or none at all.",
        )
    if formulas is None:
        return None
    for formula in formulas:
        parse_formula(formula)
    parts = shares or [1.0] * len(formulas)
    return tuple(Component(text, part) for text, part in zip(formulas, parts, strict=True))


def _srgb(colour: str | None) -> tuple[int, int, int] | None:
    from app.core.colour import srgb_of_hex

    return None if colour is None else srgb_of_hex(colour)


def _put(known: "Libraries", pigment: "Pigment", library: str | None, *, force: bool) -> "Pigment":
    """Write a new pigment, with `force` in place of one of its name, and give what was written."""
    from app.io.pigment_records import folded, identifier

    _check(pigment)
    store = known.default_own() if library is None else known.open(library)
    there = store.pigments()
    taken = {item.id for item in there}
    same = [item.id for item in there if folded(item.name) == folded(pigment.name)]
    if same:
        pigment = replace(pigment, id=same[0])
    elif pigment.id in taken:
        pigment = replace(pigment, id=identifier(pigment.name, taken))
    store.put(pigment, replacing=same[0] if same and force else None)
    return pigment


def _changed(pigment: "Pigment", values: dict[str, Any]) -> "Pigment":
    """The pigment with other values."""
    changed = replace(pigment, **values)
    if {"components", "density_g_cm3", "binder", "volume_fraction"} & set(values):
        changed = _without_computed(changed)
    _check(changed)
    return changed


def _without_computed(pigment: "Pigment") -> "Pigment":
    """The pigment without spectra that were computed for another composition."""
    from app.core.pigments import SpectrumKind

    kept = tuple(item for item in pigment.spectra if item.kind is not SpectrumKind.COMPUTED)
    return replace(pigment, spectra=kept)


def _check(pigment: "Pigment") -> None:
    """Raise ParameterError for the first thing about a pigment that makes no sense."""
    from app.core.pigment_checks import LONGEST_NAME, problems

    for problem in problems(pigment):
        raise ParameterError(
            f"“{pigment.name[:LONGEST_NAME]}” cannot be kept.",
            f"{problem.field}: {problem.message}",
            "Nothing was written.",
        )


def _tell(pigment: "Pigment", what: str, *, as_json: bool) -> None:
    if as_json:
        print_json({what: pigment.name, "id": pigment.id})
    else:
        typer.echo(f"{what}: {pigment.name}")
