"""Sections of a scan's report for each kind of task."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from app.core.batch.document import (
    Curve,
    Part,
    Plate,
    Plates,
    Section,
    Sentences,
    Table,
)
from app.core.clustering.colours import cluster_colours
from app.core.display import MapDisplay, levels
from app.core.elements import ELEMENT_NAMES
from app.core.emission import EmissionLine
from app.core.emission import line as emission_line
from app.core.lines import confusions, strongest_lines
from app.core.maps import ElementalMap, Roi, elemental_map
from app.core.region import Region
from app.core.scan import Scan
from app.core.spectra import region_spectrum
from app.core.unmixing.summary import GroupSummary, summaries
from app.engine.batch.report_colours import colour_section
from app.engine.batch.report_parts import (
    TaskResult,
    coloured_plate,
    count_text,
    parameters_of_result,
    plate_of,
    plates_beside,
)
from app.engine.clustering import ClusterParameters
from app.engine.mapping import MapsParameters, windows_of
from app.engine.spectra import SpectrumParameters
from app.errors import AppError
from app.io import abundance_files, cluster_files
from app.io.cluster_picture import cluster_rgb
from app.io.json_file import read_json

_GREY = MapDisplay("grey")
_CLUSTER_LINES, _CLUSTER_PIGMENTS = 5, 3


def result_section(scan: Scan, result: TaskResult) -> Section:
    """The section of one task's result.

    Raises
    ------
    AppError
        If a result cannot be read back, or does not fit the scan any more.
    """
    make: Mapping[str, Callable[[Scan, TaskResult], Section]] = {
        "maps": _maps,
        "recolour": colour_section,
        "cluster": _clusters,
        "unmix": _unmixed,
        "spectrum": _spectrum,
    }
    return make.get(result.task, _other)(scan, result)


def made_maps(scan: Scan, result: TaskResult) -> list[tuple[EmissionLine | None, ElementalMap]]:
    """The maps that the task wrote, with their lines."""
    parameters: MapsParameters = parameters_of_result(result)
    return [
        (line, elemental_map(scan, roi, net=parameters.net))
        for line, roi in windows_of(parameters, scan.cube)
    ]


def windows_of_result(scan: Scan, result: TaskResult) -> list[tuple[EmissionLine | None, Roi]]:
    """Lines and windows that a task mapped; none for other tasks."""
    return windows_of(parameters_of_result(result), scan.cube) if result.task == "maps" else []


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
    return Section("Elemental maps", (Sentences((told,)), plates_beside(plates)))


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


def _clusters(scan: Scan, result: TaskResult) -> Section:
    parameters: ClusterParameters = parameters_of_result(result)
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
    rows = sorted(told, key=lambda item: -item.counts)
    table = Table(
        ("No.", "Group", "Elements", "Share", "Error per pixel", "Most in"),
        tuple(_group_row(item) for item in rows),
        shares=(0.05, 0.41, 0.19, 0.10, 0.14, 0.11),
        numbers=frozenset({0, 3, 4, 5}),
    )
    words = (
        "Share: of all counts explained. Error per pixel: mean standard error, counts. Most in: "
        "share of the pixels where no other group has more.",
        *found.notes,
    )
    return Section("Unmixing", (table, Sentences(words), Plates(tuple(plates))))


def _group_row(item: GroupSummary) -> tuple[str, ...]:
    return (
        str(item.number),
        item.group.name,
        " ".join(item.group.elements) or "–",
        f"{100 * item.share:.1f} %" if item.counts > 0 else "none",
        count_text(item.mean_error),
        f"{100 * item.dominant:.1f} %",
    )


def _spectrum(scan: Scan, result: TaskResult) -> Section:
    parameters: SpectrumParameters = parameters_of_result(result)
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
