"""A better energy axis from the spectrum itself: where known lines say that it should be."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.line_fit import background, not_negative
from app.core.line_window import Shapes, shapes_for, window_of
from app.core.spectra import FWHM_PER_SIGMA, TYPICAL_RESOLUTION_EV

FloatArray = NDArray[np.float64]

COMMON = (
    *("S", "Cl", "Ar", "K", "Ca", "Ti", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Sr"),
    *("Ag", "Sn", "Ba", "Au", "Hg", "Pb"),
)
"""Elements of nearly all paintings and instruments: what an axis is checked against."""

_LARGEST_SHIFT_EV = 80.0
_LARGEST_GAIN = 0.02
# how far an axis is usually off; what lies farther away has to explain the spectrum better
_USUAL_SHIFT_EV = 20.0
_USUAL_GAIN = 0.006
_OTHER_GAINS = (-0.006, 0.006, -0.012, 0.012)
# with less than this per channel, in squared standard deviations, there is no need to look on
_GOOD_MISFIT = 1.5
_FEWEST_NET = 600.0
_FEWEST_CHANNELS = 50
_ANODES = ("Mo", "Rh", "Ag")
_STEPS = 2
_LAST_STEPS = 4
_SHAPE_ERROR = 0.03
# a change must lower the misfit by this much, in squared standard deviations, to be believed
_LEAST_GAIN_OF_FIT = 12.0
# and to this share, because shapes that do not quite fit pull a little everywhere
_LARGEST_REST = 0.8
# changes are rounded, so that neighbouring pixels share their tables, and those that move no
# line by much are left out: from a single element neither shift nor gain can be told
_SHIFT_STEP_EV = 2.0
_GAIN_STEP = 0.0005
_LEAST_CHANGE_KEV = 0.015
_LEAST_PEAK = 0.02
# the clipped background takes the feet of the peaks, so that they look this much narrower:
# found with computed spectra of 130, 145 and 160 eV
_FEET = 0.945
_SMALLEST_EV = 118.5
_LARGEST_EV = 260.0


@dataclass(frozen=True, slots=True)
class Refinement:
    """What was found about an axis.

    Parameters
    ----------
    axis
        The axis to use: the one given, or the corrected one.
    shift_ev
        By how much its zero was moved, eV.
    gain_percent
        By how much its gain was changed, %.
    resolution_ev
        Full width at half maximum at Mn Kα, eV.
    """

    axis: EnergyAxis
    shift_ev: float
    gain_percent: float
    resolution_ev: float

    @property
    def is_changed(self) -> bool:
        """Whether the axis differs from the one given."""
        return self.shift_ev != 0 or self.gain_percent != 0


def refine_axis(
    counts: NDArray[Any],
    axis: EnergyAxis,
    *,
    highest_kev: float = 50.0,
    resolution_ev: float = TYPICAL_RESOLUTION_EV,
) -> Refinement:
    """Correct a small error of an energy axis.

    Parameters
    ----------
    counts
        Shape (channels,); best a sum over many pixels.
    axis
        The axis as it is known, right to about 60 eV and 1.5 %.
    highest_kev
        Voltage of the tube, kV.
    resolution_ev
        Full width at half maximum at Mn Kα to begin with, eV.

    Returns
    -------
    Refinement
        With the axis given where the spectrum has too few counts in its lines (600), or where
        no change explains them clearly better.

    Notes
    -----
    The lines of twenty common elements are fitted (linear least squares without negative
    amounts) while shift, gain and width follow the residuals' first order (Gauss and Newton),
    starting from five gains within ±1.2 % so that the nearest line is not taken for the right
    one. Changes beyond 80 eV or 2 % are refused.
    """
    given = Refinement(axis, 0.0, 0.0, resolution_ev)
    window = window_of(axis, len(counts), highest_kev)
    if window.stop - window.first < _FEWEST_CHANNELS:
        return given
    search = _Search(
        window.cut(counts), shapes_for(window, COMMON, _ANODES, highest_kev, resolution_ev)
    )
    if search.net_counts < _FEWEST_NET:
        return given
    starts = [search.follow(_Place(0.0, 0.0), _STEPS)]
    if starts[0].misfit > _GOOD_MISFIT * (window.stop - window.first):
        starts += [search.follow(_Place(0.0, gain), _STEPS) for gain in _OTHER_GAINS]
    best = search.follow(min(starts, key=lambda place: place.misfit), _LAST_STEPS, width=True)
    resolution = _resolution(resolution_ev, best.widening)
    at_limit = (
        abs(best.shift_kev) >= 0.99 * _LARGEST_SHIFT_EV / 1000
        or abs(best.gain) >= 0.99 * _LARGEST_GAIN
    )
    enough = min(
        search.misfit_as_given - _LEAST_GAIN_OF_FIT, _LARGEST_REST * search.misfit_as_given
    )
    if at_limit or best.misfit > enough:
        return Refinement(axis, 0.0, 0.0, resolution)
    return _corrected(axis, best, search.line_energies_kev, resolution)


def _corrected(
    axis: EnergyAxis, best: "_Place", line_energies_kev: FloatArray, resolution_ev: float
) -> Refinement:
    """The axis moved as was found best, if that moves any line by much."""
    shift_ev = _SHIFT_STEP_EV * round(1000 * best.shift_kev / _SHIFT_STEP_EV)
    gain = _GAIN_STEP * round(best.gain / _GAIN_STEP)
    if np.abs(shift_ev / 1000 + gain * line_energies_kev).max() < _LEAST_CHANGE_KEV:
        return Refinement(axis, 0.0, 0.0, resolution_ev)
    stretch = 1.0 + gain
    corrected = EnergyAxis(
        axis.offset_kev * stretch + shift_ev / 1000,
        axis.gain_kev * stretch,
        axis.quadratic * stretch,
        f"{axis.source}; corrected by its own lines" if axis.source else "corrected by its lines",
    )
    return Refinement(corrected, shift_ev, 100 * gain, resolution_ev)


@dataclass(frozen=True, slots=True)
class _Place:
    """A trial: E becomes (1 + gain)·E + shift; widening is a variance, keV²."""

    shift_kev: float
    gain: float
    widening: float = 0.0
    misfit: float = np.inf


class _Search:
    """Fits of one spectrum with its energies moved."""

    def __init__(self, spectrum: FloatArray, shapes: Shapes) -> None:
        self._energies = shapes.energies_kev
        spacing = np.diff(self._energies)
        self._edges = np.concatenate(
            [
                [self._energies[0] - spacing[0] / 2],
                (self._energies[1:] + self._energies[:-1]) / 2,
                [self._energies[-1] + spacing[-1] / 2],
            ]
        )
        self._sums = np.concatenate([[0.0], np.cumsum(spectrum)])
        base = background(spectrum, shapes)
        self._base_sums = np.concatenate([[0.0], np.cumsum(base)])
        self.net_counts = float(np.maximum(spectrum - base, 0.0).sum())
        count = int(shapes.series.max(initial=-1)) + 1
        rows = np.zeros((count, len(spectrum)))
        np.add.at(rows, shapes.series, shapes.rows * shapes.shares[:, None])
        self._rows = np.concatenate([rows, shapes.compton])
        # where the shapes fit badly, what is usual has to weigh more against what the fit says
        self._doubt = 1.0
        self.misfit_as_given, _, _, peaks = self._fit(_Place(0.0, 0.0))
        self.line_energies_kev = self._energies[peaks >= _LEAST_PEAK * peaks.max()]
        self._doubt = max(1.0, self.misfit_as_given / len(spectrum))

    def _moved(self, sums: FloatArray, place: _Place) -> FloatArray:
        """Counts per channel after the energies were moved."""
        edges = self._edges * (1.0 + place.gain) + place.shift_kev
        return np.diff(np.interp(self._edges, edges, sums))

    def _fit(self, place: _Place) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        """Misfit, residuals, their weights and the peaks fitted."""
        spectrum = self._moved(self._sums, place)
        base = self._moved(self._base_sums, place)
        net = np.maximum(spectrum - base, 0.0)
        weights = 1.0 / (spectrum + 1.0 + (_SHAPE_ERROR * net) ** 2 + (0.01 * base) ** 2)
        rows = np.concatenate([self._rows, base[None, :]])
        weighted = rows * weights
        amounts = not_negative(weighted @ rows.T, weighted @ spectrum)
        model = amounts @ rows
        residuals = spectrum - model
        usual = (1000 * place.shift_kev / _USUAL_SHIFT_EV) ** 2 + (place.gain / _USUAL_GAIN) ** 2
        misfit = float(residuals @ (weights * residuals)) + self._doubt * usual
        return misfit, residuals, weights, amounts[:-1] @ self._rows

    def follow(self, place: _Place, steps: int, *, width: bool = False) -> _Place:
        """Walk downhill from a place; the best of the places seen."""
        best = place
        for _ in range(steps + 1):
            misfit, residuals, weights, peaks = self._fit(place)
            if misfit < best.misfit:
                best = _Place(place.shift_kev, place.gain, place.widening, misfit)
            slope = np.gradient(peaks, self._energies)
            ways = [slope, slope * self._energies]
            if width:
                ways.append(0.5 * np.gradient(slope, self._energies))
            directions = np.array(ways)
            weighted = directions * weights
            normal = weighted @ directions.T
            pull_shift = self._doubt * (1000 / _USUAL_SHIFT_EV) ** 2
            pull_gain = self._doubt * _USUAL_GAIN**-2
            normal[0, 0] += pull_shift
            normal[1, 1] += pull_gain
            right = weighted @ residuals
            right[0] -= place.shift_kev * pull_shift
            right[1] -= place.gain * pull_gain
            change = np.linalg.lstsq(normal, right, rcond=None)[0]
            limit = _LARGEST_SHIFT_EV / 1000
            place = _Place(
                float(np.clip(place.shift_kev + change[0], -limit, limit)),
                float(np.clip(place.gain + change[1], -_LARGEST_GAIN, _LARGEST_GAIN)),
                float(change[2]) if width else 0.0,
            )
        return _Place(best.shift_kev, best.gain, place.widening if width else 0.0, best.misfit)


def _resolution(start_ev: float, widening: float) -> float:
    """Resolution at Mn Kα after the peaks' variance changed, eV, in steps of 5 eV."""
    squared = (start_ev / 1000) ** 2 + widening * FWHM_PER_SIGMA**2
    width = 1000 * np.sqrt(max(squared, 0.0)) / _FEET
    return float(np.clip(5 * round(width / 5), _SMALLEST_EV, _LARGEST_EV))
