"""How a vacancy in an inner shell wanders outwards before lines of the outer shells appear."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.core.elements import ELEMENTS
from app.core.physics.atoms import photoelectric, radiative_rates
from app.core.physics.shell_constants import SHELLS, companions, shell_constants

FloatArray = NDArray[np.float64]


def vacancies(symbol: str, energies_kev: ArrayLike) -> FloatArray:
    """Vacancies that photons make in each shell, by absorption and by what follows it.

    Parameters
    ----------
    symbol
        Of the element.
    energies_kev
        Photon energies, keV, shape (energies,).

    Returns
    -------
    ndarray
        Vacancies per photon and mass per area of the element, cm²/g, shape (shells, energies) in
        the order of `SHELLS`; read-only.
    """
    energies = np.ascontiguousarray(energies_kev, np.float64)
    return _vacancies(symbol, energies.tobytes())


@lru_cache(maxsize=4096)
def _vacancies(symbol: str, key: bytes) -> FloatArray:
    direct = photoelectric(symbol, np.frombuffer(key))
    found = np.asarray(cascade(symbol) @ direct, np.float64)
    found.setflags(write=False)
    return found


@lru_cache(maxsize=128)
def cascade(symbol: str) -> FloatArray:
    """Mean number of vacancies in each shell that follow one vacancy, itself included.

    Returns
    -------
    ndarray
        Shape (shells, shells) in the order of `SHELLS`: column of the first vacancy, row of
        those that follow. 1 on the diagonal, 0 above it.

    Notes
    -----
    A vacancy passes on by emission of a photon (one vacancy in the final level), an Auger
    electron (two) or a Coster-Kronig move to a higher subshell (one, and a companion where the
    electron thrown out is of an M shell). Solves N = 1 + T N for the transfers T of `transfers`.
    """
    inverse = np.asarray(np.linalg.inv(np.eye(len(SHELLS)) - transfers(symbol)), np.float64)
    inverse.setflags(write=False)
    return inverse


def transfers(symbol: str) -> FloatArray:
    """Mean number of vacancies that a vacancy leaves in each shell in one step.

    Returns
    -------
    ndarray
        Shape (shells, shells) in the order of `SHELLS`: column of the vacancy, row of those it
        leaves. A column sums to less than 2; what is missing is left in shells beyond M5.
    """
    found = np.zeros((len(SHELLS), len(SHELLS)))
    second = companions(symbol)
    for shell, constants in shell_constants(symbol).items():
        column = found[:, SHELLS.index(shell)]
        for level, rate in radiative_rates(symbol, shell).items():
            if level in SHELLS:
                column[SHELLS.index(level)] += constants.fluorescence_yield * rate
        for level, mean in _auger_vacancies(symbol, shell).items():
            column[SHELLS.index(level)] += constants.auger_yield * mean
        for higher, share in constants.moves.items():
            column[SHELLS.index(higher)] += share
            for level, part in second.get((shell, higher), {}).items():
                column[SHELLS.index(level)] += share * part
    return found


def _auger_vacancies(symbol: str, shell: str) -> dict[str, float]:
    """Mean number of vacancies in each inner shell after an Auger transition."""
    import xraylib

    number = ELEMENTS.index(symbol) + 1
    found: dict[str, float] = {}
    for (initial, *left), code in _auger_codes():
        if initial != shell:
            continue
        try:
            rate = float(xraylib.AugerRate(number, code))
        except ValueError:
            # the library's way to say that the element has no such transition
            continue
        for level in left:
            if level in SHELLS:
                found[level] = found.get(level, 0.0) + rate
    return found


@lru_cache(maxsize=1)
def _auger_codes() -> tuple[tuple[tuple[str, str, str], int], ...]:
    """Shells and xraylib's number of each Auger transition of the K, L and M shells."""
    import xraylib

    found = []
    for name in dir(xraylib):
        if name.endswith("_AUGER"):
            shell, left, _ = name.split("_")
            found.append(((shell, left[:2], left[2:]), getattr(xraylib, name)))
    return tuple(found)
