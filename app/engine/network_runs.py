"""Running a network's session: pixels are shared out among threads so that none shows in them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIKE = 4
"""Pixels that are given together in multiples of this get the same answer, to the last digit,
however many there are: onnxruntime computes a rest in another order."""

_FEWEST = 64


class Runs:
    """Runs a session with several threads, each with a share of the pixels.

    Threads within onnxruntime would cut the pixels wherever it suits them, and last digits of
    what comes out would tell how many pixels and threads there were.

    Parameters
    ----------
    session
        With a single thread of its own where `threads` are more than 1.
    wanted
        Names of the outputs.
    threads
        How many share the pixels; 1 for networks that cannot be given them in parts.
    """

    def __init__(self, session: Any, wanted: Sequence[str], threads: int) -> None:
        self._session, self._wanted, self._threads = session, list(wanted), threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
        """Outputs by name."""
        values = self._shared_out(inputs)
        return {
            name: np.asarray(value, np.float32)
            for name, value in zip(self._wanted, values, strict=True)
        }

    def _shared_out(self, inputs: Mapping[str, NDArray[Any]]) -> list[Any]:
        count = len(next(iter(inputs.values())))
        if self._pool is None or count < _FEWEST:
            return self._whole(inputs)
        parts = shares(count, self._threads)
        given = [{name: value[part] for name, value in inputs.items()} for part in parts]
        found = list(self._pool.map(self._whole, given))
        lengths = [part.stop - part.start for part in parts]
        for values, length in zip(found, lengths, strict=True):
            if any(np.ndim(value) == 0 or len(value) != length for value in values):
                # not one value for each pixel: who asked for it sees what is wrong
                return self._whole(inputs)
        return [np.concatenate(values) for values in zip(*found, strict=True)]

    def _whole(self, inputs: Mapping[str, NDArray[Any]]) -> list[Any]:
        found: list[Any] = self._session.run(self._wanted, dict(inputs))
        return found


def shares(count: int, threads: int) -> list[slice]:
    """As equal parts of a number of pixels as multiples of `ALIKE` allow, in order."""
    each = -(-count // (threads * ALIKE)) * ALIKE
    return [slice(start, min(start + each, count)) for start in range(0, count, each)]
