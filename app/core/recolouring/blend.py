"""Predicted colours and how doubtful they are, in one picture."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]
Picture = NDArray[np.uint8]

LARGEST_SD = 0.25
"""Standard deviation of a colour's bands from which on it is worth nothing: that of colours
drawn at random from the palette."""

USUAL_NOVELTY = 0.99
"""This share of the spectra that a network learnt from is less new than that."""

NOT_COMPUTED_SRGB = (200, 198, 194)
"""Colour of pixels that have none."""

HATCH_PERIOD_PX = 8
"""Distance of the hatching's lines, along a row, in pixels."""

# neutral, and of middle lightness: neither a dark nor a light paint
_FADED = 0.5
# weights of sRGB bands in what the eye takes for lightness (ITU-R BT.709)
_LIGHTNESS = np.array([0.2126, 0.7152, 0.0722], np.float32)
_LINE_DARK, _LINE_LIGHT = 0.12, 0.92


class Blend(StrEnum):
    """How doubt is shown on a picture."""

    NONE = "none"
    FADE = "fade"
    HATCH = "hatch"


def doubt_of(
    uncertainty: FloatArray | None, novelty: FloatArray | None = None
) -> NDArray[np.float32] | None:
    """How doubtful each pixel is, from what a network says of its own answer.

    Parameters
    ----------
    uncertainty
        Standard deviation of the colour's bands (0 to 1), shape (rows, cols), or None.
    novelty
        How unlike all that was learnt a spectrum is, as the share of the learnt ones that are
        less so, 0 to 1, shape (rows, cols), or None.

    Returns
    -------
    ndarray
        0 (sure) to 1 (worth nothing), shape (rows, cols): the larger of the standard deviation
        over `LARGEST_SD` and of how far novelty is beyond `USUAL_NOVELTY`. Not-a-number where
        neither is known; None where neither was given.
    """
    parts = []
    if uncertainty is not None:
        parts.append(np.clip(np.asarray(uncertainty, np.float32) / LARGEST_SD, 0.0, 1.0))
    if novelty is not None:
        beyond = (np.asarray(novelty, np.float32) - USUAL_NOVELTY) / (1.0 - USUAL_NOVELTY)
        parts.append(np.clip(beyond, 0.0, 1.0))
    if not parts:
        return None
    doubt = parts[0]
    for part in parts[1:]:
        # of two numbers one of which is none, the other
        doubt = np.fmax(doubt, part)
    return np.asarray(doubt, np.float32)


def blended(
    rgb: FloatArray, doubt: FloatArray | None, style: Blend, strength: float = 1.0
) -> Picture:
    """The picture to show.

    Parameters
    ----------
    rgb
        Predicted colours, sRGB 0 to 1, shape (rows, cols, 3); not-a-number where there is none.
    doubt
        0 to 1, shape (rows, cols), as `doubt_of` gives it; None shows the colours alone. Where
        it is not a number although there is a colour, it is taken as 1.
    style
        FADE turns doubtful colours to grey of middle lightness, HATCH covers them with diagonal
        lines that are the wider the larger the doubt: full doubt covers everything.
    strength
        0 shows no doubt, 1 all of it.

    Returns
    -------
    ndarray
        Shape (rows, cols, 3).
    """
    known = np.isfinite(rgb).all(axis=2)
    colours = np.clip(np.nan_to_num(np.asarray(rgb, np.float32)), 0.0, 1.0)
    if doubt is not None and style is not Blend.NONE:
        share = np.nan_to_num(np.asarray(doubt, np.float32), nan=1.0)
        share = np.clip(share * np.float32(strength), 0.0, 1.0)
        colours = _faded(colours, share) if style is Blend.FADE else _hatched(colours, share)
    picture = np.rint(colours * 255).astype(np.uint8)
    picture[~known] = NOT_COMPUTED_SRGB
    return picture


def _faded(colours: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    grey = np.float32(_FADED)
    return np.asarray(colours + share[..., None] * (grey - colours), np.float32)


def _hatched(colours: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lines at 45°, dark on light colours and light on dark ones.

    What is nearly covered turns to one grey: else neighbours of middle lightness would be black
    and white by chance, and lightness be read where it is worth nothing.
    """
    rows, cols = share.shape
    place = (np.arange(rows)[:, None] + np.arange(cols)) % HATCH_PERIOD_PX
    is_line = place < np.rint(share * HATCH_PERIOD_PX)
    is_light = colours @ _LIGHTNESS > _FADED
    line = np.where(is_light, np.float32(_LINE_DARK), np.float32(_LINE_LIGHT))
    line = line + share**2 * (np.float32(_FADED) - line)
    return np.where(is_line[..., None], line[..., None], colours)
