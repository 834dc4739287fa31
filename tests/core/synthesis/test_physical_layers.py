"""Materials and stacks of a painting."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Component, Pigment, paint
from app.core.synthesis.layers_recipe import Ground, PhysicsRecipe, Support
from app.core.synthesis.physical_layers import joined, layers, miscalibrated
from app.errors import ParameterError

RED = Pigment("red", "vermilion", ColourGroup.RED, (Component("HgS"),), 8.1, (146, 57, 56))
WHITE = Pigment(
    "white", "lead white", ColourGroup.WHITE, (Component("Pb3(CO3)2(OH)2"),), 6.8, (245, 243, 235)
)
RECIPE = PhysicsRecipe(varnish_um=15, ground_um=100, hidden_um=25, volume_fraction=0.25)


def test_the_paint_of_a_stack_is_the_pigments_in_their_binder():
    made = layers((RED, WHITE), RECIPE)
    shares = np.array([[0.75, 0.25], [0.0, 1.0]])
    stacks = made.stacks(shares, np.array([10.0, 40.0]), None)
    assert stacks.thickness_um.tolist() == [[15, 10, 0, 100, 600], [15, 40, 0, 100, 600]]
    wanted = paint([(RED, 0.75), (WHITE, 0.25)], 0.25, "linseed oil")
    masses = stacks.volumes[0, 1] * [item.density_g_cm3 for item in made.materials]
    assert masses.sum() == pytest.approx(wanted.density_g_cm3)
    mercury = masses[0] * dict(made.materials[0].fractions)["Hg"] / masses.sum()
    assert mercury == pytest.approx(dict(wanted.fractions)["Hg"])


def test_hidden_paint_lies_between_paint_and_ground():
    made = layers((RED, WHITE), RECIPE)
    stacks = made.stacks(np.array([[0.0, 1.0]]), np.array([10.0]), np.array([[1.0, 0.0]]))
    assert stacks.thickness_um.tolist() == [[15, 10, 25, 100, 600]]
    assert stacks.volumes[0, 2, :2] == pytest.approx([0.25, 0])


def test_what_is_not_there_has_no_thickness():
    bare = replace(RECIPE, varnish_um=0, ground=Ground.NONE, support=Support.NONE)
    stacks = layers((RED,), bare).stacks(np.ones((1, 1)), np.array([10.0]), None)
    assert stacks.thickness_um.tolist() == [[0, 10, 0, 0, 0]]


def test_joining_and_miscalibration_move_the_axis():
    instrument = Instrument()
    assert joined(instrument, 1) == instrument
    half = joined(instrument, 2)
    assert (half.channels, half.gain_kev, half.offset_kev) == (1024, 0.04, 0.01)
    askew = miscalibrated(instrument, replace(RECIPE, gain_percent=1.0, offset_ev=-20))
    assert (askew.gain_kev, askew.offset_kev) == pytest.approx((0.0202, -0.02))
    with pytest.raises(ParameterError, match=r"2048 channels of 0\.02 keV, 64 joined"):
        joined(instrument, 64)
