"""Structural similarity of two scans laid flat, with noise to compare it with.

A cube of shape (rows, cols, channels) is laid flat to a picture of rows·cols lines and as many
columns as channels, and its counts x are mapped to 0..1 by tanh(ln(1 + x)): A. Bombini et al.,
"ganX - generate artificially new XRF", arXiv:2304.14078 (2023). The lines follow each other row by
row, so that a window of eleven lines holds neighbouring pixels of the scan and, at its edge, the
end of one row and the begin of the next.

The map saturates: one count gives 0.6, ten give 0.984, a hundred 0.9998. It judges scans of few
counts per channel; with many counts nearly everything is 1, and noise scores as high as a scan.
The scores of noise stand beside those of the scans to show it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.comparison.common_axis import ChannelMap, CommonAxis
from app.core.comparison.structural import StructuralScores, StructuralSimilarity
from app.core.cube import BLOCK_BYTES, SpectralCube
from app.core.progress import Progress, no_progress
from app.errors import ParameterError

_PIECE_VALUES = 2**21


@dataclass(frozen=True, slots=True)
class CubeScores:
    """How alike two scans laid flat are, and how alike noise is to the first of them.

    Parameters
    ----------
    scans
        The two scans.
    noise
        The first scan and a cube of Poisson noise with the same mean count everywhere: what a
        cube scores that has neither lines nor picture.
    mean_spectrum
        The first scan and Poisson noise around its mean spectrum in every pixel: what a cube
        scores that has the lines but no picture.
    """

    scans: StructuralScores
    noise: StructuralScores
    mean_spectrum: StructuralScores


def mapped(counts: NDArray[Any]) -> NDArray[np.float32]:
    """Counts x as tanh(ln(1 + x)) = 1 − 2 / ((1 + x)² + 1), any shape; 0 stays 0, below 1."""
    values = np.asarray(counts, np.float32) + np.float32(1)
    values *= values
    values += 1
    np.divide(np.float32(-2), values, out=values)
    values += 1
    return values


def check_same_picture(first: SpectralCube, second: SpectralCube) -> None:
    """Raise ParameterError unless two scans have as many rows and columns as each other."""
    if (first.rows, first.cols) != (second.rows, second.cols):
        sizes = [f"{cube.name} has {cube.rows} × {cube.cols} pixels" for cube in (first, second)]
        raise ParameterError(
            "Scans of different sizes cannot be compared.",
            f"{', '.join(sizes)} (rows × columns).",
            "Compare scans of the same pixels, for example one made from a picture of that size.",
        )


def cube_scores(
    first: SpectralCube,
    second: SpectralCube,
    common: CommonAxis,
    mean_spectrum: NDArray[Any],
    *,
    seed: int,
    progress: Progress = no_progress,
    block_bytes: int = BLOCK_BYTES,
) -> CubeScores:
    """SSIM and MS-SSIM of two scans laid flat and mapped, and of the first with noise.

    Parameters
    ----------
    first, second
        Scans of the same rows and columns; read once, some rows at a time.
    common
        The energy axis of the comparison.
    mean_spectrum
        Mean counts per pixel of the first scan on the common channels, shape (channels,).
    seed
        Of the noise; the same seed gives the same noise whatever the size of the blocks.
    progress
        Told before every block; may raise to stop.
    block_bytes
        About how much of each scan is read at a time.

    Raises
    ------
    ParameterError
        If rows or columns differ.
    """
    check_same_picture(first, second)
    flat, spectral = (np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(2))
    mean_count = float(np.mean(mean_spectrum))
    scans, noise, lines = (StructuralSimilarity(common.channels) for _ in range(3))
    for part, other in _flat_pieces(first, second, common, progress, block_bytes):
        one = mapped(part)
        scans.add(one, mapped(other))
        noise.add(one, mapped(flat.poisson(mean_count, part.shape)))
        lines.add(one, mapped(spectral.poisson(mean_spectrum, part.shape)))
    progress(1.0, "")
    return CubeScores(scans.finish(), noise.finish(), lines.finish())


def _flat_pieces(
    first: SpectralCube,
    second: SpectralCube,
    common: CommonAxis,
    progress: Progress,
    block_bytes: int,
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Spectra of the same pixels of both scans on the common channels, row by row."""
    rows = min(first.block_rows(block_bytes), second.block_rows(block_bytes))
    pixels = max(_PIECE_VALUES // max(first.channels, second.channels), 1)
    for start in range(0, first.rows, rows):
        progress(start / first.rows, f"Comparing row {start + 1} of {first.rows}")
        one, other = (
            np.asarray(cube.counts[start : start + rows]).reshape(-1, cube.channels)
            for cube in (first, second)
        )
        for pixel in range(0, len(one), pixels):
            part = slice(pixel, pixel + pixels)
            yield _on(common.first, one[part]), _on(common.second, other[part])


def _on(channels: ChannelMap | None, counts: NDArray[Any]) -> NDArray[Any]:
    return counts if channels is None else channels.apply(counts)
