"""The TrueType fonts of PDF files are the bundled typeface: same letters, same widths."""

import pytest

from app import paths

NAMES = ("Inter-Regular", "Inter-SemiBold")


@pytest.fixture(params=NAMES)
def fonts(request):
    """The OpenType font and the TrueType one made of it."""
    tools = pytest.importorskip("fontTools.ttLib")
    both = [tools.TTFont(paths.resource(f"fonts/{request.param}.{end}")) for end in ("otf", "ttf")]
    yield both
    for font in both:
        font.close()


def test_letters_of_many_languages_have_their_widths(fonts):
    source, made = fonts
    before, after = source.getBestCmap(), made.getBestCmap()
    for letter in "AZaz09 äàçøßłşžĲ ΑΩαωµ АЯая ±×−–—“”…→√≤≥²⁻₂‹›·€№":
        code = ord(letter)
        assert code in after, letter
        widths = source["hmtx"][before[code]][0], made["hmtx"][after[code]][0]
        assert widths[0] == widths[1], letter


def test_outlines_lie_where_they_were(fonts):
    from fontTools.pens.boundsPen import BoundsPen

    source, made = fonts
    for letter in "aBgК&Σ8":
        boxes = []
        for font in (source, made):
            glyphs = font.getGlyphSet()
            pen = BoundsPen(glyphs)
            glyphs[font.getBestCmap()[ord(letter)]].draw(pen)
            boxes.append(pen.bounds)
        assert boxes[1] == pytest.approx(boxes[0], abs=3.0), letter


def test_the_writer_of_pdf_files_can_embed_them():
    from reportlab.pdfbase.ttfonts import TTFont

    for name in NAMES:
        font = TTFont(name, str(paths.resource(f"fonts/{name}.ttf")))
        assert len(font.face.charToGlyph) > 1_500
