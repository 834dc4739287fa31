"""Reports as PDF: A4 pages with a running head, page numbers and embedded fonts.

The same report gives the same bytes: the file tells no time but the one it is given.
"""

from collections.abc import Iterator
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

import app
from app.core.batch import document
from app.core.batch.document import Document, Part, Plate, Section
from app.io import pdf_fonts
from app.io.pdf_flowables import GRID, MUTED, TEXT, CurvePlot, Picture
from app.io.pdf_fonts import legible
from app.io.pdf_page import BOTTOM, SIDE, TOP, PagedCanvas, date_formatter, draw_furniture

WIDTH, HEIGHT = A4[0] - 2 * SIDE, A4[1] - TOP - BOTTOM

_PLATE_GAP = 6 * mm
_MOST_PLATE_HEIGHT = 105 * mm
_MOST_SINGLE_HEIGHT = 150 * mm
_FACT_NAME = 40 * mm
_UNKNOWN = "not told by the file"
_WARNING = HexColor("#f6ecd9")
_ROOM_AFTER_HEADING = 40 * mm


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    settings = {
        "fontName": pdf_fonts.REGULAR,
        "fontSize": size,
        "leading": 1.34 * size,
        "textColor": TEXT,
        **more,
    }
    return ParagraphStyle(name, **settings)


TITLE = _style("title", 19, fontName=pdf_fonts.BOLD, spaceAfter=1.5 * mm)
SUBTITLE = _style("subtitle", 9.5, textColor=MUTED, spaceAfter=4 * mm)
HEADING = _style("heading", 13, fontName=pdf_fonts.BOLD, spaceBefore=5 * mm, spaceAfter=2 * mm)
_BODY = _style("body", 8.8, spaceAfter=1.6 * mm)
_NAME = _style("name", 8.4, textColor=MUTED)
_VALUE = _style("value", 8.4)
HEAD = _style("head", 7.8, fontName=pdf_fonts.BOLD)
_HEAD_RIGHT = _style("head right", 7.8, fontName=pdf_fonts.BOLD, alignment=2)
CELL = _style("cell", 7.8)
_CELL_RIGHT = _style("cell right", 7.8, alignment=2)
PLATE_TITLE = _style("plate title", 9, fontName=pdf_fonts.BOLD, spaceAfter=1 * mm)
CAPTION = _style("caption", 7.6, textColor=MUTED)


def write_report(report: Document, path: Path) -> None:
    """Write a report as PDF.

    Parameters
    ----------
    report
        What stands in it.
    path
        A file that does not exist yet.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    write_pages(report, list(_story(report)), path)


def write_pages(about: Document, story: list[Flowable], path: Path) -> None:
    """Write what is drawn onto pages; of the document only what stands around it is used.

    Parameters
    ----------
    about
        Title, subtitle, date, foot and keywords.
    story
        All that stands on the pages, in order.
    path
        A file that does not exist yet.

    Raises
    ------
    OSError
        If the path exists or the system refuses; the file is then incomplete.
    """
    pdf_fonts.register()
    # the writer closes what it is given and hides why a disk refused: so to memory first
    memory = BytesIO()
    _Pages(memory, about).build(story, canvasmaker=PagedCanvas)
    with path.open("xb") as stream:
        stream.write(memory.getvalue())


class _Pages(BaseDocTemplate):
    """Pages with a running head and their numbers."""

    def __init__(self, stream: BytesIO, report: Document) -> None:
        super().__init__(
            stream,
            pagesize=A4,
            title=legible(report.title),
            author="",
            subject=legible(report.subtitle),
            creator=f"Velatura {app.__version__}",
            keywords=[legible(word) for word in report.keywords],
            lang="en-GB",
            invariant=1,
            pageCompression=1,
        )
        self._report = report
        frame = Frame(SIDE, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0, id="body")
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self._furniture)])

    def beforeDocument(self) -> None:
        """Have the file tell the report's time, not that of its writing."""
        self.canv.setDateFormatter(date_formatter(self._report.date))

    def _furniture(self, canvas: Any, _: Any) -> None:
        draw_furniture(canvas, legible(self._report.title), A4, legible(self._report.foot))


def _story(report: Document) -> Iterator[Flowable]:
    """All that stands on the pages, in order."""
    yield paragraph(report.title, TITLE)
    yield paragraph(report.subtitle, SUBTITLE)
    for section in report.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[Flowable]:
    if section.on_new_page:
        yield PageBreak()
    parts = [flowable for part in section.parts for flowable in _part(part)]
    # a heading stays with its words and with the first picture or table's head below them
    words = 0
    while words < len(parts) and isinstance(parts[words], Paragraph | Spacer):
        words += 1
    kept = words + 1 if words < len(parts) and _is_whole(parts[words]) else words
    yield CondPageBreak(_ROOM_AFTER_HEADING)
    yield KeepTogether([paragraph(section.heading, HEADING), *parts[:kept]])
    yield from parts[kept:]


def _is_whole(flowable: Flowable) -> bool:
    """Whether a part is never torn apart by a page's end, as a row of plates."""
    return isinstance(flowable, CurvePlot | _PlateRow)


def _part(part: Part) -> Iterator[Flowable]:
    match part:
        case document.Facts():
            yield _facts(part)
        case document.Sentences():
            yield from _sentences(part)
        case document.Table():
            yield table_of(part)
        case document.Plates():
            yield from _plates(part)
        case document.Curve():
            yield CurvePlot(part, WIDTH)
            if part.caption:
                yield paragraph(part.caption, CAPTION)
    yield Spacer(1, 2.5 * mm)


def _facts(facts: document.Facts) -> Flowable:
    rows = [
        [paragraph(name, _NAME), paragraph(value or _UNKNOWN, _VALUE if value else _NAME)]
        for name, value in facts.rows
    ]
    return Table(rows, [_FACT_NAME, WIDTH - _FACT_NAME], style=[*TIGHT, *LINES], hAlign="LEFT")


def _sentences(told: document.Sentences) -> Iterator[Flowable]:
    paragraphs = [paragraph(text, _BODY) for text in told.texts]
    if not told.is_warning:
        yield from paragraphs
        return
    style = [
        ("FONTNAME", (0, 0), (-1, -1), pdf_fonts.REGULAR),
        ("BACKGROUND", (0, 0), (-1, -1), _WARNING),
        ("LEFTPADDING", (0, 0), (-1, -1), 3 * mm),
        ("TOPPADDING", (0, 0), (-1, 0), 2 * mm),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0.6 * mm),
    ]
    yield Table([[paragraph] for paragraph in paragraphs], [WIDTH], style=style, hAlign="LEFT")


def table_of(table: document.Table) -> Flowable:
    """A table over the page's width whose head is repeated on every page."""
    shares = table.shares or (1.0,) * len(table.head)
    widths = [WIDTH * share / sum(shares) for share in shares]
    heads = [
        paragraph(text, _HEAD_RIGHT if place in table.numbers else HEAD)
        for place, text in enumerate(table.head)
    ]
    rows = [
        [
            paragraph(text, _CELL_RIGHT if place in table.numbers else CELL)
            for place, text in enumerate(row)
        ]
        for row in table.rows
    ]
    style = [*TIGHT, *LINES, ("LINEBELOW", (0, 0), (-1, 0), 0.8, MUTED)]
    if table.swatches:
        heads = [paragraph("", HEAD), *heads]
        rows = [[paragraph("", CELL), *row] for row in rows]
        patch = 5 * mm
        widths = [patch, *(width * (WIDTH - patch) / WIDTH for width in widths)]
        for number, colour in enumerate(table.swatches, 1):
            hexed = HexColor("#{:02x}{:02x}{:02x}".format(*colour))
            style += [
                ("BACKGROUND", (0, number), (0, number), hexed),
                ("LEFTPADDING", (1, number), (1, number), 2 * mm),
            ]
        style.append(("LEFTPADDING", (1, 0), (1, 0), 2 * mm))
    return Table([heads, *rows], widths, style=style, repeatRows=1, hAlign="LEFT")


TIGHT = (
    ("FONTNAME", (0, 0), (-1, -1), pdf_fonts.REGULAR),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2 * mm),
    ("TOPPADDING", (0, 0), (-1, -1), 0.7 * mm),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0.9 * mm),
)
LINES = (("LINEBELOW", (0, 0), (-1, -1), 0.4, GRID),)


class _PlateRow(Table):
    """Plates beside each other."""


def _plates(plates: document.Plates) -> Iterator[Flowable]:
    """Rows of plates; a row is never torn apart by a page's end."""
    beside = max(plates.beside, 1)
    width = (WIDTH - (beside - 1) * _PLATE_GAP) / beside
    # pictures of one size can be compared, whether they have a colour bar or not
    has_bar = any(plate.bar is not None for plate in plates.plates)
    highest = _MOST_SINGLE_HEIGHT if beside == 1 else _MOST_PLATE_HEIGHT
    for first in range(0, len(plates.plates), beside):
        row = plates.plates[first : first + beside]
        # picture beside picture: titles and captions of different length do not shift them
        bands = [
            [paragraph(plate.title, PLATE_TITLE) for plate in row],
            [Picture(plate, width, highest, room_for_bar=has_bar) for plate in row],
            [_caption(plate) for plate in row],
        ]
        for band in bands:
            band += [Spacer(1, 1)] * (beside - len(band))
        widths = [width + _PLATE_GAP] * (beside - 1) + [width]
        style = [
            ("FONTNAME", (0, 0), (-1, -1), pdf_fonts.REGULAR),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("VALIGN", (0, 1), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-2, -1), _PLATE_GAP),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1 * mm),
            ("NOSPLIT", (0, 0), (-1, -1)),
        ]
        yield _PlateRow(bands, widths, style=style, hAlign="LEFT")
        yield Spacer(1, 3 * mm)


def _caption(plate: Plate) -> list[Flowable]:
    return [paragraph(text, CAPTION) for text in plate.caption]


def paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """A text as it is, whatever is in it: no markup, no letters the typeface lacks."""
    kept = legible(text).replace(" %", "\u00a0%")  # a number and its sign stay on one line
    return Paragraph(escape(kept), style)
