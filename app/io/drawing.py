"""What drawn pictures share: typeface, colours, round numbers along an axis."""

import math
from typing import TYPE_CHECKING

from app import paths

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageFont import FreeTypeFont, ImageFont

BACKGROUND = "#ffffff"
TEXT = "#22211f"
MUTED = "#605d57"
GRID = "#e3e0da"
# differ in lightness as well as in hue, for colour-blind eyes and grey prints
CURVES = ("#22211f", "#2a7fb8", "#c8451b", "#00876c", "#7b5aa6", "#8f5f0c")
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SPACE = "\u00a0"


def typeface(size: int, *, is_bold: bool = False) -> "FreeTypeFont | ImageFont":
    """The bundled typeface, `size` pixels high; another one where it is absent."""
    from PIL import ImageFont

    name = "Inter-SemiBold.otf" if is_bold else "Inter-Regular.otf"
    try:
        return ImageFont.truetype(paths.resource(f"fonts/{name}"), size)
    except OSError:
        return ImageFont.load_default(size)


def turned_text(text: str, font: "FreeTypeFont | ImageFont", colour: str) -> "Picture":
    """A text that reads upwards, on a transparent ground."""
    from PIL import Image, ImageDraw

    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("RGBA", (math.ceil(right - left), math.ceil(bottom - top)))
    ImageDraw.Draw(picture).text((-left, -top), text, colour, font)
    return picture.transpose(Image.Transpose.ROTATE_90)


def round_ticks(low: float, high: float, most: int) -> tuple[list[float], float]:
    """Round numbers from low to high and their distance: 1, 2 or 5 times a power of ten.

    Parameters
    ----------
    low, high
        Ends of the axis; only `low` comes back where they are equal.
    most
        The largest number of ticks, at least 2.
    """
    if not high > low:
        return [low], 1.0
    step = 10.0 ** math.floor(math.log10((high - low) / most))
    # the slack keeps a tick that sits on the axis' end despite rounding
    while math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1 > most:
        step *= 2.5 if f"{step:e}".startswith("2") else 2.0
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)], step


def log_ticks(low: float, high: float) -> tuple[list[float], list[float]]:
    """Powers of ten from low to high, and the twofold to ninefold between them."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    within = [10.0**exponent for exponent in exponents if low <= 10.0**exponent <= high]
    minor = [factor * 10.0**exponent for exponent in exponents for factor in range(2, 10)]
    return within, [tick for tick in minor if low <= tick <= high]


def tick_text(value: float, step: float) -> str:
    """A tick's number with as many decimals as its step needs: 12 500, 0.25."""
    decimals = max(-math.floor(math.log10(step) + 1e-9), 0)
    text = f"{value:,.{decimals}f}".replace(",", _SPACE)
    return text.replace("-", "−") if value < 0 else text


def power_text(value: float, *, is_plain: bool) -> str:
    """A power of ten as a number (1 000) or as a power (10³)."""
    exponent = round(math.log10(value))
    if is_plain:
        return tick_text(value, min(value, 1.0))
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}"
