"""Counts drawn between two stacks."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Component, Pigment
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.physical import PhysicalPlan, paint_physically
from app.core.synthesis.physical_counts import PhysicalCounts

RED = Pigment("red", "vermilion", ColourGroup.RED, (Component("HgS"),), 8.1, (146, 57, 56))


@pytest.fixture(scope="module")
def truth():
    plan = PhysicalPlan(
        Instrument(channels=128, gain_kev=0.16),
        SynthesisRecipe(counts=300, noise=Noise.POISSON, seed=5),
        PhysicsRecipe(spread=0.4, spread_px=2, materials=1),
    )
    return paint_physically(np.zeros((7, 40, 3), np.uint8), (RED,), plan).truth


def at(truth, counts):
    """The same scan with so many expected counts at a point."""
    return replace(truth, expected=(truth.expected * (counts / 300)).astype(np.float32))


@pytest.mark.parametrize("counts", [30, 1000, 20_000])
def test_few_and_many_counts_have_the_same_expectation_whichever_way_they_are_drawn(truth, counts):
    many = at(truth, counts)
    drawn = np.zeros(128)
    for seed in range(5):
        seeded = replace(many, recipe=replace(truth.recipe, seed=seed))
        drawn += PhysicalCounts(seeded)[0:7].sum(axis=(0, 1))
    above = many.nodes.above[..., None].astype(float)
    expected = (1 - above) * many.expected[many.nodes.low] + above * many.expected[many.nodes.high]
    expected = 5 * expected.sum(axis=(0, 1))
    seen = expected > 5
    assert np.abs((drawn - expected)[seen] / np.sqrt(expected[seen])).max() < 4.5


def test_the_type_holds_the_largest_count(truth):
    assert PhysicalCounts(truth).dtype == np.uint16
    bright = at(truth, 50_000_000)
    counts = PhysicalCounts(bright)
    assert counts.dtype == np.uint32
    assert counts[0].max() > 70_000


@pytest.mark.parametrize("counts", [300, 20_000])
def test_every_way_of_reading_gives_the_same(truth, counts):
    lazy = PhysicalCounts(at(truth, counts))
    whole = lazy[0:7]
    np.testing.assert_array_equal(lazy[3], whole[3])
    np.testing.assert_array_equal(lazy[-1], whole[6])
    room = np.full((3, 40, 128), 5, lazy.dtype)
    lazy.read_rows(2, room)
    np.testing.assert_array_equal(room, whole[2:5])
    np.testing.assert_array_equal(lazy[1:6:2, 5], whole[1:6:2, 5])
    np.testing.assert_array_equal(lazy[2, 3, 10:20], whole[2, 3, 10:20])


def test_a_stack_that_gives_nothing_has_no_counts(truth):
    dark = replace(truth, expected=np.zeros_like(truth.expected))
    assert PhysicalCounts(dark)[0:7].sum() == 0
