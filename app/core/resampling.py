"""A spectrum on another energy axis, its counts conserved."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.errors import ParameterError

FloatArray = NDArray[np.float64]


def resampled(
    counts: NDArray[Any], axis: EnergyAxis, target: EnergyAxis, channels: int
) -> FloatArray:
    """Counts per channel of another energy axis.

    Parameters
    ----------
    counts
        Not negative, shape (..., channels), at least two channels.
    axis
        Their energy axis.
    target
        The new energy axis.
    channels
        How many channels it has.

    Returns
    -------
    ndarray
        Shape (..., channels of the new axis). Counts are conserved: what a new channel covers of
        the old ones, it gets. What lies beside the new axis is lost, and where the old axis does
        not reach there are none.

    Raises
    ------
    ParameterError
        If the two axes have no energy in common, or one bends back.
    """
    return counts_between(counts, axis, channel_edges(target, channels))


def channel_edges(axis: EnergyAxis, channels: int) -> FloatArray:
    """Edges of the channels, keV, rising, shape (channels + 1,).

    Raises
    ------
    ParameterError
        If the axis bends back, so that one energy has two channels.
    """
    places = np.arange(channels + 1) - 0.5
    edges = axis.offset_kev + axis.gain_kev * places + axis.quadratic * places**2
    if not (np.diff(edges) > 0).all():
        raise ParameterError(
            "This energy axis bends back.",
            f"With {axis.quadratic:g} keV per channel squared the energies of its {channels} "
            "channels rise and fall again; expected energies that rise.",
            "Correct the axis' quadratic term.",
        )
    return edges


def counts_between(counts: NDArray[Any], axis: EnergyAxis, edges_kev: FloatArray) -> FloatArray:
    """Counts between neighbouring energies.

    Parameters
    ----------
    counts, axis
        As for `resampled`.
    edges_kev
        Rising energies, keV, shape (cells + 1,).

    Returns
    -------
    ndarray
        Shape (..., cells).

    Raises
    ------
    ParameterError
        If none of the energies lie on the axis, or it bends back.

    Notes
    -----
    The counts up to an energy are interpolated by cubics that never fall (F. N. Fritsch and
    J. Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300), so that peaks keep their shape better
    than with channels taken as even, and no count becomes negative.
    """
    from scipy.interpolate import PchipInterpolator

    own = channel_edges(axis, counts.shape[-1])
    if edges_kev[-1] <= own[0] or edges_kev[0] >= own[-1]:
        raise ParameterError(
            "These energy axes have nothing in common.",
            f"The spectrum reaches from {own[0]:.2f} to {own[-1]:.2f} keV; it is wanted from "
            f"{edges_kev[0]:.2f} to {edges_kev[-1]:.2f} keV.",
            "Check both energy axes.",
        )
    start = np.zeros((*counts.shape[:-1], 1))
    sums = np.concatenate([start, np.cumsum(counts, axis=-1, dtype=np.float64)], axis=-1)
    inside = np.clip(edges_kev, own[0], own[-1])
    # where hardly anything is added, the harmonic mean of slopes overflows, and comes to 0
    with np.errstate(over="ignore"):
        below = PchipInterpolator(own, sums, axis=-1)(inside)
    # rounding may take the smallest trifle below zero
    return np.maximum(np.diff(below, axis=-1), 0.0)
