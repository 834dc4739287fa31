"""Pigments for a colour by the theory of Kubelka and Munk, and the colour of a mixture."""

import numpy as np
from numpy.typing import NDArray

from app.errors import ParameterError

FloatArray = NDArray[np.float64]

# no paint is blacker than the light its surface reflects
_BLACKEST = 0.004
# so much absorption over scattering no eye tells from none: it keeps white from outweighing all
_SEEN = 0.02
# how much more the sum of the shares counts than a band of colour
_SUM_WEIGHT = 100.0


def km_mixture(colours: FloatArray, pigment_srgb: FloatArray, at_most: int) -> FloatArray:
    """Shares of pigments whose mixture comes nearest to each colour.

    Parameters
    ----------
    colours
        sRGB under D65, 0..255, shape (colours, 3).
    pigment_srgb
        Likewise, of opaque coats of the pigments, shape (pigments, 3).
    at_most
        No more than so many pigments in one colour; 0 for no limit. One by one that is left
        out without which the mixture still comes nearest to the colour (ΔE*ab 1976), and the
        others are mixed anew. Its share would not tell: a little of a strong pigment colours
        much white.

    Returns
    -------
    ndarray
        Shares of the pigments' volume, not negative, of sum 1, shape (colours, pigments). A
        colour that no mixture has gets the nearest one that there is.

    Raises
    ------
    ParameterError
        If there is no pigment.

    Notes
    -----
    P. Kubelka and F. Munk, Z. tech. Phys. 12 (1931) 593, with D. R. Duncan's rule (Proc. Phys.
    Soc. 52 (1940) 390) that the absorption K and the scattering S of a mixture are the sums of
    the pigments', here with the same S for all: then the ratio K/S = (1 − R)² / 2R of the
    reflectance R mixes linearly. The three bands of linear sRGB stand for the whole spectrum,
    and their errors count relative to the colour's own K/S, as the eye sees them. Least squares
    without negative shares (C. L. Lawson and R. J. Hanson, Solving Least Squares Problems,
    1974). Three bands cannot tell more than four pigments apart, and real pigments scatter
    differently, so the shares are plausible, no analysis.
    """
    if not len(pigment_srgb):
        raise ParameterError(
            "There is nothing to paint with.",
            "Found no pigments; expected at least one.",
            "Choose some pigments.",
        )
    table = _ratio(pigment_srgb)
    shares = np.zeros((len(colours), len(pigment_srgb)))
    for number, wanted in enumerate(_ratio(colours)):
        amounts = _fitted(table, wanted)
        while 0 < at_most < np.count_nonzero(amounts):
            amounts = _with_one_less(amounts, table, wanted)
        shares[number] = amounts
    return shares


def km_colour(shares: FloatArray, pigment_srgb: FloatArray) -> FloatArray:
    """The colour of mixtures, sRGB 0..255, shape (mixtures, 3).

    Parameters
    ----------
    shares
        Of the pigments' volume, rows sum to 1, shape (mixtures, pigments).
    pigment_srgb
        sRGB, 0..255, shape (pigments, 3).
    """
    return _srgb(shares @ _ratio(pigment_srgb))


def _srgb(ratio: FloatArray) -> FloatArray:
    """The colours of opaque paints with this absorption over scattering, shape (colours, 3)."""
    light = 1 + ratio - np.sqrt(ratio**2 + 2 * ratio)
    bands = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.clip(bands, 0, 1) * 255.0, np.float64)


def _with_one_less(amounts: FloatArray, table: FloatArray, wanted: FloatArray) -> FloatArray:
    """Shares without the pigment that the colour misses least, shape (pigments,)."""
    from skimage import color

    mixed = np.flatnonzero(amounts)
    tried = np.zeros((len(mixed), len(table)))
    for without, shares in zip(mixed, tried, strict=True):
        others = mixed[mixed != without]
        shares[others] = _fitted(table[others], wanted)
    seen = color.rgb2lab(_srgb(np.vstack([tried @ table, wanted])) / 255.0)
    apart = np.linalg.norm(seen[:-1] - seen[-1], axis=1)
    return np.asarray(tried[apart.argmin()], np.float64)


def _fitted(table: FloatArray, wanted: FloatArray) -> FloatArray:
    """Shares of sum 1, shape (pigments,), for one colour's K/S."""
    from scipy.optimize import nnls

    weight = 1 / (wanted + _SEEN)
    rows = np.vstack([(table * weight).T, np.full(len(table), _SUM_WEIGHT)])
    amounts, _ = nnls(rows, np.append(wanted * weight, _SUM_WEIGHT))
    return np.asarray(amounts / amounts.sum(), np.float64)


def _ratio(srgb: FloatArray) -> FloatArray:
    """Absorption over scattering of opaque paint of these colours, shape (colours, 3)."""
    bands = np.asarray(srgb, np.float64) / 255.0
    light = np.where(bands <= 0.04045, bands / 12.92, ((bands + 0.055) / 1.055) ** 2.4)
    light = np.clip(light, _BLACKEST, 1.0)
    return np.asarray((1 - light) ** 2 / (2 * light), np.float64)
