"""What many stacks scatter into the detector, computed at a time.

The same as `scatter.scatter_counts` and `air.argon_lines`, whose cells of the beam, cross sections
and shapes it takes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.physics.atoms import attenuation
from app.core.physics.forward_lines import above
from app.core.physics.instrument import Instrument
from app.core.physics.path import GASES, seen_gas_g_cm2
from app.core.physics.scatter import (
    ScatterSections,
    mean_transmission,
    scatter_answers,
    scatter_grid,
    scatter_sections,
    unscaled,
)

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Scattered:
    """Photons per beam photon and steradian that leave stacks towards the detector.

    Rayleigh scattered, shape (stacks, cells + lines), Compton scattered continuum, shape
    (stacks, cells), and lines, shape (stacks, lines, momenta).
    """

    rayleigh: FloatArray
    compton: FloatArray
    profile: FloatArray

    @property
    def photons(self) -> FloatArray:
        """All of them in the order of `ScatterTables.energies_kev`, shape (stacks, energies)."""
        return np.concatenate([self.rayleigh, self.compton, self.profile.sum(axis=2)], axis=1)

    @property
    def in_detector(self) -> FloatArray:
        """All of them in the order of the rows of `answers`, shape (stacks, rows)."""
        lines = self.profile.reshape(len(self.profile), -1)
        return np.concatenate([self.rayleigh, self.compton, lines], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class ScatterTables:
    """What scattering depends on beside the stack.

    Parameters
    ----------
    energies_kev
        Of the beam, then after Compton scattering with the mean energy, shape (2 · energies,).
    beam
        Share of the beam's photons at each energy, cells and then lines, shape (energies,).
    cells
        How many of the energies are of the continuum.
    ways
        Reciprocal sines of the angles of the beam and of the way to the detector.
    same, shifted
        Attenuation before and after Compton scattering, cm²/g, shape (elements, energies).
    rayleigh, compton
        Cross sections, cm²/(g sr), shape (elements, energies).
    profile
        Those of the lines by cells of momentum, cm²/(g sr), shape (elements, lines, momenta).
    air
        Of the gas before the sample: its `rayleigh`, `compton` and `profile` times its mass.
    """

    energies_kev: FloatArray
    beam: FloatArray
    cells: int
    ways: tuple[float, float]
    same: FloatArray
    shifted: FloatArray
    rayleigh: FloatArray
    compton: FloatArray
    profile: FloatArray
    air: ScatterSections


def scatter_tables(symbols: Sequence[str], instrument: Instrument) -> ScatterTables:
    """Look up what scattering by these elements depends on."""
    key = unscaled(instrument)
    grid = scatter_grid(key)
    rayleigh, compton, profile = _tables(symbols, key, grid.cells)
    gas = GASES[key.path][0]
    mass = seen_gas_g_cm2(key.path, key.path_mm)
    shares = mass * np.array([share for _, share in gas])
    if gas:
        in_gas = _tables([symbol for symbol, _ in gas], key, grid.cells)
        air = ScatterSections(*(np.tensordot(shares, part, 1) for part in in_gas))
    else:
        air = ScatterSections(*(np.zeros(part.shape[1:]) for part in (rayleigh, compton, profile)))
    return ScatterTables(
        energies_kev=np.concatenate([grid.energies, grid.shifted]),
        beam=grid.photons,
        cells=grid.cells,
        ways=(
            1 / math.sin(math.radians(key.incidence_degrees)),
            1 / math.sin(math.radians(key.exit_degrees)),
        ),
        same=np.stack([attenuation(symbol, grid.energies) for symbol in symbols]),
        shifted=np.stack([attenuation(symbol, grid.shifted) for symbol in symbols]),
        rayleigh=rayleigh,
        compton=compton,
        profile=profile,
        air=air,
    )


def _tables(
    symbols: Sequence[str], key: Instrument, cells: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Cross sections of elements: Rayleigh, Compton, Compton of the lines by momentum."""
    sections = [scatter_sections(symbol, key) for symbol in symbols]
    compton = np.stack([found.compton for found in sections])
    shares = np.stack([found.profile for found in sections])
    return (
        np.stack([found.rayleigh for found in sections]),
        compton,
        compton[:, cells:, None] * shares,
    )


def scatter_matrix(instrument: Instrument, escape: bool) -> FloatArray:
    """Counts in each channel for one photon: rows in the order of `Scattered.in_detector`."""
    answers = scatter_answers(unscaled(instrument), escape)
    parts = (answers.continuum, answers.lines, answers.compton, answers.profile)
    return np.concatenate([part.matrix() for part in parts])


def scattered(tables: ScatterTables, areal: FloatArray) -> Scattered:
    """Scatter by stacks and by the gas before them.

    Parameters
    ----------
    tables
        Of their elements and the instrument.
    areal
        Mass per area of each element in each layer, g/cm², shape (stacks, layers, elements).
    """
    inwards, outwards = tables.ways
    entering, leaving = areal @ tables.same, areal @ tables.shifted
    above_in, above_shifted = above(entering), above(leaving)
    elastic = inwards * np.exp(-above_in * (inwards + outwards))
    elastic *= mean_transmission(entering * (inwards + outwards))
    inelastic = inwards * np.exp(-above_in * inwards - above_shifted * outwards)
    inelastic *= mean_transmission(entering * inwards + leaving * outwards)
    cells, lines = slice(0, tables.cells), slice(tables.cells, None)
    rayleigh = (elastic * (areal @ tables.rayleigh)).sum(axis=1) + tables.air.rayleigh
    compton = (inelastic[..., cells] * (areal @ tables.compton[:, cells])).sum(axis=1)
    # mass of each element that scatters each line, before it is known where to: elements first
    mass = np.einsum("slx,sle->xse", inelastic[..., lines], areal)
    profile = (mass @ tables.profile.transpose(1, 0, 2)).transpose(1, 0, 2) + tables.air.profile
    return Scattered(
        rayleigh * tables.beam,
        (compton + tables.air.compton[cells]) * tables.beam[cells],
        profile * tables.beam[lines, None],
    )
