"""Taking home what is open: cubes, maps and spectra, each with how it was made."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.display import MapDisplay
from app.core.maps import ElementalMap
from app.core.progress import Progress
from app.core.provenance import Step
from app.core.scan import Scan
from app.engine.jobs import JobContext
from app.errors import ParameterError
from app.io.atomic import is_the_input, written

CUBE_SUFFIXES = (".h5", ".hdf5", ".rpl")

# names that Windows keeps for itself, whatever the ending
_DEVICES = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)))
)


def check_suffix(target: Path, suffixes: tuple[str, ...], what: str) -> None:
    """Raise ParameterError unless a target has one of the suffixes (lower case, with dot)."""
    if target.suffix.lower() not in suffixes:
        raise ParameterError(
            f"A {what} cannot be written as {target.name}.",
            f"The suffix is {target.suffix or 'missing'}; expected {', '.join(suffixes)}.",
            "Choose one of these.",
            path=target,
        )


def write_cube(
    cube: SpectralCube, target: Path, progress: Progress, *, overwrite: bool = False
) -> None:
    """Write a cube as `.h5` or, with its `.raw`, as `.rpl`.

    Raises
    ------
    AppError
        If the suffix or the target cannot be used; nothing is left behind then.
    """
    from app.io import native, ripple

    check_suffix(target, CUBE_SUFFIXES, "cube")
    if target.suffix.lower() == ".rpl":
        ripple.write_cube(cube, target, progress, overwrite=overwrite)
        return
    with written(target, overwrite=overwrite) as beside:
        native.write_cube(cube, beside, progress)


def export_cube(scan: Scan, target: Path, context: JobContext, *, overwrite: bool = False) -> None:
    """Write the cube of an open scan; see `write_cube`.

    Raises
    ------
    AppError
        As `write_cube`; also if the target is the scan's own file.
    """
    check_not_own(target, scan.cube)
    write_cube(scan.cube, target, context.progress, overwrite=overwrite)


def check_not_own(target: Path, cube: SpectralCube) -> None:
    """Raise WriteError if a target is there and is the file that an open scan was read from."""
    from app.io import store

    if target.exists() and store.is_input(target, cube):
        raise is_the_input(target)


def export_map(
    elemental_map: ElementalMap,
    target: Path,
    *,
    display: MapDisplay,
    step_mm: tuple[float, float] | None,
    overwrite: bool = False,
) -> None:
    """Write a map as a picture (`.png`), as numbers (`.tif`, `.tiff`) or as a table (`.csv`).

    Raises
    ------
    AppError
        If the suffix or the target cannot be used.
    """
    check_suffix(target, (".png", ".tif", ".tiff", ".csv"), "map")
    suffix = target.suffix.lower()
    with written(target, overwrite=overwrite) as beside:
        if suffix == ".png":
            _write_plate(elemental_map, beside, display, step_mm)
        elif suffix == ".csv":
            from app.io import tables

            tables.write_map_csv(
                elemental_map.counts,
                beside,
                name=plate_title(elemental_map),
                steps=elemental_map.steps,
                step_mm=step_mm,
            )
        else:
            from app.io import images

            images.write_float_tiff(
                elemental_map.counts,
                beside,
                steps=elemental_map.steps,
                step_mm=step_mm,
                name=elemental_map.name,
            )


def export_maps(
    maps: Sequence[ElementalMap],
    target: Path,
    *,
    step_mm: tuple[float, float] | None,
    overwrite: bool = False,
) -> None:
    """Write several maps into one `.h5`.

    Raises
    ------
    AppError
        If there are none, their sizes differ, or the target cannot be used.
    """
    from app.io import native

    check_suffix(target, (".h5", ".hdf5"), "set of maps")
    steps = maps[0].steps[:-1] if maps else ()
    with written(target, overwrite=overwrite) as beside:
        native.write_maps(maps, beside, step_mm=step_mm, title=target.stem, steps=steps)


def export_spectra(
    spectra: Mapping[str, NDArray[Any]],
    axis: EnergyAxis | None,
    target: Path,
    *,
    steps: tuple[Step, ...],
    title: str = "",
    overwrite: bool = False,
) -> None:
    """Write spectra of shape (channels,) as a table (`.csv`) or a picture (`.png`).

    Parameters
    ----------
    title
        Stands above the picture; the file's name by default.

    Raises
    ------
    AppError
        If the suffix or the target cannot be used.
    """
    check_suffix(target, (".csv", ".png"), "spectrum")
    with written(target, overwrite=overwrite) as beside:
        if target.suffix.lower() == ".csv":
            from app.io import tables

            tables.write_spectra_csv(spectra, axis, beside, steps=steps)
            return
        from app.io import images, spectrum_picture

        # sum and mean are one curve in two units; a picture shows the sum
        shown = {name: values for name, values in spectra.items() if name != "mean"}
        picture = spectrum_picture.draw_spectra(
            shown, axis, title=title or target.stem, labels=_line_labels(spectra, axis)
        )
        images.write_png(picture, beside, steps)


def _line_labels(
    spectra: Mapping[str, NDArray[Any]], axis: EnergyAxis | None
) -> list[tuple[float, str]]:
    """Energies, keV, and names of the main lines of the first spectrum."""
    from app.core.lines import strongest_lines

    if axis is None or not spectra:
        return []
    found = strongest_lines(next(iter(spectra.values())), axis)
    return [(item.line.energy_kev, item.line.label) for item in found]


def file_name(text: str) -> str:
    """A name as part of a file name on every system: "Fe Kα" becomes "Fe_Ka"."""
    for greek, latin in (("α", "a"), ("β", "b"), ("γ", "g"), ("–", "-")):
        text = text.replace(greek, latin)
    plain = unicodedata.normalize("NFC", text)
    found = re.sub(r"[^\w.\-]+", "_", plain).strip("._") or "map"
    return f"{found}_" if found.partition(".")[0].upper() in _DEVICES else found


def _write_plate(
    elemental_map: ElementalMap,
    target: Path,
    display: MapDisplay,
    step_mm: tuple[float, float] | None,
) -> None:
    """A picture with title, colour bar and scale bar."""
    from app.core import display as shown
    from app.io import images, map_picture

    counts = elemental_map.counts
    low, high = shown.levels(counts, display.low_percentile, display.high_percentile)
    bar = shown.nice_scale_bar(step_mm[1], counts.shape[1]) if step_mm is not None else None
    plate = map_picture.draw_map(
        shown.to_rgb(counts, display),
        title=plate_title(elemental_map),
        scale_bar=bar,
        display=display,
        levels=(low, high),
        pixel_aspect=1.0 if step_mm is None else step_mm[0] / step_mm[1],
    )
    images.write_png(plate, target, elemental_map.steps)


def plate_title(elemental_map: ElementalMap) -> str:
    """Name and window of a map: "Fe Kα · 6.20–6.60 keV · net counts"."""
    roi = elemental_map.roi
    if roi is None:
        window = f"channels {elemental_map.first}–{elemental_map.stop - 1}"
    else:
        window = f"{roi.low_kev:.2f}–{roi.high_kev:.2f} keV"
    kind = "net counts" if elemental_map.is_net else "counts"
    # a window that was never named goes by its limits
    is_named = elemental_map.name.casefold() != window.casefold()
    return " · ".join([*([elemental_map.name] if is_named else []), window, kind])
