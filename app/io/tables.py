"""Writes maps, spectra and scores as CSV.

UTF-8, LF, comma, decimal point, provenance in `# ` lines.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

import app
from app.core.axis import EnergyAxis
from app.core.provenance import Step, steps_to_json


def write_map_csv(
    counts: NDArray[Any],
    path: Path,
    *,
    name: str,
    steps: tuple[Step, ...],
    step_mm: tuple[float, float] | None,
) -> None:
    """Write a map, one line per row of the picture.

    Parameters
    ----------
    counts
        Shape (rows, cols). Whole numbers are written as such, others with all their digits.
    path
        A file that does not exist yet.
    name
        The map's name: "Fe Kα".
    step_mm
        Distance between rows and between columns, mm, where known.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    rows, cols = counts.shape
    notes = [
        name,
        f"counts; {rows} rows, {cols} columns",
        "step: unknown" if step_mm is None else f"step: {step_mm[0]} mm, {step_mm[1]} mm",
    ]
    with path.open("x", encoding="utf-8", newline="") as stream:
        _write_notes(stream, notes, steps)
        csv.writer(stream, lineterminator="\n").writerows(_texts(row) for row in counts)


def write_spectra_csv(
    columns: Mapping[str, NDArray[Any]],
    axis: EnergyAxis | None,
    path: Path,
    *,
    steps: tuple[Step, ...],
) -> None:
    """Write spectra side by side: channel, energy_kev, then one column for each.

    Parameters
    ----------
    columns
        Name and counts of each spectrum, shape (channels,), all of one length.
    axis
        Energy axis; without one there is no column energy_kev.
    path
        A file that does not exist yet.

    Raises
    ------
    ValueError
        If there is no spectrum or their lengths differ.
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    lengths = {len(spectrum) for spectrum in columns.values()}
    if len(lengths) != 1:
        raise ValueError(f"spectra of one length are needed, not {sorted(lengths)}")
    (channels,) = lengths
    numbers: dict[str, NDArray[Any]] = {"channel": np.arange(channels)}
    if axis is not None:
        numbers["energy_kev"] = axis.energies_kev(channels)
    numbers.update(columns)
    texts = [_texts(column) for column in numbers.values()]
    with path.open("x", encoding="utf-8", newline="") as stream:
        _write_notes(stream, [_axis_note(axis)], steps)
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(numbers)
        writer.writerows(zip(*texts, strict=True))


def write_scores_csv(
    rows: Sequence[tuple[str, str, float | None, str]],
    path: Path,
    *,
    notes: Sequence[str],
    steps: tuple[Step, ...],
) -> None:
    """Write scores, one line each: of, measure, value, limits.

    Parameters
    ----------
    rows
        What was compared, the measure's key, its value (empty where it is not defined) and from
        where to where it runs.
    path
        A file that does not exist yet.
    notes
        What a reader should know, a line each.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    with path.open("x", encoding="utf-8", newline="") as stream:
        _write_notes(stream, notes, steps)
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("of", "measure", "value", "limits"))
        writer.writerows(
            (of, measure, "" if value is None else repr(float(value)), limits)
            for of, measure, value, limits in rows
        )


def _write_notes(stream: TextIO, notes: Sequence[str], steps: tuple[Step, ...]) -> None:
    """The head of the file; each note on one line, whatever is in it."""
    lines = [f"Velatura {app.__version__}", *notes, f"steps: {steps_to_json(steps)}"]
    for line in lines:
        stream.write(f"# {' '.join(line.split())}\n")


def _axis_note(axis: EnergyAxis | None) -> str:
    if axis is None:
        return "energy axis: unknown"
    bend = f" + {axis.quadratic!r}·channel²" if axis.quadratic else ""
    source = f" ({axis.source})" if axis.source else ""
    return f"energy_kev = {axis.offset_kev!r} + {axis.gain_kev!r}·channel{bend}{source}"


def _texts(numbers: NDArray[Any]) -> list[str]:
    """Shortest texts that give the same numbers back."""
    narrow = numbers.dtype.kind == "f" and numbers.dtype.itemsize < 8
    # as a Python float the float32 0.1 would become 0.10000000149011612
    return [str(number) for number in (numbers if narrow else numbers.tolist())]
