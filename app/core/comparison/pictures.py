"""How alike two pictures are, in structure, in value and in colour.

The first picture is the reference (the target, the photograph), the second the one judged. All
scores are those of one picture; over several pictures average the scores, not the errors behind
them: the mean of PSNR is not the PSNR of the mean error.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.comparison.structural import StructuralSimilarity
from app.core.progress import Progress, no_progress
from app.errors import ParameterError

PADDED_ROWS, PADDED_COLS = 288, 384
"""Size to which pictures are brought in the padded protocol: what AIRES-CH's two-dimensional
networks give (384 × 288 with rows and columns exchanged)."""

SMALLEST_SHARE = 1e-7
"""Values are kept this far from 0 and 1 in the cross-entropy, as Keras does by default."""

_PIECE_PIXELS = 2**16


@dataclass(frozen=True, slots=True)
class PictureScores:
    """Scores of one pair of pictures, values 0 to 1 in three colour bands.

    Parameters
    ----------
    ssim, ms_ssim
        Mean over the bands; None where the picture is too small, see `StructuralScores`.
    psnr_db
        Peak signal-to-noise ratio, 10·log10(1 / MSE), dB; infinite for equal pictures.
    mse
        Mean squared error over pixels and bands.
    bce
        Binary cross-entropy, mean of −t ln p − (1−t) ln(1−p) with the reference's values t and
        the judged ones p, nats.
    bce_floor
        What the reference itself would score: its own entropy, below which no picture comes.
    """

    ssim: float | None
    ms_ssim: float | None
    psnr_db: float
    mse: float
    bce: float
    bce_floor: float

    @property
    def bce_excess(self) -> float:
        """Cross-entropy above what is possible, nats; 0 for equal pictures."""
        return self.bce - self.bce_floor


@dataclass(frozen=True, slots=True)
class ColourDifference:
    """CIEDE2000 over the pixels of two pictures; about 1 is just noticeable side by side.

    Parameters
    ----------
    mean, median
        Over all pixels.
    percentile_95
        95 % of the pixels are nearer than this.
    """

    mean: float
    median: float
    percentile_95: float


def check_same_size(
    first: NDArray[Any], second: NDArray[Any], names: tuple[str, str] = ("A", "B")
) -> None:
    """Raise ParameterError unless two pictures have as many rows and columns as each other."""
    if first.shape != second.shape:
        sizes = [
            f"{name} has {picture.shape[0]} × {picture.shape[1]} pixels"
            for name, picture in zip(names, (first, second), strict=True)
        ]
        raise ParameterError(
            "Pictures of different sizes cannot be compared.",
            f"{', '.join(sizes)} (rows × columns).",
            "Bring one to the size of the other first, and say so beside the scores.",
        )


def picture_scores(
    reference: NDArray[Any], judged: NDArray[Any], progress: Progress = no_progress
) -> PictureScores:
    """SSIM, MS-SSIM, PSNR, MSE and BCE of two pictures as they are.

    Parameters
    ----------
    reference, judged
        Shape (rows, cols, bands): uint8 of 0 to 255, or floats of 0 to 1.
    progress
        Told before every piece; may raise to stop.

    Raises
    ------
    ParameterError
        If the sizes differ.
    """
    check_same_size(reference, judged)
    rows, cols, bands = reference.shape
    structure = [StructuralSimilarity(cols) for _ in range(bands)]
    squares = crossed = floor = 0.0
    step = max(_PIECE_PIXELS // max(cols, 1), 1)
    for start in range(0, rows, step):
        progress(start / rows, f"Comparing row {start + 1} of {rows}")
        target, given = (_unit(item[start : start + step]) for item in (reference, judged))
        squares += float(((target - given) ** 2).sum())
        crossed += _cross_entropy(target, given)
        floor += _cross_entropy(target, target)
        for band, similarity in enumerate(structure):
            similarity.add(target[..., band], given[..., band])
    progress(1.0, "")
    size = max(reference.size, 1)
    mse = squares / size
    scores = [similarity.finish() for similarity in structure]
    return PictureScores(
        ssim=_mean([score.ssim for score in scores]),
        ms_ssim=_mean([score.ms_ssim for score in scores]),
        psnr_db=-10 * math.log10(mse) if mse > 0 else math.inf,
        mse=mse,
        bce=crossed / size,
        bce_floor=floor / size,
    )


def colour_difference(
    reference: NDArray[np.uint8], judged: NDArray[np.uint8], progress: Progress = no_progress
) -> ColourDifference:
    """CIEDE2000 of each pair of pixels, all weights 1.

    Parameters
    ----------
    reference, judged
        sRGB of shape (rows, cols, 3), uint8 or floats of 0 to 1; taken to Lab for D65 and 2°.

    Raises
    ------
    ParameterError
        If the sizes differ.

    Notes
    -----
    G. Sharma, W. Wu, E. N. Dalal, Color Res. Appl. 30 (2005) 21, doi:10.1002/col.20070.
    """
    from skimage.color import deltaE_ciede2000, rgb2lab

    check_same_size(reference, judged)
    rows, cols, _ = reference.shape
    differences = np.empty((rows, cols), np.float32)
    step = max(_PIECE_PIXELS // max(cols, 1), 1)
    for start in range(0, rows, step):
        progress(start / rows, f"Comparing colours of row {start + 1} of {rows}")
        part = slice(start, start + step)
        differences[part] = deltaE_ciede2000(
            rgb2lab(_unit(reference[part])), rgb2lab(_unit(judged[part]))
        )
    progress(1.0, "")
    median, high = np.percentile(differences, (50, 95))
    return ColourDifference(float(differences.mean(dtype=np.float64)), float(median), float(high))


def padded(picture: NDArray[Any]) -> NDArray[np.float64]:
    """A picture as AIRES-CH's two-dimensional networks would give it, values 0 to 1.

    Enlarged or reduced to fit 288 rows × 384 columns with its proportions kept (bilinear between
    pixel centres, without smoothing), centred, with black around it.

    Parameters
    ----------
    picture
        Shape (rows, cols, bands), uint8 or floats of 0 to 1.

    Returns
    -------
    ndarray
        Shape (288, 384, bands).
    """
    rows, cols, bands = picture.shape
    ratio = max(rows / PADDED_ROWS, cols / PADDED_COLS)
    # a picture of one line keeps it
    height, width = (max(math.floor(size / ratio), 1) for size in (rows, cols))
    top, left = (PADDED_ROWS - height) // 2, (PADDED_COLS - width) // 2
    frame = np.zeros((PADDED_ROWS, PADDED_COLS, bands))
    scaled = _resampled(_resampled(picture, height, axis=0), width, axis=1)
    frame[top : top + height, left : left + width] = scaled
    return frame


def _resampled(picture: NDArray[Any], size: int, axis: int) -> NDArray[np.float64]:
    """Linear between pixel centres along one axis; beyond the last centres their values."""
    length = picture.shape[axis]
    places = np.clip((np.arange(size) + 0.5) * length / size - 0.5, 0, length - 1)
    below = np.floor(places).astype(np.intp)
    share = (places - below).reshape([-1 if index == axis else 1 for index in range(3)])
    low = _unit(np.take(picture, below, axis))
    high = _unit(np.take(picture, np.minimum(below + 1, length - 1), axis))
    return np.asarray(low + share * (high - low))


def _unit(values: NDArray[Any]) -> NDArray[np.float64]:
    return values / 255.0 if values.dtype == np.uint8 else values.astype(np.float64)


def _cross_entropy(target: NDArray[np.float64], given: NDArray[np.float64]) -> float:
    kept = np.clip(given, SMALLEST_SHARE, 1 - SMALLEST_SHARE)
    return float(-(target * np.log(kept) + (1 - target) * np.log1p(-kept)).sum())


def _mean(scores: list[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None
