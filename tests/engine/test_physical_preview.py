"""A look at layers by the parameters of a scan."""

import numpy as np
import pytest

from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.paint_look import paint_sketch
from app.core.synthesis.plan import SynthesisParameters
from app.engine.jobs import run_now
from app.engine.physical_preview import looked_at, sketched_layers
from app.engine.synthesis_pigments import palette_named
from app.errors import ParameterError

PHYSICS = PhysicsRecipe(materials=2, spread=0.0)


@pytest.fixture
def sketch():
    picture = np.empty((12, 18, 3), np.uint8)
    picture[:, :6], picture[:, 6:] = (200, 40, 30), (245, 245, 240)
    return paint_sketch(picture, SynthesisRecipe(), PHYSICS, lambda look: None)


@pytest.fixture
def pigments():
    return palette_named("vermilion, lead white", has_layers=True)


def test_the_hidden_picture_may_be_of_any_size(sketch, pigments):
    hidden = np.full((50, 20, 3), 240, np.uint8)
    wanted = SynthesisParameters(physics=PHYSICS)
    look = run_now(lambda context: looked_at(sketch, pigments, wanted, hidden, context))
    assert look.maps[0].counts.shape == (12, 18)
    assert look.stacks == 2


def test_an_instrument_that_is_gone_is_said(sketch, pigments):
    wanted = SynthesisParameters(physics=PhysicsRecipe(instrument="lost"))
    with pytest.raises(ParameterError, match="lost"):
        run_now(lambda context: looked_at(sketch, pigments, wanted, None, context))


def test_colours_and_looks_come_one_after_the_other(pigments):
    picture = np.random.default_rng(0).integers(0, 255, (20, 200, 3), np.uint8)
    told = []

    class Context:
        def progress(self, fraction, message=""):
            pass

        def partial(self, value):
            told.append(value)

    physics = PhysicsRecipe(materials=20, spread=0.0)
    wanted = SynthesisParameters(physics=physics, cols=180)
    look = sketched_layers(picture, pigments, wanted, None, Context())
    first, first_look, final = told
    assert (first.is_final, first.cols, final.is_final, final.cols) == (False, 180, True, 180)
    assert first_look.paints == look.paints == 12
    assert final.palette.count == 20


def test_a_first_look_that_fails_leaves_the_colours(sketch):
    told = []

    class Context:
        def progress(self, fraction, message=""):
            pass

        def partial(self, value):
            told.append(value)

    wanted = SynthesisParameters(physics=PHYSICS)
    picture = np.random.default_rng(0).integers(0, 255, (20, 200, 3), np.uint8)
    with pytest.raises(ParameterError, match="nothing to paint"):
        sketched_layers(picture, (), wanted, None, Context())
    assert [item.is_final for item in told] == [False, True]
