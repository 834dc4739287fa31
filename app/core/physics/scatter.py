"""Tube radiation that the sample scatters into the detector."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.elements import ELEMENTS
from app.core.physics.atoms import material_attenuation
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Stack
from app.core.physics.path import GASES, seen_gas_g_cm2
from app.core.physics.response import Response, smeared
from app.core.physics.tube import LOWEST_KEV, continuum, tube_lines
from app.core.spectra import fwhm_kev

FloatArray = NDArray[np.float64]

_ELECTRON_KEV = 510.999
# momentum of an electron in atomic units for 1/c
_INVERSE_FINE_STRUCTURE = 137.036

# cells of electron momentum along the scattering vector, atomic units
_HALF = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0)
_MOMENTA = np.array([*(-place for place in reversed(_HALF[1:])), *_HALF])
# what moving electrons add to the width of the Compton continuum, atomic units
_MEAN_MOMENTUM_FWHM = 2.0

# least momentum transfer that incoherent scattering is tabulated for, 1/Å
_LEAST_TRANSFER = 0.001

# a cell of the continuum, of the detector's full width at half maximum there
_CELL_FWHM = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class ScatterGrid:
    """The beam in cells fine enough to be seen by the detector, then its lines.

    `energies` and `photons` (cells + lines,), `shifted` after Compton scattering at the
    instrument's angle, `edges` (cells + 1,).
    """

    edges: FloatArray
    energies: FloatArray
    photons: FloatArray
    shifted: FloatArray

    @property
    def cells(self) -> int:
        """How many cells the continuum has."""
        return len(self.edges) - 1


@dataclass(frozen=True, slots=True, eq=False)
class ScatterAnswers:
    """What scattered photons become in the spectrum.

    Continuum and lines after Rayleigh, then after Compton scattering; there `profile` has the
    lines' cells of electron momentum one after the other.
    """

    continuum: Response
    lines: Response
    compton: Response
    profile: Response


def compton_kev(energy_kev: Any, scatter_degrees: float) -> Any:
    """Energy after scattering by an electron at rest, keV.

    Parameters
    ----------
    energy_kev
        Before, keV; a number or an array.
    scatter_degrees
        Angle by which the photon is turned, degrees.
    """
    turned = 1 - math.cos(math.radians(scatter_degrees))
    return energy_kev / (1 + energy_kev / _ELECTRON_KEV * turned)


def scatter_counts(stack: Stack, instrument: Instrument) -> FloatArray:
    """Rayleigh and Compton scattered beam as the detector counts it.

    Parameters
    ----------
    stack
        Layers from the top.
    instrument
        Beam, geometry and detector.

    Returns
    -------
    ndarray
        Expected counts for the instrument's live time, shape (channels,).

    Notes
    -----
    Each layer, and the air that the detector sees before the sample, scatters once; what is
    scattered twice, which adds most in thick light matrices, is left out. Differential cross
    sections of free atoms are xraylib's (T. Schoonjans et al., Spectrochim. Acta B 66 (2011)
    776, doi:10.1016/j.sab.2011.09.011), so that diffraction by crystals is left out as well.
    The Compton peaks of the tube's lines have the profiles of the elements' electrons (F.
    Biggs et al., At. Data Nucl. Data Tables 16 (1975) 201), carried from momentum to energy in
    first order and cut off at the energy of the beam; the Compton continuum is blurred by a
    width of 2 atomic units.
    """
    scale = instrument.beam_photons_per_s * instrument.detector_sr * instrument.live_time_s
    return _counts(stack, unscaled(instrument)) * scale


def scattered_photons(stack: Stack, instrument: Instrument) -> tuple[FloatArray, FloatArray]:
    """All that is scattered: energies, keV, and photons per beam photon and steradian.

    Rayleigh scattered first, then Compton scattered with its mean energy.
    """
    key = unscaled(instrument)
    grid = scatter_grid(key)
    rayleigh, compton, profile = _scattered(stack, key)
    photons = np.concatenate([rayleigh, compton, profile.sum(axis=1)])
    return np.concatenate([grid.energies, grid.shifted]), photons


@lru_cache(maxsize=64)
def unscaled(instrument: Instrument) -> Instrument:
    """The instrument without what only scales, so that caches find it again."""
    return replace(instrument, name="", beam_photons_per_s=1.0, detector_sr=0.1, live_time_s=1.0)


@lru_cache(maxsize=8)
def _counts(stack: Stack, instrument: Instrument) -> FloatArray:
    """Counts per beam photon and steradian of detector, shape (channels,)."""
    grid, answers = scatter_grid(instrument), scatter_answers(instrument)
    rayleigh, compton, profile = _scattered(stack, instrument)
    counts = answers.continuum.counts(rayleigh[None, : grid.cells])
    counts += answers.lines.counts(rayleigh[None, grid.cells :])
    counts += answers.compton.counts(compton[None])
    counts += answers.profile.counts(profile.reshape(1, -1))
    return counts[0]


@lru_cache(maxsize=8)
def scatter_grid(instrument: Instrument) -> ScatterGrid:
    """The beam of an instrument as it is scattered."""
    edges = [LOWEST_KEV]
    while edges[-1] < instrument.tube_kv:
        edges.append(edges[-1] + _CELL_FWHM * float(fwhm_kev(edges[-1], instrument.resolution_ev)))
    edges[-1] = instrument.tube_kv
    limits = np.array(edges)
    energies, photons = continuum(instrument).cells(limits)
    lines, line_photons = tube_lines(instrument)
    energies = np.concatenate([energies, lines])
    return ScatterGrid(
        limits,
        energies,
        np.concatenate([photons, line_photons]),
        compton_kev(energies, instrument.scatter_degrees),
    )


@lru_cache(maxsize=3)
def scatter_answers(instrument: Instrument, escape: bool = True) -> ScatterAnswers:
    """What the detector makes of what is scattered, with or without escape peaks."""
    grid = scatter_grid(instrument)
    angle = instrument.scatter_degrees
    lines = grid.energies[grid.cells :]
    moved = compton_kev(grid.edges, angle)
    blur = _MEAN_MOMENTUM_FWHM * _kev_per_momentum(grid.energies[: grid.cells], angle)
    shift = _kev_per_momentum(lines, angle)
    limits = compton_kev(lines, angle)[:, None] + shift[:, None] * _MOMENTA
    # the lowest cells of soft lines end where the detector sees nothing
    limits = np.maximum(limits, 0.2 + 1e-3 * np.arange(len(_MOMENTA)))
    return ScatterAnswers(
        continuum=smeared(instrument, grid.edges[:-1], grid.edges[1:], escape=escape),
        lines=smeared(instrument, lines, lines, escape=escape),
        compton=smeared(instrument, moved[:-1], moved[1:], blur, escape=escape),
        profile=smeared(instrument, limits[:, :-1].ravel(), limits[:, 1:].ravel(), escape=escape),
    )


def _kev_per_momentum(energy_kev: Any, scatter_degrees: float) -> Any:
    """How far an atomic unit of momentum shifts a Compton scattered photon, keV."""
    after = compton_kev(energy_kev, scatter_degrees)
    cosine = math.cos(math.radians(scatter_degrees))
    vector = np.sqrt(energy_kev**2 + after**2 - 2 * energy_kev * after * cosine)
    return vector * after / energy_kev / _INVERSE_FINE_STRUCTURE


@dataclass(frozen=True, slots=True, eq=False)
class ScatterSections:
    """Of one element, cm²/(g sr): `rayleigh` and `compton`, both of shape (energies,).

    `profile` is how Compton scattered photons of each line share in the cells of momentum, shape
    (lines, momenta), no unit.
    """

    rayleigh: FloatArray
    compton: FloatArray
    profile: FloatArray


@lru_cache(maxsize=256)
def scatter_sections(symbol: str, instrument: Instrument) -> ScatterSections:
    """Cross sections of an element for the grid of an instrument."""
    import xraylib

    grid = scatter_grid(instrument)
    number = ELEMENTS.index(symbol) + 1
    angle = math.radians(instrument.scatter_degrees)
    places = [float(energy) for energy in grid.energies]
    middles = (_MOMENTA[1:] + _MOMENTA[:-1]) / 2
    electrons = [xraylib.ComptonProfile(number, abs(float(middle))) for middle in middles]
    shares = np.array(electrons) * np.diff(_MOMENTA)
    lines = grid.energies[grid.cells :]
    shift = _kev_per_momentum(lines, instrument.scatter_degrees)
    reached = grid.shifted[grid.cells :, None] + shift[:, None] * middles
    profile = np.where(reached < lines[:, None], shares, 0.0)
    return ScatterSections(
        np.array([xraylib.DCS_Rayl(number, place, angle) for place in places]),
        np.array([_incoherent(number, place, angle) for place in places]),
        profile / profile.sum(axis=1, keepdims=True),
    )


def _incoherent(number: int, energy_kev: float, angle: float) -> float:
    """Compton scattering by an atom, cm²/(g sr)."""
    import xraylib

    # where the tables begin, less than a thousandth of the electrons take part
    if xraylib.MomentTransf(energy_kev, angle) < _LEAST_TRANSFER:
        return 0.0
    return float(xraylib.DCS_Compt(number, energy_kev, angle))


@lru_cache(maxsize=8)
def _scattered(stack: Stack, instrument: Instrument) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Photons per beam photon and steradian leaving the sample towards the detector.

    Rayleigh (cells + lines,), Compton of the continuum (cells,) and of the lines
    (lines, momenta).
    """
    grid = scatter_grid(instrument)
    inwards = 1 / math.sin(math.radians(instrument.incidence_degrees))
    outwards = 1 / math.sin(math.radians(instrument.exit_degrees))
    rayleigh = np.zeros(len(grid.energies))
    compton = np.zeros(grid.cells)
    profile = np.zeros((len(grid.energies) - grid.cells, len(_MOMENTA) - 1))

    def add(fractions: Any, elastic: FloatArray, inelastic: FloatArray) -> None:
        """Scatter from so much mass that photons see, g/cm² at each energy."""
        for symbol, share in fractions:
            sections = scatter_sections(symbol, instrument)
            rayleigh[:] += share * elastic * sections.rayleigh
            made = share * inelastic * sections.compton
            compton[:] += made[: grid.cells]
            profile[:] += made[grid.cells :, None] * sections.profile

    air = np.full(len(grid.energies), seen_gas_g_cm2(instrument.path, instrument.path_mm))
    add(GASES[instrument.path][0], air, air)
    above_in, above_same, above_shifted = (np.zeros(len(grid.energies)) for _ in range(3))
    for layer in stack:
        mass = layer.mass_g_cm2
        entering = material_attenuation(layer.material, grid.energies) * mass
        leaving = material_attenuation(layer.material, grid.shifted) * mass
        arriving = np.exp(-above_in * inwards) * inwards * mass
        add(
            layer.material.fractions,
            arriving
            * np.exp(-above_same * outwards)
            * mean_transmission(entering * (inwards + outwards)),
            arriving
            * np.exp(-above_shifted * outwards)
            * mean_transmission(entering * inwards + leaving * outwards),
        )
        above_in += entering
        above_same += entering
        above_shifted += leaving
    photons = grid.photons
    return (
        rayleigh * photons,
        compton * photons[: grid.cells],
        profile * photons[grid.cells :, None],
    )


def mean_transmission(depth: FloatArray) -> FloatArray:
    """Mean of exp(-t) over t from 0 to a depth."""
    safe = np.maximum(depth, 1e-9)
    return np.asarray(-np.expm1(-safe) / safe)
