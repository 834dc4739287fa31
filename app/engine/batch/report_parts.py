"""Sections of a scan's report: what was measured, what was made of it, and how."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.batch.document import (
    ColourBar,
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
from app.core.cube import SpectralCube
from app.core.display import MapDisplay, levels, nice_scale_bar, to_rgb
from app.core.lines import strongest_lines
from app.core.provenance import Step
from app.core.recolouring.recoloured import Recoloured
from app.core.scan import Scan
from app.engine.batch.recipes import parameters_of
from app.errors import AppError
from app.io.result_files import steps_of

SPACE, MINUS = "\u00a0", "−"
_LINES = 12
_HIGH = 1.25


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What one task made of a scan.

    Parameters
    ----------
    task
        Its name in the catalogue.
    parameters
        Those that differ from the usual ones, as JSON can hold them.
    outputs
        The files it wrote.
    recipe_hash
        Checksum of task, parameters and formats.
    found
        What a network predicted, where it is still at hand; read back from the files otherwise.
    """

    task: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    outputs: tuple[Path, ...] = ()
    recipe_hash: str = ""
    found: Recoloured | None = None


def count_text(value: float) -> str:
    """A number of counts for people: 12 500, 3.42, 0.051."""
    if not np.isfinite(value):
        return "–"
    whole = float(value).is_integer() or abs(value) >= 1000
    text = f"{value:,.0f}".replace(",", SPACE) if whole else f"{value:.3g}"
    return text.replace("-", MINUS)


def plate_of(
    values: NDArray[Any],
    cube: SpectralCube,
    title: str,
    caption: Sequence[str],
    *,
    display: MapDisplay | None = None,
    limits: tuple[float, float] | None = None,
    unit: str = "counts",
) -> Plate:
    """A map of numbers as a plate with its colour bar and, where the step is known, its scale.

    Parameters
    ----------
    values
        Shape (rows, cols).
    limits
        Values of the first and the last colour; by the display's percentiles if None.
    """
    display = display or MapDisplay()
    if limits is None:
        limits = levels(values, display.low_percentile, display.high_percentile)
    rgb = to_rgb(values, display, limits)
    return coloured_plate(rgb, cube, title, caption, bar=ColourBar(display, limits, unit))


def coloured_plate(
    rgb: NDArray[np.uint8],
    cube: SpectralCube,
    title: str,
    caption: Sequence[str],
    *,
    bar: ColourBar | None = None,
) -> Plate:
    """A picture of the scan, or of a part of it, as a plate."""
    step = cube.acquisition.step_mm
    return Plate(
        title,
        rgb,
        tuple(caption),
        aspect=1.0 if step is None else step[0] / step[1],
        scale_bar=None if step is None else nice_scale_bar(step[1], rgb.shape[1]),
        bar=bar,
    )


def scan_section(scan: Scan) -> Section:
    """File, size, how it was measured, and the sum spectrum with its strongest lines."""
    cube, measured = scan.cube, scan.cube.acquisition
    checksum = cube.inputs[0].checksum if cube.inputs else ""
    total = float(scan.sum_spectrum.sum())
    pixels = cube.rows * cube.cols
    detectors = ", ".join(measured.detectors)
    rows = (
        ("File", cube.inputs[0].name if cube.inputs else cube.name),
        ("Format", cube.format),
        ("Checksum", checksum.replace("sha256:", "SHA-256 ")),
        ("Size", size_text(cube)),
        ("Step", _step(measured.step_mm)),
        ("Tube", _tube(cube)),
        ("Filter", measured.filter or ""),
        ("Time per pixel", _times(measured.dwell_s, measured.live_time_s)),
        ("Detectors", f"{detectors}; shown: {measured.detector}" if detectors else ""),
        ("Channels", f"{cube.channels}, {_axis(cube)}"),
        ("Counts", f"{count_text(total)} in all, {count_text(total / pixels)} per pixel"),
    )
    return Section("The scan", (Facts(rows), _sum_curve(scan)))


def size_text(cube: SpectralCube) -> str:
    """Size of a scan in pixels and, where its step is known, in cm."""
    told = f"{cube.rows} rows × {cube.cols} columns"
    step = cube.acquisition.step_mm
    if step is None:
        return told
    high, wide = cube.rows * step[0] / 10, cube.cols * step[1] / 10
    return f"{told}; {high:.3g} cm high, {wide:.3g} cm wide"


def _step(step: tuple[float, float] | None) -> str:
    if step is None:
        return ""
    if step[0] == step[1]:
        return f"{step[0]:g} mm"
    return f"{step[1]:g} mm between columns, {step[0]:g} mm between rows"


def _tube(cube: SpectralCube) -> str:
    measured = cube.acquisition
    parts = (
        f"{measured.tube_anode} anode" if measured.tube_anode else "",
        f"{measured.tube_kv:g} kV" if measured.tube_kv is not None else "",
        f"{measured.tube_ua:g} µA" if measured.tube_ua is not None else "",
    )
    return ", ".join(filter(None, parts))


def _times(dwell_s: float | None, live_s: float | None) -> str:
    parts = (
        f"{dwell_s:.4g} s" if dwell_s is not None else "",
        f"{live_s:.4g} s live on average" if live_s is not None else "",
    )
    return ", ".join(filter(None, parts))


def _axis(cube: SpectralCube) -> str:
    axis = cube.axis
    if axis is None:
        return "energy axis not known"
    ends = axis.energies_kev(cube.channels)[[0, -1]]
    source = f"; from: {axis.source}" if axis.source else ""
    told = f"{ends[0]:.2f} to {ends[1]:.2f} keV, {1000 * axis.gain_kev:.4g} eV per channel"
    return f"{told.replace('-', MINUS)}{source}"


def _sum_curve(scan: Scan) -> Curve:
    axis, total = scan.cube.axis, scan.sum_spectrum
    if axis is None:
        return Curve("sum", total, None, caption="Counts of all pixels together.")
    found = strongest_lines(total, axis, _LINES)
    remarks = [f"{item.line.label}: {item.note}" for item in found if item.note]
    caption = "Counts of all pixels together, with the strongest lines."
    if remarks:
        caption += f" Beware: {'; '.join(remarks)}."
    labels = tuple((item.line.energy_kev, item.line.label) for item in found)
    return Curve("sum", total, axis, labels, caption)


def making_section(results: Sequence[TaskResult], steps: Sequence[Step]) -> Section:
    """Steps with their parameters, programs, recipes and files with their checksums."""
    parts: list[Part] = []
    if steps:
        parts.append(_steps_table(steps))
        parts.append(Facts((("Programs", _programs(steps)),)))
    recipes = tuple(
        (f"Recipe of “{item.task}”", f"SHA-256 {item.recipe_hash.removeprefix('sha256:')}")
        for item in results
        if item.recipe_hash
    )
    if recipes:
        parts.append(Facts(recipes))
    files = [path for item in results for path in item.outputs]
    if files:
        parts.append(_files_table(files))
    parts.append(
        Sentences(
            (
                "Two results with the same recipe, made of files with the same checksum, are the "
                "same. A file whose checksum differs from the one above was changed since.",
            )
        )
    )
    return Section("How it was made", tuple(parts))


def all_steps(results: Sequence[TaskResult]) -> tuple[Step, ...]:
    """The steps that the results tell themselves, each once, by their time."""
    found: dict[str, Step] = {}
    for item in results:
        told = item.found.steps if item.found is not None else ()
        for step in (*told, *(step for path in item.outputs for step in _readable_steps(path))):
            found.setdefault(f"{step.time} {step.action} {sorted(step.parameters.items())}", step)
    return tuple(sorted(found.values(), key=lambda step: step.time))


def _readable_steps(path: Path) -> tuple[Step, ...]:
    try:
        return steps_of(path)
    except AppError:
        # a picture of another kind, which tells nothing
        return ()


def _steps_table(steps: Sequence[Step]) -> Table:
    rows = tuple(
        (str(number), step.action, _parameters(step), _moment(step.time))
        for number, step in enumerate(_merged(steps), 1)
    )
    return Table(
        ("No.", "Step", "Parameters", "Time"),
        rows,
        shares=(0.06, 0.12, 0.58, 0.24),
        numbers=frozenset({0}),
    )


def _moment(time: str) -> str:
    """A step's time for people: 2026-03-01 10:30:00 UTC."""
    return time.replace("T", " ").replace("+00:00", " UTC")


def _merged(steps: Sequence[Step]) -> list[Step]:
    """The steps without those that differ by nothing but when they were done."""
    kept: dict[str, Step] = {}
    for step in steps:
        kept.setdefault(f"{step.action} {_parameters(step)}", step)
    return list(kept.values())


def _parameters(step: Step) -> str:
    told = [
        f"{name}: {_plain(value)}"
        for name, value in step.parameters.items()
        if value not in ("", None, [], (), {})
    ]
    if step.seed is not None and "seed" not in step.parameters:
        told.append(f"seed: {step.seed}")
    return "; ".join(told) or "–"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value)
    return str(value)


def _programs(steps: Sequence[Step]) -> str:
    versions = dict.fromkeys(
        f"{name.capitalize()} {version}"
        for step in steps
        for name, version in step.versions.items()
    )
    return ", ".join(versions)


def _files_table(files: Sequence[Path]) -> Table:
    rows = tuple(_file_row(path) for path in files)
    return Table(
        ("File", "Bytes", "SHA-256"),
        rows,
        shares=(0.28, 0.10, 0.62),
        numbers=frozenset({1}),
    )


def _file_row(path: Path) -> tuple[str, str, str]:
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        return path.name, "–", f"cannot be read: {error.strerror or error}"
    return path.name, f"{size:,}".replace(",", SPACE), digest


def warned(texts: Sequence[str]) -> Iterator[Part]:
    """Sentences that must not be missed; nothing where there are none."""
    if texts:
        yield Sentences(tuple(texts), is_warning=True)


def plates_beside(plates: tuple[Plate, ...]) -> Plates:
    """Two plates beside each other, or three high ones."""
    shapes = [plate.rgb.shape[0] * plate.aspect / plate.rgb.shape[1] for plate in plates]
    return Plates(plates, beside=3 if min(shapes, default=0.0) > _HIGH else 2)


def parameters_of_result(result: TaskResult) -> Any:
    """Parameters of a task as its own dataclass; raises ParameterError if they do not fit."""
    return parameters_of(BatchTask(result.task, result.parameters))
