"""Counts of a compressed array inside an `.npz`, unpacked only as far as they are needed."""

import threading
import weakref
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import DTypeLike, NDArray

from app.errors import ReadError
from app.io.formats import cannot_read
from app.io.lazy import LazyCounts

_PIECE_BYTES = 2**20
_PACKED_BYTES = 2**17
# a state of the unpacking is kept at least this far apart, and at most so many of them
_KEEP_BYTES = 4 * 2**20
_KEEP_COUNT = 256


class NpzCounts(LazyCounts):
    """Counts of one deflated member of an `.npz`, in C order.

    Requests that go forward continue the unpacking where the last one ended. The state of the
    unpacking is kept now and then, so that one going back starts from the nearest state before
    it and not from the beginning. Memory stays below about 12 MB beside the block asked for.

    Parameters
    ----------
    path
        The `.npz` file; opened at the first request and kept open.
    member
        Its entry in the zip directory, `zipfile.ZIP_DEFLATED`.
    shape
        (rows, cols, channels).
    dtype
        Type of one value in the file, with its byte order.
    header_bytes
        Length of the `.npy` header inside the member.

    Raises
    ------
    ReadError
        While reading, if the file has gone or the member is damaged.
    """

    def __init__(
        self,
        path: Path,
        member: zipfile.ZipInfo,
        shape: tuple[int, int, int],
        dtype: DTypeLike,
        header_bytes: int,
    ) -> None:
        super().__init__(shape, dtype)
        self._stored = np.dtype(dtype)
        self._header = header_bytes
        self._stream = _Deflated(path, member)

    @property
    def is_stream(self) -> bool:
        """Always: what is packed is unpacked from the front."""
        return True

    def read_block(self, rows: slice, cols: slice, channels: slice) -> NDArray[Any]:
        """Read a block; see `LazyCounts.read_block`."""
        _, all_cols, all_channels = self._shape
        width = cols.stop - cols.start
        block = np.empty((rows.stop - rows.start, width, channels.stop - channels.start),
                         self._stored)  # fmt: skip
        if block.shape[1:] == (all_cols, all_channels):
            self._read(block, rows.start * all_cols * all_channels)
        else:
            line = np.empty((width, all_channels), self._stored)
            for index, row in enumerate(range(rows.start, rows.stop)):
                self._read(line, (row * all_cols + cols.start) * all_channels)
                block[index] = line[:, channels]
        if not self._stored.isnative:
            block.byteswap(inplace=True)
        return block.view(self._dtype)

    def _read(self, target: NDArray[Any], first_value: int) -> None:
        position = self._header + first_value * self._stored.itemsize
        self._stream.read_into(target.reshape(-1).view(np.uint8).data, position)


class _Deflated:
    """Random access to the unpacked bytes of a deflated member."""

    def __init__(self, path: Path, member: zipfile.ZipInfo) -> None:
        self._path = path
        self._member = member
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        self._packed_at = 0
        self._at = 0
        # (unpacked position, packed position, state), in rising order
        self._kept: list[tuple[int, int, Any]] = []
        self._keep_every = max(_KEEP_BYTES, member.file_size // _KEEP_COUNT)
        self._checked = 0
        self._checksum = 0

    def read_into(self, view: memoryview, position: int) -> None:
        """Fill a buffer with the unpacked bytes from a position."""
        with self._lock:
            try:
                self._go_before(position)
                while self._at < position:
                    self._unpack(position - self._at)
                filled = 0
                while filled < len(view):
                    piece = self._unpack(len(view) - filled)
                    view[filled : filled + len(piece)] = piece
                    filled += len(piece)
            except OSError as error:
                raise cannot_read(self._path, error) from error
            except zlib.error as error:
                # nothing can follow this state: the next request starts from an earlier one
                self._at = self._member.file_size + 1
                raise self._damaged(f"it cannot be unpacked ({error})") from error

    def _go_before(self, position: int) -> None:
        nearest = max((kept for kept in self._kept if kept[0] <= position), default=None,
                      key=lambda kept: kept[0])  # fmt: skip
        if nearest is not None and (self._at > position or nearest[0] > self._at):
            self._at, self._packed_at = nearest[0], nearest[1]
            self._unpacker = nearest[2].copy()
        elif self._at > position or self._file is None:
            self._at, self._packed_at = 0, member_start(self._opened(), self._member)
            self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)

    def _unpack(self, limit: int) -> bytes:
        """Unpack up to `limit` bytes, at least one."""
        self._keep()
        piece = b""
        while not piece:
            packed = self._unpacker.unconsumed_tail or self._read_packed()
            if self._unpacker.eof or not packed:
                raise self._damaged(f"it ends after {self._at:,} bytes")
            piece = self._unpacker.decompress(packed, min(limit, _PIECE_BYTES))
        self._check(piece)
        self._at += len(piece)
        return piece

    def _read_packed(self) -> bytes:
        stream = self._opened()
        stream.seek(self._packed_at)
        packed = stream.read(_PACKED_BYTES)
        self._packed_at += len(packed)
        return packed

    def _keep(self) -> None:
        last = self._kept[-1][0] if self._kept else 0
        if self._at >= last + self._keep_every:
            self._kept.append((self._at, self._packed_at, self._unpacker.copy()))

    def _check(self, piece: bytes) -> None:
        # the checksum grows with the furthest byte unpacked and is compared at the end
        new = piece[self._checked - self._at :]
        self._checksum = zlib.crc32(new, self._checksum)
        self._checked += len(new)
        if new and self._checked == self._member.file_size and self._checksum != self._member.CRC:
            raise self._damaged("its checksum is wrong")

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._file = self._path.open("rb")
            weakref.finalize(self, self._file.close)
        return self._file

    def _damaged(self, why: str) -> ReadError:
        return ReadError(
            "Cannot read the counts.",
            f"{self._path.name}: the array “{self._member.filename.removesuffix('.npy')}” is "
            f"damaged: {why}, {self._member.file_size:,} bytes expected.",
            "Copy the file again from where it was measured.",
            path=self._path,
        )


def member_start(stream: BinaryIO, member: zipfile.ZipInfo) -> int:
    """Position in a zip file of a member's first (packed) byte.

    Raises
    ------
    OSError
        If there is no such member where the directory says.
    """
    stream.seek(member.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise OSError("the zip directory does not fit the file")
    # the local header repeats the name and may carry extra fields of another length
    name = int.from_bytes(header[26:28], "little")
    extra = int.from_bytes(header[28:30], "little")
    return member.header_offset + 30 + name + extra
