"""Tables of an evaluation in Markdown, from what its JSON file holds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.learn.evaluation import PUBLISHED
from app.learn.scoring import MEASURES
from app.learn.trials import CONDITIONS, SMALL_FOR_SLOW

NAMED = (
    "vermilion",
    "lead-tin-yellow-i",
    "smalt",
    "cobalt-blue",
    "chrome-yellow",
    "viridian",
)
"""Paints whose colours are told one by one."""

_SHOWN = ("ssim", "ms_ssim", "psnr_db", "bce", "mse", "delta_e2000", "spearman", "within_90")
_SHOWN_PADDED = ("ssim_padded", "ms_ssim_padded", "psnr_db_padded", "bce_padded", "mse_padded")


def tables(found: Mapping[str, Any]) -> Iterable[str]:
    """All tables, line by line.

    Parameters
    ----------
    found
        As `evaluation_files.plain_findings` gives it, or read from evaluation.json.
    """
    yield from _slow(found)
    yield from _pictures(found["networks"])
    yield from _losses(found)
    yield from _doubt(found)
    yield from _paints(found)
    yield from _groups(found)
    yield from _maps(found)
    yield from _novelty(found)
    yield "## Published by AIRES-CH, measured on other data: no comparison\n"
    keys = ("ssim", "ms_ssim", "psnr_db", "bce", "mse")
    yield from _lines(
        ("network", *(MEASURES[key] for key in keys)),
        [(name, *(f"{values[key]:g}" for key in keys)) for name, values in PUBLISHED.items()],
    )
    yield "\n## The networks\n"
    facts = found["facts"]
    names = list(dict.fromkeys(key for item in facts.values() for key in item))
    yield from _lines(
        ("network", *names, "points per second"),
        [
            (
                name,
                *(str(item.get(key, "")) for key in names),
                _plain(_speed(found["networks"].get(name)), 0),
            )
            for name, item in facts.items()
        ],
    )


def _slow(found: Mapping[str, Any]) -> Iterable[str]:
    slow = [found["titles"][name] for name in found["slow"]]
    if slow:
        points = found["about"]["points_of_slow"]
        yield (
            f"Too slow for every point of a picture: {', '.join(slow)}. Judged by "
            f"{points} points of each, of small scans by {points // SMALL_FOR_SLOW}, the same for "
            "all, and so without SSIM and the padded scores.\n"
        )


def _speed(item: Mapping[str, Any] | None) -> float | None:
    """Points per second, mean over all conditions; None where nobody looked."""
    if item is None:
        return None
    speeds = [
        (values["n"], values["pixels_per_s"]["mean"])
        for group, conditions in item["groups"].items()
        for values in conditions.values()
        if group != "all" and "pixels_per_s" in values
    ]
    number = sum(n for n, _ in speeds)
    return sum(n * mean for n, mean in speeds) / number if number else None


def _pictures(means: Mapping[str, Any]) -> Iterable[str]:
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


def _losses(found: Mapping[str, Any]) -> Iterable[str]:
    if not found["losses_db"]:
        return
    yield "## Loss of PSNR under a tube that nothing was learnt from, dB, mean ± sd over pictures\n"
    keys = [item for item in CONDITIONS if any(item.key in n for n in found["losses_db"].values())]
    yield from _lines(
        ("network", *(item.title for item in keys)),
        [
            (found["titles"][name], *(_shown(values.get(item.key)) for item in keys))
            for name, values in found["losses_db"].items()
        ],
    )
    yield ""


def _doubt(found: Mapping[str, Any]) -> Iterable[str]:
    if not found["doubt"]:
        return
    yield "## Doubt and error, over the points of all pictures\n"
    yield (
        "Fifths of the points, the surest first: root of the mean variance told → root of the "
        "mean squared error.\n"
    )
    titles = {item.key: item.title for item in CONDITIONS}
    body = []
    for name, conditions in found["doubt"].items():
        for key, values in conditions.items():
            pairs = zip(values["told_rms"], values["found_rms"], strict=True)
            fifths = [f"{_plain(told, 3)} → {_plain(error, 3)}" for told, error in pairs]
            body.append(
                (
                    found["titles"][name],
                    titles[key],
                    f"{100 * values['within_90']:.1f} %",
                    _plain(values["spearman"], 2),
                    _plain(values["spearman_if_right"], 2),
                    *fifths,
                )
            )
    fifths = [f"fifth {number + 1}" for number in range(5)]
    head = ("network", "measured", "within 90 %", "rank correlation", "were doubt right", *fifths)
    yield from _lines(head, body)
    yield ""


def _paints(found: Mapping[str, Any]) -> Iterable[str]:
    grounds = dict.fromkeys(ground for item in found["paints"].values() for ground in item)
    for ground in grounds:
        yield f"## Pure paints on {ground.replace('-', ' ')}, {_counts(found)}\n"
        body = []
        for name, item in found["paints"].items():
            values = item[ground]
            apart = values["delta_e2000"]
            body.append(
                (
                    found["titles"][name],
                    _plain(values["red_blue"], 2),
                    _plain(values["luminance"], 2),
                    _plain(values["mse"], 3),
                    _plain(values["delta_e2000_mean"], 1),
                    *(_plain(apart.get(key), 1) for key in NAMED),
                )
            )
        named = [f"ΔE2000 of {key.replace('-', ' ')}" for key in NAMED]
        head = ("network", "r of red − blue", "r of luminance", "MSE", "mean ΔE2000", *named)
        yield from _lines(head, body)
        yield ""


def _counts(found: Mapping[str, Any]) -> str:
    return f"{found['about']['paint_outs']['counts']:,.0f} counts".replace(
        ",", "\N{NO-BREAK SPACE}"
    )


def _groups(found: Mapping[str, Any]) -> Iterable[str]:
    if not found["groups"]:
        return
    yield f"## Pigments that one spectrum does not tell apart, {_counts(found)}\n"
    yield (
        "ΔE2000 of two members' colours, of what is said of two members, and of what is said to "
        "the members' mean colour; and the share of members' bands in the 90 % told.\n"
    )
    body = [
        (
            found["titles"][name],
            ground.replace("-", " "),
            group,
            _plain(values["colours_apart"], 1),
            _plain(values["answers_apart"], 1),
            _plain(values["to_mean"], 1),
            "–" if values["covered"] is None else f"{100 * values['covered']:.0f} %",
        )
        for name, grounds in found["groups"].items()
        for ground, groups in grounds.items()
        for group, values in groups.items()
    ]
    head = ("network", "ground", "group", "colours apart", "answers apart", "to the mean", "held")
    yield from _lines(head, body)
    yield ""


def _maps(found: Mapping[str, Any]) -> Iterable[str]:
    conditions = dict.fromkeys(key for item in found["maps"].values() for key in item)
    for condition in conditions:
        counts = condition.removeprefix("counts_")
        yield f"## Maps of elements at {counts} counts: r with the truth\n"
        elements = list(
            dict.fromkeys(key for item in found["maps"].values() for key in item[condition])
        )
        yield from _lines(
            ("", *elements),
            [
                (found["titles"][name], *(_plain(item[condition].get(key), 3) for key in elements))
                for name, item in found["maps"].items()
            ],
        )
        yield ""


def _novelty(found: Mapping[str, Any]) -> Iterable[str]:
    if not found["novelty"]:
        return
    yield "## New materials: AUROC of the novelty of pigments that were left out\n"
    body = [
        (found["titles"][name], item.replace("-", " "), _plain(value, 3))
        for name, values in found["novelty"].items()
        for item, value in values.items()
    ]
    yield from _lines(("network", "pigment", "AUROC"), body)
    yield ""


def _plain(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


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
        if not any(key in values for key in keys):
            continue
        shown = [_shown(values.get(key)) for key in keys]
        order = values.get(keys[2], {}).get("mean", -1.0)
        lines.append((order, (item["title"], *shown)))
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
