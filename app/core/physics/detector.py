"""What a silicon drift detector makes of the photons that come its way."""

import math

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.physics.instrument import Instrument
from app.core.physics.path import gas_transmission
from app.core.spectra import FWHM_PER_SIGMA, fwhm_kev

FloatArray = NDArray[np.float64]

SILICON_KA_KEV = 1.740
"""What an escaping photon takes along, keV."""

_SILICON_EDGE_KEV = 1.839
_SILICON, _BERYLLIUM = 14, 4
_SILICON_G_CM3, _BERYLLIUM_G_CM3 = 2.33, 1.848

# charge made in this depth below the surface is collected in part
_DULL_LAYER_UM = 0.15
# such a photon is short of a tenth of its energy on average
_TAIL_SHARE = 0.1
# a peak at Mn Kα stands on a floor 4 000 times lower, at 10 eV per channel
_SHELF = 0.01
# farther away than this a Gaussian is nothing
_REACH_SIGMA = 9.0


def efficiency(instrument: Instrument, energies_kev: FloatArray) -> FloatArray:
    """Share of the photons towards the detector that it counts.

    They pass the gas and the beryllium window and are stopped in the silicon by the
    photoelectric effect; what is scattered in the silicon is not counted.

    Parameters
    ----------
    instrument
        Its path, window and silicon.
    energies_kev
        Shape (energies,), above 0.1 keV.

    Returns
    -------
    ndarray
        0..1, shape (energies,).
    """
    import xraylib

    places = [float(energy) for energy in energies_kev]
    window = np.array([xraylib.CS_Total(_BERYLLIUM, place) for place in places])
    silicon = np.array([xraylib.CS_Photo(_SILICON, place) for place in places])
    stopped = -np.expm1(-silicon * _SILICON_G_CM3 * instrument.detector_mm / 10)
    passed = np.exp(-window * _BERYLLIUM_G_CM3 * instrument.detector_window_um * 1e-4)
    gas = gas_transmission(instrument.path, instrument.path_mm, np.asarray(energies_kev))
    return np.asarray(gas * passed * stopped)


def escape_share(energies_kev: FloatArray) -> FloatArray:
    """Share of the counts that lose a photon of Si Kα out of the detector's front.

    Parameters
    ----------
    energies_kev
        Shape (energies,), above 0.1 keV.

    Returns
    -------
    ndarray
        Counts in the escape peak, of those in parent and escape peak together, shape
        (energies,); 0 below the K edge of silicon.

    Notes
    -----
    S. J. B. Reed and N. G. Ware, J. Phys. E 5 (1972) 582, doi:10.1088/0022-3735/5/6/029, for
    photons that enter at a right angle.
    """
    import xraylib

    yielded = xraylib.FluorYield(_SILICON, xraylib.K_SHELL)
    jump = xraylib.JumpFactor(_SILICON, xraylib.K_SHELL)
    out = xraylib.CS_Total(_SILICON, SILICON_KA_KEV)
    into = np.array([xraylib.CS_Total(_SILICON, float(energy)) for energy in energies_kev])
    lost = 0.5 * yielded * (1 - 1 / jump) * (1 - out / into * np.log1p(into / out))
    return np.where(np.asarray(energies_kev) > _SILICON_EDGE_KEV, lost, 0.0)


def response(instrument: Instrument, energies_kev: FloatArray) -> FloatArray:
    """What single energies become in the spectrum, for one photon towards the detector.

    Parameters
    ----------
    instrument
        Its path, detector and axis.
    energies_kev
        Shape (energies,), keV, above 0.1 keV.

    Returns
    -------
    ndarray
        Counts in each channel, shape (energies, channels). Each row sums to `efficiency` less
        what falls beside the axis.

    Notes
    -----
    A Gaussian of `fwhm_kev`'s width, integrated over each channel; the escape peak of
    `escape_share`; a tail to low energies with an exponential of a tenth of the energy, for the
    share of photons stopped in the first 0.15 µm of the silicon, where a part of the charge is
    lost; and a flat shelf of 1 % down to 0 keV. Their sizes are not measured on any one
    detector: makers state shelves of about 0.3 % (peak-to-background ratios of 10 000 to
    20 000 at Mn Kα), spectra from instruments at work show several per cent.
    """
    energies = np.asarray(energies_kev, np.float64)
    sigma = fwhm_kev(energies, instrument.resolution_ev) / FWHM_PER_SIGMA
    limits = _channel_edges(instrument)
    peak, escape, tail, shelf = _shares(energies)
    below = peak[:, None] * _gaussian_below(limits, energies, sigma)
    escaping = np.flatnonzero(escape)
    lower = energies[escaping] - SILICON_KA_KEV
    narrow = fwhm_kev(lower, instrument.resolution_ev) / FWHM_PER_SIGMA
    below[escaping] += escape[escaping, None] * _gaussian_below(limits, lower, narrow)
    below += tail[:, None] * _tail_below(limits, energies, sigma)
    below += shelf[:, None] * _even_below(limits, np.zeros(len(energies)), energies, sigma)
    return np.maximum(np.diff(below, axis=1), 0.0) * efficiency(instrument, energies)[:, None]


def smeared(
    instrument: Instrument,
    low_kev: FloatArray,
    high_kev: FloatArray,
    extra_fwhm_kev: FloatArray | float = 0.0,
) -> FloatArray:
    """What a continuum becomes that is even within cells, for one photon in each.

    Parameters
    ----------
    instrument
        Its path, detector and axis.
    low_kev, high_kev
        Limits of the cells, keV, each of shape (cells,).
    extra_fwhm_kev
        Full width at half maximum, keV, by which the radiation itself is blurred beside the
        detector's own; a number or shape (cells,).

    Returns
    -------
    ndarray
        Counts in each channel, shape (cells, channels).
    """

    def sigma_at(energies: FloatArray) -> FloatArray:
        detector = fwhm_kev(energies, instrument.resolution_ev)
        return np.asarray(np.hypot(detector, extra_fwhm_kev) / FWHM_PER_SIGMA)

    centres = (low_kev + high_kev) / 2
    sigma, narrow = sigma_at(centres), sigma_at(centres - SILICON_KA_KEV)
    limits = _channel_edges(instrument)
    peak, escape, tail, shelf = _shares(centres)
    below = peak[:, None] * _even_below(limits, low_kev, high_kev, sigma)
    escaping = np.flatnonzero(escape)
    below[escaping] += escape[escaping, None] * _even_below(
        limits,
        low_kev[escaping] - SILICON_KA_KEV,
        high_kev[escaping] - SILICON_KA_KEV,
        narrow[escaping],
    )
    below += tail[:, None] * _tail_below(limits, centres, sigma)
    below += shelf[:, None] * _even_below(limits, np.zeros(len(centres)), centres, sigma)
    return np.maximum(np.diff(below, axis=1), 0.0) * efficiency(instrument, centres)[:, None]


def pile_up(
    counts: FloatArray, axis: EnergyAxis, live_time_s: float, resolving_time_s: float
) -> FloatArray:
    """Photons that arrive together and are counted as one of their summed energy.

    Parameters
    ----------
    counts
        Expected counts, shape (channels,).
    axis
        Their energy axis.
    live_time_s
        Live time, s, above 0.
    resolving_time_s
        Time within which two photons are taken for one, s; 0 changes nothing.

    Returns
    -------
    ndarray
        Shape (channels,). Two photons become one: the sum of energies is kept but for what
        leaves the axis.

    Notes
    -----
    Pairs only: of N photons in a time T, N²·τ/T pairs fall within τ of each other. This holds
    while few do, N·τ/T well below 0.1.
    """
    pairs = np.convolve(counts, counts) * (resolving_time_s / live_time_s)
    channels = len(counts)
    # the pair (i, j) has the energy of the channel i + j + offset / gain
    place = np.arange(len(pairs)) + axis.offset_kev / axis.gain_kev
    lower = np.floor(place).astype(np.intp)
    share = place - lower
    piled = np.zeros(channels)
    for where, weight in ((lower, 1 - share), (lower + 1, share)):
        inside = (where >= 0) & (where < channels)
        np.add.at(piled, where[inside], (pairs * weight)[inside])
    lost = 2 * counts * counts.sum() * (resolving_time_s / live_time_s)
    return np.asarray(np.maximum(counts - lost, 0.0) + piled)


def _channel_edges(instrument: Instrument) -> FloatArray:
    """Limits of the channels, keV, shape (channels + 1,)."""
    places = np.arange(instrument.channels + 1) - 0.5
    return np.asarray(instrument.offset_kev + instrument.gain_kev * places)


def _shares(energies: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Shares of peak, escape peak, tail and shelf; each of shape (energies,), together 1."""
    import xraylib

    absorption = np.array([xraylib.CS_Photo(_SILICON, float(energy)) for energy in energies])
    escape = escape_share(energies)
    tail = -np.expm1(-absorption * _SILICON_G_CM3 * _DULL_LAYER_UM * 1e-4)
    shelf = np.full(len(energies), _SHELF)
    return 1 - escape - tail - shelf, escape, tail, shelf


def _gaussian_below(limits: FloatArray, centres: FloatArray, sigma: FloatArray) -> FloatArray:
    """Share of a Gaussian below each limit, shape (centres, limits)."""
    from scipy.special import ndtr

    below = (limits > centres[:, None]).astype(np.float64)
    near, away = _near(limits, centres, sigma)
    np.put_along_axis(below, near, ndtr(away), axis=1)
    return below


def _tail_below(limits: FloatArray, centres: FloatArray, sigma: FloatArray) -> FloatArray:
    """Share below each limit of an exponential towards low energies, blurred by a Gaussian."""
    from scipy.special import log_ndtr, ndtr

    decay = (_TAIL_SHARE * centres)[:, None]
    blur = sigma[:, None] / decay
    below = np.exp(np.minimum((limits - centres[:, None]) / decay + 0.5 * blur**2, 0.0))
    near, away = _near(limits, centres, sigma)
    # in logarithms, because far above the peak one factor is huge and the other tiny
    tail = np.exp(away * blur + 0.5 * blur**2 + log_ndtr(-away - blur))
    np.put_along_axis(below, near, ndtr(away) + tail, axis=1)
    return below


def _even_below(
    limits: FloatArray, low: FloatArray, high: FloatArray, sigma: FloatArray
) -> FloatArray:
    """Share below each limit of what is even from low to high, blurred by a Gaussian."""
    ramps = _ramp(limits, low, sigma) - _ramp(limits, high, sigma)
    return ramps / (high - low)[:, None]


def _ramp(limits: FloatArray, start: FloatArray, sigma: FloatArray) -> FloatArray:
    """Height at each limit of a slope of 1 from a start on, blurred; shape (starts, limits)."""
    from scipy.special import ndtr

    ramp = np.maximum(limits - start[:, None], 0.0)
    near, away = _near(limits, start, sigma)
    bell = np.exp(-0.5 * away**2) / math.sqrt(2 * math.pi)
    np.put_along_axis(ramp, near, sigma[:, None] * (away * ndtr(away) + bell), axis=1)
    return ramp


def _near(
    limits: FloatArray, centres: FloatArray, sigma: FloatArray
) -> tuple[NDArray[np.intp], FloatArray]:
    """Which limits a Gaussian reaches, and how many sigma they lie above its centre.

    Both of shape (centres, as many as the widest needs).
    """
    gain = limits[1] - limits[0]
    first = np.floor((centres - _REACH_SIGMA * sigma - limits[0]) / gain)
    width = math.ceil(2 * _REACH_SIGMA * float(sigma.max(initial=gain)) / gain) + 2
    near = np.clip(first[:, None] + np.arange(width), 0, len(limits) - 1).astype(np.intp)
    return near, (limits[near] - centres[:, None]) / sigma[:, None]
