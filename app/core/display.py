"""How counts become colours: colour maps, scales, levels and the length of a scale bar."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import ParameterError

# Colours at equal distances from low to high. viridis, inferno and magma by S. van der Walt,
# N. Smith and E. Firing, cividis by J. Nuñez, C. Anderton and R. Renslow (all CC0), read off at
# eighteen places; sienna is our own, a single hue from black over burnt sienna to cream.
_ANCHORS = {
    "grey": "000000 ffffff",
    "inferno": "000004 0a0722 1e0c45 380962 510e6c 69166e 801f6c 982766 b0315b c63d4d d94d3d e9612b"
    " f47918 fa9407 fcb014 f8cd37 f2ea69 fcffa4",
    "viridis": "440154 481769 472a7a 433d84 3d4e8a 355e8d 2e6d8e 297b8e 23898e 1f978b 21a585 2eb37c"
    " 46c06f 65cb5e 89d548 b0dd2f d8e219 fde725",
    "magma": "000004 090720 1a1042 311165 4a1079 621980 792282 912b81 aa337d c23b75 d9466b ec5860"
    " f7725c fc8e64 feaa74 fec68a fde2a3 fcfdbf",
    "cividis": "00224e 002d68 163770 2e416d 3f4c6c 4e566c 5c616e 696b71 767676 838179 928c78 a09875"
    " afa471 bfb06b cfbd62 dfca57 f0d846 fee838",
    "sienna": "050302 2b150c 532410 7c3716 a24f24 bd6f3e cf9062 dfb28b edd4b9 fbf5ea",
}

# a look-up table pays as long as it is not much larger than the picture
_LARGEST_TABLE = 2**18
_SAMPLE_PIXELS = 1_000_000

# a little below 256, so that the last colour holds the last level itself
_COLOURS = 255.99


def _table(anchors: str) -> NDArray[np.uint8]:
    """Colours between anchors, shape (256, 3), not writable."""
    colours = np.array([list(bytes.fromhex(colour)) for colour in anchors.split()], np.float64)
    places = np.linspace(0.0, 255.0, len(colours))
    steps = np.arange(256.0)
    table = np.stack([np.interp(steps, places, band) for band in colours.T], axis=1)
    table = np.round(table).astype(np.uint8)
    table.flags.writeable = False
    return table


COLOUR_MAPS: dict[str, NDArray[np.uint8]] = {
    name: _table(anchors) for name, anchors in _ANCHORS.items()
}
"""Colour tables by name, shape (256, 3), from low to high; the lightness rises throughout."""


class Scale(StrEnum):
    """How counts between the levels spread over the colours."""

    LINEAR = "linear"
    SQRT = "sqrt"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class MapDisplay:
    """How a map is shown.

    Parameters
    ----------
    colour_map
        A name in `COLOUR_MAPS`.
    scale
        How counts spread over the colours.
    low_percentile, high_percentile
        Percentages of the pixels that lie at or below the first and at or below the last
        colour's counts.
    inverted
        Runs the colours from high to low.

    Raises
    ------
    ParameterError
        If there is no such colour map or the percentiles are not in order within 0 to 100.
    """

    colour_map: str = "inferno"
    scale: Scale = Scale.LINEAR
    low_percentile: float = 1.0
    high_percentile: float = 99.5
    inverted: bool = False

    def __post_init__(self) -> None:
        if self.colour_map not in COLOUR_MAPS:
            raise ParameterError(
                "This colour map is not known.",
                f"Found {self.colour_map!r}; there are {', '.join(COLOUR_MAPS)}.",
                "Choose one of these.",
            )
        if not 0 <= self.low_percentile < self.high_percentile <= 100:
            raise ParameterError(
                "These percentiles cannot be used.",
                f"Found {self.low_percentile:g} % to {self.high_percentile:g} %; "
                "expected 0 % to 100 %, the lower one first.",
                "Usual are 1 % and 99.5 %.",
            )

    @property
    def table(self) -> NDArray[np.uint8]:
        """Colours from low to high, shape (256, 3)."""
        table = COLOUR_MAPS[self.colour_map]
        return table[::-1] if self.inverted else table


def levels(
    counts: NDArray[Any], low_percentile: float = 1.0, high_percentile: float = 99.5
) -> tuple[float, float]:
    """Counts between which a map is shown.

    Parameters
    ----------
    counts
        Shape (rows, cols), any real dtype. Values that are not finite are left out. Of more
        than a million pixels an evenly spaced part is looked at, always the same one.
    low_percentile, high_percentile
        0 to 100.

    Returns
    -------
    tuple of float
        The smallest counts that at least so many per cent of the pixels do not exceed. Where
        both would be the same, the smallest and the largest counts. Equal for a constant map;
        (0, 0) where there is no finite value.
    """
    sample = counts.ravel()
    if sample.size > _SAMPLE_PIXELS:
        # an odd stride drifts through the columns, so that no column is looked at alone
        sample = sample[:: 2 * (sample.size // (2 * _SAMPLE_PIXELS)) + 1]
    if sample.dtype.kind == "f":
        sample = sample[np.isfinite(sample)]
    if sample.size == 0:
        return 0.0, 0.0
    if sample.dtype.kind == "u" and int(sample.max()) < _LARGEST_TABLE:
        reached = np.cumsum(np.bincount(sample))
        wanted = np.array([low_percentile, high_percentile]) / 100 * sample.size
        # at least one pixel: 0 % is the smallest value present
        low, high = np.searchsorted(reached, np.maximum(np.ceil(wanted), 1))
    else:
        percentiles = [low_percentile, high_percentile]
        low, high = np.percentile(sample, percentiles, method="inverted_cdf")
    if low == high:
        # a few bright pixels on an even ground would vanish between equal levels
        low, high = sample.min(), sample.max()
    return float(low), float(high)


def to_rgb(
    counts: NDArray[Any], display: MapDisplay, limits: tuple[float, float] | None = None
) -> NDArray[np.uint8]:
    """Colours of a map.

    Parameters
    ----------
    counts
        Shape (rows, cols), any real dtype.
    display
        Colour map, scale and percentiles.
    limits
        Counts of the first and the last colour; None takes `levels` by the percentiles.

    Returns
    -------
    ndarray
        Red, green, blue and opacity, shape (rows, cols, 4), uint8. Opacity is 255, and 0 where
        the counts are not a number. A constant map has the first colour throughout.
    """
    if limits is None:
        limits = levels(counts, display.low_percentile, display.high_percentile)
    colours = np.empty((256, 4), np.uint8)
    colours[:, :3] = display.table
    colours[:, 3] = 255
    # four bytes of a colour travel as one number: four times fewer look-ups
    packed = colours.view(np.uint32)[:, 0]
    if counts.dtype.kind in "ub" and counts.size:
        top = int(counts.max())
        if top < min(_LARGEST_TABLE, 4 * counts.size + 256):
            table = packed[_index_table(top, limits, display.scale)]
            # what lies above the last level clips to the table's end
            return _unpack(table.take(counts.astype(np.intp), mode="clip"))
    picture = packed[_colour_index(counts, limits, display.scale)]
    if counts.dtype.kind == "f":
        picture[np.isnan(counts)] = 0
    return _unpack(picture)


def _index_table(top: int, limits: tuple[float, float], scale: Scale) -> NDArray[np.uint8]:
    """Number of the colour of every whole count from 0 up to where the last colour begins."""
    if not limits[1] > limits[0]:
        return np.zeros(1, np.uint8)
    # the first count of each colour: 256 logarithms instead of one per count
    begins = np.ceil(value_at(np.arange(1, 256) / _COLOURS, limits, scale))
    begins = np.clip(begins, 0, top + 1)
    widths = np.diff(begins, prepend=0, append=min(begins[-1] + 1, top + 1))
    return np.repeat(np.arange(256, dtype=np.uint8), widths.astype(np.intp))


def _unpack(picture: NDArray[np.uint32]) -> NDArray[np.uint8]:
    return picture.view(np.uint8).reshape(*picture.shape, 4)


def _colour_index(
    counts: NDArray[Any], limits: tuple[float, float], scale: Scale
) -> NDArray[np.uint8]:
    """Number of the colour of each count, 0 to 255."""
    fraction = fraction_of(counts, limits, scale)
    return (np.nan_to_num(fraction, copy=False, nan=0.0) * np.float32(_COLOURS)).astype(np.uint8)


def fraction_of(value: Any, limits: tuple[float, float], scale: Scale = Scale.LINEAR) -> Any:
    """Place of a value between the first colour (0) and the last (1).

    Parameters
    ----------
    value
        Counts, a number or an array of any shape.
    limits
        Counts of the first and the last colour.
    scale
        With d = (value − low) and D = (high − low): d / D, √(d / D) or ln(1 + d) / ln(1 + D).

    Returns
    -------
    ndarray
        float32 of the shape of `value`, clipped to 0..1; 0 where both limits are equal; not a
        number stays not a number.
    """
    low, high = limits
    values = np.asarray(value)
    # large whole numbers and doubles lose their small differences in float32: subtract first
    shifted = np.subtract(values, low, dtype=_working_type(values)).astype(np.float32, copy=False)
    span = high - low
    if not span > 0:
        return np.where(np.isnan(shifted), shifted, np.float32(0))
    shifted = np.clip(shifted, np.float32(0), np.float32(span))
    if scale is Scale.LOG:
        return np.log1p(shifted) / np.float32(math.log1p(span))
    linear = shifted / np.float32(span)
    return np.sqrt(linear) if scale is Scale.SQRT else linear


def _working_type(values: NDArray[Any]) -> type[np.floating[Any]]:
    exact = values.dtype.kind == "f" and values.dtype.itemsize <= 4
    return np.float32 if exact or values.dtype.itemsize <= 2 else np.float64


def value_at(fraction: Any, limits: tuple[float, float], scale: Scale = Scale.LINEAR) -> Any:
    """Counts at a place between the first colour (0) and the last (1): inverts `fraction_of`.

    Parameters
    ----------
    fraction
        0 to 1, a number or an array of any shape.
    limits
        Counts of the first and the last colour.
    scale
        As in `fraction_of`.

    Returns
    -------
    ndarray
        float64 of the shape of `fraction`.
    """
    low, high = limits
    place = np.asarray(fraction, np.float64)
    span = max(high - low, 0.0)
    if scale is Scale.LOG:
        return low + np.expm1(place * math.log1p(span))
    return low + (place**2 if scale is Scale.SQRT else place) * span


def colour_bar(
    display: MapDisplay, limits: tuple[float, float], height: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The strip of colours beside a map, its last colour on top.

    Parameters
    ----------
    display
        Colour map and scale.
    limits
        Counts of the first and the last colour.
    height
        Number of rows, at least 1.

    Returns
    -------
    tuple of ndarray
        Colours of shape (height, 1, 4), uint8, and the counts that each row stands for, shape
        (height,). Colours spread evenly over the strip; counts do as the scale says.
    """
    place = (np.arange(height, 0, -1) - 0.5) / height
    colours = np.full((height, 1, 4), 255, np.uint8)
    colours[:, 0, :3] = display.table[(place * _COLOURS).astype(np.uint8)]
    return colours, value_at(place, limits, display.scale)


def nice_scale_bar(step_mm: float, cols: float) -> tuple[float, float]:
    """A round length for the scale bar of a map.

    Parameters
    ----------
    step_mm
        Distance between columns, mm.
    cols
        Number of columns.

    Returns
    -------
    tuple of float
        Length in mm, the largest 1, 2 or 5 times a power of ten within a quarter of the map's
        width, and the same in columns.

    Raises
    ------
    ParameterError
        If step or width is not positive.
    """
    if not (step_mm > 0 and math.isfinite(step_mm) and cols > 0):
        raise ParameterError(
            "A scale bar needs the scan's step.",
            f"Found a step of {step_mm:g} mm and {cols:g} columns.",
            "Give a step above 0 mm.",
        )
    longest = step_mm * cols / 4
    power = 10.0 ** math.floor(math.log10(longest))
    # the slack keeps 5 × 0.1 a half despite rounding
    factor = max(step for step in (1, 2, 5) if step == 1 or step * power <= longest * (1 + 1e-9))
    return factor * power, factor * power / step_mm
