"""One measured spectrum from the files that instruments and programs write."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.errors import ReadError
from app.io.hdf5_file import Found, datasets_in, has_signature, hdf5_trouble, open_hdf5, text_of
from app.io.mca import parse_mca
from app.io.measured_spectrum import (
    TITLE,
    MeasuredSpectrum,
    NoAxisError,
    check_size,
    checked_counts,
    content_of,
    even_axis,
    refusal,
)
from app.io.pigment_records import MOST_CHANNELS
from app.io.spectrum_spx import is_spx, read_spx
from app.io.spectrum_text import read_text
from app.io.units import kev_per

__all__ = ["SUFFIXES", "MeasuredSpectrum", "NoAxisError", "read_spectrum", "read_xy"]

SUFFIXES = (".spx", ".mca", ".csv", ".txt", ".dat", ".h5", ".hdf5")
"""Endings to offer in file dialogs; what a file is, its content tells."""

_MOST_BYTES = 32_000_000
_MOST_HDF5_BYTES = 2_000_000_000
_AMPTEK = b"<<PMCA SPECTRUM>>"


def read_spectrum(path: Path, *, axis: EnergyAxis | None = None) -> MeasuredSpectrum:
    """The spectrum in a file: Bruker `.spx`, Amptek `.mca`, a table in text, HDF5 with x and y.

    Parameters
    ----------
    path
        What it is, its content tells.
    axis
        Energy axis to use where the file has none.

    Returns
    -------
    MeasuredSpectrum
        Of several in a file the first, with a note that says so.

    Raises
    ------
    NoAxisError
        If it has no energies and `axis` is None.
    ReadError
        If it cannot be read, is no spectrum or far too large for one, has counts that are no
        numbers or negative, or has energies that do not rise evenly.
    """
    try:
        check_size(path, _MOST_HDF5_BYTES)
        if has_signature(path):
            return read_xy(path)
        content = content_of(path, _MOST_BYTES)
        if is_spx(content):
            return read_spx(path, content)
        if content.lstrip()[: len(_AMPTEK)] == _AMPTEK:
            return _amptek(path, content, axis)
        return read_text(path, content, axis)
    except ReadError as error:
        if error.title == TITLE:
            raise
        # the readers of cubes speak of cubes
        raise ReadError(TITLE, error.message, error.hint, path=path) from error


def read_xy(path: Path) -> MeasuredSpectrum:
    """The spectrum in an HDF5 file: `x` (keV, or in its unit) and `y` (counts) in one group.

    Raises
    ------
    ReadError
        If it is no HDF5 file, no group holds both, their lengths differ, or the values make no
        spectrum.
    """
    with open_hdf5(path) as file:
        datasets, _ = datasets_in(file)
        pairs = _pairs(datasets)
        if not pairs:
            found = ", ".join(item.name for item in datasets[:6]) or "nothing"
            raise refusal(
                path,
                f"no group in it holds x (energies) and y (counts), one row of numbers each; "
                f"found: {found}.",
                "Choose a file with x and y; a scan opens as a cube.",
            )
        group, (x, y) = next(iter(pairs.items()))
        notes = (
            []
            if len(pairs) == 1
            else [f"The file holds {len(pairs)} spectra; this is the first, “{group or '/'}”."]
        )
        unit = text_of(x.dataset.attrs.get("units", ""))
        energies, counts = _values(path, x), _values(path, y)
    if energies.size != counts.size:
        raise refusal(
            path,
            f"{x.name} has {energies.size:,} values and {y.name} has {counts.size:,}; "
            "the same number is expected.",
        )
    if energies.size < 2:
        raise refusal(path, f"{energies.size} channels found; at least 2 expected.")
    axis, note = even_axis(
        path, energies, kev_per(unit), f"file: {x.name}", lambda channel: f"x[{channel}]"
    )
    return MeasuredSpectrum(
        axis=axis,
        counts=checked_counts(path, counts, lambda channel: f"y[{channel}]"),
        live_time_s=None,
        name=path.stem,
        notes=(*notes, note) if note else tuple(notes),
    )


def _pairs(datasets: list[Found]) -> dict[str, tuple[Found, Found]]:
    """Groups that hold x and y, the outermost first."""
    places: dict[str, dict[str, Found]] = {}
    for found in datasets:
        group, _, leaf = found.name.rpartition("/")
        if leaf in ("x", "y") and found.dataset.ndim == 1 and found.dataset.dtype.kind in "iuf":
            places.setdefault(group, {})[leaf] = found
    return {
        group: (pair["x"], pair["y"])
        for group, pair in sorted(places.items(), key=lambda item: item[0].count("/"))
        if len(pair) == 2
    }


def _values(path: Path, found: Found) -> NDArray[np.float64]:
    if found.dataset.size > MOST_CHANNELS:
        raise refusal(
            path,
            f"{found.name} has {found.dataset.size:,} values; at most {MOST_CHANNELS:,} channels "
            "expected.",
        )
    try:
        return np.asarray(found.dataset[()], np.float64)
    except (OSError, RuntimeError, ValueError) as error:
        raise hdf5_trouble(path, found.name, error) from error


def _amptek(path: Path, content: bytes, axis: EnergyAxis | None) -> MeasuredSpectrum:
    spectrum = parse_mca(content, path)
    found = spectrum.axis or axis
    if found is None:
        raise NoAxisError(path, spectrum.counts.size)
    properties = spectrum.properties
    device = " ".join(
        word for word in (properties.get("DEVICE", ""), properties.get("SERIAL_NUMBER", "")) if word
    )
    live_s, real_s = spectrum.seconds("LIVE_TIME"), spectrum.seconds("REAL_TIME")
    notes = list(spectrum.notes)
    if live_s is None and real_s is not None:
        notes.append(f"The file gives no live time; the real time was {real_s:g} s.")
    return MeasuredSpectrum(
        axis=found,
        counts=spectrum.counts.astype(np.float64),
        live_time_s=live_s,
        name=path.stem,
        instrument=device,
        notes=tuple(notes),
    )
