"""What a colour is called, for pigments whose file gives the colour alone."""

import colorsys

from app.core.pigments import ColourGroup

# upper ends of the hues, in degrees round the circle of hue, saturation, value
_HUES = (
    (15.0, ColourGroup.RED),
    (40.0, ColourGroup.ORANGE),
    (68.0, ColourGroup.YELLOW),
    (165.0, ColourGroup.GREEN),
    (255.0, ColourGroup.BLUE),
    (335.0, ColourGroup.PURPLE),
    (360.0, ColourGroup.RED),
)
_GREY_SATURATION = 0.15
_DARK_VALUE = 0.22
_LIGHT_VALUE = 0.6
_BROWN_VALUE = 0.62
_WARM = (ColourGroup.RED, ColourGroup.ORANGE, ColourGroup.YELLOW)


def group_of(srgb: tuple[int, int, int]) -> ColourGroup:
    """The group a colour most likely belongs to, a suggestion to be corrected by eye.

    Parameters
    ----------
    srgb
        sRGB, 0..255 each.

    Returns
    -------
    ColourGroup
        Never METAL, which a colour does not tell.
    """
    hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in srgb))
    if value < _DARK_VALUE:
        return ColourGroup.BLACK
    if saturation < _GREY_SATURATION:
        return ColourGroup.WHITE if value >= _LIGHT_VALUE else ColourGroup.BLACK
    group = next(name for end, name in _HUES if hue * 360 <= end)
    # a dark orange or yellow, or a dull red, is what is called brown
    is_dull = group is not ColourGroup.RED or saturation < 0.6
    if group in _WARM and value < _BROWN_VALUE and is_dull:
        return ColourGroup.BROWN
    return group
