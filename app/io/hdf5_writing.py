"""A new HDF5 file whose writer survives a full disk.

When the system refuses a write, the HDF5 library cannot close its file any more and takes
the whole program down with a memory fault. So it is given a file object that never refuses:
from the first failure on, everything stays in memory, and the failure is raised at the next
`check`, outside the library.
"""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


class _Refusals:
    """The file as HDF5 sees it: what the disk refuses is kept in memory."""

    def __init__(self, path: Path) -> None:
        self._raw = path.open("x+b", buffering=0)
        self._position = 0
        self._size = 0
        self._kept: list[tuple[int, bytes]] = []
        self.error: OSError | None = None

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to a byte, as files do."""
        start = (0, self._position, self._size)[whence]
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        """Byte that is read or written next."""
        return self._position

    def flush(self) -> None:
        """Nothing is buffered."""

    def write(self, data: Any) -> int:
        """Write all of the data, to the disk or to memory."""
        view = memoryview(data).cast("B")
        if self.error is None:
            try:
                self._raw.seek(self._position)
                done = 0
                while done < len(view):
                    done += self._raw.write(view[done:]) or 0
            except OSError as error:
                self.error = error
        if self.error is not None:
            self._kept.append((self._position, bytes(view)))
        self._position += len(view)
        self._size = max(self._size, self._position)
        return len(view)

    def read(self, size: int) -> bytes:
        """Bytes at the position; those that were never written are 0."""
        data = bytearray(size)
        self.readinto(data)
        return bytes(data)

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; bytes that were never written are 0."""
        view = memoryview(buffer).cast("B")
        data = bytearray(len(view))
        begin, stop = self._position, self._position + len(view)
        try:
            self._raw.seek(begin)
            found = self._raw.read(len(view)) or b""
            data[: len(found)] = found
        except OSError as error:
            self.error = self.error or error
        for at, kept in self._kept:
            first, last = max(at, begin), min(at + len(kept), stop)
            if first < last:
                data[first - begin : last - begin] = kept[first - at : last - at]
        view[:] = data
        self._position = stop
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Set the file's size."""
        self._size = self._position if size is None else size
        if self.error is None:
            try:
                self._raw.truncate(self._size)
            except OSError as error:
                self.error = error
        return self._size

    def close(self) -> None:
        """Close the file on disk."""
        self._raw.close()


@contextlib.contextmanager
def created(
    path: Path, *, chunk_cache_bytes: int | None = None
) -> Iterator[tuple[Any, Callable[[], None]]]:
    """Give a new h5py file and a `check` to call after every few MB.

    `check` raises what has happened meanwhile: the OSError of a refused write, or
    KeyboardInterrupt. It is called once more when the file has been closed.

    Parameters
    ----------
    path
        A file that does not exist yet.
    chunk_cache_bytes
        Memory in which chunks wait to be packed; 0 packs each as soon as it is written, which is
        quicker where chunks are written whole. None for the library's own choice.

    Raises
    ------
    FileExistsError
        If the path exists.
    OSError
        If the system refuses; the file is then incomplete.
    """
    import h5py

    sink = _Refusals(path)
    try:
        with _interrupt_kept() as interrupted:

            def check() -> None:
                if interrupted.is_set():
                    raise KeyboardInterrupt
                if sink.error is not None:
                    raise sink.error

            with h5py.File(sink, "w", rdcc_nbytes=chunk_cache_bytes) as file:
                yield file, check
            check()
    finally:
        sink.close()


@contextlib.contextmanager
def _interrupt_kept() -> Iterator[threading.Event]:
    """Note Ctrl-C instead of raising it, since it would be raised inside the library."""
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: interrupted.set())
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
