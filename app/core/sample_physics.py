"""The physics of the sample scan: from pigments in layers to expected counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.elements import ELEMENTS
from app.core.emission import EmissionLine, intensity_and_energy, lines_of
from app.core.sample_picture import PIGMENTS
from app.core.spectra import FWHM_PER_SIGMA, fwhm_kev

FloatArray = NDArray[np.float64]

HIDDEN_PIGMENT = "manganese black"
MATERIALS = (*PIGMENTS, HIDDEN_PIGMENT)
"""Pigments of the sample: those that show, then the one beneath them."""

# chemical formula of each; clay stands for what ochre brings along
_FORMULAS = {
    "lead white": "Pb3C2O8H2",
    "vermilion": "HgS",
    "azurite": "Cu3C2O8H2",
    "malachite": "Cu2CO5H2",
    "lead-tin yellow": "Pb2SnO4",
    "yellow ochre": "Fe2O4H2Al2Si2O9H4",
    "bone black": "Ca3P2O8C9",
    "manganese black": "MnO2",
}
# what lies below and above the paint: formula and mass, g/cm²
_OIL = ("C57H98O6", 0.7e-3)
_GROUND = ("CaCO3", 18e-3)
_CANVAS = ("C6H10O5", 40e-3)
_AIR = ("N1562O420Ar9", 1.8e-3)
_SILICON_G_CM2 = 0.045 * 2.33
_BERYLLIUM_G_CM2 = 12.5e-4 * 1.848

# in and out at 45° to the surface: every path is longer by this
_SLANT = 2.0**0.5
_ELECTRON_KEV = 511.0

# the tube's continuum is computed at so many energies; its last entries are the Rh K lines
_TUBE_STEP_KEV = 1.0
_TUBE_LINES = 2

# makes an exposure of 1 about 2 000 counts per pixel
_COUNTS_PER_EXPOSURE = 19_000.0


@dataclass(frozen=True, slots=True)
class SampleRecipe:
    """All that decides the sample scan.

    Parameters
    ----------
    rows, cols
        Size of the scan in pixels.
    channels, gain_kev
        Energy axis, from 0 keV.
    exposure
        How many photons reach a pixel, in a unit of its own: at 1 a pixel has about 2 000
        counts on average.
    resolution_ev
        Full width at half maximum at Mn Kα, eV.
    tube_kv
        Voltage of the rhodium tube, kV.
    step_mm
        Distance between rows and between columns, mm.
    seed
        Of the random generator.
    """

    rows: int = 64
    cols: int = 96
    channels: int = 1024
    gain_kev: float = 0.04
    exposure: float = 0.3
    resolution_ev: float = 140.0
    tube_kv: float = 50.0
    step_mm: float = 0.5
    seed: int = 1503


def poisson_counts(expected: FloatArray, uniform: FloatArray) -> NDArray[np.int64]:
    """Poisson counts by inverting the distribution, one random number for each.

    A rounding difference between machines changes one count by one and no other, which a
    rejection method cannot promise.

    Parameters
    ----------
    expected
        Any shape, 0 to about 700.
    uniform
        Random numbers in 0..1, the same shape.
    """
    means, draws = expected.ravel(), uniform.ravel()
    counts = np.zeros(means.size, np.int64)
    probability = np.exp(-means)
    cumulative = probability.copy()
    # the last term that matters to a double: far beyond it rounding may never reach the draw
    last = int(means.max(initial=0.0) + 20 * means.max(initial=0.0) ** 0.5 + 40)
    active = np.flatnonzero(draws > cumulative)
    for number in range(1, last):
        if not len(active):
            break
        probability[active] *= means[active] / number
        cumulative[active] += probability[active]
        counts[active] = number
        active = active[draws[active] > cumulative[active]]
    return counts.reshape(expected.shape)


@lru_cache(maxsize=32)
def mass_fractions(formula: str) -> Mapping[str, float]:
    """Share of each element in the mass of a compound; the same unchangeable table each time.

    Raises
    ------
    ValueError
        If the formula cannot be read.
    """
    import xraylib

    parsed = xraylib.CompoundParser(formula)
    symbols = [ELEMENTS[number - 1] for number in parsed["Elements"]]
    return MappingProxyType(dict(zip(symbols, parsed["massFractions"], strict=True)))


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Cross sections of all elements in the sample, cm²/g, and per steradian what leaves them.

    Shapes: `absorption_in` and both scatters (elements, tube energies), `absorption_out`
    (elements, lines), `production` (lines, tube energies), zero below the edge.
    """

    absorption_in: FloatArray
    absorption_out: FloatArray
    production: FloatArray
    rayleigh: FloatArray
    compton: FloatArray


class SamplePhysics:
    """Expected spectra of layered pixels under the instrument of a recipe.

    Parameters
    ----------
    recipe
        Energy axis, resolution, voltage and exposure.
    """

    def __init__(self, recipe: SampleRecipe) -> None:
        self.recipe = recipe
        formulas = [*_FORMULAS.values(), _OIL[0], _GROUND[0], _CANVAS[0], _AIR[0]]
        present = {element for formula in formulas for element in mass_fractions(formula)}
        self.elements = tuple(sorted(present, key=ELEMENTS.index))
        top = self.recipe.gain_kev * (self.recipe.channels - 1)
        self.lines = tuple(
            line
            for element in self.elements
            for line in lines_of(element)
            if 0.9 < line.energy_kev < min(top, self.recipe.tube_kv)
        )
        self._energies, self._tube = _tube_spectrum(self.recipe.tube_kv)
        self._tables = _tables(self.elements, self.lines, self._energies)
        self._response = self._peaks(np.array([line.energy_kev for line in self.lines]), 0.0)
        # at a right angle
        shifted = self._energies / (1 + self._energies / _ELECTRON_KEV)
        self._scatter_response = np.concatenate(
            [self._scattered(self._energies, 0.0), self._scattered(shifted, 0.02)]
        )

    def expected(self, masses: FloatArray) -> FloatArray:
        """Expected counts, shape (pixels, channels).

        Parameters
        ----------
        masses
            Pigments in mg/cm², shape (pixels, materials), in order of `MATERIALS`.
        """
        lines, scatter = self._emitted(self._layers(masses))
        arriving = lines @ self._response + scatter @ self._scatter_response
        return _COUNTS_PER_EXPOSURE * self.recipe.exposure * arriving

    def measured_row(self, masses: FloatArray, row: int) -> NDArray[np.int64]:
        """Counts of one row of the scan, shape (cols, channels).

        Every row has random numbers of its own, so that rows can be computed in any order.

        Parameters
        ----------
        masses
            Pigments of the whole scan, as `pigment_masses` gives them.
        row
            Number of the row.
        """
        expected = self.expected(masses[:, row].T)
        generator = np.random.Generator(np.random.PCG64([self.recipe.seed, row]))
        return poisson_counts(expected, generator.random(expected.shape))

    def _layers(self, masses: FloatArray) -> list[FloatArray]:
        """Elements of each layer from the top, g/cm², shape (pixels, elements)."""
        pixels = len(masses)
        shares = np.stack([self._shares(_FORMULAS[name]) for name in MATERIALS])
        grams = masses * 1e-3
        paint = grams[:, :-1] @ shares[:-1] + _OIL[1] * self._shares(_OIL[0])
        hidden = grams[:, -1:] @ shares[-1:]
        below = [
            np.broadcast_to(mass * self._shares(formula), (pixels, len(self.elements)))
            for formula, mass in (_AIR, _GROUND, _CANVAS)
        ]
        return [below[0], paint, hidden, below[1], below[2]]

    def _shares(self, formula: str) -> FloatArray:
        fractions = mass_fractions(formula)
        return np.array([fractions.get(element, 0.0) for element in self.elements])

    def _emitted(self, layers: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
        """Photons leaving the surface: lines, and Rayleigh beside Compton by tube energy."""
        tables = self._tables
        owner = [self.elements.index(line.element) for line in self.lines]
        pixels = len(layers[0])
        lines = np.zeros((pixels, len(self.lines)))
        scatter = np.zeros((2, pixels, len(self._energies)))
        above_in = np.zeros((pixels, len(self._energies)))
        above_out = np.zeros((pixels, len(self.lines)))
        for layer in layers:
            inwards = _SLANT * layer @ tables.absorption_in
            outwards = _SLANT * layer @ tables.absorption_out
            both = inwards[:, None, :] + outwards[:, :, None]
            arriving = np.exp(-above_in) * self._tube
            made = (_escaping(both) * arriving[:, None, :] * tables.production).sum(axis=2)
            lines += _SLANT * layer[:, owner] * made * np.exp(-above_out)
            # scatter leaves with nearly the energy it came with
            seen = arriving * np.exp(-above_in) * _escaping(2 * inwards)
            scatter[0] += _SLANT * (layer @ tables.rayleigh) * seen
            scatter[1] += _SLANT * (layer @ tables.compton) * seen
            above_in += inwards
            above_out += outwards
        return lines, np.concatenate([scatter[0], scatter[1]], axis=1)

    def _axis(self) -> FloatArray:
        return EnergyAxis(0.0, self.recipe.gain_kev).energies_kev(self.recipe.channels)

    def _peaks(self, energies: FloatArray, extra: float) -> FloatArray:
        """What the detector makes of single energies, shape (energies, channels).

        `extra` is the width, as a share of the energy, that moving electrons add.
        """
        width = np.hypot(fwhm_kev(energies, self.recipe.resolution_ev), extra * energies)
        sigma = width[:, None] / FWHM_PER_SIGMA
        shape = np.exp(-0.5 * ((self._axis() - energies[:, None]) / sigma) ** 2)
        height = self.recipe.gain_kev / (sigma * (2 * np.pi) ** 0.5)
        return height * shape * _efficiency(energies)[:, None]

    def _scattered(self, energies: FloatArray, extra: float) -> FloatArray:
        """The detector's answer to scattered tube photons, shape (energies, channels).

        The continuum is known at some energies and runs straight from one to the next.
        """
        continuum, peaks = energies[:-_TUBE_LINES], energies[-_TUBE_LINES:]
        nodes = np.eye(len(continuum))
        hats = np.stack([np.interp(self._axis(), continuum, node, 0, 0) for node in nodes])
        hats *= self.recipe.gain_kev / _TUBE_STEP_KEV * _efficiency(continuum)[:, None]
        return np.concatenate([hats, self._peaks(peaks, extra)])


def _escaping(depth: FloatArray) -> FloatArray:
    """Mean of exp(-t) over t from 0 to a depth: what a layer lets out of itself."""
    safe = np.maximum(depth, 1e-9)
    return -np.expm1(-safe) / safe


def _tube_spectrum(tube_kv: float) -> tuple[FloatArray, FloatArray]:
    """Energies, keV, and photons of the tube: Kramers' continuum and the Rh K lines."""
    import xraylib

    energies = np.arange(1.5, tube_kv, _TUBE_STEP_KEV)
    rhodium = ELEMENTS.index("Rh") + 1
    through = np.array([xraylib.CS_Total(rhodium, float(energy)) for energy in energies])
    # the anode's own absorption, and a capillary optic that loses the high energies
    photons = (tube_kv / energies - 1) * np.exp(-through * 2.5e-3) / (1 + (energies / 22.0) ** 2)
    continuum = photons.sum()
    kinds = [(line.energy_kev, line.weight) for line in lines_of("Rh") if line.name in ("Ka", "Kb")]
    peaks = np.array([energy for energy, _ in kinds])
    weights = np.array([weight for _, weight in kinds]) * 0.10 * continuum
    return np.concatenate([energies, peaks]), np.concatenate([photons, weights])


def _tables(
    elements: tuple[str, ...], lines: tuple[EmissionLine, ...], energies: FloatArray
) -> _Tables:
    import xraylib

    numbers = [ELEMENTS.index(element) + 1 for element in elements]
    outgoing = [line.energy_kev for line in lines]

    def table(section: Any, places: Sequence[float], *more: float) -> FloatArray:
        return np.array([[section(n, float(e), *more) for e in places] for n in numbers])

    right_angle = np.pi / 2
    return _Tables(
        absorption_in=table(xraylib.CS_Total, list(energies)),
        absorption_out=table(xraylib.CS_Total, outgoing),
        production=np.array(
            [
                [intensity_and_energy(line.element, line.name, float(e))[0] for e in energies]
                for line in lines
            ]
        )
        / (4 * np.pi),
        rayleigh=table(xraylib.DCS_Rayl, list(energies), right_angle),
        compton=table(xraylib.DCS_Compt, list(energies), right_angle),
    )


def _efficiency(energies: FloatArray) -> FloatArray:
    """Share of photons that the detector counts: through beryllium, stopped by silicon."""
    import xraylib

    window = np.array([xraylib.CS_Total(4, float(energy)) for energy in energies])
    crystal = np.array([xraylib.CS_Photo(14, float(energy)) for energy in energies])
    return np.exp(-window * _BERYLLIUM_G_CM2) * -np.expm1(-crystal * _SILICON_G_CM2)
