"""A spectrum someone measured, as a file gives it, and what its readers share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.errors import ParameterError, ReadError
from app.io.formats import shown
from app.io.mca import axis_through
from app.io.pigment_records import MOST_CHANNELS

TITLE = "Cannot read this spectrum."
# without a unit, larger numbers are eV: no detector for paintings sees 200 keV
_MOST_KEV = 200.0
_COPY_AGAIN = "Copy the file again from where it was measured."


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredSpectrum:
    """One spectrum and what its file says of it.

    Parameters
    ----------
    axis
        Energy axis.
    counts
        Shape (channels,), float64, finite and not negative.
    live_time_s
        Live time, s; None where the file does not say it.
    name
        What the file calls it, else the file's name without its ending.
    instrument
        What it was measured with, in words; empty where the file does not say it.
    notes
        Things the user should know, a sentence each.
    """

    axis: EnergyAxis
    counts: NDArray[np.float64]
    live_time_s: float | None
    name: str
    instrument: str = ""
    notes: tuple[str, ...] = ()


class NoAxisError(ReadError):
    """A file has counts but no energies; with an energy axis it can be read.

    Parameters
    ----------
    path
        The file.
    channels
        How many counts it has.
    """

    def __init__(self, path: Path, channels: int) -> None:
        super().__init__(
            TITLE,
            f"{shown(path.name)}: it has no energy axis; found counts only, expected the energy "
            "of each channel.",
            "Give the offset (keV) and the gain (keV per channel) of the detector.",
            path=path,
        )
        self.channels = channels


def refusal(path: Path, found: str, hint: str = _COPY_AGAIN) -> ReadError:
    """The error for a file that gives no spectrum."""
    return ReadError(TITLE, f"{shown(path.name)}: {found}", hint, path=path)


def system_refused(path: Path, error: OSError) -> ReadError:
    """Tell in words why the system would not read a file."""
    reason = error.strerror or str(error) or type(error).__name__
    return refusal(
        path,
        f"{reason}.",
        "Check that the file is still there, that you may read it and that its drive answers.",
    )


def content_of(path: Path, most_bytes: int) -> bytes:
    """The whole of a file.

    Raises
    ------
    ReadError
        If it is larger than any spectrum, empty, or the system refuses.
    """
    check_size(path, most_bytes)
    try:
        with path.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except OSError as error:
        raise system_refused(path, error) from error
    if not content:
        raise refusal(path, "the file is empty (0 bytes).")
    return content


def check_size(path: Path, most_bytes: int) -> None:
    """Make sure that a path is a file no larger than that; raises ReadError."""
    try:
        size = path.stat().st_size
        is_file = path.is_file()
    except OSError as error:
        raise system_refused(path, error) from error
    if not is_file:
        raise refusal(
            path, "this is a folder, not a file.", "Choose the file that holds the spectrum."
        )
    if size > most_bytes:
        raise refusal(
            path,
            f"it has {size / 1e6:,.0f} MB; a file with one spectrum has at most "
            f"{most_bytes / 1e6:,.0f} MB.",
            "Choose the file that holds one spectrum; a scan opens as a cube.",
        )


def checked_counts(
    path: Path, counts: NDArray[np.float64], place: Callable[[int], str]
) -> NDArray[np.float64]:
    """The counts, if they are those of a spectrum.

    Parameters
    ----------
    path
        For messages.
    counts
        Shape (channels,).
    place
        Where a channel's count stands in the file: "line 17".

    Raises
    ------
    ReadError
        If there are too few or too many channels, or one is not a number or negative.
    """
    if not 2 <= counts.size <= MOST_CHANNELS:
        raise refusal(
            path, f"{counts.size:,} channels found; 2 to {MOST_CHANNELS:,} channels expected."
        )
    good = (counts >= 0) & (counts < np.inf)
    if not good.all():
        channel = int(np.argmin(good))
        raise refusal(
            path,
            f"channel {channel} ({place(channel)}) holds {counts[channel]:g} counts; "
            "a number of 0 or more is expected.",
            "Correct the file; counts with a background taken off are no spectrum.",
        )
    return counts


def even_axis(
    path: Path,
    energies: NDArray[np.float64],
    kev: float | None,
    source: str,
    place: Callable[[int], str],
) -> tuple[EnergyAxis, str]:
    """The axis of energies that rise in even steps, and a note where their unit was guessed.

    Parameters
    ----------
    path
        For messages.
    energies
        Shape (channels,).
    kev
        How many keV their unit is; None where it is not known.
    source
        Where they came from, in words for the user.
    place
        Where a channel's energy stands in the file: "line 17".

    Raises
    ------
    ReadError
        If they are not finite or do not rise evenly; the message says where.
    """
    if not np.isfinite(energies).all():
        channel = int(np.argmin(np.isfinite(energies)))
        raise refusal(path, f"the energy at {place(channel)} is not a number.")
    note = ""
    if kev is None:
        kev, unit = (1e-3, "eV") if energies[-1] > _MOST_KEV else (1.0, "keV")
        note = f"The energies carry no unit; taken for {unit}."
    energies = energies * kev
    _check_even(path, energies, place)
    channels = np.arange(energies.size, dtype=np.float64)
    try:
        found = axis_through(np.column_stack([channels, energies]))
    except ParameterError as error:
        raise refusal(path, error.message) from error
    return EnergyAxis(found.offset_kev, found.gain_kev, source=source), note


def _check_even(path: Path, energies: NDArray[np.float64], place: Callable[[int], str]) -> None:
    steps = np.diff(energies)
    usual = float(np.median(steps))
    # rounded energies make steps of three quarters or one and a half; a lost channel makes two
    odd = (steps <= 0) | (np.abs(steps - usual) > 0.75 * usual)
    if odd.any():
        at = int(np.argmax(odd))
        raise refusal(
            path,
            f"the energies do not rise evenly: from {place(at)} to {place(at + 1)} they go from "
            f"{energies[at]:g} to {energies[at + 1]:g} keV; the usual step is {usual:g} keV.",
            "Resample the spectrum to even steps, or export it again from the detector's program.",
        )
    line = np.linspace(energies[0], energies[-1], energies.size)
    far = int(np.argmax(np.abs(energies - line)))
    if abs(energies[far] - line[far]) > usual:
        raise refusal(
            path,
            f"the energies do not rise evenly: {place(far)} has {energies[far]:g} keV; on a "
            f"straight line between the ends it would be {line[far]:g} keV.",
            "Resample the spectrum to even steps, or export it again from the detector's program.",
        )
