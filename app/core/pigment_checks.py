"""What is wrong with a pigment, field by field, so that a form can say it where it is typed."""

import math
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from app.core.formulas import FormulaError, parse_formula
from app.core.pigments import BINDERS, Component, Pigment, PigmentSpectrum
from app.errors import ParameterError

LONGEST_NAME = 80
"""Characters of a name or synonym."""

DENSEST_G_CM3 = 23.0
"""Osmium, the densest of all, has 22.6 g/cm³."""

_EARLIEST, _LATEST = -100_000, 2100
_IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST_CHANNELS = 65_536
_HIGHEST_KEV = 500.0


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing that is wrong.

    Parameters
    ----------
    field
        Name of the pigment's field, with the place in it where there are several: "name",
        "density_g_cm3", "components[0].formula", "spectra[1].counts".
    message
        What is wrong, a sentence: found, expected, with units.
    position
        Index of the character in the field's text where it goes wrong; None where it is the
        whole.
    """

    field: str
    message: str
    position: int | None = None


def problems(pigment: Pigment, other_names: Collection[str] = ()) -> tuple[FieldProblem, ...]:
    """All that is wrong with a pigment, in the order of its fields; empty for a good one.

    Parameters
    ----------
    pigment
        It need not make sense; nothing is raised for what is in it.
    other_names
        Names of the other pigments of its library.
    """
    return (
        *_identifier(pigment.id),
        *_name(pigment.name, other_names),
        *_synonyms(pigment),
        *_components(pigment.components),
        *_density(pigment.density_g_cm3),
        *_colour(pigment.srgb),
        *_binder(pigment),
        *_years(pigment),
        *_spectra(pigment.spectra),
    )


def remarks(pigment: Pigment, other_names: Collection[str] = ()) -> tuple[FieldProblem, ...]:
    """What may be meant but is worth a second look: nothing of it keeps a pigment out.

    Parameters
    ----------
    pigment
        One without problems.
    other_names
        Names and synonyms of the other pigments of its library.
    """
    others = {_folded(name): name for name in other_names}
    found = [
        FieldProblem("synonyms", f"“{name}” is what another pigment is called, too.")
        for name in pigment.synonyms
        if _folded(name) in others
    ]
    if not pigment.components:
        text = "Without a composition no spectrum can be computed; a measured one can be added."
        found.append(FieldProblem("components", text))
    if not pigment.colour_source.strip():
        found.append(FieldProblem("colour_source", "Nobody will know where the colour is from."))
    return tuple(found)


def check_pigment(pigment: Pigment, other_names: Collection[str] = ()) -> None:
    """Make sure that nothing is wrong with a pigment.

    Raises
    ------
    ParameterError
        If something is; the message lists all problems.
    """
    found = problems(pigment, other_names)
    if found:
        raise ParameterError(
            f"The pigment “{pigment.name[:LONGEST_NAME]}” makes no sense.",
            " ".join(f"{problem.field}: {problem.message}" for problem in found),
            "Correct this; nothing was changed.",
        )


def new_id(name: str, taken: Collection[str] = ()) -> str:
    """An id made from a name, unlike those taken: "Grün, Schweinfurter" → "grun-schweinfurter".

    Letters of other alphabets are told apart by a checksum, for an id says across libraries
    which pigments are the same: "青" and "朱" must not both become "pigment".
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    stem = "-".join(re.findall(r"[a-z0-9]+", letters)) or "pigment"
    if any(character.isalnum() and not character.isascii() for character in letters):
        stem += f"-{zlib.crc32(_folded(name).encode()):08x}"
    found, number = stem, 1
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


def _identifier(identifier: str) -> Iterator[FieldProblem]:
    if not _IDENTIFIER.fullmatch(identifier):
        yield FieldProblem(
            "id",
            f"Found “{identifier}”; expected lower-case letters, digits and hyphens between them.",
        )


def _name(name: str, other_names: Collection[str]) -> Iterator[FieldProblem]:
    fault = _word_fault(name)
    if fault is not None:
        yield FieldProblem("name", *fault)
    elif _folded(name) in {_folded(other) for other in other_names}:
        yield FieldProblem(
            "name", f"There is a pigment “{name.strip()}” already; capitals make no difference."
        )


def _synonyms(pigment: Pigment) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for number, name in enumerate(pigment.synonyms):
        fault = _word_fault(name)
        if fault is not None:
            yield FieldProblem(f"synonyms[{number}]", *fault)
        elif _folded(name) in seen:
            yield FieldProblem(f"synonyms[{number}]", f"“{name.strip()}” is there twice.")
        seen.add(_folded(name))


def _word_fault(name: str) -> tuple[str, int | None] | None:
    """What is wrong with a name, and where."""
    if not name.strip():
        return "Found nothing; expected a name.", None
    if len(name) > LONGEST_NAME:
        return f"{len(name)} characters; at most {LONGEST_NAME} are expected.", LONGEST_NAME
    for position, character in enumerate(name):
        # control characters, line ends among them, and halves of characters
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            return f"Character {position + 1} cannot be shown.", position
    return None


def _components(components: Iterable[Component]) -> Iterator[FieldProblem]:
    for number, component in enumerate(components):
        field = f"components[{number}]"
        try:
            parse_formula(component.formula)
        except FormulaError as error:
            yield FieldProblem(
                f"{field}.formula",
                f"“{component.formula[:40]}”, character {error.position + 1}: {error.reason}",
                error.position,
            )
        if not _is_finite(component.share) or component.share <= 0:
            yield FieldProblem(
                f"{field}.share",
                f"Found {component.share:g} as share of the mass; expected more than 0.",
            )


def _density(density: float) -> Iterator[FieldProblem]:
    if not _is_finite(density) or not 0 < density <= DENSEST_G_CM3:
        yield FieldProblem(
            "density_g_cm3",
            f"Found {density:g} g/cm³; expected more than 0 and at most {DENSEST_G_CM3:g} g/cm³.",
        )


def _colour(srgb: tuple[int, ...]) -> Iterator[FieldProblem]:
    whole = all(isinstance(value, int) and not isinstance(value, bool) for value in srgb)
    if len(srgb) != 3 or not whole or not all(0 <= value <= 255 for value in srgb):
        yield FieldProblem(
            "srgb",
            f"Found {', '.join(map(str, srgb)) or 'nothing'}; expected three whole numbers of 0 "
            "to 255 for red, green and blue.",
        )


def _binder(pigment: Pigment) -> Iterator[FieldProblem]:
    if pigment.binder not in BINDERS:
        yield FieldProblem(
            "binder", f"Found “{pigment.binder}”; expected one of {', '.join(BINDERS)}."
        )
    fraction = pigment.volume_fraction
    if not _is_finite(fraction) or not 0 < fraction <= 1:
        yield FieldProblem(
            "volume_fraction",
            f"Found {fraction:g} of the paint's volume; expected more than 0 and at most 1.",
        )


def _years(pigment: Pigment) -> Iterator[FieldProblem]:
    for field in ("from_year", "to_year"):
        year: int | None = getattr(pigment, field)
        if year is not None and not _EARLIEST <= year <= _LATEST:
            yield FieldProblem(
                field,
                f"Found the year {year}; expected {_EARLIEST} to {_LATEST}, negative before our "
                "era.",
            )
    begin, end = pigment.from_year, pigment.to_year
    if begin is not None and end is not None and begin > end:
        yield FieldProblem(
            "to_year", f"It ends in {end}, before it begins in {begin}; are they exchanged?"
        )


def _spectra(spectra: Iterable[PigmentSpectrum]) -> Iterator[FieldProblem]:
    for number, spectrum in enumerate(spectra):
        field = f"spectra[{number}]"
        fault = _counts_fault(spectrum)
        if fault:
            yield FieldProblem(f"{field}.counts", f"“{spectrum.label}”: {fault}")
        live_time = spectrum.live_time_s
        if live_time is not None and not (_is_finite(live_time) and live_time > 0):
            yield FieldProblem(
                f"{field}.live_time_s",
                f"“{spectrum.label}”: found a live time of {live_time:g} s; expected more than "
                "0 s, or none where it is unknown.",
            )


def _counts_fault(spectrum: PigmentSpectrum) -> str:
    """What is wrong with a spectrum's counts or its axis."""
    counts = spectrum.counts
    if counts.ndim != 1 or not 2 <= counts.size <= _MOST_CHANNELS:
        shape = " × ".join(map(str, counts.shape)) or "a single number"
        return f"the counts have shape {shape}; expected 2 to {_MOST_CHANNELS:,} channels."
    good = np.isfinite(counts) & (counts >= 0)
    if not good.all():
        channel = int(np.argmin(good))
        return f"channel {channel} holds {counts[channel]:g} counts; expected 0 or more."
    energies = spectrum.axis.energies_kev(counts.size)
    begin, end = float(energies[0]), float(energies[-1])
    if (np.diff(energies) <= 0).any() or not 0 < end <= _HIGHEST_KEV:
        return (
            f"{counts.size} channels and the energy axis do not belong together: it goes from "
            f"{begin:g} to {end:g} keV; expected rising energies up to {_HIGHEST_KEV:g} keV at "
            "most."
        )
    return ""


def _is_finite(value: float) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
