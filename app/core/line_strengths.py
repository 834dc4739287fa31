"""How strongly the lines of a paint show under an instrument, by the first-order formula."""

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.core.elements import ELEMENTS
from app.core.line_shapes import TRANSITIONS, families_of
from app.core.physics.detector import efficiency
from app.core.physics.instrument import Instrument
from app.core.physics.tube import beam

FloatArray = NDArray[np.float64]

Fractions = tuple[tuple[str, float], ...]
"""Symbols with mass fractions that sum to 1."""

# so many energies of the beam's continuum are taken together
_TOGETHER = 6


def line_strengths(
    fractions: Fractions, mass_g_cm2: float, instrument: Instrument
) -> Mapping[tuple[str, str], float]:
    """Counts of each family of lines of a layer, in arbitrary units common to all layers.

    Parameters
    ----------
    fractions
        Symbols and mass fractions of the layer.
    mass_g_cm2
        Mass per area, g/cm².
    instrument
        Tube, geometry, path and detector.

    Returns
    -------
    Mapping
        From element and family ("Fe", "Ka") to counts; the same unchangeable table each time.

    Notes
    -----
    Primary excitation only (J. Sherman, Spectrochim. Acta 7 (1955) 283), the beam in about
    twenty energies, cascades left out: right to perhaps 20 %, which is far better than what is
    known of the layers of a painting, and quick.
    """
    return _strengths(fractions, mass_g_cm2, _of_beam(instrument))


@lru_cache(maxsize=256)
def pure_strengths(
    matrix: Fractions, instrument: Instrument, elements: tuple[str, ...]
) -> Mapping[tuple[str, str], float]:
    """Counts per mass fraction that a trace of each element gives in a thick layer of a matrix."""
    plain = _of_beam(instrument)
    found = {}
    for element in elements:
        found.update(_element(element, 1.0, matrix, math.inf, plain))
    return MappingProxyType(found)


@lru_cache(maxsize=64)
def _of_beam(instrument: Instrument) -> Instrument:
    """The instrument with what changes no ratio of lines at its default, for the caches."""
    plain = Instrument()
    return replace(
        instrument,
        name="",
        offset_kev=plain.offset_kev,
        gain_kev=plain.gain_kev,
        channels=plain.channels,
        resolution_ev=plain.resolution_ev,
        live_time_s=plain.live_time_s,
        beam_photons_per_s=plain.beam_photons_per_s,
        detector_sr=plain.detector_sr,
    )


@lru_cache(maxsize=8192)
def _strengths(
    fractions: Fractions, mass_g_cm2: float, instrument: Instrument
) -> Mapping[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for element, share in fractions:
        found.update(_element(element, share, fractions, mass_g_cm2, instrument))
    return MappingProxyType(found)


def _element(
    element: str, share: float, matrix: Fractions, mass_g_cm2: float, instrument: Instrument
) -> dict[tuple[str, str], float]:
    """Counts of the families of one element in a matrix."""
    energies, photons = _coarse_beam(instrument)
    names, places, seen, made = _families(element, instrument)
    if not names:
        return {}
    into = _absorption(matrix, energies) / math.sin(math.radians(instrument.incidence_degrees))
    out = _absorption(matrix, places) / math.sin(math.radians(instrument.exit_degrees))
    both = into[None, :] + out[:, None]
    depth = np.ones_like(both) if math.isinf(mass_g_cm2) else -np.expm1(-both * mass_g_cm2)
    counts = share * seen * ((made * depth / both) @ photons)
    return {(element, name): float(count) for name, count in zip(names, counts, strict=True)}


@lru_cache(maxsize=64)
def _coarse_beam(instrument: Instrument) -> tuple[bytes, FloatArray]:
    """Energies, as bytes for the caches' keys, and photons of the beam, the continuum coarsened."""
    arriving = beam(instrument)
    lines = arriving.is_line
    energies, photons = arriving.energies_kev[~lines], arriving.photons[~lines]
    starts = np.arange(0, len(energies), _TOGETHER)
    together = np.add.reduceat(photons, starts)
    means = np.add.reduceat(photons * energies, starts) / np.maximum(together, 1e-300)
    places = np.concatenate([means, arriving.energies_kev[lines]])
    return places.tobytes(), np.concatenate([together, arriving.photons[lines]])


@lru_cache(maxsize=1024)
def _families(
    element: str, instrument: Instrument
) -> tuple[tuple[str, ...], bytes, FloatArray, FloatArray]:
    """Names, energies, detected shares and production at the beam's energies of the families."""
    families = families_of(element, instrument.tube_kv)
    names = tuple(family.line.name for family in families)
    energies = np.array([family.line.energy_kev for family in families])
    seen = efficiency(instrument, energies) if len(energies) else energies
    places = np.frombuffer(_coarse_beam(instrument)[0], np.float64)
    made = np.array([[_production(element, name, float(e)) for e in places] for name in names])
    return names, energies.tobytes(), seen, made


def _production(element: str, name: str, energy_kev: float) -> float:
    """Production cross section of a family, cm²/g."""
    import xraylib

    number = ELEMENTS.index(element) + 1
    total = 0.0
    for transition in TRANSITIONS[name].split():
        try:
            total += xraylib.CS_FluorLine_Kissel_no_Cascade(
                number, getattr(xraylib, f"{transition}_LINE"), energy_kev
            )
        except ValueError:
            # the library's way to say that there is no such transition, or no excitation
            continue
    return total


def _absorption(matrix: Fractions, energies: bytes) -> FloatArray:
    """Attenuation of a matrix, cm²/g, shape (energies,)."""
    return np.asarray(sum(share * _attenuation(symbol, energies) for symbol, share in matrix))


@lru_cache(maxsize=8192)
def _attenuation(symbol: str, energies: bytes) -> FloatArray:
    import xraylib

    number = ELEMENTS.index(symbol) + 1
    places = np.frombuffer(energies, np.float64)
    return np.array([xraylib.CS_Total(number, float(place)) for place in places])
