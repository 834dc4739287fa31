"""Draws maps of several scans as one sheet: a row for each scan, a column for each line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.core.display import MapDisplay, to_rgb
from app.io import drawing
from app.io.plate_parts import paste

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Pen

_CELL = 150
_GAP = 10
_PAD = 28
_HEAD = 34
_FOOT = 26


@dataclass(frozen=True, slots=True, eq=False)
class SheetRow:
    """One row of a sheet.

    Parameters
    ----------
    title
        On its left.
    maps
        Counts, each of shape (rows, cols); None where there is no such map.
    """

    title: str
    maps: Sequence[NDArray[Any] | None]


def draw_sheet(
    rows: Sequence[SheetRow],
    columns: Sequence[str],
    *,
    title: str,
    display: MapDisplay,
    beside: int = 4,
) -> NDArray[np.uint8]:
    """Draw the sheet.

    Parameters
    ----------
    rows
        All with as many maps as there are columns; the maps may be of any size.
    columns
        What stands above each column: "Hg Lα".
    title
        Above all.
    display
        Colour map, scale and the upper percentile. The maps of a column share one range, from
        0 to the largest of their upper percentiles, which is written below it: so that maps
        one above the other can be compared.
    beside
        So many columns stand beside each other; the others follow below.

    Returns
    -------
    ndarray
        Shape (height, width, 3), uint8.

    Raises
    ------
    ValueError
        If a row has another number of maps than there are columns, or there is no row.
    """
    if not rows or any(len(row.maps) != len(columns) for row in rows):
        raise ValueError(f"every row of a sheet needs {len(columns)} maps")
    bands: list[NDArray[np.uint8]] = []
    for first in range(0, len(columns), beside):
        part = slice(first, first + beside)
        cut = [SheetRow(row.title, row.maps[part]) for row in rows]
        bands.append(_draw_band(cut, columns[part], "" if bands else title, display))
    width = max(band.shape[1] for band in bands)
    wide = [((0, 0), (0, width - band.shape[1]), (0, 0)) for band in bands]
    return np.vstack(
        [np.pad(band, pad, constant_values=255) for band, pad in zip(bands, wide, strict=True)]
    )


def _draw_band(
    rows: Sequence[SheetRow], columns: Sequence[str], title: str, display: MapDisplay
) -> NDArray[np.uint8]:
    """Columns beside each other."""
    from PIL import Image, ImageDraw

    font = drawing.typeface(15)
    left = _PAD + round(max(font.getlength(row.title) for row in rows)) + 14
    heights = [_cell_height(row) for row in rows]
    top = _PAD + (2 if title else 1) * _HEAD
    size = (left + len(columns) * (_CELL + _GAP) + _PAD, top + sum(heights) + _FOOT + _PAD)
    plate = Image.new("RGB", size, drawing.BACKGROUND)
    pen = ImageDraw.Draw(plate)
    pen.text((_PAD, _PAD), title, drawing.TEXT, drawing.typeface(20, is_bold=True), anchor="lt")
    for place, name in enumerate(columns):
        maps = [row.maps[place] for row in rows]
        x = left + place * (_CELL + _GAP)
        _draw_column(plate, pen, name, maps, (x, top), heights, display)
    y = float(top)
    for row, height in zip(rows, heights, strict=True):
        pen.text((left - 14, y + (height - _GAP) / 2), row.title, drawing.TEXT, font, anchor="rm")
        y += height
    return np.asarray(plate).copy()


def _draw_column(
    plate: Any,
    pen: "Pen",
    name: str,
    maps: Sequence[NDArray[Any] | None],
    corner: tuple[int, int],
    heights: Sequence[int],
    display: MapDisplay,
) -> None:
    """Maps of one line below its name, their common range below them."""
    x, y = corner
    most = _most(maps, display)
    head = drawing.typeface(15, is_bold=True)
    pen.text((x + _CELL / 2, y - 10), name, drawing.TEXT, head, anchor="ms")
    for values, height in zip(maps, heights, strict=True):
        _draw_cell(plate, pen, values, (x, y), height - _GAP, (most, display))
        y += height
    told = "–" if most is None else f"0 – {drawing.tick_text(most, 1.0)} counts"
    pen.text((x + _CELL / 2, y + 6), told, drawing.MUTED, drawing.typeface(13), anchor="mt")


def _cell_height(row: SheetRow) -> int:
    shapes = [values.shape for values in row.maps if values is not None]
    high = max((rows / cols for rows, cols in shapes), default=0.3)
    return round(_CELL * min(high, 3.0)) + _GAP


def _most(maps: Sequence[NDArray[Any] | None], display: MapDisplay) -> float | None:
    """The upper end of a column's range; None where it has no map."""
    ends = [
        float(np.percentile(values, display.high_percentile))
        for values in maps
        if values is not None
    ]
    return max(ends) if ends else None


def _draw_cell(
    plate: Any,
    pen: "Pen",
    values: NDArray[Any] | None,
    corner: tuple[int, int],
    height: int,
    shown: tuple[float | None, MapDisplay],
) -> None:
    """One map, or a sentence where there is none."""
    from PIL import Image

    most, display = shown
    x, y = corner
    if values is None or most is None:
        font = drawing.typeface(13)
        pen.text((x + _CELL / 2, y + height / 2), "not covered", drawing.MUTED, font, anchor="mm")
        return
    rgb = to_rgb(values, display, (0.0, max(most, 1.0)))
    high = min(round(_CELL * values.shape[0] / values.shape[1]), height)
    small = Image.fromarray(rgb).resize((_CELL, max(high, 1)), Image.Resampling.BOX)
    paste(plate, np.asarray(small, np.uint8), (x, y))
