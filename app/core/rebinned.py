"""A cube with fewer, wider channels, summed as it is read."""

from dataclasses import replace
from typing import Any

import numpy as np

from app.core.cube import CountsArray, SpectralCube
from app.core.spectra import check_factor, rebin, rebin_axis
from app.errors import ParameterError


class _RebinnedCounts:
    """Counts whose neighbouring channels are summed when a part of them is read."""

    def __init__(self, counts: CountsArray, factor: int) -> None:
        rows, cols, channels = counts.shape
        self._counts = counts
        self._factor = factor
        self._shape = (rows, cols, -(-channels // factor))
        self._dtype = _wide_enough(counts.dtype, factor)

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, cols, joined channels)."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Wide enough for every sum."""
        return self._dtype

    def __getitem__(self, key: Any) -> Any:
        keys = key if isinstance(key, tuple) else (key,)
        joined = rebin(np.asarray(self._counts[keys[:2]]), self._factor).astype(self._dtype)
        return joined[..., keys[2]] if len(keys) > 2 else joined


def rebinned(cube: SpectralCube, factor: int) -> SpectralCube:
    """The cube with every `factor` neighbouring channels summed; no count is lost.

    Raises
    ------
    ParameterError
        If the factor is below 1, or so large that fewer than 2 channels are left.
    """
    if factor == 1:
        return cube
    check_factor(factor)
    if factor >= cube.channels > 0:
        raise ParameterError(
            "Too many channels are joined.",
            f"{cube.name}: {factor} of its {cube.channels} channels into one would leave a single "
            "channel; a spectrum needs at least 2.",
            f"Join at most {cube.channels // 2}.",
        )
    axis = cube.axis and rebin_axis(cube.axis, factor)
    return replace(cube, counts=_RebinnedCounts(cube.counts, factor), axis=axis)


def _wide_enough(dtype: np.dtype[Any], factor: int) -> np.dtype[Any]:
    """A type that holds the sum of `factor` of the largest counts."""
    if dtype.kind == "f":
        return np.dtype(np.float64)
    largest = int(np.iinfo(dtype).max) * factor
    # signed stays signed: what is no count must not come out as a huge one
    choices = [np.dtype(f"{dtype.kind}{size}") for size in (2, 4, 8)]
    return next((item for item in choices if largest <= np.iinfo(item).max), choices[-1])
