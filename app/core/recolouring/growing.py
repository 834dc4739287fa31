"""A picture of predicted colours that grows with the scan."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.provenance import Step
from app.core.recolouring.card import ModelCard
from app.core.recolouring.outputs import Predicted
from app.core.recolouring.recoloured import Float32Array, Recoloured
from app.core.region import Region

_SPARE = 32
_MAPS = "maps"
_KINDS = ("rgb", "log_variance", "novelty", "neighbours", _MAPS)


class GrowingPicture:
    """Collects what a network says of pixels, wherever on the stage they lie.

    Parameters
    ----------
    card
        The network's.
    provider
        What it is run with.
    shape
        Rows and columns of the whole picture, whose first pixel is (0, 0); None where they are
        not known: the picture is then as large as what has been seen.

    Attributes
    ----------
    pixels
        How many have been given.
    """

    def __init__(
        self, card: ModelCard, provider: str, shape: tuple[int, int] | None = None
    ) -> None:
        self._card, self._provider = card, provider
        self._shape = shape
        # half-open limits of the places seen, and of what the arrays have room for
        self._seen: tuple[int, int, int, int] | None = None
        self._room = (0, 0, 0, 0) if shape is None else (0, shape[0], 0, shape[1])
        self._values: dict[str, Float32Array] = {}
        self.pixels = 0

    @property
    def origin(self) -> tuple[int, int]:
        """Which row and column of the stage the picture's first pixel is."""
        limits = self._limits()
        return limits[0], limits[2]

    def put(self, rows: NDArray[np.intp], cols: NDArray[np.intp], found: Predicted) -> None:
        """Keep what is said of pixels at these places; one that came before is replaced."""
        if not len(rows):
            return
        there = (int(rows.min()), int(rows.max()) + 1, int(cols.min()), int(cols.max()) + 1)
        self._seen = there if self._seen is None else _around(self._seen, there)
        if _around(self._room, there) != self._room:
            self._make_room(there)
        down, across = rows - self._room[0], cols - self._room[2]
        is_first = True
        for name in _KINDS:
            values = getattr(found, name)
            if values is None:
                continue
            if name not in self._values:
                self._values[name] = self._empty(values.shape[1:])
            if is_first:
                before = self._values[name][down, across].reshape(len(rows), -1)
                self.pixels += int(np.isnan(before[:, 0]).sum())
                is_first = False
            self._values[name][down, across] = values

    def result(self, steps: tuple[Step, ...], notes: tuple[str, ...] = ()) -> Recoloured:
        """The picture as it is now, a copy; NaN where nothing has been measured yet."""
        top, bottom, left, right = self._limits()
        part = (
            slice(top - self._room[0], bottom - self._room[0]),
            slice(left - self._room[2], right - self._room[2]),
        )
        values = {name: value[part].copy() for name, value in self._values.items()}
        size = (bottom - top, right - left)
        rgb, maps = values.get("rgb"), values.get(_MAPS)
        return Recoloured(
            rgb=np.full((*size, 3), np.nan, np.float32) if rgb is None else rgb,
            log_variance=values.get("log_variance"),
            novelty=values.get("novelty"),
            maps=None if maps is None else np.ascontiguousarray(maps.transpose(2, 0, 1)),
            card=self._card,
            provider=self._provider,
            region=Region(0, size[0], 0, size[1]),
            steps=steps,
            notes=notes,
            neighbours=values.get("neighbours"),
        )

    def details(self) -> Mapping[str, Any]:
        """What the picture's step says of where it lies."""
        return {"origin": list(self.origin)} if self.origin != (0, 0) else {}

    def _limits(self) -> tuple[int, int, int, int]:
        """Rows and columns of the picture, on the stage."""
        whole = None if self._shape is None else (0, self._shape[0], 0, self._shape[1])
        seen = self._seen
        if whole is None:
            return seen or (0, 1, 0, 1)
        if seen is None or _around(whole, seen) == whole:
            return whole
        # the stage counts from elsewhere: what was seen, in a picture of the size that was told
        top, left = seen[0], seen[2]
        return top, max(seen[1], top + whole[1]), left, max(seen[3], left + whole[3])

    def _make_room(self, there: tuple[int, int, int, int]) -> None:
        old = self._room
        top, bottom, left, right = _around(old, there) if self._values else there
        height, width = bottom - top, right - left
        # by halves, so that a long scan is not copied with each of its lines
        new = (
            top - (_SPARE if top < old[0] or not self._values else 0),
            bottom + max(height // 2, _SPARE),
            left - (_SPARE if left < old[2] or not self._values else 0),
            right + max(width // 2, _SPARE),
        )
        self._room = _around(new, self._limits())
        for name, value in self._values.items():
            larger = self._empty(value.shape[2:])
            down, across = old[0] - self._room[0], old[2] - self._room[2]
            larger[down : down + value.shape[0], across : across + value.shape[1]] = value
            self._values[name] = larger

    def _empty(self, more: tuple[int, ...]) -> Float32Array:
        top, bottom, left, right = self._room
        return np.full((bottom - top, right - left, *more), np.nan, np.float32)


def _around(
    one: tuple[int, int, int, int], other: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    """The limits that hold both."""
    return (
        min(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        max(one[3], other[3]),
    )
