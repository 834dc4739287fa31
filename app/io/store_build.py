"""Building a working store: one pass over the cube that leaves maps instant.

The counts are checked on the way: a spectral cube holds finite counts of at least 0.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.core.cube import SpectralCube
from app.core.prefix import PrefixCube, accumulate, prefix_of, strip_rows
from app.core.progress import Progress, no_progress
from app.core.scan import Scan
from app.errors import ReadError

PREVIEW_STEP = 16
PREVIEW_BYTES = 128 * 2**20

Copy = Callable[[int, NDArray[Any]], None]

# exact for counts whose total in a pixel stays in range; the last takes what is not whole
_LADDER: tuple[np.dtype[Any], ...] = tuple(np.dtype(code) for code in ("<u2", "<u4", "<u8", "<f8"))


class _TooNarrow(Exception):
    """A pixel's total does not fit the type of the planes; `needed` does."""

    def __init__(self, needed: np.dtype[Any]) -> None:
        super().__init__(needed)
        self.needed = needed


@dataclass(frozen=True, slots=True, eq=False)
class BuiltPlanes:
    """What one pass over a cube leaves beside the planes file.

    Parameters
    ----------
    dtype
        Type of the planes.
    strip_rows
        Rows per strip.
    sum_spectrum, maximum_pixel_spectrum
        Shape (channels,).
    """

    dtype: np.dtype[Any]
    strip_rows: int
    sum_spectrum: NDArray[Any]
    maximum_pixel_spectrum: NDArray[Any]


def preview(cube: SpectralCube) -> Scan | None:
    """A first look at a big cube from every 16th row (or fewer), or None for a small one.

    Raises
    ------
    ReadError
        If the rows read hold something that is no count.
    """
    if cube.bytes < PREVIEW_BYTES // 2 or getattr(cube.counts, "is_stream", False):
        return None
    # compressed chunks cost a whole chunk however few rows of it are wanted
    tall = int(getattr(cube.counts, "chunk_rows", 1))
    step = PREVIEW_STEP * max(1, tall) * -(-cube.bytes // (PREVIEW_STEP * PREVIEW_BYTES))
    if step >= cube.rows:
        return None
    rows = [np.asarray(cube.counts[row : row + 1]) for row in range(0, cube.rows, step)]
    counts = np.concatenate(rows)
    needed = planes_dtype(counts, cube, first_row=0)
    return Scan(
        cube=cube,
        prefix=prefix_of(counts, needed),
        sum_spectrum=_sum(counts, (0, 1)) * step,
        maximum_pixel_spectrum=counts.max(axis=(0, 1)),
        row_step=step,
    )


def planes_dtype(counts: NDArray[Any], cube: SpectralCube, *, first_row: int) -> np.dtype[Any]:
    """Smallest type of planes that is exact for a block of counts.

    Parameters
    ----------
    counts
        Shape (block rows, cols, channels), starting at `first_row` of the cube.

    Raises
    ------
    ReadError
        If a count is negative, not a number or infinite; the message names the first.
    """
    if counts.dtype.kind != "u":
        _check_counts(counts, cube, first_row)
    if counts.dtype.kind == "f" and not np.array_equal(counts, np.rint(counts)):
        return _LADDER[-1]
    if counts.dtype.kind == "f" and float(counts.sum(dtype=np.float64)) >= 2**53:
        return _LADDER[-1]
    largest = int(_sum(counts, -1).max(initial=0))
    return next(dtype for dtype in _LADDER if largest <= np.iinfo(dtype).max)


def summed(cube: SpectralCube, progress: Progress = no_progress) -> NDArray[Any]:
    """Sum spectrum of a whole cube in one pass, shape (channels,), its counts checked.

    Raises
    ------
    ReadError
        If the cube holds something that is no count, or cannot be read.
    """
    spectrum: NDArray[Any] | None = None
    for first_row, block in cube.blocks():
        progress(first_row / cube.rows, f"Reading row {first_row + 1} of {cube.rows}")
        if block.dtype.kind != "u":
            _check_counts(block, cube, first_row)
        part = _sum(block, (0, 1))
        spectrum = part if spectrum is None else spectrum + part
    progress(1.0, "")
    return np.zeros(cube.channels, np.uint64) if spectrum is None else spectrum


def build_planes(
    cube: SpectralCube,
    path: Path,
    *,
    start: np.dtype[Any] | None = None,
    copy: Copy | None = None,
    progress: Progress = no_progress,
) -> BuiltPlanes:
    """Write the prefix planes of a cube to a new file, a strip at a time.

    Parameters
    ----------
    cube
        Read once, in strips of whole rows; a second time only when the planes' type turns
        out too narrow on the way.
    path
        Receives the strips of `PrefixCube`, little-endian.
    start
        Type of planes to try first; the narrowest by default.
    copy
        Receives every block read: its first row and counts of shape (block rows, cols,
        channels).

    Raises
    ------
    ReadError
        If the cube holds something that is no count, or cannot be read.
    OSError
        If the file cannot be written.
    """
    dtype = start or _LADDER[0]
    while True:
        try:
            with path.open("wb") as stream:
                return _build(cube, stream, dtype, copy, progress)
        except _TooNarrow as narrow:
            dtype = narrow.needed


def _build(
    cube: SpectralCube,
    stream: BinaryIO,
    dtype: np.dtype[Any],
    copy: Copy | None,
    progress: Progress,
) -> BuiltPlanes:
    height = strip_rows(cube.rows, cube.cols, cube.channels, dtype.itemsize)
    shape = (cube.channels + 1, height * cube.cols)
    spectrum = np.zeros(cube.channels, np.float64 if dtype.kind == "f" else np.uint64)
    maximum = np.zeros(cube.channels, cube.counts.dtype)
    with _Behind(stream, shape, dtype) as behind:
        for first_row, block in _strips(cube, height):
            progress(first_row / cube.rows, f"Reading row {first_row + 1} of {cube.rows}")
            needed = planes_dtype(block, cube, first_row=first_row)
            if _LADDER.index(needed) > _LADDER.index(dtype):
                raise _TooNarrow(needed)
            counts = block.reshape(-1, cube.channels)
            spectrum += _sum(counts, 0).astype(spectrum.dtype)
            np.maximum(maximum, counts.max(axis=0), out=maximum)
            accumulate(counts, behind.planes)
            behind.write()
            if copy is not None:
                copy(first_row, block)
    stream.flush()
    progress(1.0, "")
    return BuiltPlanes(dtype, height, spectrum, maximum)


class _Behind:
    """Writes one strip while the next one is made: the disk takes about as long as the sums.

    Parameters
    ----------
    stream
        Receives strip after strip.
    shape, dtype
        Of a strip; there are two in memory.
    """

    def __init__(self, stream: BinaryIO, shape: tuple[int, int], dtype: np.dtype[Any]) -> None:
        self._stream = stream
        self._ready, self._written = np.empty(shape, dtype), np.empty(shape, dtype)
        self._thread: Thread | None = None
        self._error: OSError | None = None

    def __enter__(self) -> "_Behind":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_details: object) -> None:
        # the stream is closed next, so what is being written must have ended
        self._wait()
        if kind is None:
            self._check()

    @property
    def planes(self) -> NDArray[Any]:
        """The strip to fill next."""
        return self._ready

    def write(self) -> None:
        """Begin to write the strip; raises OSError where the one before could not be written."""
        self._wait()
        self._check()
        # a daemon: a program that ends does not wait for a slow drive
        self._thread = Thread(target=self._put, args=(self._ready,), daemon=True)
        self._thread.start()
        self._ready, self._written = self._written, self._ready

    def _put(self, planes: NDArray[Any]) -> None:
        try:
            self._stream.write(planes.data.cast("B"))
        except OSError as error:
            self._error = error

    def _wait(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _check(self) -> None:
        if self._error is not None:
            raise self._error


def _sum(counts: NDArray[Any], axis: int | tuple[int, ...]) -> NDArray[Any]:
    """Sums that cannot overflow: uint64 of whole numbers, float64 of others."""
    total: NDArray[Any] = counts.sum(
        axis=axis, dtype=np.float64 if counts.dtype.kind == "f" else np.uint64
    )
    return total


def _strips(cube: SpectralCube, height: int) -> Iterator[tuple[int, NDArray[Any]]]:
    for first_row in range(0, cube.rows, height):
        yield first_row, np.asarray(cube.counts[first_row : first_row + height])


def open_planes(path: Path, cube: SpectralCube, dtype: np.dtype[Any], height: int) -> PrefixCube:
    """Map the planes written by `build_planes` into memory.

    Raises
    ------
    ValueError
        If the file has another size than these planes.
    """
    shape = (-(-cube.rows // height), cube.channels + 1, height * cube.cols)
    if path.stat().st_size != int(np.prod(shape, dtype=np.int64)) * dtype.itemsize:
        raise ValueError(f"{path.name} has not the size of planes {shape} of {dtype}")
    # a mapping may be used here since nobody but Velatura writes this file
    return PrefixCube(np.memmap(path, dtype, "r", shape=shape), cube.rows, cube.cols)


def _check_counts(counts: NDArray[Any], cube: SpectralCube, first_row: int) -> None:
    """Raise ReadError at the first value that is no count."""
    kinds = [("negative", counts < 0)]
    if counts.dtype.kind == "f":
        kinds.insert(0, ("not a finite number", ~np.isfinite(counts)))
    what, wrong = next(((what, bad) for what, bad in kinds if bad.any()), ("", None))
    if wrong is None:
        return
    row, col, channel = (int(axis[0]) for axis in np.nonzero(wrong))
    value = counts[row, col, channel]
    raise ReadError(
        "These are not counts.",
        f"{cube.name}: row {first_row + row}, column {col}, channel {channel} holds {value}, "
        f"which is {what}; {int(wrong.sum())} such values in rows "
        f"{first_row}–{first_row + len(counts) - 1}.",
        "A spectral cube holds counts of 0 or more. Open the scan as it was measured, "
        "before any background was subtracted.",
    )
