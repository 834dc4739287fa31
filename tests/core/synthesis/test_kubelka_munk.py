"""Mixing pigments by Kubelka and Munk."""

import itertools

import numpy as np
import pytest
from skimage.color import rgb2lab

from app.core.synthesis.kubelka_munk import km_colour, km_mixture
from app.errors import ParameterError

PIGMENTS = np.array(
    [(245, 243, 235), (146, 57, 56), (37, 49, 91), (205, 170, 60), (30, 28, 27)], np.float64
)


def test_a_pigment_alone_has_its_own_colour_and_is_found_again():
    alone = np.eye(len(PIGMENTS))
    assert km_colour(alone, PIGMENTS) == pytest.approx(PIGMENTS, abs=1e-6)
    assert km_mixture(PIGMENTS, PIGMENTS, 0) == pytest.approx(alone, abs=1e-4)


def test_shares_of_a_known_mixture_are_found_again():
    known = np.array([[0.6, 0.4, 0, 0, 0], [0, 0, 0.5, 0.5, 0], [0.5, 0.2, 0, 0.3, 0]])
    colours = km_colour(known, PIGMENTS)
    assert km_mixture(colours, PIGMENTS[[0, 1, 2, 3]], 0) == pytest.approx(known[:, :4], abs=1e-3)


def test_white_with_a_little_blue_is_much_darker_than_the_mean_of_their_colours():
    mixed = km_colour(np.array([[0.9, 0.1]]), PIGMENTS[[0, 2]])[0]
    mean = 0.9 * PIGMENTS[0] + 0.1 * PIGMENTS[2]
    assert (mixed < mean - 40).all()
    assert mixed[2] > mixed[0]


def test_every_colour_gets_shares_of_sum_1_also_where_no_mixture_has_it():
    colours = np.array([(255, 0, 255), (0, 255, 0), (0, 0, 0), (255, 255, 255)], np.float64)
    shares = km_mixture(colours, PIGMENTS, 0)
    assert shares.sum(axis=1) == pytest.approx(np.ones(4))
    assert (shares >= 0).all()
    assert shares[2].argmax() == 4
    assert shares[3].argmax() == 0


@pytest.mark.parametrize("at_most", [1, 2])
def test_no_more_pigments_than_wanted_are_mixed(at_most):
    colours = np.random.default_rng(1).uniform(0, 255, (40, 3))
    shares = km_mixture(colours, PIGMENTS, at_most)
    assert (np.count_nonzero(shares, axis=1) <= at_most).all()
    assert shares.sum(axis=1) == pytest.approx(np.ones(40))


def test_a_single_pigment_is_the_one_that_looks_most_like_the_colour():
    # much white with a little red gives this colour, but white alone is not like it
    red = np.array([(200.0, 110, 105)])
    shares = km_mixture(red, PIGMENTS, 0)[0]
    assert shares[0] > 3 * shares[1]
    assert km_mixture(red, PIGMENTS, 1)[0].tolist() == [0, 1, 0, 0, 0]


@pytest.mark.parametrize("at_most", [1, 2, 3])
def test_fewer_pigments_come_as_near_to_the_colour_as_any_that_could_be_chosen(at_most):
    wanted = km_colour(np.array([[0.7, 0.05, 0.1, 0.15, 0]]), PIGMENTS)
    lab = rgb2lab(wanted / 255)

    def apart(shares: np.ndarray) -> float:
        return float(np.linalg.norm(rgb2lab(km_colour(shares, PIGMENTS) / 255) - lab))

    every = []
    for chosen in itertools.combinations(range(len(PIGMENTS)), at_most):
        shares = np.zeros((1, len(PIGMENTS)))
        shares[:, chosen] = km_mixture(wanted, PIGMENTS[list(chosen)], 0)
        every.append(apart(shares))
    assert apart(km_mixture(wanted, PIGMENTS, at_most)) == pytest.approx(min(every), abs=1e-6)


def test_without_pigments_nothing_can_be_mixed():
    with pytest.raises(ParameterError):
        km_mixture(np.zeros((1, 3)), np.empty((0, 3)), 0)
