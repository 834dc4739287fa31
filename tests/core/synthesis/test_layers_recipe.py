"""The recipe of layers."""

import pytest

from app.core.parameters import describe
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.layers_recipe import PhysicsRecipe
from app.core.synthesis.plan import SynthesisParameters
from app.errors import ParameterError


def test_no_two_dataclasses_of_a_scan_have_a_parameter_of_the_same_name():
    kinds = (SynthesisRecipe, PhysicsRecipe, SynthesisParameters)
    names = [info.name for kind in kinds for info in describe(kind)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "value", "limit"),
    [
        ("paint_um", 0.0, "0.1 to 1000 µm"),
        ("paint_um", float("nan"), "0.1 to 1000 µm"),
        ("hidden_um", 0.0, "0.1 to 1000 µm"),
        ("ground_um", -3.0, "0.1 to 5000 µm"),
        ("materials", 513, "1 to 512"),
        ("volume_fraction", 0.0, "0.01 to 1"),
        ("gain_percent", 11.0, "-10 to 10 %"),
    ],
)
def test_what_is_out_of_its_limits_is_named_with_them(name, value, limit):
    with pytest.raises(ParameterError) as caught:
        PhysicsRecipe(**{name: value})
    assert limit in caught.value.message


def test_a_binder_that_is_not_known_is_refused_with_the_known_ones():
    with pytest.raises(ParameterError) as caught:
        PhysicsRecipe(binder="acrylic")
    assert "linseed oil" in caught.value.message
