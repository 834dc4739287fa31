"""Let every network of a folder colour one scan, and draw all of it on one sheet to be looked at.

Run from the top of the repository:

    python -m models.look SCAN --out FOLDER [--axis OFFSET_KEV,GAIN_KEV] [--models FOLDER]

writes each network's colours as a picture, `sheet.png` with colour, uncertainty and novelty of all
of them, `maps.png` with the maps of elements beside what the spectra say themselves, and what each
network remarked on as `remarks.txt`.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.core.axis import EnergyAxis  # noqa: E402
from app.core.display import MapDisplay, to_rgb  # noqa: E402
from app.core.recolouring.recoloured import Recoloured  # noqa: E402
from app.core.scan import Scan  # noqa: E402
from app.engine.jobs import run_now  # noqa: E402
from app.engine.model_library import ModelEntry, Models  # noqa: E402
from app.engine.network import Network  # noqa: E402
from app.engine.recolour_asking import maps_beside_measured  # noqa: E402
from app.engine.recolouring import RecolourParameters, recolour_scan  # noqa: E402
from app.errors import AppError  # noqa: E402
from app.io import drawing, images, recoloured_files, store  # noqa: E402
from app.io.formats import OpenOptions  # noqa: E402
from app.io.map_sheet import SheetRow, draw_sheet  # noqa: E402

_MOST_DOUBT = recoloured_files.MOST_DOUBT
_GAP, _HEAD, _WIDTH = 12, 30, 420
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What one network makes of a scan.

    Parameters
    ----------
    stem
        Name of its file, without suffix.
    found
        Colours, maps, doubt.
    """

    stem: str
    found: Recoloured

    @property
    def remark(self) -> str:
        """What is to be said of it in a line: notes, usual doubt, how much is new."""
        told = [f"{self.stem}: {self.found.card.name}."]
        if self.found.uncertainty is not None:
            told.append(
                f"Median uncertainty ± {255 * float(np.median(self.found.uncertainty)):.0f} of 255."
            )
        if self.found.novelty is not None:
            for limit in (0.95, 0.99):
                share = 100 * float((self.found.novelty > limit).mean())
                told.append(f"Novelty above {limit:g}: {share:.1f} % of the points.")
        return " ".join((*told, *self.found.notes))


def main(arguments: Sequence[str] | None = None) -> int:
    """Colour a scan by all networks; the exit code."""
    parser = argparse.ArgumentParser(description="Look at what networks make of a scan.")
    parser.add_argument("scan", type=Path)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--axis", default="", metavar="OFFSET,GAIN")
    parser.add_argument("--models", type=Path, metavar="FOLDER", help="others than those here")
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        scan = _scan(asked.scan, asked.axis)
        models = Models(shipped=asked.models) if asked.models else Models()
        looked = [look(scan, entry) for entry in models.entries() if entry.card is not None]
        asked.out.mkdir(parents=True, exist_ok=True)
        write(looked, scan, asked.out)
    except AppError as error:
        _LOG.error("%s %s", error, error.hint)
        return 1
    for item in looked:
        _LOG.info("%s", item.remark)
    return 0


def look(scan: Scan, entry: ModelEntry) -> Looked:
    """What a network makes of a scan; raises AppError where it cannot."""
    if entry.card is None:
        raise ValueError(f"{entry.path} has no card")
    with Network(entry.path, entry.card, "cpu") as network:
        parameters = RecolourParameters(model=str(entry.path))
        found = run_now(lambda context: recolour_scan(scan, network, parameters, context))
    return Looked(entry.path.stem, found)


def write(looked: Sequence[Looked], scan: Scan, folder: Path) -> None:
    """Write pictures, sheets and remarks, replacing older ones."""
    coloured = [item for item in looked if item.found.has_colours]
    for item in coloured:
        path = folder / f"{item.stem}.png"
        recoloured_files.write(item.found, path, name=scan.cube.name, overwrite=True)
    if coloured:
        _save(sheet(coloured), folder / "sheet.png")
    mapped = [item for item in looked if item.found.maps is not None]
    if mapped:
        _save(map_sheet(mapped, scan), folder / "maps.png")
    remarks = "\n".join(item.remark for item in looked)
    (folder / "remarks.txt").write_text(remarks + "\n", "utf-8")


def sheet(looked: Sequence[Looked]) -> NDArray[np.uint8]:
    """Colour, uncertainty and novelty of each network, one below the other.

    Returns
    -------
    ndarray
        Shape (height, width, 3), uint8. Uncertainty is white from 0.25 on, novelty from 0 to 1.
    """
    from PIL import Image, ImageDraw

    rows, cols = looked[0].found.rgb.shape[:2]
    times = max(_WIDTH // cols, 1)
    cell = (cols * times, rows * times)
    size = (3 * (cell[0] + _GAP) + _GAP, len(looked) * (cell[1] + _HEAD + _GAP) + _GAP)
    plate = Image.new("RGB", size, drawing.BACKGROUND)
    pen = ImageDraw.Draw(plate)
    for place, item in enumerate(looked):
        top = _GAP + place * (cell[1] + _HEAD + _GAP)
        for column, (title, picture) in enumerate(_pictures(item.found)):
            left = _GAP + column * (cell[0] + _GAP)
            pen.text((left, top + 4), title, drawing.TEXT, drawing.typeface(15), anchor="lt")
            if picture is None:
                pen.text((left, top + _HEAD), "not told", drawing.MUTED, drawing.typeface(15))
            else:
                large = np.repeat(np.repeat(picture, times, axis=0), times, axis=1)
                plate.paste(Image.fromarray(large), (left, top + _HEAD))
    return np.asarray(plate).copy()


def _pictures(found: Recoloured) -> list[tuple[str, NDArray[np.uint8] | None]]:
    """Titles and pictures of one network."""
    colours = recoloured_files.picture(found)[..., :3]
    doubt, novelty = found.uncertainty, found.novelty
    return [
        (found.card.name, np.ascontiguousarray(colours)),
        (f"uncertainty, white: ± {255 * _MOST_DOUBT:.0f} of 255", _scaled(doubt, _MOST_DOUBT)),
        ("novelty, 0 to 1", _scaled(novelty, 1.0)),
    ]


def _scaled(values: NDArray[Any] | None, most: float) -> NDArray[np.uint8] | None:
    if values is None:
        return None
    return to_rgb(values.astype(np.float64), MapDisplay(colour_map="grey"), (0.0, most))[..., :3]


def map_sheet(looked: Sequence[Looked], scan: Scan) -> NDArray[np.uint8]:
    """Maps of elements of each network, below them net counts of the same lines as measured."""
    elements = looked[0].found.elements
    rows, measured = [], []
    for item in looked:
        agreements = run_now(partial(maps_beside_measured, scan, item.found))
        told = dict(zip(item.found.elements, agreements, strict=True))
        rows.append(SheetRow(item.found.card.name, [told[name].predicted for name in elements]))
        measured = [told[name].measured for name in elements]
    rows.append(SheetRow("net counts", measured))
    title = "Maps of elements, predicted and measured"
    return draw_sheet(rows, elements, title=title, display=MapDisplay())


def _scan(path: Path, axis: str) -> Scan:
    options = OpenOptions()
    if axis:
        offset, gain = (float(value) for value in axis.split(","))
        options = OpenOptions(axis=EnergyAxis(offset, gain, source="told by the user"))
    return store.open_scan(path, options)


def _save(picture: NDArray[np.uint8], path: Path) -> None:
    path.unlink(missing_ok=True)
    images.write_png(picture, path, ())


if __name__ == "__main__":
    sys.exit(main())
