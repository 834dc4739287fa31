"""From colours to shares of pigments."""

import numpy as np
import pytest

from app.core.synthesis.mixing import MixingRule, Similarity, similarities, weights
from app.errors import ParameterError

RED, GREEN, WHITE, BLACK = (
    np.array(c, float) for c in ((200, 30, 30), (30, 160, 60), (255, 255, 255), (0, 0, 0))
)


@pytest.mark.parametrize("measure", list(Similarity))
def test_the_same_colour_is_wholly_alike(measure):
    colours = np.stack([RED, GREEN, WHITE, BLACK])
    np.testing.assert_allclose(np.diag(similarities(colours, colours, measure)), 1.0)


def test_the_difference_of_1976_is_the_distance_in_lab():
    # black and white are 100 apart in lightness and nowhere else
    alike = similarities(WHITE[None], BLACK[None], Similarity.CIE76)
    assert alike[0, 0] == pytest.approx(0.0, abs=1e-3)


def test_the_cosine_is_that_of_the_angle():
    alike = similarities(np.array([[1.0, 0, 0]]), np.array([[1.0, 1.0, 0]]), Similarity.COSINE)
    assert alike[0, 0] == pytest.approx(0.5**0.5)


def test_black_has_no_direction():
    alike = similarities(np.stack([BLACK]), np.stack([BLACK, RED]), Similarity.COSINE)
    assert alike.tolist() == [[1.0, 0.0]]


def test_shares_sum_to_one_and_follow_the_likeness():
    rule = MixingRule(threshold=0.2)
    pigments = np.stack([RED, GREEN, WHITE])
    shares = weights(np.stack([RED, GREEN]), pigments, rule)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    alike = similarities(RED[None], pigments, Similarity.CIEDE2000)[0]
    kept = np.where(alike >= 0.2, alike, 0)
    np.testing.assert_allclose(shares[0], kept / kept.sum())


def test_pigments_below_the_threshold_take_no_part():
    shares = weights(RED[None], np.stack([RED, GREEN, BLACK]), MixingRule(threshold=0.99))
    assert shares.tolist() == [[1.0, 0.0, 0.0]]


def test_only_the_most_similar_take_part():
    rule = MixingRule(threshold=0.0, at_most=1)
    pigments = np.stack([GREEN, RED + 10, RED])
    assert weights(RED[None], pigments, rule).tolist() == [[0.0, 0.0, 1.0]]


def test_a_colour_like_no_pigment_gets_the_nearest_alone():
    shares = weights(WHITE[None], np.stack([BLACK, RED]), MixingRule(threshold=1.0))
    assert sorted(shares[0].tolist()) == [0.0, 1.0]


def test_without_pigments_there_is_nothing_to_paint_with():
    with pytest.raises(ParameterError, match="nothing to paint with"):
        weights(RED[None], np.empty((0, 3)), MixingRule())


def test_a_threshold_above_one_is_refused():
    with pytest.raises(ParameterError, match="Least similarity"):
        MixingRule(threshold=1.5)
