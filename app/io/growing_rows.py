"""Following scans whose pictures grow row by row: HDF5, Ripple and folders of `.mca` files."""

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.cube import SpectralCube
from app.errors import ReadError
from app.io import hdf5_any, mca_folder, ripple
from app.io.formats import OpenOptions, cannot_read
from app.io.growing import Head, Line, Look, without_size
from app.io.hdf5_file import WriterMark, has_signature, writer_mark
from app.io.store_index import InputState, state_of

_AT_ONCE_BYTES = 16 * 2**20
_AT_ONCE_ROWS = 8
# some network drives are late in telling that a file has changed
_LOOK_ANYWAY_S = 2.0
# some scanners close their file after every line
_CLOSED_FOR_GOOD_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class RowsNow:
    """What an input holds at one moment.

    Parameters
    ----------
    cube
        With the rows that there are by now, the last of which may be unfinished.
    expected
        Rows of the whole picture; None where nothing tells.
    is_closed
        Whether its writer has closed it for good.
    """

    cube: SpectralCube
    expected: int | None = None
    is_closed: bool = False


class GrowingRows:
    """Gives the rows of an input as they become whole.

    A row is whole when each of its pixels has counted at least one photon, or a later row has
    begun. It is given at once then, and again if it turns out to have changed when the next one
    has begun.

    Parameters
    ----------
    files
        The input's files by now.
    opened
        Opens the input anew, as it is by now. Nothing of what it gave before is in use then.
    clock
        Monotonic time, s.

    Raises
    ------
    ReadError
        If there is nothing to be read yet.
    """

    def __init__(
        self,
        files: Callable[[], tuple[Path, ...]],
        opened: Callable[[], RowsNow],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._files = files
        self._opened = opened
        self._clock = clock
        self._state: InputState | None = None
        self._looked_at = 0.0
        self._given = 0  # rows
        self._tip = 0  # checksum of the last one
        self._last = Look()
        now = opened()
        cube = now.cube
        self._head = Head(cube.name, cube.format, cube.channels, cube.axis, cube.acquisition)
        self._cols = cube.cols
        self._expected = now.expected

    @property
    def head(self) -> Head:
        """See `GrowingScan`."""
        return self._head

    @property
    def shape(self) -> tuple[int, int] | None:
        """See `GrowingScan`."""
        return None if self._expected is None else (self._expected, self._cols)

    @property
    def notes(self) -> tuple[str, ...]:
        """Nothing: rows need no guesses."""
        return ()

    def look(self, *, is_last: bool = False) -> Look:
        """See `GrowingScan`."""
        try:
            state = state_of(self._files())
        except OSError as error:
            raise cannot_read(Path(str(error.filename or self._head.name)), error) from error
        has_grown = state != self._state
        is_due = has_grown or is_last or self._last.has_more
        if not is_due and self._clock() - self._looked_at < _LOOK_ANYWAY_S:
            return replace(self._last, lines=(), has_grown=False)
        now = self._opened()
        self._check_same(now.cube)
        look = self._seen(now, is_last=is_last or now.is_closed)
        # what could not be read is looked at again
        self._state, self._looked_at = state, self._clock()
        self._expected = now.expected
        self._last = replace(look, has_grown=has_grown or bool(look.lines))
        return self._last

    def _check_same(self, cube: SpectralCube) -> None:
        channels = self._head.channels
        if cube.rows < self._given or (cube.cols, cube.channels) != (self._cols, channels):
            raise ReadError(
                "The scan has become another one.",
                f"{cube.name}: {cube.rows} rows × {cube.cols} columns × {cube.channels} channels "
                f"found; before there were {self._given} × {self._cols} × {channels}.",
                "Begin anew with the new scan.",
            )

    def _seen(self, now: RowsNow, *, is_last: bool) -> Look:
        """Whole rows from the last one given on, at most so many as suit the memory."""
        cube = now.cube
        row_bytes = max(cube.cols * cube.channels * cube.counts.dtype.itemsize, 1)
        first = max(self._given - 1, 0)
        stop = min(first + max(_AT_ONCE_BYTES // row_bytes, _AT_ONCE_ROWS), cube.rows)
        block = np.asarray(cube.counts[first:stop])
        has_photons = np.any(block, axis=2)
        filled = np.flatnonzero(has_photons.any(axis=1))
        # a row without any photon counts as soon as a later one has some
        begun = max(first + int(filled[-1]) + 1 if filled.size else 0, self._given)
        whole = begun
        if begun > self._given and not is_last and not has_photons[begun - 1 - first].all():
            whole = begun - 1
        lines = []
        if self._given and begun > self._given and _checksum(block[0]) != self._tip:
            lines.append(self._line(first, block[0]))
        lines += [self._line(row, block[row - first]) for row in range(self._given, whole)]
        self._given = whole
        if lines:
            self._tip = _checksum(block[whole - 1 - first])
        has_more = begun == stop < cube.rows
        is_whole = whole == now.expected or (now.is_closed and whole == begun)
        return Look(tuple(lines), begun, now.expected, is_whole and not has_more, has_more)

    def _line(self, row: int, counts: NDArray[Any]) -> Line:
        return Line(row, np.full(self._cols, row), np.arange(self._cols), counts)


def is_hdf5(path: Path) -> bool:
    """Whether a path is an HDF5 file."""
    return path.is_file() and has_signature(path)


def is_ripple(path: Path) -> bool:
    """Whether a path is half of a Ripple cube."""
    return ripple.sniff(path)


def is_mca_folder(path: Path) -> bool:
    """Whether a path is a folder of `.mca` files."""
    return mca_folder.sniff(path)


def growing_hdf5(path: Path, options: OpenOptions) -> GrowingRows:
    """Follow an HDF5 file: one that is written for others to read (SWMR), or written in bits.

    It has ended when all rows that it was laid out for are there, or its writer has taken its
    mark off for more than two seconds.
    """
    return GrowingRows(lambda: (path,), _Hdf5(path, without_size(options), options.rows))


def growing_ripple(path: Path, options: OpenOptions) -> GrowingRows:
    """Follow a `.raw` file whose `.rpl` text tells what it will be."""

    def opened() -> RowsNow:
        cube, expected = ripple.rows_so_far(path, without_size(options))
        return RowsNow(cube, expected)

    return GrowingRows(lambda: ripple.files(path), opened)


def growing_mca_folder(path: Path, options: OpenOptions) -> GrowingRows:
    """Follow a folder in which one `.mca` file after another appears.

    Raises
    ------
    ParameterError
        If neither a size file nor the options tell the picture's size.
    """

    def opened() -> RowsNow:
        cube, expected = mca_folder.rows_so_far(path, options)
        return RowsNow(cube, expected)

    return GrowingRows(lambda: mca_folder.files(path), opened)


class _Hdf5:
    """Opens an HDF5 file again and again, and remembers when its writer has left."""

    def __init__(self, path: Path, options: OpenOptions, rows: int | None) -> None:
        self._path = path
        self._options = options
        self._rows = rows
        self._was_written = False
        self._closed_at: float | None = None

    def __call__(self) -> RowsNow:
        mark = writer_mark(self._path)
        cube = hdf5_any.open_cube(self._path, self._options)
        if mark in (WriterMark.SWMR, WriterMark.WRITTEN):
            self._was_written, self._closed_at = True, None
        elif self._was_written and self._closed_at is None:
            self._closed_at = time.monotonic()
        closed_at = self._closed_at
        is_closed = closed_at is not None and time.monotonic() - closed_at > _CLOSED_FOR_GOOD_S
        most = getattr(cube.counts, "most_rows", None)
        return RowsNow(cube, self._rows or most, is_closed)


def _checksum(counts: NDArray[Any]) -> int:
    return zlib.crc32(np.ascontiguousarray(counts).data)
