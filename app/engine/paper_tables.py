"""The two tables and the maps by which the ganX paper judges its synthetic scans.

A. Bombini et al., "ganX — generate artificially new XRF", arXiv:2304.14078. The paper sets
synthetic scans made with two thresholds of likeness beside a measured scan of the painting. Where
there is no measured scan, one computed from layers of paint takes its place here; both then come
from the same pigments, so the scores are kinder than a painting would be.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from app.core.cube import SpectralCube
from app.core.display import MapDisplay
from app.core.emission import EmissionLine, line
from app.core.lines import roi_for
from app.core.maps import required_axis
from app.core.parameters import check, parameter
from app.core.pigments import Pigment
from app.core.progress import Progress, part_of
from app.core.provenance import Step, steps_to_json
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.paints import paints
from app.core.synthesis.plan import SynthesisParameters, as_in_the_paper
from app.core.synthesis.preview import PAPER_LINES
from app.engine.comparison import Comparison, compare_scans
from app.engine.jobs import JobContext, run_now
from app.engine.source import Source
from app.engine.synthesis import synthesise
from app.errors import ParameterError
from app.io import formats
from app.io.atomic import written_together
from app.io.images import write_png
from app.io.map_sheet import SheetRow, draw_sheet

THRESHOLDS = (0.2, 0.6)
"""Least likenesses of a pigment that the paper's tables compare."""

_TABLES = ("tables.csv", "tables.json", "tables.md", "maps.png")
_GROUPS = {
    "spectral": "Total spectra, normalised",
    "structural": "Cubes laid flat, tanh(ln(1 + x))",
    "structural_noise": "Reference beside Poisson noise without lines or picture",
    "structural_mean_spectrum": "Reference beside Poisson noise around its mean spectrum",
}


@dataclass(frozen=True, slots=True)
class TableParameters:
    """What the tables are made from.

    Raises
    ------
    ParameterError
        If a value is out of its limits, or a threshold is given twice or not at all.
    """

    thresholds: tuple[float, ...] = THRESHOLDS
    spectrum: str = parameter("Rh 50 kV", label="Reference spectra")
    cols: int = parameter(200, label="Columns", minimum=0, maximum=4096)
    clusters: int = parameter(10, label="Colours", minimum=1, maximum=200)
    delta: int = parameter(2, label="Colours more or fewer to try", minimum=0, maximum=50)
    counts: int = parameter(400, label="Counts per pixel", minimum=1, maximum=1_000_000)
    seed: int = parameter(0, label="Seed", minimum=0, maximum=2**31 - 1)
    physics: PhysicsRecipe = field(default_factory=PhysicsRecipe)

    def __post_init__(self) -> None:
        check(self)
        wrong = [value for value in self.thresholds if not 0 <= value <= 1]
        if wrong or not self.thresholds or len(set(self.thresholds)) < len(self.thresholds):
            raise ParameterError(
                "These thresholds cannot be compared.",
                f"Found {', '.join(f'{value:g}' for value in self.thresholds) or 'none'}; "
                "expected different numbers from 0 to 1.",
                "The paper takes 0.2 and 0.6.",
            )


@dataclass(frozen=True, slots=True, eq=False)
class PaperTables:
    """Synthetic scans beside their reference.

    Parameters
    ----------
    thresholds
        Of each synthetic scan.
    comparisons
        Each beside the reference, in the order of the thresholds.
    is_measured
        Whether the reference was given, not computed from layers.
    files
        All that was written.
    """

    thresholds: tuple[float, ...]
    comparisons: tuple[Comparison, ...]
    is_measured: bool
    files: tuple[Path, ...]

    @property
    def rows(self) -> list[tuple[str, str, tuple[float | None, ...], str]]:
        """What was compared, the measure, its value for each threshold, and its limits."""
        return [
            (of, measure, tuple(item.value(of, measure) for item in self.comparisons), limits)
            for of, measure, _, limits in self.comparisons[0].rows
        ]

    def report(self) -> dict[str, Any]:
        """The tables, ready for JSON."""
        return {
            "thresholds": list(self.thresholds),
            "reference": "measured" if self.is_measured else "computed from layers",
            "scores": [
                {"of": of, "measure": measure, "values": list(values), "limits": limits}
                for of, measure, values, limits in self.rows
            ],
            "outputs": [str(path) for path in self.files],
        }


def paper_tables(
    picture: Path,
    pigments: Sequence[Pigment],
    parameters: TableParameters,
    out: Path,
    context: JobContext,
    *,
    reference: Source | None = None,
    overwrite: bool = False,
) -> PaperTables:
    """Make a synthetic scan for each threshold, compare each with a reference, draw the maps.

    Parameters
    ----------
    picture
        The painting.
    pigments
        What may be on the palette, at best those of the paper.
    out
        Folder of the scans (.h5), the tables (tables.csv, .json and .md) and maps.png.
    reference
        A measured scan of the same painting with `parameters.cols` columns; None computes one.

    Raises
    ------
    AppError
        If an input cannot be read, sizes differ, or an output cannot be written.
    """
    scans = [f"threshold_{value:g}.h5" for value in parameters.thresholds]
    computed = [] if reference is not None else ["reference.h5"]
    names = [*computed, *scans, *_TABLES]
    with written_together(out, names, overwrite=overwrite) as folder:
        recipes = [_paper(parameters, pigments, threshold) for threshold in parameters.thresholds]
        if reference is None:
            recipes.insert(0, _layers(parameters, recipes[0]))
        for place, name in enumerate((*computed, *scans)):
            part = _part(context, 0.0, 0.7, place, len(recipes))
            _make(picture, pigments, recipes[place], folder / name, part)
        other = reference or Source(folder / computed[0])
        comparisons = tuple(
            _compared(
                other, folder / name, parameters, _part(context, 0.7, 0.95, place, len(scans))
            )
            for place, name in enumerate(scans)
        )
        files = tuple(out / name for name in names)
        found = PaperTables(parameters.thresholds, comparisons, reference is not None, files)
        inputs = comparisons[0].steps[0].inputs
        step = Step("ganX tables", asdict(parameters), inputs, parameters.seed)
        _write_tables(found, step, folder)
        sheet = _sheet(other, [folder / name for name in scans], found)
        write_png(sheet, folder / _TABLES[-1], (step,), {"Title": "Maps of synthetic scans"})
    return found


def _part(context: JobContext, start: float, stop: float, place: int, count: int) -> Progress:
    """The progress of one of several equal parts."""
    share = (stop - start) / count
    return part_of(context.progress, start + place * share, start + (place + 1) * share)


def _make(
    picture: Path,
    pigments: Sequence[Pigment],
    parameters: SynthesisParameters,
    target: Path,
    progress: Progress,
) -> None:
    run_now(lambda inner: synthesise(picture, pigments, parameters, target, inner), progress)


def _paper(
    parameters: TableParameters, pigments: Sequence[Pigment], threshold: float
) -> SynthesisParameters:
    """A scan in the paper's way."""
    channels = paints(pigments, parameters.spectrum).channels
    recipe = replace(
        as_in_the_paper(SynthesisRecipe(), channels),
        threshold=threshold,
        counts=parameters.counts,
        clusters=parameters.clusters,
        delta=parameters.delta,
        seed=parameters.seed,
    )
    return SynthesisParameters(recipe=recipe, spectrum=parameters.spectrum, cols=parameters.cols)


def _layers(parameters: TableParameters, paper: SynthesisParameters) -> SynthesisParameters:
    """A scan from layers with as many counts on average, and as many channels."""
    # other random numbers than those of the scans it is compared with
    seed = (parameters.seed + 1) % 2**31
    recipe = SynthesisRecipe(counts=parameters.counts, join=paper.recipe.join, seed=seed)
    return replace(paper, recipe=recipe, physics=parameters.physics)


def _compared(
    reference: Source, path: Path, parameters: TableParameters, progress: Progress
) -> Comparison:
    return run_now(
        lambda inner: compare_scans(reference, Source(path), inner, seed=parameters.seed), progress
    )


def _sheet(reference: Source, scans: Sequence[Path], found: PaperTables) -> NDArray[np.uint8]:
    """The paper's eight maps of reference and synthetic scans, one row each."""
    cubes = [formats.open_cube(reference.path, reference.options)]
    cubes += [formats.open_cube(path) for path in scans]
    title = "measured" if found.is_measured else "from layers"
    titles = [title, *(f"ganX, threshold {value:g}" for value in found.thresholds)]
    rows = [
        SheetRow(name, _maps(cube, [line(key) for key in PAPER_LINES]))
        for name, cube in zip(titles, cubes, strict=True)
    ]
    labels = [line(key).label for key in PAPER_LINES]
    return draw_sheet(rows, labels, title="Counts in the lines' windows", display=MapDisplay())


def _maps(cube: SpectralCube, lines: Sequence[EmissionLine]) -> list[NDArray[np.int64] | None]:
    """Counts in each line's window, shape (rows, cols); None where the axis does not reach."""
    axis = required_axis(cube)
    windows: list[tuple[int, int] | None] = []
    for item in lines:
        try:
            roi = roi_for(item, axis, channels=cube.channels)
            windows.append(axis.channel_range(roi.low_kev, roi.high_kev, cube.channels))
        except ParameterError:
            windows.append(None)
    shape = (cube.rows, cube.cols)
    maps = [None if window is None else np.zeros(shape, np.int64) for window in windows]
    for start, counts in cube.blocks():
        for values, window in zip(maps, windows, strict=True):
            if values is not None and window is not None:
                part = counts[..., window[0] : window[1]]
                values[start : start + len(counts)] = part.sum(axis=-1, dtype=np.int64)
    return maps


def _write_tables(found: PaperTables, step: Step, folder: Path) -> None:
    with (folder / _TABLES[0]).open("x", encoding="utf-8", newline="") as stream:
        _write_csv(found, step, stream)
    report = {**found.report(), "steps": json.loads(steps_to_json((step,)))}
    text = json.dumps(report, ensure_ascii=False, indent=2)
    (folder / _TABLES[1]).write_text(text + "\n", "utf-8")
    (folder / _TABLES[2]).write_text(as_markdown(found), "utf-8")


def _write_csv(found: PaperTables, step: Step, stream: TextIO) -> None:
    stream.write(f"# steps: {steps_to_json((step,))}\n")
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(("of", "measure", *(f"threshold {t:g}" for t in found.thresholds), "limits"))
    for of, measure, values, limits in found.rows:
        table.writerow((of, measure, *("" if v is None else repr(v) for v in values), limits))


def as_markdown(found: PaperTables) -> str:
    """Both tables as Markdown: measures of the total spectra, and of structure beside noise."""
    heads = [f"threshold {value:g}" for value in found.thresholds]
    lines: list[str] = []
    for of, title in _GROUPS.items():
        lines += [f"### {title}", "", f"| measure | {' | '.join(heads)} | from – to |"]
        lines.append(f"|---|{'---|' * (len(heads) + 1)}")
        for group, measure, values, limits in found.rows:
            if group == of:
                numbers = " | ".join("–" if v is None else f"{v:.4g}" for v in values)
                lines.append(f"| {measure} | {numbers} | {limits} |")
        lines.append("")
    return "\n".join(lines)
