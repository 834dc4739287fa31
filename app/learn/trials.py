"""What networks are judged by: pictures that none has learnt from, measured in several ways.

A trial is a scan as a scanner would write it, counts in channels of 40 eV with the axis that its
file tells, and the colours that are true. Nothing here needs torch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.axis import EnergyAxis
from app.core.physics.instrument import Instrument
from app.learn.axis import FINE_KEV
from app.learn.cuts import cut, fitted
from app.learn.fields import coloured, draw_field
from app.learn.instruments import TRAINING_ANODES, UNSEEN_ANODE, behind_glass, draw_instrument
from app.learn.jitter import AxisError, Measuring
from app.learn.scenes import Scene, SceneSize, make_scene
from app.learn.split import Role
from app.learn.store import SceneStore

PAINTING, MADE_UP = "painting", "made up"
SMALL = "small"
"""Condition and kind of the many small scans."""
SMALL_FOR_SLOW = 5
"""Of a small scan so many times fewer points are shown to who is slow."""

_MANY, _FEW = (3000.0, 3000.0), (300.0, 300.0)
_RIGHT = Measuring(_MANY, 0.0, 0.0)
_STREAM = 23
_PAINTS = (48, 96)
_MADE_UP_AREAS = 14
_SMALL_FROM = 2000


@dataclass(frozen=True, slots=True)
class Condition:
    """A way of measuring.

    Parameters
    ----------
    key
        Short, for tables of numbers.
    title
        For people.
    kind
        "own": the kind of scanner that is learnt from; "tungsten"; "glass": tungsten behind 2 mm
        of glass; "small": not the same pictures as the others, but many small ones.
    measuring
        Counts, and how far the axis is off.
    """

    key: str
    title: str
    kind: str
    measuring: Measuring


CONDITIONS = (
    Condition("many", "3 000 counts", "own", _RIGHT),
    Condition("few", "300 counts", "own", Measuring(_FEW, 0.0, 0.0)),
    Condition(
        "axis", "axis off by +1 %, +30 eV", "own", Measuring(_MANY, 0.01, 0.03, is_fixed=True)
    ),
    Condition(
        "random",
        "1 000–50 000 counts, random axis error, rows displaced",
        "random",
        Measuring((1000.0, 50_000.0), backlash_share=0.5),
    ),
    Condition("tungsten", "unseen tungsten tube", "tungsten", _RIGHT),
    Condition("glass", "the same behind 2 mm of glass", "glass", _RIGHT),
    Condition(
        SMALL,
        "small scans, each with its own paints and scanner, 1 000–50 000 counts, random axis error",
        SMALL,
        Measuring((1000.0, 50_000.0), backlash_share=0.2),
    ),
)
"""All ways of measuring; in all of them the scanner itself is one that nothing was learnt from."""


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """How many trials there are, and how large.

    Parameters
    ----------
    shorter_side
        Of each picture, points; MS-SSIM needs 161.
    repeats
        Palettes and scanners for each picture.
    made_up
        Pictures made of nothing beside those of the store.
    seed
        Decides all.
    points_of_slow
        Of each picture, for those who are too slow for all; they have no numbers of pictures
        such as SSIM. Of small scans a fifth of it.
    small, small_side
        How many small scans there are, and their side, points. Half of them are parts of the
        store's test pictures. Few large pictures say much of few palettes; what is true of
        palettes in general, only many say.
    """

    shorter_side: int = 176
    repeats: int = 2
    made_up: int = 2
    seed: int = 1
    points_of_slow: int = 500
    small: int = 0
    small_side: int = 48

    def shown_to_slow(self, trial: "Trial") -> "Trial":
        """What one who is slow is asked of a trial."""
        is_small = trial.condition.kind == SMALL
        return trial.sampled(self.points_of_slow // (SMALL_FOR_SLOW if is_small else 1))


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One picture, measured in one way.

    Parameters
    ----------
    picture, group
        Its name, and `PAINTING` or `MADE_UP`.
    repeat
        Number of the palette and the scanner.
    condition
        How it is measured.
    counts
        Shape (rows, cols, 1024).
    axis
        As the file tells it.
    rgb
        True colours of 0 to 1, shape (rows, cols, 3).
    elements
        True shares of the counts in each of `scenes.LINES`, shape (rows, cols, 8).
    instrument
        The scanner.
    """

    picture: str
    group: str
    repeat: int
    condition: Condition
    counts: NDArray[np.float32]
    axis: EnergyAxis
    rgb: NDArray[np.float32]
    elements: NDArray[np.float32]
    instrument: Instrument

    def sampled(self, points: int) -> "Trial":
        """Some points of it in one row, the same ones each time; all where it has no more."""
        number = self.rgb[..., 0].size
        chosen = np.random.default_rng(_STREAM).permutation(number)[:points]

        def of(values: NDArray[np.float32]) -> NDArray[np.float32]:
            return values.reshape(number, -1)[chosen][None]

        return replace(self, counts=of(self.counts), rgb=of(self.rgb), elements=of(self.elements))


def trials(
    store: SceneStore, plan: TrialPlan, conditions: tuple[Condition, ...] = CONDITIONS
) -> Iterator[Trial]:
    """All trials, one at a time, the same ones for the same store and plan.

    Parameters
    ----------
    store
        Whose test pictures and pigments are used.
    plan
        How many, how large.
    conditions
        In which ways each is measured.
    """
    on_pictures = [condition for condition in conditions if condition.kind != SMALL]
    for number, (name, group, picture) in enumerate(_pictures(store, plan)):
        for repeat in range(plan.repeats):
            made: dict[str, Scene] = {}
            for condition in on_pictures:
                if condition.kind not in made:
                    made[condition.kind] = _scene(
                        store, plan, picture, (number, repeat), condition.kind
                    )
                rng = _rng(plan, number, repeat, CONDITIONS.index(condition), 1)
                yield measured(made[condition.kind], (name, group, repeat), condition, rng)
    for condition in conditions:
        if condition.kind == SMALL:
            yield from _small_scans(store, plan, condition)


def number_of_trials(
    store: SceneStore, plan: TrialPlan, conditions: tuple[Condition, ...] = CONDITIONS
) -> int:
    """How many trials there are."""
    small = sum(condition.kind == SMALL for condition in conditions)
    pictures = (len(store.roles[Role.TEST]) + plan.made_up) * plan.repeats
    return pictures * (len(conditions) - small) + plan.small * small


def axis_told(error: AxisError) -> EnergyAxis:
    """The axis that a file tells whose channels are the fine ones."""
    gain = FINE_KEV * (1 + error.gain)
    return EnergyAxis(gain / 2 + error.offset_kev, gain, source="told by the file")


def _pictures(
    store: SceneStore, plan: TrialPlan
) -> Iterator[tuple[str, str, NDArray[np.uint8] | None]]:
    """Name, group and picture; None for random paints in a random field."""
    side = plan.shorter_side
    for name in store.roles[Role.TEST]:
        picture = store.pictures[name]
        scale = side / min(picture.shape[:2])
        rows, cols = (max(round(length * scale), side) for length in picture.shape[:2])
        yield name, PAINTING, fitted(picture, rows, cols)
    for number in range(plan.made_up):
        if number % 2:
            yield f"random paints {number // 2 + 1}", MADE_UP, None
            continue
        rng = _rng(plan, 1000 + number)
        field = draw_field(side, side, _MADE_UP_AREAS, rng)
        yield f"made-up picture {number // 2 + 1}", MADE_UP, coloured(field, _MADE_UP_AREAS, rng)


def _small_scans(store: SceneStore, plan: TrialPlan, condition: Condition) -> Iterator[Trial]:
    """Parts of test pictures and as many made-up ones, each with paints and a scanner."""
    names, side, recipe = store.roles[Role.TEST], plan.small_side, store.recipe
    size = SceneSize(side, side, recipe.paints, recipe.levels, recipe.hidden_share)
    for number in range(plan.small):
        rng = _rng(plan, _SMALL_FROM + number)
        instrument = draw_instrument(str(rng.choice(TRAINING_ANODES)), rng)
        name, group, picture = "random paints", MADE_UP, None
        if names and number % 2 == 0:
            name, group = names[number // 2 % len(names)], PAINTING
            picture = cut(store.pictures[name], side, side, rng)
        elif rng.random() < 0.5:
            areas = int(rng.integers(4, _MADE_UP_AREAS))
            name = "made-up picture"
            picture = coloured(draw_field(side, side, areas, rng), areas, rng)
        scene = make_scene(size, picture, store.pigments, instrument, rng)
        yield measured(scene, (name, group, number), condition, rng)


def _scene(
    store: SceneStore,
    plan: TrialPlan,
    picture: NDArray[np.uint8] | None,
    numbers: tuple[int, int],
    kind: str,
) -> Scene:
    """The picture painted, under a scanner of its own."""
    kinds = sorted({condition.kind for condition in CONDITIONS})
    painting, scanner = _rng(plan, *numbers), _rng(plan, *numbers, kinds.index(kind), 2)
    seen_anodes = TRAINING_ANODES[(numbers[0] + numbers[1]) % len(TRAINING_ANODES)]
    if kind == "random":
        seen_anodes = str(scanner.choice(TRAINING_ANODES))
    # both tungsten tubes are one
    if kind in ("tungsten", "glass"):
        scanner = _rng(plan, *numbers, kinds.index("tungsten"), 2)
        seen_anodes = UNSEEN_ANODE
    instrument = draw_instrument(seen_anodes, scanner)
    if kind == "glass":
        instrument = behind_glass(instrument)
    rows, cols = (plan.shorter_side,) * 2 if picture is None else picture.shape[:2]
    size = SceneSize(rows, cols, _PAINTS, store.recipe.levels, store.recipe.hidden_share)
    # the same painting under each scanner
    return make_scene(size, picture, store.pigments, instrument, painting)


def measured(
    scene: Scene, about: tuple[str, str, int], condition: Condition, rng: np.random.Generator
) -> Trial:
    """A scene as a scanner writes it.

    Parameters
    ----------
    scene
        What is measured.
    about
        Name of its picture, group and number of the repeat.
    condition
        How it is measured.
    rng
        Decides counts, errors of the axis and displaced rows.
    """
    how = condition.measuring
    rows, cols = scene.shape
    error = how.axis_error(rng)
    seen = scene.displaced(how.backlash(rng))
    counts = seen.photons(how.total(rng), rng)
    name, group, repeat = about
    return Trial(
        name,
        group,
        repeat,
        condition,
        counts.reshape(rows, cols, -1),
        axis_told(error),
        np.ascontiguousarray(np.moveaxis(scene.rgb(), 0, -1)),
        seen.elements().T.reshape(rows, cols, -1),
        scene.instrument,
    )


def _rng(plan: TrialPlan, *numbers: int) -> np.random.Generator:
    return np.random.default_rng([plan.seed, _STREAM, *numbers])
