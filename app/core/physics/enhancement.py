"""Secondary excitation: the fluorescence of a stack excites further fluorescence in it.

The stack is cut into thin cells. What each cell emits evenly in all directions is followed along a
few directions through all others, exactly for cells that emit evenly throughout; then what it
excites there escapes. The directions are Gauss points of the integral over the cosine that gives
the exponential integrals of D. K. G. de Boer, X-Ray Spectrom. 19 (1990) 145,
doi:10.1002/xrs.1300190306; the cells replace his integrals over depth, so that many beam energies
cost no more than one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.physics.irradiation import Irradiation

FloatArray = NDArray[np.float64]

# lines with a smaller share of all photons emitted excite nothing that could be seen
_WEAKEST = 1e-5
# each cell is by so much thicker than its neighbour towards the nearer face of the layer
_GROWTH = 1.2
# thickness of the outermost cells, in free paths of the softest line on its way out
_FINEST = 0.2
_FEWEST = 6
# the beam is down to exp(-30) where the stack is cut off
_DEEPEST = 30.0
_DIRECTIONS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Layer of each cell and its mass per area, g/cm², both of shape (cells,), from the top."""

    layers: NDArray[np.intp]
    masses: FloatArray


def secondary_intensities(lit: Irradiation, check: Callable[[], None]) -> FloatArray:
    """Photons per steradian of each line that the beam does not excite itself: (layers, lines).

    Parameters
    ----------
    lit
        The stack in the beam.
    check
        Called now and then; it may raise to stop the computation.

    Notes
    -----
    With cells this fine the error is about 0.2 % of the secondary intensity. Lines with less than
    a hundred-thousandth of the photons emitted are passed over as sources. The coherently scattered
    beam is a source too, taken as even in all directions as PyMca does.
    """
    cells = _cells(lit)
    arriving = _arriving(lit, cells)
    emitted = _emitted(lit, cells, arriving)
    totals = emitted.sum(axis=1)
    sources = np.flatnonzero(totals > _WEAKEST * totals.sum())
    check()
    ways = tracks(
        np.concatenate([lit.line_attenuation[:, sources], lit.beam_attenuation], axis=1),
        cells,
        np.concatenate([emitted[sources].T, arriving * lit.beam_scatter[cells.layers]], axis=1),
    )
    check()
    # vacancies in pure elements, for each element and shell in each cell
    made = np.concatenate([lit.line_vacancies(sources), lit.vacancies], axis=2) @ ways.T
    share = lit.shares[cells.layers][:, lit.elements].T
    photons = lit.per_vacancy[:, None] * made[lit.elements, lit.shells] * share
    leaving = photons * _escape(lit, cells) / (4 * np.pi)
    found = np.zeros((len(lit.masses), len(lit.energies_kev)))
    np.add.at(found, cells.layers, leaving.T)
    return found


def _cells(lit: Irradiation) -> Cells:
    """Cut the layers into cells that are thinnest at their faces."""
    layers, masses = [], []
    left = _DEEPEST
    for layer, whole in enumerate(lit.masses):
        hardest = lit.way_in * lit.beam_attenuation[layer].min()
        mass = min(whole, left / hardest)
        left -= mass * hardest
        softest = lit.way_out * lit.line_attenuation[layer].max()
        finest = min(mass / _FEWEST, _FINEST / softest)
        # as many cells as fill half of the layer, then the same mirrored
        number = np.log1p(mass / 2 / finest * (_GROWTH - 1)) / np.log(_GROWTH)
        half = _GROWTH ** np.arange(int(np.ceil(number)))
        both = np.concatenate([half, half[::-1]])
        masses.append(mass * both / both.sum())
        layers.append(np.full(len(both), layer))
        if left <= 0:
            break
    return Cells(np.concatenate(layers), np.concatenate(masses))


def _arriving(lit: Irradiation, cells: Cells) -> FloatArray:
    """Ways of the photons of the beam in each cell, summed, g/cm², shape (cells, energies)."""
    depths = lit.way_in * lit.beam_attenuation[cells.layers] * cells.masses[:, None]
    above = np.cumsum(depths, axis=0) - depths
    ways: FloatArray = (
        lit.photons * lit.way_in * np.exp(-above) * cells.masses[:, None] * _mean(depths)
    )
    return ways


def _emitted(lit: Irradiation, cells: Cells, arriving: FloatArray) -> FloatArray:
    """Photons of each line that each cell emits in all directions, shape (lines, cells)."""
    excited = lit.vacancies @ arriving.T
    share = lit.shares[cells.layers][:, lit.elements].T
    photons: FloatArray = lit.per_vacancy[:, None] * excited[lit.elements, lit.shells] * share
    return photons


def tracks(attenuations: FloatArray, cells: Cells, emitted: FloatArray) -> FloatArray:
    """How far photons travel in each cell, from where they are emitted to where they end.

    Parameters
    ----------
    attenuations
        Of each line in each layer, cm²/g, shape (layers, lines).
    cells
        The cells.
    emitted
        Photons of each line from each cell, shape (cells, lines).

    Returns
    -------
    ndarray
        Sum of the ways of all photons of a line in a cell, as mass per area, g/cm², shape
        (cells, lines).
    """
    cosines, weights = _directions()
    ways = (cells.masses[:, None] / cosines)[:, None, :]
    depths = attenuations[cells.layers][:, :, None] * ways
    mean = _mean(depths)
    passing = 1 - depths * mean
    # one half goes up, the other down
    sent = emitted[:, :, None] * (weights / 2)
    leaving = sent * mean
    # those that are emitted and absorbed in the same cell, on both ways
    found: FloatArray = 2 * (sent * (1 - mean)).sum(axis=2) / attenuations[cells.layers]
    for order in (range(len(ways)), range(len(ways) - 1, -1, -1)):
        beam = np.zeros(leaving.shape[1:])
        for cell in order:
            found[cell] += (beam * mean[cell]) @ ways[cell, 0]
            beam = beam * passing[cell] + leaving[cell]
    return found


def _escape(lit: Irradiation, cells: Cells) -> FloatArray:
    """Share of each line emitted towards the detector that gets out, shape (lines, cells)."""
    depths = lit.way_out * lit.line_attenuation[cells.layers] * cells.masses[:, None]
    above = np.cumsum(depths, axis=0) - depths
    share: FloatArray = (np.exp(-above) * _mean(depths)).T
    return share


def _directions() -> tuple[FloatArray, FloatArray]:
    """Cosines between 0 and 1 and weights that sum to 1, closer together near grazing."""
    points, weights = np.polynomial.legendre.leggauss(_DIRECTIONS)
    roots = (points + 1) / 2
    return roots**2, roots * weights


def _mean(depths: FloatArray) -> FloatArray:
    """Mean of exp(−x) for x from 0 to each depth."""
    safe = np.maximum(depths, 1e-12)
    mean: FloatArray = -np.expm1(-safe) / safe
    return mean
