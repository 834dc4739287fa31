"""What a scan file holds, as a report that scripts can rely on."""

from dataclasses import dataclass
from typing import Any, TypedDict

from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.lines import strongest_lines
from app.core.progress import Progress, part_of
from app.engine.source import Source
from app.io import formats, store
from app.io.formats import DatasetPeek, Peek
from app.io.store_build import summed


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
            total_counts=int(total) if float(total).is_integer() else float(total),
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
        for found in strongest_lines(spectrum, axis)
    ]
