"""Random numbers that several modules draw in the same way."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def log_uniform(rng: np.random.Generator, low: float, high: float, number: int) -> FloatArray:
    """Numbers from low to high whose logarithms are even, shape (number,)."""
    return np.exp(rng.uniform(np.log(low), np.log(high), number))
