"""Draws a map as a plate for reports: title, colour bar with counts, scale bar."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.core.display import MapDisplay, Scale, colour_bar, fraction_of, value_at
from app.io import drawing, plate_parts

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Pen


def draw_map(
    rgb: NDArray[np.uint8],
    *,
    title: str,
    display: MapDisplay,
    levels: tuple[float, float],
    scale_bar: tuple[float, float] | None = None,
    pixel_aspect: float = 1.0,
    unit: str = "counts",
) -> NDArray[np.uint8]:
    """Draw the plate of a map.

    Parameters
    ----------
    rgb
        Colours of shape (rows, cols, 3 or 4), uint8. Small maps are enlarged by a whole
        number, each pixel to a block: nothing is interpolated.
    title
        Above the map; empty for none.
    display, levels, unit
        Colour map and scale, the first and the last colour's values: for the colour bar.
    scale_bar
        Length in mm and in columns of the map, where known; left out if too short to be read.
    pixel_aspect
        Distance between rows divided by that between columns.

    Returns
    -------
    ndarray
        Shape (height, width, 3), uint8; the map is at least 800 pixels wide unless that makes
        it higher than 2400.
    """
    from PIL import Image, ImageDraw

    large, factor = plate_parts.enlarged(rgb, pixel_aspect)
    rows, cols = large.shape[:2]
    size = min(max(cols / 900, 1.0), 4.0)
    pad = round(36 * size)
    bold = drawing.typeface(round(26 * size), is_bold=True)
    font = drawing.typeface(round(20 * size))
    ticks = bar_ticks(display, levels, rows, round(40 * size))
    bar_width = round(24 * size)
    text_width = max(font.getlength(text) for text in (unit, *(text for _, text in ticks)))
    top = pad + round((66 if title else 18) * size)
    bar = plate_parts.readable(scale_bar, factor)
    below = round(44 * size) if bar else 0
    beside = round(42 * size + text_width) + bar_width
    width = 2 * pad + max(cols + beside, round(bold.getlength(title)))
    plate = Image.new("RGB", (width, top + rows + below + pad), drawing.BACKGROUND)
    pen = ImageDraw.Draw(plate)
    pen.text((pad, pad), title, drawing.TEXT, bold, anchor="lt")
    plate_parts.paste(plate, large, (pad, top))
    x = pad + cols + round(28 * size)
    pen.text((x, top - round(10 * size)), unit, drawing.MUTED, font, anchor="ls")
    strip = np.repeat(colour_bar(display, levels, rows)[0], bar_width, axis=1)
    plate_parts.paste(plate, strip, (x, top))
    _draw_bar_ticks(pen, (x, top, x + bar_width - 1, top + rows - 1), ticks, size)
    if bar:
        plate_parts.draw_scale_bar(pen, (pad, top + rows + round(22 * size)), bar, size)
    return np.asarray(plate).copy()


def _draw_bar_ticks(
    pen: "Pen",
    box: tuple[int, int, int, int],
    ticks: Sequence[tuple[float, str]],
    size: float,
) -> None:
    """The colour bar's frame and the numbers on its right."""
    _, top, right, bottom = box
    font = drawing.typeface(round(20 * size))
    gap = round(6 * size)
    pen.rectangle(box, None, drawing.MUTED)
    for place, text in ticks:
        y = bottom - place * (bottom - top)
        pen.line((right + 1, y, right + 1 + gap, y), drawing.MUTED, round(size))
        pen.text((right + 1 + 2 * gap, y), text, drawing.TEXT, font, anchor="lm")


def bar_ticks(
    display: MapDisplay, levels: tuple[float, float], height: int, room: int
) -> list[tuple[float, str]]:
    """Places (0 at the bottom, 1 on top) and texts along the colour bar, `room` apart."""
    low, high = levels
    if not high > low:
        return [(0.0, drawing.tick_text(low, 1.0 if float(low).is_integer() else 0.001))]
    count = max(min(height // room, 7), 2)
    if display.scale is Scale.LINEAR:
        values, step = drawing.round_ticks(low, high, most=count)
        places = fraction_of(values, levels, display.scale)
        texts = [drawing.tick_text(value, step) for value in values]
        return list(zip(places.tolist(), texts, strict=True))
    slack = room / height / 3
    wanted = np.linspace(0.0, 1.0, count).tolist()
    return [_round_number(place, slack, display.scale, levels) for place in wanted]


def _round_number(
    place: float, slack: float, scale: Scale, levels: tuple[float, float]
) -> tuple[float, str]:
    """The roundest number not farther than `slack` from a place: its place and text."""
    value = float(value_at(place, levels, scale))
    step = 10.0 ** math.ceil(math.log10(max(abs(levels[0]), abs(levels[1]))))
    for _ in range(12):
        for finer in (step / 2, step / 5, step / 10):
            number = round(value / finer) * finer
            found = float(fraction_of(number, levels, scale))
            inside = levels[0] <= number <= levels[1]
            if inside and abs(found - place) <= slack:
                return found, drawing.tick_text(number, finer)
        step /= 10
    return place, drawing.tick_text(value, step)
