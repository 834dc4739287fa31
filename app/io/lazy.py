"""Counts that stay in their file and are read on demand, block by block.

Files are never memory-mapped: a mapped file that shrinks or whose drive goes away ends the whole
program, while a positioned read fails with an error that can be shown.
"""

import operator
import threading
import weakref
from abc import ABC, abstractmethod
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from app.core.cube import CountsArray
from app.io.hdf5_file import CHUNK_CACHE_BYTES, hdf5_trouble, kept, open_hdf5, with_chunk_cache
from app.io.positioned import PositionedFile, check_size, file_size

# planes of an energy-first file are gathered to about this size before they are turned
_GATHER_BYTES = 8 * 2**20
# a chunk of this size is unpacked in a few milliseconds
_QUICK_CHUNK_BYTES = 512 * 2**10


class LazyCounts(ABC):
    """Indexing for counts in a file; a reader only has to read one rectangular block.

    Parameters
    ----------
    shape
        (rows, cols, channels).
    dtype
        Type of the counts; other byte orders come out of indexing in the machine's own.
    """

    def __init__(self, shape: tuple[int, int, int], dtype: DTypeLike) -> None:
        rows, cols, channels = shape
        self._shape = (int(rows), int(cols), int(channels))
        self._dtype = np.dtype(dtype).newbyteorder("=")

    @property
    def shape(self) -> tuple[int, int, int]:
        """(rows, cols, channels)."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the counts as they come out of indexing."""
        return self._dtype

    @property
    def ndim(self) -> int:
        """Always 3."""
        return 3

    @property
    def is_pixel_major(self) -> bool:
        """Whether one pixel's spectrum is quickly read, so that no copy of the counts helps."""
        return False

    @property
    def is_stream(self) -> bool:
        """Whether a row costs reading all rows before it."""
        return False

    @property
    def chunk_rows(self) -> int:
        """How many rows are unpacked at once when one is read."""
        return 1

    def __getitem__(self, key: Any) -> Any:
        spans, picks = _spans_of(key, self._shape)
        if any(span.start == span.stop for span in spans):
            block = np.empty([span.stop - span.start for span in spans], self._dtype)
        else:
            block = self.read_block(*spans)
        return block[picks]

    @abstractmethod
    def read_block(self, rows: slice, cols: slice, channels: slice) -> NDArray[Any]:
        """Read a block; the slices have start < stop within the shape and a step of 1.

        Returns
        -------
        NDArray
            A new array of shape (rows, cols, channels) of the slices, of type `dtype`.

        Raises
        ------
        ReadError
            If the file has gone, has shrunk or cannot be read.
        """


class RawCounts(LazyCounts):
    """Counts of a flat binary file, read by position.

    Parameters
    ----------
    path
        The file; opened for reading at the first request and kept open.
    shape
        (rows, cols, channels).
    dtype
        Type of one value in the file, with its byte order.
    offset_bytes
        Where the first value begins.
    energy_first
        False: stored as (rows, cols, channels); true: as (channels, rows, cols).

    Raises
    ------
    ReadError
        If the file is shorter than the shape needs, or its size cannot be asked.
    """

    def __init__(
        self,
        path: Path,
        shape: tuple[int, int, int],
        dtype: DTypeLike,
        offset_bytes: int = 0,
        energy_first: bool = False,
    ) -> None:
        super().__init__(shape, dtype)
        self._stored = np.dtype(dtype)
        self._file = PositionedFile(path)
        self._offset = offset_bytes
        self._energy_first = energy_first
        check_size(path, offset_bytes + prod(self._shape) * self._stored.itemsize)

    @property
    def is_pixel_major(self) -> bool:
        """Whether the energy axis is the last one in the file."""
        return not self._energy_first

    def read_block(self, rows: slice, cols: slice, channels: slice) -> NDArray[Any]:
        """Read a block; see `LazyCounts.read_block`."""
        counts = [span.stop - span.start for span in (rows, cols, channels)]
        block = np.empty(counts, self._stored)
        if self._energy_first:
            self._fill_from_planes(block, rows, cols, channels)
        else:
            self._fill_from_pixels(block, rows, cols, channels)
        if not self._stored.isnative:
            block.byteswap(inplace=True)
        return block.view(self._dtype)

    def _fill_from_pixels(
        self, block: NDArray[Any], rows: slice, cols: slice, channels: slice
    ) -> None:
        _, all_cols, all_channels = self._shape
        if block.shape[1:] == (all_cols, all_channels):
            self._read(block, rows.start * all_cols * all_channels)
            return
        whole = block.shape[2] == all_channels
        line = np.empty((block.shape[1], all_channels), self._stored)
        for index, row in enumerate(range(rows.start, rows.stop)):
            pixel = (row * all_cols + cols.start) * all_channels
            if whole:
                self._read(block[index], pixel)
            elif block.shape[1] == 1:
                self._read(block[index, 0], pixel + channels.start)
            else:
                self._read(line, pixel)
                block[index] = line[:, channels]

    def _fill_from_planes(
        self, block: NDArray[Any], rows: slice, cols: slice, channels: slice
    ) -> None:
        all_rows, all_cols, _ = self._shape
        # of one row only the columns asked for are read, of several whole rows: one read each
        first, width = (cols.start, block.shape[1]) if block.shape[0] == 1 else (0, all_cols)
        inside = slice(cols.start - first, cols.stop - first)
        plane_bytes = block.shape[0] * width * self._stored.itemsize
        depth = min(max(_GATHER_BYTES // plane_bytes, 1), block.shape[2])
        planes = np.empty((depth, block.shape[0], width), self._stored)
        for begin in range(0, block.shape[2], depth):
            end = min(begin + depth, block.shape[2])
            for index in range(end - begin):
                plane = channels.start + begin + index
                self._read(planes[index], (plane * all_rows + rows.start) * all_cols + first)
            block[:, :, begin:end] = np.moveaxis(planes[: end - begin, :, inside], 0, 2)

    def _read(self, target: NDArray[Any], first_value: int) -> None:
        self._file.read_into(target, self._offset + first_value * self._stored.itemsize)


class Hdf5Counts(LazyCounts):
    """Counts of a dataset in an HDF5 file, read on demand through one handle.

    Parameters
    ----------
    path
        The file; opened at the first request, read-only and without locks, and `kept` open.
    dataset
        Path of the dataset inside the file; three or four dimensions.
    energy_first
        Short for `order=(1, 2, 0)`.
    order
        Which axes of the dataset are rows, columns and channels.
    index
        Of a dataset with four axes, the place on the remaining one (the detector).
    cache_bytes
        Unpacked chunks that may be kept in memory.

    Raises
    ------
    ReadError
        If the file cannot be read or has no such dataset.
    """

    def __init__(
        self,
        path: Path,
        dataset: str,
        energy_first: bool = False,
        *,
        order: tuple[int, int, int] = (0, 1, 2),
        index: int = 0,
        cache_bytes: int = CHUNK_CACHE_BYTES,
    ) -> None:
        self._path, self._name = path, dataset
        self._order = (1, 2, 0) if energy_first else order
        self._index = index
        self._cache_bytes = cache_bytes
        self._lock = threading.RLock()
        self._dataset: Any = None
        self._bytes = 0
        stored = self._opened()
        rows, cols, channels = (stored.shape[axis] for axis in self._order)
        super().__init__((rows, cols, channels), stored.dtype)
        self._chunks, self._most_rows = stored.chunks, stored.maxshape[self._order[0]]
        self._dataset = kept(stored)

    @property
    def is_pixel_major(self) -> bool:
        """Whether a spectrum lies in one piece, or in one chunk that is quick to unpack."""
        if self._order[2] != len(self._order) - 1:
            return False
        if self._chunks is None:
            return True
        is_whole = self._chunks[self._order[2]] >= self._shape[2]
        return is_whole and prod(self._chunks) * self._dtype.itemsize <= _QUICK_CHUNK_BYTES

    @property
    def chunk_rows(self) -> int:
        """Rows of a chunk; 1 where the dataset has none."""
        return 1 if self._chunks is None else int(self._chunks[self._order[0]])

    @property
    def most_rows(self) -> int | None:
        """How many rows there may be once it is written; None without a limit."""
        return self._most_rows

    def read_block(self, rows: slice, cols: slice, channels: slice) -> NDArray[Any]:
        """Read a block; see `LazyCounts.read_block`."""
        with self._lock:
            stored = self._opened()
            key: list[int | slice] = [self._index] * stored.ndim
            for axis, span in zip(self._order, (rows, cols, channels), strict=True):
                key[axis] = span
            # past the end of a file that has shrunk the library would read zeros
            check_size(self._path, self._bytes)
            try:
                block = stored[tuple(key)]
            except (OSError, RuntimeError, ValueError) as error:
                raise hdf5_trouble(self._path, self._name, error) from error
            self._dataset = kept(stored)
        # the index drops its axis: the others move up
        block = np.transpose(block, np.argsort(np.argsort(self._order)))
        return np.ascontiguousarray(block, dtype=self._dtype)

    def _opened(self) -> Any:
        with self._lock:
            if self._dataset is None:
                file = open_hdf5(self._path)
                weakref.finalize(self, file.close)
                self._bytes = file_size(self._path)
                try:
                    self._dataset = with_chunk_cache(
                        file, self._name, self._order[0], self._cache_bytes
                    )
                except (OSError, KeyError, RuntimeError, ValueError) as error:
                    raise hdf5_trouble(self._path, self._name, error) from error
            return self._dataset


class SummedCounts(LazyCounts):
    """The sum of several detectors, of a type in which it cannot overflow.

    Parameters
    ----------
    parts
        Counts of the same shape, at least one.

    Raises
    ------
    ValueError
        If there are no parts or their shapes differ.
    """

    def __init__(self, parts: tuple[CountsArray, ...]) -> None:
        shapes = {tuple(part.shape) for part in parts}
        if len(shapes) != 1:
            raise ValueError(f"detectors of one shape are needed, not {sorted(shapes)}")
        rows, cols, channels = shapes.pop()
        super().__init__((rows, cols, channels), sum_dtype(parts))
        self._parts = parts

    def read_block(self, rows: slice, cols: slice, channels: slice) -> NDArray[Any]:
        """Read a block; see `LazyCounts.read_block`."""
        total = np.array(self._parts[0][rows, cols, channels], dtype=self._dtype)
        for part in self._parts[1:]:
            total += part[rows, cols, channels]
        return total


class ChannelsOf(LazyCounts):
    """A range of channels of other counts, as one detector of several stored side by side.

    Parameters
    ----------
    counts
        Shape (rows, cols, all channels).
    first, stop
        The range of channels.
    """

    def __init__(self, counts: CountsArray, first: int, stop: int) -> None:
        rows, cols, _ = counts.shape
        super().__init__((rows, cols, stop - first), counts.dtype)
        self._counts = counts
        self._first = first

    def read_block(self, rows: slice, cols: slice, channels: slice) -> NDArray[Any]:
        """Read a block; see `LazyCounts.read_block`."""
        shifted = slice(channels.start + self._first, channels.stop + self._first)
        return np.asarray(self._counts[rows, cols, shifted])


class TransposedCounts(LazyCounts):
    """Other counts with rows and columns exchanged.

    Parameters
    ----------
    counts
        Shape (cols, rows, channels).
    """

    def __init__(self, counts: CountsArray) -> None:
        cols, rows, channels = counts.shape
        super().__init__((rows, cols, channels), counts.dtype)
        self._counts = counts

    def read_block(self, rows: slice, cols: slice, channels: slice) -> NDArray[Any]:
        """Read a block; see `LazyCounts.read_block`."""
        return np.ascontiguousarray(np.swapaxes(self._counts[cols, rows, channels], 0, 1))


def sum_dtype(parts: tuple[CountsArray, ...]) -> np.dtype[Any]:
    """Type that holds the sum of such counts: integers of twice the width, floats of 4 or 8 bytes.

    64-bit integers stay as they are, since no detector counts that far.
    """
    common = np.result_type(*(part.dtype for part in parts))
    if len(parts) == 1:
        return common
    if common.kind in "iu":
        return np.dtype(f"{common.kind}{min(2 * common.itemsize, 8)}")
    return np.result_type(common, np.float32)


def _spans_of(key: Any, shape: tuple[int, ...]) -> tuple[list[slice], tuple[int | slice, ...]]:
    """The block that covers a key, and how to pick the key's values out of that block."""
    given = list(key) if isinstance(key, tuple) else [key]
    dots = [index for index, part in enumerate(given) if part is Ellipsis]
    for at in dots[:1]:
        given[at : at + 1] = [slice(None)] * (len(shape) - len(given) + 1)
    if len(given) > len(shape):
        raise IndexError(f"{len(given)} indices for counts of {len(shape)} dimensions")
    given += [slice(None)] * (len(shape) - len(given))
    spans: list[slice] = []
    picks: list[int | slice] = []
    for part, length in zip(given, shape, strict=True):
        if isinstance(part, slice):
            wanted = range(length)[part]
            low, high = sorted((wanted[0], wanted[-1])) if wanted else (0, -1)
            spans.append(slice(low, high + 1))
            picks.append(slice(None, None, wanted.step))
        else:
            index = operator.index(part)
            if not -length <= index < length:
                raise IndexError(f"index {index} is out of range for {length}")
            spans.append(slice(index % length, index % length + 1))
            picks.append(0)
    return spans, tuple(picks)
