"""Photons that arrive so close together that the detector takes them for one."""

import math

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

# more photons in one are left out where fewer than this share of all are in them
_NEGLIGIBLE = 1e-8
_MOST_BUSY = 1.0
# spectra that are folded together
_BLOCK = 16


def piled_up(
    expected: FloatArray, axis: EnergyAxis, rate_per_s: FloatArray | float, resolving_time_s: float
) -> FloatArray:
    """Spectra with their sum peaks.

    Parameters
    ----------
    expected
        Expected counts without pile-up, not negative, shape (…, channels).
    axis
        Their energy axis.
    rate_per_s
        Photons per second that reach the detector, a number or shape (…,) as `expected`.
    resolving_time_s
        Time within which photons are taken for one, s; 0 changes nothing.

    Returns
    -------
    ndarray
        Shape (…, channels). Several photons become one: the sum of energies is kept but for what
        leaves the axis, the number of counts falls by 1 + rate · resolving time.

    Raises
    ------
    ParameterError
        If counts, rates or the time are negative or not finite, their shapes differ, or more than
        one photon arrives within the resolving time on average.

    Notes
    -----
    A photon opens a window of the resolving time τ; all that arrive in it, k of them with the
    probability exp(−rτ) (rτ)^k / k!, add their energies to its own. This is the pile-up at the
    peak of pulses of equal length (G. F. Knoll, Radiation Detection and Measurement, chapter 17);
    for pairs it is the self-convolution of the spectrum that G. I. Johansson, X-Ray Spectrom. 11
    (1982) 194, doi:10.1002/xrs.1300110414, fits to sum peaks. Pulses that overlap in part, with
    less than the sum of their energies, are left out. Photons that the axis does not show do not
    pile up. Counts stay those of the same time: what dead time loses is another matter.
    """
    counts = np.asarray(expected, np.float64)
    rates = np.asarray(rate_per_s, np.float64)
    _checked(counts, rates, resolving_time_s)
    busy = np.broadcast_to(rates * resolving_time_s, counts.shape[:-1]).reshape(-1)
    rows = counts.reshape(len(busy), counts.shape[-1])
    found = np.array(rows)
    places = np.flatnonzero((busy > 0) & (rows.sum(axis=1) > 0))
    shift = axis.offset_kev / axis.gain_kev
    for start in range(0, len(places), _BLOCK):
        block = places[start : start + _BLOCK]
        found[block] = _folded(rows[block], busy[block], shift)
    return found.reshape(counts.shape)


def _checked(counts: FloatArray, rates: FloatArray, resolving_time_s: float) -> None:
    for name, values in (
        ("expected counts", counts),
        ("photons per second", rates),
        ("seconds of resolving time", np.asarray(resolving_time_s)),
    ):
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ParameterError(
                "This pile-up makes no sense.",
                f"Found {name} that are negative or not finite; expected 0 or more.",
                "Typical are up to 1 000 000 photons per second and 1e-7 s.",
            )
    if counts.ndim < 1 or (rates.ndim and rates.shape != counts.shape[:-1]):
        raise ParameterError(
            "This pile-up makes no sense.",
            f"Found counts of shape {counts.shape} and rates of shape {rates.shape}; expected "
            "one rate, or one for each spectrum.",
            "Give each spectrum a rate.",
        )
    most = float(rates.max(initial=0.0)) * resolving_time_s
    if most > _MOST_BUSY:
        raise ParameterError(
            "There is too much pile-up.",
            f"Found {most:.3g} photons within the resolving time on average; expected at most "
            f"{_MOST_BUSY:g}.",
            "Lower the rate or the resolving time.",
        )


def _folded(rows: FloatArray, busy: FloatArray, shift: float) -> FloatArray:
    """Fold spectra with themselves; `shift` is the axis' offset in channels."""
    from scipy.fft import irfft, next_fast_len, rfft

    channels = rows.shape[1]
    orders = _orders(float(busy.max()))
    # i + j photons have the energy of channel i + j + shift, as a rule between two channels
    whole = math.floor(shift)
    reach = (orders + 1) * channels + orders * (abs(whole) + 1)
    length = next_fast_len(reach, real=True)
    turn = np.exp(-2j * np.pi * np.arange(length // 2 + 1) / length)
    between = turn**whole * ((1 - (shift - whole)) + (shift - whole) * turn)
    totals = rows.sum(axis=1)
    single = rfft(rows / totals[:, None], length, axis=1)
    further = single * (between * busy[:, None])
    # the series of the exponential function, from its last term on
    series = np.ones_like(single)
    for order in range(orders, 0, -1):
        series *= further
        series *= 1 / order
        series += 1
    series *= single
    piled = irfft(series, length, axis=1)[:, :channels]
    return np.asarray(np.maximum(piled, 0.0) * (totals * np.exp(-busy) / (1 + busy))[:, None])


def _orders(busy: float) -> int:
    """How many photons more than one have to be thought of."""
    term, order = 1.0, 0
    while term > _NEGLIGIBLE:
        order += 1
        term *= busy / order
    return order
