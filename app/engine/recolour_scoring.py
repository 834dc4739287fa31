"""Predicted colours scored against a picture of the painting, a photograph as a rule."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.comparison.pictures import PictureScores
from app.core.recolouring.recoloured import Recoloured
from app.engine.jobs import JobContext
from app.engine.recolour_asking import judged
from app.errors import ParameterError
from app.io.pictures import read_picture

_SAME_PROPORTION = 0.02


@dataclass(frozen=True, slots=True)
class ColourScore:
    """One score.

    Parameters
    ----------
    name
        As "SSIM".
    value
        None where it is not defined for a picture of this size.
    unit
        Empty where it has none.
    meaning
        Its definition and limits.
    """

    name: str
    value: float | None
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ColourScores:
    """How near predicted colours come to a picture's.

    Parameters
    ----------
    reference
        Name of the picture's file.
    scores
        Of the pictures as they are.
    padded
        As AIRES-CH scores its two-dimensional networks; not to be compared with the others.
    notes
        What was done with the picture before, a sentence each.
    """

    reference: str
    scores: tuple[ColourScore, ...]
    padded: tuple[ColourScore, ...]
    notes: tuple[str, ...]


def score_against(
    found: Recoloured, reference: Path, shape: tuple[int, int], context: JobContext
) -> ColourScores:
    """Score a recoloured picture.

    Parameters
    ----------
    found
        With colours for every pixel of its region.
    reference
        A picture of the whole scan's area, or of the region's; of another size but the same
        proportions it is brought to the size by averaging, which the notes say.
    shape
        Rows and columns of the scan.

    Raises
    ------
    AppError
        If the picture cannot be read, its proportions differ by more than 2 %, or some pixels
        have no predicted colour.
    """
    read = read_picture(reference)
    target, notes = _fitted(read.srgb, found, shape, reference.name)
    told = judged(found, target, context)
    colours = told.difference
    nearness = (
        ("ΔE2000, mean", colours.mean, "", "CIEDE2000 over all pixels; 0 is equal"),
        ("ΔE2000, median", colours.median, "", "half of the pixels are nearer"),
        ("ΔE2000, 95 %", colours.percentile_95, "", "95 % of the pixels are nearer"),
    )
    return ColourScores(
        reference.name,
        (*_rows(told.native), *(ColourScore(*item) for item in nearness)),
        _rows(told.padded),
        (*read.notes, *notes),
    )


def _rows(scores: PictureScores) -> tuple[ColourScore, ...]:
    told = (
        ("SSIM", scores.ssim, "", "structural similarity, 1 for equal pictures; 11 × 11, σ 1.5"),
        ("MS-SSIM", scores.ms_ssim, "", "the same on five scales; needs 161 rows and columns"),
        ("PSNR", scores.psnr_db, "dB", "10·log10(1 / MSE); higher is nearer"),
        ("MSE", scores.mse, "", "mean squared error of the bands, 0 to 1"),
        ("BCE", scores.bce, "nats", "binary cross-entropy of the bands"),
        ("BCE above its floor", scores.bce_excess, "nats", "0 for equal pictures"),
    )
    return tuple(ColourScore(*item) for item in told)


def _fitted(
    picture: NDArray[np.uint8], found: Recoloured, shape: tuple[int, int], name: str
) -> tuple[NDArray[np.uint8], list[str]]:
    """The picture at the size of what was recoloured, and what was done to it."""
    region, size = found.region, found.rgb.shape[:2]
    if picture.shape[:2] == size:
        return picture, []
    notes = []
    if _differs(picture.shape[:2], shape) and not _differs(picture.shape[:2], size):
        return _scaled(picture, size), [_scaled_note(picture, size)]
    if _differs(picture.shape[:2], shape):
        rows, cols = picture.shape[:2]
        raise ParameterError(
            "This picture does not show what was scanned.",
            f"{name} has {rows} × {cols} pixels, the scan {shape[0]} × {shape[1]} (rows × "
            "columns); expected the same proportions within 2 %.",
            "Crop the picture to the scan's area first.",
        )
    if picture.shape[:2] != shape:
        notes.append(_scaled_note(picture, shape))
        picture = _scaled(picture, shape)
    part = picture[region.row_start : region.row_stop, region.col_start : region.col_stop]
    if region.pixels < shape[0] * shape[1]:
        notes.append("Only the recoloured region of it is looked at.")
    return part, notes


def _scaled_note(picture: NDArray[np.uint8], shape: tuple[int, ...]) -> str:
    rows, cols = picture.shape[:2]
    return (
        f"The picture was brought from {rows} × {cols} to {shape[0]} × {shape[1]} pixels (rows × "
        "columns) by averaging; it was not registered to the scan."
    )


def _differs(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Whether two sizes are of other proportions."""
    ratio = (first[0] * second[1]) / max(first[1] * second[0], 1)
    return abs(ratio - 1) > _SAME_PROPORTION


def _scaled(picture: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    from skimage.transform import resize

    smaller = resize(picture, (*shape[:2], 3), order=1, anti_aliasing=True, preserve_range=True)
    return np.rint(np.clip(smaller, 0, 255)).astype(np.uint8)
