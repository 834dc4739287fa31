"""What the lines of an element look like on a detector: peaks, escape peaks, scattered tube."""

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.core.elements import ELEMENTS
from app.core.emission import EmissionLine, lines_of
from app.core.physics.detector import SILICON_KA_KEV, efficiency, escape_share
from app.core.physics.instrument import Instrument
from app.core.spectra import FWHM_PER_SIGMA, fwhm_kev

FloatArray = NDArray[np.float64]

TRANSITIONS = MappingProxyType(
    {
        "Ka": "KL3 KL2",
        "Kb": "KM2 KM3 KN2 KN3",
        "La": "L3M5 L3M4 L3M1",
        "Lb": "L2M4 L3N5 L3N4 L1M3 L1M2 L3N1 L3O4 L3O5 L2M1",
        "Lg": "L2N4 L2N1 L2O4 L1N2 L1N3 L1O2 L1O3",
        "Ma": "M5N7 M5N6 M4N6 M3N5",
    }
)
"""Transitions of each family in IUPAC notation; the small lines of the L series (Lℓ, Lη) and of
the M series (Mβ, Mγ) are with their subshell's main line."""

_HIGHEST_EDGE = {"K": "K_SHELL", "L": "L1_SHELL", "M": "M1_SHELL"}
_LOWEST_EDGE = {"K": "K_SHELL", "L": "L3_SHELL", "M": "M5_SHELL"}

# path and detector where nothing is known: 15 mm of air, 8 µm of beryllium, 0.45 mm of silicon
_DETECTOR = Instrument()

_ELECTRON_KEV = 511.0
# width of a Compton peak beyond the detector's, as share of its energy: the electrons of light
# elements at rest in oil, canvas and chalk move at about this much
_COMPTON_SPREAD = 0.016

_NEGLIGIBLE = 1e-4
_REACH_SIGMA = 5.0


@dataclass(frozen=True, slots=True)
class Component:
    """One sharp line inside a family.

    Parameters
    ----------
    energy_kev
        Its energy, keV.
    share
        Share of the family's photons.
    """

    energy_kev: float
    share: float


@dataclass(frozen=True, slots=True)
class Family:
    """A family of lines: what belongs to one `EmissionLine`, in detail.

    Parameters
    ----------
    line
        As the user knows it.
    strength
        Production cross section, cm²/g, for a beam of the energy asked for.
    components
        Its sharp lines.
    """

    line: EmissionLine
    strength: float
    components: tuple[Component, ...]

    @property
    def shell(self) -> str:
        """K, L or M."""
        return self.line.name[0]


def edge_kev(element: str, shell: str, *, highest: bool = False) -> float:
    """Energy a photon needs to empty a shell: its lowest edge, or the highest; 0 without one."""
    import xraylib

    names = _HIGHEST_EDGE if highest else _LOWEST_EDGE
    try:
        return float(
            xraylib.EdgeEnergy(ELEMENTS.index(element) + 1, getattr(xraylib, names[shell]))
        )
    except ValueError:
        return 0.0


@lru_cache(maxsize=1024)
def families_of(element: str, highest_kev: float) -> tuple[Family, ...]:
    """The families of an element that a tube can excite.

    Parameters
    ----------
    element
        Symbol.
    highest_kev
        Voltage of the tube, kV: a shell whose edge is above is left out.

    Returns
    -------
    tuple of Family
        Strengths at 1.5 times the shell's highest edge, or at 0.95 of the tube's voltage where
        that is less. Cascades from inner shells are left out, as a tube of 50 kV hardly
        excites them.

    Notes
    -----
    Cross sections and energies from xraylib: T. Schoonjans et al., Spectrochim. Acta B 66
    (2011) 776, doi:10.1016/j.sab.2011.09.011.
    """
    import xraylib

    number = ELEMENTS.index(element) + 1
    found = []
    for emission in lines_of(element):
        shell = emission.name[0]
        edge = edge_kev(element, shell)
        if not 0 < edge < highest_kev:
            continue
        beam = min(1.5 * edge_kev(element, shell, highest=True), 0.95 * highest_kev)
        beam = max(beam, 1.02 * edge)
        sharp = []
        for transition in TRANSITIONS[emission.name].split():
            code = getattr(xraylib, f"{transition}_LINE")
            try:
                strength = xraylib.CS_FluorLine_Kissel_no_Cascade(number, code, beam)
                sharp.append((xraylib.LineEnergy(number, code), strength))
            except ValueError:
                # the library's way to say that the element has no such transition
                continue
        total = sum(strength for _, strength in sharp)
        if total > 0:
            parts = tuple(Component(energy, strength / total) for energy, strength in sharp)
            found.append(Family(emission, total, parts))
    return tuple(found)


def family_shape(family: Family, edges_kev: FloatArray, resolution_ev: float) -> FloatArray:
    """The peak of a family with its escape peak: share of its counts in each channel.

    Parameters
    ----------
    family
        The family.
    edges_kev
        Edges of the channels, keV, shape (channels + 1,), rising.
    resolution_ev
        Full width at half maximum at Mn Kα, eV.

    Returns
    -------
    ndarray
        Shape (channels,); sums to 1 where peak and escape peak lie within the edges.
    """
    sharp = [part for part in family.components if part.share > _NEGLIGIBLE]
    energies = np.array([part.energy_kev for part in sharp])
    shares = np.array([part.share for part in sharp]) * efficiency(_DETECTOR, energies)
    shares /= max(shares.sum(), 1e-300)
    escaping = escape_share(energies)
    places = np.concatenate([energies, energies - SILICON_KA_KEV])
    sizes = np.concatenate([shares * (1 - escaping), shares * escaping])
    widths = fwhm_kev(places, resolution_ev) / FWHM_PER_SIGMA
    return gaussians(places[sizes > 0], sizes[sizes > 0], widths[sizes > 0], edges_kev)


def gaussians(
    places_kev: FloatArray, sizes: FloatArray, sigmas_kev: FloatArray, edges_kev: FloatArray
) -> FloatArray:
    """Gaussian peaks integrated over channels.

    Parameters
    ----------
    places_kev, sizes, sigmas_kev
        Centre, area and standard deviation of each peak, shape (peaks,).
    edges_kev
        Edges of the channels, keV, shape (channels + 1,), rising.

    Returns
    -------
    ndarray
        Their sum, shape (channels,).
    """
    from scipy.special import ndtr

    total = np.zeros(len(edges_kev) - 1)
    for place, size, sigma in zip(places_kev, sizes, sigmas_kev, strict=True):
        reach = _REACH_SIGMA * sigma
        first = max(int(np.searchsorted(edges_kev, place - reach)) - 1, 0)
        stop = int(np.searchsorted(edges_kev, place + reach)) + 1
        inside = edges_kev[first:stop]
        if len(inside) > 1:
            total[first : first + len(inside) - 1] += size * np.diff(ndtr((inside - place) / sigma))
    return total


def compton_kev(energy_kev: float, degrees: float) -> float:
    """Energy of a photon after scattering from an electron at rest, keV (A. H. Compton, 1923)."""
    turn = 1.0 - np.cos(np.radians(degrees))
    return float(energy_kev / (1.0 + energy_kev / _ELECTRON_KEV * turn))


def compton_shape(
    family: Family, degrees: float, edges_kev: FloatArray, resolution_ev: float
) -> FloatArray:
    """The peak of a tube's lines scattered from the electrons of light elements.

    Parameters
    ----------
    family
        Lines of the anode.
    degrees
        Scattering angle.
    edges_kev
        Edges of the channels, keV, shape (channels + 1,).
    resolution_ev
        Full width at half maximum at Mn Kα, eV.

    Returns
    -------
    ndarray
        Share of the counts in each channel, shape (channels,).
    """
    parts = family.components
    places = np.array([compton_kev(part.energy_kev, degrees) for part in parts])
    sigmas = np.hypot(
        fwhm_kev(places, resolution_ev) / FWHM_PER_SIGMA, _COMPTON_SPREAD / 2 * places
    )
    return gaussians(places, np.array([part.share for part in parts]), sigmas, edges_kev)
