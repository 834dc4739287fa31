"""What photons of given energies become in the channels of a silicon drift detector."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.core.physics.detector import SILICON_KA_KEV, efficiency, escape_share, tail_share
from app.core.physics.instrument import Instrument
from app.core.spectra import FWHM_PER_SIGMA, fwhm_kev

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

# a peak at Mn Kα stands on a floor 4 000 times lower, at 10 eV per channel
_SHELF = 0.01
# a photon stopped in the dull layer is short of a tenth of its energy on average
_TAIL_SHARE = 0.1
# a Gaussian has 1e-12 of its area farther away than this
_REACH_SIGMA = 7.0
# channels that are handled together
_BLOCK = 64
# beyond this the blurred tail is the exponential itself, to 15 digits
_TAIL_REACH = -8.0

# what of an instrument changes the shapes
_OF_THE_DETECTOR = (
    "path",
    "path_mm",
    "detector_window_um",
    "detector_mm",
    "resolution_ev",
    "offset_kev",
    "gain_kev",
    "channels",
)


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """Shapes on an energy axis, each kept only where it is not simple.

    Around its energy, and around its escape peak, a shape is a table of channels: a band. Below
    the band there are the exponential of its tail, kept as factors for blocks of channels and
    for the channels within a block, and the flat shelf down to 0 keV, where it is rounded off.
    Above the band there is nothing.

    Parameters
    ----------
    channels
        Channels of the axis.
    rows
        Which energy a band belongs to, shape (bands,); bands come in the order of `starts`.
    starts
        First channel of each band, a multiple of the block, on the axis or up to a band's width
        before it, shape (bands,).
    bands
        Counts, shape (bands, width).
    tail_blocks, tail_within
        Factors of the tail below the bands: shapes (energies, blocks) and (energies, block).
    shelf
        Counts per channel of the shelf, shape (energies,).
    shelf_ends
        First channel that is in the band and no longer in the shelf, shape (energies,).
    zero_start
        First channel about 0 keV where the shelf is rounded off.
    zero
        Counts of the shelf there, shape (energies, width about 0).
    """

    channels: int
    rows: IntArray
    starts: IntArray
    bands: FloatArray
    tail_blocks: FloatArray
    tail_within: FloatArray
    shelf: FloatArray
    shelf_ends: IntArray
    zero_start: int
    zero: FloatArray

    def counts(self, photons: FloatArray) -> FloatArray:
        """Counts of so many photons towards the detector at each energy.

        Parameters
        ----------
        photons
            Not negative, shape (spectra, energies).

        Returns
        -------
        ndarray
            Not negative, shape (spectra, channels).
        """
        width = self.bands.shape[1]
        blocks = self.tail_blocks.shape[1]
        # bands may hang over both ends
        made = np.zeros((len(photons), width + blocks * _BLOCK + width))
        axis = made[:, width:]
        chosen = photons[:, self.rows]
        firsts = np.flatnonzero(np.diff(self.starts, prepend=-width - 1))
        lasts = np.append(firsts[1:], len(self.starts))[: len(firsts)]
        for first, last in zip(firsts, lasts, strict=True):
            place = width + self.starts[first]
            part = _product(chosen[:, first:last], self.bands[first:last])
            made[:, place : place + width] += part
        for place, row in enumerate(photons):
            tails = _product((self.tail_blocks * row[:, None]).T, self.tail_within)
            axis[place, : tails.size] += tails.ravel()
        axis[:, : self.channels] += self._shelves(photons)
        return axis[:, : self.channels].copy()

    def matrix(self) -> FloatArray:
        """The shapes as a table, for many spectra at a time: not negative, (energies, channels)."""
        energies, width = len(self.shelf), self.bands.shape[1]
        tails = self.tail_blocks[:, :, None] * self.tail_within[:, None, :]
        whole = tails.shape[1] * tails.shape[2]
        # bands may hang over both ends
        made = np.zeros((energies, width + whole + width))
        made[:, width : width + whole] = tails.reshape(energies, whole)
        for row, start, band in zip(self.rows, self.starts + width, self.bands, strict=True):
            made[row, start : start + width] += band
        table = made[:, width : width + self.channels]
        below = np.arange(self.channels) < self.shelf_ends[:, None]
        floor = np.where(below, self.shelf[:, None], 0.0)
        floor[:, : self.zero_start] = 0.0
        floor[:, self.zero_start : self.zero_start + self.zero.shape[1]] = self.zero
        return table + floor

    def _shelves(self, photons: FloatArray) -> FloatArray:
        """What all shelves have below their bands."""
        ended = np.zeros((len(photons), self.channels + 1))
        for place, row in enumerate(photons):
            ended[place] = np.bincount(self.shelf_ends, row * self.shelf, self.channels + 1)
        # a channel has the shelves that end above it
        even = np.cumsum(ended[:, ::-1], axis=1)[:, -2::-1]
        about = slice(self.zero_start, self.zero_start + self.zero.shape[1])
        even[:, : about.start] = 0.0
        even[:, about] = _product(photons, self.zero)
        return even


def _product(weights: FloatArray, table: FloatArray) -> FloatArray:
    """The product of two matrices, by one thread.

    Several that wait for each other take longer for so little than one, and much longer while
    other programs are at work.
    """
    return np.asarray(np.einsum("ij,jk->ik", weights, table))


def response(instrument: Instrument, energies_kev: FloatArray) -> Response:
    """What single energies become in the spectrum, for one photon towards the detector.

    Parameters
    ----------
    instrument
        Its path, detector and axis.
    energies_kev
        Shape (energies,), keV, above 0.1 keV.

    Returns
    -------
    Response
        All counts of an energy sum to `efficiency` less what falls beside the axis. Kept for the
        energies and detectors asked for last.

    Notes
    -----
    A Gaussian of `fwhm_kev`'s width, integrated over each channel; the escape peak of
    `escape_share`; a tail to low energies with an exponential of a tenth of the energy, for the
    share of photons stopped in the first 0.15 µm of the silicon, where a part of the charge is
    lost; and a flat shelf of 1 % down to 0 keV. Their sizes are not measured on any one
    detector: makers state shelves of about 0.3 % (peak-to-background ratios of 10 000 to
    20 000 at Mn Kα), spectra from instruments at work show several per cent.
    """
    return _response(_detector_only(instrument), np.asarray(energies_kev, np.float64).tobytes())


def smeared(
    instrument: Instrument,
    low_kev: FloatArray,
    high_kev: FloatArray,
    extra_fwhm_kev: FloatArray | float = 0.0,
    *,
    escape: bool = True,
) -> Response:
    """What a continuum becomes that is even within cells, for one photon in each.

    Parameters
    ----------
    instrument
        Its path, detector and axis.
    low_kev, high_kev
        Limits of the cells, keV, each of shape (cells,); single energies where both are the same.
    extra_fwhm_kev
        Full width at half maximum, keV, by which the radiation itself is blurred beside the
        detector's own; a number or shape (cells,).
    escape
        Whether photons of silicon escape; their counts are in the peak itself otherwise.

    Returns
    -------
    Response
        Of the cells; it is not kept.
    """
    return _made(instrument, low_kev, high_kev, extra_fwhm_kev, escape)


@lru_cache(maxsize=64)
def _detector_only(instrument: Instrument) -> Instrument:
    """The instrument without what does not change the shapes, so that caches find them again."""
    kept = {name: getattr(instrument, name) for name in _OF_THE_DETECTOR}
    return replace(Instrument(), **kept)


@lru_cache(maxsize=64)
def _response(instrument: Instrument, energies: bytes) -> Response:
    places = np.frombuffer(energies, np.float64)
    return _made(instrument, places, places, 0.0)


def _made(
    instrument: Instrument,
    low: FloatArray,
    high: FloatArray,
    extra_fwhm: FloatArray | float,
    escapes: bool = True,
) -> Response:
    """The shapes of cells; a cell without width is a single energy."""

    def sigma_at(energies: FloatArray) -> FloatArray:
        detector = fwhm_kev(energies, instrument.resolution_ev)
        return np.asarray(np.hypot(detector, extra_fwhm) / FWHM_PER_SIGMA)

    centres = (low + high) / 2
    counted = efficiency(instrument, centres)
    escape, tail = escape_share(centres) * escapes, tail_share(centres)
    sigma, narrow = sigma_at(centres), sigma_at(centres - SILICON_KA_KEV)
    gain = instrument.gain_kev
    first = instrument.offset_kev - gain / 2
    reach = _REACH_SIGMA * np.maximum(sigma, narrow)
    width = (_blocks((high - low + 2 * reach).max(initial=0.0) / gain + 2) + 1) * _BLOCK
    blocks = _blocks(instrument.channels)

    starts = _starts(low - reach, first, gain)
    limits = first + gain * (starts[:, None] + np.arange(width + 1.0))
    below = (1 - escape - tail - _SHELF)[:, None] * _peak_below(limits, low, high, sigma)
    below += tail[:, None] * _tail_below(limits, centres, sigma)
    below += _SHELF * _peak_below(limits, np.zeros(len(centres)), centres, sigma)
    bands = np.diff(below, axis=1)

    leaving = np.flatnonzero(escape)
    low_escape, high_escape = low[leaving] - SILICON_KA_KEV, high[leaving] - SILICON_KA_KEV
    escape_starts = _starts(low_escape - reach[leaving], first, gain)
    limits = first + gain * (escape_starts[:, None] + np.arange(width + 1.0))
    escaped = np.diff(_peak_below(limits, low_escape, high_escape, narrow[leaving]), axis=1)

    rows = np.concatenate([np.arange(len(centres)), leaving])
    all_bands = np.concatenate([bands, escape[leaving, None] * escaped])
    all_bands = np.maximum(all_bands, 0.0) * counted[rows, None]
    places = np.clip(np.concatenate([starts, escape_starts]), -width, blocks * _BLOCK)
    order = np.argsort(places, kind="stable")
    tails = _tail_factors(centres, sigma, starts, (first, gain, blocks))
    heights = _SHELF * counted * gain / centres
    zero_start, zero = _about_zero(sigma, starts, (first, gain, instrument.channels))
    return Response(
        channels=instrument.channels,
        rows=rows[order],
        starts=places[order],
        bands=all_bands[order],
        tail_blocks=tails[0] * (tail * counted)[:, None],
        tail_within=tails[1],
        shelf=heights,
        shelf_ends=np.clip(starts, 0, instrument.channels),
        zero_start=zero_start,
        zero=zero * heights[:, None],
    )


def _blocks(channels: float) -> int:
    return math.ceil(channels / _BLOCK)


def _starts(lowest: FloatArray, first_kev: float, gain_kev: float) -> IntArray:
    """Channels, multiples of the block, that lie below these energies."""
    blocks = np.floor((lowest - first_kev) / (gain_kev * _BLOCK))
    return blocks.astype(np.intp) * _BLOCK


def _peak_below(
    limits: FloatArray, low: FloatArray, high: FloatArray, sigma: FloatArray
) -> FloatArray:
    """Share below each limit of what is even from low to high, blurred by a Gaussian.

    All that follows has shapes (cells, limits) for limits and results, (cells,) otherwise.
    """
    if np.array_equal(low, high):
        from scipy.special import ndtr

        return np.asarray(ndtr((limits - low[:, None]) / sigma[:, None]))
    ramps = _ramp(limits, low, sigma) - _ramp(limits, high, sigma)
    return ramps / (high - low)[:, None]


def _ramp(limits: FloatArray, start: FloatArray, sigma: FloatArray) -> FloatArray:
    """Height at each limit of a slope of 1 from a start on, blurred."""
    from scipy.special import ndtr

    ramp = limits - start[:, None]
    # far above its start nothing is left of the blur
    blurred = np.flatnonzero(ramp[:, 0] < _REACH_SIGMA * sigma)
    away = ramp[blurred] / sigma[blurred, None]
    bell = np.exp(-0.5 * away**2) / math.sqrt(2 * math.pi)
    ramp[blurred] = sigma[blurred, None] * (away * ndtr(away) + bell)
    return ramp


def _tail_below(limits: FloatArray, centres: FloatArray, sigma: FloatArray) -> FloatArray:
    """Share below each limit of an exponential towards low energies, blurred by a Gaussian."""
    from scipy.special import erfcx, ndtr

    away = (limits - centres[:, None]) / sigma[:, None]
    blur = (sigma / (_TAIL_SHARE * centres))[:, None]
    place = away + blur
    # scaled, because far above the peak one factor is huge and the other tiny
    near = 0.5 * erfcx(np.maximum(place, _TAIL_REACH) / math.sqrt(2)) * np.exp(-0.5 * away**2)
    far = np.exp(np.minimum(away * blur + 0.5 * blur**2, 0.0))
    return np.asarray(ndtr(away) + np.where(place > _TAIL_REACH, near, far))


def _tail_factors(
    centres: FloatArray, sigma: FloatArray, starts: IntArray, axis: tuple[float, float, int]
) -> tuple[FloatArray, FloatArray]:
    """Factors of a tail of one count below each start, for blocks and channels within them.

    The axis is its first limit, keV, its gain and its number of blocks.
    """
    first, gain, blocks = axis
    decay = _TAIL_SHARE * centres[:, None]
    ends = _BLOCK * np.arange(1, blocks + 1)
    height = (first + gain * ends - centres[:, None]) / decay + 0.5 * (sigma[:, None] / decay) ** 2
    by_block = np.exp(np.where(ends <= starts[:, None], height, -np.inf))
    within = np.exp(gain * (np.arange(_BLOCK) - _BLOCK) / decay) * np.expm1(gain / decay)
    return by_block, within


def _about_zero(
    sigma: FloatArray, starts: IntArray, axis: tuple[float, float, int]
) -> tuple[int, FloatArray]:
    """First channel about 0 keV, and the share of an even floor in each, below the bands.

    The axis is its first limit, keV, its gain and its number of channels.
    """
    first, gain, channels = axis
    reach = _REACH_SIGMA * float(sigma.max(initial=0.0))
    start = min(max(math.floor((-reach - first) / gain), 0), channels)
    end = min(max(math.ceil((reach - first) / gain), start), channels)
    limits = first + gain * np.arange(start, end + 1, dtype=np.float64)
    floor = np.diff(_ramp(limits[None, :], np.zeros(len(sigma)), sigma), axis=1) / gain
    return start, np.where(np.arange(start, end) < starts[:, None], floor, 0.0)
