"""The spectral cube: counts of shape (rows, cols, channels), energy last."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.provenance import InputFile, Step

BLOCK_BYTES = 64 * 2**20


class CountsArray(Protocol):
    """What a cube needs of its counts; a numpy array, or a file read on demand.

    Indexing takes up to three slices or whole numbers and gives a numpy array. A reader may
    be asked from several threads, one after another or at once; it holds an open file and is
    not sent to another process: there the input is opened anew.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, cols, channels)."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the counts as they come out of indexing."""

    def __getitem__(self, key: Any) -> Any:
        """Counts of a part of the cube."""


@dataclass(frozen=True, slots=True)
class Acquisition:
    """How the scan was measured; None where the file does not say.

    Parameters
    ----------
    step_mm
        Distance between rows and between columns, mm.
    dwell_s
        Time per pixel, s.
    live_time_s
        Mean live time per pixel, s.
    detectors
        Names of the detectors in the file.
    detector
        The one shown, or "sum".
    """

    tube_anode: str | None = None
    tube_kv: float | None = None
    tube_ua: float | None = None
    filter: str | None = None
    dwell_s: float | None = None
    live_time_s: float | None = None
    step_mm: tuple[float, float] | None = None
    detectors: tuple[str, ...] = ()
    detector: str = "sum"


@dataclass(frozen=True, slots=True, eq=False)
class SpectralCube:
    """Counts of a scan with their energy axis.

    Parameters
    ----------
    counts
        Shape (rows, cols, channels), any unsigned or float dtype; in memory or on disk.
        Nobody writes to it.
    axis
        Energy axis; None where neither the file nor the user gave one.
    name
        Short name for titles.
    format
        Name of the file format it came from.
    """

    counts: CountsArray
    axis: EnergyAxis | None = None
    acquisition: Acquisition = field(default_factory=Acquisition)
    name: str = "cube"
    format: str = ""
    inputs: tuple[InputFile, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def rows(self) -> int:
        """Number of scan rows."""
        return self.counts.shape[0]

    @property
    def cols(self) -> int:
        """Number of scan columns."""
        return self.counts.shape[1]

    @property
    def channels(self) -> int:
        """Number of energy channels."""
        return self.counts.shape[2]

    @property
    def bytes(self) -> int:
        """Size of the counts in memory, bytes."""
        return self.rows * self.cols * self.channels * self.counts.dtype.itemsize

    def block_rows(self, block_bytes: int = BLOCK_BYTES) -> int:
        """How many whole rows a block of about that size holds, at least one."""
        row_bytes = self.cols * self.channels * self.counts.dtype.itemsize
        return max(min(block_bytes // max(row_bytes, 1), self.rows), 1)

    def blocks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[tuple[int, NDArray[Any]]]:
        """Row blocks: the first row and counts of shape (block rows, cols, channels)."""
        rows = self.block_rows(block_bytes)
        for start in range(0, self.rows, rows):
            yield start, np.asarray(self.counts[start : start + rows])

    def spectrum(self, row: int, col: int) -> NDArray[Any]:
        """Counts of one pixel, shape (channels,)."""
        return np.asarray(self.counts[row, col])
