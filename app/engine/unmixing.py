"""The task that unmixes a scan into pigments, or into components of its own."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.core import parameters as parameter_checks
from app.core.axis_refinement import Refinement, refine_axis
from app.core.cube import SpectralCube
from app.core.display import MapDisplay, levels, nice_scale_bar, to_rgb
from app.core.maps import required_axis
from app.core.parameters import parameter
from app.core.pigments import Pigment
from app.core.progress import part_of
from app.core.provenance import Step
from app.core.region import Region
from app.core.scan import Scan
from app.core.unmixing.abundances import Abundances, unmix, with_notes
from app.core.unmixing.binning import Binning, binning_for
from app.core.unmixing.nmf import MOST_COMPONENTS, components
from app.core.unmixing.summary import readable, summaries
from app.core.unmixing.templates import Templates, templates_for
from app.engine import exports
from app.engine.jobs import JobContext
from app.engine.source import Source
from app.engine.unmixing_references import (
    References,
    chosen_instrument,
    chosen_pigments,
    computed,
    from_library,
)
from app.io import formats, store
from app.io.atomic import check_free, written_together

NNLS, NMF = "nnls", "nmf"
AUTO, OWN, FREE = "auto", "own", "free"
_FIXED_OUTPUTS = ("h5", "csv", "txt", "json")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class UnmixParameters:
    """What a scan is unmixed into, and how."""

    pigments: str = parameter(
        "",
        label="Pigments",
        help="A library by name or file, or names with commas between; empty for the shipped one.",
    )
    method: str = parameter(
        NNLS,
        label="Method",
        choices=(NNLS, NMF),
        help="nnls fits pigments; nmf looks for components in the scan itself.",
    )
    components: int = parameter(
        8, label="Components", minimum=1, maximum=MOST_COMPONENTS, help="With nmf."
    )
    seed: int = parameter(0, label="Seed", minimum=0, maximum=2**31 - 1, help="With nmf.")
    region: str = parameter(
        "", label="Region", help="Rows and columns as r0:r1,c0:c1; empty for the whole scan."
    )
    spectrum: str = parameter("Rh 50 kV", label="Reference spectra", help="By their label.")
    instrument: str = parameter(
        "",
        label="Instrument",
        help="Compute the spectra for it instead: its name, or a tube such as Ag 40 kV.",
    )
    scatter: str = parameter(
        AUTO,
        label="Scatter",
        choices=(AUTO, OWN, FREE),
        help="own leaves each pigment the scatter of its reference, free fits scatter by itself; "
        "auto is own for synthetic scans and free for all others.",
    )
    keep_mixtures: bool = parameter(
        False,
        label="Keep mixtures",
        help="Fit pigments, too, that look like mixtures of others; the maps are then less sure.",
    )
    varnish_um: float = parameter(
        30.0,
        label="Varnish above",
        unit="µm",
        minimum=0,
        maximum=500,
        decimals=1,
        help="At most: pigments that only soft lines tell apart, which it weakens, share a map. "
        "0 for bare paint; without meaning where pigments keep their own scatter.",
    )
    refine: bool = parameter(True, label="Correct the energy axis by its lines")


def unmix_task(
    source: Source,
    parameters: UnmixParameters,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Unmix a scan and write into the folder `out` what was found.

    A plate of every map and of the residual (`.png`), all maps with their errors (`.h5`), a
    table (`.csv`), what is to be known about them in words (`.txt`), and both for other
    programs (`.json`, the last).

    Raises
    ------
    AppError
        If a parameter does not fit the scan, or something cannot be read or written; none of
        the files is written then.
    """
    parameter_checks.check(parameters)
    cube = formats.open_cube(source.path, source.options)
    # the header alone tells what cannot work, before a large scan is read for nothing
    required_axis(cube)
    _region(parameters, cube)
    if parameters.method == NNLS:
        chosen_pigments(parameters.pigments)
        if parameters.instrument:
            chosen_instrument(parameters.instrument)
    stem = _stem(cube.name)
    check_free([out / f"{stem}.{suffix}" for suffix in _FIXED_OUTPUTS], overwrite=overwrite)
    scan = store.open_scan(
        source.path, source.options, progress=part_of(context.progress, 0.0, 0.2)
    )
    found = unmix_scan(scan, parameters, _Part(context, 0.2, 0.9))
    return write_unmixed(found, out, _Part(context, 0.9, 1.0), overwrite=overwrite)


def file_names(found: Abundances) -> tuple[str, ...]:
    """Names of the files that `write_unmixed` writes, the report for programs last."""
    stem = _stem(found.scan)
    return (*_plate_names(found, stem), *(f"{stem}.{suffix}" for suffix in _FIXED_OUTPUTS))


def write_unmixed(
    found: Abundances, out: Path, context: JobContext, *, overwrite: bool = False
) -> tuple[Path, ...]:
    """Write what was found into the folder `out`, all files or none; see `unmix_task`.

    Raises
    ------
    WriteError
        If a file exists and `overwrite` is off, or the system refuses.
    """
    context.progress(0.0, "Writing maps")
    stem, names = _stem(found.scan), file_names(found)
    with written_together(out, names, overwrite=overwrite) as folder:
        _write(found, folder, stem, _plate_names(found, stem), context)
    return tuple(out / name for name in names)


def unmix_scan(
    scan: Scan,
    parameters: UnmixParameters,
    context: JobContext,
    pigments: Sequence[Pigment] | None = None,
) -> Abundances:
    """Unmix an open scan.

    Parameters
    ----------
    pigments
        Those that `parameters.pigments` stands for, where they are known already.

    Raises
    ------
    ParameterError
        If a parameter is out of its limits or does not fit the scan.
    Cancelled
        If the result is no longer wanted.
    """
    parameter_checks.check(parameters)
    axis = required_axis(scan.cube)
    region = _region(parameters, scan.cube)
    instrument = chosen_instrument(parameters.instrument) if parameters.instrument else None
    highest = 50.0 if instrument is None else instrument.tube_kv
    refinement = Refinement(axis, 0.0, 0.0, 145.0)
    if parameters.refine:
        refinement = refine_axis(scan.sum_spectrum, axis, highest_kev=highest)
    cube = replace(scan.cube, axis=refinement.axis)
    step = Step("unmix", asdict(parameters), scan.cube.inputs, seed=_seed(parameters))
    if parameters.method == NMF:
        binning = binning_for(refinement.axis, cube.channels)
        templates = components(
            cube,
            binning,
            parameters.components,
            seed=parameters.seed,
            region=region,
            progress=part_of(context.progress, 0.0, 0.4),
            check=context.check,
        )
        notes: tuple[str, ...] = ()
    else:
        chosen = chosen_pigments(parameters.pigments) if pigments is None else tuple(pigments)
        references = _references(
            chosen, parameters, cube, refinement.resolution_ev, _Part(context, 0.0, 0.2)
        )
        binning = binning_for(refinement.axis, cube.channels, references.highest_kev)
        templates = _templates(parameters, references, binning, scan, context)
        notes = references.notes
    found = unmix(
        cube,
        templates,
        region=region,
        steps=(step,),
        progress=part_of(context.progress, 0.4, 1.0),
        check=context.check,
    )
    return with_notes(found, (*notes, *_about_references(parameters), *_about_axis(refinement)))


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


def _seed(parameters: UnmixParameters) -> int | None:
    return parameters.seed if parameters.method == NMF else None


def _region(parameters: UnmixParameters, cube: SpectralCube) -> Region | None:
    if not parameters.region:
        return None
    region = Region.parse(parameters.region)
    region.check_inside(cube.rows, cube.cols)
    return region


def _references(
    pigments: Sequence[Pigment],
    parameters: UnmixParameters,
    cube: SpectralCube,
    resolution_ev: float,
    context: JobContext,
) -> References:
    if not parameters.instrument:
        return from_library(pigments, parameters.spectrum)
    instrument = chosen_instrument(parameters.instrument)
    return computed(pigments, instrument, cube, resolution_ev, context)


def _templates(
    parameters: UnmixParameters,
    references: References,
    binning: Binning,
    scan: Scan,
    context: JobContext,
) -> Templates:
    pixels = scan.cube.rows * scan.cube.cols
    is_synthetic = any(step.action == "synthesise" for step in scan.cube.steps)
    own = parameters.scatter == OWN or (parameters.scatter == AUTO and is_synthetic)
    return templates_for(
        references.pigments,
        binning,
        float(binning.cut(scan.sum_spectrum).sum()) / max(pixels, 1),
        scatter=references.scatter,
        own_scatter=own,
        keep_mixtures=parameters.keep_mixtures,
        # scans mixed from references have no layers
        varnish_um=0.0 if own else parameters.varnish_um,
        check=context.check,
    )


def _about_references(parameters: UnmixParameters) -> tuple[str, ...]:
    """What the maps rest on."""
    if parameters.method == NMF:
        return ()
    if parameters.instrument:
        made = f"computed for {parameters.instrument}"
    else:
        made = (
            f"the references “{parameters.spectrum}”; where the scan was measured with another "
            "instrument, have them computed for it"
        )
    return (
        f"Spectra of the pigments: {made}. Each is that of one coat of paint: layers, thickness "
        "and what lies beneath change the ratios of lines, and counts are no masses.",
    )


def _about_axis(refinement: Refinement) -> tuple[str, ...]:
    if not refinement.is_changed:
        return ()
    return (
        f"The energy axis was corrected by {refinement.shift_ev:+.0f} eV and "
        f"{refinement.gain_percent:+.2f} % for the lines to fit; check the calibration.",
    )


def _stem(scan: str) -> str:
    return f"{scan}_unmixed"


def _plate_names(found: Abundances, stem: str) -> list[str]:
    names = [
        f"{stem}_{number:02d}_{exports.file_name(group.name)[:_LONGEST_NAME].rstrip('_')}.png"
        for number, group in enumerate(found.groups, 1)
    ]
    return [*names, f"{stem}_residual.png"]


def _write(
    found: Abundances, folder: Path, stem: str, plates: list[str], context: JobContext
) -> None:
    """All files of a result."""
    from app.io import abundance_files, cluster_files
    from app.io.json_file import write_json

    titles = [f"{number}  {group.name}" for number, group in enumerate(found.groups, 1)]
    for place, (name, title, values) in enumerate(zip(plates, titles, found.maps, strict=False)):
        context.progress(place / len(plates), "Writing maps")
        _write_plate(found, values, folder / name, title, "counts")
    _write_plate(found, found.residual, folder / plates[-1], "Residual: 1 is noise alone", "ratio")
    abundance_files.write_abundances(found, folder / f"{stem}.h5", title=stem)
    told = summaries(found)
    cluster_files.write_summary_csv(
        [item.row() for item in told], folder / f"{stem}.csv", notes=[stem, *found.notes]
    )
    (folder / f"{stem}.txt").write_text("\n".join([stem, "", *readable(found), ""]), "utf-8")
    write_json(folder / f"{stem}.json", report(found))


def report(found: Abundances) -> dict[str, Any]:
    """All but the maps, as JSON can hold it."""
    step = found.steps[-1]
    return {
        "scan": found.scan,
        "region": str(found.region),
        "parameters": dict(step.parameters),
        "groups": [item.json() for item in summaries(found)],
        "residual_median": round(float(np.median(found.residual)), 4),
        "text": readable(found),
    }


def _write_plate(found: Abundances, values: Any, target: Path, title: str, unit: str) -> None:
    from app.io import images, map_picture

    display, step_mm = MapDisplay(), found.step_mm
    plate = map_picture.draw_map(
        to_rgb(values, display),
        title=title,
        display=display,
        levels=levels(values, display.low_percentile, display.high_percentile),
        scale_bar=None if step_mm is None else nice_scale_bar(step_mm[1], values.shape[1]),
        pixel_aspect=1.0 if step_mm is None else step_mm[0] / step_mm[1],
        unit=unit,
    )
    images.write_png(plate, target, found.steps)
