"""What takes the place of a map: a picture of numbered areas, or of values of another kind."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.display import MapDisplay, levels, to_rgb
from app.gui.views.numbers import grouped


@dataclass(frozen=True, slots=True)
class OverlayScale:
    """What the colours of an overlay stand for.

    Parameters
    ----------
    display
        Colour map and scale.
    limits
        Values of the first and the last colour.
    unit
        Of the values, a short word.
    """

    display: MapDisplay
    limits: tuple[float, float]
    unit: str


class Overlay(Protocol):
    """What a map view can show in place of its map."""

    @property
    def picture(self) -> NDArray[np.uint8]:
        """Red, green, blue and opacity, shape (rows, cols, 4)."""

    @property
    def title(self) -> str:
        """Above the picture, in place of the map's."""

    @property
    def scale(self) -> OverlayScale | None:
        """What the colours stand for; None where that is no scale."""

    def name_at(self, pixel: tuple[int, int]) -> str:
        """What is said of a pixel (row, col)."""


@dataclass(frozen=True, slots=True, eq=False)
class MapOverlay:
    """Areas of the picture in colours of their own, with their names.

    Parameters
    ----------
    picture
        Red, green, blue and opacity, shape (rows, cols, 4), uint8.
    title
        Above the picture, in place of the map's.
    labels
        Number of the area of every pixel from 0 on, −1 outside all, shape (rows, cols).
    names
        Of the areas, in the order of their numbers.
    outside
        What is said of a pixel outside all.
    """

    picture: NDArray[np.uint8]
    title: str
    labels: NDArray[Any]
    names: tuple[str, ...]
    outside: str

    @property
    def scale(self) -> OverlayScale | None:
        """None: its colours are names."""
        return None

    def name_at(self, pixel: tuple[int, int]) -> str:
        """The name of the area that a pixel (row, col) is in."""
        number = int(self.labels[pixel])
        return self.outside if number < 0 else self.names[number]


@dataclass(frozen=True, slots=True, eq=False)
class ValuesOverlay:
    """A map of other values than counts of an energy window; made by `values_overlay`.

    Parameters
    ----------
    picture
        Red, green, blue and opacity, shape (rows, cols, 4), uint8.
    title
        Above the picture, in place of the map's.
    values
        Shape (rows, cols); not a number where there is none.
    scale
        What the colours stand for.
    errors
        Standard errors of the values, shape (rows, cols), where known.
    outside
        What is said of a pixel without a value.
    """

    picture: NDArray[np.uint8]
    title: str
    values: NDArray[Any]
    scale: OverlayScale
    errors: NDArray[Any] | None = None
    outside: str = ""

    def name_at(self, pixel: tuple[int, int]) -> str:
        """The value of a pixel (row, col) with its error and unit."""
        value = float(self.values[pixel])
        if not np.isfinite(value):
            return self.outside
        decimals = 1 if abs(value) >= 10 else 2
        words = grouped(value, decimals)
        if self.errors is not None:
            words += f" ± {grouped(float(self.errors[pixel]), decimals)}"
        return f"{words} {self.scale.unit}"


def values_overlay(
    values: NDArray[Any],
    display: MapDisplay,
    title: str,
    unit: str,
    *,
    errors: NDArray[Any] | None = None,
    outside: str = "",
) -> ValuesOverlay:
    """A map of values in the colours of a display, its limits by the display's percentiles.

    Parameters
    ----------
    values, errors
        Shape (rows, cols); what is not a number stays transparent.
    display
        Colours, scale and percentiles.
    title, unit, outside
        As of `ValuesOverlay`.
    """
    limits = levels(values, display.low_percentile, display.high_percentile)
    scale = OverlayScale(display, limits, unit)
    return ValuesOverlay(to_rgb(values, display, limits), title, values, scale, errors, outside)
