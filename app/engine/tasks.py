"""The task catalogue: what the window, the command line and a batch can do with a scan.

A task is a function of a source, its frozen parameters, an output path and a job context; it
returns the files it wrote. What works on a scan that is open already stands in `exports`.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from app.core import lines as emission
from app.core import parameters as parameter_checks
from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.display import MapDisplay
from app.core.maps import ElementalMap, Roi, elemental_map, required_axis
from app.core.parameters import parameter
from app.core.progress import Progress, part_of
from app.core.provenance import Step
from app.core.rebinned import rebinned
from app.core.region import Region
from app.core.scan import Scan
from app.core.spectra import region_spectrum
from app.engine import exports
from app.engine.jobs import JobContext
from app.errors import ParameterError
from app.io import formats, store
from app.io.atomic import check_free, check_not_input, written_together
from app.io.formats import DatasetPeek, OpenOptions, Peek
from app.io.store_build import summed


@dataclass(frozen=True, slots=True)
class Source:
    """An input and what the user adds to it."""

    path: Path
    options: OpenOptions = field(default_factory=OpenOptions)


@dataclass(frozen=True, slots=True)
class ConvertParameters:
    """How a cube is written in another format."""

    bin: int = parameter(
        1,
        label="Channels joined",
        minimum=1,
        maximum=1024,
        help="Sums this many neighbouring channels into one; 1 keeps all.",
    )


@dataclass(frozen=True, slots=True)
class MapsParameters:
    """Which maps are made and how they are written."""

    elements: str = parameter(
        "", label="Elements", help="Symbols or lines, as Fe,Cu,Pb or Pb_Lb,Fe_Ka."
    )
    windows: str = parameter(
        "", label="Windows", help="Energy windows of one's own in keV, as Fe:6.2-6.6,Rest:8-20."
    )
    net: bool = parameter(
        False, label="Subtract background", help="A straight line under the peak, per pixel."
    )
    format: str = parameter("png", label="Format", choices=("png", "tiff", "csv", "h5"))


@dataclass(frozen=True, slots=True)
class SpectrumParameters:
    """Of which part of the picture spectra are written."""

    region: str = parameter(
        "", label="Region", help="Rows and columns as r0:r1,c0:c1; empty for the whole scan."
    )


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the catalogue."""

    name: str
    title: str
    parameters: type[Any]
    run: Callable[..., tuple[Path, ...]]


class LineReport(TypedDict):
    """One line found in the sum spectrum."""

    line: str
    key: str
    energy_kev: float
    counts: int
    note: str


class AxisReport(TypedDict):
    """An energy axis and where it came from."""

    offset_kev: float
    gain_kev: float
    quadratic: float
    source: str


class ScanReport(TypedDict):
    """The facts of `info` under the names that scripts rely on."""

    file: str
    format: str
    shape: list[int]
    dtype: str
    bytes: int
    total_counts: int | float
    axis: AxisReport | None
    suggested_axis: AxisReport | None
    detectors: list[str]
    detector: str
    step_mm: tuple[float, float] | None
    datasets: list[str]
    notes: list[str]
    checksum: str
    strongest_lines: list[LineReport]


@dataclass(frozen=True, slots=True, eq=False)
class ScanInfo:
    """What a file holds, with what one pass over its counts tells."""

    peek: Peek
    dataset: DatasetPeek
    cube: SpectralCube
    sum_spectrum: NDArray[Any]

    def report(self) -> ScanReport:
        """The facts, ready for JSON."""
        cube, axis = self.cube, self.cube.axis
        total = self.sum_spectrum.sum()
        return ScanReport(
            file=formats.shown(self.peek.path.name),
            format=cube.format,
            shape=[cube.rows, cube.cols, cube.channels],
            dtype=str(cube.counts.dtype),
            bytes=cube.bytes,
            total_counts=float(total) if self.sum_spectrum.dtype.kind == "f" else int(total),
            axis=_axis_report(axis),
            suggested_axis=_axis_report(self.dataset.default_axis) if axis is None else None,
            detectors=list(cube.acquisition.detectors),
            detector=cube.acquisition.detector,
            step_mm=cube.acquisition.step_mm,
            datasets=[dataset.name for dataset in self.peek.datasets],
            notes=list(self.dataset.notes),
            checksum=cube.inputs[0].checksum if cube.inputs else "",
            strongest_lines=[] if axis is None else _strongest(self.sum_spectrum, axis),
        )


def peek(path: Path) -> Peek:
    """What a file is and what is in it; see `app.io.formats.peek`."""
    return formats.peek(path)


def open_scan(path: Path, options: OpenOptions, context: JobContext) -> Scan:
    """Open a scan for looking at it; a first look arrives early through `context.partial`.

    Raises
    ------
    AppError
        As `app.io.store.open_scan`.
    """
    return store.open_scan(path, options, progress=context.progress, partial=context.partial)


def info(source: Source, progress: Progress) -> ScanInfo:
    """What a file holds, from its header and one pass over its counts; nothing is stored.

    Raises
    ------
    AppError
        If it cannot be read.
    """
    found = formats.peek(source.path)
    named = (item for item in found.datasets if item.name == source.options.dataset)
    dataset = next(named, found.best)
    known = store.find_scan(source.path, source.options)
    if known is not None:
        return ScanInfo(found, dataset, known.cube, known.sum_spectrum)
    cube = store.identified(source.path, source.options, part_of(progress, 0.0, 0.3))
    return ScanInfo(found, dataset, cube, summed(cube, part_of(progress, 0.3, 1.0)))


def convert(
    source: Source,
    parameters: ConvertParameters,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write any readable cube as `.h5` or `.rpl`, by the suffix of `out`.

    Raises
    ------
    AppError
        If the input cannot be read, the suffix is of no format that can be written, or the
        output cannot be written; nothing is left behind then.
    """
    parameter_checks.check(parameters)
    exports.check_suffix(out, exports.CUBE_SUFFIXES, "cube")
    written = (out, out.with_suffix(".raw")) if out.suffix.lower() == ".rpl" else (out,)
    check_free(written, overwrite=overwrite)
    check_not_input(written, formats.format_of(source.path).files(source.path))
    cube = store.identified(source.path, source.options, part_of(context.progress, 0.0, 0.2))
    step = Step("convert", asdict(parameters), cube.inputs)
    cube = replace(rebinned(cube, parameters.bin), steps=(*cube.steps, step))
    writing = part_of(context.progress, 0.2, 1.0)
    exports.write_cube(cube, out, writing, overwrite=overwrite)
    return written


def maps(
    source: Source,
    parameters: MapsParameters,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write elemental maps into the folder `out`, one file each, or one `.h5` for all.

    Raises
    ------
    AppError
        If there is no energy axis, an element or window cannot be used, or something cannot
        be read or written; none of the maps is written then.
    """
    parameter_checks.check(parameters)
    wanted = _parsed(parameters)
    scan = store.open_scan(
        source.path, source.options, progress=part_of(context.progress, 0.0, 0.8)
    )
    axis = required_axis(scan)
    rois = [_resolved(item, axis) for item in wanted]
    made = [elemental_map(scan, roi, net=parameters.net) for roi in rois]
    stem, step_mm = scan.cube.name, scan.cube.acquisition.step_mm
    if parameters.format == "h5":
        names = [f"{stem}_maps.h5"]
    else:
        names = [f"{name}.{parameters.format}" for name in _names(made, stem)]
    with written_together(out, names, overwrite=overwrite) as folder:
        if parameters.format == "h5":
            exports.export_maps(made, folder / names[0], step_mm=step_mm)
            made = []
        for number, (item, name) in enumerate(zip(made, names, strict=False)):
            context.progress(0.8 + 0.2 * number / len(made), f"Writing {name}")
            exports.export_map(item, folder / name, display=MapDisplay(), step_mm=step_mm)
    return tuple(out / name for name in names)


def spectrum(
    source: Source,
    parameters: SpectrumParameters,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write sum, mean and maximum pixel spectrum, of the scan or of a region, as CSV or PNG.

    Raises
    ------
    AppError
        If the region does not fit the scan, or something cannot be read or written.
    """
    exports.check_suffix(out, (".csv", ".png"), "spectrum")
    check_free([out], overwrite=overwrite)
    region = Region.parse(parameters.region) if parameters.region else None
    scan = store.open_scan(
        source.path, source.options, progress=part_of(context.progress, 0.0, 0.8)
    )
    columns = spectra_of(scan, region, part_of(context.progress, 0.8, 1.0))
    step = Step("spectrum", asdict(parameters), scan.cube.inputs)
    exports.export_spectra(
        columns,
        scan.cube.axis,
        out,
        steps=(*scan.cube.steps, step),
        title=_title(scan.cube.name, region),
        overwrite=overwrite,
    )
    return (out,)


def spectra_of(scan: Scan, region: Region | None, progress: Progress) -> dict[str, NDArray[Any]]:
    """Sum, mean and maximum pixel spectrum of a scan or a region, each of shape (channels,)."""
    if region is None:
        pixels = scan.cube.rows * scan.cube.cols
        total, maximum = scan.sum_spectrum, scan.maximum_pixel_spectrum
    else:
        pixels = region.pixels
        total = region_spectrum(scan.cube, region, progress)
        maximum = _region_maximum(scan.cube, region)
    return {"sum": total, "mean": total / pixels, "maximum_pixel": maximum}


TASKS: tuple[Task, ...] = (
    Task("convert", "Convert to another format", ConvertParameters, convert),
    Task("maps", "Elemental maps", MapsParameters, maps),
    Task("spectrum", "Spectra", SpectrumParameters, spectrum),
)


def _region_maximum(cube: SpectralCube, region: Region) -> NDArray[Any]:
    maximum = np.zeros(cube.channels, cube.counts.dtype)
    for row in range(region.row_start, region.row_stop):
        block = np.asarray(cube.counts[row, region.col_start : region.col_stop])
        np.maximum(maximum, block.max(axis=0), out=maximum)
    return maximum


def _parsed(parameters: MapsParameters) -> list[emission.EmissionLine | Roi]:
    """Lines and windows asked for, before the scan is opened for nothing."""
    lines = [emission.line(text.strip()) for text in parameters.elements.split(",") if text.strip()]
    rois = [Roi.parse(text.strip()) for text in parameters.windows.split(",") if text.strip()]
    if not lines and not rois:
        raise ParameterError(
            "There is nothing to map.",
            "Neither an element nor an energy window was given.",
            "Name elements, as --elements Fe,Cu,Pb, or windows, as --roi Fe:6.2-6.6.",
        )
    return [*lines, *rois]


def _resolved(item: emission.EmissionLine | Roi, axis: EnergyAxis) -> Roi:
    return item if isinstance(item, Roi) else emission.roi_for(item, axis)


def _names(made: list[ElementalMap], stem: str) -> list[str]:
    """One file name per map, without suffix; two windows of one name get a number."""
    names: list[str] = []
    taken: set[str] = set()
    for item in made:
        name = base = f"{stem}_{exports.file_name(item.name)}"
        number = 1
        # some systems take small and capital letters for the same
        while name.casefold() in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _title(name: str, region: Region | None) -> str:
    if region is None:
        return name
    rows = f"rows {region.row_start}–{region.row_stop - 1}"
    return f"{name} · {rows}, columns {region.col_start}–{region.col_stop - 1}"


def _axis_report(axis: EnergyAxis | None) -> AxisReport | None:
    if axis is None:
        return None
    return AxisReport(
        offset_kev=axis.offset_kev,
        gain_kev=axis.gain_kev,
        quadratic=axis.quadratic,
        source=axis.source,
    )


def _strongest(spectrum: NDArray[Any], axis: EnergyAxis) -> list[LineReport]:
    return [
        LineReport(
            line=found.line.label,
            key=found.line.key,
            energy_kev=round(found.energy_kev, 4),
            counts=round(float(found.counts)),
            note=found.note,
        )
        for found in emission.strongest_lines(spectrum, axis)
    ]
