"""Whether errors are as large as networks say, over the points of all pictures together."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.learn.predictors import Answer
from app.learn.scoring import FIFTHS, WITHIN_90
from app.learn.trials import Trial

Float32 = NDArray[np.float32]

_BANDS = 3
_SEED = 1
# at most so many of each picture
_POINTS = 4000


@dataclass(slots=True)
class DoubtLog:
    """Collects what one network says of pictures, by condition."""

    _found: dict[str, list[tuple[Float32, Float32]]] = field(default_factory=dict)

    def add(self, trial: Trial, answer: Answer) -> None:
        """Take an answer; one without colour or doubt is passed over."""
        if answer.rgb is None or answer.log_variance is None:
            return
        doubt = answer.log_variance.reshape(-1)
        apart = np.abs(trial.rgb - answer.rgb).reshape(-1, 3)
        # evenly over the picture
        kept = np.linspace(0, len(doubt) - 1, min(len(doubt), _POINTS)).astype(np.intp)
        self._found.setdefault(trial.condition.key, []).append((doubt[kept], apart[kept]))

    def summary(self) -> dict[str, Any]:
        """By condition what `calibration` gives."""
        return {
            condition: calibration(*(np.concatenate(part) for part in zip(*parts, strict=True)))
            for condition, parts in self._found.items()
        }


def calibration(log_variance: Float32, apart: Float32) -> dict[str, Any]:
    """How errors go with the doubt that was told.

    Parameters
    ----------
    log_variance
        Natural logarithm of the variance told, of values of 0 to 1, shape (points,).
    apart
        Absolute errors of the bands, shape (points, bands).

    Returns
    -------
    dict
        `n`, points; `within_90`, share of the errors within the 90 % told (Gaussian);
        `spearman`, rank correlation of doubt and mean squared error, None where all doubts are
        the same; `spearman_if_right`, what it would be were errors independent Gaussians of
        the variance told, as chance keeps it below 1 whatever a network knows; `told_rms` and
        `found_rms`, root of the mean variance told and of the mean squared error in fifths of
        the points, the surest first.
    """
    from scipy.stats import spearmanr

    doubt = log_variance.astype(np.float64)
    variance = np.exp(doubt)
    square = (apart.astype(np.float64) ** 2).mean(axis=1)
    fifths = np.array_split(np.argsort(doubt, kind="stable"), FIFTHS)
    ranks = right = None
    if np.ptp(doubt) > 0 and np.ptp(square) > 0:
        ranks = round(float(spearmanr(doubt, square).statistic), 4)
        drawn = np.random.default_rng(_SEED).normal(size=(len(doubt), _BANDS))
        chance = (drawn**2).mean(axis=1) * variance
        right = round(float(spearmanr(doubt, chance).statistic), 4)
    within = apart <= WITHIN_90 * np.sqrt(variance)[:, None]
    return {
        "n": len(doubt),
        "within_90": round(float(within.mean()), 4),
        "spearman": ranks,
        "spearman_if_right": right,
        "told_rms": [_root(variance[rows]) for rows in fifths],
        "found_rms": [_root(square[rows]) for rows in fifths],
    }


def _root(values: NDArray[np.float64]) -> float | None:
    """Root of a mean; None of nothing."""
    return round(float(np.sqrt(values.mean())), 4) if len(values) else None
