"""Maps of elements of panels that nothing was learnt from, at few counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.pigments import Pigment
from app.learn.jitter import Measuring
from app.learn.layering import layered
from app.learn.paint_outs import scanner_of
from app.learn.predictors import Answer
from app.learn.scenes import ELEMENTS, Scene, computed
from app.learn.scoring import correlation
from app.learn.surfaces import painted_at_random
from app.learn.trials import Condition, Trial, measured

COUNTS = (100, 300, 1000)
"""Mean totals of a point's spectrum at which maps are compared."""

PIGMENTS = (
    "lead-white",
    "chalk",
    "zinc-white",
    "vermilion",
    "red-ochre",
    "yellow-ochre",
    "lead-tin-yellow-i",
    "azurite",
    "malachite",
    "smalt",
    "natural-ultramarine",
    "green-earth",
    "gold-leaf",
    "shell-gold",
    "bone-black",
    "carbon-black",
    "madder-lake",
)
"""What the panels are painted with: for each of `scenes.ELEMENTS` some pigments."""

PANEL = "panel"

_PAINTS, _LEVELS = 60, 3
_FEWEST_POINTS = 0.01
_STREAM = 31
_MOST_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class MapPlan:
    """How many panels there are, and how large.

    Parameters
    ----------
    rows, cols
        Of a panel, points.
    panels
        How many, each under a scanner of its own, see `paint_outs.scanner_of`.
    seed
        Decides all.
    """

    rows: int = 64
    cols: int = 80
    panels: int = 4
    seed: int = 1


def map_trials(library: Sequence[Pigment], plan: MapPlan) -> Iterator[Trial]:
    """Panels at each of `COUNTS`, the same ones for the same library and plan.

    Each is painted at random with `PIGMENTS`, mixed and in uneven thickness as scenes are, such
    that every element is in a hundredth of its points at least.
    """
    pigments = [item for item in library if item.id in PIGMENTS]
    for number in range(plan.panels):
        scene = _panel(pigments, plan, number)
        for counts in COUNTS:
            rng = np.random.default_rng([plan.seed, _STREAM, number, counts])
            how = Measuring((counts, counts), 0.0, 0.0)
            condition = Condition(f"counts_{counts}", f"{counts} counts", "own", how)
            yield measured(scene, (f"panel {number + 1}", PANEL, 0), condition, rng)


def number_of_map_trials(plan: MapPlan) -> int:
    """How many trials there are."""
    return plan.panels * len(COUNTS)


def map_scores(trial: Trial, answer: Answer) -> dict[str, float]:
    """Pearson's r of each element's map with the expected counts of its main line, by element."""
    if answer.elements is None:
        return {}
    total = trial.counts.sum(axis=2)
    found = {}
    for place, name in enumerate(ELEMENTS[: answer.elements.shape[2]]):
        r = correlation(trial.elements[..., place] * total, answer.elements[..., place])
        found[name] = 0.0 if r is None else r
    return found


def map_summary(rows: Sequence[tuple[str, dict[str, float]]]) -> dict[str, Any]:
    """Means over panels of what `map_scores` gave, by condition and element."""
    found: dict[str, dict[str, list[float]]] = {}
    for condition, scores in rows:
        for element, r in scores.items():
            found.setdefault(condition, {}).setdefault(element, []).append(r)
    return {
        condition: {element: round(float(np.mean(values)), 4) for element, values in kept.items()}
        for condition, kept in found.items()
    }


def _panel(pigments: Sequence[Pigment], plan: MapPlan, number: int) -> Scene:
    scanner = scanner_of(number, plan.panels, [plan.seed, _STREAM, number])
    has = np.array([[name in item.elements for item in pigments] for name in ELEMENTS])
    for draw in range(_MOST_DRAWS):
        rng = np.random.default_rng([plan.seed, _STREAM, number, 0, draw])
        surface = painted_at_random(plan.rows, plan.cols, _PAINTS, pigments, rng)
        with_element = (surface.shares @ has.T > 0)[surface.field.first].mean(axis=(0, 1))
        if with_element.min() >= _FEWEST_POINTS:
            break
    layering = layered(surface, None, _LEVELS, pigments, rng)
    return computed(surface, layering, scanner, rng, {"kind": PANEL})
