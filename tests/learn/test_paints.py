"""Paints at random are what is told of them."""

import numpy as np

from app.core.pigments import ColourGroup
from app.learn.paints import FREQUENCY


def test_the_frequencies_are_those_of_shipped_pigments(pigments):
    assert set(FREQUENCY) <= {pigment.id for pigment in pigments}


def test_paints_have_one_to_three_pigments_and_leaf_is_alone(pigments, shares):
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    number = (shares > 0).sum(axis=1)
    assert set(number.tolist()) == {1, 2, 3}
    leaf = np.array([pigment.binder == "none" for pigment in pigments])
    assert (number[(shares[:, leaf] > 0).any(axis=1)] == 1).all()
    metal = np.array([pigment.group is ColourGroup.METAL for pigment in pigments])
    mixed_ones = shares[number > 1]
    assert (mixed_ones[:, metal].max(axis=0) < 1).all()
    white = [pigment.id for pigment in pigments].index("lead-white")
    assert 0.4 < (mixed_ones[:, white] > 0).mean() < 0.75
