"""What spectra are compared by: counts of energy windows, made comparable, in few dimensions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import BLOCK_BYTES, SpectralCube
from app.core.maps import Roi, required_axis
from app.core.progress import Progress, no_progress
from app.core.region import Region
from app.errors import ParameterError

FloatArray = NDArray[np.float64]
Features = NDArray[np.float32]
Windows = tuple[tuple[int, int], ...]

LOWEST_KEV = 0.3
"""Below lie the reference pulse at 0 keV and electronic noise, nothing of the painting."""

GROUP_KEV = 0.16
"""Width of the groups of channels: about the width of a peak, so that no line is lost."""

DIMENSIONS = 16
"""Principal components that are kept."""

_GROUPS_WITHOUT_AXIS = 256
_KEPT_BYTES = 512 * 2**20
_ROWS_BETWEEN = 16


class Transform(StrEnum):
    """How the counts n of a window become a feature.

    ANSCOMBE is 2·√(n + 3/8), whose counting noise is the same, about 1, for few and for many
    counts (F. J. Anscombe, Biometrika 35 (1948) 246): weak lines count as much as their noise
    allows. SHARES is √(n / all counts of the pixel), of which the Euclidean distance is
    Hellinger's times √2: only the shape of a spectrum matters. COUNTS leaves n: the strongest
    line decides. STANDARD is ANSCOMBE divided by its standard deviation over the sample: every
    window weighs the same, useful for a few maps, not for windows that hold only noise.
    """

    ANSCOMBE = "anscombe"
    SHARES = "shares"
    COUNTS = "counts"
    STANDARD = "standard"


def channel_groups(channels: int, axis: EnergyAxis | None) -> Windows:
    """Neighbouring channels in groups, from 0.3 keV on: windows for clustering whole spectra.

    Parameters
    ----------
    channels
        Of the scan.
    axis
        Energy axis. Groups are about 0.16 keV wide: 8 channels of 0.02 keV. Without an axis
        nothing is known to leave out, and the channels make about 256 groups.

    Returns
    -------
    tuple
        First channel and the one after the last of each; the last group holds the rest.
    """
    first = 0
    if axis is None:
        size = round(channels / _GROUPS_WITHOUT_AXIS)
    else:
        energies = axis.energies_kev(channels)
        # a scan that ends below 0.3 keV is odd, but it is all there is
        first = int(np.argmax(energies >= LOWEST_KEV))
        size = round(GROUP_KEV / axis.gain_kev)
    size = max(size, 1)
    return tuple((at, min(at + size, channels)) for at in range(first, channels, size))


def map_windows(cube: SpectralCube, rois: Sequence[Roi]) -> Windows:
    """Energy windows as channels: windows for clustering maps.

    Raises
    ------
    ParameterError
        If there is none, the scan has no energy axis, or one lies outside it.
    """
    axis = required_axis(cube)
    if not rois:
        raise ParameterError(
            "There are no maps to cluster.",
            "Neither an element nor an energy window was given.",
            "Name elements, as Fe,Cu,Pb.",
        )
    return tuple(axis.channel_range(roi.low_kev, roi.high_kev, cube.channels) for roi in rois)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSpace:
    """From the counts of windows to features, and on to their principal components.

    Parameters
    ----------
    transform
        First step.
    scale
        What each feature is divided by, shape (windows,).
    mean
        Of the features over the sample, shape (windows,).
    axes
        Principal axes as columns, orthonormal, shape (windows, dimensions).
    """

    transform: Transform
    scale: Features
    mean: Features
    axes: Features

    @classmethod
    def fitted(cls, sums: NDArray[Any], transform: Transform) -> "FeatureSpace":
        """The space of a sample.

        Parameters
        ----------
        sums
            Counts of each window in some pixels, shape (pixels, windows).
        transform
            How counts become features.
        """
        features = _transformed(sums, transform).astype(np.float64)
        scale = np.ones(features.shape[1])
        if transform is Transform.STANDARD:
            spread = features.std(axis=0)
            scale = np.where(spread > 1e-6, spread, 1.0)
            features /= scale
        mean = features.mean(axis=0)
        features -= mean
        # the largest come last; without a sign of their own they are given one
        _, vectors = np.linalg.eigh(features.T @ features)
        axes = vectors[:, ::-1][:, :DIMENSIONS]
        signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
        axes = axes * np.where(signs == 0, 1.0, signs)
        return cls(transform, *(part.astype(np.float32) for part in (scale, mean, axes)))

    def features(self, sums: NDArray[Any]) -> Features:
        """Features about their mean, shape (pixels, windows)."""
        features = _transformed(sums, self.transform)
        if self.transform is Transform.STANDARD:
            features /= self.scale
        features -= self.mean
        return features

    def projected(self, sums: NDArray[Any]) -> Features:
        """Principal components, shape (pixels, dimensions)."""
        return self.features(sums) @ self.axes

    def lifted(self, centres: FloatArray) -> FloatArray:
        """Points among the principal components as features, shape (points, windows)."""
        return centres @ self.axes.T.astype(np.float64)


class WindowSums:
    """Counts of each window in each pixel of a region, row by row.

    Each row is worked on by itself, so that the numbers do not depend on how much is read at a
    time. Rows that were read once are kept while they take less than half a gigabyte.

    Parameters
    ----------
    cube
        Counts of shape (rows, cols, channels).
    windows
        First channel and the one after the last of each.
    region
        Part of the picture, inside the scan.
    block_bytes
        About how much is read at a time.
    """

    def __init__(
        self,
        cube: SpectralCube,
        windows: Windows,
        region: Region,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        self._cube = cube
        self._windows = windows
        self._region = region
        self._block_bytes = block_bytes
        self._kept: list[NDArray[Any]] = []
        self._bytes_left = _KEPT_BYTES

    @property
    def rows(self) -> int:
        """Rows of the region."""
        return self._region.row_stop - self._region.row_start

    @property
    def cols(self) -> int:
        """Columns of the region."""
        return self._region.col_stop - self._region.col_start

    def each(self, progress: Progress = no_progress) -> Iterator[NDArray[Any]]:
        """Rows from the first to the last, each of shape (cols, windows).

        Raises
        ------
        ParameterError
            If a value is not a finite number.
        """
        for row, kept in enumerate(self._kept):
            if row % _ROWS_BETWEEN == 0:
                progress(row / self.rows, "Looking at spectra")
            yield kept
        for row, counts in self.counts(progress, start=len(self._kept)):
            sums = self._checked(_window_sums(counts, self._windows), row)
            if len(self._kept) == row and sums.nbytes <= self._bytes_left:
                self._kept.append(sums)
                self._bytes_left -= sums.nbytes
            yield sums

    def counts(
        self, progress: Progress = no_progress, start: int = 0
    ) -> Iterator[tuple[int, NDArray[Any]]]:
        """Rows of the region from `start` on with their counts, shape (cols, channels)."""
        region = self._region
        row_bytes = self.cols * self._cube.channels * self._cube.counts.dtype.itemsize
        step = max(self._block_bytes // max(row_bytes, 1), 1)
        cols = slice(region.col_start, region.col_stop)
        for row in range(start, self.rows, step):
            progress(row / self.rows, "Reading spectra")
            first = region.row_start + row
            block = self._cube.counts[first : min(first + step, region.row_stop), cols]
            for place, counts in enumerate(np.asarray(block)):
                yield row + place, counts

    def _checked(self, sums: Features, row: int) -> NDArray[Any]:
        """The sums in as few bytes as hold them."""
        if not np.isfinite(sums).all():
            raise ParameterError(
                "These spectra cannot be clustered.",
                f"{self._cube.name}: row {self._region.row_start + row} holds values that are "
                "not finite numbers; expected counts.",
                "Choose a region without them, or write the scan anew without them.",
            )
        is_whole = self._cube.counts.dtype.kind in "ub"
        return sums.astype(np.uint16) if is_whole and sums.max(initial=0) < 2**16 else sums


def _window_sums(counts: NDArray[Any], windows: Windows) -> Features:
    """Counts of each window, shape (pixels, windows), from shape (pixels, channels)."""
    sums = np.empty((len(counts), len(windows)), np.float32)
    values = counts.astype(np.float32)
    (first, stop), whole = windows[0], _equal_run(windows)
    width = stop - first
    # a product with ones is several times quicker than a sum over a short axis
    run = values[:, first : first + whole * width].reshape(len(counts), whole, width)
    sums[:, :whole] = run @ np.ones(width, np.float32)
    for place in range(whole, len(windows)):
        sums[:, place] = values[:, slice(*windows[place])].sum(axis=1)
    return sums


def _equal_run(windows: Windows) -> int:
    """How many windows from the first on are of one width and follow each other at once."""
    width = windows[0][1] - windows[0][0]
    for place, (first, stop) in enumerate(windows):
        if stop - first != width or first != windows[0][0] + place * width:
            return place
    return len(windows)


def _transformed(sums: NDArray[Any], transform: Transform) -> Features:
    values = sums.astype(np.float32)
    if transform is Transform.COUNTS:
        return values
    # a background that was subtracted leaves less than nothing
    np.maximum(values, np.float32(0), out=values)
    if transform is Transform.SHARES:
        values /= np.maximum(values.sum(axis=1, keepdims=True), np.float32(1e-30))
        return np.sqrt(values)
    return np.float32(2) * np.sqrt(values + np.float32(0.375))
