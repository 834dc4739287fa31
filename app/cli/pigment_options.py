"""What the pigment commands share: options, and finding what they name."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import ParameterError

if TYPE_CHECKING:
    from app.core.pigments import ColourGroup
    from app.engine.pigment_libraries import Libraries, LibraryPigment
    from app.io.pigment_store import PigmentStore

Name = Annotated[str, typer.Argument(help="Name, id or synonym of a pigment.")]
Library = Annotated[
    str | None,
    typer.Option("--library", metavar="NAME|PATH", help="Which library; all by default."),
]
OwnLibrary = Annotated[
    str | None,
    typer.Option(
        "--library", metavar="NAME|PATH", help="Which of your own; “My pigments” by default."
    ),
]
InstrumentName = Annotated[
    str, typer.Option("--instrument", metavar="NAME", help="See velatura pigments instruments.")
]


def libraries() -> "Libraries":
    """The libraries of this user."""
    from app.engine.pigment_libraries import Libraries

    return Libraries()


def entries(known: "Libraries", library: str | None) -> "tuple[LibraryPigment, ...]":
    """The pigments of one library, or of all."""
    from app.engine.pigment_libraries import LibraryPigment

    if library is None:
        return known.all_pigments()
    name = known.named(library).name
    return tuple(LibraryPigment(name, pigment) for pigment in known.pigments(library))


def own_pigment(
    known: "Libraries", name: str, library: str | None
) -> "tuple[PigmentStore, LibraryPigment]":
    """A pigment that is to be changed, and the library it is in.

    Raises
    ------
    ParameterError
        If there is none, or it is in the shipped library only.
    """
    found = known.find(name, library)
    try:
        return known.open(found.library if library is None else library), found
    except ParameterError as error:
        hint = f"Take a copy first: velatura pigments copy “{found.pigment.name}”."
        raise ParameterError(error.title, error.message, hint) from error


def words(text: str | None) -> tuple[str, ...]:
    """The parts of a list with commas, without empty ones."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def colour_group(text: str) -> "ColourGroup":
    """A colour group by its name.

    Raises
    ------
    ParameterError
        If there is none; the message lists them.
    """
    from app.core.pigments import ColourGroup

    try:
        return ColourGroup(text.strip().casefold())
    except ValueError as error:
        raise not_one_of("--group", text, [group.value for group in ColourGroup]) from error


def not_one_of(option: str, value: str, choices: list[str]) -> ParameterError:
    """Tell that an option has none of the values it may have."""
    return ParameterError(
        f"{option} cannot be {value!r}.",
        f"It is one of {', '.join(choices)}.",
        "Choose one of these.",
    )


def whole_file(path: Path) -> Path:
    """A file that is there; raises ParameterError where it is not."""
    if not path.is_file():
        raise ParameterError(
            f"There is no file {path}.",
            "Nothing was found there." if not path.exists() else "It is a folder.",
            "Check the name.",
            path=path,
        )
    return path.absolute()
