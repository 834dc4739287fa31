"""Spectra as text: two columns of energy and counts, or counts alone with the axis above them.

Commas, semicolons, tabs or spaces part the columns; with all but the first, numbers may have
decimal commas. Lines that begin with `#` or `%` and empty lines are passed over; what they say of
the axis is used. One line of names may stand above the numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.errors import ParameterError
from app.io.measured_spectrum import (
    MeasuredSpectrum,
    NoAxisError,
    checked_counts,
    even_axis,
    refusal,
)
from app.io.pigment_records import MOST_CHANNELS
from app.io.units import decimal, kev_per

_REMARKS = ("#", "%")
_MOST_HEADER_LINES = 1000
_NUMBER = r"([-+]?[0-9]*[.,]?[0-9]+(?:[eE][-+]?[0-9]+)?)"
# as our own tables write it: "energy_kev = 0.1 + 0.02·channel + 1e-07·channel²"
_FORMULA = re.compile(
    rf"energy_kev\s*=\s*{_NUMBER}\s*\+\s*{_NUMBER}\s*·\s*channel(?:\s*\+\s*{_NUMBER}\s*·\s*channel²)?"
)
_PER_UNIT = rf"(?:[ _(\[]*(kev|ev)\b[^0-9:=\n]{{0,15}})?\s*[:=]?\s*{_NUMBER}\s*(kev|ev)?"
_OFFSET = re.compile(rf"\b(?:offset|zero){_PER_UNIT}", re.IGNORECASE)
_GAIN = re.compile(rf"\b(?:gain|slope){_PER_UNIT}", re.IGNORECASE)
_LIVE_TIME = re.compile(
    rf"\blive[ _-]?time(?:[ _(\[]*(ms|s)\b[)\]]*)?\s*[:=]?\s*{_NUMBER}\s*(ms|s)?\b",
    re.IGNORECASE,
)
_ENERGY = re.compile(r"\benerg|(?:\b|_)k?ev\b", re.IGNORECASE)
_UNIT = re.compile(r"(?:\b|_)(kev|ev)\b", re.IGNORECASE)
_CHANNEL = re.compile(r"\b(?:channel|chan|ch|bin|kanal|canale|canal)s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Table:
    """The lines of a file, sorted.

    Parameters
    ----------
    remarks
        What stands in comments and above the numbers.
    names
        The columns' names; empty where the file has none.
    numbers
        Shape (channels, columns).
    lines
        Number in the file of each row of numbers, from 1.
    """

    remarks: str
    names: tuple[str, ...]
    numbers: NDArray[np.float64]
    lines: tuple[int, ...]

    def place(self, channel: int) -> str:
        """Where a row stands in the file."""
        return f"line {self.lines[channel]}"

    def name(self, column: int) -> str:
        """What a column is called."""
        return self.names[column] if self.names else f"column {column + 1}"


def read_text(path: Path, content: bytes, axis: EnergyAxis | None = None) -> MeasuredSpectrum:
    """Read a spectrum from a table in text.

    Parameters
    ----------
    path
        For messages.
    content
        The whole file.
    axis
        Used where the file has no energies.

    Raises
    ------
    ReadError
        If it is no table of numbers, the energies are not even or missing, or a count is not a
        number or negative; the message names the line.
    """
    table = _table(path, _text(path, content))
    energy, counts, others = _columns(path, table)
    notes = []
    if others:
        notes.append(
            f"The file holds {others + 1} spectra side by side; this is the first, "
            f"“{table.name(counts)}”."
        )
    found = _axis_in_remarks(path, table.remarks)
    if found is None and energy is not None:
        unit = _UNIT.search(table.name(energy))
        found, note = even_axis(
            path,
            table.numbers[:, energy],
            kev_per(unit[1]) if unit else None,
            f"file: {table.name(energy)}",
            table.place,
        )
        notes += [note] if note else []
    found = found or axis
    if found is None:
        raise NoAxisError(path, len(table.numbers))
    return MeasuredSpectrum(
        axis=found,
        counts=checked_counts(path, table.numbers[:, counts].copy(), table.place),
        live_time_s=_live_time_s(table.remarks),
        name=path.stem,
        notes=tuple(notes),
    )


def _text(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
        if b"\0" in content:
            raise refusal(path, "its content is of no format of spectra that Velatura knows.")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        # any bytes make text in this one; only names and remarks can suffer
        return content.decode("latin-1")


def _table(path: Path, text: str) -> _Table:
    remarks, rows, lines = [], [], []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped:
            continue
        if stripped.startswith(_REMARKS):
            remarks.append(stripped.lstrip("".join(_REMARKS)).strip())
        else:
            rows.append(stripped)
            lines.append(number)
        if len(rows) > MOST_CHANNELS + _MOST_HEADER_LINES:
            raise refusal(
                path, f"it has more than {MOST_CHANNELS:,} rows; a spectrum has fewer channels."
            )
    separator = _separator(rows)
    cells = [_cells(row, separator) for row in rows]
    first = next((at for at, row in enumerate(cells) if _is_numbers(row, separator)), None)
    if first is None:
        raise refusal(path, "no rows of numbers found in it.")
    remarks += rows[:first]
    names = _names(cells[first - 1] if first else [], rows[first - 1 : first], len(cells[first]))
    numbers = _numbers(path, cells[first:], lines[first:], separator)
    return _Table("\n".join(remarks), names, numbers, tuple(lines[first:]))


def _separator(rows: Sequence[str]) -> str | None:
    """What parts the columns; None for spaces. The last rows are surely numbers."""
    sample = rows[-20:]
    for separator in (";", "\t"):
        if sample and all(separator in row for row in sample):
            return separator
    # several numbers parted by spaces: commas in them are decimal signs
    if any(len(row.split()) > 1 and _is_numbers(row.split(), None) for row in sample):
        return None
    return "," if any("," in row for row in sample) else None


def _cells(row: str, separator: str | None) -> list[str]:
    cells = [cell.strip().strip('"') for cell in row.split(separator)]
    # a separator at the end of the line makes no column
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def _is_numbers(cells: Sequence[str], separator: str | None) -> bool:
    return all(_value(cell, separator) is not None for cell in cells)


def _value(cell: str, separator: str | None) -> float | None:
    return None if separator == "," and "," in cell else decimal(cell)


def _names(cells: Sequence[str], line: Sequence[str], columns: int) -> tuple[str, ...]:
    if len(cells) == columns:
        return tuple(cells)
    # names may be parted by other signs than the numbers
    for separator in (";", "\t", ",", None):
        words = [word.strip() for text in line for word in text.split(separator)]
        if len(words) == columns:
            return tuple(words)
    return ()


def _numbers(
    path: Path, cells: Sequence[Sequence[str]], lines: Sequence[int], separator: str | None
) -> NDArray[np.float64]:
    """Shape (channels, columns)."""
    columns = len(cells[0])
    numbers = np.empty((len(cells), columns))
    for at, row in enumerate(cells):
        if len(row) != columns:
            raise refusal(
                path, f"line {lines[at]} has {len(row)} columns; the first row has {columns}."
            )
        for column, cell in enumerate(row):
            value = _value(cell, separator)
            if value is None:
                raise refusal(
                    path,
                    f"line {lines[at]}, column {column + 1} holds {cell[:20]!r}; "
                    "a number is expected.",
                )
            numbers[at, column] = value
    return numbers


def _columns(path: Path, table: _Table) -> tuple[int | None, int, int]:
    """Which column has the energies, which the counts, and how many more spectra there are."""
    count = table.numbers.shape[1]
    plain = [column for column in range(count) if not _is_channels(table, column)]
    if not plain:
        raise refusal(path, "it holds channel numbers only; found no counts.")
    energies = (
        [column for column in plain if _ENERGY.search(table.names[column])] if table.names else []
    )
    if energies:
        energy: int | None = energies[0]
    elif len(plain) > 1 and (np.diff(table.numbers[:, plain[0]]) > 0).all():
        energy = plain[0]
    else:
        energy = None
    spectra = [column for column in plain if column != energy]
    if not spectra:
        raise refusal(path, "it holds energies only; found no counts.")
    return energy, spectra[0], len(spectra) - 1


def _is_channels(table: _Table, column: int) -> bool:
    """Whether a column numbers the channels, from 0 or 1; a lone column is counts."""
    values = table.numbers[:, column]
    if table.numbers.shape[1] == 1:
        return False
    is_numbering = values[0] in (0, 1) and (np.diff(values) == 1).all()
    named = bool(table.names and _CHANNEL.search(table.names[column]))
    energy = bool(table.names and _ENERGY.search(table.names[column]))
    return bool(is_numbering) and not energy and (named or values.size > 2)


def _axis_in_remarks(path: Path, remarks: str) -> EnergyAxis | None:
    formula = _FORMULA.search(remarks)
    bend = 0.0
    if formula is not None:
        offset, gain, bend = (decimal(text or "0") or 0.0 for text in formula.groups())
    else:
        found_offset, found_gain = _OFFSET.search(remarks), _GAIN.search(remarks)
        if found_gain is None:
            return None
        offset = 0.0 if found_offset is None else _kev(found_offset)
        gain = _kev(found_gain)
    try:
        return EnergyAxis(offset, gain, bend, source="file: header")
    except ParameterError as error:
        raise refusal(path, error.message) from error


def _kev(found: re.Match[str]) -> float:
    """A number in its unit, which stands before or after it; keV where none does."""
    return (decimal(found[2]) or 0.0) * (kev_per(found[1] or found[3] or "keV") or 1.0)


def _live_time_s(remarks: str) -> float | None:
    found = _LIVE_TIME.search(remarks)
    value = decimal(found[2]) if found else None
    if found is None or not value or value < 0:
        return None
    return value / 1e3 if (found[1] or found[3] or "s").lower() == "ms" else value
