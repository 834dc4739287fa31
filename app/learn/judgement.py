"""All that networks are judged by: pictures, pure paints, maps of elements, new materials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.pigments import Pigment
from app.core.progress import Progress, no_progress, part_of
from app.learn.doubt_log import DoubtLog
from app.learn.evaluation import Row, evaluate
from app.learn.map_rivals import LinearFit, Windows
from app.learn.map_scores import (
    MapPlan,
    map_scores,
    map_summary,
    map_trials,
    number_of_map_trials,
)
from app.learn.paint_outs import PaintOutPlan, number_of_paint_outs, paint_outs
from app.learn.paint_scores import PaintLog
from app.learn.predictors import NetworkFile, Predictor
from app.learn.store import SceneStore, shipped_pigments
from app.learn.trials import CONDITIONS, Condition, TrialPlan

PARTS = ("pictures", "paints", "maps")
"""What can be asked for."""

_SHARE_OF_PICTURES = 0.8


@dataclass(frozen=True, slots=True)
class Judged:
    """What is asked.

    Parameters
    ----------
    parts
        Some of `PARTS`.
    trials, conditions
        Of the pictures.
    paints, maps
        Of the panels.
    """

    parts: tuple[str, ...] = PARTS
    trials: TrialPlan = field(default_factory=TrialPlan)
    conditions: tuple[Condition, ...] = CONDITIONS
    paints: PaintOutPlan = field(default_factory=PaintOutPlan)
    maps: MapPlan = field(default_factory=MapPlan)


@dataclass(slots=True)
class Findings:
    """What was found; each but `rows` by network, empty for parts that were not asked for.

    Parameters
    ----------
    rows
        Numbers of each picture.
    doubt
        See `doubt_log.DoubtLog.summary`.
    paints, groups, novelty
        See `paint_scores.PaintLog`.
    maps
        See `map_scores.map_summary`.
    titles
        What predictors are called.
    slow
        Names of those that were judged by some points of each picture.
    """

    rows: list[Row] = field(default_factory=list)
    doubt: dict[str, Any] = field(default_factory=dict)
    paints: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, Any] = field(default_factory=dict)
    novelty: dict[str, Any] = field(default_factory=dict)
    maps: dict[str, Any] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    slow: tuple[str, ...] = ()


def judge(
    predictors: Sequence[Predictor],
    store: SceneStore,
    asked: Judged,
    progress: Progress = no_progress,
) -> Findings:
    """Everything that is asked, of everybody.

    Parameters
    ----------
    predictors
        Who is judged; those that tell no elements are passed over for maps, beside which
        energy windows and a linear fit are put.
    store
        Its test pictures and pigments are taken for pictures; the panels are of the whole
        shipped library, whatever the store leaves out.
    asked
        What.
    progress
        Told before each answer; may raise to stop.
    """
    found = Findings(
        titles={item.name: item.title for item in predictors},
        slow=tuple(item.name for item in predictors if item.is_slow),
    )
    pictures = part_of(progress, 0.0, _SHARE_OF_PICTURES)
    panels = part_of(progress, _SHARE_OF_PICTURES, 1.0)
    if "pictures" in asked.parts:
        _pictures(predictors, store, asked, found, pictures)
    library = shipped_pigments()
    if "paints" in asked.parts:
        _paints(predictors, library, asked, found, part_of(panels, 0.0, 0.5))
    if "maps" in asked.parts:
        _maps(predictors, library, asked, found, part_of(panels, 0.5, 1.0))
    progress(1.0, "")
    return found


def left_out(predictor: Predictor, library: Sequence[Pigment]) -> frozenset[str]:
    """Ids of pigments that a network did not learn from, as its card says; empty without one."""
    if not isinstance(predictor, NetworkFile):
        return frozenset()
    told: Mapping[str, Any] = predictor.card.trained_on
    ids = {str(item) for item in told.get("left_out_pigments", ())}
    elements = {str(item) for item in told.get("left_out_elements", ())}
    return frozenset(
        item.id for item in library if item.id in ids or elements.intersection(item.elements)
    )


def _pictures(
    predictors: Sequence[Predictor],
    store: SceneStore,
    asked: Judged,
    found: Findings,
    progress: Progress,
) -> None:
    logs = {item.name: DoubtLog() for item in predictors}
    found.rows = evaluate(
        predictors,
        store,
        asked.trials,
        asked.conditions,
        progress,
        lambda trial, predictor, answer: logs[predictor.name].add(trial, answer),
    )
    told = {name: log.summary() for name, log in logs.items()}
    found.doubt = {name: values for name, values in told.items() if values}


def _paints(
    predictors: Sequence[Predictor],
    library: Sequence[Pigment],
    asked: Judged,
    found: Findings,
    progress: Progress,
) -> None:
    logs = {item.name: PaintLog(left_out(item, library), _anodes(item)) for item in predictors}
    number, done = number_of_paint_outs(asked.paints) * len(predictors), 0
    for panel in paint_outs(library, asked.paints):
        for predictor in predictors:
            progress(done / number, f"{predictor.title}: paint-outs on {panel.ground}")
            shown = panel.thinned() if predictor.is_slow else panel
            logs[predictor.name].add(shown, predictor.answer(shown.trial))
            done += 1
    for name, log in logs.items():
        for kept, values in (
            (found.paints, log.paints()),
            (found.groups, log.groups()),
            (found.novelty, log.novelty()),
        ):
            if values:
                kept[name] = values


def _maps(
    predictors: Sequence[Predictor],
    library: Sequence[Pigment],
    asked: Judged,
    found: Findings,
    progress: Progress,
) -> None:
    rivals: tuple[Predictor, ...] = (Windows(is_net=False), Windows(is_net=True), LinearFit())
    telling = [item for item in predictors if _tells_maps(item)]
    everyone = (*telling, *rivals)
    rows: dict[str, list[tuple[str, dict[str, float]]]] = {item.name: [] for item in everyone}
    number, done = number_of_map_trials(asked.maps) * len(everyone), 0
    for trial in map_trials(library, asked.maps):
        for predictor in everyone:
            progress(done / number, f"{predictor.title}: {trial.picture}, {trial.condition.title}")
            scores = map_scores(trial, predictor.answer(trial))
            rows[predictor.name].append((trial.condition.key, scores))
            done += 1
    found.maps = {name: map_summary(kept) for name, kept in rows.items()}
    found.titles |= {item.name: item.title for item in rivals}


def _anodes(predictor: Predictor) -> frozenset[str]:
    """Tubes that a network learnt from, as its card says."""
    if not isinstance(predictor, NetworkFile):
        return frozenset()
    told = predictor.card.trained_on.get("tube_anode", ())
    return frozenset([told] if isinstance(told, str) else told)


def _tells_maps(predictor: Predictor) -> bool:
    return isinstance(predictor, NetworkFile) and predictor.tells_maps
