"""Amptek `.mca` text: one spectrum with its calibration points.

`<<PMCA SPECTRUM>>` and lines of `KEY - value`, `<<CALIBRATION>>` with pairs of channel and
energy, `<<DATA>>` with one count per channel, `<<END>>`; further sections may follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.errors import ParameterError, ReadError
from app.io.units import decimal

COUNTS_DTYPE = np.dtype(np.uint32)

_TITLE = "Cannot open this cube."
_DATA, _END = b"<<DATA>>", b"<<END>>"
_COUNT_BYTES = b"0123456789 \t\r\n\v\f"


@dataclass(frozen=True, slots=True)
class McaSpectrum:
    """The content of a `.mca` file.

    Parameters
    ----------
    counts
        Shape (channels,), uint32.
    properties
        The `KEY - value` lines, keys in upper case.
    axis
        Straight line through the calibration points; None without usable points.
    notes
        Things the user should know, a sentence each.
    """

    counts: NDArray[Any]
    properties: Mapping[str, str]
    axis: EnergyAxis | None
    notes: tuple[str, ...] = ()

    def seconds(self, *keys: str) -> float | None:
        """The first of these times that is known, s; the programs write 0 for unknown."""
        for key in keys:
            number = decimal(self.properties.get(key, ""))
            if number is not None and number > 0:
                return number
        return None


def parse_mca(content: bytes, path: Path) -> McaSpectrum:
    """Read the content of a `.mca` file.

    Parameters
    ----------
    content
        The whole file.
    path
        Only for naming the file in messages.

    Raises
    ------
    ReadError
        If it is no such text, is cut short or has counts that are no whole numbers. Calibration
        points that cannot be read are told in the notes instead.
    """
    counts = parse_counts(content, path)
    header = content[: content.find(_DATA)].decode("latin-1")
    head, _, calibration = header.partition("<<CALIBRATION>>")
    properties = {}
    for line in head.splitlines():
        key, separator, value = line.partition(" - ")
        if separator:
            properties[key.strip().upper()] = value.strip()
    axis, notes = _calibration(calibration.partition("<<")[0])
    return McaSpectrum(counts, properties, axis, notes)


def parse_counts(content: bytes, path: Path) -> NDArray[Any]:
    """Only the counts of a `.mca` file, shape (channels,), uint32; a scan has thousands of them.

    Raises
    ------
    ReadError
        As for `parse_mca`.
    """
    start = content.find(_DATA)
    if start < 0:
        raise _refusal(path, "the section <<DATA>> with the counts is missing.")
    start += len(_DATA)
    stop = content.find(_END, start)
    if stop < 0:
        found = len(content[start:].split())
        raise _refusal(path, f"it is cut short: {found} counts found, but no <<END>> after them.")
    text = content[start:stop].strip()
    if text.translate(None, _COUNT_BYTES):
        raise _bad_count(text, path)
    # faster than splitting; nothing but digits and white space is left to stumble over
    counts = np.fromstring(text or b"0", dtype=np.int64, sep=" ")
    if counts.size < 2:
        few = "1 count" if text else "no counts"
        raise _refusal(path, f"{few} found; a spectrum has at least 2 channels.")
    if counts.max() > np.iinfo(COUNTS_DTYPE).max:
        raise _refusal(path, f"a channel holds {counts.max():,} counts, more than any detector.")
    return counts.astype(COUNTS_DTYPE)


def axis_through(points: NDArray[np.float64]) -> EnergyAxis:
    """The straight line of least squares through calibration points.

    Parameters
    ----------
    points
        Shape (points, 2): channel, energy in keV. A single point gives a line through channel 0
        at 0 keV.

    Returns
    -------
    EnergyAxis
        Its source says how many points there were and, from three on, how far the farthest of
        them lies from the line.

    Raises
    ------
    ParameterError
        If no rising line comes out.
    """
    channels, energies = points.T
    if len(points) == 1:
        gain, offset = energies[0] / channels[0] if channels[0] else 0.0, 0.0
    else:
        distance = channels - channels.mean()
        spread = (distance**2).sum()
        gain = (distance * (energies - energies.mean())).sum() / spread if spread else 0.0
        offset = energies.mean() - gain * channels.mean()
    source = f"file: {len(points)} calibration point{'s' if len(points) > 1 else ''}"
    if len(points) > 2:
        worst_ev = np.abs(offset + gain * channels - energies).max() * 1000
        source += f", ±{worst_ev:.0f} eV"
    return EnergyAxis(float(offset), float(gain), source=source)


def _calibration(section: str) -> tuple[EnergyAxis | None, tuple[str, ...]]:
    """The axis of a calibration section, and notes."""
    points = []
    for line in section.splitlines():
        if not line.strip() or " - " in line:
            continue
        numbers = [decimal(text) for text in line.split()]
        if len(numbers) != 2 or None in numbers:
            return None, (f"The calibration line {line.strip()[:40]!r} cannot be read; not used.",)
        points.append(numbers)
    if not points:
        return None, ()
    try:
        with np.errstate(all="ignore"):
            axis = axis_through(np.array(points, dtype=np.float64))
    except ParameterError as error:
        return None, (f"The file's calibration points are not used. {error.message}",)
    if len(points) == 1:
        return axis, ("The file has a single calibration point; 0 keV is assumed at channel 0.",)
    return axis, ()


def _bad_count(text: bytes, path: Path) -> ReadError:
    """Name the first count that is none; the text has at least one."""
    bad = ((at, word) for at, word in enumerate(text.split()) if not word.isdigit())
    channel, word = next(bad)
    shown = word[:20].decode("ascii", "replace")
    return _refusal(path, f"channel {channel} holds {shown!r}; a count of 0 or more is expected.")


def _refusal(path: Path, found: str) -> ReadError:
    return ReadError(
        _TITLE,
        f"{path.name}: {found}",
        "Copy the file again from where it was measured.",
        path=path,
    )
