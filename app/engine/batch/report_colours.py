"""The section of a scan's report on predicted colours: their doubts, their network, its verdict."""

from collections.abc import Mapping

import numpy as np

from app.core.batch.document import Facts, Part, Plate, Section, Sentences
from app.core.display import MapDisplay
from app.core.recolouring.blend import USUAL_NOVELTY
from app.core.recolouring.card import ModelCard, TaskKind
from app.core.recolouring.verdict import Fit, scan_facts, verdict
from app.core.region import Region
from app.core.scan import Scan
from app.engine.batch.report_parts import (
    TaskResult,
    coloured_plate,
    parameters_of_result,
    plate_of,
    plates_beside,
    warned,
)
from app.engine.model_library import Models
from app.engine.recolouring import RecolourParameters
from app.errors import AppError
from app.io import recoloured_files
from app.io.result_files import ColourFile, read_colours

_GREY = MapDisplay("grey")
_MAPS = "Predicted maps: an estimate by a network, not counts that were measured."
_VERDICTS = {
    Fit.FITS: "Fits the scan",
    Fit.DOUBTFUL: "Doubtful for this scan",
    Fit.UNFIT: "Does not fit the scan",
}


def colour_section(scan: Scan, result: TaskResult) -> Section:
    """The section of one recolouring; raises AppError if a result cannot be read back."""
    parameters: RecolourParameters = parameters_of_result(result)
    colours = made_colours(result)
    card = _card(result, parameters)
    is_of_maps = card is not None and card.task is not TaskKind.RGB
    parts: list[Part] = list(warned((_MAPS if is_of_maps else recoloured_files.DISCLAIMER,)))
    maps = _map_plates(scan, result)
    if maps and is_of_maps:
        parts.append(plates_beside(maps))
    if colours is not None:
        parts.append(plates_beside(_colour_plates(scan, colours)))
        if colours.uncertainty is None:
            parts.append(Sentences(("How sure the network is of each colour was not told.",)))
    notes = _notes(result, colours)
    parts += warned(notes)
    parts.append(Facts(_model_facts(scan, card, colours, " ".join(notes))))
    return Section("Predicted maps" if is_of_maps else "Predicted colours", tuple(parts))


def _map_plates(scan: Scan, result: TaskResult) -> tuple[Plate, ...]:
    """Maps of elements that a network predicted, where they are at hand."""
    found = result.found
    if found is None or found.maps is None:
        return ()
    return tuple(
        plate_of(values, scan.cube, name, ("As the network gives it.",), unit="")
        for name, values in zip(found.elements, found.maps, strict=True)
    )


def made_colours(result: TaskResult) -> ColourFile | None:
    """What the network predicted, of what is at hand or read back; None for maps alone."""
    found = result.found
    if found is not None:
        if not found.has_colours:
            return None
        return ColourFile(
            recoloured_files.picture(found),
            found.uncertainty,
            found.novelty,
            recoloured_files.metadata(found),
            found.steps,
        )
    # what holds most comes first
    order = (".h5", ".hdf5", ".png", ".tif", ".tiff")
    files = [path for path in result.outputs if path.suffix.lower() in order]
    files.sort(key=lambda path: order.index(path.suffix.lower()))
    return read_colours(files[0]) if files else None


def _notes(result: TaskResult, colours: ColourFile | None) -> tuple[str, ...]:
    if result.found is not None:
        return result.found.notes
    told = "" if colours is None else colours.texts.get("velatura:notes", "")
    return (told,) if told else ()


def _colour_plates(scan: Scan, colours: ColourFile) -> tuple[Plate, ...]:
    cube = scan.cube
    grey = " Grey: not computed." if (colours.rgba[..., 3] == 0).any() else ""
    plates = [
        coloured_plate(
            colours.rgba,
            cube,
            "Predicted colour",
            (f"sRGB as the network gives it.{grey}",),
        )
    ]
    doubt = colours.uncertainty
    if doubt is not None:
        most = recoloured_files.MOST_DOUBT
        caption = (
            f"Standard deviation of the colour, sRGB of 0 to 1; median "
            f"{float(np.nanmedian(doubt)):.3f}. White: {most} and more.",
        )
        plates.append(
            plate_of(
                doubt,
                cube,
                "Uncertainty",
                caption,
                display=_GREY,
                limits=(0.0, most),
                unit="sRGB",
            )
        )
    if colours.novelty is not None:
        share = float(np.nanmean(colours.novelty > USUAL_NOVELTY))
        caption = (
            "Share of the spectra that the network was taught with that are less unlike the "
            f"others; above {USUAL_NOVELTY:g} in {100 * share:.1f} % of the pixels, whose colours "
            "are doubtful.",
        )
        plates.append(
            plate_of(
                colours.novelty,
                cube,
                "Novelty",
                caption,
                display=_GREY,
                limits=(0.0, 1.0),
                unit="",
            )
        )
    return tuple(plates)


def _card(result: TaskResult, parameters: RecolourParameters) -> ModelCard | None:
    if result.found is not None:
        return result.found.card
    try:
        return Models().find(parameters.model).card
    except AppError:
        # the network may have gone since; the file tells its name
        return None


def _model_facts(
    scan: Scan, card: ModelCard | None, colours: ColourFile | None, told: str
) -> tuple[tuple[str, str], ...]:
    """What there is to know of the network; `told` are the notes that stand there already."""
    texts: Mapping[str, str] = {} if colours is None else colours.texts
    name, version, licence = (
        ("", "", "") if card is None else (card.name, card.version, card.licence)
    )
    rows = [
        ("Network", texts.get("velatura:model") or name),
        ("Version", texts.get("velatura:model-version") or version),
        ("Licence", texts.get("velatura:model-licence") or licence),
        ("Checksum", _checksum(texts.get("velatura:model-sha256", ""))),
        ("Verdict", _verdict(scan, card, told)),
        ("Part of the scan", _region(scan, texts.get("velatura:region", ""))),
        ("To be cited", card.citation if card is not None else ""),
    ]
    return tuple(
        (key, value or "not known") for key, value in rows if value or key != "To be cited"
    )


def _verdict(scan: Scan, card: ModelCard | None, told: str) -> str:
    facts = scan_facts(scan)
    if card is None or facts is None:
        return ""
    found = verdict(card, facts)
    further = [sentence for sentence in found.sentences if sentence not in told]
    above = " See the remarks above." if len(further) < len(found.sentences) else ""
    return f"{_VERDICTS[found.level]}.{above} {' '.join(further)}".strip()


def _region(scan: Scan, text: str) -> str:
    try:
        region = Region.parse(text)
    except AppError:
        return ""
    if region == Region(0, scan.cube.rows, 0, scan.cube.cols):
        return "all of it"
    return (
        f"rows {region.row_start} to {region.row_stop - 1}, "
        f"columns {region.col_start} to {region.col_stop - 1}, counted from 0"
    )


def _checksum(digits: str) -> str:
    return f"SHA-256 {digits}" if digits else ""
