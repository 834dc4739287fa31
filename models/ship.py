"""Take networks that were taught into this folder, with their weights as int8 where that is free.

Run from the top of the repository:

    python -m models.ship [NAME=]FOLDER… --pictures PAINTINGS

takes the network and the card of each training's folder, measures by synthetic scans that no
training has seen what rounding its weights costs, and writes the lighter file only where that is
nothing. Nothing is written where all networks here would have more than 60 MB together. Then

    velatura evaluate --pictures PAINTINGS --out evaluation
    python -m models.ship --scores evaluation/evaluation.json

puts what the shipped files themselves reach into their cards, and keeps what was found of others
in `evaluation/others.json`, beside which the shipped ones can be judged anew.
"""

import argparse
import hashlib
import json
import logging
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.core.recolouring.card import ModelCard  # noqa: E402
from app.engine.model_library import Models, Origin  # noqa: E402
from app.errors import AppError, ReadError  # noqa: E402
from app.io.model_files import model_files, read_card, write_card  # noqa: E402
from app.io.onnx_graph import vetted  # noqa: E402
from app.learn.config import DataRecipe, read_config  # noqa: E402
from app.learn.evaluation import evaluate  # noqa: E402
from app.learn.evaluation_files import BY_NETWORK, without  # noqa: E402
from app.learn.predictors import NetworkFile  # noqa: E402
from app.learn.steady import steadied  # noqa: E402
from app.learn.store import SceneStore  # noqa: E402
from app.learn.trials import CONDITIONS, TrialPlan  # noqa: E402
from models.lighter import lightened  # noqa: E402
from models.shipped_cards import described, shipped_card, with_scores  # noqa: E402

FOLDER = Path(__file__).resolve().parent
MOST_BYTES = 60_000_000
"""Of all networks here together."""

OTHERS = Path("evaluation", "others.json")
"""What was found of networks and rivals that do not ship, in this folder."""

LIST_HEAD = "| file | MB | what it is |"
"""First line of the table of networks in the folder's README."""

BEARABLE = {"psnr_db": 0.02, "spearman": 0.005, "within_90": 0.005, "r_": 0.002}
"""By how much a mean over trials may become worse and be nothing; `r_` is of each element's map."""

MEASURED = ("many", "few", "tungsten")
"""Conditions that rounding is judged by."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A network as it is shipped.

    Parameters
    ----------
    name
        Of its file, without suffix.
    data
        Its bytes.
    card
        Its card.
    """

    name: str
    data: bytes
    card: ModelCard


@dataclass(frozen=True, slots=True, eq=False)
class Judging:
    """How the cost of rounding is measured.

    Parameters
    ----------
    store
        Whose test pictures and pigments are used.
    plan
        How many scans, how large.
    """

    store: SceneStore
    plan: TrialPlan


def main(arguments: Sequence[str] | None = None) -> int:
    """Take networks, or put scores into cards; the exit code."""
    parser = argparse.ArgumentParser(description="Take taught networks into this folder.")
    parser.add_argument("trainings", nargs="*", metavar="[NAME=]FOLDER")
    parser.add_argument("--into", type=Path, default=FOLDER, metavar="FOLDER")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER")
    parser.add_argument("--config", type=Path, default=FOLDER / "configs" / "common.toml")
    parser.add_argument("--side", type=int, default=96, help="of the scans that judge, points")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--float", action="store_true", help="keep weights as they are")
    parser.add_argument(
        "--trained-on",
        action="append",
        default=[],
        metavar="KEY=JSON",
        help="what a training's own card left out, such as axis_end_kev=[26,40.96]",
    )
    parser.add_argument("--scores", type=Path, metavar="evaluation.json")
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        if asked.trainings:
            recipe = recipe_of(asked.config, asked.pictures)
            plan = TrialPlan(asked.side, asked.repeats)
            judging = None if asked.float else Judging(SceneStore(recipe), plan)
            for item in take(asked.trainings, asked.into, judging, _more(asked.trained_on)):
                _LOG.info("%s.onnx: %.2f MB", item.name, len(item.data) / 1e6)
        if asked.scores is not None:
            for name in put_scores(asked.scores, asked.into):
                _LOG.info("%s: scores are on its card", name)
    except AppError as error:
        _LOG.error("%s %s", error, error.hint)
        return 1
    return 0


def recipe_of(config: Path, pictures: Path | None) -> DataRecipe:
    """The data of a training's file, with another folder of pictures where one is given."""
    data = read_config(config).data
    return data if pictures is None else replace(data, pictures=str(pictures.resolve()))


def _more(told: Sequence[str]) -> dict[str, Any]:
    """Values by key; raises ReadError for what is no "key=JSON"."""
    found = {}
    for item in told:
        key, _, value = item.partition("=")
        try:
            found[key] = json.loads(value)
        except ValueError as error:
            raise ReadError(
                "This is not what a card can hold.",
                f"“{item}”: {error}.",
                "Give KEY=JSON, such as axis_end_kev=[26,40.96].",
            ) from error
    return found


def take(
    trainings: Sequence[str],
    into: Path,
    judging: Judging | None,
    more: Mapping[str, Any] | None = None,
) -> list[Taken]:
    """Take the networks of finished trainings into a folder, all of them or none.

    Parameters
    ----------
    trainings
        Folders, each with a name before it ("name=folder") where the file is to have another.
    judging
        How the cost of rounding is measured; None keeps all weights as they are.
    more
        Values of `trained_on` for the cards, beside what their trainings wrote.

    Raises
    ------
    ReadError
        If a folder holds no network with a card, or there are too many bytes.
    ModelError, ModelCardError
        If a network is not as its card says.
    WriteError
        If the system refuses.
    """
    found = []
    for told in trainings:
        name, _, folder = told.rpartition("=")
        found.append(taken(Path(folder), name, judging, more))
    check_size(found, into)
    for item in found:
        path = into / f"{item.name}.onnx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(item.data)
        write_card(item.card, path)
    write_list(into)
    return found


def taken(
    folder: Path, name: str, judging: Judging | None, more: Mapping[str, Any] | None = None
) -> Taken:
    """The network of a training, lighter where that costs nothing."""
    path = network_of(folder)
    card = read_card(path)
    if card is None:
        raise ReadError(
            "A network without a card is not shipped.",
            f"{path}: expected {path.stem}.json beside it.",
            "Let its training end: the card is written then.",
            path=path,
        )
    name = name or path.stem
    card = replace(card, trained_on={**card.trained_on, **(more or {})})
    data = steadied(vetted(path, card).data)
    told: dict[str, Any] = {"weights": "float32"}
    if judging is not None:
        data, told = lighter_if_free(data, card, judging)
    sha256 = hashlib.sha256(data).hexdigest()
    card = replace(shipped_card(name, card, told), sha256=sha256)
    vetted(data, card)
    return Taken(name, data, card)


def write_list(folder: Path) -> None:
    """Bring the table of networks in the folder's README up to date, where there is one."""
    readme = folder / "README.md"
    if not readme.is_file():
        return
    rows = [LIST_HEAD, "|---|---|---|"]
    for entry in Models(folder, folder).entries():
        if entry.origin is Origin.SHIPPED and entry.card is not None:
            size = f"{entry.path.stat().st_size / 1e6:.1f}"
            rows.append(f"| `{entry.path.stem}` | {size} | {described(entry.card)} |")
    before, _, rest = readme.read_text("utf-8").partition(LIST_HEAD)
    after = rest.split("\n\n", 1)[-1]
    readme.write_text(f"{before}{chr(10).join(rows)}\n\n{after}", "utf-8")


def network_of(folder: Path) -> Path:
    """The one network in a training's folder.

    Raises
    ------
    ReadError
        If there is none, or several.
    """
    found = model_files(folder)
    if len(found) != 1:
        raise ReadError(
            "This is not the folder of a finished training.",
            f"{folder}: it has {len(found)} networks (.onnx); expected one.",
            "Let the training end, or name another folder.",
            path=folder,
        )
    return found[0]


def lighter_if_free(data: bytes, card: ModelCard, judging: Judging) -> tuple[bytes, dict[str, Any]]:
    """The network with rounded weights where scores stay, else as it was; and what was measured.

    Returns
    -------
    tuple
        Bytes, and what the card says: how weights are kept, with the scores of both by condition.
    """
    light = lightened(data)
    if not light.layers:
        return data, {"weights": "float32", "why": "no layer is large enough for int8 to matter"}
    with tempfile.TemporaryDirectory() as scratch:
        exact = _judged(data, card, Path(scratch) / "float.onnx", judging)
        rounded = _judged(light.data, card, Path(scratch) / "int8.onnx", judging)
    worse = _worse(exact, rounded)
    told: dict[str, Any] = {
        "weights": "float32" if worse else "int8 in dense layers, one scale per output",
        "float32": exact,
        "int8": rounded,
    }
    for sentence in worse:
        _LOG.info("%s: int8 costs something: %s", card.name, sentence)
    if worse:
        told["why"] = "; ".join(worse)
    return data if worse else light.data, told


def _judged(
    data: bytes, card: ModelCard, path: Path, judging: Judging
) -> dict[str, dict[str, float]]:
    """Mean scores of a network by condition, those of `BEARABLE`."""
    path.write_bytes(data)
    write_card(replace(card, sha256=""), path)
    conditions = tuple(item for item in CONDITIONS if item.key in MEASURED)
    rows = evaluate([NetworkFile(path)], judging.store, judging.plan, conditions)
    found: dict[str, dict[str, float]] = {}
    for condition in MEASURED:
        values: dict[str, list[float]] = {}
        for row in rows:
            if row.condition == condition:
                for key, value in row.values.items():
                    if value is not None and _bearable(key) is not None:
                        values.setdefault(key, []).append(value)
        found[condition] = {key: round(sum(of) / len(of), 4) for key, of in values.items()}
    return found


def _worse(
    exact: Mapping[str, Mapping[str, float]], rounded: Mapping[str, Mapping[str, float]]
) -> list[str]:
    """Sentences about what became worse by more than nothing."""
    found = []
    for condition, values in exact.items():
        for key, before in values.items():
            after = rounded[condition][key]
            # a share within an interval is as wrong above as below
            lost = abs(before - after) if key == "within_90" else before - after
            if not lost <= (_bearable(key) or 0.0):
                found.append(f"{key} {before:g} → {after:g} ({condition})")
    return found


def _bearable(key: str) -> float | None:
    """By how much a score may become worse; None for one that is not looked at."""
    return BEARABLE.get("r_" if key.startswith("r_") else key)


def check_size(found: Sequence[Taken], into: Path) -> None:
    """Raise ReadError if all networks there would have too many bytes together."""
    sizes = {path.stem: path.stat().st_size for path in model_files(into)}
    sizes |= {item.name: len(item.data) for item in found}
    total = sum(sizes.values())
    if total > MOST_BYTES:
        largest = max(sizes, key=lambda name: sizes[name])
        raise ReadError(
            "The networks are too large to be shipped together.",
            f"{total / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:g} MB. The largest is {largest} "
            f"with {sizes[largest] / 1e6:.1f} MB.",
            "Leave one out.",
            path=into,
        )


def put_scores(evaluation: Path, folder: Path) -> list[str]:
    """Put what an evaluation of the shipped files found into their cards; names of those.

    What it found of others is kept in the folder as `OTHERS`.

    Raises
    ------
    ReadError
        If the file holds no evaluation, or of none of the networks here.
    """
    try:
        told: dict[str, Any] = json.loads(evaluation.read_text("utf-8"))
        networks = dict(told["networks"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReadError(
            "This is no evaluation.",
            f"{evaluation}: {error}.",
            "Give the evaluation.json that velatura evaluate wrote.",
            path=evaluation,
        ) from error
    found = []
    for path in model_files(folder):
        card = read_card(path)
        if card is not None and path.stem in networks:
            write_card(with_scores(card, networks[path.stem], told.get("about", {})), path)
            found.append(path.stem)
    if not found:
        raise ReadError(
            "This evaluation is of other networks.",
            f"{evaluation}: it has {', '.join(networks) or 'none'}.",
            "Evaluate the networks of this folder.",
            path=evaluation,
        )
    if all(key in told for key in BY_NETWORK):
        write_plain(folder / OTHERS, without(told, found))
    return found


def write_plain(path: Path, told: Mapping[str, Any]) -> None:
    """Write JSON in a line for each key of the first two levels: small, and to be compared."""
    compact = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    lines = []
    for key, value in told.items():
        inner = compact(value)
        if isinstance(value, Mapping):
            parts = [f"{compact(name)}:{compact(item)}" for name, item in value.items()]
            inner = "{\n" + ",\n".join(parts) + "\n}"
        lines.append(f"{compact(key)}: {inner}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
