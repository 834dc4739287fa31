"""A small look at a synthetic scan before it is made: the maps that the paper shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.emission import EmissionLine, line
from app.core.lines import roi_for
from app.core.synthesis.generate import SynthesisRecipe, counts_of_pixels
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

PAPER_LINES = ("K_Ka", "Ca_Ka", "Fe_Ka", "Zn_Ka", "Cu_Ka", "Au_La", "Hg_La", "Pb_La")
"""The eight maps in the figures of A. Bombini et al., arXiv:2304.14078."""

SIDE = 64


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """Some pixels of a scan, every `step`-th row and column.

    Parameters
    ----------
    picture
        Their sRGB, shape (rows, cols, 3), uint8.
    labels
        Their colours on the palette, shape (rows, cols), uint8 or uint16.
    step
        1 where all pixels are there.
    """

    picture: NDArray[np.uint8]
    labels: NDArray[np.unsignedinteger]
    step: int


@dataclass(frozen=True, slots=True, eq=False)
class PreviewMap:
    """One of the maps.

    Parameters
    ----------
    line
        The emission line.
    counts
        Counts in its window, shape (rows, cols), int64; None where the energy axis does not
        reach the line.
    """

    line: EmissionLine
    counts: NDArray[np.int64] | None


def thumbnail(
    picture: NDArray[np.uint8], labels: NDArray[np.unsignedinteger], side: int = SIDE
) -> Thumbnail:
    """At most `side` × `side` pixels of a scan's picture and its labels, evenly spread."""
    step = max(-(-max(labels.shape) // side), 1)
    return Thumbnail(
        np.ascontiguousarray(picture[::step, ::step]),
        np.ascontiguousarray(labels[::step, ::step]),
        step,
    )


def preview(
    small: Thumbnail,
    expected: FloatArray,
    axis: EnergyAxis,
    recipe: SynthesisRecipe,
    means: FloatArray | None = None,
) -> tuple[PreviewMap, ...]:
    """The eight maps of a thumbnail, with the noise that the scan will have.

    Parameters
    ----------
    small
        Pixels of the scan.
    expected
        Expected spectrum of every colour, shape (colours, channels), rows sum to 1.
    axis
        Of these spectra.
    recipe
        Counts, noise and seed.
    means
        Expected counts of every colour, shape (colours,); None for the recipe's in all.

    Returns
    -------
    tuple of PreviewMap
        In the order of `PAPER_LINES`; always the same for the same input.

    Notes
    -----
    Each pixel's counts in the windows are drawn from the distribution they have in the scan,
    but not with the scan's own random numbers: a channel outside all windows is not drawn by
    itself. With counts by luminosity the mean is that of the thumbnail.
    """
    channels = expected.shape[1]
    lines = [line(key) for key in PAPER_LINES]
    windows = [window_of(item, axis, channels) for item in lines]
    ends = {end for window in windows if window is not None for end in window}
    edges = np.array(sorted(ends | {0, channels}))
    chances = np.add.reduceat(expected, edges[:-1], axis=1)
    chances /= chances.sum(axis=1, keepdims=True)
    pixels = None if means is None else means[small.labels]
    numbers = counts_of_pixels(small.picture, recipe, pixels)
    generator = np.random.Generator(np.random.SFC64([recipe.seed, 2]))
    drawn = generator.multinomial(numbers, chances[small.labels])
    sums = np.concatenate([np.zeros((*numbers.shape, 1), np.int64), drawn.cumsum(axis=2)], axis=2)
    maps = []
    for item, window in zip(lines, windows, strict=True):
        if window is None:
            maps.append(PreviewMap(item, None))
        else:
            first, stop = np.searchsorted(edges, window)
            maps.append(PreviewMap(item, sums[..., stop] - sums[..., first]))
    return tuple(maps)


def window_of(item: EmissionLine, axis: EnergyAxis, channels: int) -> tuple[int, int] | None:
    """Channels of a line's window, the first and one beyond the last; None where it is not reached.

    Parameters
    ----------
    channels
        How many the axis has.
    """
    try:
        roi = roi_for(item, axis, channels=channels)
        return axis.channel_range(roi.low_kev, roi.high_kev, channels)
    except ParameterError:
        return None
