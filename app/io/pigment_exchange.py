"""Pigments in ganX's layout: a JSON file that names one HDF5 file for each.

The JSON is `{name: {"xrf": "file.h5", "RGB": [r, g, b]}}`; each HDF5 file holds `x` (keV) and
`y` (counts). It knows no composition, so what it gives are pigments with a colour and a spectrum.
"""

import json
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np

from app.core.colour_groups import group_of
from app.core.pigments import Pigment, PigmentSpectrum, SpectrumKind
from app.errors import ParameterError, ReadError
from app.io.atomic import written_together
from app.io.hdf5_writing import created
from app.io.measured_spectrum import MeasuredSpectrum
from app.io.pigment_archive import LibraryContent
from app.io.pigment_errors import CANNOT_OPEN, system_refused, unreadable
from app.io.pigment_guard import check_pigments
from app.io.pigment_records import identifier
from app.io.spectrum_files import read_xy

JSON_SUFFIX = ".json"

_MOST_BYTES = 32_000_000
_LABEL = "ganX"
# ganX says nothing of density, and without a composition nothing is computed from it
_NO_DENSITY_G_CM3 = 1.0


def is_ganx(path: Path) -> bool:
    """Whether a file looks like the JSON of this layout; an OSError is the caller's to tell."""
    with path.open("rb") as stream:
        head = stream.read(65_536)
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and b'"xrf"' in head


def read_ganx(path: Path) -> LibraryContent:
    """Read the pigments that a JSON file names.

    Colours are 0..255, or 0..1 where no number in the file exceeds 1.

    Raises
    ------
    ReadError
        If the JSON is damaged or of another layout, a spectrum lies outside its folder or cannot
        be read, or a colour makes no sense; the message names the pigment.
    """
    entries = _entries(path)
    colours = {name: _colour(path, name, entry) for name, entry in entries.items()}
    largest = max((max(colour) for colour in colours.values()), default=0.0)
    scale = 255.0 if largest <= 1 else 1.0
    pigments: list[Pigment] = []
    taken: set[str] = set()
    for name, entry in entries.items():
        red, green, blue = (round(part * scale) for part in colours[name])
        pigment = Pigment(
            id=identifier(name, taken),
            name=name,
            group=group_of((red, green, blue)),
            components=(),
            density_g_cm3=_NO_DENSITY_G_CM3,
            srgb=(red, green, blue),
            colour_source=f"file: {path.name}",
            notes="Composition and density are not in the file it came from.",
            spectra=(_spectrum(path, name, entry),),
        )
        taken.add(pigment.id)
        pigments.append(pigment)
    try:
        check_pigments(pigments, path)
    except ParameterError as error:
        raise unreadable(path, error.message) from error
    return LibraryContent(path.stem, "", tuple(pigments))


def write_ganx(
    folder: Path,
    content: LibraryContent,
    *,
    json_name: str = "pigments.json",
    label: str | None = None,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write a folder with the JSON and one HDF5 file for each pigment, all of them or none.

    Parameters
    ----------
    folder
        Made where it is not there.
    content
        The pigments.
    json_name
        What the JSON file is called.
    label
        Which spectrum of each pigment; None for the first measured one, else the first.
    overwrite
        Whether files of these names may be replaced.

    Returns
    -------
    tuple of Path
        The JSON, then the others.

    Raises
    ------
    ParameterError
        If a pigment makes no sense or has no such spectrum.
    WriteError
        If a file exists and `overwrite` is off, or the system refuses.
    """
    check_pigments(content.pigments, folder)
    chosen = chosen_spectra(content.pigments, label)
    names = [json_name, *(f"{pigment.id}.h5" for pigment in content.pigments)]
    entries = {
        pigment.name: {"xrf": f"{pigment.id}.h5", "RGB": list(pigment.srgb)}
        for pigment in content.pigments
    }
    text = json.dumps(entries, ensure_ascii=False, indent=1)
    with written_together(folder, names, overwrite=overwrite) as beside:
        (beside / json_name).write_text(f"{text}\n", encoding="utf-8", newline="")
        for pigment, spectrum in zip(content.pigments, chosen, strict=True):
            _write_xy(beside / f"{pigment.id}.h5", pigment, spectrum)
    return tuple(folder / name for name in names)


def chosen_spectra(pigments: tuple[Pigment, ...], label: str | None) -> tuple[PigmentSpectrum, ...]:
    """One spectrum of each pigment: that of the label, else the first measured, else the first.

    Raises
    ------
    ParameterError
        If a pigment has none; the message names the pigments.
    """
    found = [_chosen(pigment, label) for pigment in pigments]
    lacking = [pigment.name for pigment, item in zip(pigments, found, strict=True) if item is None]
    if lacking:
        shown = ", ".join(lacking[:5]) + (f" and {len(lacking) - 5} more" if lacking[5:] else "")
        what = "no spectrum" if label is None else f"no spectrum “{label}”"
        raise ParameterError(
            "These pigments cannot be written with their spectra.",
            f"{len(lacking)} of {len(pigments)} have {what}: {shown}; one of each expected.",
            "Compute or import the spectra first, or leave these pigments out.",
        )
    return tuple(item for item in found if item is not None)


def _chosen(pigment: Pigment, label: str | None) -> PigmentSpectrum | None:
    if label is not None:
        return next((item for item in pigment.spectra if item.label == label), None)
    measured = [item for item in pigment.spectra if item.kind is SpectrumKind.MEASURED]
    return next(iter((*measured, *pigment.spectra)), None)


def _write_xy(path: Path, pigment: Pigment, spectrum: PigmentSpectrum) -> None:
    with created(path) as (file, check):
        energies = spectrum.axis.energies_kev(len(spectrum.counts))
        file.create_dataset("x", data=energies).attrs["units"] = "keV"
        file.create_dataset("y", data=np.asarray(spectrum.counts, np.float64))
        file.attrs["title"] = pigment.name
        file.attrs["source"] = f"{spectrum.kind.value}, {spectrum.label}"
        check()


def _entries(path: Path) -> dict[str, Mapping[str, Any]]:
    """The JSON's entries, each checked for its layout."""
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise unreadable(
                path, f"it has {size / 1e6:,.0f} MB; at most {_MOST_BYTES // 10**6} MB expected."
            )
        content = path.read_bytes()
    except OSError as error:
        raise system_refused(path, error) from error
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        raise unreadable(path, f"its JSON is damaged: {error}.") from error
    if not isinstance(found, dict) or not found:
        raise _other_layout(path, "no table of pigments found")
    for name, entry in found.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("xrf"), str):
            raise _other_layout(path, f"the entry “{name}” names no file of its spectrum (xrf)")
    return found


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twin}” is there twice")
    return entries


def _other_layout(path: Path, found: str) -> ReadError:
    return unreadable(
        path,
        f'{found}; expected {{"name": {{"xrf": "file.h5", "RGB": [r, g, b]}}}}.',
        "Choose the JSON file of a pigment database.",
    )


def _colour(path: Path, name: str, entry: Mapping[str, Any]) -> tuple[float, float, float]:
    values = entry.get("RGB")
    numbers = isinstance(values, list) and all(
        isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 255
        for value in values
    )
    if not isinstance(values, list) or not numbers or len(values) != 3:
        raise unreadable(
            path,
            f"the colour of “{name}” is {values!r:.60}; expected three numbers of 0 to 255, or of "
            "0 to 1.",
            "Correct the RGB values in a copy of the file.",
        )
    return float(values[0]), float(values[1]), float(values[2])


def _spectrum(path: Path, name: str, entry: Mapping[str, Any]) -> PigmentSpectrum:
    file = _inside(path, name, entry["xrf"])
    try:
        measured: MeasuredSpectrum = read_xy(file)
    except ReadError as error:
        raise ReadError(
            CANNOT_OPEN, f"Pigment “{name}”: {error.message}", error.hint, path=path
        ) from error
    notes = " ".join(measured.notes)
    return PigmentSpectrum(
        label=_LABEL,
        kind=SpectrumKind.MEASURED,
        axis=measured.axis,
        counts=measured.counts.astype(np.float32),
        source=f"file: {file.name}. {notes}".strip(),
    )


def _inside(path: Path, name: str, given: str) -> Path:
    """The file of a spectrum, which must lie in the JSON's folder or below it."""
    # the Windows reading knows drives and both slashes
    parts = PureWindowsPath(given)
    folder = path.absolute().parent
    if parts.anchor or ".." in parts.parts or "\0" in given:
        is_inside = False
    else:
        file = folder / parts.as_posix()
        is_inside = file.resolve().is_relative_to(folder.resolve())
    if not is_inside:
        raise unreadable(
            path,
            f"the spectrum of “{name}” is {given!r:.80}, outside the folder of the JSON file.",
            "Put the HDF5 files beside the JSON file and name them relative to it.",
        )
    return file
