"""The task that makes a synthetic scan of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core import parameters as parameter_checks
from app.core.cube import Acquisition
from app.core.parameters import parameter
from app.core.pigments import Pigment
from app.core.progress import part_of
from app.core.provenance import InputFile
from app.core.synthesis.generate import SynthesisRecipe, SyntheticScan, generate
from app.engine.jobs import JobContext
from app.errors import ParameterError, WriteError
from app.io.atomic import check_free, check_not_input, written
from app.io.checksum import checksum
from app.io.pictures import read_picture

LARGEST_SIDE = 20_000


@dataclass(frozen=True, slots=True)
class SynthesisParameters:
    """What a synthetic scan is made from, besides its recipe.

    Raises
    ------
    ParameterError
        If a value is out of its limits.
    """

    recipe: SynthesisRecipe = SynthesisRecipe()  # noqa: RUF009 - frozen
    spectrum: str = parameter("Rh 50 kV", label="Reference spectra")
    cols: int = parameter(
        0,
        label="Columns",
        minimum=0,
        maximum=LARGEST_SIDE,
        help="0 keeps the picture's size; the rows follow.",
    )
    step_mm: float = parameter(0.5, label="Step", unit="mm", minimum=0.001, maximum=100, decimals=3)

    is_quick: bool = parameter(
        False,
        label="Working file",
        help="Packed with LZ4: quicker to write and read, but other programs need its plug-in.",
    )

    def __post_init__(self) -> None:
        parameter_checks.check(self)


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
    if out.suffix.lower() != ".h5":
        raise WriteError(
            f"Cannot write {out.name}.",
            "A synthetic scan with its truth is an HDF5 file; expected a name ending in .h5.",
            "Choose such a name.",
            path=out,
        )
    check_free([out], overwrite=overwrite)
    check_not_input([out], [picture])
    made = synthetic_scan(picture, pigments, parameters, context, name=out.stem)
    write_synthetic(made, out, context, is_quick=parameters.is_quick, overwrite=overwrite)
    return (out,)


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
    srgb = resized(read_picture(picture).srgb, parameters.cols)
    source = InputFile(picture.name, checksum((picture,)), picture.stat().st_size)
    made = generate(
        srgb,
        pigments,
        parameters.spectrum,
        parameters.recipe,
        name=name,
        inputs=(source,),
        progress=part_of(context.progress, 0.0, 0.1),
    )
    step = parameters.step_mm
    acquisition = Acquisition(step_mm=(step, step), detectors=("computed",))
    return replace(made, cube=replace(made.cube, acquisition=acquisition))


def write_synthetic(
    made: SyntheticScan,
    out: Path,
    context: JobContext,
    *,
    is_quick: bool = False,
    overwrite: bool = False,
) -> None:
    """Draw the counts and write them with their truth; takes the rest of the progress.

    Raises
    ------
    WriteError
        If the output cannot be written; nothing is left behind then.
    """
    from app.io import native
    from app.io.truth import write_truth

    with written(out, overwrite=overwrite) as beside:
        native.write_cube(
            made.cube,
            beside,
            part_of(context.progress, 0.1, 1.0),
            is_quick=is_quick,
            more=lambda group: write_truth(group, made.truth, made.recipe),
        )


def resized(picture: NDArray[np.uint8], cols: int) -> NDArray[np.uint8]:
    """The picture with so many columns, its pixels averaged; 0 leaves it as it is.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3), uint8.

    Raises
    ------
    ParameterError
        If it would have more rows or columns than a scan can have.
    """
    from PIL import Image

    rows = (
        picture.shape[0] if not cols else max(round(picture.shape[0] * cols / picture.shape[1]), 1)
    )
    size = (cols or picture.shape[1], rows)
    if max(size) > LARGEST_SIDE:
        raise ParameterError(
            "The scan would be too large.",
            f"Found {size[1]} rows and {size[0]} columns; at most {LARGEST_SIDE} of each.",
            "Give fewer columns.",
        )
    if size == (picture.shape[1], picture.shape[0]):
        return picture
    small = Image.fromarray(picture).resize(size, Image.Resampling.BOX)
    return np.asarray(small, np.uint8)
