"""Make the manual's page of the ganX tables anew.

Run from the top of the repository: `python -m resources.manual.make_ganx_page`. The picture is the
painting of the bundled sample scan, the reference a scan of it computed from layers of paint.
"""

import tempfile
from pathlib import Path

from PIL import Image

from app.core.sample import SampleRecipe, make_sample
from app.core.synthesis.paper import PAPER_PIGMENTS
from app.engine.jobs import run_now
from app.engine.paper_tables import PaperTables, TableParameters, as_markdown, paper_tables
from app.engine.unmixing_references import chosen_pigments
from app.io.images import write_png

FOLDER = Path(__file__).parent
PAGE = "04-ganx-tables.md"
MAPS = "ganx-maps.png"
PICTURE = "ganx-picture.png"
PARAMETERS = TableParameters(cols=240)

_TEXT = """# ganX's tables

A. Bombini and colleagues (arXiv:2304.14078) make a synthetic scan of a picture in the following
way: its colours are clustered, each is given pigments by likeness, reference spectra are mixed
by these weights, and every pixel draws the same number of counts. They judge the scans by two
tables for two *thresholds*, the least likeness a pigment must have to take part. This page
shows both tables for a picture that Velatura draws itself; make yours with

    velatura ganx-tables PICTURE --out FOLDER

![The picture]({picture})

{pixels} pixels, {counts} counts in each, nine pigments (those of the paper), {thresholds}.
**The reference is no measurement.** It is a scan of the same picture computed from layers of
paint with the same nine pigments (*physics mode*), as no scan with a photograph of the same
painting could be had. The figures therefore say how far mixing spectra by likeness of colours
is from layers of paint that give these colours, and are not to be compared with those of the
paper. With a measured scan of your own, give it by `--reference`.

{tables}

## Maps

Counts in the windows of the paper's eight lines, each column in one range. Iron, zinc and gold
are in none of the nine pigments: their maps show what else falls into the window, mostly
scatter. With a threshold of 0.2 all nine pigments take part in every colour, so that all maps
look alike: ΔE rarely exceeds 80, and a likeness of 0.2 is nearly always reached.

![Maps of the eight lines]({maps})

## How to read the tables

All but correlation and cosine are distances: 0 for equal spectra. *bray_curtis_ratios* is the
sum of ratios that the paper gives, *bray_curtis* the usual one. SSIM and MS-SSIM are 1 for
equal cubes. Set them beside the two rows of noise: a cube of noise that only has the
reference's mean spectrum already reaches what the last table shows, so only what lies above it
says something about the picture.
"""


def main(folder: Path = FOLDER) -> PaperTables:
    """Write the page with its two pictures, replacing older ones."""
    sample = make_sample(SampleRecipe(rows=160, cols=PARAMETERS.cols))
    picture = folder / PICTURE
    picture.unlink(missing_ok=True)
    write_png(sample.picture, picture, ())
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "tables"
        pigments = chosen_pigments(", ".join(PAPER_PIGMENTS))
        found = run_now(lambda context: paper_tables(picture, pigments, PARAMETERS, out, context))
        # 128 colours are enough for a look, and a third of the size
        Image.open(out / "maps.png").quantize(128).save(folder / MAPS, optimize=True)
    both = " and ".join(f"{value:g}" for value in PARAMETERS.thresholds)
    text = _TEXT.format(
        picture=PICTURE,
        maps=MAPS,
        pixels=f"{sample.picture.shape[0]} × {sample.picture.shape[1]}",
        counts=PARAMETERS.counts,
        thresholds=f"thresholds {both}",
        tables=as_markdown(found).strip(),
    )
    (folder / PAGE).write_text(text, "utf-8")
    return found


if __name__ == "__main__":
    main()
