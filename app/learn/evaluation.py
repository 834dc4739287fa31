"""Judges networks and the simplest rivals by the same trials, and writes the tables."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.core.progress import Progress, no_progress
from app.io.atomic import written
from app.io.json_file import write_json
from app.learn.predictors import Predictor
from app.learn.scoring import MEASURES, scores
from app.learn.store import SceneStore
from app.learn.trials import CONDITIONS, Condition, TrialPlan, number_of_trials, trials

TABLE, NUMBERS, SUMMARY = "evaluation.md", "evaluation.csv", "evaluation.json"

PUBLISHED: Mapping[str, Mapping[str, float]] = {
    "v5": {"ssim": 0.388, "ms_ssim": 0.680, "psnr_db": 20.10, "bce": 0.636, "mse": 0.0138},
    "v6": {"ssim": 0.372, "ms_ssim": 0.677, "psnr_db": 20.08, "bce": 0.633, "mse": 0.0141},
    "v7": {"ssim": 0.356, "ms_ssim": 0.673, "psnr_db": 19.98, "bce": 0.629, "mse": 0.0146},
    "VGG": {"ssim": 0.733, "ms_ssim": 0.626, "psnr_db": 19.69, "bce": 0.480, "mse": 0.0159},
    "DilRes": {"ssim": 0.745, "ms_ssim": 0.669, "psnr_db": 21.10, "bce": 0.460, "mse": 0.0121},
}
"""What AIRES-CH (A. Bombini et al., Computers 2023) published of its networks, on its own scans,
which nobody else has: for orientation, never a comparison."""

_SHOWN = ("ssim", "ms_ssim", "psnr_db", "bce", "mse", "delta_e2000", "spearman", "within_90")
_SHOWN_PADDED = ("ssim_padded", "ms_ssim_padded", "psnr_db_padded", "bce_padded", "mse_padded")
_ELEMENTS = "r_"


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
    """
    rows: list[Row] = []
    number = number_of_trials(store, plan, len(conditions)) * len(predictors)
    for trial in trials(store, plan, conditions):
        for predictor in predictors:
            told = f"{predictor.title}: {trial.picture}, {trial.condition.title}"
            progress(len(rows) / number, told)
            rows.append(
                Row(
                    predictor.name,
                    predictor.title,
                    trial.picture,
                    trial.group,
                    trial.repeat,
                    trial.condition.key,
                    scores(trial, predictor.answer(trial)),
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


def write_evaluation(
    rows: Sequence[Row],
    folder: Path,
    facts: Mapping[str, Mapping[str, Any]],
    about: Mapping[str, Any],
) -> tuple[Path, ...]:
    """Write every number as CSV, means as JSON and the tables as Markdown.

    Parameters
    ----------
    rows
        As `evaluate` gives them.
    folder
        Where to; files of an earlier evaluation are replaced.
    facts
        By network: size, parameters, training and what else is known of it.
    about
        How the trials were made.

    Raises
    ------
    WriteError
        If the system refuses.
    """
    means = summary(rows)
    paths = tuple(folder / name for name in (TABLE, NUMBERS, SUMMARY))
    text = "\n".join(_tables(means, facts))
    with written(paths[0], overwrite=True) as beside:
        beside.write_text(text + "\n", encoding="utf-8")
    _write_numbers(rows, paths[1])
    write_json(paths[2], {"about": dict(about), "networks": means, "facts": dict(facts)})
    return paths


def _write_numbers(rows: Sequence[Row], path: Path) -> None:
    keys = list(dict.fromkeys(key for row in rows for key in row.values))
    with (
        written(path, overwrite=True) as beside,
        beside.open("w", encoding="utf-8", newline="") as stream,
    ):
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["network", "picture", "group", "repeat", "condition", *keys])
        for row in rows:
            values = [row.values.get(key) for key in keys]
            writer.writerow(
                [row.network, row.picture, row.group, row.repeat, row.condition]
                + ["" if value is None else f"{value:.6g}" for value in values]
            )


def _tables(means: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    """The tables, line by line."""
    groups = list(dict.fromkeys(group for item in means.values() for group in item["groups"]))
    conditions = [item for item in CONDITIONS if any(_has(means, item.key))]
    for group in groups:
        for condition in conditions:
            n = max(_numbers_of(means, group, condition.key), default=0)
            yield f"## {group.capitalize()}: {condition.title} (n = {n})\n"
            yield from _table(means, group, condition.key, _SHOWN)
            yield "\nFitted into 288 × 384 points with black around, as AIRES-CH scores:\n"
            yield from _table(means, group, condition.key, _SHOWN_PADDED)
            yield ""
    yield "## Published by AIRES-CH, measured on other data: no comparison\n"
    keys = ("ssim", "ms_ssim", "psnr_db", "bce", "mse")
    yield from _lines(
        ("network", *(MEASURES[key] for key in keys)),
        [(name, *(f"{values[key]:g}" for key in keys)) for name, values in PUBLISHED.items()],
    )
    yield "\n## The networks\n"
    names = list(dict.fromkeys(key for item in facts.values() for key in item))
    yield from _lines(
        ("network", *names),
        [(name, *(str(item.get(key, "")) for key in names)) for name, item in facts.items()],
    )


def _has(means: Mapping[str, Any], condition: str) -> Iterable[bool]:
    return (
        condition in conditions for item in means.values() for conditions in item["groups"].values()
    )


def _numbers_of(means: Mapping[str, Any], group: str, condition: str) -> list[int]:
    return [
        item["groups"][group][condition]["n"]
        for item in means.values()
        if condition in item["groups"].get(group, {})
    ]


def _table(
    means: Mapping[str, Any], group: str, condition: str, keys: Sequence[str]
) -> Iterable[str]:
    """Networks by rows, numbers by columns, best PSNR first."""
    lines = []
    for item in means.values():
        values = item["groups"].get(group, {}).get(condition, {})
        extra = [key for key in values if key.startswith(_ELEMENTS)]
        if not any(key in values for key in keys) and not extra:
            continue
        shown = [_shown(values.get(key)) for key in keys]
        order = values.get(keys[2], {}).get("mean", -1.0)
        told = ", ".join(f"{key[2:]} {values[key]['mean']:.3f}" for key in extra)
        title = f"{item['title']} (r of maps: {told})" if told else item["title"]
        lines.append((order, (title, *shown)))
    lines.sort(key=lambda line: -line[0])
    titles = [MEASURES[key].removesuffix(", padded") for key in keys]
    yield from _lines(("network", *titles), [line for _, line in lines])


def _shown(value: Mapping[str, float] | None) -> str:
    if value is None:
        return "–"
    digits = 2 if abs(value["mean"]) >= 5 else 3
    digits = 4 if abs(value["mean"]) < 0.1 else digits
    return f"{value['mean']:.{digits}f} ± {value['sd']:.{digits}f}"


def _lines(head: Sequence[str], body: Sequence[Sequence[str]]) -> Iterable[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for line in body:
        yield "| " + " | ".join(line) + " |"


def plain_about(plan: TrialPlan, store: SceneStore) -> dict[str, Any]:
    """How trials were made, for the record."""
    return {
        "seed": plan.seed,
        "shorter_side": plan.shorter_side,
        "repeats": plan.repeats,
        "made_up": plan.made_up,
        "pictures": {role.value: list(names) for role, names in store.roles.items()},
        "checksums": dict(store.checksums),
    }
