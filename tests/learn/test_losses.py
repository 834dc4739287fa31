"""Losses are what their formulas say."""

import math

import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.config import TrainingPlan  # noqa: E402
from app.learn.losses import (  # noqa: E402
    asks_for_elements,
    colour_loss,
    element_loss,
    likelihood,
    loss,
)

RGB = torch.tensor([[0.2, 0.4, 0.9], [1.0, 0.0, 0.5]])
COUNTS = torch.full((2, 6), 10.0)


def test_cross_entropy_and_squares_are_those_of_the_books():
    given = torch.tensor([[0.3, 0.4, 0.8], [0.9, 0.1, 0.5]])
    wanted = -(RGB * given.log() + (1 - RGB) * (1 - given).log()).mean()
    found = colour_loss({"rgb": given}, RGB, "cross-entropy")
    assert float(found) == pytest.approx(float(wanted), rel=1e-5)
    squares = colour_loss({"rgb": given}, RGB, "squares")
    assert float(squares) == pytest.approx(float(((given - RGB) ** 2).mean()))


def test_a_perfect_black_or_white_costs_nothing_and_no_infinity():
    given = torch.tensor([[0.0, 1.0, 0.0]])
    assert float(colour_loss({"rgb": given}, given, "cross-entropy")) < 1e-4
    assert math.isfinite(float(colour_loss({"rgb": given}, 1 - given, "cross-entropy")))


def test_the_best_variance_to_tell_is_the_mean_squared_error():
    squares = torch.full((100, 1), 0.04)
    told = torch.full((100, 1), math.log(0.04), requires_grad=True)
    likelihood(squares, told).backward()
    assert told.grad.abs().max() < 1e-6
    for wrong, sign in ((math.log(0.01), -1), (math.log(0.2), 1)):
        off = torch.full((100, 1), wrong, requires_grad=True)
        likelihood(squares, off).backward()
        assert (torch.sign(off.grad) == sign).all()


def test_pictures_have_one_variance_for_each_point():
    rgb = torch.rand(2, 3, 4, 5)
    outputs = {"rgb": rgb * 0.5, "log_var": torch.zeros(2, 1, 4, 5)}
    wanted = 0.5 * ((rgb * 0.5) ** 2).mean()
    assert float(colour_loss(outputs, rgb, "likelihood")) == pytest.approx(float(wanted), rel=1e-5)


def test_elements_are_compared_as_shares():
    shares = torch.tensor([[0.1, 0.0], [0.2, 0.3]])
    total = COUNTS.sum(dim=1, keepdim=True)
    assert float(element_loss({"elements": shares * total}, COUNTS, shares)) < 1e-12
    assert float(element_loss({"elements": 0 * shares}, COUNTS, shares)) > 0.01


def test_weights_decide_what_counts():
    outputs = {"rgb": RGB * 0.5, "reconstruction": torch.zeros(2, 6)}
    only = TrainingPlan(loss="squares", colour_weight=0.0, reconstruction_weight=2.0)
    # the counts are all alike, so each is a whole share of the largest
    assert float(loss(outputs, COUNTS, RGB, None, only)) == pytest.approx(2.0)
    both = TrainingPlan(loss="squares", colour_weight=1.0, reconstruction_weight=2.0)
    colour = float(colour_loss(outputs, RGB, "squares"))
    assert float(loss(outputs, COUNTS, RGB, None, both)) == pytest.approx(2.0 + colour)
    own = {**outputs, "own_loss": torch.tensor(0.5)}
    assert float(loss(own, COUNTS, RGB, None, only)) == pytest.approx(2.5)
    assert asks_for_elements(TrainingPlan(element_weight=0.1))
    assert not asks_for_elements(both)
