"""Make the manual's page of the networks anew, from an evaluation of the shipped files.

Run from the top of the repository:

    velatura evaluate [models TRAININGS…] --pictures PAINTINGS --out evaluation
    python -m resources.manual.make_networks_page evaluation/evaluation.json

Every number of the page is the evaluation's; its words stand in `networks_words.py`, among them
what was seen on a real painting, written by who looked.
"""

import argparse
import json
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.learn.evaluation import PUBLISHED  # noqa: E402
from app.learn.trials import SMALL_FOR_SLOW  # noqa: E402
from resources.manual.networks_small import small_scans  # noqa: E402
from resources.manual.networks_words import (  # noqa: E402
    GROUPS,
    HANDS,
    NAMED,
    SEEN,
    TEXT,
    WHICH,
)
from resources.manual.page_parts import SPACE, mean_of, number, said, table, title_of  # noqa: E402

FOLDER = Path(__file__).parent
PAGE = "07-networks.md"
MODELS = ROOT / "models"

_WIDTH = 100
_AS_IT_IS = ("|", "    ", "#")
_SHORT = {
    "small": "small scans",
    "many": "3 000 counts",
    "few": "300 counts",
    "axis": "axis +1 %, +30 eV",
    "random": "random scanner",
    "tungsten": "tungsten tube",
    "glass": "tungsten, glass",
}
_NATIVE = {"ssim": "SSIM", "ms_ssim": "MS-SSIM", "psnr_db": "PSNR / dB", "bce": "BCE", "mse": "MSE"}
_DIGITS = {"ssim": 3, "ms_ssim": 3, "psnr_db": 1, "bce": 3, "mse": 4}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, replacing an older one; the exit code."""
    parser = argparse.ArgumentParser(description="Make the manual's page of the networks anew.")
    parser.add_argument("evaluation", type=Path)
    parser.add_argument("--into", type=Path, default=FOLDER, metavar="FOLDER")
    asked = parser.parse_args(arguments)
    found: dict[str, Any] = json.loads(asked.evaluation.read_text("utf-8"))
    (asked.into / PAGE).write_text(page(found), "utf-8")
    return 0


def page(found: Mapping[str, Any]) -> str:
    """The page of an evaluation.

    Parameters
    ----------
    found
        What evaluation.json holds: `about`, `titles`, `networks`, `losses_db`, `doubt`, `paints`,
        `groups`, `novelty`, `maps` and `facts`.
    """
    parts = {
        "facts": _facts(found),
        "which": " ".join(words for name, words in WHICH.items() if name in found["facts"]),
        "about": _about(found["about"]),
        "rivals": _rivals(found) + _slow(found),
        "small": small_scans(found),
        "conditions": _conditions(found),
        "losses": _losses(found),
        "native": _random(found, ""),
        "padded": _random(found, "_padded"),
        "published": _published(),
        "doubt": _doubt(found),
        "paints": _paints(found),
        "groups": _degenerate(found),
        "novelty": _novelty(found),
        "maps": _maps(found),
        "seen": _seen(found),
    }
    text = TEXT.format(**parts).rstrip() + "\n"
    return "\n".join(_wrapped(line) for line in _paragraphs(text))


def _paragraphs(text: str) -> list[str]:
    """Each paragraph and item of a list in one line; tables and commands line by line."""
    found: list[str] = []
    is_open = False
    for line in text.split("\n"):
        is_plain = bool(line) and not line.startswith(_AS_IT_IS)
        if is_plain and is_open and not line.startswith("- "):
            found[-1] += f" {line}"
        else:
            found.append(line)
        is_open = is_plain
    return found


def _wrapped(line: str) -> str:
    """A line of the page; tables and commands stay as they are."""
    if line.startswith(_AS_IT_IS):
        return line
    inner = "  " if line.startswith("- ") else ""
    return textwrap.fill(
        line, _WIDTH, subsequent_indent=inner, break_long_words=False, break_on_hyphens=False
    )


def _facts(found: Mapping[str, Any]) -> str:
    head = (
        "network",
        "comes along",
        "MB",
        "parameters",
        "million operations per point",
        "training",
    )
    keys = ("megabytes", "parameters", "mflop_per_point")
    body = [
        (
            title_of(found, name),
            "yes" if (MODELS / f"{name}.onnx").is_file() else "no",
            *(said(values.get(key)) for key in keys),
            # when it was best and why it ended are on its card
            said(str(values.get("training", "")).split(", best", 1)[0]),
        )
        for name, values in found["facts"].items()
    ]
    return table(head, body)


def _about(about: Mapping[str, Any]) -> str:
    pictures = about.get("pictures", {}).get("test", ())
    names = " and ".join(name.replace("_", " ") for name in pictures)
    made_up = f"{about['made_up']} made-up pictures"
    kept = f"{names} in random palettes, and of {made_up}" if names else made_up
    small = (
        f" Then {about['small']} small scans of {about['small_side']} × {about['small_side']} "
        "points, parts of these paintings and made-up ones in turn, each with a palette, a "
        "scanner, 1 000 to 50 000 counts and an error of the axis of its own."
        if about.get("small")
        else ""
    )
    often = "once" if about["repeats"] == 1 else f"{about['repeats']} times"
    return (
        f"Synthetic scans of {kept}, each {often} with paints and a scanner of its own, shorter "
        f"side {about['shorter_side']} points, seed {about['seed']}.{small}"
    )


def _rivals(found: Mapping[str, Any]) -> str:
    others = [title for name, title in found["titles"].items() if name not in found["facts"]]
    if not others:
        return ""
    return f"Beside the networks stand the simplest rivals: {', '.join(others).lower()}. "


def _slow(found: Mapping[str, Any]) -> str:
    slow = [found["titles"][name] for name in found["slow"]]
    if not slow:
        return ""
    points = found["about"]["points_of_slow"]
    return (
        f"{', '.join(slow)} take too long for every point of a picture: they are judged by "
        f"{points} points of each, of small scans by {points // SMALL_FOR_SLOW}, the same for all, "
        "and have no scores of structure. "
    )


def _conditions(found: Mapping[str, Any]) -> str:
    networks = found["networks"]
    keys = [
        key for key in _SHORT if any(mean_of(item, key, "psnr_db") for item in networks.values())
    ]
    rows = sorted(networks.values(), key=lambda item: -(mean_of(item, keys[0], "psnr_db") or 0.0))
    body = [
        (item["title"], *(number(mean_of(item, key, "psnr_db"), 1) for key in keys))
        for item in rows
        if mean_of(item, keys[0], "psnr_db") is not None
    ]
    return table(("network", *(_SHORT[key] for key in keys)), body)


def _losses(found: Mapping[str, Any]) -> str:
    """What an unseen tube costs, in sentences."""
    told = []
    for name, values in found["losses_db"].items():
        parts = [
            f"{number(-values[key]['mean'], 1)} dB {words}"
            for key, words in (("tungsten", "without"), ("glass", "with 2 mm of glass before it"))
            if key in values
        ]
        if parts and name in found["facts"]:
            told.append(f"{title_of(found, name)}: {', '.join(parts)}.")
    if not told:
        return ""
    return (
        "A tungsten tube was never learnt from. What it changes on the same pictures, on average: "
        f"{' '.join(told)}\n\n"
    )


def _random(found: Mapping[str, Any], suffix: str) -> str:
    body = []
    for item in found["networks"].values():
        values = [mean_of(item, "random", key + suffix) for key in _NATIVE]
        if values[2] is not None:
            shown = [
                number(value, _DIGITS[key]) for key, value in zip(_NATIVE, values, strict=True)
            ]
            body.append((values[2], (item["title"], *shown)))
    if not body:
        return "*Not measured.*"
    title = "fitted, black around" if suffix else "as measured"
    rows = [row for _, row in sorted(body, key=lambda pair: -pair[0])]
    return table((title, *_NATIVE.values()), rows)


def _published() -> str:
    body = [
        (name, *(number(values[key], _DIGITS[key]) for key in _NATIVE))
        for name, values in PUBLISHED.items()
    ]
    return table(("published, other data", *_NATIVE.values()), body)


def _doubt(found: Mapping[str, Any]) -> str:
    body = [
        (
            title_of(found, name),
            _SHORT[key],
            f"{100 * values['within_90']:.0f} %",
            number(values.get("spearman"), 2),
            number(values.get("spearman_if_right"), 2),
        )
        for name, conditions in found["doubt"].items()
        for key, values in conditions.items()
    ]
    if not body:
        return "*Not measured.*"
    head = (
        "network",
        "measured",
        "errors within its 90 %",
        "rank correlation with the error",
        "were its doubt right",
    )
    return (
        "The network tells how far off it may be. 90 % of the errors should lie within what it "
        "tells for 90 %; less is too sure of itself. The rank correlation says whether the "
        "doubtful points are those that are wrong: 1 always, 0 never. Chance alone keeps it far "
        "below 1: beside it stands what it would be if every error were drawn from just the doubt "
        f"that was told.\n\n{table(head, body)}"
    )


def _paints(found: Mapping[str, Any]) -> str:
    grounds = list(dict.fromkeys(key for item in found["paints"].values() for key in item))
    if not grounds:
        return "*Not measured.*"
    told = [
        "One paint at a time, as wide as the scan. ΔE2000 is how far the mean colour is off: 2 is "
        "hardly seen, 25 is another colour of the same kind. *r of red − blue* is 1 where hues are "
        "told apart as they are, 0 where not at all."
    ]
    for ground in grounds:
        rows = {name: item[ground] for name, item in found["paints"].items() if ground in item}
        pigments = list(dict.fromkeys(key for item in rows.values() for key in item["delta_e2000"]))
        named = [key for key in NAMED if key in pigments]
        body = [
            (
                title_of(found, name),
                number(item["red_blue"], 2),
                number(item["mse"], 3),
                number(item["delta_e2000_mean"], 1),
                *(number(item["delta_e2000"].get(key), 0) for key in named),
            )
            for name, item in rows.items()
        ]
        head = ("network", "r of red − blue", "MSE", f"ΔE2000, mean of {len(pigments)}")
        told.append(f"On {ground.replace('-', ' ')}:")
        told.append(table((*head, *(NAMED[key] for key in named)), body))
    return "\n\n".join(told)


def _degenerate(found: Mapping[str, Any]) -> str:
    body = [
        (
            title_of(found, name),
            GROUPS.get(group, group),
            number(values["colours_apart"], 0),
            number(values["answers_apart"], 0),
            "–" if values["covered"] is None else f"{100 * values['covered']:.0f} %",
        )
        for name, grounds in found["groups"].items()
        if name in found["facts"]
        for ground, groups in list(grounds.items())[:1]
        for group, values in groups.items()
    ]
    if not body:
        return "*Not measured.*"
    ground = next(iter(next(iter(found["groups"].values()))))
    head = ("network", "paints with", "their colours apart", "answers apart", "held")
    return (
        "A network should give the members of such a group one colour between theirs, and be so "
        "unsure of it that their true colours lie within its 90 % (*held*). Apart are ΔE2000 of "
        f"two members, on {ground.replace('-', ' ')}.\n\n{table(head, body)}"
    )


def _novelty(found: Mapping[str, Any]) -> str:
    body = [
        (title_of(found, name), pigment.replace("-", " "), number(value, 3))
        for name, values in found["novelty"].items()
        for pigment, value in values.items()
    ]
    if not body:
        return (
            "What novelty finds is measured by a training that some pigments were left out of. "
            "*Not measured here.*"
        )
    return (
        "A second training left some pigments out. How surely their spectra are told from known "
        "ones by novelty alone: 1 always, 0.5 by chance.\n\n"
        f"{table(('network', 'left out', 'area under the curve'), body)}"
    )


def _maps(found: Mapping[str, Any]) -> str:
    conditions = list(dict.fromkeys(key for item in found["maps"].values() for key in item))
    if not conditions:
        return "*Not measured.*"
    told = ["Correlation of each map with the truth on a panel that nothing was learnt from."]
    for condition in conditions:
        rows = {name: item[condition] for name, item in found["maps"].items() if condition in item}
        elements = list(dict.fromkeys(key for item in rows.values() for key in item))
        body = [
            (title_of(found, name), *(number(item.get(key), 2) for key in elements))
            for name, item in rows.items()
        ]
        told.append(table((_counted(condition), *elements), body))
    return "\n\n".join(told)


def _counted(condition: str) -> str:
    return f"{int(condition.removeprefix('counts_')):,} counts".replace(",", SPACE)


def _seen(found: Mapping[str, Any]) -> str:
    """What was seen on a real painting, of the networks that are here and were looked at."""
    told = [
        f"- **{title_of(found, name)}**: {SEEN[name]}" for name in found["facts"] if name in SEEN
    ]
    return "\n\n".join(("## On a real painting", HANDS, "\n".join(told))) if told else ""


if __name__ == "__main__":
    sys.exit(main())
