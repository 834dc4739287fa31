"""A computed spectrum: what arrives in each channel, from which layer, from which lines."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.core.physics.instrument import Instrument
from app.core.provenance import Step

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LineIntensity:
    """One characteristic line from one layer, before detector and air.

    Parameters
    ----------
    element
        Symbol.
    transition
        Initial and final level in IUPAC notation: "KL3", "L3M5".
    energy_kev
        Energy of the line, keV.
    layer
        Number of the layer it comes from, 0 at the top.
    primary
        Photons leaving the sample towards the detector per incoming photon and steradian,
        excited by the beam.
    secondary
        Likewise, excited by the fluorescence of the sample and by the beam it scatters; 0 where
        it was not computed.
    """

    element: str
    transition: str
    energy_kev: float
    layer: int
    primary: float
    secondary: float = 0.0

    @property
    def total(self) -> float:
        """Primary and secondary together."""
        return self.primary + self.secondary


@dataclass(frozen=True, slots=True, eq=False)
class ComputedSpectrum:
    """The spectrum expected of a stack under an instrument, in counts for its live time.

    Parameters
    ----------
    counts
        Expected counts, shape (channels,), float64.
    layers
        What each layer contributes by fluorescence, shape (layers, channels).
    layer_names
        Names of the layers, top to bottom.
    scatter
        Rayleigh and Compton scattered tube radiation, shape (channels,).
    lines
        The characteristic lines.
    instrument
        What it was computed for; its axis belongs to the counts.
    is_full
        Whether secondary excitation is in it.
    steps
        How it was computed.
    air
        Argon of the air between sample and detector, shape (channels,); layers, scatter and air
        together are the counts.
    """

    counts: FloatArray
    layers: FloatArray
    layer_names: tuple[str, ...]
    scatter: FloatArray
    lines: tuple[LineIntensity, ...]
    instrument: Instrument
    is_full: bool
    steps: tuple[Step, ...]
    air: FloatArray = field(default_factory=lambda: np.zeros(()))
