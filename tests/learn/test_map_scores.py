"""Panels for maps have every element, at every number of counts."""

import numpy as np
import pytest

from app.learn.map_scores import (
    COUNTS,
    MapPlan,
    map_scores,
    map_summary,
    map_trials,
    number_of_map_trials,
)
from app.learn.predictors import Answer
from app.learn.scenes import ELEMENTS

PLAN = MapPlan(rows=24, cols=32, panels=1)


@pytest.fixture(scope="module")
def made(pigments):
    return list(map_trials(pigments, PLAN))


def test_one_panel_is_measured_with_each_number_of_counts(made):
    assert len(made) == number_of_map_trials(PLAN) == 3
    for trial, counts in zip(made, COUNTS, strict=True):
        assert trial.counts.shape == (24, 32, 1024)
        assert trial.counts.sum(axis=2).mean() == pytest.approx(counts, rel=0.03)
    np.testing.assert_array_equal(made[0].rgb, made[2].rgb)


def test_every_element_is_there_and_not_everywhere_alike(made):
    shares = made[0].elements.reshape(-1, 8)
    assert (shares.max(axis=0) > 0.005).all()
    assert (shares.std(axis=0) > 1e-4).all()


def test_true_maps_correlate_fully_and_even_ones_not_at_all(made):
    trial = made[2]
    true = trial.elements * trial.counts.sum(axis=2, keepdims=True)
    found = map_scores(trial, Answer(None, elements=true))
    assert found == dict.fromkeys(ELEMENTS, pytest.approx(1.0))
    assert map_scores(trial, Answer(None, elements=np.ones_like(true)))["Au"] == 0.0
    assert map_scores(trial, Answer(trial.rgb)) == {}


def test_summary_is_the_mean_over_panels():
    rows = [("counts_100", {"K": 0.5}), ("counts_100", {"K": 0.7}), ("counts_300", {"K": 0.9})]
    assert map_summary(rows) == {"counts_100": {"K": 0.6}, "counts_300": {"K": 0.9}}
