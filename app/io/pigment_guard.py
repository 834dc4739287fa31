"""What every pigment must fulfil before it is written anywhere."""

from collections.abc import Iterable
from pathlib import Path

from app.core.pigment_checks import LONGEST_NAME, problems
from app.core.pigments import Pigment
from app.errors import ParameterError
from app.io.pigment_records import (
    RecordError,
    folded,
    from_record,
    spectrum_from,
    spectrum_record,
    to_record,
)


def check_pigment(pigment: Pigment, path: Path | None = None) -> None:
    """Make sure that a pigment can be written and read again.

    Raises
    ------
    ParameterError
        If a value of it or of its spectra makes no sense; the message says which.
    """
    found = [f"{problem.field}: {problem.message}" for problem in problems(pigment)]
    if not found:
        try:
            # what is good in itself may still be more than a file can hold
            from_record(to_record(pigment))
            for spectrum in pigment.spectra:
                spectrum_from(spectrum_record(spectrum), spectrum.counts)
        except RecordError as error:
            found.append(str(error).removeprefix(f"pigment “{pigment.name}”: "))
    if found:
        raise ParameterError(
            "This pigment cannot be kept.",
            f"“{pigment.name[:LONGEST_NAME]}”: {' '.join(found)}",
            "Correct it; nothing was written.",
            path=path,
        )


def check_pigments(pigments: Iterable[Pigment], path: Path | None = None) -> None:
    """Make sure that pigments can be written into one library.

    Raises
    ------
    ParameterError
        As `check_pigment`, or if two have the same name, whatever its case, or the same id.
    """
    names: set[str] = set()
    identifiers: set[str] = set()
    for pigment in pigments:
        check_pigment(pigment, path)
        if folded(pigment.name) in names:
            raise name_taken(pigment.name, path)
        if pigment.id in identifiers:
            raise id_taken(pigment, path)
        names.add(folded(pigment.name))
        identifiers.add(pigment.id)


def name_taken(name: str, path: Path | None = None) -> ParameterError:
    """Tell that a library has a pigment of that name."""
    return ParameterError(
        f"There is a pigment “{name}” already.",
        "Names are told apart by their letters, not by capitals; each may be there once.",
        "Choose another name, or edit the pigment that is there.",
        path=path,
    )


def id_taken(pigment: Pigment, path: Path | None = None) -> ParameterError:
    """Tell that a library has a pigment of that id."""
    return ParameterError(
        f"“{pigment.name}” cannot be added.",
        f"There is a pigment with the id “{pigment.id}” already; each may be there once.",
        "Give it another id, or edit the pigment that is there.",
        path=path,
    )


def check_library_name(name: str, path: Path | None = None) -> None:
    """Make sure that a library's name is not empty; raises ParameterError."""
    if not name.strip():
        raise ParameterError(
            "A library needs a name.",
            "Found an empty name; expected at least one letter.",
            "Give it the name by which you want to find it.",
            path=path,
        )
