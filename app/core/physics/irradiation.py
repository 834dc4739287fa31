"""A stack in a beam as arrays: what its layers attenuate and which lines it can emit."""

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
    elements: NDArray[np.intp]
    shells: NDArray[np.intp]
    per_vacancy: FloatArray
    line_attenuation: FloatArray

    def line_vacancies(self, chosen: NDArray[np.intp]) -> FloatArray:
        """Vacancies that lines of the stack make: (elements, shells, chosen lines), cm²/g."""
        whole = self.by_source(chosen)
        return np.stack(
            [
                np.concatenate(
                    [vacancies(symbol, self.energies_kev[part]) for part in whole], axis=1
                )
                for symbol in self.symbols
            ]
        )

    def by_source(self, chosen: NDArray[np.intp]) -> list[NDArray[np.intp]]:
        """The chosen lines, which are in order, in one array for each element they come from."""
        starts = np.flatnonzero(np.diff(self.elements[chosen])) + 1
        return np.split(chosen, starts)


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
    excited = made.max(axis=2, initial=0.0) > 0
    of_elements = [lines(symbol) for symbol in symbols]
    kept = [excited[place][found.shells] for place, found in enumerate(of_elements)]
    # whole sets of lines are looked up, kept from one stack to the next, and cut here
    out = np.stack(
        [
            np.concatenate(
                [
                    attenuation(symbol, found.energies_kev)[keep]
                    for found, keep in zip(of_elements, kept, strict=True)
                ]
            )
            for symbol in symbols
        ]
    )
    pairs = list(zip(of_elements, kept, strict=True))
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
        transitions=tuple(
            name
            for found, keep in pairs
            for name, is_kept in zip(found.transitions, keep, strict=True)
            if is_kept
        ),
        energies_kev=np.concatenate([found.energies_kev[keep] for found, keep in pairs]),
        elements=np.repeat(np.arange(len(symbols)), [int(keep.sum()) for keep in kept]),
        shells=np.concatenate([found.shells[keep] for found, keep in pairs]),
        per_vacancy=np.concatenate([found.per_vacancy[keep] for found, keep in pairs]),
        line_attenuation=shares @ out,
    )


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
