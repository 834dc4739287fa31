"""Parameters by name."""

import pytest

from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.layers_recipe import Ground, PhysicsRecipe
from app.core.synthesis.named_values import known_names, with_values
from app.core.synthesis.plan import SynthesisParameters
from app.errors import ParameterError

LAYERS = SynthesisParameters(physics=PhysicsRecipe())


def test_names_reach_all_three_dataclasses_and_texts_become_numbers():
    values = {
        "cols": "40",
        "counts": 900,
        "noise": "dwell",
        "paint_um": "12.5",
        "ground": "lead white",
        "has_scatter": "off",
        "backlash_px": "-2",
        "instrument": "XGLab ELIO",
    }
    made = with_values(LAYERS, values)
    assert made.cols == 40
    assert made.recipe == SynthesisRecipe(counts=900, noise=Noise.DWELL)
    assert made.physics == PhysicsRecipe(
        paint_um=12.5,
        ground=Ground.LEAD_WHITE,
        has_scatter=False,
        backlash_px=-2,
        instrument="XGLab ELIO",
    )


def test_no_two_parameters_have_the_same_name():
    assert len(known_names()) == len(set(known_names()))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"colour": 3}, "paint_um"),
        ({"counts": "many"}, "a whole number"),
        ({"counts": 2.5}, "a whole number"),
        ({"counts": True}, "a whole number"),
        ({"paint_um": "thick"}, "a number"),
        ({"paint_um": None}, "a number"),
        ({"has_scatter": "maybe"}, "on or off"),
        ({"ground": "sand"}, "chalk, gypsum"),
        ({"instrument": 4}, "a text"),
        ({"paint_um": 0}, "0.1 to 1000"),
        ({"paint_um": "nan"}, "0.1 to 1000"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(values, message):
    with pytest.raises(ParameterError, match=message):
        with_values(LAYERS, values)


def test_layers_cannot_be_changed_where_there_are_none():
    with pytest.raises(ParameterError, match="of layers"):
        with_values(SynthesisParameters(), {"paint_um": 10})
