"""Numbers of answers that are known to be right, wrong, sure or unsure."""

import numpy as np
import pytest

from app.learn.axis import FINE_CHANNELS
from app.learn.instruments import draw_instrument
from app.learn.jitter import AxisError
from app.learn.predictors import Answer
from app.learn.scoring import MEASURES, correlation, scores
from app.learn.trials import CONDITIONS, Trial, axis_told

ROWS, COLS = 24, 36


@pytest.fixture(scope="module")
def trial():
    rng = np.random.default_rng(1)
    return Trial(
        "x",
        "painting",
        0,
        CONDITIONS[0],
        rng.poisson(2.0, (ROWS, COLS, FINE_CHANNELS)).astype(np.float32),
        axis_told(AxisError()),
        rng.uniform(0.2, 0.8, (ROWS, COLS, 3)).astype(np.float32),
        rng.uniform(0, 0.2, (ROWS, COLS, 8)).astype(np.float32),
        draw_instrument("Rh", rng),
    )


def test_the_truth_itself_is_perfect(trial):
    found = scores(trial, Answer(trial.rgb))
    assert found["mse"] == 0
    assert found["ssim"] == pytest.approx(1.0)
    assert found["bce_excess"] == pytest.approx(0.0, abs=1e-9)
    assert found["delta_e2000"] == pytest.approx(0.0, abs=1e-9)
    assert found["red_blue"] == pytest.approx(1.0)
    assert found["spearman"] is None
    assert set(found) == set(MEASURES)


def test_a_known_error_has_its_psnr_in_both_protocols(trial):
    found = scores(trial, Answer(trial.rgb + np.float32(0.1), seconds=2.0))
    assert found["mse"] == pytest.approx(0.01, rel=1e-4)
    assert found["psnr_db"] == pytest.approx(20.0, abs=0.01)
    # black around both pictures: a smaller error over all
    assert found["mse_padded"] < found["mse"]
    assert found["pixels_per_s"] == ROWS * COLS / 2


def test_doubt_that_is_right_holds_ninety_per_cent(trial):
    rng = np.random.default_rng(2)
    sd = rng.uniform(0.02, 0.2, (ROWS, COLS, 1))
    given = trial.rgb + rng.normal(size=trial.rgb.shape) * sd
    found = scores(trial, Answer(given.astype(np.float32), np.log(sd[..., 0] ** 2)))
    assert found["within_90"] == pytest.approx(0.9, abs=0.03)
    assert found["spearman"] > 0.6
    sure = scores(trial, Answer(given.astype(np.float32), np.log(sd[..., 0] ** 2 / 9)))
    assert sure["within_90"] < 0.5
    assert sure["spearman"] == pytest.approx(found["spearman"])


def test_maps_are_compared_with_true_counts(trial):
    total = trial.counts.sum(axis=2, keepdims=True)
    found = scores(trial, Answer(None, elements=trial.elements * total))
    assert found["r_Fe"] == pytest.approx(1.0)
    assert found["r_Pb"] == pytest.approx(1.0)
    assert found["mse"] is None
    wrong = scores(trial, Answer(None, elements=-trial.elements * total))
    assert wrong["r_Cu"] == pytest.approx(-1.0)


def test_nothing_correlates_with_an_even_picture():
    assert correlation(np.ones(5), np.arange(5)) is None
    assert correlation(np.arange(5), 3 - 2 * np.arange(5)) == pytest.approx(-1.0)
