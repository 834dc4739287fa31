"""Recipes become stacks, go to JSON and back, and say what is wrong with them."""

import json
from dataclasses import replace

import pytest

from app.core.physics.stack_recipe import (
    MOST_LAYERS,
    LayerProblem,
    LayerRecipe,
    LayerRole,
    StackRecipe,
    build,
    from_json,
    layer_name,
    presets,
    problems,
    to_json,
)
from app.core.pigments import ColourGroup, Component, Pigment
from app.errors import ParameterError


def pigment(key, name, formula, density):
    components = (Component(formula),) if formula else ()
    return Pigment(key, name, ColourGroup.RED, components, density, (200, 50, 40))


KNOWN = {
    "vermilion": pigment("vermilion", "vermilion", "HgS", 8.1),
    "chalk": pigment("chalk", "chalk", "CaCO3", 2.71),
    "lake": pigment("lake", "madder lake", "", 1.5),
}
PAINT = LayerRecipe(LayerRole.PAINT, pigments=(("vermilion", 1.0),), thickness_um=20.0)
VARNISH = LayerRecipe(
    LayerRole.VARNISH, formula="C10H16O", density_g_cm3=1.07, binder="none", volume_fraction=1.0
)


def test_layers_are_built_from_the_top():
    stack = build(StackRecipe("s", (VARNISH, PAINT)), KNOWN)
    assert [layer.name for layer in stack] == ["varnish: C10H16O", "paint: vermilion"]
    assert [layer.thickness_um for layer in stack] == [20.0, 20.0]
    assert stack[0].material.density_g_cm3 == 1.07
    # 30 % of 8.1 and 70 % of linseed oil's 0.93 g/cm³
    assert stack[1].material.density_g_cm3 == pytest.approx(0.3 * 8.1 + 0.7 * 0.93)
    assert {"Hg", "S", "C", "H", "O"} == set(stack[1].material.elements)


def test_a_formula_in_a_binder_is_mixed_by_volume():
    layer = LayerRecipe(LayerRole.GROUND, formula="CaCO3", density_g_cm3=2.71, volume_fraction=0.5)
    (built,) = build(StackRecipe("s", (layer,)), KNOWN)
    assert built.material.density_g_cm3 == pytest.approx(0.5 * 2.71 + 0.5 * 0.93)


def test_several_pigments_are_mixed_by_their_shares():
    layer = replace(PAINT, pigments=(("vermilion", 3.0), ("chalk", 1.0)), binder="none")
    (built,) = build(StackRecipe("s", (layer,)), KNOWN)
    assert built.material.density_g_cm3 == pytest.approx(0.75 * 8.1 + 0.25 * 2.71)
    assert layer_name(layer, KNOWN) == "paint: vermilion + chalk"


def test_recipe_comes_back_from_json_as_it_was():
    recipe = StackRecipe("Mock-up 3", (VARNISH, PAINT))
    assert from_json(json.loads(json.dumps(to_json(recipe)))) == recipe


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], "TypeError"),
        ({"schema": 1, "name": "s"}, "layers"),
        ({"schema": 2, "name": "s", "layers": []}, "version 2"),
        ({"schema": 1, "name": "s", "layers": [{"role": "frame"}]}, "frame"),
        ({"schema": 1, "name": "s", "layers": [{"role": "paint", "thickness_um": "x"}]}, "x"),
    ],
)
def test_what_is_no_recipe_is_refused(values, found):
    with pytest.raises(ParameterError, match=found):
        from_json(values)


@pytest.mark.parametrize(
    ("change", "field", "words", "position"),
    [
        ({"pigments": (("unknown", 1.0),)}, "pigments", "no pigment “unknown”", None),
        ({"pigments": (("lake", 1.0),)}, "pigments", "madder lake” has no composition", None),
        ({"pigments": (("chalk", 0.0),)}, "pigments", "above 0; not 0", None),
        ({"pigments": (("chalk", 1.0),) * 2}, "pigments", "“chalk” is in the layer twice", None),
        ({"pigments": ()}, "formula", "Choose a pigment, or give a formula", None),
        ({"pigments": (), "formula": "CaXO3"}, "formula", "no element “X”", 2),
        ({"pigments": (), "formula": "Ca", "density_g_cm3": -1.0}, "density_g_cm3", "-1", None),
        ({"binder": "honey"}, "binder", "honey", None),
        ({"volume_fraction": 0.0}, "volume_fraction", "above 0, up to 1; not 0", None),
        ({"volume_fraction": 1.2}, "volume_fraction", "not 1.2", None),
        ({"thickness_um": 0.0}, "thickness_um", "not 0 µm", None),
        ({"thickness_um": float("nan")}, "thickness_um", "not nan µm", None),
    ],
)
def test_each_wrong_field_is_named_with_what_was_found(change, field, words, position):
    recipe = StackRecipe("s", (VARNISH, replace(PAINT, **change)))
    (found,) = problems(recipe, KNOWN)
    assert (found.layer, found.field, found.position) == (1, field, position)
    assert words in found.message
    with pytest.raises(ParameterError, match="Layer 2: "):
        build(recipe, KNOWN)


@pytest.mark.parametrize("count", [0, MOST_LAYERS + 1])
def test_number_of_layers_is_limited(count):
    (found,) = problems(StackRecipe("s", (PAINT,) * count), KNOWN)
    message = f"A stack has 1 to {MOST_LAYERS} layers; this one has {count}."
    assert found == LayerProblem(None, "layers", message)


def test_examples_need_only_pigments_that_every_painter_had():
    used = {key for recipe in presets() for layer in recipe.layers for key, _ in layer.pigments}
    assert used == {"vermilion", "lead-white", "azurite", "chalk"}
    known = {key: pigment(key, key, "PbCO3", 6.8) for key in used}
    for recipe in presets():
        assert problems(recipe, known) == ()
