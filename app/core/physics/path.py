"""The gas between tube, sample and detector."""

from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.core.elements import ELEMENTS

FloatArray = NDArray[np.float64]

_SEEN_SHARE = 0.5

# mass fractions of dry air at sea level; densities at 20 °C and 1013 hPa, g/cm³
GASES = MappingProxyType(
    {
        "air": ((("N", 0.7553), ("O", 0.2318), ("Ar", 0.0129)), 1.204e-3),
        "helium": ((("He", 1.0),), 1.663e-4),
        "vacuum": ((), 0.0),
    }
)
"""Mass fractions and density, g/cm³, of what may be between sample and detector."""


def gas_transmission(path: str, path_mm: float, energies_kev: FloatArray) -> FloatArray:
    """Share of photons that gets through a gas.

    Parameters
    ----------
    path
        Key of `GASES`.
    path_mm
        Way through the gas, mm.
    energies_kev
        Shape (energies,), above 0.1 keV.

    Returns
    -------
    ndarray
        0..1, shape (energies,).
    """
    return np.exp(-gas_mass_g_cm2(path, path_mm) * gas_attenuation(path, energies_kev))


def gas_mass_g_cm2(path: str, path_mm: float) -> float:
    """Mass of the gas along a way, g/cm²."""
    return GASES[path][1] * path_mm / 10


def gas_attenuation(path: str, energies_kev: FloatArray) -> FloatArray:
    """Attenuation of a gas, cm²/g, shape (energies,)."""
    return _attenuation(path, np.asarray(energies_kev, np.float64).tobytes())


@lru_cache(maxsize=64)
def _attenuation(path: str, energies: bytes) -> FloatArray:
    import xraylib

    places = np.frombuffer(energies, np.float64)
    total = np.zeros(len(places))
    for symbol, share in GASES[path][0]:
        number = ELEMENTS.index(symbol) + 1
        total += share * np.array([xraylib.CS_Total(number, float(place)) for place in places])
    total.flags.writeable = False
    return total


def seen_gas_g_cm2(path: str, path_mm: float) -> float:
    """Mass of the gas along that part of the beam which the detector sees, g/cm².

    Taken for as long as half the way from the sample to the detector: an estimate, for
    collimators differ.
    """
    return _SEEN_SHARE * gas_mass_g_cm2(path, path_mm)
