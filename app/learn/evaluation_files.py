"""What was found of networks, as files: tables to read, every number, and means to go on with."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.errors import ParameterError
from app.io.atomic import written
from app.io.json_file import write_json
from app.learn.evaluation import Row, losses, psnr_of_small, summary
from app.learn.evaluation_tables import tables
from app.learn.judgement import Findings, Judged
from app.learn.store import SceneStore

BY_NETWORK = (
    *("titles", "networks", "losses_db", "psnr_db_of_small", "doubt"),
    *("paints", "groups", "novelty", "maps", "facts"),
)
"""Keys of evaluation.json whose values are by network."""

TABLE, NUMBERS, SUMMARY = "evaluation.md", "evaluation.csv", "evaluation.json"


def write_evaluation(
    found: Findings,
    folder: Path,
    facts: Mapping[str, Mapping[str, Any]],
    about: Mapping[str, Any],
    earlier: Mapping[str, Any] | None = None,
) -> tuple[Path, ...]:
    """Write every number of the pictures as CSV, means as JSON and the tables as Markdown.

    Parameters
    ----------
    found
        As `judgement.judge` gives it.
    folder
        Where to; files of an earlier evaluation are replaced.
    facts
        By network: size, parameters, training and what else is known of it.
    about
        How the trials were made.
    earlier
        Of another evaluation by the same trials, whose networks stand in the tables, too; those
        that were judged again, anew. The CSV has only what is new.

    Raises
    ------
    ParameterError
        If the earlier one was made by other trials.
    WriteError
        If the system refuses.
    """
    plain = plain_findings(found, facts, about)
    if earlier is not None:
        plain = joined(earlier, plain)
    paths = tuple(folder / name for name in (TABLE, NUMBERS, SUMMARY))
    with written(paths[0], overwrite=True) as beside:
        beside.write_text("\n".join(tables(plain)) + "\n", encoding="utf-8")
    _write_numbers(found.rows, paths[1])
    write_json(paths[2], plain)
    return paths


def plain_findings(
    found: Findings, facts: Mapping[str, Mapping[str, Any]], about: Mapping[str, Any]
) -> dict[str, Any]:
    """What the JSON file holds, and what `evaluation_tables.tables` takes."""
    return {
        "about": dict(about),
        "titles": dict(found.titles),
        "slow": list(found.slow),
        "networks": summary(found.rows),
        "losses_db": losses(found.rows),
        "psnr_db_of_small": psnr_of_small(found.rows),
        "doubt": found.doubt,
        "paints": found.paints,
        "groups": found.groups,
        "novelty": found.novelty,
        "maps": found.maps,
        "facts": {name: dict(values) for name, values in facts.items()},
    }


def check_same_trials(earlier: Mapping[str, Any], about: Mapping[str, Any]) -> None:
    """Raise ParameterError where an earlier evaluation is none, or of other trials."""
    told = earlier.get("about") if isinstance(earlier, Mapping) else None
    if not isinstance(told, Mapping) or not all(key in earlier for key in BY_NETWORK):
        raise ParameterError(
            "The earlier evaluation cannot be read.",
            "The file is no evaluation.json of this version.",
            "Give one that “velatura evaluate” wrote, or leave --beside out.",
        )
    other = [key for key in about if told.get(key) != about[key]]
    if other:
        raise ParameterError(
            "The earlier evaluation was made by other trials.",
            f"{other[0]}: found {told.get(other[0])!r}, now {about[other[0]]!r}.",
            "Judge all networks anew, or ask for the same trials.",
        )


def joined(earlier: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Two evaluations by the same trials as one; what is in both is the new one's.

    Parameters
    ----------
    earlier, new
        As `plain_findings` gives them.

    Raises
    ------
    ParameterError
        If they were made by different trials.
    """
    check_same_trials(earlier, new["about"])
    both: dict[str, Any] = {key: {**earlier[key], **new[key]} for key in BY_NETWORK}
    slow = [name for name in earlier["slow"] if name not in new["titles"]]
    return {**new, **both, "slow": [*slow, *new["slow"]]}


def without(found: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """An evaluation, as `plain_findings` gives it, but for some networks."""
    told = dict(found)
    for key in BY_NETWORK:
        told[key] = {name: value for name, value in found[key].items() if name not in names}
    told["slow"] = [name for name in found["slow"] if name not in names]
    return told


def plain_about(asked: Judged, store: SceneStore) -> dict[str, Any]:
    """How trials were made, for the record."""
    trials, paints, maps = asked.trials, asked.paints, asked.maps
    return {
        "seed": trials.seed,
        "parts": list(asked.parts),
        "conditions": [condition.key for condition in asked.conditions],
        "shorter_side": trials.shorter_side,
        "repeats": trials.repeats,
        "made_up": trials.made_up,
        "points_of_slow": trials.points_of_slow,
        "small": trials.small,
        "small_side": trials.small_side,
        "pictures": {role.value: list(names) for role, names in store.roles.items()},
        "checksums": dict(store.checksums),
        "paint_outs": {
            "side": paints.side,
            "scanners": paints.scanners,
            "counts": paints.counts,
            "seed": paints.seed,
        },
        "maps": {
            "rows": maps.rows,
            "cols": maps.cols,
            "panels": maps.panels,
            "seed": maps.seed,
        },
    }


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
