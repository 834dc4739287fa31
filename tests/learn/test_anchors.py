"""Regressions learn something from a stream, and each is what it is called."""

import numpy as np
import pytest

from app.learn.anchors import anchors
from app.learn.config import DataRecipe
from app.learn.split import Role
from app.learn.store import SceneStore
from app.learn.trials import CONDITIONS, TrialPlan, trials

RECIPE = DataRecipe(scenes=3, rows=16, cols=16, paints=(3, 5), levels=2, hidden_share=0.0)


@pytest.fixture(scope="module")
def store():
    return SceneStore(RECIPE)


def test_all_rivals_answer_and_learn_their_scenes(store):
    found = anchors(store.scenes(Role.TRAINING), RECIPE, spectra=600)
    assert [item.name for item in found] == [
        "constant",
        "picture mean",
        "knn",
        "ridge",
        "lasso",
        "svr",
    ]
    (trial, *_) = trials(store, TrialPlan(12, 1, 1), CONDITIONS[:1])
    for item in found:
        rgb = item.answer(trial).rgb
        assert rgb.shape == trial.rgb.shape
        assert np.isfinite(rgb).all()
    known = _as_trial(store, trial)
    errors = {item.name: ((item.answer(known).rgb - known.rgb) ** 2).mean() for item in found}
    for name in ("knn", "ridge", "svr"):
        assert errors[name] < errors["constant"]


def _as_trial(store, trial):
    """A scene that was learnt from, as a trial."""
    from dataclasses import replace

    scene = store.scene(Role.TRAINING, 0)
    counts = scene.photons(3000.0, np.random.default_rng(1)).reshape(16, 16, -1)
    return replace(trial, counts=counts, rgb=np.moveaxis(scene.rgb(), 0, -1))
