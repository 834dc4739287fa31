"""The typeface of PDF files, embedded, and what is done about letters it does not have."""

import unicodedata

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from app import paths

REGULAR, BOLD = "Velatura-Inter", "Velatura-Inter-SemiBold"
_FILES = {REGULAR: "Inter-Regular.ttf", BOLD: "Inter-SemiBold.ttf"}


def register() -> None:
    """Make the bundled typeface known to the PDF writer; does nothing the second time.

    Raises
    ------
    FileNotFoundError
        If the fonts are not there.
    """
    known = pdfmetrics.getRegisteredFontNames()
    for name, file in _FILES.items():
        if name not in known:
            pdfmetrics.registerFont(TTFont(name, str(paths.resource(f"fonts/{file}"))))


def legible(text: str) -> str:
    """A text of letters that the typeface has.

    Letters with accents are composed where that is possible. What the typeface does not have,
    as Chinese characters, is written by its numbers in Unicode, ‹U+8056 U+6BCD›, so that
    nothing is lost and nothing is shown as an empty box; line feeds and other controls become
    spaces.
    """
    register()
    glyphs = pdfmetrics.getFont(REGULAR).face.charToGlyph
    parts: list[str] = []
    missing: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        is_control = unicodedata.category(letter) in ("Cc", "Zl", "Zp")
        if not is_control and ord(letter) not in glyphs:
            missing.append(f"U+{ord(letter):04X}")
            continue
        if missing:
            parts.append(f"‹{' '.join(missing)}›")
            missing.clear()
        parts.append(" " if is_control else letter)
    if missing:
        parts.append(f"‹{' '.join(missing)}›")
    return "".join(parts)


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Width of a legible text, points."""
    return float(pdfmetrics.stringWidth(text, BOLD if is_bold else REGULAR, size))
