"""The task that makes a synthetic scan of layers of paint."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.pigments import Pigment
from app.core.progress import part_of
from app.core.provenance import InputFile
from app.core.synthesis.physical import PhysicalPlan, paint_physically
from app.core.synthesis.physical_truth import PhysicalScan
from app.core.synthesis.plan import SynthesisParameters
from app.engine.instruments import Instruments
from app.engine.jobs import JobContext
from app.engine.scan_picture import scan_picture
from app.errors import ParameterError
from app.io.checksum import checksum
from app.io.pictures import read_picture


def physical_scan(
    picture: Path,
    pigments: Sequence[Pigment],
    parameters: SynthesisParameters,
    context: JobContext,
    *,
    name: str,
) -> PhysicalScan:
    """The scan of layers of paint, its counts not yet drawn; takes half of the progress.

    Raises
    ------
    AppError
        If a picture cannot be read, the instrument is not known, or the pigments or the layers
        cannot be computed with.
    """
    physics = parameters.physics
    if physics is None:
        raise ParameterError(
            "Layers need a recipe.",
            "The parameters say nothing of layers, so reference spectra would be mixed.",
            "Give a recipe of layers.",
        )
    instrument = Instruments().named(physics.instrument)
    context.progress(0.0, f"Reading {picture.name}")
    srgb = scan_picture(read_picture(picture).srgb, parameters)
    inputs = [_input(picture)]
    hidden = None
    if parameters.hidden is not None:
        hidden = covering(read_picture(parameters.hidden).srgb, srgb.shape[:2])
        inputs.append(_input(parameters.hidden))
    crop, step = parameters.crop, parameters.step_mm
    made = paint_physically(
        srgb,
        pigments,
        PhysicalPlan(instrument, parameters.recipe, physics, parameters.changes),
        hidden=hidden,
        details={
            "crop": None if crop is None else str(crop),
            "cols": parameters.cols,
            "step_mm": step,
            "hidden": None if parameters.hidden is None else parameters.hidden.name,
        },
        name=name,
        inputs=tuple(inputs),
        progress=part_of(context.progress, 0.0, 0.5),
    )
    acquisition = replace(made.cube.acquisition, step_mm=(step, step))
    return PhysicalScan(replace(made.cube, acquisition=acquisition), made.truth)


def covering(picture: NDArray[np.uint8], size: tuple[int, ...]) -> NDArray[np.uint8]:
    """The middle of a picture at the size of the scan.

    Parameters
    ----------
    picture
        sRGB, shape (rows, cols, 3), uint8. What is too high or too wide for the scan's shape is
        left out on both sides alike.
    size
        Rows and columns of the scan.
    """
    from PIL import Image, ImageOps

    fitted = ImageOps.fit(Image.fromarray(picture), (size[1], size[0]), Image.Resampling.BOX)
    return np.asarray(fitted, np.uint8)


def _input(path: Path) -> InputFile:
    return InputFile(path.name, checksum((path,)), path.stat().st_size)
