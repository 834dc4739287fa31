"""What a colour is called, for pigments whose file gives the colour alone."""

import math
from collections.abc import Sequence

from app.core.colour import srgb_to_lab
from app.core.pigments import ColourGroup

# upper ends of the hue angles in CIELAB, degrees, for D65
_HUES = (
    (58.0, ColourGroup.RED),
    (66.0, ColourGroup.ORANGE),
    (112.0, ColourGroup.YELLOW),
    (205.0, ColourGroup.GREEN),
    (307.0, ColourGroup.BLUE),
    (352.0, ColourGroup.PURPLE),
    (360.0, ColourGroup.RED),
)
_GREY_CHROMA = 5.0
_LIGHT = 60.0
# whites of the palette are yellowish, in oil above all
_WHITE_HUES = (60.0, 125.0)
_WHITE_LIGHTNESS, _WHITE_CHROMA = 78.0, 35.0
# a dark, dull orange or yellow is called brown; a red becomes so only where it is yellowish
_BROWN_HUES = (40.0, 100.0)
_BROWN_LIGHTNESS, _BROWN_CHROMA = 45.0, 35.0


def group_of(srgb: Sequence[int]) -> ColourGroup:
    """The group a colour most likely belongs to, a suggestion to be corrected by eye.

    Parameters
    ----------
    srgb
        sRGB under D65, 0..255 each.

    Returns
    -------
    ColourGroup
        Never METAL, which a colour does not tell.

    Notes
    -----
    The limits of hue, chroma and lightness in CIELAB are ours, set by what the pigments of the
    shipped library are called.
    """
    lightness, red_green, yellow_blue = srgb_to_lab(srgb)
    chroma = math.hypot(red_green, yellow_blue)
    hue = math.degrees(math.atan2(yellow_blue, red_green)) % 360
    if chroma < _GREY_CHROMA:
        return ColourGroup.WHITE if lightness >= _LIGHT else ColourGroup.BLACK
    if _within(hue, _WHITE_HUES) and lightness >= _WHITE_LIGHTNESS and chroma < _WHITE_CHROMA:
        return ColourGroup.WHITE
    if _within(hue, _BROWN_HUES) and lightness < _BROWN_LIGHTNESS and chroma < _BROWN_CHROMA:
        return ColourGroup.BROWN
    return next(group for end, group in _HUES if hue <= end)


def _within(hue: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= hue <= limits[1]
