"""What an atom does with X-rays: attenuation, vacancies by shell, characteristic lines.

Cross sections, energies, radiative rates and K yields are xraylib's: T. Schoonjans et al.,
Spectrochim. Acta B 66 (2011) 776, doi:10.1016/j.sab.2011.09.011. Yields and Coster-Kronig
probabilities of the L and M shells: see `shell_constants`.

Everything is kept once computed, by element and energies, since spectra of one instrument ask for
the same over and over. The arrays given out can therefore not be written to.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.elements import ELEMENTS
from app.core.physics.materials import Material
from app.core.physics.shell_constants import SHELLS, shell_constants

FloatArray = NDArray[np.float64]

LOWEST_LINE_KEV = 0.5
"""Lines below this are left out: neither air nor a detector's window lets them through, keV."""

_LINE = re.compile(r"(K|L[1-3]|M[1-5])([LMNOPQ]\d{0,2})_LINE")
# W. T. Elam's cross sections, which xraylib gives, are splines that swing above the K edge of these
# elements: by up to 14 % for chromium at 6.7 keV, 5 % for silicon and titanium, 3 % for chlorine
# and tin, 2 % for copper and zinc against both L. Kissel's and NIST's XCOM
_SWINGING = ("Si", "Cl", "Ti", "Cr", "Cu", "Zn", "Sn")
# arrays of 80 energies take 1 to 6 kB
_KEPT = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The characteristic lines of an element, in order of shell and final level.

    Parameters
    ----------
    transitions
        Initial and final level: "KL3".
    energies_kev
        Shape (lines,), keV.
    shells
        Index into `SHELLS` of the vacancy each line comes from, shape (lines,).
    per_vacancy
        Photons per vacancy in that shell: fluorescence yield times radiative rate, shape (lines,).
    """

    transitions: tuple[str, ...]
    energies_kev: FloatArray
    shells: NDArray[np.intp]
    per_vacancy: FloatArray


@lru_cache(maxsize=128)
def lines(symbol: str) -> Lines:
    """The lines of an element from 0.5 keV on.

    Notes
    -----
    Where xraylib has no energy of a line it is the difference of the levels; where it has no level
    either (outermost electrons) the energy of the level the vacancy was in. Rates of levels given
    together, as L3O45, are one line.
    """
    import xraylib

    number = ELEMENTS.index(symbol) + 1
    constants = shell_constants(symbol)
    found = []
    for name, code in _line_codes():
        shell, final = name
        if shell not in constants:
            continue
        try:
            rate = xraylib.RadRate(number, code)
        except ValueError:
            # the library's way to say that the element has no such transition
            continue
        energy = _line_energy(number, code, shell, final)
        if rate > 0 and energy >= LOWEST_LINE_KEV:
            found.append(
                (
                    shell + final,
                    energy,
                    SHELLS.index(shell),
                    rate * constants[shell].fluorescence_yield,
                )
            )
    found.sort(key=lambda line: (line[2], line[0]))
    return Lines(
        tuple(line[0] for line in found),
        _fixed(np.array([line[1] for line in found], np.float64)),
        np.array([line[2] for line in found], np.intp),
        _fixed(np.array([line[3] for line in found], np.float64)),
    )


def radiative_rates(symbol: str, shell: str) -> dict[str, float]:
    """Share of each final level in the photons from a shell, by the level's name, as "M5"."""
    import xraylib

    number = ELEMENTS.index(symbol) + 1
    found = {}
    for (initial, final), code in _line_codes():
        if initial == shell:
            try:
                found[final] = float(xraylib.RadRate(number, code))
            except ValueError:
                continue
    return found


@lru_cache(maxsize=1)
def _line_codes() -> tuple[tuple[tuple[str, str], int], ...]:
    """Levels and xraylib's number of all single lines of the K, L and M shells."""
    import xraylib

    matches = ((_LINE.fullmatch(name), name) for name in dir(xraylib))
    return tuple(((match[1], match[2]), getattr(xraylib, name)) for match, name in matches if match)


def _line_energy(number: int, code: int, shell: str, final: str) -> float:
    import xraylib

    try:
        return float(xraylib.LineEnergy(number, code))
    except ValueError:
        energy = float(xraylib.EdgeEnergy(number, getattr(xraylib, f"{shell}_SHELL")))
    # "O45" and "P" name levels that differ by a few eV: take the first
    level = final[0] + (final[1:2] or "1")
    try:
        return energy - float(xraylib.EdgeEnergy(number, getattr(xraylib, f"{level}_SHELL")))
    except ValueError:
        return energy


def attenuation(symbol: str, energies_kev: ArrayLike) -> FloatArray:
    """Total mass attenuation coefficient of an element.

    Parameters
    ----------
    symbol
        Of the element.
    energies_kev
        Photon energies, keV, 0.1 to 800, shape (energies,).

    Returns
    -------
    ndarray
        cm²/g, shape (energies,); read-only.

    Notes
    -----
    W. T. Elam, B. D. Ravel, J. R. Sieber, Radiat. Phys. Chem. 63 (2002) 121; above the K edge of
    a few elements, where those curves swing, photoelectric absorption after L. Kissel, Radiat.
    Phys. Chem. 59 (2000) 185. From 2 to 50 keV this differs from NIST's XCOM by 0.2 to 0.5 %
    (mean square), by up to 5 % within a tenth above K edges, and by up to half of the value
    between the M5 and M4 edges of gold, mercury and lead, where no two tables agree: sulphur Kα
    in vermilion, 13 eV above such an edge, is uncertain by a third.
    """
    return _attenuation(symbol, _energies(energies_kev).tobytes())


def material_attenuation(material: Material, energies_kev: ArrayLike) -> FloatArray:
    """Total mass attenuation coefficient of a material, its elements weighted by mass.

    Parameters
    ----------
    material
        Its elements are taken as free atoms.
    energies_kev
        Photon energies, keV, 0.1 to 800, shape (energies,).

    Returns
    -------
    ndarray
        cm²/g, shape (energies,).
    """
    key = _energies(energies_kev).tobytes()
    total = np.zeros(len(key) // 8)
    for symbol, share in material.fractions:
        total += share * _attenuation(symbol, key)
    return total


def coherent(symbol: str, energies_kev: ArrayLike) -> FloatArray:
    """Cross section of coherent (Rayleigh) scattering of an element.

    Parameters
    ----------
    symbol
        Of the element.
    energies_kev
        Photon energies, keV, 0.1 to 800, shape (energies,).

    Returns
    -------
    ndarray
        cm²/g, shape (energies,); read-only.
    """
    return _coherent(symbol, _energies(energies_kev).tobytes())


def photoelectric(symbol: str, energies_kev: ArrayLike) -> FloatArray:
    """Photoelectric cross section of each inner shell.

    Parameters
    ----------
    symbol
        Of the element.
    energies_kev
        Photon energies, keV, shape (energies,).

    Returns
    -------
    ndarray
        cm²/g, shape (shells, energies) in the order of `SHELLS`, 0 below a shell's edge;
        read-only.

    Notes
    -----
    L. Kissel's values as xraylib has them.
    """
    return _photoelectric(symbol, _energies(energies_kev).tobytes())


@lru_cache(maxsize=128)
def edges_kev(symbol: str) -> tuple[float, ...]:
    """Energies of the absorption edges of an element's inner shells, keV, in the order of `SHELLS`.

    Shells that the element does not have are passed over.
    """
    import xraylib

    number = ELEMENTS.index(symbol) + 1
    found = []
    for shell in SHELLS:
        try:
            found.append(float(xraylib.EdgeEnergy(number, getattr(xraylib, f"{shell}_SHELL"))))
        except ValueError:
            # the library's way to say that the element has no such shell
            continue
    return tuple(found)


@lru_cache(maxsize=_KEPT)
def _attenuation(symbol: str, key: bytes) -> FloatArray:
    import xraylib

    number = ELEMENTS.index(symbol) + 1
    energies = np.frombuffer(key).tolist()
    found = np.array([xraylib.CS_Total(number, energy) for energy in energies], np.float64)
    if symbol in _SWINGING:
        edge = xraylib.EdgeEnergy(number, xraylib.K_SHELL)
        for place, energy in enumerate(energies):
            if energy > edge:
                found[place] = xraylib.CS_Total_Kissel(number, energy)
    return _fixed(found)


@lru_cache(maxsize=_KEPT)
def _coherent(symbol: str, key: bytes) -> FloatArray:
    import xraylib

    number = ELEMENTS.index(symbol) + 1
    energies = np.frombuffer(key).tolist()
    return _fixed(np.array([xraylib.CS_Rayl(number, energy) for energy in energies], np.float64))


@lru_cache(maxsize=_KEPT)
def _photoelectric(symbol: str, key: bytes) -> FloatArray:
    import xraylib

    number = ELEMENTS.index(symbol) + 1
    energies = np.frombuffer(key)
    found = np.zeros((len(SHELLS), len(energies)))
    for place, shell in enumerate(SHELLS):
        code = getattr(xraylib, f"{shell}_SHELL")
        try:
            edge = xraylib.EdgeEnergy(number, code)
        except ValueError:
            # the library's way to say that the element has no such shell
            continue
        for column in np.flatnonzero(energies > edge):
            try:
                found[place, column] = xraylib.CS_Photo_Partial(
                    number, code, float(energies[column])
                )
            except ValueError:
                # it has the edge but no cross section
                break
    return _fixed(found)


def _energies(energies_kev: ArrayLike) -> FloatArray:
    return np.ascontiguousarray(energies_kev, np.float64)


def _fixed(values: FloatArray) -> FloatArray:
    values.setflags(write=False)
    return values
