"""A stack in a beam as arrays: what its layers attenuate and which lines it can emit."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.physics.atoms import LOWEST_LINE_KEV, attenuation, coherent, lines
from app.core.physics.cascade import vacancies
from app.core.physics.materials import Stack
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

_HIGHEST_KEV = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Irradiation:
    """A stack, a beam and the directions of both.

    Parameters
    ----------
    symbols
        All elements of the stack.
    shares
        Mass fractions, shape (layers, elements), 0 where an element is absent.
    masses
        Mass per area of each layer, g/cm², shape (layers,).
    photons
        Photons hitting the surface at each energy, shape (energies,).
    way_in, way_out
        Reciprocal sines of the angles to the surface of the beam and of the way to the detector.
    beam_attenuation
        cm²/g, shape (layers, energies).
    beam_scatter
        The part of it that is coherent scattering, cm²/g, shape (layers, energies).
    vacancies
        Vacancies in each shell per photon and mass per area of the pure element, cm²/g, shape
        (elements, shells, energies).
    transitions, energies_kev
        Of each line that the beam can excite, shape (lines,).
    places
        Index of each line among all lines of all elements one after the other, shape (lines,).
    elements, shells
        Indices into `symbols` and `SHELLS` of each line, shape (lines,).
    per_vacancy
        Photons per vacancy in that shell, shape (lines,).
    line_attenuation
        cm²/g, shape (layers, lines).
    """

    symbols: tuple[str, ...]
    shares: FloatArray
    masses: FloatArray
    photons: FloatArray
    way_in: float
    way_out: float
    beam_attenuation: FloatArray
    beam_scatter: FloatArray
    vacancies: FloatArray
    transitions: tuple[str, ...]
    energies_kev: FloatArray
    places: NDArray[np.intp]
    elements: NDArray[np.intp]
    shells: NDArray[np.intp]
    per_vacancy: FloatArray
    line_attenuation: FloatArray

    def line_vacancies(self, chosen: NDArray[np.intp]) -> FloatArray:
        """Vacancies that lines of the stack make: (elements, shells, chosen lines), cm²/g."""
        places = self.places[chosen]
        return np.stack(
            [_by_all_lines(vacancies, s, self.symbols)[:, places] for s in self.symbols]
        )


def irradiated(
    stack: Stack,
    energies_kev: FloatArray,
    photons: FloatArray,
    incidence_degrees: float,
    exit_degrees: float,
) -> Irradiation:
    """Look up all that the intensities of a stack's lines depend on.

    Raises
    ------
    ParameterError
        If there is no layer, energies and photons differ in number or are not numbers, an energy
        is above 100 keV, or an angle is not between 0 and 90°.
    """
    energies, photons = _beam(energies_kev, photons)
    if not stack:
        raise ParameterError(
            "There is nothing to irradiate.",
            "The stack has no layer; expected one at least.",
            "Add a layer.",
        )
    symbols = tuple(dict.fromkeys(s for layer in stack for s in layer.material.elements))
    shares = np.zeros((len(stack), len(symbols)))
    for place, layer in enumerate(stack):
        for symbol, share in layer.material.fractions:
            shares[place, symbols.index(symbol)] += share
    made = np.stack([vacancies(symbol, energies) for symbol in symbols])
    known = [lines(symbol) for symbol in symbols]
    elements = np.repeat(np.arange(len(symbols)), [len(found.transitions) for found in known])
    shells = np.concatenate([found.shells for found in known])
    excited = made.max(axis=2, initial=0.0) > 0
    kept = np.flatnonzero(excited[elements, shells])
    names = [name for found in known for name in found.transitions]
    out = np.stack([_by_all_lines(attenuation, symbol, symbols)[kept] for symbol in symbols])
    return Irradiation(
        symbols=symbols,
        shares=shares,
        masses=np.array([layer.mass_g_cm2 for layer in stack]),
        photons=photons,
        way_in=1 / _sine(incidence_degrees, "beam"),
        way_out=1 / _sine(exit_degrees, "detector"),
        beam_attenuation=shares @ np.stack([attenuation(symbol, energies) for symbol in symbols]),
        beam_scatter=shares @ np.stack([coherent(symbol, energies) for symbol in symbols]),
        vacancies=made,
        transitions=tuple(names[place] for place in kept),
        energies_kev=np.concatenate([found.energies_kev for found in known])[kept],
        places=kept,
        elements=elements[kept],
        shells=shells[kept],
        per_vacancy=np.concatenate([found.per_vacancy for found in known])[kept],
        line_attenuation=shares @ out,
    )


def _by_all_lines(
    asked: Callable[[str, FloatArray], FloatArray], symbol: str, sources: tuple[str, ...]
) -> FloatArray:
    """Something of an element at all lines of the sources, whether excited or not.

    Whole sets of lines are asked for, since those are kept from one stack to the next.
    """
    return np.concatenate([asked(symbol, lines(one).energies_kev) for one in sources], axis=-1)


def _beam(energies_kev: FloatArray, photons: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The energies that can excite lines and have photons."""
    energies = np.asarray(energies_kev, np.float64)
    numbers = np.asarray(photons, np.float64)
    if energies.ndim != 1 or energies.shape != numbers.shape:
        raise ParameterError(
            "The beam makes no sense.",
            f"Found energies of shape {energies.shape} and photons of shape {numbers.shape}; "
            "expected two lists of the same length.",
            "Give a number of photons for each energy.",
        )
    if not (np.isfinite(energies).all() and np.isfinite(numbers).all() and (numbers >= 0).all()):
        raise ParameterError(
            "The beam makes no sense.",
            "Found energies or photons that are not numbers, or fewer than 0 photons.",
            "Give energies in keV and numbers of photons.",
        )
    if energies.max(initial=0.0) > _HIGHEST_KEV:
        raise ParameterError(
            "The beam is too hard.",
            f"Found {energies.max():g} keV; expected at most {_HIGHEST_KEV:g} keV.",
            "Tubes for paintings run at 60 kV or less.",
        )
    kept = (numbers > 0) & (energies > LOWEST_LINE_KEV)
    return energies[kept], numbers[kept]


def _sine(degrees: float, name: str) -> float:
    if not 0 < degrees <= 90:
        raise ParameterError(
            f"The angle of the {name} makes no sense.",
            f"Found {degrees:g}°; expected more than 0° and at most 90° to the surface.",
            "Angles are measured from the surface of the sample.",
        )
    return float(np.sin(np.radians(degrees)))
