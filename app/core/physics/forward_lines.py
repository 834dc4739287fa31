"""Lines that the beam excites in many stacks at a time.

The same intensities as `fluorescence.primary_intensities`, in optical depths: a layer whose
attenuation on the way in is X and on the way out Y shows a line (1 − exp(−X − Y)) / (X + Y) of
what a free atom in its place would. Since exp(−X − Y) is a product, each energy and each line
cost one exponential for a layer and not one together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.physics.instrument import Instrument
from app.core.physics.irradiation import Irradiation, irradiated
from app.core.physics.materials import Layer, material
from app.core.physics.tube import beam

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Shell:
    """A shell of an element whose lines come one after the other.

    Parameters
    ----------
    element, shell
        Indices into `Irradiation.symbols` and `SHELLS`.
    lines
        Its lines.
    first
        First energy of the beam that makes vacancies in it.
    """

    element: int
    shell: int
    lines: slice
    first: int


@dataclass(frozen=True, slots=True, eq=False)
class Depths:
    """Optical depths of stacks on the way in, for the beam, and on the way out, for the lines.

    Parameters
    ----------
    areal
        Mass per area of each element in each layer, g/cm², shape (stacks, layers, elements).
    into
        Of each layer, shape (stacks, layers, energies).
    above_into
        Of all layers above, likewise.
    out, above_out
        Shape (stacks, layers, lines).
    """

    areal: FloatArray
    into: FloatArray
    above_into: FloatArray
    out: FloatArray
    above_out: FloatArray


def elements_in_beam(
    symbols: Sequence[str], instrument: Instrument
) -> tuple[Irradiation, FloatArray]:
    """Pure elements in the beam of an instrument, one as each layer.

    Returns
    -------
    tuple of Irradiation and ndarray
        Its attenuations have one row for each element; photons are shares of the beam. Then the
        beam's energies, keV, shape (energies,).
    """
    arriving = beam(instrument)
    kept = arriving.photons > 0
    energies = arriving.energies_kev[kept]
    lit = irradiated(
        tuple(Layer(symbol, material(symbol, {symbol: 1.0}, 1.0), 1.0) for symbol in symbols),
        energies,
        arriving.photons[kept] / instrument.beam_photons_per_s,
        instrument.incidence_degrees,
        instrument.exit_degrees,
    )
    return lit, energies


def shells_of(lit: Irradiation) -> tuple[Shell, ...]:
    """The shells that have lines, in the order of the lines."""
    names = lit.elements * lit.vacancies.shape[1] + lit.shells
    starts = np.flatnonzero(np.diff(names, prepend=-1))
    ends = np.append(starts, len(names))[1:]
    found = []
    for start, end in zip(starts, ends, strict=True):
        element, shell = int(lit.elements[start]), int(lit.shells[start])
        first = int(np.flatnonzero(lit.vacancies[element, shell])[0])
        found.append(Shell(element, shell, slice(int(start), int(end)), first))
    return tuple(found)


def depths(lit: Irradiation, areal: FloatArray) -> Depths:
    """How much layers attenuate.

    Parameters
    ----------
    lit
        Pure elements in the beam.
    areal
        Mass per area of each element in each layer, g/cm², shape (stacks, layers, elements).
    """
    into = lit.way_in * (areal @ lit.beam_attenuation)
    out = lit.way_out * (areal @ lit.line_attenuation)
    return Depths(areal, into, above(into), out, above(out))


def above(depth: FloatArray) -> FloatArray:
    """Sums over the layers above each, shape (stacks, layers, …)."""
    sums = np.zeros_like(depth)
    np.cumsum(depth[:, :-1], axis=1, out=sums[:, 1:])
    return sums


def primary_photons(lit: Irradiation, shells: Sequence[Shell], seen: Depths) -> FloatArray:
    """Photons per steradian and beam photon of each line, excited by the beam.

    Parameters
    ----------
    lit
        Pure elements in the beam.
    shells
        Their shells.
    seen
        The stacks.

    Returns
    -------
    ndarray
        Of all layers together, shape (stacks, lines).
    """
    layers = seen.areal.shape[0] * seen.areal.shape[1]
    arriving = lit.photons * lit.way_in * np.exp(-seen.above_into)
    arriving = arriving.reshape(layers, len(lit.photons))
    into = seen.into.reshape(arriving.shape)
    out = seen.out.reshape(layers, len(lit.energies_kev))
    passing_in, stopped_out = np.exp(-into), -np.expm1(-out)
    # a thin layer must not lose digits: 1 − AB = (1 − A) + A (1 − B)
    weights = np.stack([arriving * -np.expm1(-into), arriving * passing_in], axis=2)
    areal = seen.areal.reshape(layers, len(lit.symbols))
    made = np.zeros_like(out)
    for shell in shells:
        lit_up = np.flatnonzero(areal[:, shell.element])
        if not len(lit_up):
            continue
        excited = lit.vacancies[shell.element, shell.shell, shell.first :, None]
        both = into[lit_up, None, shell.first :] + out[lit_up, shell.lines, None]
        parts = np.reciprocal(both, out=both) @ (weights[lit_up, shell.first :] * excited)
        depth = parts[..., 0] + parts[..., 1] * stopped_out[lit_up, shell.lines]
        made[lit_up, shell.lines] = depth * areal[lit_up, shell.element, None]
    leaving = made.reshape(seen.out.shape) * np.exp(-seen.above_out)
    return np.asarray(leaving.sum(axis=1) * lit.per_vacancy / (4 * np.pi))
