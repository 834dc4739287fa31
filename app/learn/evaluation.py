"""Judges networks and the simplest rivals by the same pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.progress import Progress, no_progress
from app.learn.predictors import Answer, Predictor
from app.learn.scoring import scores
from app.learn.store import SceneStore
from app.learn.trials import (
    CONDITIONS,
    SMALL,
    Condition,
    Trial,
    TrialPlan,
    number_of_trials,
    trials,
)

PUBLISHED: Mapping[str, Mapping[str, float]] = {
    "v5": {"ssim": 0.388, "ms_ssim": 0.680, "psnr_db": 20.10, "bce": 0.636, "mse": 0.0138},
    "v6": {"ssim": 0.372, "ms_ssim": 0.677, "psnr_db": 20.08, "bce": 0.633, "mse": 0.0141},
    "v7": {"ssim": 0.356, "ms_ssim": 0.673, "psnr_db": 19.98, "bce": 0.629, "mse": 0.0146},
    "VGG": {"ssim": 0.733, "ms_ssim": 0.626, "psnr_db": 19.69, "bce": 0.480, "mse": 0.0159},
    "DilRes": {"ssim": 0.745, "ms_ssim": 0.669, "psnr_db": 21.10, "bce": 0.460, "mse": 0.0121},
}
"""What AIRES-CH (A. Bombini et al., Computers 2023) published of its networks, on its own scans,
which nobody else has: for orientation, never a comparison."""

Watch = Callable[[Trial, Predictor, Answer], None]

LOSSES = ("tungsten", "glass")
"""Conditions whose loss against `OWN` is told."""

OWN = "many"


def _unwatched(trial: Trial, predictor: Predictor, answer: Answer) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer to one trial.

    Parameters
    ----------
    network, title
        Who.
    picture, group, repeat, condition
        Which trial.
    values
        Its numbers.
    """

    network: str
    title: str
    picture: str
    group: str
    repeat: int
    condition: str
    values: Mapping[str, float | None]


def evaluate(
    predictors: Sequence[Predictor],
    store: SceneStore,
    plan: TrialPlan,
    conditions: tuple[Condition, ...] = CONDITIONS,
    progress: Progress = no_progress,
    watch: Watch = _unwatched,
) -> list[Row]:
    """Every predictor's numbers for every trial.

    Parameters
    ----------
    predictors
        Who is judged.
    store, plan, conditions
        Decide the trials.
    progress
        Told before each answer; may raise to stop.
    watch
        Told of every trial, who answered, and the answer.
    """
    rows: list[Row] = []
    number = number_of_trials(store, plan, conditions) * len(predictors)
    for trial in trials(store, plan, conditions):
        for predictor in predictors:
            told = f"{predictor.title}: {trial.picture}, {trial.condition.title}"
            progress(len(rows) / number, told)
            shown = plan.shown_to_slow(trial) if predictor.is_slow else trial
            answer = predictor.answer(shown)
            watch(shown, predictor, answer)
            rows.append(
                Row(
                    predictor.name,
                    predictor.title,
                    trial.picture,
                    trial.group,
                    trial.repeat,
                    trial.condition.key,
                    scores(shown, answer),
                )
            )
    return rows


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """Means and standard deviations over trials, by network, group of pictures and condition."""
    found: dict[str, Any] = {}
    is_mixed = len({row.group for row in rows}) > 1
    for row in rows:
        groups = found.setdefault(row.network, {"title": row.title, "groups": {}})["groups"]
        for group in (row.group, "all") if is_mixed else (row.group,):
            kept = groups.setdefault(group, {}).setdefault(row.condition, {"n": 0})
            kept["n"] += 1
            for key, value in row.values.items():
                if value is not None and np.isfinite(value):
                    kept.setdefault(key, []).append(value)
    for network in found.values():
        for conditions in network["groups"].values():
            for kept in conditions.values():
                for key, values in kept.items():
                    if key != "n":
                        kept[key] = _statistics(values)
    return found


def _statistics(values: Sequence[float]) -> dict[str, float]:
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return {"mean": round(float(np.mean(values)), 6), "sd": round(spread, 6)}


def psnr_of_small(rows: Sequence[Row]) -> dict[str, list[float | None]]:
    """PSNR of each small scan, dB, by network, in the order of the scans."""
    found: dict[str, list[float | None]] = {}
    for row in rows:
        if row.condition == SMALL:
            value = row.values.get("psnr_db")
            kept = None if value is None or not np.isfinite(value) else round(value, 4)
            found.setdefault(row.network, []).append(kept)
    return found


def losses(rows: Sequence[Row]) -> dict[str, dict[str, dict[str, float]]]:
    """By how much PSNR falls under scanners of a kind that nothing was learnt from.

    Returns
    -------
    dict
        By network and condition of `LOSSES`: mean and sd over pictures of the PSNR with 3 000
        counts of a known kind of scanner less that of the same painting in the condition, dB,
        and n.
    """
    by_trial: dict[tuple[str, str, int], dict[str, float]] = {}
    for row in rows:
        value = row.values.get("psnr_db")
        if value is not None and np.isfinite(value):
            place = (row.network, row.picture, row.repeat)
            by_trial.setdefault(place, {})[row.condition] = value
    found: dict[str, dict[str, list[float]]] = {}
    for (network, _, _), values in by_trial.items():
        for condition in LOSSES:
            if OWN in values and condition in values:
                kept = found.setdefault(network, {}).setdefault(condition, [])
                kept.append(values[OWN] - values[condition])
    return {
        network: {key: {"n": len(item), **_statistics(item)} for key, item in kept.items()}
        for network, kept in found.items()
    }
