"""The task that writes elemental maps."""

from dataclasses import dataclass
from pathlib import Path

from app.core import lines as emission
from app.core import parameters as parameter_checks
from app.core.cube import SpectralCube
from app.core.display import MapDisplay
from app.core.maps import Roi, elemental_map, required_axis
from app.core.parameters import parameter
from app.core.progress import part_of
from app.engine import exports
from app.engine.jobs import JobContext
from app.engine.source import Source
from app.errors import ParameterError
from app.io import formats, store
from app.io.atomic import check_free, written_together


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
    # the header alone tells what cannot work, before a large scan is read for nothing
    cube = formats.open_cube(source.path, source.options)
    rois = [roi for _, roi in _windows(wanted, cube)]
    names = _names(rois, cube.name, parameters.format)
    check_free([out / name for name in names], overwrite=overwrite)
    scan = store.open_scan(
        source.path, source.options, progress=part_of(context.progress, 0.0, 0.8)
    )
    made = [elemental_map(scan, roi, net=parameters.net) for roi in rois]
    step_mm = scan.cube.acquisition.step_mm
    with written_together(out, names, overwrite=overwrite) as folder:
        if parameters.format == "h5":
            context.progress(0.8, f"Writing {names[0]}")
            exports.export_maps(made, folder / names[0], step_mm=step_mm)
        else:
            for number, (item, name) in enumerate(zip(made, names, strict=True)):
                context.progress(0.8 + 0.2 * number / len(made), f"Writing {name}")
                exports.export_map(item, folder / name, display=MapDisplay(), step_mm=step_mm)
    return tuple(out / name for name in names)


def windows_of(
    parameters: MapsParameters, cube: SpectralCube
) -> list[tuple[emission.EmissionLine | None, Roi]]:
    """The lines and energy windows that are mapped; no line for a window of one's own.

    Raises
    ------
    ParameterError
        If there is nothing to map, the scan has no energy axis, or a window lies outside it.
    """
    return _windows(_parsed(parameters), cube)


def _parsed(parameters: MapsParameters) -> list[emission.EmissionLine | Roi]:
    """Lines and windows asked for, before the scan is opened for nothing."""
    lines = [emission.line(text.strip()) for text in parameters.elements.split(",") if text.strip()]
    rois = [Roi.parse(text.strip()) for text in parameters.windows.split(",") if text.strip()]
    if not lines and not rois:
        raise ParameterError(
            "There is nothing to map.",
            "Neither an element nor an energy window was given.",
            "Name elements, as Fe,Cu,Pb (--elements), or windows in keV, as Fe:6.2-6.6 (--roi).",
        )
    return [*lines, *rois]


def _windows(
    wanted: list[emission.EmissionLine | Roi], cube: SpectralCube
) -> list[tuple[emission.EmissionLine | None, Roi]]:
    """Line and energy window of all maps; raises ParameterError if one lies outside the axis."""
    axis = required_axis(cube)
    found: list[tuple[emission.EmissionLine | None, Roi]] = [
        (None, item)
        if isinstance(item, Roi)
        else (item, emission.roi_for(item, axis, channels=cube.channels))
        for item in wanted
    ]
    for _, roi in found:
        axis.channel_range(roi.low_kev, roi.high_kev, cube.channels)
    return found


def _names(rois: list[Roi], stem: str, suffix: str) -> list[str]:
    """One file name per map, or one for all; two windows of one name get a number."""
    if suffix == "h5":
        return [f"{stem}_maps.h5"]
    names: list[str] = []
    taken: set[str] = set()
    for roi in rois:
        name = base = f"{stem}_{exports.file_name(roi.name)}"
        number = 1
        # some systems take small and capital letters for the same
        while name.casefold() in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name.casefold())
        names.append(f"{name}.{suffix}")
    return names
