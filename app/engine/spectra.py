"""The task that writes the spectra of a scan or of a part of it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from app.core import parameters as parameter_checks
from app.core.parameters import parameter
from app.core.progress import Progress, part_of
from app.core.provenance import Step
from app.core.region import Region
from app.core.scan import Scan
from app.core.spectra import region_sum_and_maximum
from app.engine import exports
from app.engine.jobs import JobContext
from app.engine.source import Source
from app.io import formats, store
from app.io.atomic import check_free


@dataclass(frozen=True, slots=True)
class SpectrumParameters:
    """Of which part of the picture spectra are written."""

    region: str = parameter(
        "", label="Region", help="Rows and columns as r0:r1,c0:c1; empty for the whole scan."
    )


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
    parameter_checks.check(parameters)
    exports.check_suffix(out, (".csv", ".png"), "spectrum")
    check_free([out], overwrite=overwrite)
    region = Region.parse(parameters.region) if parameters.region else None
    if region is not None:
        # the header alone tells the size, before a large scan is read for nothing
        cube = formats.open_cube(source.path, source.options)
        region.check_inside(cube.rows, cube.cols)
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
    """Sum, mean and maximum pixel spectrum of a scan or a region, each of shape (channels,).

    Raises
    ------
    ParameterError
        If the region reaches beyond the scan.
    """
    if region is None:
        pixels = scan.cube.rows * scan.cube.cols
        total, maximum = scan.sum_spectrum, scan.maximum_pixel_spectrum
    else:
        pixels = region.pixels
        total, maximum = region_sum_and_maximum(scan.cube, region, progress)
    return {"sum": total, "mean": total / pixels, "maximum_pixel": maximum}


def _title(name: str, region: Region | None) -> str:
    if region is None:
        return name
    rows = f"rows {region.row_start}–{region.row_stop - 1}"
    return f"{name} · {rows}, columns {region.col_start}–{region.col_stop - 1}"
