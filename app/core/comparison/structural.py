"""Structural similarity of two pictures (SSIM) at one and at five scales, row by row.

SSIM: Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, IEEE Trans. Image Process. 13 (2004)
600, doi:10.1109/TIP.2003.819861. MS-SSIM: Z. Wang, E. P. Simoncelli, A. C. Bovik, Asilomar Conf.
37 (2003) 1398, doi:10.1109/ACSSC.2003.1292216. A Gaussian window of 11 × 11 pixels with σ = 1.5,
K1 = 0.01, K2 = 0.03, values of range 1; only windows that lie wholly inside the picture count,
variances are those of the window's weights (divided by their sum, which is 1).
"""

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

WINDOW = 11
SIGMA = 1.5
K1, K2 = 0.01, 0.03

SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""How much each scale counts in MS-SSIM, the finest first (Wang 2003)."""

SMALLEST_MS_SSIM = (WINDOW - 1) * 2 ** (len(SCALE_WEIGHTS) - 1) + 1
"""Fewest rows and columns for MS-SSIM: 161, halved four times, leave one window of 11."""

_HALF = WINDOW // 2
# so many that the work outweighs the calls, so few that the fields stay in a processor's cache
_PIECE_VALUES = 2**17

Floats: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class StructuralScores:
    """How alike two pictures are in structure, 1 for equal ones.

    Parameters
    ----------
    ssim
        Mean SSIM, −1 to 1; None if the picture has fewer than 11 rows or columns.
    ms_ssim
        MS-SSIM of five scales, 0 to 1; None below 161 rows or columns. A scale on which the
        pictures are anticorrelated counts as 0.
    """

    ssim: float | None
    ms_ssim: float | None


class StructuralSimilarity:
    """Compares two pictures of one band, given some rows at a time.

    However the rows are divided, the scores are those of the whole pictures (to rounding); at
    most ten rows and one odd row of each scale are kept.

    Parameters
    ----------
    cols
        Width of the pictures.

    Notes
    -----
    The next scale is the mean of 2 × 2 pixels; an odd last row or column is repeated, so that 161
    rows become 81, 41, 21 and 11.
    """

    def __init__(self, cols: int) -> None:
        self._scales: list[_Scale] = []
        for _ in SCALE_WEIGHTS:
            self._scales.append(_Scale(cols))
            cols = (cols + 1) // 2

    def add(self, first: Floats, second: Floats) -> None:
        """Compare the next rows.

        Parameters
        ----------
        first, second
            Values of 0 to 1, shape (rows, cols), both float32 or both float64: the precision in
            which the windows of the finest scale are computed; the coarser ones take float64.
        """
        step = max(_PIECE_VALUES // max(first.shape[1], 1), 2)
        for start in range(0, len(first), step):
            rows = slice(start, start + step)
            self._add(0, np.stack([first[rows], second[rows]]))

    def finish(self) -> StructuralScores:
        """The scores of all rows so far; nothing is added afterwards."""
        for index, scale in enumerate(self._scales):
            rest = scale.rest()
            if rest is not None and index + 1 < len(self._scales):
                self._add(index + 1, rest)
        finest, coarsest = self._scales[0], self._scales[-1]
        if not finest.windows:
            return StructuralScores(None, None)
        ssim = finest.ssim / finest.windows
        if not coarsest.windows:
            return StructuralScores(ssim, None)
        factors = [scale.contrast / scale.windows for scale in self._scales[:-1]]
        factors.append(coarsest.ssim / coarsest.windows)
        powers = zip(factors, SCALE_WEIGHTS, strict=True)
        return StructuralScores(
            ssim, math.prod(max(factor, 0.0) ** weight for factor, weight in powers)
        )

    def _add(self, index: int, pair: Floats) -> None:
        for scale in self._scales[index:]:
            scale.score(pair)
            pair = scale.halved(pair)
            if not pair.shape[1]:
                break


class _Scale:
    """One scale: sums over its windows, and the rows that the next ones still need."""

    def __init__(self, cols: int) -> None:
        self.windows = 0
        self.ssim = 0.0
        self.contrast = 0.0
        self._cols = cols
        self._tail: Floats | None = None
        self._odd: Floats | None = None

    def score(self, pair: Floats) -> None:
        """Add the windows that end in these rows; pair of shape (2, rows, cols)."""
        if self._cols < WINDOW:
            return
        first, second = pair
        fields = np.empty((4, *first.shape), first.dtype)
        fields[0], fields[1] = first, second
        # only the sum of both variances is needed
        fields[2] = first * first + second * second
        fields[3] = first * second
        lines = _filtered(fields, axis=2)
        if self._tail is not None:
            lines = np.concatenate([self._tail, lines], axis=1)
        self._tail = lines[:, -(WINDOW - 1) :].copy()
        if lines.shape[1] >= WINDOW:
            self._sum(*_filtered(lines, axis=1))

    def _sum(self, mean1: Floats, mean2: Floats, squares: Floats, product: Floats) -> None:
        both = 2 * mean1 * mean2
        mean_squares = mean1 * mean1 + mean2 * mean2
        contrast = 2 * product - both + K2**2
        contrast /= squares - mean_squares + K2**2
        self.contrast += float(contrast.sum(dtype=np.float64))
        contrast *= (both + K1**2) / (mean_squares + K1**2)
        self.ssim += float(contrast.sum(dtype=np.float64))
        self.windows += contrast.size

    def halved(self, pair: Floats) -> Floats:
        """Means of 2 × 2 pixels of the rows so far; an odd row waits for the next ones."""
        if self._odd is not None:
            pair = np.concatenate([self._odd, pair], axis=1)
        whole = pair.shape[1] // 2 * 2
        self._odd = pair[:, whole:].copy() if whole < pair.shape[1] else None
        return _halved(pair[:, :whole])

    def rest(self) -> Floats | None:
        """The odd last row, paired with itself; None if there is none."""
        if self._odd is None:
            return None
        pair = np.repeat(self._odd, 2, axis=1)
        self._odd = None
        return _halved(pair)


def _halved(pair: Floats) -> Floats:
    """Means of 2 × 2 pixels as float64: averaging leaves small variances beside large means."""
    rows = np.add(pair[:, 0::2], pair[:, 1::2], dtype=np.float64) / 2
    if rows.shape[2] % 2:
        rows = np.concatenate([rows, rows[:, :, -1:]], axis=2)
    return np.asarray((rows[:, :, 0::2] + rows[:, :, 1::2]) / 2)


def _filtered(fields: Floats, axis: int) -> Floats:
    """Fields of shape (4, rows, cols) under the window along one axis, only where it fits."""
    weights = gaussian_window()
    size = fields.shape[axis] - WINDOW + 1
    before = (slice(None),) * axis

    def at(start: int) -> Floats:
        return fields[(*before, slice(start, start + size))]

    total = at(_HALF) * weights[_HALF]
    pair = np.empty_like(total)
    for index in range(_HALF):
        # the window is symmetric: two of its places share a weight
        np.add(at(index), at(WINDOW - 1 - index), out=pair)
        pair *= weights[index]
        total += pair
    return np.asarray(total)


def gaussian_window() -> tuple[float, ...]:
    """The window's eleven weights along one axis; their sum is 1."""
    weights = [math.exp(-((index - _HALF) ** 2) / (2 * SIGMA**2)) for index in range(WINDOW)]
    return tuple(weight / sum(weights) for weight in weights)
