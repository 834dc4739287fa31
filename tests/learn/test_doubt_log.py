"""Doubts that are right, too small, or say nothing."""

import numpy as np
import pytest

from app.learn.axis import FINE_CHANNELS
from app.learn.doubt_log import DoubtLog, calibration
from app.learn.instruments import draw_instrument
from app.learn.jitter import AxisError
from app.learn.predictors import Answer
from app.learn.trials import CONDITIONS, Trial, axis_told

ROWS, COLS = 80, 120


@pytest.fixture(scope="module")
def trial():
    rng = np.random.default_rng(1)
    return Trial(
        "x",
        "painting",
        0,
        CONDITIONS[1],
        np.zeros((ROWS, COLS, FINE_CHANNELS), np.float32),
        axis_told(AxisError()),
        rng.uniform(0.3, 0.7, (ROWS, COLS, 3)).astype(np.float32),
        np.zeros((ROWS, COLS, 8), np.float32),
        draw_instrument("Rh", rng),
    )


def test_doubt_that_is_right_holds_ninety_per_cent_in_every_fifth():
    rng = np.random.default_rng(2)
    sd = rng.uniform(0.02, 0.2, 20_000)
    apart = np.abs(rng.normal(size=(20_000, 3)) * sd[:, None])
    found = calibration(np.log(sd**2), apart)
    assert found["n"] == 20_000
    assert found["within_90"] == pytest.approx(0.9, abs=0.005)
    assert found["spearman"] > 0.6
    assert found["spearman"] == pytest.approx(found["spearman_if_right"], abs=0.01)
    assert found["found_rms"] == pytest.approx(found["told_rms"], rel=0.05)
    assert found["told_rms"] == sorted(found["told_rms"])
    sure = calibration(np.log(sd**2 / 9), apart)
    assert sure["within_90"] < 0.5
    assert sure["spearman"] == found["spearman"]
    assert sure["told_rms"][0] == pytest.approx(found["told_rms"][0] / 3, rel=0.01)


def test_even_doubt_has_no_rank():
    found = calibration(np.full(10, -2.0), np.linspace(0, 1, 30).reshape(10, 3))
    assert found["spearman"] is found["spearman_if_right"] is None


def test_pictures_are_taken_together_by_condition(trial):
    log = DoubtLog()
    rng = np.random.default_rng(3)
    doubt = rng.normal(-3, 0.1, (ROWS, COLS)).astype(np.float32)
    for _ in range(2):
        log.add(trial, Answer(trial.rgb + np.float32(0.5), doubt))
    log.add(trial, Answer(trial.rgb))
    log.add(trial, Answer(None, elements=trial.elements))
    found = log.summary()
    assert list(found) == ["few"]
    assert found["few"]["n"] == 8000
    assert found["few"]["within_90"] == 0.0
    assert found["few"]["found_rms"] == pytest.approx([0.5] * 5, abs=1e-4)
    assert DoubtLog().summary() == {}
