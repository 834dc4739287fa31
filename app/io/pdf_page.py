"""What all PDF pages share: a canvas that counts its pages, running head, foot, the date told."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

import app
from app.io import pdf_fonts
from app.io.pdf_flowables import GRID, MUTED, TEXT

SIDE, TOP, BOTTOM = 18 * mm, 22 * mm, 19 * mm

_SIZE = 7.6
_HEAD_Y, _FOOT_Y = 13 * mm, 11 * mm
_PAGES = "velatura-pages"
_DATELESS = "D:20000101000000+00'00'"


class PagedCanvas(Canvas):
    """A canvas whose pages can tell how many there are; see `draw_furniture`."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        # the library's own typeface is not embedded, and would be named in every file
        super().__init__(*arguments, **{**settings, "initialFontName": pdf_fonts.REGULAR})

    def save(self) -> None:
        """Finish the file, its number of pages first."""
        count = self.getPageNumber() - (0 if len(self._code) else 1)
        self.beginForm(_PAGES)
        self.setFont(pdf_fonts.REGULAR, _SIZE)
        self.setFillColor(MUTED)
        self.drawString(0, 0, str(count))
        self.endForm()
        super().save()


def draw_furniture(canvas: Any, running: str, size: tuple[float, float], foot: str = "") -> None:
    """Draw running head, foot and number of the page under way.

    Parameters
    ----------
    canvas
        A `PagedCanvas`.
    running
        Running head, a legible text; not on the first page, where the title says the same.
    size
        Of the page, points.
    foot
        On the left of the foot, a legible text.
    """
    width, height = size
    number = canvas.getPageNumber()
    canvas.saveState()
    canvas.setFont(pdf_fonts.REGULAR, _SIZE)
    canvas.setStrokeColor(GRID)
    canvas.setLineWidth(0.6)
    canvas.setFillColor(MUTED)
    if number > 1:
        room = width - 2 * SIDE
        canvas.drawString(SIDE, height - _HEAD_Y, fitting(running, room, _SIZE))
        line = height - _HEAD_Y - 2 * mm
        canvas.line(SIDE, line, width - SIDE, line)
    canvas.line(SIDE, _FOOT_Y + 4 * mm, width - SIDE, _FOOT_Y + 4 * mm)
    told = f"Page {number} of "
    # the total is a form that is defined when all pages are there; three digits have room
    right = width - SIDE - pdf_fonts.width("000", _SIZE)
    canvas.drawRightString(right, _FOOT_Y, told)
    canvas.saveState()
    canvas.translate(right, _FOOT_Y)
    canvas.doForm(_PAGES)
    canvas.restoreState()
    left = f"Velatura {app.__version__}" + (f" · {foot}" if foot else "")
    canvas.drawString(SIDE, _FOOT_Y, fitting(left, width - 2 * SIDE - 40 * mm, _SIZE))
    canvas.setFillColor(TEXT)
    canvas.restoreState()


def fitting(text: str, room: float, size: float, *, is_bold: bool = False) -> str:
    """A legible text, its middle left out where it is wider than the room, points."""
    if pdf_fonts.width(text, size, is_bold=is_bold) <= room:
        return text
    for kept in range(len(text) - 1, 1, -1):
        head = (kept + 1) // 2
        short = f"{text[:head].rstrip()}…{text[len(text) - (kept - head) :].lstrip()}"
        if pdf_fonts.width(short, size, is_bold=is_bold) <= room:
            return short
    return "…"


def date_formatter(date: str) -> Callable[..., str]:
    """What tells the PDF writer a date, whatever the time is.

    Parameters
    ----------
    date
        ISO 8601; the beginning of the year 2000 where it is empty or no date, since the
        property cannot be left out.
    """
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return lambda *_: _DATELESS
    told = moment.astimezone(UTC) if moment.tzinfo is not None else moment
    return lambda *_: f"D:{told:%Y%m%d%H%M%S}+00'00'"
