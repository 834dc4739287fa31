"""Counts of every line in a spectrum, overlaps resolved by fitting all lines at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.background import snip
from app.core.line_window import Shapes
from app.core.spectra import FWHM_PER_SIGMA

FloatArray = NDArray[np.float64]

# the background's height may breathe over this, keV
_HAT_KEV = 4.0
# half width of SNIP's clipping, in full widths at half maximum
_CLIP_WIDTHS = 2.0
# what is wrong with peak shapes and background, as shares of themselves; it matters only where
# a million counts make Poisson's error small
_SHAPE_ERROR = 0.02
_BACKGROUND_ERROR = 0.01
_LEAST_VARIANCE = 0.02
_ITERATIONS = 3
# a series with more counts than this has its families fitted one by one, tied together by how
# far absorption may change their ratio
_SPLIT_COUNTS = 400.0
_RATIO_ERRORS = {"Kb": ("Ka", 0.12), "Lb": ("La", 0.15), "Lg": ("Lb", 0.30)}
# keeps the normal equations solvable where two shapes are the same, as share of the diagonal
_RIDGE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class LineFit:
    """Counts of all lines of a spectrum.

    Parameters
    ----------
    shapes
        What was fitted.
    counts
        Counts of each family, shape (families,).
    errors
        Standard deviation of each, overlaps included, shape (families,).
    series_counts, series_errors
        Counts of each series and their standard deviation, overlaps included, shape (series,).
    series_alone
        Standard deviation of a series had all else been known, shape (series,).
    compton
        Compton counts by anode.
    spectrum, model, base
        Counts fitted, fitted counts, and the fitted background alone, shape (channels,).
    chi_squared
        Mean of the squared residuals over their variances.
    """

    shapes: Shapes
    counts: FloatArray
    errors: FloatArray
    series_counts: FloatArray
    series_errors: FloatArray
    series_alone: FloatArray
    compton: dict[str, float]
    spectrum: FloatArray
    model: FloatArray
    base: FloatArray
    chi_squared: float


def background(spectrum: FloatArray, shapes: Shapes) -> FloatArray:
    """Background of a spectrum by clipping, shape (channels,); nowhere 0."""
    from scipy.ndimage import gaussian_filter1d

    spacing = np.gradient(shapes.energies_kev)
    widths = shapes.widths_kev / np.maximum(spacing, 1e-9)
    smooth = gaussian_filter1d(spectrum, float(np.median(widths)) / FWHM_PER_SIGMA, mode="nearest")
    clipped = snip(smooth, np.ceil(_CLIP_WIDTHS * widths).astype(np.intp))
    # where nothing was counted at all the background may still be a little above nothing
    return np.asarray(np.maximum(clipped, 0.0) + 1e-3)


def fit_lines(spectrum: FloatArray, shapes: Shapes) -> LineFit:
    """Fit all lines, scattered peaks, pile-up and background at once.

    Parameters
    ----------
    spectrum
        Counts of the window's channels, shape (channels,), none negative.
    shapes
        What may be there.

    Returns
    -------
    LineFit
        No amount in it is negative.

    Notes
    -----
    Linear least squares with no negative amounts: C. L. Lawson and R. J. Hanson, Solving Least
    Squares Problems (1974), ch. 23, on the normal equations; the weights are one over the
    counts that the fit before expects, which is Poisson's variance, with 2 % of the peaks and
    1 % of the background added for what the shapes do not describe. The background is SNIP's
    (`app.core.background`), its height free to breathe over 4 keV. A series (K, L or M of an
    element) is one unknown as long as it is weak. Strong ones are given one unknown per family,
    tied together by the ratios of a thin sample with a tolerance of 12–30 %: a layer above, or
    a thick one, shifts the ratios by that much.
    """
    if not len(spectrum):
        return _empty(shapes)
    base = background(spectrum, shapes)
    hats = _hats(shapes) * base
    rows = np.concatenate([shapes.rows, shapes.compton, _pile_up(spectrum - base, shapes), hats])
    problem = _Problem(shapes, rows)
    expected = base + 0.5 * np.maximum(spectrum - base, 0.0)
    for turn in range(_ITERATIONS):
        variance = _variance(expected, base)
        expected = problem.solve(spectrum, variance)
        if turn == _ITERATIONS - 2:
            problem.split_strong()
    found = problem.amounts
    families = len(shapes.rows)
    compton = dict.fromkeys(shapes.anodes, 0.0)
    for anode, amount in zip(shapes.anodes, found[families:], strict=False):
        compton[anode] += float(amount)
    return LineFit(
        shapes,
        found[:families],
        problem.family_errors(),
        problem.series_counts(),
        problem.series_errors(),
        problem.series_alone(),
        compton,
        spectrum,
        expected,
        found[-len(hats) :] @ hats,
        float(np.mean((spectrum - expected) ** 2 / variance)),
    )


class _Problem:
    """Least squares with the families of weak series held together.

    Parameters
    ----------
    shapes
        What may be there.
    rows
        Shapes of families and of all else, shape (rows, channels); families come first.
    """

    def __init__(self, shapes: Shapes, rows: FloatArray) -> None:
        self._shapes = shapes
        self._rows = rows
        self._families = len(shapes.rows)
        self._series = int(shapes.series.max(initial=-1)) + 1
        self._split = np.zeros(self._series, bool)
        self._grouping, self._owners = self._grouped()
        self._ties = np.zeros((0, len(self._grouping)))
        self._normal = np.zeros((0, 0))
        self._unknowns = np.zeros(0)
        self.amounts = np.zeros(len(rows))

    def _grouped(self) -> tuple[FloatArray, NDArray[np.intp]]:
        """Unknowns made of rows, shape (unknowns, rows), and each unknown's series, -1 without."""
        lines: list[FloatArray] = []
        owners: list[int] = []
        place = np.arange(len(self._rows))
        for number in range(self._series):
            members = np.flatnonzero(self._shapes.series == number)
            if self._split[number]:
                lines += [(place == member).astype(np.float64) for member in members]
                owners += [number] * len(members)
            else:
                shares = np.zeros(len(self._rows))
                shares[members] = self._shapes.shares[members]
                lines.append(shares)
                owners.append(number)
        for row in range(self._families, len(self._rows)):
            lines.append((place == row).astype(np.float64))
            owners.append(-1)
        return np.array(lines), np.array(owners, np.intp)

    def solve(self, spectrum: FloatArray, variance: FloatArray) -> FloatArray:
        """The expected counts of the best fit, shape (channels,)."""
        weighted = self._rows / variance
        self._normal = self._grouping @ (weighted @ self._rows.T) @ self._grouping.T
        self._diagonal = np.maximum(np.diag(self._normal), 1e-300)
        right = self._grouping @ (weighted @ spectrum)
        self._unknowns = not_negative(self._normal + self._ties.T @ self._ties, right)
        self.amounts = self._unknowns @ self._grouping
        return np.asarray(self.amounts @ self._rows)

    def split_strong(self) -> None:
        """Give the families of strong series unknowns of their own, tied together."""
        sizes = self.series_counts()
        self._split = sizes > _SPLIT_COUNTS
        self._grouping, self._owners = self._grouped()
        ties = []
        names = [family.line.name for family in self._shapes.families]
        for number in np.flatnonzero(self._split):
            members = np.flatnonzero(self._shapes.series == number)
            unknown = dict(
                zip(
                    (names[member] for member in members),
                    np.flatnonzero(self._owners == number),
                    strict=True,
                )
            )
            shares = {names[member]: self._shapes.shares[member] for member in members}
            for name, (other, error) in _RATIO_ERRORS.items():
                if name in unknown and other in unknown:
                    ratio = shares[name] / shares[other]
                    scale = 1.0 / (error * ratio * shares[other] * sizes[number])
                    tie = np.zeros(len(self._grouping))
                    tie[unknown[name]], tie[unknown[other]] = scale, -ratio * scale
                    ties.append(tie)
        self._ties = np.array(ties).reshape(-1, len(self._grouping))

    def _covariance(self) -> FloatArray:
        """Covariance of the unknowns; one at its limit of 0 is taken as free for its own error."""
        full = self._normal + self._ties.T @ self._ties
        full[np.diag_indices_from(full)] += _RIDGE * np.diag(full) + 1e-300
        active = np.flatnonzero(self._unknowns > 0)
        resting = np.flatnonzero(self._unknowns <= 0)
        inverse = np.linalg.inv(full[np.ix_(active, active)])
        covariance = np.zeros_like(full)
        covariance[np.ix_(active, active)] = inverse
        cross = full[np.ix_(resting, active)]
        left = np.diag(full)[resting] - np.einsum("ia,ab,ib->i", cross, inverse, cross)
        covariance[resting, resting] = 1.0 / np.maximum(left, _RIDGE * np.diag(full)[resting])
        return covariance

    def series_counts(self) -> FloatArray:
        """Counts of each series, shape (series,)."""
        counts = np.bincount(
            self._shapes.series, self.amounts[: self._families], minlength=self._series
        )
        return counts.astype(np.float64)

    def family_errors(self) -> FloatArray:
        """Standard deviation of each family, shape (families,)."""
        parts = self._grouping[:, : self._families]
        variances = np.einsum("uf,uv,vf->f", parts, self._covariance(), parts, optimize=True)
        return np.sqrt(np.maximum(variances, 0.0))

    def series_errors(self) -> FloatArray:
        """Standard deviation of each series' counts, shape (series,)."""
        members = (self._owners[None, :] == np.arange(self._series)[:, None]).astype(np.float64)
        variances = np.einsum("su,uv,sv->s", members, self._covariance(), members, optimize=True)
        return np.sqrt(np.maximum(variances, 0.0))

    def series_alone(self) -> FloatArray:
        """Standard deviation of each series' counts had all else been known, shape (series,)."""
        found = self.series_counts()
        mixed = np.zeros((self._series, len(self._grouping)))
        for unknown, number in enumerate(self._owners):
            if number >= 0:
                share = self._unknowns[unknown] / found[number] if found[number] > 0 else 1.0
                mixed[number, unknown] = share if self._split[number] else 1.0
        information = np.einsum("su,uv,sv->s", mixed, self._normal, mixed, optimize=True)
        return 1.0 / np.sqrt(np.maximum(information, 1e-300))


def _variance(expected: FloatArray, base: FloatArray) -> FloatArray:
    net = np.maximum(expected - base, 0.0)
    variance = expected + (_SHAPE_ERROR * net) ** 2 + (_BACKGROUND_ERROR * base) ** 2
    return np.asarray(np.maximum(variance, _LEAST_VARIANCE))


def not_negative(normal: FloatArray, right: FloatArray) -> FloatArray:
    """Amounts, none negative, that solve normal · amounts = right best."""
    from scipy.linalg import cholesky, solve_triangular
    from scipy.optimize import nnls

    # with all diagonals 1 the small and the large are solved equally well
    scale = 1.0 / np.sqrt(np.maximum(np.diag(normal), 1e-300))
    level = normal * scale[:, None] * scale
    level[np.diag_indices_from(level)] += _RIDGE
    upper = cholesky(level)
    target = solve_triangular(upper, right * scale, trans="T")
    return np.asarray(nnls(upper, target)[0] * scale)


def _hats(shapes: Shapes) -> FloatArray:
    """Overlapping triangles that sum to 1, shape (hats, channels)."""
    energies = shapes.energies_kev
    count = max(2, round((energies[-1] - energies[0]) / _HAT_KEV) + 1)
    knots = np.linspace(energies[0], energies[-1] + 1e-9, count)
    return np.array([np.interp(energies, knots, row) for row in np.eye(count)])


def _pile_up(net: FloatArray, shapes: Shapes) -> FloatArray:
    """Shape of two photons counted as one, shape (1, channels); sums to at most 1."""
    from scipy.signal import fftconvolve

    energies = shapes.energies_kev
    pairs = fftconvolve(np.maximum(net, 0.0), np.maximum(net, 0.0))
    # the pair of channels i and j has the energy of channel i + j plus that of channel 0
    places = 2 * energies[0] + np.arange(len(pairs)) * (energies[1] - energies[0])
    shape = np.interp(energies, places, np.maximum(pairs, 0.0), left=0.0, right=0.0)
    return (shape / max(shape.sum(), 1e-300))[None, :]


def _empty(shapes: Shapes) -> LineFit:
    families, series = len(shapes.families), int(shapes.series.max(initial=-1)) + 1
    none = np.zeros(0)
    return LineFit(
        shapes,
        np.zeros(families),
        np.zeros(families),
        np.zeros(series),
        np.zeros(series),
        np.zeros(series),
        {},
        none,
        none,
        none,
        0.0,
    )
