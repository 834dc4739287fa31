"""Make the TrueType fonts that PDF files carry, from the OpenType ones beside this file.

PDF writers in Python embed TrueType outlines alone. Run from the top of the repository, with
fontTools installed: `python -m resources.fonts.make_truetype`. With `--check` nothing is
written: the fonts there are compared with what would be, and the exit code is 1 where they
differ. The same fonts and the same fontTools give the same bytes.
"""

import argparse
import io
import logging
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NAMES = ("Inter-Regular", "Inter-SemiBold")
RANGES = (
    (0x20, 0x7E),  # Latin
    (0xA0, 0x24F),  # Latin of further languages
    (0x2B0, 0x36F),  # letters as modifiers, combining marks
    (0x370, 0x3FF),  # Greek
    (0x400, 0x52F),  # Cyrillic
    (0x1E00, 0x1EFF),  # Vietnamese and others
    (0x1F00, 0x1FFF),  # Greek with accents
    (0x2000, 0x206F),  # dashes, quotation marks, spaces
    (0x2070, 0x20BF),  # digits raised and lowered, currencies
    (0x2100, 0x218F),  # ohm, ångström, numero and the like
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x25A0, 0x25FF),  # squares and circles
    (0xFB00, 0xFB06),  # ligatures
)
"""First and last code points of what is kept; without what the fonts do not have."""

_UNITS_OFF = 1.0  # outlines may differ by so much of 2816 units to the em
_TRUETYPE = "\x00\x01\x00\x00"

_LOG = logging.getLogger(__name__)


def main() -> int:
    """Write the fonts or, with `--check`, compare them with those there."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    is_check = parser.parse_args().check
    same = True
    for name in NAMES:
        data, target = made(FOLDER / f"{name}.otf"), FOLDER / f"{name}.ttf"
        is_same = target.exists() and target.read_bytes() == data
        same &= is_same
        if not is_check:
            target.write_bytes(data)
        told = "as there" if is_same else "other than there" if is_check else "written"
        _LOG.info("%s: %d bytes, %s", target.name, len(data), told)
    return 0 if same or not is_check else 1


def made(source: Path) -> bytes:
    """A font with cubic outlines as one with quadratic ones, of the characters in `RANGES`."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True, glyph_names=False
    )
    cut = subset.Subsetter(options)
    cut.populate(unicodes={code for first, last in RANGES for code in range(first, last + 1)})
    cut.subset(font)
    _quadratic(font)
    for table in ("GSUB", "GPOS", "GDEF", "DSIG"):
        if table in font:
            del font[table]
    stream = io.BytesIO()
    font.save(stream, reorderTables=True)
    return stream.getvalue()


def _quadratic(font: Any) -> None:
    """Replace the outlines by quadratic ones, which TrueType has."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    glyphs = font.getGlyphSet()
    order = font.getGlyphOrder()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, _UNITS_OFF, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, outlines
    del font["CFF "]
    if "VORG" in font:
        del font["VORG"]
    for outline in outlines.values():
        outline.recalcBounds(table)
    font["hmtx"].metrics = {
        name: (width, getattr(outlines[name], "xMin", 0) if outlines[name].numberOfContours else 0)
        for name, (width, _) in font["hmtx"].metrics.items()
    }
    maximum = font["maxp"]
    maximum.tableVersion = 0x00010000
    for field in [
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
    ]:
        setattr(maximum, field, 0)
    maximum.maxZones = 1
    font["post"].formatType = 3.0
    font.sfntVersion = _TRUETYPE


if __name__ == "__main__":
    sys.exit(main())
