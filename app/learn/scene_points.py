"""Which points of a scene are asked for, and the lines whose maps it knows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

LINES = ("K_Ka", "Ca_Ka", "Fe_Ka", "Cu_Ka", "Zn_Ka", "Au_La", "Hg_La", "Pb_La")
"""Lines whose maps a scene knows."""

LINES_KEV = (3.31, 3.69, 6.40, 8.05, 8.64, 9.71, 9.99, 10.55)
"""Their energies."""

ELEMENTS = tuple(key.partition("_")[0] for key in LINES)


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Some points of a scene, each by itself or with another one beside it in the same beam.

    Parameters
    ----------
    where
        Their numbers in the order of rows, shape (points,).
    beside
        Those of the others, shape (points,).
    share
        How much of the beam falls on these, 0 to 1, shape (points,).
    """

    where: NDArray[np.intp]
    beside: NDArray[np.intp]
    share: Float32


Where = slice | NDArray[Any] | Points
