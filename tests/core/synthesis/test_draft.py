"""What can be shown of a synthetic scan at once."""

import time

import numpy as np
import pytest

from app.core.synthesis.changes import Changes
from app.core.synthesis.draft import drafted
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.paints import paints
from app.core.synthesis.sketch import sketch
from app.errors import ParameterError

RECIPE = SynthesisRecipe(clusters=2, delta=0, threshold=0.85)


@pytest.fixture
def found(three):
    picture = np.empty((30, 40, 3), np.uint8)
    picture[:, :25], picture[:, 25:] = three[0].srgb, three[1].srgb
    return sketch(picture, RECIPE, lambda first: None)


def test_mixtures_and_maps_follow_from_the_palette(found, three):
    draft = drafted(found, paints(three, "Test"), RECIPE, Changes())
    assert draft.shares.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert draft.likeness.shape == (2, 3)
    np.testing.assert_array_equal(draft.ruled, draft.shares)
    # the red pigment's peak at 2.5 keV is no line of these, the blue one's at 6.5 keV is iron's
    iron = next(item.counts for item in draft.maps if item.line.key == "Fe_Ka")
    assert iron[:, 25:].mean() > 10 * iron[:, :25].mean()


def test_changes_by_hand_are_in_the_shares_but_not_in_the_rule(found, three):
    changes = Changes(shares={0: {"white": 0.5}})
    draft = drafted(found, paints(three, "Test"), RECIPE, changes)
    assert draft.shares[0].tolist() == [0.5, 0.0, 0.5]
    assert draft.ruled[0].tolist() == [1.0, 0.0, 0.0]


def test_the_chosen_colour_stands_out(found, three):
    draft = drafted(found, paints(three, "Test"), RECIPE, Changes(colours={1: (250, 250, 10)}))
    painted = draft.painted(1)
    assert painted.shape == (30, 40, 3)
    assert painted[0, 39].tolist() == [250, 250, 10]
    assert np.ptp(painted[0, 0].astype(int)) < 60


def test_a_change_that_does_not_fit_is_refused(found, three):
    with pytest.raises(ParameterError, match="not there"):
        drafted(found, paints(three, "Test"), RECIPE, Changes(colours={9: (1, 2, 3)}))


def test_edits_can_be_followed(found, three):
    chosen = paints(three, "Test")
    drafted(found, chosen, RECIPE, Changes())
    start = time.process_time()
    drafted(found, chosen, RECIPE, Changes())
    assert time.process_time() - start < 0.1
