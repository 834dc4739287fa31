"""The energy axis of Velatura's own networks, and the finer one that spectra are computed on."""

import numpy as np
from numpy.typing import NDArray

CHANNELS = 512
"""Bins of the networks' energy axis."""

GAIN_KEV = 0.08
"""Width of a bin; the axis begins at 0 keV, so bins' centres lie at 0.04, 0.12, … keV."""

FINE_CHANNELS, FINE_KEV = 1024, 0.04
"""Channels, likewise from 0 keV on, that spectra are computed on before an axis is put wrong."""


def edges_kev() -> NDArray[np.float64]:
    """Limits of the networks' bins, keV, shape (513,)."""
    return np.arange(CHANNELS + 1, dtype=np.float64) * GAIN_KEV


def fine_edges_kev() -> NDArray[np.float64]:
    """Limits of the fine channels, keV, shape (1025,)."""
    return np.arange(FINE_CHANNELS + 1, dtype=np.float64) * FINE_KEV
