"""Shares of pigments by either rule."""

import numpy as np
import pytest

from app.core.pigments import ColourGroup, Component, Pigment
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import Mixing, PhysicsRecipe
from app.core.synthesis.paint_mixing import shares_of

WHITE = Pigment("w", "white", ColourGroup.WHITE, (Component("PbCO3"),), 6.6, (250, 250, 245))
RED = Pigment("r", "red", ColourGroup.RED, (Component("HgS"),), 8.1, (200, 40, 30))
COLOURS = np.array([[250.0, 250, 245], [200, 40, 30]])


@pytest.mark.parametrize("mixing", list(Mixing))
def test_a_pigment_s_own_colour_is_that_pigment_alone(mixing):
    recipe, physics = SynthesisRecipe(at_most=1), PhysicsRecipe(mixing=mixing)
    shares = shares_of(COLOURS, (WHITE, RED), recipe, physics, Changes())
    np.testing.assert_allclose(shares, np.eye(2), atol=1e-6)


def test_shares_by_hand_hold_for_either_rule():
    changes = Changes(shares={0: {"red": 0.25}})
    for mixing in Mixing:
        physics = PhysicsRecipe(mixing=mixing)
        shares = shares_of(COLOURS, (WHITE, RED), SynthesisRecipe(), physics, changes)
        np.testing.assert_allclose(shares[0], [0.75, 0.25])
