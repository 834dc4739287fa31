"""Contact sheets as PDF: A4 pages, the names of columns on each."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer, Table

from app.core.batch.document import ColourBar, Document, Plate
from app.core.batch.document import Table as PlainTable
from app.core.batch.sheet import DISPLAY, Digest, Sheet
from app.io import pdf_fonts
from app.io.contact_sheet import limits_text, subtitle
from app.io.pdf_flowables import GRID, ColourStrip, Picture
from app.io.report_pdf import (
    CAPTION,
    CELL,
    HEAD,
    HEADING,
    SUBTITLE,
    TITLE,
    WIDTH,
    paragraph,
    table_of,
    write_pages,
)

_NAME = 34 * mm
_GAP = 3 * mm
_COLUMNS, _FEWEST, _SCANS = 4, 3, 4
_HIGHEST = 60 * mm
_STRIP = 12 * mm


def write_sheet(sheet: Sheet, path: Path) -> None:
    """Write a contact sheet as PDF.

    Parameters
    ----------
    path
        A file that does not exist yet.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    pdf_fonts.register()
    about = Document(
        sheet.title,
        f"Contact sheet · {subtitle(sheet)}",
        (),
        date=sheet.date,
        foot=f"Contact sheet {sheet.title}",
        keywords=("MA-XRF", "contact sheet"),
    )
    write_pages(about, list(_story(sheet)), path)


def _story(sheet: Sheet) -> Iterator[Flowable]:
    yield paragraph(sheet.title, TITLE)
    yield paragraph(f"Contact sheet · {subtitle(sheet)}", SUBTITLE)
    if len(sheet.columns) > 1:
        for first in range(0, len(sheet.columns), _COLUMNS):
            if first:
                yield CondPageBreak(2 * _HIGHEST)
            yield _columns(sheet, sheet.columns[first : first + _COLUMNS])
            yield Spacer(1, 6 * mm)
    elif sheet.columns:
        yield from _grid(sheet, sheet.columns[0])
    if sheet.missing:
        yield CondPageBreak(30 * mm)
        yield paragraph("Not done", HEADING)
        rows = tuple((name, reason or "–") for name, reason in sheet.missing)
        yield table_of(PlainTable(("Scan", "Reason"), rows, shares=(0.3, 0.7)))


def _columns(sheet: Sheet, columns: Sequence[str]) -> Flowable:
    """Some of the columns, with all scans below each other."""
    cell = (WIDTH - _NAME) / max(len(columns), _FEWEST)
    head: list[Any] = [paragraph("Scan", HEAD), *(_head(sheet, name, cell) for name in columns)]
    rows = [
        [
            [paragraph(item.name, HEAD), paragraph(item.details, CAPTION)],
            *(_cell(sheet, item, name, cell - _GAP) for name in columns),
        ]
        for item in sheet.digests
    ]
    style = [
        ("FONTNAME", (0, 0), (-1, -1), pdf_fonts.REGULAR),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), _GAP),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5 * mm),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5 * mm),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, GRID),
    ]
    widths = [_NAME, *([cell] * len(columns))]
    return Table([head, *rows], widths, style=style, repeatRows=1, hAlign="LEFT")


def _head(sheet: Sheet, name: str, width: float) -> list[Flowable]:
    """A column's name and, where its maps share them, the limits with a strip of colours."""
    limits = sheet.limits_of(name)
    parts: list[Flowable] = [paragraph(name, HEAD)]
    if limits is not None:
        bar = ColourBar(DISPLAY, limits, sheet.unit_of(name))
        parts += [ColourStrip(bar, min(_STRIP, width - _GAP))]
        parts += [paragraph(f"{limits_text(limits)} {bar.unit}", CAPTION)]
    return parts


def _cell(sheet: Sheet, item: Digest, column: str, width: float) -> list[Flowable]:
    tile = item.tile(column)
    if tile is None:
        return [paragraph("–", CELL)]
    shared = sheet.limits_of(column)
    plate = Plate(column, tile.rgb(shared), aspect=item.aspect)
    parts: list[Flowable] = [Picture(plate, width, _HIGHEST)]
    if tile.limits is not None and shared is None:
        parts.append(paragraph(f"{limits_text(tile.limits)} {tile.unit}", CAPTION))
    return parts


def _grid(sheet: Sheet, column: str) -> Iterator[Flowable]:
    """Scans beside each other, each with its name below."""
    yield KeepTogether(_head(sheet, column, WIDTH))
    yield Spacer(1, 3 * mm)
    width = (WIDTH - (_SCANS - 1) * _GAP) / _SCANS
    style = [
        ("FONTNAME", (0, 0), (-1, -1), pdf_fonts.REGULAR),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1 * mm),
        ("NOSPLIT", (0, 0), (-1, -1)),
    ]
    widths = [width + _GAP] * (_SCANS - 1) + [width]
    for first in range(0, len(sheet.digests), _SCANS):
        items = sheet.digests[first : first + _SCANS]
        pictures: list[Any] = [_cell(sheet, item, column, width) for item in items]
        names: list[Any] = [
            [paragraph(item.name, HEAD), paragraph(item.details, CAPTION)] for item in items
        ]
        for band in (pictures, names):
            band += [Spacer(1, 1)] * (_SCANS - len(items))
        yield Table([pictures, names], widths, style=style, hAlign="LEFT")
        yield Spacer(1, 3 * mm)
