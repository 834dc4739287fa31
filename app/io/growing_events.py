"""Following a scan in list mode: events become lines, whichever way the stage goes."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.cube import Acquisition
from app.errors import ParameterError
from app.io import list_mode
from app.io.formats import OpenOptions, cannot_read
from app.io.growing import Head, Line, Look
from app.io.list_mode import EventDecoder

_AT_ONCE_BYTES = 8 * 2**20
_BEGINNING_BYTES = 2**20
_LEAST_CHANNELS = 4096
# a stage that turns may fall back by a place; older lines are done
_OPEN_LINES = 2

_Place = tuple[int, int]


def sniff(path: Path) -> bool:
    """Whether a path is a list-mode file; raises OSError as reading does."""
    return list_mode.sniff(path)


class GrowingEvents:
    """Gives the lines of a list-mode file as they are left by the stage.

    The coordinate that changes from the first place to the second is the one along a line. A
    line is whole when the other one has changed. The text has no end mark, so that the last
    line is given with the last look only.

    Parameters
    ----------
    path
        The file.
    options
        The energy axis, as the file has none; rows and columns of the whole picture, if known.

    Raises
    ------
    ParameterError
        If the options name a dataset or a detector.
    ReadError
        If there is nothing to be read yet.
    """

    def __init__(self, path: Path, options: OpenOptions) -> None:
        if options.dataset is not None or options.detector not in ("sum", "0"):
            raise ParameterError(
                "There is no such cube.",
                f"{path.name}: list mode holds one detector without a name; found "
                f"“{options.dataset or options.detector}”.",
                "Leave dataset and detector out.",
                path=path,
            )
        self._path = path
        self._options = options
        self._decoder = EventDecoder(path)
        self._position = 0
        self._fast: int | None = None
        self._here: _Place | None = None
        # of the newest lines: number, and spectra by place
        self._open: dict[int, tuple[int, dict[_Place, NDArray[np.uint32]]]] = {}
        self._changed: set[int] = set()
        self._done: set[int] = set()
        self._begun = 0
        self._beyond = self._late = 0
        # an ADC has a power of two of them; the first events tell which
        begin = self._decoded_beginning()
        most = max((int(channels.max()) for channels in begin if channels.size), default=0)
        self._channels = max(_LEAST_CHANNELS, 1 << most.bit_length())

    @property
    def head(self) -> Head:
        """See `GrowingScan`."""
        acquisition = Acquisition()
        return Head(self._path.stem, "list mode", self._channels, self._options.axis, acquisition)

    @property
    def shape(self) -> tuple[int, int] | None:
        """See `GrowingScan`."""
        rows, cols = self._options.rows, self._options.cols
        return None if rows is None or cols is None else (rows, cols)

    @property
    def notes(self) -> tuple[str, ...]:
        """See `GrowingScan`."""
        found = []
        if self._beyond:
            found.append(f"{self._beyond:,} events lie beyond channel {self._channels - 1:,}.")
        if self._late:
            found.append(f"{self._late:,} events on lines that were done before are left out.")
        return tuple(found)

    def look(self, *, is_last: bool = False) -> Look:
        """See `GrowingScan`."""
        content = self._read()
        has_more = len(content) == _AT_ONCE_BYTES
        lines: list[Line] = []
        for place, channels in self._decoder.feed(content, is_last=is_last and not has_more):
            lines += self._count(place, channels)
        if is_last and not has_more:
            lines += self._given(list(self._open))
        return Look(
            tuple(lines),
            begun=self._begun,
            expected=self._expected(),
            has_more=has_more,
            has_grown=bool(content),
        )

    def _read(self) -> bytes:
        try:
            with self._path.open("rb") as stream:
                stream.seek(self._position)
                content = stream.read(_AT_ONCE_BYTES)
        except OSError as error:
            raise cannot_read(self._path, error) from error
        self._position += len(content)
        return content

    def _decoded_beginning(self) -> list[NDArray[np.int64]]:
        """Channels of the photons that there are at the beginning, place by place."""
        try:
            with self._path.open("rb") as stream:
                content = stream.read(_BEGINNING_BYTES)
        except OSError as error:
            raise cannot_read(self._path, error) from error
        return [channels for _, channels in EventDecoder(self._path).feed(content)]

    def _count(self, place: _Place, channels: NDArray[np.int64]) -> list[Line]:
        """Count photons at a place; the line before, when this one begins."""
        if self._fast is None and self._here is not None:
            along = [n for n in (0, 1) if place[n] != self._here[n]]
            if len(along) == 1:
                self._fast = along[0]
                self._regroup()
        self._here = place
        slow = place[1 - (0 if self._fast is None else self._fast)]
        lines: list[Line] = []
        if slow not in self._open:
            if slow in self._done:
                self._late += len(channels)
                return []
            if self._fast is not None:
                lines = self._given(list(self._open))
            self._open[slow] = (self._begun, {})
            self._begun += 1
            while self._fast is not None and len(self._open) > _OPEN_LINES:
                oldest = next(iter(self._open))
                del self._open[oldest]
                self._done.add(oldest)
        spectra = self._open[slow][1]
        self._changed.add(slow)
        inside = channels[channels < self._channels]
        self._beyond += len(channels) - len(inside)
        more = np.bincount(inside, minlength=self._channels).astype(np.uint32)
        spectra[place] = spectra[place] + more if place in spectra else more
        return lines

    def _regroup(self) -> None:
        """Sort what came before it was known which coordinate runs along a line."""
        fast = self._fast or 0
        spectra = {key: value for _, line in self._open.values() for key, value in line.items()}
        self._open, self._changed, self._begun = {}, set(), 0
        for place, counts in spectra.items():
            slow = place[1 - fast]
            if slow not in self._open:
                self._open[slow] = (self._begun, {})
                self._begun += 1
            self._open[slow][1][place] = counts
            self._changed.add(slow)

    def _given(self, slows: list[int]) -> list[Line]:
        """Those of these lines that have changed since they were given."""
        found = []
        for slow in slows:
            number, spectra = self._open[slow]
            if slow in self._changed and spectra:
                places = np.array(sorted(spectra), np.intp)
                counts = np.stack([spectra[(int(x), int(y))] for x, y in places])
                found.append(Line(number, places[:, 1], places[:, 0], counts))
        self._changed -= set(slows)
        return found

    def _expected(self) -> int | None:
        if self.shape is None or self._fast is None:
            return None
        # x runs along a line: there are as many lines as rows
        return self.shape[0] if self._fast == 0 else self.shape[1]
