"""What plates of maps and of clusters share: enlarged pixels, pasting, the scale bar."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.io import drawing

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Pen

_LEAST_WIDTH = 800
_SHORTEST_BAR = 10
_MOST_PIXELS = 40_000_000
_MOST_HEIGHT = 2400


def readable(bar: tuple[float, float] | None, factor: int) -> tuple[float, float] | None:
    """Length of a scale bar in mm and in pixels; None where it is too short to be read.

    Parameters
    ----------
    bar
        Length in mm and in columns of the map, where known.
    factor
        Pixels per column.
    """
    if bar is None or bar[1] * factor < _SHORTEST_BAR:
        return None
    return bar[0], bar[1] * factor


def enlarged(rgb: NDArray[np.uint8], aspect: float) -> tuple[NDArray[np.uint8], int]:
    """Each pixel as a block, and how many columns a block has.

    Parameters
    ----------
    rgb
        Colours of shape (rows, cols, bands), uint8.
    aspect
        Distance between rows divided by that between columns.

    Returns
    -------
    tuple
        Colours of shape (rows · down, cols · factor, bands) and the factor; at least 800
        columns unless that makes more than 2400 rows.
    """
    rows, cols = rgb.shape[:2]
    factor = min(-(-_LEAST_WIDTH // cols), max(round(_MOST_HEIGHT / (rows * aspect)), 1))
    # blocks of whole pixels: some more of them where that comes closer to the true shape
    most = max(_MOST_PIXELS // (rows * cols), 1)
    choices = range(factor, factor + 8)
    fitting = [wide for wide in choices if wide * max(round(wide * aspect), 1) <= most]
    factor = min(fitting or [factor], key=lambda wide: (round(_misshape(wide, aspect), 1), wide))
    down = max(round(factor * aspect), 1)
    return np.repeat(np.repeat(rgb, down, axis=0), factor, axis=1), factor


def _misshape(wide: int, aspect: float) -> float:
    """By how much a block of so many columns is too high or too low: 0.1 is 10 %."""
    high = max(round(wide * aspect), 1)
    ratio = high / (wide * aspect)
    return max(ratio, 1 / ratio) - 1


def paste(plate: Any, colours: NDArray[np.uint8], corner: tuple[int, int]) -> None:
    """Put a picture on the plate; where it is transparent the plate shows."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(colours)).convert("RGBA")
    plate.paste(picture, corner, picture)


def draw_scale_bar(
    pen: "Pen", corner: tuple[int, int], bar: tuple[float, float], size: float
) -> None:
    """A bar of known length (mm, pixels) with its length beside it; `size` scales type."""
    x, y = corner
    length_mm, length = bar
    height = round(8 * size)
    pen.rectangle((x, y, x + round(length) - 1, y + height), drawing.TEXT)
    font = drawing.typeface(round(20 * size))
    place = (x + round(length + 12 * size), y + height / 2)
    pen.text(place, length_text(length_mm), drawing.TEXT, font, anchor="lm")


def length_text(length_mm: float) -> str:
    """A length in the unit that makes a short number: 2 cm, 5 mm, 200 µm."""
    if length_mm < 1:
        return f"{length_mm * 1000:g} µm"
    return f"{length_mm / 10:g} cm" if length_mm >= 10 else f"{length_mm:g} mm"
