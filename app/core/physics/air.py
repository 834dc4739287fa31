"""The argon of the air, lit by the beam and by what comes back from the sample."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.core.physics.path import GASES, seen_gas_g_cm2

FloatArray = NDArray[np.float64]

_ARGON = 18
_LINES = ("KL3", "KL2", "KM3", "KM2")


def argon_lines(
    path: str,
    path_mm: float,
    beam: tuple[FloatArray, FloatArray],
    returning: Sequence[tuple[FloatArray, FloatArray]],
) -> tuple[FloatArray, FloatArray]:
    """Argon K radiation from the gas before the sample.

    Parameters
    ----------
    path, path_mm
        The gas and how long the way through it is, mm.
    beam
        Energies, keV, and photons of the beam, both of shape (energies,).
    returning
        Likewise what the sample sends back, in photons per steradian, of each kind. For many
        samples at a time photons have the shape (energies, samples), the beam's (energies, 1).

    Returns
    -------
    tuple of ndarray
        Energies, keV, and photons per steradian of the lines, shapes (lines,) and (lines,) or
        (lines, samples); both empty where the gas has no argon.

    Notes
    -----
    An estimate. The beam lights the part of the gas that the detector sees; what the sample
    sends back, taken as even over the half space before it, crosses the same length of gas.
    The argon's radiation is absorbed as on the whole way to the detector.
    """
    shares = dict(GASES[path][0])
    if not shares.get("Ar"):
        return np.zeros(0), np.zeros(0)
    mass = seen_gas_g_cm2(path, path_mm) * shares["Ar"]
    made = _production(beam[0].tobytes()) @ beam[1]
    for energies, photons in returning:
        made = made + _production(energies.tobytes()) @ photons * 2 * math.pi
    return argon_energies_kev(), made * mass / (4 * math.pi)


def argon_energies_kev() -> FloatArray:
    """Energies of the lines, keV, shape (lines,)."""
    import xraylib

    return np.array(
        [xraylib.LineEnergy(_ARGON, getattr(xraylib, f"{name}_LINE")) for name in _LINES]
    )


@lru_cache(maxsize=64)
def _production(energies: bytes) -> FloatArray:
    """Production cross sections of the lines, cm²/g, shape (lines, energies)."""
    import xraylib

    edge = xraylib.EdgeEnergy(_ARGON, xraylib.K_SHELL)
    places = np.frombuffer(energies, np.float64)
    table = np.zeros((len(_LINES), len(places)))
    for row, name in enumerate(_LINES):
        code = getattr(xraylib, f"{name}_LINE")
        for column in np.flatnonzero(places > edge):
            place = float(places[column])
            table[row, column] = xraylib.CS_FluorLine_Kissel_no_Cascade(_ARGON, code, place)
    return table
