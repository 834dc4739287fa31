"""How near an answer comes to the truth of a trial, and whether it knows how near."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.comparison.pictures import colour_difference, padded, picture_scores
from app.learn.predictors import Answer
from app.learn.scenes import ELEMENTS
from app.learn.trials import Trial

Float32 = NDArray[np.float32]

WITHIN_90 = 1.6449
"""Standard deviations to either side of the mean that hold 90 % of a Gaussian."""

FIFTHS = 5

MEASURES: Mapping[str, str] = {
    "ssim": "SSIM",
    "ms_ssim": "MS-SSIM",
    "psnr_db": "PSNR / dB",
    "bce": "BCE",
    "bce_excess": "BCE above the picture's own",
    "mse": "MSE",
    "delta_e2000": "ΔE2000",
    "ssim_padded": "SSIM, padded",
    "ms_ssim_padded": "MS-SSIM, padded",
    "psnr_db_padded": "PSNR / dB, padded",
    "bce_padded": "BCE, padded",
    "mse_padded": "MSE, padded",
    "spearman": "rank correlation of doubt and error",
    "within_90": "errors within the 90 % told",
    "red_blue": "correlation of red − blue",
    "pixels_per_s": "points per second",
}
"""Numbers of an answer that tells colours, by key."""


def scores(trial: Trial, answer: Answer) -> dict[str, float | None]:
    """All numbers of an answer; None where one does not apply.

    Notes
    -----
    "Padded" is the protocol of AIRES-CH's networks for pictures: both pictures fitted into
    288 × 384 points with black around, which flatters. Averages over trials are of these
    numbers, as the published ones are.
    """
    found: dict[str, float | None] = dict.fromkeys(MEASURES)
    if answer.rgb is not None:
        found |= _of_colours(trial.rgb, answer.rgb)
        if answer.log_variance is not None:
            found |= _of_doubt(trial.rgb, answer.rgb, answer.log_variance)
    if answer.elements is not None:
        found |= _of_elements(trial, answer.elements)
    if answer.seconds:
        found["pixels_per_s"] = trial.rgb[..., 0].size / answer.seconds
    return found


def _of_colours(true: Float32, given: Float32) -> dict[str, float | None]:
    plain = picture_scores(true, given)
    found = {
        "ssim": plain.ssim,
        "ms_ssim": plain.ms_ssim,
        "psnr_db": plain.psnr_db,
        "bce": plain.bce,
        "bce_excess": plain.bce_excess,
        "mse": plain.mse,
        "delta_e2000": colour_difference(_eight_bits(true), _eight_bits(given)).mean,
        "red_blue": correlation(true[..., 0] - true[..., 2], given[..., 0] - given[..., 2]),
    }
    # points in a row are no picture
    return found if len(true) == 1 else found | _of_padded(true, given)


def _of_padded(true: Float32, given: Float32) -> dict[str, float | None]:
    framed = picture_scores(padded(true), padded(given))
    return {
        "ssim_padded": framed.ssim,
        "ms_ssim_padded": framed.ms_ssim,
        "psnr_db_padded": framed.psnr_db,
        "bce_padded": framed.bce,
        "mse_padded": framed.mse,
    }


def _eight_bits(rgb: Float32) -> NDArray[np.uint8]:
    return np.round(np.clip(rgb, 0, 1) * 255).astype(np.uint8)


def _of_doubt(true: Float32, given: Float32, log_variance: Float32) -> dict[str, float | None]:
    """Whether errors are as large as is told."""
    from scipy.stats import spearmanr

    apart = np.abs(true - given)
    error = (apart**2).mean(axis=2)
    told = np.exp(0.5 * log_variance.astype(np.float64))
    ranks = None
    if log_variance.std() > 0 and error.std() > 0:
        ranks = float(spearmanr(log_variance.ravel(), error.ravel()).statistic)
    return {
        "spearman": ranks,
        "within_90": float((apart <= WITHIN_90 * told[..., None]).mean()),
    }


def _of_elements(trial: Trial, given: Float32) -> dict[str, float | None]:
    """Correlation of each element's map with the truth, where it occurs."""
    total = trial.counts.sum(axis=2)
    found: dict[str, float | None] = {}
    for place, name in enumerate(ELEMENTS[: given.shape[2]]):
        true = trial.elements[..., place] * total
        found[f"r_{name}"] = correlation(true, given[..., place])
    return found


def correlation(true: NDArray[Any], given: NDArray[Any]) -> float | None:
    """Pearson's r; None where one of the two is even."""
    one, other = (np.asarray(item, np.float64).ravel() for item in (true, given))
    one, other = one - one.mean(), other - other.mean()
    size = np.sqrt((one**2).sum() * (other**2).sum())
    return float((one * other).sum() / size) if size > 1e-12 else None
