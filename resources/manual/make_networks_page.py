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
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.learn.evaluation import PUBLISHED  # noqa: E402
from resources.manual.networks_words import (  # noqa: E402
    GROUPS,
    HANDS,
    NAMED,
    SEEN,
    TEXT,
    WHICH,
)

FOLDER = Path(__file__).parent
PAGE = "07-networks.md"
MODELS = ROOT / "models"

_WIDTH = 100
_SPACE = "\N{NARROW NO-BREAK SPACE}"
_SHORT = {
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
    return "\n".join(_wrapped(line) for line in text.split("\n"))


def _wrapped(line: str) -> str:
    """A line of the page; tables and commands stay as they are."""
    if line.startswith(("|", "    ", "#")):
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
            _title(found, name),
            "yes" if (MODELS / f"{name}.onnx").is_file() else "no",
            *(_said(values.get(key)) for key in keys),
            # when it was best and why it ended are on its card
            _said(str(values.get("training", "")).split(", best", 1)[0]),
        )
        for name, values in found["facts"].items()
    ]
    return _table(head, body)


def _about(about: Mapping[str, Any]) -> str:
    pictures = about.get("pictures", {}).get("test", ())
    names = " and ".join(name.replace("_", " ") for name in pictures)
    made_up = f"{about['made_up']} made-up pictures"
    kept = f"{names} in random palettes, and of {made_up}" if names else made_up
    often = "once" if about["repeats"] == 1 else f"{about['repeats']} times"
    return (
        f"Synthetic scans of {kept}, each {often} with paints and a scanner of its own, shorter "
        f"side {about['shorter_side']} points, seed {about['seed']}."
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
    return (
        f"{', '.join(slow)} take too long for every point of a picture: they are judged by "
        f"{found['about']['points_of_slow']} points of each, the same for all, and have no scores "
        "of structure. "
    )


def _conditions(found: Mapping[str, Any]) -> str:
    networks = found["networks"]
    keys = [key for key in _SHORT if any(_mean(item, key, "psnr_db") for item in networks.values())]
    rows = sorted(networks.values(), key=lambda item: -(_mean(item, keys[0], "psnr_db") or 0.0))
    body = [
        (item["title"], *(_number(_mean(item, key, "psnr_db"), 1) for key in keys))
        for item in rows
        if _mean(item, keys[0], "psnr_db") is not None
    ]
    return _table(("network", *(_SHORT[key] for key in keys)), body)


def _losses(found: Mapping[str, Any]) -> str:
    """What an unseen tube costs, in sentences."""
    told = []
    for name, values in found["losses_db"].items():
        parts = [
            f"{_number(-values[key]['mean'], 1)} dB {words}"
            for key, words in (("tungsten", "without"), ("glass", "with 2 mm of glass before it"))
            if key in values
        ]
        if parts and name in found["facts"]:
            told.append(f"{_title(found, name)}: {', '.join(parts)}.")
    if not told:
        return ""
    return (
        "A tungsten tube was never learnt from. What it changes on the same pictures, on average: "
        f"{' '.join(told)}\n\n"
    )


def _random(found: Mapping[str, Any], suffix: str) -> str:
    body = []
    for item in found["networks"].values():
        values = [_mean(item, "random", key + suffix) for key in _NATIVE]
        if values[2] is not None:
            shown = [
                _number(value, _DIGITS[key]) for key, value in zip(_NATIVE, values, strict=True)
            ]
            body.append((values[2], (item["title"], *shown)))
    if not body:
        return "*Not measured.*"
    title = "fitted, black around" if suffix else "as measured"
    rows = [row for _, row in sorted(body, key=lambda pair: -pair[0])]
    return _table((title, *_NATIVE.values()), rows)


def _published() -> str:
    body = [
        (name, *(_number(values[key], _DIGITS[key]) for key in _NATIVE))
        for name, values in PUBLISHED.items()
    ]
    return _table(("published, other data", *_NATIVE.values()), body)


def _doubt(found: Mapping[str, Any]) -> str:
    body = [
        (
            _title(found, name),
            _SHORT[key],
            f"{100 * values['within_90']:.0f} %",
            _number(values.get("spearman"), 2),
        )
        for name, conditions in found["doubt"].items()
        for key, values in conditions.items()
    ]
    if not body:
        return "*Not measured.*"
    head = ("network", "measured", "errors within its 90 %", "rank correlation with the error")
    return (
        "The network tells how far off it may be. 90 % of the errors should lie within what it "
        "tells for 90 %; less is too sure of itself. The rank correlation says whether the "
        f"doubtful points are those that are wrong: 1 always, 0 never.\n\n{_table(head, body)}"
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
                _title(found, name),
                _number(item["red_blue"], 2),
                _number(item["mse"], 3),
                _number(item["delta_e2000_mean"], 1),
                *(_number(item["delta_e2000"].get(key), 0) for key in named),
            )
            for name, item in rows.items()
        ]
        head = ("network", "r of red − blue", "MSE", f"ΔE2000, mean of {len(pigments)}")
        told.append(f"On {ground.replace('-', ' ')}:")
        told.append(_table((*head, *(NAMED[key] for key in named)), body))
    return "\n\n".join(told)


def _degenerate(found: Mapping[str, Any]) -> str:
    body = [
        (
            _title(found, name),
            GROUPS.get(group, group),
            _number(values["colours_apart"], 0),
            _number(values["answers_apart"], 0),
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
        f"two members, on {ground.replace('-', ' ')}.\n\n{_table(head, body)}"
    )


def _novelty(found: Mapping[str, Any]) -> str:
    body = [
        (_title(found, name), pigment.replace("-", " "), _number(value, 3))
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
        f"{_table(('network', 'left out', 'area under the curve'), body)}"
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
            (_title(found, name), *(_number(item.get(key), 2) for key in elements))
            for name, item in rows.items()
        ]
        told.append(_table((_counted(condition), *elements), body))
    return "\n\n".join(told)


def _counted(condition: str) -> str:
    return f"{int(condition.removeprefix('counts_')):,} counts".replace(",", _SPACE)


def _seen(found: Mapping[str, Any]) -> str:
    """What was seen on a real painting, of the networks that are here and were looked at."""
    told = [f"- **{_title(found, name)}**: {SEEN[name]}" for name in found["facts"] if name in SEEN]
    return "\n\n".join(("## On a real painting", HANDS, "\n".join(told))) if told else ""


def _title(found: Mapping[str, Any], name: str) -> str:
    return str(found["titles"].get(name) or found["facts"].get(name, {}).get("title", name))


def _mean(network: Mapping[str, Any], condition: str, key: str) -> float | None:
    groups = network["groups"]
    chosen: Mapping[str, Any] = groups.get("all") or next(iter(groups.values()), {})
    value = chosen.get(condition, {}).get(key)
    return None if value is None else float(value["mean"])


def _said(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", _SPACE)
    return str(value)


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
