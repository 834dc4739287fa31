"""Peaks of a summed spectrum: where they are and how many counts they hold."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.background import snip
from app.core.spectra import FWHM_PER_SIGMA, TYPICAL_RESOLUTION_EV, fwhm_kev

# a peak stands five standard deviations and a fiftieth of the background above it; the second
# condition matters where so many counts come together that any unevenness is significant
_SIGNIFICANCE = 5.0
_SHARE_OF_BACKGROUND = 0.02

# the width over which a peak's counts are summed, in its full widths at half maximum
_HALF_WINDOW = 0.6


@dataclass(frozen=True, slots=True)
class Peak:
    """A peak above the background.

    Parameters
    ----------
    energy_kev
        Its top, keV.
    counts
        Net counts within ±0.6 of its full width at half maximum.
    """

    energy_kev: float
    counts: float


class NetSpectrum:
    """A summed spectrum less its background, to be asked for peaks.

    Parameters
    ----------
    counts
        Shape (channels,); negative and not finite counts are taken as 0.
    axis
        Energy axis.
    resolution_ev
        Full width at half maximum at Mn Kα, eV.
    """

    def __init__(
        self,
        counts: NDArray[Any],
        axis: EnergyAxis,
        resolution_ev: float = TYPICAL_RESOLUTION_EV,
    ) -> None:
        values = np.nan_to_num(np.asarray(counts, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        values = np.maximum(values, 0.0)
        self._axis = axis
        self._energies = axis.energies_kev(len(values))
        self._fwhm = np.asarray(fwhm_kev(self._energies, resolution_ev))
        spacing = np.gradient(self._energies) if len(values) > 1 else np.ones(len(values))
        # an axis may bend back on itself at its far end; there is nothing to be found there
        self._widths = self._fwhm / np.maximum(np.abs(spacing), 1e-9)
        smooth = self._smoothed(values)
        self._background = snip(smooth, np.ceil(2 * self._widths).astype(np.intp))
        self._smooth_net = smooth - self._background
        self._sum_all = np.concatenate([[0.0], np.cumsum(values)])
        self._sum_background = np.concatenate([[0.0], np.cumsum(self._background)])

    def _smoothed(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Counts averaged over a third of a peak's width at the middle of the axis."""
        from scipy.ndimage import gaussian_filter1d

        if not len(values):
            return values
        sigma = float(np.median(self._widths)) / FWHM_PER_SIGMA / 2
        return np.asarray(gaussian_filter1d(values, min(sigma, len(values) / 4), mode="nearest"))

    @property
    def range_kev(self) -> tuple[float, float]:
        """Energies of the first and the last channel, keV."""
        return float(self._energies[0]), float(self._energies[-1])

    def width_kev(self, energy_kev: float) -> float:
        """Full width at half maximum at an energy, keV."""
        return float(np.interp(energy_kev, self._energies, self._fwhm))

    def net_counts(self, energy_kev: float) -> tuple[float, float]:
        """Counts above the background around an energy, and their standard deviation."""
        first, stop = self._window(energy_kev)
        everything = self._sum_all[stop] - self._sum_all[first]
        background = self._sum_background[stop] - self._sum_background[first]
        return float(everything - background), math.sqrt(max(everything + background, 1.0))

    def is_peak(self, energy_kev: float) -> bool:
        """Whether the counts around an energy stand out from the background."""
        net, deviation = self.net_counts(energy_kev)
        first, stop = self._window(energy_kev)
        background = self._sum_background[stop] - self._sum_background[first]
        return net > _SIGNIFICANCE * deviation and net > _SHARE_OF_BACKGROUND * background

    def peaks(self, lowest_kev: float) -> tuple[Peak, ...]:
        """All peaks from an energy upwards, the one with the most counts first."""
        net = self._smooth_net
        if len(net) < 3:
            return ()
        rises = net[1:-1] > net[:-2]
        falls = net[1:-1] >= net[2:]
        tops = np.flatnonzero(rises & falls) + 1
        found = []
        for top in tops:
            energy = self._top_kev(int(top))
            if energy >= lowest_kev and self.is_peak(energy):
                found.append(Peak(energy, self.net_counts(energy)[0]))
        return tuple(sorted(found, key=lambda peak: -peak.counts))

    def _top_kev(self, top: int) -> float:
        """Energy of the summit of a parabola through three channels."""
        left, middle, right = self._smooth_net[top - 1 : top + 2]
        bend = left - 2 * middle + right
        shift = 0.0 if bend >= 0 else 0.5 * (left - right) / bend
        return self._axis.energy_kev(top + float(shift))

    def _window(self, energy_kev: float) -> tuple[int, int]:
        half = _HALF_WINDOW * self.width_kev(energy_kev)
        first = int(np.searchsorted(self._energies, energy_kev - half))
        stop = int(np.searchsorted(self._energies, energy_kev + half, side="right"))
        return first, max(stop, first)
