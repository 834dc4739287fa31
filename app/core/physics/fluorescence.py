"""Intensities of the characteristic lines of a stack of layers by fundamental parameters.

Primary excitation: J. Sherman, Spectrochim. Acta 7 (1955) 283, solved for each energy. Includes the
lines that vacancies cause as they wander outwards (`cascade`). Secondary excitation as in D. K. G.
de Boer, X-Ray Spectrom. 19 (1990) 145, doi:10.1002/xrs.1300190306, here by numbers
(`enhancement`), by lines and by the coherently scattered beam, of which PyMca takes account too.

Left out, with their share of a line computed in the same way: third and higher orders (up to 0.5 %
in paint, 3 % of Cr Kα in stainless steel), excitation by Compton-scattered radiation (0.1 to 1 % in
paint, 2 % in a thin glaze on chalk and wood) and by electrons.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.core.physics.computed import LineIntensity
from app.core.physics.enhancement import secondary_intensities
from app.core.physics.irradiation import Irradiation, irradiated
from app.core.physics.materials import Stack

FloatArray = NDArray[np.float64]


def nothing() -> None:
    """Check nothing: nobody wants to stop the computation."""


def fluorescence(
    stack: Stack,
    energies_kev: FloatArray,
    photons: FloatArray,
    incidence_degrees: float,
    exit_degrees: float,
    *,
    secondary: bool = True,
    check: Callable[[], None] = nothing,
) -> tuple[LineIntensity, ...]:
    """Photons of each line that leave a stack of plane layers towards the detector.

    Parameters
    ----------
    stack
        Layers from the top, at least one; a thickness of centimetres stands for an endless one.
    energies_kev
        Energies of the beam, keV, up to 100, shape (energies,). Those below 0.5 keV are passed
        over.
    photons
        Photons that hit the surface at each energy, shape (energies,).
    incidence_degrees, exit_degrees
        Angles of the beam and of the way to the detector with the surface, above 0 and up to 90°.
    secondary
        Whether fluorescence and scattered radiation of all layers excite further fluorescence in
        all layers.
    check
        Called now and then; it may raise to stop the computation.

    Returns
    -------
    tuple of LineIntensity
        Photons per steradian in the direction of the detector for the photons given, every line
        from 0.5 keV that the beam excites, by layer from the top, element and shell.

    Raises
    ------
    ParameterError
        If the stack is empty, beam and photons do not fit together or an angle is out of limits.
    """
    lit = irradiated(stack, energies_kev, photons, incidence_degrees, exit_degrees)
    if not len(lit.energies_kev):
        return ()
    check()
    primary = primary_intensities(lit)
    check()
    further = secondary_intensities(lit, check) if secondary else np.zeros_like(primary)
    present = lit.shares[:, lit.elements] > 0
    return tuple(
        LineIntensity(
            lit.symbols[lit.elements[line]],
            lit.transitions[line],
            float(lit.energies_kev[line]),
            layer,
            float(primary[layer, line]),
            float(further[layer, line]),
        )
        for layer in range(len(stack))
        for line in np.flatnonzero(present[layer])
    )


def primary_intensities(lit: Irradiation) -> FloatArray:
    """Photons per steradian of each line excited by the beam, shape (layers, lines).

    In a layer of mass per area m, with attenuation χ in and out together, the depth seen is
    (1 − exp(−χ m)) / χ; the layers above attenuate beam and lines.
    """
    found = np.zeros((len(lit.masses), len(lit.energies_kev)))
    above_in = np.zeros(len(lit.photons))
    above_out = np.zeros(len(lit.energies_kev))
    # vacancies per photon in the shell each line comes from
    excited = lit.vacancies[lit.elements, lit.shells]
    for layer, mass in enumerate(lit.masses):
        way_in = lit.way_in * lit.beam_attenuation[layer]
        way_out = lit.way_out * lit.line_attenuation[layer]
        both = way_in + way_out[:, None]
        depth = -np.expm1(-both * mass) / both
        arriving = lit.photons * lit.way_in * np.exp(-above_in)
        seen = np.einsum("le,le,e->l", excited, depth, arriving)
        share = lit.shares[layer, lit.elements]
        found[layer] = share * lit.per_vacancy * seen * np.exp(-above_out) / (4 * np.pi)
        above_in += way_in * mass
        above_out += way_out * mass
    return found
