"""Materials, mixtures and layers."""

import math

import pytest

from app.core.physics.materials import Layer, Material, material, mixed
from app.errors import ParameterError

OIL = material("oil", {"C": 0.8, "O": 0.2}, 1.0)
WHITE = material("white", {"Pb": 4.0, "O": 1.0}, 7.0)


def test_masses_are_normalised():
    assert WHITE.fractions == (("Pb", 0.8), ("O", 0.2))
    assert WHITE.elements == ("Pb", "O")


def test_a_mixture_by_volume_weighs_by_density():
    paint = mixed("paint", [(WHITE, 1.0), (OIL, 3.0)])
    # 7 g of white and 3 g of oil in 4 cm³
    assert paint.density_g_cm3 == pytest.approx(2.5)
    shares = dict(paint.fractions)
    assert shares["Pb"] == pytest.approx(0.7 * 0.8)
    assert shares["C"] == pytest.approx(0.3 * 0.8)
    assert shares["O"] == pytest.approx(0.2)


def test_a_part_of_no_volume_leaves_no_trace():
    assert mixed("pure", [(WHITE, 1.0), (OIL, 0.0)]).elements == ("Pb", "O")


def test_the_mass_of_a_layer_follows_from_its_thickness():
    assert Layer("paint", WHITE, 20.0).mass_g_cm2 == pytest.approx(7.0 * 20e-4)


@pytest.mark.parametrize("density", [0.0, -1.0, math.nan, math.inf])
def test_an_impossible_density_is_refused(density):
    with pytest.raises(ParameterError, match="density of “white”"):
        material("white", {"Pb": 1.0}, density)


@pytest.mark.parametrize(
    "fractions",
    [(), (("Xx", 1.0),), (("Pb", 0.5),), (("Pb", 1.5), ("O", -0.5)), (("Pb", math.nan),)],
)
def test_an_impossible_composition_is_refused(fractions):
    with pytest.raises(ParameterError, match="composition of “white”"):
        Material("white", fractions, 6.0)


@pytest.mark.parametrize("volumes", [(0.0, 0.0), (-1.0, 2.0), (math.nan, 1.0)])
def test_impossible_volumes_are_refused(volumes):
    with pytest.raises(ParameterError, match="mixture “paint”"):
        mixed("paint", list(zip((WHITE, OIL), volumes, strict=True)))


@pytest.mark.parametrize("thickness", [0.0, -5.0, math.nan, math.inf])
def test_an_impossible_thickness_is_refused(thickness):
    with pytest.raises(ParameterError, match="thickness of layer “paint”"):
        Layer("paint", WHITE, thickness)
