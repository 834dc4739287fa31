"""Scans that are still being measured: what they hold by now, line by line."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition
from app.errors import ParameterError
from app.io import formats
from app.io.formats import OpenOptions


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a scan as soon as it has begun.

    Parameters
    ----------
    name, format
        Short name for titles, and name of the file format.
    channels
        Energy channels of a pixel.
    axis
        Energy axis; None where neither the file nor the user gives one.
    """

    name: str
    format: str
    channels: int
    axis: EnergyAxis | None
    acquisition: Acquisition


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of a scan, whole.

    Parameters
    ----------
    number
        From 0, in the order in which the lines were begun.
    rows, cols
        Where its pixels lie, shape (pixels,); a scanner's own coordinates may begin anywhere.
    counts
        Shape (pixels, channels).
    """

    number: int
    rows: NDArray[np.intp]
    cols: NDArray[np.intp]
    counts: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What has come since the look before.

    Parameters
    ----------
    lines
        Those that have become whole, and those that have changed since they were given.
    begun
        How many lines the file holds at least a part of.
    expected
        How many there will be; None where nothing tells.
    is_ended
        Whether the file says that nothing will come any more.
    has_more
        Whether another look would give further lines at once.
    has_grown
        Whether the input has changed since the look before, be it by half a line.
    """

    lines: tuple[Line, ...] = ()
    begun: int = 0
    expected: int | None = None
    is_ended: bool = False
    has_more: bool = False
    has_grown: bool = False


class GrowingScan(Protocol):
    """A scan that may still be growing. One thread at a time."""

    @property
    def head(self) -> Head:
        """What is known of it."""

    @property
    def shape(self) -> tuple[int, int] | None:
        """Rows and columns of the whole picture; None where they are not known beforehand."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know by now, a sentence each."""

    def look(self, *, is_last: bool = False) -> Look:
        """What has come since the last look.

        Parameters
        ----------
        is_last
            Whether it is to be taken as ended: a line that is not whole is given, too.

        Raises
        ------
        ReadError
            If the file cannot be read at the moment. While it is being written that may pass.
        """


def open_growing(path: Path, options: OpenOptions | None = None) -> GrowingScan:
    """Begin to follow a scan: HDF5, Ripple, a folder of `.mca` files, or list mode.

    Parameters
    ----------
    options
        Rows and columns are those of the whole picture, where the file does not tell them.

    Raises
    ------
    ParameterError
        If a scan of its format cannot be followed, or the options do not fit.
    ReadError
        If there is nothing to be read yet, which may pass.
    """
    from app.io import growing_events, growing_rows

    wanted = options or OpenOptions()
    followed: tuple[tuple[Callable[[Path], bool], Callable[[Path, OpenOptions], Any]], ...] = (
        (growing_events.sniff, growing_events.GrowingEvents),
        (growing_rows.is_hdf5, growing_rows.growing_hdf5),
        (growing_rows.is_ripple, growing_rows.growing_ripple),
        (growing_rows.is_mca_folder, growing_rows.growing_mca_folder),
    )
    try:
        for is_it, opened in followed:
            if is_it(path):
                scan: GrowingScan = opened(path, wanted)
                return scan
    except OSError as error:
        raise formats.cannot_read(path, error) from error
    found = formats.format_of(path)
    raise ParameterError(
        "This scan cannot be followed while it is measured.",
        f"{path.name}: {found.name} is written when all is measured; expected HDF5, Ripple "
        "stored spectrum by spectrum, a folder of .mca files, or list mode.",
        "Wait until the scan is complete, then open it.",
        path=path,
    )


def without_size(options: OpenOptions) -> OpenOptions:
    """The options without rows and columns, for files that tell what they hold by now."""
    return replace(options, rows=None, cols=None)
