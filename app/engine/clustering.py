"""The task that clusters the spectra of a scan and says what the clusters hold."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.core import lines as emission
from app.core import parameters as parameter_checks
from app.core.axis import EnergyAxis
from app.core.clustering.choice import parse_numbers
from app.core.clustering.clusters import ClusterRecipe, Clusters, cluster_spectra
from app.core.clustering.features import Transform, Windows, channel_groups, map_windows
from app.core.cube import SpectralCube
from app.core.display import nice_scale_bar
from app.core.maps import required_axis
from app.core.parameters import parameter
from app.core.progress import Progress, part_of
from app.core.region import Region
from app.core.scan import Scan
from app.engine.cluster_reports import ClusterSummary, summaries
from app.engine.jobs import JobContext
from app.engine.pigment_libraries import Libraries
from app.engine.pigment_measured import Measured
from app.engine.source import Source
from app.errors import ParameterError
from app.io import formats, store
from app.io.atomic import check_free, written_together

SPECTRA, MAPS = "spectra", "maps"
_OUTPUTS = ("png", "tif", "h5", "csv", "spectra.csv", "json")


@dataclass(frozen=True, slots=True)
class ClusterParameters:
    """How the spectra of a scan are clustered."""

    numbers: str = parameter(
        "4..12",
        label="Clusters",
        help="8 for eight of them, 4..12 for the number of the best silhouette.",
    )
    on: str = parameter(SPECTRA, label="Compare", choices=(SPECTRA, MAPS))
    elements: str = parameter(
        "", label="Elements", help="With maps: symbols or lines, as Fe,Cu,Pb_Lb."
    )
    region: str = parameter(
        "", label="Region", help="Rows and columns as r0:r1,c0:c1; empty for the whole scan."
    )
    transform: Transform = parameter(
        Transform.ANSCOMBE,
        label="Counts become",
        help="anscombe evens out the noise, shares compare shapes alone, counts leaves them, "
        "standard gives every window the same weight.",
    )
    patience: int = parameter(3, label="Tries without gain", minimum=1, maximum=100)
    seed: int = parameter(0, label="Seed", minimum=0, maximum=2**31 - 1)


@dataclass(frozen=True, slots=True, eq=False)
class ClusterReport:
    """Clusters with what they hold."""

    clusters: Clusters
    summaries: tuple[ClusterSummary, ...]

    def json(self) -> dict[str, Any]:
        """All but labels and spectra, as JSON can hold it."""
        clusters = self.clusters
        step = clusters.steps[-1]
        total = clusters.total_inertia
        return {
            "scan": step.inputs[0].name if step.inputs else "",
            "checksum": step.inputs[0].checksum if step.inputs else "",
            "clusters": clusters.count,
            "pixels": int(clusters.sizes.sum()),
            "parameters": {**step.parameters, "seed": step.seed},
            "silhouettes": [
                {"clusters": k, "silhouette": round(score, 4)} for k, score in clusters.silhouettes
            ],
            "inertia": clusters.inertia,
            "explained": round(1 - clusters.inertia / total, 6) if total > 0 else 1.0,
            "each": [item.json() for item in self.summaries],
        }


def cluster(
    source: Source,
    parameters: ClusterParameters,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Cluster the spectra of a scan and write into the folder `out` what was found.

    A plate with legend (`.png`), numbers of clusters per pixel (`.tif`, 0 outside), all of it
    with mean spectra (`.h5`), a table (`.csv`), mean spectra (`_spectra.csv`) and a report with
    lines and candidate pigments of every cluster (`.json`).

    Raises
    ------
    AppError
        If a parameter does not fit the scan, or something cannot be read or written; none of
        the files is written then.
    """
    cube = formats.open_cube(source.path, source.options)
    _checked(parameters, cube)
    check_free([out / name for name in file_names(cube)], overwrite=overwrite)
    scan = store.open_scan(
        source.path, source.options, progress=part_of(context.progress, 0.0, 0.4)
    )
    report = find_clusters(scan, parameters, _Part(context, 0.4, 0.95))
    return write_report(report, scan.cube, out, _Part(context, 0.95, 1.0), overwrite=overwrite)


def file_names(cube: SpectralCube) -> tuple[str, ...]:
    """Names of the files that `write_report` writes for a scan."""
    stem = _stem(cube)
    return tuple(f"{stem}_{item}" if "." in item else f"{stem}.{item}" for item in _OUTPUTS)


def write_report(
    report: ClusterReport,
    cube: SpectralCube,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write what was found in a scan into the folder `out`, all files or none.

    Parameters
    ----------
    cube
        Where the clusters were found; gives name, energy axis and step.

    Raises
    ------
    WriteError
        If a file exists and `overwrite` is off, or the system refuses.
    """
    context.progress(0.0, "Writing clusters")
    names = file_names(cube)
    with written_together(out, names, overwrite=overwrite) as folder:
        _write(report, cube, folder, _stem(cube))
    return tuple(out / name for name in names)


def find_clusters(scan: Scan, parameters: ClusterParameters, context: JobContext) -> ClusterReport:
    """Cluster the spectra of an open scan and say what the clusters hold.

    Raises
    ------
    ParameterError
        If a parameter is out of its limits or does not fit the scan.
    Cancelled
        If the result is no longer wanted.
    """
    windows, numbers, region = _checked(parameters, scan.cube)
    recipe = ClusterRecipe(parameters.transform, parameters.patience, parameters.seed)
    found = cluster_spectra(
        scan.cube,
        windows,
        numbers,
        recipe,
        region=region,
        progress=part_of(context.progress, 0.0, 0.8),
    )
    step = found.steps[-1]
    details = {"on": parameters.on, "elements": parameters.elements, **step.parameters}
    found = replace(found, steps=(*found.steps[:-1], replace(step, parameters=details)))
    return _told(found, scan.cube.axis, part_of(context.progress, 0.8, 1.0))


def told_anew(report: ClusterReport, scan: Scan, context: JobContext) -> ClusterReport:
    """The same clusters with lines and pigments named by the energy axis the scan has now.

    Parameters
    ----------
    report
        Found in the same counts.
    scan
        The scan with its axis of now, whose steps precede that of the clusters from here on.

    Raises
    ------
    Cancelled
        If the result is no longer wanted.
    """
    clusters = report.clusters
    steps = (*scan.cube.steps, clusters.steps[-1])
    return _told(replace(clusters, steps=steps), scan.cube.axis, context.progress)


def measured_in(report: ClusterReport, scan: Scan, cluster: int) -> Measured:
    """The spectrum of all pixels of a cluster, to be asked about or kept as a reference.

    Parameters
    ----------
    scan
        The scan with its axis of now.
    cluster
        From 0 on.

    Raises
    ------
    ParameterError
        If the scan has no energy axis.
    """
    clusters, pixels = report.clusters, int(report.clusters.sizes[cluster])
    place = f"cluster {cluster + 1} of {clusters.count} ({pixels} pixels)"
    total = clusters.means[cluster] * pixels
    return Measured(total, required_axis(scan.cube), pixels, scan.cube, place)


def _told(clusters: Clusters, axis: EnergyAxis | None, progress: Progress) -> ClusterReport:
    """Clusters with what they hold, asked about the pigments that come with the program."""
    pigments = Libraries().shipped().pigments
    return ClusterReport(clusters, summaries(clusters, axis, pigments, progress))


class _Part:
    """A context whose progress is a part of another's."""

    def __init__(self, context: JobContext, start: float, stop: float) -> None:
        self._context = context
        self.progress = part_of(context.progress, start, stop)

    def check(self) -> None:
        """As the other."""
        self._context.check()

    def partial(self, value: Any) -> None:
        """As the other."""
        self._context.partial(value)


def _checked(
    parameters: ClusterParameters, cube: SpectralCube
) -> tuple[Windows, tuple[int, ...], Region | None]:
    """Windows, numbers and region; raises ParameterError where something does not fit."""
    parameter_checks.check(parameters)
    numbers = parse_numbers(parameters.numbers)
    region = Region.parse(parameters.region) if parameters.region else None
    if region is not None:
        region.check_inside(cube.rows, cube.cols)
    elements = [text.strip() for text in parameters.elements.split(",") if text.strip()]
    if parameters.on == SPECTRA:
        if elements:
            raise ParameterError(
                "Elements are for clustering maps.",
                f"Found the elements {parameters.elements} while whole spectra are compared.",
                "Choose maps (--on maps), or leave the elements out.",
            )
        return channel_groups(cube.channels, cube.axis), numbers, region
    axis = cube.axis
    lines = [emission.line(text) for text in elements]
    rois = (
        []
        if axis is None
        else [emission.roi_for(item, axis, channels=cube.channels) for item in lines]
    )
    return map_windows(cube, rois), numbers, region


def _stem(cube: SpectralCube) -> str:
    return f"{cube.name}_clusters"


def _write(report: ClusterReport, cube: SpectralCube, folder: Path, stem: str) -> None:
    """All files of a report."""
    from app.io import cluster_files, cluster_picture, images, tables
    from app.io.json_file import write_json

    clusters, step_mm = report.clusters, cube.acquisition.step_mm
    legend = [
        cluster_picture.LegendEntry(f"Cluster {item.number}", item.details())
        for item in report.summaries
    ]
    plate = cluster_picture.draw_clusters(
        clusters.labels,
        legend,
        title=f"{cube.name} · {clusters.count} cluster{'' if clusters.count == 1 else 's'}",
        scale_bar=None if step_mm is None else nice_scale_bar(step_mm[1], cube.cols),
        pixel_aspect=1.0 if step_mm is None else step_mm[0] / step_mm[1],
    )
    images.write_png(plate, folder / f"{stem}.png", clusters.steps)
    cluster_files.write_labels_tiff(clusters, folder / f"{stem}.tif", step_mm=step_mm, name=stem)
    cluster_files.write_clusters(
        clusters, folder / f"{stem}.h5", title=stem, axis=cube.axis, step_mm=step_mm
    )
    cluster_files.write_summary_csv(
        [item.row() for item in report.summaries], folder / f"{stem}.csv", notes=[stem]
    )
    columns = {f"cluster_{place + 1}": mean for place, mean in enumerate(clusters.means)}
    tables.write_spectra_csv(
        columns, cube.axis, folder / f"{stem}_spectra.csv", steps=clusters.steps
    )
    write_json(folder / f"{stem}.json", report.json())
