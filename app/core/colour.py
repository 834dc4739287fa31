"""Colours: sRGB, Lab and hexadecimal, how far two are apart, which pigments are nearest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.pigments import Pigment
from app.errors import ParameterError

FloatArray = NDArray[np.float64]
Lab = tuple[float, float, float]
Srgb = tuple[int, int, int]

# IEC 61966-2-1:1999: linear sRGB to CIE XYZ for white of D65 and the observer of 2°
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_FROM_XYZ = np.linalg.inv(_TO_XYZ)
# so that white has a* and b* of exactly 0
_WHITE = _TO_XYZ.sum(axis=1)

_LINEAR_BELOW = 0.04045
_EPSILON = (6 / 29) ** 3
_SLOPE = (29 / 6) ** 2 / 3

# half a step of eight bits: what is out by less is a matter of rounding
_IN_GAMUT = 0.5 / 255

_HEX = re.compile(r"#?([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")


@dataclass(frozen=True, slots=True)
class NearPigment:
    """A pigment and how far its colour is from the one asked for.

    Parameters
    ----------
    pigment
        The pigment.
    delta_e
        CIEDE2000: about 1 is just noticeable side by side, 100 is black against white.
    """

    pigment: Pigment
    delta_e: float


def srgb_to_lab(srgb: Sequence[int]) -> Lab:
    """CIE L*, a*, b* (D65, 2°) of an sRGB colour of 0..255 each.

    Raises
    ------
    ParameterError
        If it is not three numbers of 0 to 255.
    """
    values = _checked(srgb)
    lightness, a, b = _lab(np.array([values], np.float64))[0]
    return float(lightness), float(a), float(b)


def lab_to_srgb(lab: Sequence[float]) -> tuple[Srgb, bool]:
    """The sRGB colour nearest to a Lab colour, band by band, and whether sRGB has it.

    Parameters
    ----------
    lab
        CIE L* (0..100), a* and b* (D65, 2°).

    Returns
    -------
    tuple
        Three whole numbers of 0..255, and False where a band had to be clipped.

    Raises
    ------
    ParameterError
        If it is not three finite numbers, or L* is not within 0..100.
    """
    values = np.array([float(value) for value in lab])
    if values.shape != (3,) or not np.isfinite(values).all() or not 0 <= values[0] <= 100:
        shown = ", ".join(f"{float(value):g}" for value in lab)
        raise ParameterError(
            "This is no Lab colour.",
            f"Found {shown or 'nothing'}; expected L* of 0 to 100, and a* and b*.",
            "Write for example 52.3, 41.0, 18.5.",
        )
    middle = (values[0] + 16) / 116
    bent = np.array([middle + values[1] / 500, middle, middle - values[2] / 200])
    xyz = _WHITE * np.where(bent > 6 / 29, bent**3, (bent - 4 / 29) / _SLOPE)
    linear = _FROM_XYZ @ xyz
    root = 1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055
    bands = np.where(linear <= _LINEAR_BELOW / 12.92, 12.92 * linear, root)
    clipped = np.clip(bands, 0.0, 1.0)
    is_in = bool(np.abs(bands - clipped).max() <= _IN_GAMUT)
    red, green, blue = (round(float(band) * 255) for band in clipped)
    return (red, green, blue), is_in


def srgb_of_hex(text: str) -> Srgb:
    """The colour of "#c93b2a", "c93b2a" or "#fa0".

    Raises
    ------
    ParameterError
        If the text is no such colour; the message says what is expected.
    """
    match = _HEX.fullmatch(text.strip())
    if match is None:
        raise ParameterError(
            "This is no colour.",
            f"Found “{text.strip()}”; expected # and six digits of 0–9 and a–f, two each for red, "
            "green and blue.",
            "Write for example #c93b2a.",
        )
    digits = match[1]
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def hex_of_srgb(srgb: Sequence[int]) -> str:
    """The colour as "#rrggbb"; raises as `srgb_to_lab`."""
    return "#" + "".join(f"{value:02x}" for value in _checked(srgb))


def delta_e2000(first: Sequence[float], second: Sequence[float]) -> float:
    """How far two Lab colours are apart.

    Notes
    -----
    CIEDE2000 with all weights 1: G. Sharma, W. Wu, E. N. Dalal, Color Res. Appl. 30 (2005) 21,
    doi:10.1002/col.20070.
    """
    from skimage.color import deltaE_ciede2000

    return float(deltaE_ciede2000(np.asarray(first, float), np.asarray(second, float)))


def nearest(
    srgb: Sequence[int], pigments: Sequence[Pigment], count: int = 8
) -> tuple[NearPigment, ...]:
    """The pigments whose colour is nearest to a given one, the nearest first.

    Parameters
    ----------
    srgb
        The colour, 0..255 each.
    pigments
        Which to choose from; those equally far keep their order.
    count
        At most how many.

    Raises
    ------
    ParameterError
        If the colour is not three numbers of 0 to 255.

    Notes
    -----
    CIEDE2000, as `delta_e2000`. The colour of paint depends on binder, grain, layer and age as
    much as on the pigment: near is a hint, not an identification.
    """
    from skimage.color import deltaE_ciede2000

    wanted = np.array(srgb_to_lab(srgb))
    if not pigments:
        return ()
    colours = _lab(np.array([pigment.srgb for pigment in pigments], np.float64))
    distances = deltaE_ciede2000(np.broadcast_to(wanted, colours.shape), colours)
    order = np.argsort(distances, kind="stable")[: max(count, 0)]
    return tuple(NearPigment(pigments[i], float(distances[i])) for i in order)


def _lab(srgb: FloatArray) -> FloatArray:
    """Lab of colours of shape (colours, 3), 0..255."""
    bands = srgb / 255
    linear = np.where(bands <= _LINEAR_BELOW, bands / 12.92, ((bands + 0.055) / 1.055) ** 2.4)
    share = linear @ _TO_XYZ.T / _WHITE
    bent = np.where(share > _EPSILON, np.cbrt(share), _SLOPE * share + 4 / 29)
    x, y, z = bent.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _checked(srgb: Sequence[int]) -> Srgb:
    values = tuple(srgb)
    whole = all(isinstance(value, int | np.integer) for value in values)
    if len(values) != 3 or not whole or not all(0 <= value <= 255 for value in values):
        raise ParameterError(
            "This is no sRGB colour.",
            f"Found {', '.join(map(str, values)) or 'nothing'}; expected three whole numbers of "
            "0 to 255 for red, green and blue.",
            "Write for example 201, 59, 42.",
        )
    red, green, blue = (int(value) for value in values)
    return red, green, blue
