"""A picture of numbered areas that takes the place of a map."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


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

    def name_at(self, pixel: tuple[int, int]) -> str:
        """The name of the area that a pixel (row, col) is in."""
        number = int(self.labels[pixel])
        return self.outside if number < 0 else self.names[number]
