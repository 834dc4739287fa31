"""List mode: one event after another, as the scanners of the INFN-CHNet laboratories write it.

A text in which `X= 49` and `Y= 101` name the stage's place, and each line after them is the ADC
channel of one photon counted there.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.errors import ReadError

_PLACE = re.compile(rb"X[ \t]*=[ \t]*(-?\d+)\s+Y[ \t]*=[ \t]*(-?\d+)[ \t]*\r?\n", re.IGNORECASE)
_HALF_A_PLACE = re.compile(rb"X[ \t]*=[ \t]*-?\d+\s*\Z", re.IGNORECASE)
_SNIFFED_BYTES = 4096
_HIGHEST_CHANNEL = 2**17
_SHOWN_BYTES = 40

Events = tuple[tuple[int, int], NDArray[np.int64]]
"""A place, x and y, and the channels of photons counted there."""


def sniff(path: Path) -> bool:
    """Whether a file begins with a place, as list mode does; raises OSError as reading does."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        head = stream.read(_SNIFFED_BYTES)
    return bool(_PLACE.match(head.lstrip()))


class EventDecoder:
    """Turns the bytes of a list-mode file into events, however they are cut into pieces.

    Parameters
    ----------
    path
        Only for naming the file in messages.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place: tuple[int, int] | None = None
        self._rest = b""
        self._position = 0

    def feed(self, content: bytes, *, is_last: bool = False) -> list[Events]:
        """The events in the next bytes; half a line is kept for the next call.

        Parameters
        ----------
        is_last
            Whether nothing follows, so that the last line needs no end.

        Returns
        -------
        list
            In the order of the file; a place at which nothing was counted has no channels, and
            one may come again.

        Raises
        ------
        ReadError
            If there is something that is neither a place nor a channel.
        """
        content = self._rest + content
        stop = len(content) if is_last else content.rfind(b"\n") + 1
        half = _HALF_A_PLACE.search(content, 0, stop)
        if half is not None and not is_last:
            stop = half.start()
        whole, self._rest = content[:stop], content[stop:]
        if is_last and whole and not whole.endswith(b"\n"):
            whole += b"\n"
        parts = _PLACE.split(whole)
        found = []
        if parts[0].strip():
            if self._place is None:
                raise self._refusal(parts[0])
            found.append((self._place, self._channels(parts[0])))
        for x, y, channels in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            self._place = (int(x), int(y))
            found.append((self._place, self._channels(channels)))
        self._position += len(whole)
        return found

    def _channels(self, text: bytes) -> NDArray[np.int64]:
        words = text.split()
        if not words:
            return np.empty(0, np.int64)
        try:
            channels = np.array(words, "S").astype(np.int64)
        except ValueError as error:
            raise self._refusal(text) from error
        if channels.min() < 0 or channels.max() >= _HIGHEST_CHANNEL:
            raise self._refusal(text)
        return channels

    def _refusal(self, text: bytes) -> ReadError:
        wrong = next((word for word in text.split() if not _is_channel(word)), text.strip())
        shown = wrong[:_SHOWN_BYTES].decode("utf-8", "replace")
        return ReadError(
            "Cannot read these events.",
            f"{self._path.name}: “{shown}” found after byte {self._position:,}; expected places "
            f"(X= 49 and Y= 101, a line each) and channels (whole numbers below "
            f"{_HIGHEST_CHANNEL:,}).",
            "Check that this is the scanner's list-mode file, and whole.",
            path=self._path,
        )


def _is_channel(word: bytes) -> bool:
    return word.isdigit() and int(word) < _HIGHEST_CHANNEL
