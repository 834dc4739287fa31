"""The task that makes a synthetic scan of a picture."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.cube import Acquisition
from app.core.pigments import Pigment
from app.core.progress import Progress, part_of
from app.core.provenance import InputFile
from app.core.synthesis.generate import SyntheticScan, generate
from app.core.synthesis.mixing import similarities
from app.core.synthesis.physical_truth import PhysicalScan
from app.core.synthesis.plan import SynthesisParameters
from app.core.synthesis.sketch import Sketch, sketch
from app.engine.jobs import JobContext
from app.engine.physical_synthesis import physical_scan
from app.engine.scan_picture import scan_picture
from app.errors import WriteError
from app.io.atomic import check_free, check_not_input, written
from app.io.checksum import checksum
from app.io.pictures import Picture, read_picture


def synthesise(
    picture: Path,
    pigments: Sequence[Pigment],
    parameters: SynthesisParameters,
    out: Path,
    context: JobContext,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Make a scan of a picture and write it, with its truth, as HDF5.

    Reference spectra are mixed, or spectra of layers computed where the parameters have a recipe
    of layers.

    Parameters
    ----------
    picture
        Any picture that `app.io.pictures` reads.
    pigments
        What may be on the palette.
    out
        The new file, .h5.

    Raises
    ------
    AppError
        If the picture cannot be read, the pigments do not fit, or the output cannot be
        written; nothing is left behind then.
    """
    check_output(out, picture, overwrite=overwrite)
    made: SyntheticScan | PhysicalScan
    if parameters.physics is None:
        made = synthetic_scan(picture, pigments, parameters, context, name=out.stem)
        start = 0.1
    else:
        if parameters.hidden is not None:
            check_not_input([out], [parameters.hidden])
        made = physical_scan(picture, pigments, parameters, context, name=out.stem)
        start = 0.5
    write_synthetic(
        made,
        out,
        part_of(context.progress, start, 1.0),
        is_quick=parameters.is_quick,
        overwrite=overwrite,
    )
    return (out,)


def check_output(out: Path, source: Path, *, overwrite: bool) -> None:
    """Raise WriteError unless `out` may become a synthetic scan made from `source`."""
    if out.suffix.lower() != ".h5":
        raise WriteError(
            f"Cannot write {out.name}.",
            "A synthetic scan with its truth is an HDF5 file; expected a name ending in .h5.",
            "Choose such a name.",
            path=out,
        )
    check_free([out], overwrite=overwrite)
    check_not_input([out], [source])


def synthetic_scan(
    picture: Path,
    pigments: Sequence[Pigment],
    parameters: SynthesisParameters,
    context: JobContext,
    *,
    name: str,
) -> SyntheticScan:
    """The scan of a picture, its counts not yet drawn; takes the first tenth of the progress.

    Raises
    ------
    AppError
        If the picture cannot be read or the pigments do not fit.
    """
    context.progress(0.0, f"Reading {picture.name}")
    srgb = scan_picture(read_picture(picture).srgb, parameters)
    source = InputFile(picture.name, checksum((picture,)), picture.stat().st_size)
    made = generate(
        srgb,
        pigments,
        parameters.spectrum,
        parameters.recipe,
        changes=parameters.changes,
        details={
            "crop": None if parameters.crop is None else str(parameters.crop),
            "cols": parameters.cols,
            "step_mm": parameters.step_mm,
        },
        name=name,
        inputs=(source,),
        progress=part_of(context.progress, 0.0, 0.1),
    )
    step = parameters.step_mm
    acquisition = Acquisition(step_mm=(step, step), detectors=("computed",))
    return replace(made, cube=replace(made.cube, acquisition=acquisition))


def write_synthetic(
    made: SyntheticScan | PhysicalScan,
    out: Path,
    progress: Progress,
    *,
    is_quick: bool = False,
    overwrite: bool = False,
) -> None:
    """Draw the counts and write them with their truth.

    Raises
    ------
    WriteError
        If the output cannot be written; nothing is left behind then.
    """
    from app.io import native
    from app.io.physical_truth import write_physical_truth
    from app.io.truth import write_truth

    def write_more(group: Any) -> None:
        if isinstance(made, SyntheticScan):
            write_truth(group, made.truth, made.recipe)
        else:
            write_physical_truth(group, made.truth)

    with written(out, overwrite=overwrite) as beside:
        native.write_cube(
            made.cube,
            beside,
            progress,
            is_quick=is_quick,
            more=write_more,
        )


def opened_picture(path: Path, context: JobContext) -> Picture:
    """Read a picture; raises as `app.io.pictures.read_picture`."""
    context.progress(None, f"Reading {path.name}")
    return read_picture(path)


def sketched(
    srgb: NDArray[np.uint8], parameters: SynthesisParameters, context: JobContext
) -> Sketch:
    """The palette of a picture for the screen; a first look comes as an intermediate result.

    Parameters
    ----------
    srgb
        The whole picture, shape (rows, cols, 3), uint8.

    Raises
    ------
    ParameterError
        If it cannot be cut or made smaller like this.
    """
    picture = scan_picture(srgb, parameters)
    recipe = parameters.recipe
    # what likeness is computed with is loaded here, as the window asks for it while it is used
    similarities(np.zeros((1, 3)), np.zeros((1, 3)), recipe.similarity)
    return sketch(picture, recipe, context.partial, context.progress)
