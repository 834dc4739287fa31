"""What readers share: which array is a cube, which detector is meant, how pixels fold."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import CountsArray
from app.errors import ParameterError, ReadError
from app.io.formats import DatasetPeek, OpenOptions, Peek
from app.io.lazy import SummedCounts
from app.io.units import kev_per, mm_per

MOST_DETECTORS = 64
"""More than this many of something are pixels, not detectors."""


def why_no_counts(shape: Sequence[int], dtype: np.dtype[Any]) -> str:
    """Why an array cannot hold spectra, energy last; empty when it can."""
    if dtype.kind not in "iuf":
        return f"its type is {dtype.name if dtype.names is None else 'a record'}, not numbers"
    if min(shape) < 1:
        return "it is empty"
    if shape[-1] < 2:
        return "it has 1 channel, a spectrum needs at least 2"
    return ""


def no_cube(path: Path, found: Sequence[str]) -> ReadError:
    """Tell that a file holds no cube, and what it holds instead."""
    shown = "; ".join(found[:6]) + (f"; and {len(found) - 6} more" if len(found) > 6 else "")
    return ReadError(
        "Cannot open this cube.",
        f"{path.name}: it holds no spectral cube, which would be an array of numbers of shape "
        f"rows × columns × channels. Found: {shown or 'nothing'}.",
        "Choose the file that holds the spectra; maps and pictures open elsewhere.",
        path=path,
    )


def chosen_dataset(peek: Peek, name: str | None) -> DatasetPeek:
    """The dataset of that name, or the likeliest.

    Raises
    ------
    ReadError
        If there is none of that name; the message lists the known ones.
    """
    if name is None:
        return peek.best
    for dataset in peek.datasets:
        if dataset.name.strip("/") == name.strip("/"):
            return dataset
    known = ", ".join(dataset.name or "(unnamed)" for dataset in peek.datasets)
    raise ReadError(
        "Cannot open this cube.",
        f"{peek.path.name}: there is no cube named “{name}” in it; there are: {known}.",
        "Choose one of these.",
        path=peek.path,
    )


def chosen_detector(path: Path, detectors: Sequence[str], wanted: str) -> int | None:
    """Number of the detector of that name or number; None for the sum of all.

    Raises
    ------
    ParameterError
        If there is no such detector; the message lists the known ones.
    """
    if wanted == "sum":
        return None
    if wanted in detectors:
        return list(detectors).index(wanted)
    if wanted.isdecimal() and int(wanted) < max(len(detectors), 1):
        return int(wanted)
    known = ", ".join(detectors) or "only one, unnamed"
    raise ParameterError(
        "There is no such detector.",
        f"{path.name}: no detector “{wanted}”; there are: {known}.",
        "Choose one of these by name or number (from 0), or “sum”.",
        path=path,
    )


def of_detectors(
    path: Path, detectors: tuple[str, ...], wanted: str, counts_of: Callable[[int], CountsArray]
) -> tuple[CountsArray, str]:
    """Counts of the wanted detector, or the sum of all, and what to call it."""
    index = chosen_detector(path, detectors, wanted)
    if index is None and len(detectors) > 1:
        return SummedCounts(tuple(counts_of(number) for number in range(len(detectors)))), "sum"
    name = detectors[index] if detectors and index is not None else "sum"
    return counts_of(index or 0), name


def chosen_axis(dataset: DatasetPeek, options: OpenOptions) -> EnergyAxis | None:
    """The axis given by the user, else the file's."""
    if options.axis is None:
        return dataset.axis
    return replace(options.axis, source=options.axis.source or "given")


def folded(path: Path, lengths: tuple[int, ...], options: OpenOptions) -> tuple[int, int, int]:
    """Rows, columns and detectors of a list of pixels.

    Parameters
    ----------
    lengths
        Shape as stored without the channels: (pixels,), (pixels, detectors) or (rows, cols).

    Raises
    ------
    ParameterError
        If rows and columns are not given or do not fit; the hint names sizes that do.
    """
    pixels, total = lengths[0], int(np.prod(lengths))
    if total // pixels > MOST_DETECTORS:
        pixels = total
    rows, cols = options.rows, options.cols
    if rows is not None and cols is None:
        cols = _other_side(rows, pixels, total)
    elif cols is not None and rows is None:
        rows = _other_side(cols, pixels, total)
    if rows is not None and cols is not None and min(rows, cols) >= 1:
        if rows * cols == pixels:
            return rows, cols, total // pixels
        if rows * cols == total:
            return rows, cols, 1
    if options.rows is None and options.cols is None:
        given = "neither rows nor columns are given"
    else:
        given = f"{options.rows or '?'} rows × {options.cols or '?'} columns do not give that"
    sizes = " or ".join(f"{low} × {high}" for low, high in picture_sizes(pixels))
    raise ParameterError(
        "The size of the picture is needed.",
        f"{path.name}: it holds a list of {pixels} pixels; {given}.",
        f"Give rows and columns, for instance {sizes} (or the other way round).",
        path=path,
    )


def picture_sizes(pixels: int) -> tuple[tuple[int, int], ...]:
    """The up to three ways to lay out so many pixels that look most like a picture."""
    lower = [low for low in range(1, int(pixels**0.5) + 1) if pixels % low == 0]
    return tuple((low, pixels // low) for low in reversed(lower[-3:]))


def energy_is_first(shape: tuple[int, ...]) -> bool:
    """Whether a cube of that stored shape most likely has its channels first.

    Only when the first axis is at least twice as long as both others and the last is not
    one of the lengths that detectors have.
    """
    first, middle, last = shape
    return last not in {2**power for power in range(8, 15)} and first >= 2 * max(middle, last)


def linear_axis(energies: NDArray[Any], unit: str, source: str) -> tuple[EnergyAxis | None, str]:
    """Axis through channel energies that lie on a straight line, and a note if they do not.

    Parameters
    ----------
    energies
        Shape (channels,).
    unit
        "eV", "keV" or empty; without a unit, values above 200 are taken for eV.
    """
    values = np.asarray(energies, dtype=np.float64).ravel()
    if values.size < 2 or not np.isfinite(values).all():
        return None, f"The energies in {source} are not finite numbers and were left aside."
    known = kev_per(unit)
    if unit.strip() and known is None:
        return None, f"The energies in {source} are in “{unit}”, which is not eV or keV."
    values = values * (known or (1e-3 if values[-1] > 200 else 1.0))
    gain = (values[-1] - values[0]) / (values.size - 1)
    line = values[0] + gain * np.arange(values.size)
    if gain <= 0 or np.array_equal(values, np.arange(values.size)):
        return None, f"The values in {source} are not energies that rise and were left aside."
    if np.abs(values - line).max() > 0.1 * gain:
        return None, f"The energies in {source} are not evenly spaced and were left aside."
    note = "" if known else f"The energies in {source} carry no unit; taken for "
    note += "" if known else ("eV." if np.asarray(energies).ravel()[-1] > 200 else "keV.")
    return EnergyAxis(float(values[0]), float(gain), source=source), note


def step_in_mm(positions: NDArray[Any], unit: str) -> float | None:
    """Mean distance between neighbouring positions, mm; None when it cannot be told."""
    values = np.asarray(positions, dtype=np.float64).ravel()
    scale = mm_per(unit)
    if scale is None or values.size < 2 or not np.isfinite(values).all():
        return None
    step = abs(values[-1] - values[0]) / (values.size - 1) * scale
    return float(step) if step > 0 else None


def labec_axis(channels: int) -> EnergyAxis:
    """The usual axis of INFN-CHNet scanners, whose files carry none: 0.5 to 38.5 keV."""
    source = "assumed: 0.5–38.5 keV, usual for INFN-CHNet scanners"
    return EnergyAxis(0.5, 38.0 / (channels - 1), source=source)


def _other_side(side: int, pixels: int, total: int) -> int | None:
    for count in (pixels, total):
        if side > 0 and count % side == 0:
            return count // side
    return None
