"""Recipes of stacks: layers as a painter would name them, kept as plain values and JSON."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from app.core.formulas import FormulaError, mass_fractions, parse_formula
from app.core.physics.materials import Layer, Material, Stack, material, mixed
from app.core.pigments import BINDERS, Pigment, paint
from app.errors import ParameterError

NO_BINDER = "none"
MOST_LAYERS = 12
THICKEST_UM = 50_000.0
"""Five centimetres: thicker than any panel matters to X-rays of these energies."""
_SCHEMA = 1
_DENSEST_G_CM3 = 25.0


class LayerRole(StrEnum):
    """What a layer is in the painting."""

    VARNISH = "varnish"
    PAINT = "paint"
    UNDERPAINT = "underpaint"
    GROUND = "ground"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class LayerRecipe:
    """How one layer is made: of pigments, or of something with a plain formula.

    Nothing is checked here, so that a recipe can be held while it is being typed; see
    `problems`.

    Parameters
    ----------
    role
        What it is in the painting.
    pigments
        Id and share of the pigments' volume of each pigment; empty where `formula` counts.
    formula
        Formula of a material that is in no library; used only without pigments.
    density_g_cm3
        Density of that material, g/cm³.
    binder
        Key of `app.core.pigments.BINDERS`; "none" for what is no paint.
    volume_fraction
        What pigments or material have of the layer's volume, above 0, at most 1; the binder has
        the rest. Without meaning where there is no binder.
    thickness_um
        Thickness, µm.
    """

    role: LayerRole
    pigments: tuple[tuple[str, float], ...] = ()
    formula: str = ""
    density_g_cm3: float = 1.0
    binder: str = "linseed oil"
    volume_fraction: float = 0.3
    thickness_um: float = 20.0


@dataclass(frozen=True, slots=True)
class StackRecipe:
    """Layers from the top, where the beam enters, to the bottom.

    Parameters
    ----------
    name
        What the stack is called.
    layers
        Its layers.
    """

    name: str
    layers: tuple[LayerRecipe, ...]


@dataclass(frozen=True, slots=True)
class LayerProblem:
    """Something of a recipe that cannot be built.

    Parameters
    ----------
    layer
        Number of the layer, 0 at the top; None for the stack as a whole.
    field
        Name of the field of `LayerRecipe`, or "layers".
    message
        What was found and what is expected.
    position
        Index into the formula where reading stopped; None for all else.
    """

    layer: int | None
    field: str
    message: str
    position: int | None = None


def problems(recipe: StackRecipe, pigments: Mapping[str, Pigment]) -> tuple[LayerProblem, ...]:
    """All that keeps a recipe from being built, from the top down; empty when it can be.

    Parameters
    ----------
    recipe
        The recipe.
    pigments
        The pigments known, by id.
    """
    found: list[LayerProblem] = []
    if not 1 <= len(recipe.layers) <= MOST_LAYERS:
        message = f"A stack has 1 to {MOST_LAYERS} layers; this one has {len(recipe.layers)}."
        found.append(LayerProblem(None, "layers", message))
    for number, layer in enumerate(recipe.layers):
        found += [
            LayerProblem(number, name, message, position)
            for name, message, position in _layer_problems(layer, pigments)
        ]
    return tuple(found)


def build(recipe: StackRecipe, pigments: Mapping[str, Pigment]) -> Stack:
    """The stack of a recipe.

    Parameters
    ----------
    recipe
        Layers from top to bottom.
    pigments
        The pigments known, by id.

    Raises
    ------
    ParameterError
        If something in the recipe cannot be; the message names the layer.
    """
    wrong = problems(recipe, pigments)
    if wrong:
        first = wrong[0]
        where = "" if first.layer is None else f"Layer {first.layer + 1}: "
        raise ParameterError(
            f"The stack “{recipe.name}” cannot be built.",
            where + first.message,
            "Correct the layer.",
        )
    return tuple(
        Layer(layer_name(layer, pigments), _material(layer, pigments), layer.thickness_um)
        for layer in recipe.layers
    )


def layer_name(layer: LayerRecipe, pigments: Mapping[str, Pigment]) -> str:
    """Role and material of a layer in words: "paint: vermilion + lead white"."""
    return f"{layer.role}: {material_name(layer, pigments)}"


def material_name(layer: LayerRecipe, pigments: Mapping[str, Pigment]) -> str:
    """What a layer is made of, in words."""
    if not layer.pigments:
        return layer.formula.strip() or "nothing yet"
    return " + ".join(pigments[key].name if key in pigments else key for key, _ in layer.pigments)


def to_json(recipe: StackRecipe) -> dict[str, Any]:
    """A recipe as plain values for a JSON file; `from_json` reads it back."""
    layers = [asdict(layer) | {"role": layer.role.value} for layer in recipe.layers]
    for layer in layers:
        layer["pigments"] = [list(part) for part in layer["pigments"]]
    return {"schema": _SCHEMA, "name": recipe.name, "layers": layers}


def from_json(values: Any) -> StackRecipe:
    """A recipe from plain values; what is not known of a layer is passed over.

    Raises
    ------
    ParameterError
        If the values are no recipe or come from a newer version.
    """
    try:
        schema = int(values["schema"])
        if schema > _SCHEMA:
            raise _unreadable(f"It has version {schema}; up to {_SCHEMA} can be read.")
        layers = tuple(_layer_from_json(layer) for layer in values["layers"])
        return StackRecipe(str(values["name"]), layers)
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(f"Found {type(error).__name__}: {error}.") from error


def _unreadable(message: str) -> ParameterError:
    return ParameterError(
        "This is no recipe of a stack.",
        message,
        "Choose a recipe that this version of Velatura has written.",
    )


def _layer_from_json(values: Any) -> LayerRecipe:
    plain = LayerRecipe(LayerRole(values["role"]))
    return LayerRecipe(
        role=plain.role,
        pigments=tuple((str(key), float(share)) for key, share in values.get("pigments", ())),
        formula=str(values.get("formula", plain.formula)),
        density_g_cm3=float(values.get("density_g_cm3", plain.density_g_cm3)),
        binder=str(values.get("binder", plain.binder)),
        volume_fraction=float(values.get("volume_fraction", plain.volume_fraction)),
        thickness_um=float(values.get("thickness_um", plain.thickness_um)),
    )


def _layer_problems(
    layer: LayerRecipe, pigments: Mapping[str, Pigment]
) -> list[tuple[str, str, int | None]]:
    """Field, message and place in the formula of all that is wrong with a layer."""
    found = _pigment_problems(layer, pigments) if layer.pigments else _formula_problems(layer)
    if layer.binder not in BINDERS:
        known = ", ".join(BINDERS)
        found.append(("binder", f"The binder is one of {known}; not “{layer.binder}”.", None))
    if not 0 < layer.volume_fraction <= 1:
        share = f"{layer.volume_fraction:g}"
        found.append(
            ("volume_fraction", f"The share of the volume is above 0, up to 1; not {share}.", None)
        )
    if not 0 < layer.thickness_um <= THICKEST_UM:
        limit = f"above 0 µm, up to {THICKEST_UM:g} µm"
        found.append(
            ("thickness_um", f"The thickness is {limit}; not {layer.thickness_um:g} µm.", None)
        )
    return found


def _pigment_problems(
    layer: LayerRecipe, pigments: Mapping[str, Pigment]
) -> list[tuple[str, str, int | None]]:
    found: list[tuple[str, str, int | None]] = []
    keys = [key for key, _ in layer.pigments]
    for key, share in layer.pigments:
        pigment = pigments.get(key)
        if pigment is None:
            found.append(("pigments", f"There is no pigment “{key}” in the libraries.", None))
        elif not pigment.components:
            message = f"“{pigment.name}” has no composition to compute with."
            found.append(("pigments", message, None))
        if not (math.isfinite(share) and share > 0):
            found.append(("pigments", f"A share is above 0; not {share:g}.", None))
    for key in {key for key in keys if keys.count(key) > 1}:
        name = pigments[key].name if key in pigments else key
        found.append(("pigments", f"“{name}” is in the layer twice.", None))
    return found


def _formula_problems(layer: LayerRecipe) -> list[tuple[str, str, int | None]]:
    found: list[tuple[str, str, int | None]] = []
    if not layer.formula.strip():
        found.append(("formula", "Choose a pigment, or give a formula.", None))
    else:
        try:
            parse_formula(layer.formula)
        except FormulaError as error:
            found.append(("formula", error.reason, error.position))
    if not 0 < layer.density_g_cm3 <= _DENSEST_G_CM3:
        limit = f"above 0, up to {_DENSEST_G_CM3:g} g/cm³"
        found.append(
            ("density_g_cm3", f"The density is {limit}; not {layer.density_g_cm3:g} g/cm³.", None)
        )
    return found


def _material(layer: LayerRecipe, pigments: Mapping[str, Pigment]) -> Material:
    if layer.pigments:
        parts = [(pigments[key], share) for key, share in layer.pigments]
        return paint(parts, layer.volume_fraction, layer.binder)
    plain = material(layer.formula, mass_fractions(layer.formula), layer.density_g_cm3)
    formula, density = BINDERS[layer.binder]
    if not formula or layer.volume_fraction == 1:
        return plain
    medium = material(layer.binder, mass_fractions(formula), density)
    return mixed(
        f"{layer.formula} in {layer.binder}",
        [(plain, layer.volume_fraction), (medium, 1 - layer.volume_fraction)],
    )


_VARNISH = LayerRecipe(
    LayerRole.VARNISH,
    formula="C10H16O",
    density_g_cm3=1.07,
    binder=NO_BINDER,
    volume_fraction=1.0,
    thickness_um=20.0,
)
_GROUND = LayerRecipe(LayerRole.GROUND, pigments=(("chalk", 1.0),), thickness_um=150.0)


def presets() -> tuple[StackRecipe, ...]:
    """Stacks to start from; their pigments are those of the shipped library."""
    vermilion = LayerRecipe(LayerRole.UNDERPAINT, pigments=(("vermilion", 1.0),), thickness_um=15.0)
    lead_ground = LayerRecipe(LayerRole.GROUND, pigments=(("lead-white", 1.0),), thickness_um=100.0)
    return (
        StackRecipe(
            "Varnished vermilion over lead white ground",
            (
                _VARNISH,
                LayerRecipe(LayerRole.PAINT, pigments=(("vermilion", 1.0),), thickness_um=20.0),
                lead_ground,
            ),
        ),
        StackRecipe(
            "Hidden vermilion under azurite",
            (
                _VARNISH,
                LayerRecipe(LayerRole.PAINT, pigments=(("azurite", 1.0),), thickness_um=30.0),
                vermilion,
                _GROUND,
            ),
        ),
        StackRecipe(
            "Hidden vermilion under lead white",
            (
                _VARNISH,
                LayerRecipe(LayerRole.PAINT, pigments=(("lead-white", 1.0),), thickness_um=10.0),
                vermilion,
                _GROUND,
            ),
        ),
    )
