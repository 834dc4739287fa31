"""From expected to counted: the statistics of photons and the dead time of counters."""

import math

import numpy as np
from numpy.typing import NDArray

from app.errors import ParameterError


def draw_counts(expected: NDArray[np.float64], seed: int) -> NDArray[np.int64]:
    """Counts as a detector would have counted them: Poisson about what is expected.

    Parameters
    ----------
    expected
        Expected counts, any shape, finite and not negative.
    seed
        Of the random generator; the same seed gives the same counts with the same version of
        numpy.

    Returns
    -------
    ndarray
        Whole numbers, of the shape of `expected`.

    Raises
    ------
    ParameterError
        If an expected count is negative or not a number.
    """
    values = np.asarray(expected, np.float64)
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise ParameterError(
            "No counts can be drawn from this spectrum.",
            f"Its values reach from {values.min():g} to {values.max():g}; expected counts are "
            "numbers that are not negative.",
            "Compute the spectrum again.",
        )
    return np.random.default_rng(seed).poisson(values).astype(np.int64)


def dead_share(rate_per_s: float, dead_time_s: float) -> float:
    """Share of the real time in which a counter is busy and counts nothing.

    Parameters
    ----------
    rate_per_s
        Photons that reach the counter, 1/s.
    dead_time_s
        How long each counted photon keeps it busy, s.

    Returns
    -------
    float
        0 to below 1: r·τ / (1 + r·τ), for a counter that photons arriving meanwhile do not
        keep busy for longer (G. F. Knoll, Radiation Detection and Measurement, chapter 4).

    Raises
    ------
    ParameterError
        If a value is negative or not a number.
    """
    busy = rate_per_s * dead_time_s
    if not (math.isfinite(busy) and rate_per_s >= 0 and dead_time_s >= 0):
        raise ParameterError(
            "This dead time makes no sense.",
            f"Found {rate_per_s:g} photons per second and {dead_time_s:g} s for each; expected "
            "numbers that are not negative.",
            "Typical are up to 1 000 000 photons per second and 1e-6 s.",
        )
    return busy / (1 + busy)


def real_time_s(live_time_s: float, rate_per_s: float, dead_time_s: float) -> float:
    """How long a measurement takes until a live time is reached, s.

    Raises
    ------
    ParameterError
        As `dead_share`.
    """
    return live_time_s / (1 - dead_share(rate_per_s, dead_time_s))
