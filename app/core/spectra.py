"""Spectra: sums over a region, detector resolution, fewer and wider channels."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import BLOCK_BYTES, SpectralCube
from app.core.progress import Progress, no_progress
from app.core.region import Region
from app.errors import ParameterError

MN_KA_KEV = 5.895
"""Energy at which detectors state their resolution, keV."""

TYPICAL_RESOLUTION_EV = 145.0
"""Full width at half maximum at Mn Kα of a silicon drift detector at work, eV."""

FWHM_PER_SIGMA = 2.0 * math.sqrt(2.0 * math.log(2.0))

# Fano factor of silicon times the energy of one electron–hole pair, keV
_FANO_KEV = 0.115 * 3.65e-3


def fwhm_kev(
    energy_kev: float | NDArray[np.float64], resolution_ev: float = TYPICAL_RESOLUTION_EV
) -> Any:
    """Full width at half maximum of a peak in a silicon detector, keV.

    Parameters
    ----------
    energy_kev
        Energy of the peak, keV; a number or an array of any shape.
    resolution_ev
        Full width at Mn Kα (5.895 keV), eV.

    Returns
    -------
    float or ndarray
        Of the shape of `energy_kev`.

    Raises
    ------
    ParameterError
        If the resolution is better than the statistics of charge in silicon allow (118 eV) or
        is not a number.

    Notes
    -----
    FWHM² = noise² + 2.3548² · F · ε · E with the Fano factor F = 0.115 and ε = 3.65 eV; the
    noise follows from the stated resolution.
    """
    statistics = FWHM_PER_SIGMA**2 * _FANO_KEV
    noise_squared = (resolution_ev / 1000.0) ** 2 - statistics * MN_KA_KEV
    if not noise_squared >= 0 or not math.isfinite(noise_squared):
        limit = 1000.0 * math.sqrt(statistics * MN_KA_KEV)
        raise ParameterError(
            "This detector resolution is not possible.",
            f"Found {resolution_ev:g} eV at Mn Kα; silicon cannot do better than {limit:.0f} eV.",
            "Typical are 125 to 160 eV.",
        )
    # below 0 keV there is the noise alone
    return np.sqrt(noise_squared + statistics * np.maximum(energy_kev, 0.0))


def region_spectrum(
    cube: SpectralCube,
    region: Region,
    progress: Progress = no_progress,
    *,
    block_bytes: int = BLOCK_BYTES,
) -> NDArray[Any]:
    """Counts of all pixels of a rectangle together.

    Parameters
    ----------
    cube
        Counts of shape (rows, cols, channels).
    region
        A rectangle inside the scan.
    progress
        Told after every block of rows.
    block_bytes
        About how much is read at a time.

    Returns
    -------
    ndarray
        Shape (channels,): uint64 for whole-number counts, float64 for others. Exact for whole
        numbers.

    Raises
    ------
    ParameterError
        If the region reaches beyond the scan.
    """
    total = np.zeros(cube.channels, _sum_dtype(cube))
    for block in _region_blocks(cube, region, progress, block_bytes):
        total += block.sum(axis=(0, 1), dtype=total.dtype)
    return total


def region_sum_and_maximum(
    cube: SpectralCube,
    region: Region,
    progress: Progress = no_progress,
    *,
    block_bytes: int = BLOCK_BYTES,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Sum and maximum pixel spectrum of a rectangle, read once.

    Parameters
    ----------
    cube, region, progress, block_bytes
        As for `region_spectrum`.

    Returns
    -------
    tuple of ndarray
        The sum as `region_spectrum` gives it, and for each channel the largest count of any
        pixel, of the counts' own type; both of shape (channels,).

    Raises
    ------
    ParameterError
        If the region reaches beyond the scan.
    """
    total = np.zeros(cube.channels, _sum_dtype(cube))
    maximum = np.zeros(cube.channels, cube.counts.dtype)
    for block in _region_blocks(cube, region, progress, block_bytes):
        total += block.sum(axis=(0, 1), dtype=total.dtype)
        np.maximum(maximum, block.max(axis=(0, 1)), out=maximum)
    return total, maximum


def _sum_dtype(cube: SpectralCube) -> type[np.float64 | np.uint64]:
    return np.float64 if cube.counts.dtype.kind == "f" else np.uint64


def _region_blocks(
    cube: SpectralCube, region: Region, progress: Progress, block_bytes: int
) -> Iterator[NDArray[Any]]:
    """The pixels of a rectangle, some rows at a time; `progress` is told after each."""
    region.check_inside(cube.rows, cube.cols)
    rows = region.row_stop - region.row_start
    row_bytes = (region.col_stop - region.col_start) * cube.channels * cube.counts.dtype.itemsize
    step = max(block_bytes // max(row_bytes, 1), 1)
    cols = slice(region.col_start, region.col_stop)
    for start in range(region.row_start, region.row_stop, step):
        stop = min(start + step, region.row_stop)
        yield np.asarray(cube.counts[start:stop, cols])
        progress((stop - region.row_start) / rows, "Summing spectra")


def rebin(counts: NDArray[Any], factor: int) -> NDArray[Any]:
    """Sum neighbouring channels.

    Parameters
    ----------
    counts
        Shape (..., channels).
    factor
        How many channels become one, at least 1.

    Returns
    -------
    ndarray
        Shape (..., ⌈channels / factor⌉), uint64, int64 or float64. Where the channels do not
        divide evenly the last one holds the rest: no count is lost.

    Raises
    ------
    ParameterError
        If the factor is below 1.
    """
    check_factor(factor)
    starts = np.arange(0, counts.shape[-1], factor)
    dtype = {"u": np.uint64, "b": np.uint64, "i": np.int64}.get(counts.dtype.kind, np.float64)
    return np.add.reduceat(counts, starts, axis=-1, dtype=dtype)


def rebin_axis(axis: EnergyAxis, factor: int) -> EnergyAxis:
    """The energy axis of counts that went through `rebin`.

    The centre of a new channel is the middle of the old ones in it; where the last one holds
    fewer, its energy is that of a full one. With a quadratic axis the middle is the mean of
    the old channels' energies.

    Raises
    ------
    ParameterError
        If the factor is below 1.
    """
    check_factor(factor)
    if factor == 1:
        return axis
    middle = (factor - 1) / 2
    # the mean of (factor·n + k)² over k = 0..factor-1 leaves the spread of k as a constant
    mean_square = (factor - 1) * (2 * factor - 1) / 6
    return EnergyAxis(
        offset_kev=axis.offset_kev + axis.gain_kev * middle + axis.quadratic * mean_square,
        gain_kev=factor * (axis.gain_kev + 2 * axis.quadratic * middle),
        quadratic=axis.quadratic * factor**2,
        source=axis.source,
    )


def check_factor(factor: int) -> None:
    """Raise ParameterError unless that many channels can be joined into one."""
    if factor < 1:
        raise ParameterError(
            "Channels cannot be joined this way.",
            f"Found {factor} channels into one; at least 1 is needed.",
            "Give a whole number such as 2 or 4.",
        )
