"""Sections of a scan's report for each kind of task."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from app.core.batch.document import (
    Curve,
    Facts,
    Part,
    Plate,
    Plates,
    Section,
    Sentences,
    Table,
)
from app.core.batch.plan import BatchTask
from app.core.clustering.colours import cluster_colours
from app.core.display import MapDisplay, levels
from app.core.elements import ELEMENT_NAMES
from app.core.emission import EmissionLine
from app.core.emission import line as emission_line
from app.core.lines import confusions, strongest_lines
from app.core.maps import ElementalMap, Roi, elemental_map
from app.core.recolouring.card import ModelCard
from app.core.recolouring.verdict import Fit, scan_facts, verdict
from app.core.region import Region
from app.core.scan import Scan
from app.core.spectra import region_spectrum
from app.core.unmixing.summary import readable, summaries
from app.engine.batch.recipes import parameters_of
from app.engine.batch.report_parts import (
    TaskResult,
    coloured_plate,
    count_text,
    plate_of,
    warned,
)
from app.engine.clustering import ClusterParameters
from app.engine.mapping import MapsParameters, windows_of
from app.engine.model_library import Models
from app.engine.recolouring import RecolourParameters
from app.engine.spectra import SpectrumParameters
from app.errors import AppError
from app.io import abundance_files, cluster_files, recoloured_files
from app.io.cluster_picture import cluster_rgb
from app.io.json_file import read_json
from app.io.result_files import ColourFile, read_colours

_GREY = MapDisplay("grey")
_CLUSTER_LINES, _CLUSTER_PIGMENTS = 5, 3
_VERDICTS = {
    Fit.FITS: "Fits the scan",
    Fit.DOUBTFUL: "Doubtful for this scan",
    Fit.UNFIT: "Does not fit the scan",
}


def result_section(scan: Scan, result: TaskResult) -> Section:
    """The section of one task's result.

    Raises
    ------
    AppError
        If a result cannot be read back, or does not fit the scan any more.
    """
    make: Mapping[str, Callable[[Scan, TaskResult], Section]] = {
        "maps": _maps,
        "recolour": _colours,
        "cluster": _clusters,
        "unmix": _unmixed,
        "spectrum": _spectrum,
    }
    return make.get(result.task, _other)(scan, result)


def made_maps(scan: Scan, result: TaskResult) -> list[tuple[EmissionLine | None, ElementalMap]]:
    """The maps that the task wrote, with their lines."""
    parameters: MapsParameters = _parameters(result)
    return [
        (line, elemental_map(scan, roi, net=parameters.net))
        for line, roi in windows_of(parameters, scan.cube)
    ]


def windows_of_result(scan: Scan, result: TaskResult) -> list[tuple[EmissionLine | None, Roi]]:
    """Lines and windows that a task mapped; none for other tasks."""
    return windows_of(_parameters(result), scan.cube) if result.task == "maps" else []


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


def _parameters(result: TaskResult) -> Any:
    return parameters_of(BatchTask(result.task, result.parameters))


def _maps(scan: Scan, result: TaskResult) -> Section:
    plates = tuple(_map_plate(scan, line, item) for line, item in made_maps(scan, result))
    net = any(item.bar is not None and "net" in item.bar.unit for item in plates)
    told = (
        "Each map shows the counts of one line's energy window in every pixel"
        + (", less a straight background drawn below its peak" if net else "")
        + ". Brightness follows counts, which are no concentrations: layers above weaken a line, "
        "soft lines most, and lines of other elements may reach into the window."
    )
    if scan.cube.acquisition.step_mm is None:
        told += " The file does not tell the scan's step, so the plates have no scale bar."
    return Section("Elemental maps", (Sentences((told,)), Plates(plates)))


def _map_plate(scan: Scan, line: EmissionLine | None, item: ElementalMap) -> Plate:
    values, display = item.counts, MapDisplay()
    limits = levels(values, display.low_percentile, display.high_percentile)
    unit = "net counts" if item.is_net else "counts"
    caption = [_window(item)]
    total, middle = float(values.sum(dtype=np.float64)), float(np.median(values))
    caption.append(
        f"Colours from {count_text(limits[0])} to {count_text(limits[1])} {unit} "
        f"({display.low_percentile:g} % and {display.high_percentile:g} % of the pixels); "
        f"largest {count_text(float(values.max()))}."
    )
    gross = scan.window_counts(item.first, item.stop)
    noise = float(np.sqrt(np.maximum(np.median(gross), 0.0)))
    caption.append(
        f"Sum {count_text(total)}; median pixel {count_text(middle)}, where counting noise "
        f"is about ±{count_text(noise)}" + (" before the background." if item.is_net else ".")
    )
    if item.is_net and total <= 0:
        caption.append("Over the whole scan there is nothing above the background here.")
    if line is not None and (remarks := confusions(line)):
        caption.append(f"Beware: {' '.join(remarks)}")
    title = item.name
    if line is not None:
        title = f"{ELEMENT_NAMES[line.element]} · {line.label} · {line.energy_kev:.2f} keV"
    return plate_of(values, scan.cube, title, caption, display=display, limits=limits, unit=unit)


def _window(item: ElementalMap) -> str:
    channels = f"channels {item.first}–{item.stop - 1}"
    if item.roi is None:
        return f"Window: {channels}."
    kind = "background subtracted" if item.is_net else "background not subtracted"
    return f"Window {item.roi.low_kev:.3f}–{item.roi.high_kev:.3f} keV ({channels}), {kind}."


def _colours(scan: Scan, result: TaskResult) -> Section:
    parameters: RecolourParameters = _parameters(result)
    colours = made_colours(result)
    card = _card(result, parameters)
    parts: list[Part] = list(warned((recoloured_files.DISCLAIMER,)))
    if colours is not None:
        parts.append(Plates(_colour_plates(scan, colours)))
        if colours.uncertainty is None:
            parts.append(Sentences(("How sure the network is of each colour was not told.",)))
    notes = _notes(result, colours)
    parts += warned(notes)
    parts.append(Facts(_model_facts(scan, card, colours, " ".join(notes))))
    return Section("Predicted colours", tuple(parts))


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
        share = float(np.nanmean(colours.novelty > 0.5))
        caption = (
            f"How unlike the spectra that the network was taught with, 0 to 1; above 0.5 in "
            f"{100 * share:.1f} % of the pixels, whose colours mean little.",
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


def _clusters(scan: Scan, result: TaskResult) -> Section:
    parameters: ClusterParameters = _parameters(result)
    clusters = cluster_files.read_clusters(result_of(result, ".h5"))
    told = read_json(result_of(result, ".json"))
    items = told["each"] if isinstance(told, dict) else []
    plate = coloured_plate(
        cluster_rgb(clusters.labels),
        scan.cube,
        f"{clusters.count} clusters of {parameters.on}",
        ("Colours are those of the table below; they tell clusters apart and are no pigments'.",),
    )
    colours = cluster_colours(clusters.count).tolist()
    table = Table(
        (
            "Cluster",
            "Pixels",
            "Share",
            "Per pixel",
            "Strongest lines",
            "Candidates, best first",
        ),
        tuple(_cluster_row(item) for item in items),
        shares=(0.10, 0.10, 0.09, 0.13, 0.27, 0.31),
        numbers=frozenset({1, 2, 3}),
        swatches=tuple((int(r), int(g), int(b)) for r, g, b in colours[: len(items)]),
    )
    words = (
        "Pixels of like spectra have one colour. What lies in one cluster need not be one paint, "
        "nor lie in one layer; pigments without lines are never excluded. Per pixel: mean counts.",
    )
    parts: tuple[Part, ...] = (Sentences(words), Plates((plate,), beside=1), table)
    return Section("Clusters", parts)


def _cluster_row(item: Mapping[str, Any]) -> tuple[str, ...]:
    lines = [emission_line(entry["line"]).label for entry in item["lines"][:_CLUSTER_LINES]]
    pigments = [entry["pigment"] for entry in item.get("candidates", [])[:_CLUSTER_PIGMENTS]]
    return (
        str(item["cluster"]),
        count_text(item["pixels"]),
        f"{100 * item['share']:.1f} %",
        count_text(item["mean_counts"]),
        ", ".join(lines) or "–",
        ", ".join(pigments) or "–",
    )


def _unmixed(scan: Scan, result: TaskResult) -> Section:
    found = abundance_files.read_abundances(result_of(result, ".h5"))
    told = summaries(found)
    plates: list[Plate] = []
    for place, item in enumerate(told):
        if item.counts <= 0:
            continue
        name = f"{item.number}  {item.group.name}"
        plates.append(
            plate_of(
                found.maps[place],
                scan.cube,
                name,
                (
                    f"{100 * item.share:.1f} % of the counts explained; more than three standard "
                    f"errors in {100 * item.shown:.1f} % of the pixels.",
                ),
            )
        )
        errors = found.errors[place]
        plates.append(
            plate_of(
                errors,
                scan.cube,
                "Its standard error",
                (f"By counting noise alone; mean {count_text(item.mean_error)} counts.",),
                display=_GREY,
            )
        )
    residual = f"Median {float(np.median(found.residual)):.3g}; 1 is counting noise alone."
    plates.append(plate_of(found.residual, scan.cube, "Residual", (residual,), unit="ratio"))
    parts: tuple[Part, ...] = (Sentences(tuple(readable(found))), Plates(tuple(plates)))
    return Section("Unmixing", parts)


def _spectrum(scan: Scan, result: TaskResult) -> Section:
    parameters: SpectrumParameters = _parameters(result)
    if not parameters.region:
        told = "Sum, mean and maximum pixel spectrum of the whole scan; the sum is shown above."
        return Section("Spectra", (Sentences((told,)),))
    region = Region.parse(parameters.region)
    region.check_inside(scan.cube.rows, scan.cube.cols)
    total, axis = region_spectrum(scan.cube, region), scan.cube.axis
    labels = (
        ()
        if axis is None
        else tuple((item.line.energy_kev, item.line.label) for item in strongest_lines(total, axis))
    )
    caption = f"Counts of the {region.pixels} pixels of rows:columns {region} together."
    return Section("Spectra", (Curve("sum", total, axis, labels, caption),))


def _other(scan: Scan, result: TaskResult) -> Section:
    names = ", ".join(path.name for path in result.outputs) or "nothing"
    return Section(
        "Converted" if result.task == "convert" else result.task.capitalize(),
        (Sentences((f"Written: {names}.",)),),
    )


def result_of(result: TaskResult, suffix: str) -> Path:
    """The result's file of a suffix; raises AppError if there is none."""
    for path in result.outputs:
        if path.suffix.lower() == suffix:
            return path
    raise AppError(
        f"The report lacks the result of “{result.task}”.",
        f"Among its files is none ending in {suffix}.",
        "Run the task again.",
    )
