"""Draws a contact sheet as pictures: a row for each scan, or a grid where there is one result."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.core.batch.sheet import DISPLAY, Digest, Sheet, Tile
from app.core.display import colour_bar
from app.io import drawing
from app.io.pdf_fonts import legible
from app.io.plate_parts import paste

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Pen

_CELL = 200
_GAP = 14
_PAD = 32
_NAME = 210
_TITLE_ROOM, _HEAD_ROOM, _LINE = 62, 52, 18
_HIGHEST, _LOWEST = 1.6, 8
_BESIDE_COLUMNS, _BESIDE_SCANS = 6, 6
_MOST_HEIGHT = 12_000


@dataclass(frozen=True, slots=True)
class _Band:
    """Something that is drawn on the sheet from one height to another."""

    height: int
    draw: Any


def draw_sheet(sheet: Sheet) -> list[NDArray[np.uint8]]:
    """Draw a contact sheet.

    Parameters
    ----------
    sheet
        Scans with their results, and those without.

    Returns
    -------
    list of ndarray
        Pictures of shape (height, width, 3), uint8: one, or several where one would be higher
        than 12 000 pixels.
    """
    many = len(sheet.columns) > 1
    beside = min(len(sheet.columns), _BESIDE_COLUMNS) if many else _BESIDE_SCANS
    left = _PAD + (_NAME if many else 0)
    width = max(left + beside * (_CELL + _GAP) - _GAP + _PAD, 900)
    bands = list(_column_bands(sheet, beside, left) if many else _grid_bands(sheet, beside))
    bands += _missing_bands(sheet, width)
    pages: list[list[_Band]] = [[]]
    room = _MOST_HEIGHT - 2 * _PAD - _TITLE_ROOM
    for band in bands:
        if pages[-1] and sum(item.height for item in pages[-1]) + band.height > room:
            pages.append([])
        pages[-1].append(band)
    return [_page(sheet, page, width, (number, len(pages))) for number, page in enumerate(pages, 1)]


def _page(
    sheet: Sheet, bands: Sequence[_Band], width: int, number: tuple[int, int]
) -> NDArray[np.uint8]:
    from PIL import Image, ImageDraw

    height = 2 * _PAD + _TITLE_ROOM + sum(band.height for band in bands)
    plate = Image.new("RGB", (width, height), drawing.BACKGROUND)
    pen = ImageDraw.Draw(plate)
    title = sheet.title if number[1] == 1 else f"{sheet.title} · {number[0]} of {number[1]}"
    bold = drawing.typeface(24, is_bold=True)
    pen.text((_PAD, _PAD), _cut(title, bold, width - 2 * _PAD), drawing.TEXT, bold, anchor="lt")
    font = drawing.typeface(14)
    pen.text((_PAD, _PAD + 34), subtitle(sheet), drawing.MUTED, font, anchor="lt")
    top = _PAD + _TITLE_ROOM
    for band in bands:
        band.draw(plate, pen, top)
        top += band.height
    return np.asarray(plate).copy()


def subtitle(sheet: Sheet) -> str:
    """How many scans there are, and how maps are scaled."""
    done, missing = len(sheet.digests), len(sheet.missing)
    told = [f"{done} scan{'' if done == 1 else 's'}"]
    if missing:
        told.append(f"{missing} not done, see below")
    counted = any(tile.limits is not None for item in sheet.digests for tile in item.tiles)
    if counted:
        told.append(
            "maps of one column share their limits"
            if any(sheet.limits_of(name) is not None for name in sheet.columns)
            else "each map has its own limits"
        )
    return " · ".join(told)


def _column_bands(sheet: Sheet, beside: int, left: int) -> list[_Band]:
    bands = []
    for first in range(0, len(sheet.columns), beside):
        columns = sheet.columns[first : first + beside]
        bands.append(_Band(_HEAD_ROOM, _head_drawer(sheet, columns, left)))
        bands += [_row_band(sheet, item, columns, left) for item in sheet.digests]
        bands.append(_Band(_LINE, lambda *_: None))
    return bands


def _head_drawer(sheet: Sheet, columns: Sequence[str], left: int) -> Any:
    """Names of columns; below, where limits are shared, a strip of colours with its ends."""

    def draw(plate: Any, pen: "Pen", top: int) -> None:
        bold, font = drawing.typeface(15, is_bold=True), drawing.typeface(12)
        for place, name in enumerate(columns):
            x = left + place * (_CELL + _GAP)
            text = _cut(name, bold, _CELL)
            pen.text((x, top + 4), text, drawing.TEXT, bold, anchor="lt")
            limits = sheet.limits_of(name)
            if limits is None:
                continue
            strip = np.repeat(colour_bar(DISPLAY, limits, 60)[0][::-1].transpose(1, 0, 2), 8, 0)
            paste(plate, strip, (x, top + 29))
            told = f"{limits_text(limits)} {sheet.unit_of(name)}"
            pen.text((x + 66, top + 33), told, drawing.MUTED, font, anchor="lm")

    return draw


def _row_band(sheet: Sheet, item: Digest, columns: Sequence[str], left: int) -> _Band:
    tiles = [item.tile(name) for name in columns]
    own = any(tile is not None and _has_own(sheet, tile) for tile in tiles)
    height = max((_size(tile, item.aspect)[1] for tile in tiles if tile is not None), default=0)
    bold, font = drawing.typeface(14, is_bold=True), drawing.typeface(12)
    lines = _wrapped(item.name, bold, _NAME - 16)
    details = _wrapped(item.details, font, _NAME - 16)
    height = max(height, _LINE * (len(lines) + len(details)))

    def draw(plate: Any, pen: "Pen", top: int) -> None:
        for number, line in enumerate(lines):
            pen.text((_PAD, top + number * _LINE), line, drawing.TEXT, bold, anchor="lt")
        below = top + len(lines) * _LINE + 2
        for number, line in enumerate(details):
            pen.text((_PAD, below + number * _LINE), line, drawing.MUTED, font, anchor="lt")
        for place, tile in enumerate(tiles):
            _draw_tile(plate, pen, sheet, tile, item.aspect, (left + place * (_CELL + _GAP), top))

    return _Band(height + (_LINE if own else 0) + _GAP, draw)


def _grid_bands(sheet: Sheet, beside: int) -> list[_Band]:
    """Scans beside each other, each with its name below."""
    if not sheet.columns:
        return []
    (column,) = sheet.columns
    bands = [_Band(_HEAD_ROOM, _head_drawer(sheet, sheet.columns, _PAD))]
    bands += [
        _grid_band(sheet, column, sheet.digests[first : first + beside])
        for first in range(0, len(sheet.digests), beside)
    ]
    return bands


def _grid_band(sheet: Sheet, column: str, items: Sequence[Digest]) -> _Band:
    sizes = [
        _size(tile, item.aspect)[1] for item in items if (tile := item.tile(column)) is not None
    ]
    height = max(sizes, default=44)

    def draw(plate: Any, pen: "Pen", top: int) -> None:
        bold, font = drawing.typeface(13, is_bold=True), drawing.typeface(12)
        for place, item in enumerate(items):
            x, tile = _PAD + place * (_CELL + _GAP), item.tile(column)
            _draw_tile(plate, pen, sheet, tile, item.aspect, (x, top))
            y = top + height + 5
            if tile is not None and _has_own(sheet, tile):
                y += _LINE
            pen.text((x, y), _cut(item.name, bold, _CELL), drawing.TEXT, bold, anchor="lt")
            told = _cut(item.details, font, _CELL)
            pen.text((x, y + _LINE), told, drawing.MUTED, font, anchor="lt")

    return _Band(height + 3 * _LINE + 2 * _GAP, draw)


def _missing_bands(sheet: Sheet, width: int) -> list[_Band]:
    """Scans without results, each with its reason."""
    if not sheet.missing:
        return []
    bold, font = drawing.typeface(16, is_bold=True), drawing.typeface(13)

    def head(_: Any, pen: "Pen", top: int) -> None:
        pen.text((_PAD, top + 12), "Not done", drawing.TEXT, bold, anchor="lt")

    bands = [_Band(42, head)]
    for name, reason in sheet.missing:
        lines = _wrapped(f"{name}: {reason}" if reason else name, font, width - 2 * _PAD)

        def draw(_: Any, pen: "Pen", top: int, lines: Sequence[str] = tuple(lines)) -> None:
            for number, line in enumerate(lines):
                pen.text((_PAD, top + number * _LINE), line, drawing.TEXT, font, anchor="lt")

        bands.append(_Band(_LINE * len(lines) + 6, draw))
    return bands


def limits_text(limits: tuple[float, float]) -> str:
    """From where to where colours run: "0 – 1 693"."""
    low, high = limits
    is_whole = high - low >= 20 or (float(low).is_integer() and float(high).is_integer())
    step = 1.0 if is_whole else 0.01
    return f"{drawing.tick_text(low, step)} – {drawing.tick_text(high, step)}"


def _has_own(sheet: Sheet, tile: Tile) -> bool:
    return tile.limits is not None and sheet.limits_of(tile.column) is None


def _size(tile: Tile, aspect: float) -> tuple[int, int]:
    """Width and height of a tile in a cell, pixels."""
    rows, cols = tile.picture.shape[:2]
    shape = rows * aspect / cols
    if shape <= _HIGHEST:
        return _CELL, max(round(_CELL * shape), _LOWEST)
    return max(round(_CELL * _HIGHEST / shape), 1), round(_CELL * _HIGHEST)


def _draw_tile(
    plate: Any,
    pen: "Pen",
    sheet: Sheet,
    tile: Tile | None,
    aspect: float,
    corner: tuple[int, int],
) -> None:
    from PIL import Image

    x, y = corner
    if tile is None:
        pen.text((x, y + 4), "–", drawing.MUTED, drawing.typeface(13), anchor="lt")
        return
    width, height = _size(tile, aspect)
    rgb = tile.rgb(sheet.limits_of(tile.column))
    # pixels stay blocks where they are enlarged, and are averaged where there are more
    way = Image.Resampling.NEAREST if rgb.shape[1] < width else Image.Resampling.BOX
    small = Image.fromarray(np.ascontiguousarray(rgb)).resize((width, height), way)
    pen.rectangle((x, y, x + width - 1, y + height - 1), "#d6d3cd")
    paste(plate, np.asarray(small, np.uint8), (x, y))
    if tile.limits is not None and _has_own(sheet, tile):
        told = f"{limits_text(tile.limits)} {tile.unit}"
        pen.text((x, y + height + 4), told, drawing.MUTED, drawing.typeface(12), anchor="lt")


def _cut(text: str, font: Any, room: float) -> str:
    """A text of letters that the typeface has, its middle left out where it is too wide."""
    told = legible(text)
    for kept in range(len(told), 1, -1):
        head = (kept + 1) // 2
        short = told if kept == len(told) else f"{told[:head]}…{told[len(told) - kept + head :]}"
        if font.getlength(short) <= room:
            return short
    return told[:1]


def _wrapped(text: str, font: Any, room: float) -> list[str]:
    """Lines that fit into the room; a word wider than that is broken."""
    lines: list[str] = []
    for word in legible(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= room:
            lines[-1] = longer
            continue
        while font.getlength(word) > room:
            kept = len(word) - 1
            while kept > 1 and font.getlength(word[:kept]) > room:
                kept -= 1
            lines.append(word[:kept])
            word = word[kept:]
        lines.append(word)
    return lines
