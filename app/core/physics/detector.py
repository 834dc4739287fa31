"""Which photons a silicon drift detector counts, and what goes wrong with some of them."""

import numpy as np
from numpy.typing import NDArray

from app.core.physics.instrument import Instrument
from app.core.physics.path import gas_transmission

FloatArray = NDArray[np.float64]

SILICON_KA_KEV = 1.740
"""What an escaping photon takes along, keV."""

_SILICON_EDGE_KEV = 1.839
_SILICON, _BERYLLIUM = 14, 4
_SILICON_G_CM3, _BERYLLIUM_G_CM3 = 2.33, 1.848

# charge made in this depth below the surface is collected in part
_DULL_LAYER_UM = 0.15


def efficiency(instrument: Instrument, energies_kev: FloatArray) -> FloatArray:
    """Share of the photons towards the detector that it counts.

    They pass the gas and the beryllium window and are stopped in the silicon by the
    photoelectric effect; what is scattered in the silicon is not counted.

    Parameters
    ----------
    instrument
        Its path, window and silicon.
    energies_kev
        Shape (energies,), above 0.1 keV.

    Returns
    -------
    ndarray
        0..1, shape (energies,).
    """
    import xraylib

    places = [float(energy) for energy in energies_kev]
    window = np.array([xraylib.CS_Total(_BERYLLIUM, place) for place in places])
    silicon = np.array([xraylib.CS_Photo(_SILICON, place) for place in places])
    stopped = -np.expm1(-silicon * _SILICON_G_CM3 * instrument.detector_mm / 10)
    passed = np.exp(-window * _BERYLLIUM_G_CM3 * instrument.detector_window_um * 1e-4)
    gas = gas_transmission(instrument.path, instrument.path_mm, np.asarray(energies_kev))
    return np.asarray(gas * passed * stopped)


def escape_share(energies_kev: FloatArray) -> FloatArray:
    """Share of the counts that lose a photon of Si Kα out of the detector's front.

    Parameters
    ----------
    energies_kev
        Shape (energies,), above 0.1 keV.

    Returns
    -------
    ndarray
        Counts in the escape peak, of those in parent and escape peak together, shape
        (energies,); 0 below the K edge of silicon.

    Notes
    -----
    S. J. B. Reed and N. G. Ware, J. Phys. E 5 (1972) 582, doi:10.1088/0022-3735/5/6/029, for
    photons that enter at a right angle.
    """
    import xraylib

    yielded = xraylib.FluorYield(_SILICON, xraylib.K_SHELL)
    jump = xraylib.JumpFactor(_SILICON, xraylib.K_SHELL)
    out = xraylib.CS_Total(_SILICON, SILICON_KA_KEV)
    into = np.array([xraylib.CS_Total(_SILICON, float(energy)) for energy in energies_kev])
    lost = 0.5 * yielded * (1 - 1 / jump) * (1 - out / into * np.log1p(into / out))
    return np.where(np.asarray(energies_kev) > _SILICON_EDGE_KEV, lost, 0.0)


def tail_share(energies_kev: FloatArray) -> FloatArray:
    """Share of the counts in the tail: photons stopped in the silicon's first 0.15 µm.

    Parameters
    ----------
    energies_kev
        Shape (energies,), above 0.1 keV.

    Returns
    -------
    ndarray
        0..1, shape (energies,).
    """
    import xraylib

    absorption = np.array([xraylib.CS_Photo(_SILICON, float(energy)) for energy in energies_kev])
    return np.asarray(-np.expm1(-absorption * _SILICON_G_CM3 * _DULL_LAYER_UM * 1e-4))
