"""An opened scan: the cube with what makes looking at it instant."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.cube import SpectralCube
from app.core.prefix import PrefixCube


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """A cube with its prefix sums and summed spectra.

    Parameters
    ----------
    cube
        The counts, for spectra of pixels and regions.
    prefix
        For maps of energy windows.
    sum_spectrum
        Counts of all pixels together, shape (channels,).
    maximum_pixel_spectrum
        For each channel the largest count of any pixel, shape (channels,).
    row_step
        1 for the whole scan. Above 1 this is the first look while the rest is being read:
        the prefix holds every `row_step`-th row and the spectra are estimates from those.
    """

    cube: SpectralCube
    prefix: PrefixCube
    sum_spectrum: NDArray[Any]
    maximum_pixel_spectrum: NDArray[Any]
    row_step: int = 1

    @property
    def is_preview(self) -> bool:
        """Whether this is only the first look."""
        return self.row_step > 1

    def window_counts(self, first: int, stop: int) -> NDArray[Any]:
        """Counts of channels first..stop-1 in every pixel, shape (rows, cols)."""
        counts = self.prefix.window_counts(first, stop)
        if self.row_step > 1:
            counts = np.repeat(counts, self.row_step, axis=0)[: self.cube.rows]
        return counts
