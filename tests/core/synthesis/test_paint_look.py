"""A small look at a scan by physics: a first one of few paints, then all; maps that are true."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Component, Pigment
from app.core.synthesis.changes import Changes
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import Ground, Mixing, PhysicsRecipe, Support
from app.core.synthesis.paint_look import MOST_PAINTS, paint_draft, paint_look, paint_sketch
from app.core.synthesis.physical import PhysicalPlan
from app.errors import ParameterError

WHITE = Pigment("w", "white", ColourGroup.WHITE, (Component("CaCO3"),), 2.7, (250, 250, 245))
RED = Pigment("r", "red", ColourGroup.RED, (Component("HgS"),), 8.1, (200, 40, 30))
PALETTE = (WHITE, RED)
INSTRUMENT = Instrument(name="coarse", channels=600, gain_kev=0.04)
PLAIN = PhysicsRecipe(
    materials=2, spread=0.0, varnish_um=0.0, ground=Ground.NONE, support=Support.NONE
)


@pytest.fixture
def picture():
    """Red on the left third of 20 × 30 pixels, white on the rest."""
    made = np.empty((20, 30, 3), np.uint8)
    made[:, :10], made[:, 10:] = RED.srgb, WHITE.srgb
    return made


@pytest.fixture
def sketch(picture):
    return paint_sketch(picture, SynthesisRecipe(), PLAIN, lambda look: None)


def plan(physics=PLAIN, changes=None, **recipe):
    return PhysicalPlan(INSTRUMENT, SynthesisRecipe(**recipe), physics, changes or Changes())


def map_of(look, key):
    return next(item.counts for item in look.maps if item.line.key == key)


def test_a_large_picture_has_a_first_look_of_few_paints():
    noise = np.random.default_rng(0).integers(0, 255, (30, 400, 3), np.uint8)
    looks = []
    final = paint_sketch(noise, SynthesisRecipe(), PhysicsRecipe(materials=40), looks.append)
    assert (final.is_final, final.palette.count, final.small.step) == (True, 40, 7)
    assert (looks[0].is_final, looks[0].palette.count) == (False, MOST_PAINTS)
    assert (looks[0].rows, looks[0].cols) == (30, 400)
    assert looks[0].small.step == 9


def test_a_small_picture_of_few_paints_needs_no_first_look(picture):
    looks = []
    found = paint_sketch(picture, SynthesisRecipe(), PLAIN, looks.append)
    assert not looks
    assert found.palette.sizes.tolist() == [400, 200]


def test_maps_show_the_pigments_where_they_are(sketch):
    look = paint_look(sketch, PALETTE, plan(counts=900))
    assert (look.paints, look.stacks) == (2, 2)
    assert look.mean_counts == pytest.approx(900)
    mercury, calcium = map_of(look, "Hg_La"), map_of(look, "Ca_Ka")
    assert mercury.shape == (20, 30)
    assert mercury[:, :10].mean() > 20 * mercury[:, 10:].mean()
    assert calcium[:, 10:].mean() > 5 * calcium[:, :10].mean()


def test_it_is_the_same_each_time(sketch):
    looks = [paint_look(sketch, PALETTE, plan()) for _ in range(2)]
    for one, two in zip(looks[0].maps, looks[1].maps, strict=True):
        np.testing.assert_array_equal(one.counts, two.counts)


def test_a_hidden_picture_shines_through(sketch, picture):
    hidden = np.full_like(picture, 255)
    hidden[:6] = RED.srgb
    physics = replace(PLAIN, paint_um=5.0)
    changes = Changes(shares={0: {"white": 1.0}, 1: {"white": 1.0}})
    mercury = map_of(
        paint_look(sketch, PALETTE, plan(physics, changes, counts=2000), hidden), "Hg_La"
    )
    assert mercury[:6].mean() > 20 * max(mercury[6:].mean(), 1)


def test_the_dwell_time_decides_the_counts(sketch):
    one, two = (
        paint_look(sketch, PALETTE, plan(noise=Noise.DWELL, dwell_s=dwell)).mean_counts
        for dwell in (0.1, 0.3)
    )
    assert two == pytest.approx(3 * one)


def test_more_paints_than_a_look_has_are_put_to_the_nearest():
    noise = np.random.default_rng(0).integers(0, 255, (12, 40, 3), np.uint8)
    physics = replace(PLAIN, materials=40)
    found = paint_sketch(noise, SynthesisRecipe(), physics, lambda look: None)
    assert paint_look(found, PALETTE, plan(physics)).paints == MOST_PAINTS


def test_a_line_beyond_the_axis_has_no_map(sketch):
    short = replace(INSTRUMENT, channels=200)
    look = paint_look(sketch, PALETTE, replace(plan(), instrument=short))
    assert map_of(look, "Hg_La") is None


def test_it_can_be_stopped(sketch):
    def stop(fraction, message):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        paint_look(sketch, PALETTE, plan(), progress=stop)


def test_a_draft_has_shares_at_once_and_maps_when_there_are_some(sketch):
    changes = Changes(shares={0: {"red": 0.5}})
    draft = paint_draft(sketch, PALETTE, SynthesisRecipe(), PLAIN, changes, None)
    assert (draft.maps, draft.mean_counts, draft.is_by_likeness) == ((), None, False)
    np.testing.assert_allclose(draft.shares[0], [0.5, 0.5])
    np.testing.assert_allclose(draft.ruled[0], [1, 0], atol=1e-6)
    look = paint_look(sketch, PALETTE, plan())
    physics = replace(PLAIN, mixing=Mixing.SIMILARITY)
    draft = paint_draft(sketch, PALETTE, SynthesisRecipe(), physics, changes, look)
    assert (draft.maps, draft.is_by_likeness) == (look.maps, True)


def test_pigments_without_a_composition_are_refused(sketch):
    nothing = replace(RED, name="dye", components=())
    with pytest.raises(ParameterError, match="without compositions"):
        paint_draft(sketch, (nothing,), SynthesisRecipe(), PLAIN, Changes(), None)
