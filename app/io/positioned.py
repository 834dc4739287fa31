"""Reading a file by position, with errors that name the file and the sizes."""

import os
import threading
import weakref
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import ReadError
from app.io.formats import cannot_read

# macOS refuses to read 2 GiB or more at once
_PIECE_BYTES = 2**30


class PositionedFile:
    """A file read by position from several threads; opened at the first request.

    Parameters
    ----------
    path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stream: FileIO | None = None

    def read_into(self, target: NDArray[Any], position: int) -> None:
        """Fill a C-contiguous array from a position in bytes.

        Raises
        ------
        ReadError
            If the file has gone, is too short or cannot be read.
        """
        view = target.reshape(-1).view(np.uint8).data
        end = position + len(view)
        try:
            stream = self._opened()
            while view:
                count = self._read_some(stream, view, position)
                if count == 0:
                    raise too_short(self._path, os.fstat(stream.fileno()).st_size, end)
                view = view[count:]
                position += count
        except OSError as error:
            raise cannot_read(self._path, error) from error

    def _read_some(self, stream: FileIO, view: memoryview, position: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(stream.fileno(), [view[:_PIECE_BYTES]], position)
        with self._lock:
            stream.seek(position)
            return stream.readinto(view) or 0

    def _opened(self) -> FileIO:
        with self._lock:
            if self._stream is None:
                self._stream = self._path.open("rb", buffering=0)
                weakref.finalize(self, self._stream.close)
            return self._stream


def check_size(path: Path, expected: int) -> None:
    """Make sure that a file has at least so many bytes.

    Raises
    ------
    ReadError
        If it is shorter, naming both sizes, or its size cannot be asked.
    """
    found = file_size(path)
    if found < expected:
        raise too_short(path, found, expected)


def file_size(path: Path) -> int:
    """Size in bytes.

    Raises
    ------
    ReadError
        If it cannot be asked.
    """
    try:
        return path.stat().st_size
    except OSError as error:
        raise cannot_read(path, error) from error


def too_short(path: Path, found: int, expected: int) -> ReadError:
    """Tell that a file of `found` bytes ought to have at least `expected`."""
    return ReadError(
        "Cannot read the counts.",
        f"{path.name}: {found:,} bytes found, at least {expected:,} expected; "
        "the file is cut short.",
        "Copy it again from where it was measured.",
        path=path,
    )
