"""Comparing two scans or two pictures, and the report of it."""

import json
import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.comparison import pictures as picture_measures
from app.core.comparison.common_axis import ChannelMap, common_axis
from app.core.comparison.cubes import CubeScores, check_same_picture, cube_scores
from app.core.comparison.pictures import ColourDifference, PictureScores
from app.core.comparison.spectral import MEASURES, spectral_scores
from app.core.comparison.structural import SMALLEST_MS_SSIM, WINDOW
from app.core.cube import SpectralCube
from app.core.progress import Progress, part_of
from app.core.provenance import InputFile, Step
from app.engine import exports
from app.engine.jobs import JobContext
from app.engine.source import Source
from app.errors import AppError, ParameterError, ReadError
from app.io import formats, store
from app.io.atomic import check_free, check_not_input, written
from app.io.checksum import checksum
from app.io.pictures import is_picture, read_picture
from app.io.store_build import summed
from app.io.tables import write_scores_csv

REPORT_SUFFIXES = (".csv", ".json")

Row: TypeAlias = tuple[str, str, float | None, str]
"""What was compared, the measure, its value (None where not defined) and its limits."""


class Kind(StrEnum):
    """What can be compared with its like."""

    SCAN = "scans"
    PICTURE = "pictures"


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the two: its file, its shape and, of a scan, all its counts together."""

    input: InputFile
    shape: tuple[int, ...]
    total_counts: float | None = None

    def report(self) -> dict[str, Any]:
        """The facts, ready for JSON."""
        facts = {
            "file": self.input.name,
            "checksum": self.input.checksum,
            "shape": list(self.shape),
        }
        return facts if self.total_counts is None else {**facts, "total_counts": self.total_counts}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike two scans or two pictures are.

    Parameters
    ----------
    kind
        Scans or pictures.
    first, second
        What was compared; the first is the reference.
    rows
        All scores in the order of the report.
    axis, channels
        Of scans, the energy axis they were compared on, where one is known, and its channels.
    seed
        Of the noise that scans are compared with.
    notes
        What a reader should know, a sentence each.
    steps
        How both were made, and this comparison.
    """

    kind: Kind
    first: Compared
    second: Compared
    rows: tuple[Row, ...]
    axis: EnergyAxis | None = None
    channels: int | None = None
    seed: int | None = None
    notes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    def value(self, of: str, measure: str) -> float | None:
        """One score; None where it is not defined. Raises KeyError if there is no such one."""
        return {row[:2]: row[2] for row in self.rows}[of, measure]

    def report(self) -> dict[str, Any]:
        """The comparison, ready for JSON; a score that is not defined is null."""
        scores: dict[str, dict[str, float | None]] = {}
        for of, measure, value, _ in self.rows:
            scores.setdefault(of, {})[measure] = value
        scans: dict[str, Any] = {}
        if self.kind is Kind.SCAN:
            axis = None if self.axis is None else asdict(self.axis)
            scans = {"axis": axis, "channels": self.channels, "seed": self.seed}
        return {
            "kind": str(self.kind),
            "first": self.first.report(),
            "second": self.second.report(),
            **scans,
            **scores,
            "notes": list(self.notes),
        }


def compare(first: Source, second: Source, context: JobContext, *, seed: int = 0) -> Comparison:
    """Compare two scans or two pictures, whichever they are.

    Parameters
    ----------
    first
        The reference.
    second
        What is judged by it.
    seed
        Of the noise that scans are compared with.

    Raises
    ------
    AppError
        If one is a scan and the other a picture, one cannot be read, or their sizes differ.
    """
    kinds = [kind_of(source.path) for source in (first, second)]
    if kinds[0] is not kinds[1]:
        described = [
            f"{source.path.name} is a {'scan' if kind is Kind.SCAN else 'picture'}"
            for source, kind in zip((first, second), kinds, strict=True)
        ]
        raise ParameterError(
            "A scan cannot be compared with a picture.",
            f"{', '.join(described)}.",
            "Compare two scans or two pictures.",
        )
    if kinds[0] is Kind.PICTURE:
        return compare_pictures(first.path, second.path, context)
    return compare_scans(first, second, context, seed=seed)


def kind_of(path: Path) -> Kind:
    """Whether a path is a picture, by its suffix, or a scan, by its content.

    Raises
    ------
    ReadError
        If it is neither, or cannot be read.
    """
    if is_picture(path):
        return Kind.PICTURE
    try:
        formats.format_of(path)
    except AppError as error:
        raise ReadError(
            "There is nothing here to compare.",
            f"{error.message} Expected a scan, or a picture as PNG, JPEG or TIFF.",
            error.hint,
            path=path,
        ) from error
    return Kind.SCAN


def compare_scans(
    first: Source, second: Source, context: JobContext, *, seed: int = 0
) -> Comparison:
    """Compare two scans: their total spectra, and both laid flat; see `app.core.comparison`.

    Both are read twice, some rows at a time, once where their working store is there.

    Raises
    ------
    AppError
        If one cannot be read, rows or columns differ, or the energy axes have nothing in common.
    """
    if seed < 0:
        raise ParameterError(
            "This seed cannot be used.",
            f"Found {seed}; a seed is a whole number from 0.",
            "Give for example 0.",
        )
    # what does not fit is told before a large scan is read for nothing
    headers = [formats.open_cube(source.path, source.options) for source in (first, second)]
    check_same_picture(*headers)
    common_axis(*headers)
    one, one_sum = _opened(first, part_of(context.progress, 0.0, 0.1))
    other, other_sum = _opened(second, part_of(context.progress, 0.1, 0.2))
    common = common_axis(one, other)
    totals = [_on(common.first, one_sum), _on(common.second, other_sum)]
    spectral = spectral_scores(*totals)
    flat = cube_scores(
        one,
        other,
        common,
        totals[0] / (one.rows * one.cols),
        seed=seed,
        progress=part_of(context.progress, 0.2, 1.0),
    )
    notes = [common.note] if common.note else []
    for cube, whole, kept in zip((one, other), (one_sum, other_sum), totals, strict=True):
        notes += _scan_notes(cube, float(whole.sum()), float(kept.sum()))
    notes += _structure_notes(one.rows * one.cols, common.channels)
    if math.isinf(spectral["bhattacharyya"]):
        notes.append("The spectra share no channel: their Bhattacharyya distance is infinite.")
    step = Step("compare", {"kind": Kind.SCAN}, (*one.inputs, *other.inputs), seed)
    return Comparison(
        Kind.SCAN,
        Compared(one.inputs[0], tuple(one.counts.shape), float(one_sum.sum())),
        Compared(other.inputs[0], tuple(other.counts.shape), float(other_sum.sum())),
        (*_spectral_rows(spectral), *_flat_rows(flat)),
        axis=common.axis,
        channels=common.channels,
        seed=seed,
        notes=tuple(notes),
        steps=(*one.steps, *other.steps, step),
    )


def compare_pictures(first: Path, second: Path, context: JobContext) -> Comparison:
    """Compare two pictures of the same size, as they are and padded; the first is the reference.

    Raises
    ------
    AppError
        If one cannot be read, or their sizes differ.
    """
    reference, judged = read_picture(first), read_picture(second)
    one, other = reference.srgb, judged.srgb
    picture_measures.check_same_size(one, other, (first.name, second.name))
    inputs = [
        InputFile(formats.shown(path.name), checksum((path,)), path.stat().st_size)
        for path in (first, second)
    ]
    native = picture_measures.picture_scores(one, other, part_of(context.progress, 0.0, 0.6))
    framed = picture_measures.picture_scores(
        picture_measures.padded(one),
        picture_measures.padded(other),
        part_of(context.progress, 0.6, 0.7),
    )
    colours = picture_measures.colour_difference(one, other, part_of(context.progress, 0.7, 1.0))
    notes = [f"{item.name}: {note}" for item in (reference, judged) for note in item.notes]
    notes += _structure_notes(one.shape[0], one.shape[1])
    notes.append(
        f"Padded: both scaled to fit {picture_measures.PADDED_ROWS} × "
        f"{picture_measures.PADDED_COLS} pixels (rows × columns) with black around, as AIRES-CH "
        "scores its two-dimensional networks; not to be compared with scores as they are."
    )
    if native.mse == 0:
        notes.append("The pictures are equal: their PSNR is infinite.")
    return Comparison(
        Kind.PICTURE,
        Compared(inputs[0], one.shape),
        Compared(inputs[1], other.shape),
        (
            *_picture_rows("native", native),
            *_picture_rows("padded", framed),
            *_colour_rows(colours),
        ),
        notes=tuple(notes),
        steps=(Step("compare", {"kind": Kind.PICTURE}, tuple(inputs)),),
    )


def write_report(comparison: Comparison, target: Path, *, overwrite: bool = False) -> None:
    """Write a comparison as `.csv`, one line per score, or `.json`, with the steps.

    Raises
    ------
    AppError
        If the suffix or the target cannot be used; nothing is left behind then.
    """
    exports.check_suffix(target, REPORT_SUFFIXES, "comparison")
    with written(target, overwrite=overwrite) as beside:
        if target.suffix.lower() == ".json":
            report = {**comparison.report(), "steps": [asdict(step) for step in comparison.steps]}
            text = json.dumps(report, ensure_ascii=False, indent=2, default=str)
            beside.write_text(text + "\n", encoding="utf-8")
            return
        names = f"{comparison.first.input.name}, {comparison.second.input.name}"
        write_scores_csv(
            comparison.rows,
            beside,
            notes=(f"compared: {names}", *comparison.notes),
            steps=comparison.steps,
        )


def check_report(target: Path, inputs: tuple[Path, ...], *, overwrite: bool = False) -> None:
    """Raise what `write_report` would, before the comparison is made for nothing."""
    exports.check_suffix(target, REPORT_SUFFIXES, "comparison")
    check_free([target], overwrite=overwrite)
    check_not_input([target], [file for file in inputs if file.exists()])


def _opened(source: Source, progress: Progress) -> tuple[SpectralCube, NDArray[Any]]:
    """A scan, its counts read on demand, with its sum spectrum; no store is built."""
    known = store.find_scan(source.path, source.options)
    if known is not None:
        return known.cube, known.sum_spectrum
    cube = store.identified(source.path, source.options, part_of(progress, 0.0, 0.4))
    return cube, summed(cube, part_of(progress, 0.4, 1.0))


def _on(channels: ChannelMap | None, counts: NDArray[Any]) -> NDArray[Any]:
    return counts if channels is None else channels.apply(counts)


def _scan_notes(cube: SpectralCube, total: float, kept: float) -> list[str]:
    if total == 0:
        return [f"{cube.name} has no counts: measures of its spectrum are not defined."]
    if kept == 0:
        return [f"{cube.name} has no counts on the common energies: no measure of its spectrum."]
    lost = 1 - kept / total
    return [f"{lost:.2%} of the counts of {cube.name} lie outside it."] if lost > 5e-5 else []


def _structure_notes(rows: int, cols: int) -> list[str]:
    smallest = min(rows, cols)
    size = f"{rows} × {cols}"
    if smallest < WINDOW:
        return [f"No SSIM: {size} is smaller than its window of {WINDOW} × {WINDOW}."]
    if smallest < SMALLEST_MS_SSIM:
        needed = f"{SMALLEST_MS_SSIM} × {SMALLEST_MS_SSIM}"
        return [f"No MS-SSIM: {size} is smaller than the {needed} that its five scales need."]
    return []


def _spectral_rows(scores: dict[str, float]) -> list[Row]:
    return [("spectral", item.key, _finite(scores[item.key]), item.limits) for item in MEASURES]


def _flat_rows(scores: CubeScores) -> list[Row]:
    groups = {
        "structural": scores.scans,
        "structural_noise": scores.noise,
        "structural_mean_spectrum": scores.mean_spectrum,
    }
    return [
        row
        for of, found in groups.items()
        for row in (
            (of, "ssim", found.ssim, "1 to -1"),
            (of, "ms_ssim", found.ms_ssim, "1 to 0"),
        )
    ]


def _picture_rows(of: str, scores: PictureScores) -> list[Row]:
    return [
        (of, "ssim", scores.ssim, "1 to -1"),
        (of, "ms_ssim", scores.ms_ssim, "1 to 0"),
        (of, "psnr_db", _finite(scores.psnr_db), "∞ to 0 dB"),
        (of, "mse", scores.mse, "0 to 1"),
        (of, "bce", scores.bce, "bce_floor to 16.1"),
        (of, "bce_floor", scores.bce_floor, "0 to 0.6931"),
        (of, "bce_excess", scores.bce_excess, "0 to 16.1"),
    ]


def _colour_rows(colours: ColourDifference) -> list[Row]:
    values = asdict(colours)
    return [("delta_e2000", name, value, "0 to about 120") for name, value in values.items()]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
