"""What regressions without networks take: logarithms of shares of the counts."""

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.recolouring.rebinning import Rebinning
from app.learn.axis import edges_kev

Float32 = NDArray[np.float32]

# 0.96 to 32 keV in bins of 160 eV
_FIRST_BIN, _LAST_BIN, _TOGETHER = 12, 400, 2
_TIMES = 200.0


def features(counts: Float32) -> Float32:
    """What regressions take: logarithms of shares of the total, shape (spectra, 194)."""
    total = np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    kept = counts[:, _FIRST_BIN:_LAST_BIN].reshape(len(counts), -1, _TOGETHER).sum(axis=2)
    return np.asarray(np.log1p(_TIMES * kept / total), np.float32)


def own_axis(counts: Float32, axis: EnergyAxis) -> Float32:
    """Counts in the networks' bins, shape (spectra, 512)."""
    return Rebinning(axis, counts.shape[1], edges_kev()).rebinned(counts)
