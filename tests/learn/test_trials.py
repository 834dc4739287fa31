"""Trials are what is told of them, and the same ones each time."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from app.learn.config import DataRecipe
from app.learn.jitter import AxisError, Measuring
from app.learn.store import SceneStore
from app.learn.trials import (
    CONDITIONS,
    MADE_UP,
    PAINTING,
    TrialPlan,
    axis_told,
    number_of_trials,
    trials,
)

PLAN = TrialPlan(shorter_side=12, repeats=1, made_up=2)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """One picture to learn from, one to look at, one to test with: twice as wide as high."""
    folder = tmp_path_factory.mktemp("pictures")
    for name in ("a", "b", "c"):
        Image.new("RGB", (40, 20), (150, 120, 90)).save(folder / f"{name}.png")
    recipe = DataRecipe(
        pictures=str(folder), validation_pictures=("b",), test_pictures=("c",), hidden_share=0.0
    )
    return SceneStore(recipe)


@pytest.fixture(scope="module")
def made(store):
    return list(trials(store, PLAN))


def test_each_picture_is_measured_in_each_way(store, made):
    assert len(made) == number_of_trials(store, PLAN) == 18
    assert [trial.condition for trial in made[:6]] == list(CONDITIONS[:6])
    assert {(trial.picture, trial.group) for trial in made} == {
        ("c", PAINTING),
        ("made-up picture 1", MADE_UP),
        ("random paints 1", MADE_UP),
    }
    painted, random = made[0], made[-1]
    assert painted.counts.shape == (12, 24, 1024)
    assert painted.rgb.shape == (12, 24, 3)
    assert painted.elements.shape == (12, 24, 8)
    assert random.counts.shape == (12, 12, 1024)


def test_the_same_painting_is_under_every_scanner(made):
    for first in range(0, 18, 6):
        for trial in made[first + 1 : first + 6]:
            np.testing.assert_array_equal(trial.rgb, made[first].rgb)


def test_scanners_are_those_of_the_condition(made):
    for first in range(0, 18, 6):
        many, few, axis, random, tungsten, glass = (
            trial.instrument for trial in made[first : first + 6]
        )
        assert many == few == axis
        assert many.anode != "W"
        assert random.anode != "W"
        assert random != many
        assert (tungsten.anode, tungsten.filter_element) == ("W", "none")
        assert (glass.anode, glass.filter_um, glass.tube_kv) == ("W", 1700.0, tungsten.tube_kv)


def test_counts_are_as_many_as_the_condition_says(made):
    for trial in made:
        mean = trial.counts.sum(axis=2).mean()
        low, high = trial.condition.measuring.counts
        assert 0.95 * low < mean < 1.05 * high


def test_the_axis_is_off_as_the_condition_says(made):
    for trial in made[:6]:
        axis = trial.axis
        if trial.condition.key == "axis":
            assert axis.gain_kev == pytest.approx(0.04 * 1.01)
            assert axis.energy_kev(-0.5) == pytest.approx(0.03)
        elif trial.condition.key != "random":
            assert axis.gain_kev == pytest.approx(0.04)
            assert axis.energy_kev(-0.5) == pytest.approx(0.0)


def test_a_told_axis_puts_a_line_where_the_error_moves_it():
    error = AxisError(0.01, 0.03)
    axis = axis_told(error)
    for channel in (0, 160, 1000):
        true = (channel + 0.5) * 0.04
        assert axis.energy_kev(channel) == pytest.approx(true * 1.01 + 0.03)


def test_the_seed_decides_all(store, made):
    again = next(iter(trials(store, PLAN)))
    np.testing.assert_array_equal(again.counts, made[0].counts)
    other = next(iter(trials(store, replace(PLAN, seed=2))))
    assert (other.counts != made[0].counts).any()
    few = list(trials(store, PLAN, CONDITIONS[1:2]))
    np.testing.assert_array_equal(few[0].counts, made[1].counts)


def test_all_conditions_have_scanners_that_nothing_was_learnt_from():
    assert all(isinstance(condition.measuring, Measuring) for condition in CONDITIONS)
    assert len({condition.key for condition in CONDITIONS}) == len(CONDITIONS)


def test_small_scans_have_paints_and_a_scanner_each(store):
    small = [condition for condition in CONDITIONS if condition.key == "small"]
    plan = replace(PLAN, small=6, small_side=10)
    made = list(trials(store, plan, tuple(small)))
    assert len(made) == number_of_trials(store, plan, tuple(small)) == 6
    assert [trial.group for trial in made] == [PAINTING, MADE_UP] * 3
    assert {trial.counts.shape for trial in made} == {(10, 10, 1024)}
    assert len({trial.instrument.to_json()["tube_kv"] for trial in made}) > 1
    assert all((one.rgb != other.rgb).any() for one, other in pairwise(made))
    # a fifth of what is asked of a large picture
    assert plan.shown_to_slow(made[0]).rgb.shape == (1, 100, 3)
    assert replace(plan, points_of_slow=50).shown_to_slow(made[0]).rgb.shape == (1, 10, 3)
