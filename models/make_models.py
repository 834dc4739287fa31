"""Make the networks that come with Velatura anew: spectra, training, scores, files and cards.

Run from the top of the repository: `python -m models.make_models` (or `python
models/make_models.py`). With `--check` nothing is written: the networks there are compared with
what comes out, and the exit code is 1 where they differ by more than rounding makes them. It
takes about two minutes on one core.
"""

import argparse
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.core.pigments import Pigment  # noqa: E402
from app.core.recolouring.card import ModelCard  # noqa: E402
from app.io.model_files import write_card  # noqa: E402
from app.io.pigment_archive import read_archive  # noqa: E402
from models.cards import card  # noqa: E402
from models.data_sets import NEVER_SEEN, DataSets, Sizes, data_sets  # noqa: E402
from models.fitting import knn, novelty, places, ridge  # noqa: E402
from models.networks import features, knn_file, ridge_file  # noqa: E402
from models.scores import (  # noqa: E402
    EXPLAINED_STACKS,
    Answers,
    answers,
    auroc,
    explanation_rates,
    novelty_scores,
    readable,
    scores,
)

FOLDER = Path(__file__).resolve().parent
LIBRARY = ROOT / "resources" / "pigments" / "velatura.pigments.zip"
SEED = 20240611
KEPT = 6000
"""Spectra that the nearest neighbours are sought among."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A network made anew."""

    name: str
    data: bytes
    card: ModelCard
    answers: Mapping[str, Answers]


def main() -> int:
    """Write the networks or compare them; the exit code."""
    parser = argparse.ArgumentParser(description="Make the networks that come with Velatura.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    is_check = parser.parse_args().check
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    pigments = read_archive(LIBRARY).pigments
    sets = data_sets(pigments, Sizes(), SEED, _LOG.info)
    made = networks(sets, pigments)
    for item in made:
        _LOG.info("%s\n%s", item.name, readable(item.card.metrics))
    if not is_check:
        for item in made:
            write(item, FOLDER)
            _LOG.info("%s.onnx: %d bytes", item.name, len(item.data))
        return 0
    differences = [difference(item, FOLDER, sets) for item in made]
    for item, told in zip(made, differences, strict=True):
        _LOG.info("%s.onnx %s", item.name, told or "agrees")
    return 1 if any(differences) else 0


def networks(
    sets: DataSets,
    pigments: Sequence[Pigment],
    kept: int = KEPT,
    explained: int = EXPLAINED_STACKS,
) -> tuple[Made, Made]:
    """Both networks, trained and scored.

    Parameters
    ----------
    sets
        Spectra of these pigments.
    pigments
        As the sets were made of.
    kept
        Spectra that the nearest neighbours are sought among.
    explained
        Stacks of each pigment whose colour is explained.
    """
    from threadpoolctl import threadpool_limits

    # one thread: sums are then always added in the same order
    with threadpool_limits(1):
        trained = sets.training
        x = features(trained.counts)
        linear = ridge(x, trained.srgb, novelty(x, trained.counts))
        rows = np.random.default_rng(SEED).permutation(len(x))[:kept]
        nearest = knn(
            linear,
            places(x, trained.paints),
            (x[rows], trained.srgb[rows]),
            (sets.calibration.counts, sets.calibration.srgb),
        )
        never = _never_seen(sets, pigments, x)
    made = []
    for name, data in (("palette_knn", knn_file), ("palette_ridge", ridge_file)):
        content = data(nearest if name == "palette_knn" else linear, {})
        given = {key: answers(content, item.counts) for key, item in sets.tests.items()}
        metrics = scores(given, sets, trained.srgb.mean(axis=0))
        metrics["novelty"] = {**novelty_scores(given), "auroc_never_seen": never}
        metrics["right_element_first"] = explanation_rates(content, pigments, explained)
        described = card(name, metrics, sets, kept)
        made.append(Made(name, content, described, given))
    return made[0], made[1]


def _never_seen(
    sets: DataSets, pigments: Sequence[Pigment], x: NDArray[np.float64]
) -> dict[str, float]:
    """How well pigments are told as new by a training that had none of them: area under ROC."""
    elements = set(NEVER_SEEN.values())
    left_out = [
        place for place, pigment in enumerate(pigments) if elements.intersection(pigment.elements)
    ]
    trained = sets.training
    rows = ~trained.has(left_out)
    new = novelty(x[rows], trained.counts[rows])
    # the regression beside it does not matter here
    content = ridge_file(ridge(x[rows], trained.srgb[rows], new), {})
    home = next(iter(sets.tests.values()))
    known = answers(content, home.counts[~home.has(left_out)]).novelty
    return {
        name: auroc(known, answers(content, item.counts).novelty) for name, item in sets.new.items()
    }


def write(made: Made, folder: Path) -> None:
    """A network and its card as files."""
    import hashlib

    path = folder / f"{made.name}.onnx"
    path.write_bytes(made.data)
    digest = hashlib.sha256(made.data).hexdigest()
    write_card(replace(made.card, sha256=digest), path)


def difference(made: Made, folder: Path, sets: DataSets) -> str:
    """How a network in a folder differs from the one made anew; empty where it does not.

    The same bytes on the same machine; on another one sums may differ in the last digits, so
    that some neighbour is another one: 99 % of the bands must then be within 0.02, and no score
    off by more than 0.1 dB.
    """
    path = folder / f"{made.name}.onnx"
    if not path.is_file():
        return "is not there"
    data = path.read_bytes()
    if data == made.data:
        return ""
    for name, mine in made.answers.items():
        theirs = answers(data, sets.tests[name].counts)
        apart = np.abs(mine.rgb - theirs.rgb)
        if (apart > 0.02).mean() > 0.01:
            share = 100 * float((apart > 0.02).mean())
            return f"gives other colours for {name}: {share:.1f} % are off by more than 0.02"
    written: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))["metrics"]
    for name, told in made.card.metrics["psnr_db"].items():
        if abs(told["network"] - written["psnr_db"][name]["network"]) > 0.1:
            return f"has other scores for {name} than its card tells"
    return ""


if __name__ == "__main__":
    sys.exit(main())
