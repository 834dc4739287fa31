"""Random numbers are distributed as told."""

import numpy as np
import pytest

from app.learn.chance import log_uniform


def test_logarithms_are_even_between_the_ends():
    drawn = np.log10(log_uniform(np.random.default_rng(1), 10.0, 1000.0, 20_000))
    assert drawn.min() >= 1.0
    assert drawn.max() <= 3.0
    assert drawn.mean() == pytest.approx(2.0, abs=0.02)
    assert drawn.var() == pytest.approx(4 / 12, rel=0.05)
