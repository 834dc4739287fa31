"""The layers of a painting as the physics takes them: materials, and stacks made of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.formulas import mass_fractions
from app.core.physics.forward import LayerStacks
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Material, material, mixed
from app.core.pigments import BINDERS, Pigment
from app.core.spectra import rebin_axis
from app.core.synthesis.layers_recipe import Ground, PhysicsRecipe, Support
from app.errors import ParameterError

FloatArray = NDArray[np.float64]

_VARNISH = ("C10H16O", 1.07)  # a terpenoid resin
# formula, density g/cm³, binder, its solids' share of the volume: densities of the minerals
# calcite, gypsum and hydrocerussite (handbook values), shares usual for grounds, assumed
_GROUNDS = {
    Ground.CHALK: ("CaCO3", 2.71, "animal glue", 0.5),
    Ground.GYPSUM: ("CaSO4(H2O)2", 2.32, "animal glue", 0.5),
    Ground.LEAD_WHITE: ("Pb3(CO3)2(OH)2", 6.8, "linseed oil", 0.4),
}
# formula, density g/cm³, thickness µm: cellulose with air in it, and a metal sheet; assumed
_SUPPORTS = {
    Support.CANVAS: ("C6H10O5", 0.75, 600.0),
    Support.WOOD: ("C6H10O5", 0.6, 10_000.0),
    Support.COPPER: ("Cu", 8.96, 1000.0),
}
# no detector behind a beryllium window sees what these emit
_UNSEEN = frozenset(("H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne"))


@dataclass(frozen=True, slots=True)
class Layers:
    """What the layers of one painting are made of.

    Parameters
    ----------
    materials
        The dry pigments first, in their order, then what else there is.
    pigments
        How many pigments there are.
    recipe
        Thicknesses and choices.
    """

    materials: tuple[Material, ...]
    pigments: int
    recipe: PhysicsRecipe

    @property
    def names(self) -> tuple[str, ...]:
        """The layers from the top, the hidden paint among them whether it is there or not."""
        return ("varnish", "paint", "hidden paint", "ground", "support")

    def stacks(
        self, shares: FloatArray, paint_um: FloatArray, hidden_shares: FloatArray | None
    ) -> LayerStacks:
        """Stacks with these paints.

        Parameters
        ----------
        shares
            Of the pigments in the paint's pigment volume, shape (stacks, pigments), rows of
            sum 1.
        paint_um
            Thickness of the paint, µm, shape (stacks,).
        hidden_shares
            As `shares`, of the paint below; None where nothing is hidden.
        """
        recipe, names = self.recipe, [item.name for item in self.materials]
        count = len(shares)
        volumes = np.zeros((count, len(self.names), len(self.materials)))
        thickness = np.zeros((count, len(self.names)))
        paints = [(1, shares, paint_um)]
        if hidden_shares is not None:
            paints.append((2, hidden_shares, np.full(count, recipe.hidden_um)))
        medium = names.index(recipe.binder)
        for layer, pigments, thick in paints:
            volumes[:, layer, : self.pigments] = pigments * recipe.volume_fraction
            volumes[:, layer, medium] += 1 - recipe.volume_fraction
            thickness[:, layer] = thick
        others = [(0, "varnish", recipe.varnish_um), (3, "ground", recipe.ground_um)]
        if recipe.support is not Support.NONE:
            others.append((4, "support", _SUPPORTS[recipe.support][2]))
        for layer, name, microns in others:
            if name in names and microns > 0:
                volumes[:, layer, names.index(name)] = 1.0
                thickness[:, layer] = microns
        return LayerStacks(volumes, thickness)


def layers(pigments: Sequence[Pigment], recipe: PhysicsRecipe) -> Layers:
    """The materials of a painting in these pigments.

    Raises
    ------
    ParameterError
        If there is no pigment, two have one name, one has no composition, or X-ray
        fluorescence sees none of them.
    """
    _check(pigments)
    made = [pigment.dry() for pigment in pigments]
    formula, density = BINDERS[recipe.binder]
    made.append(material(recipe.binder, mass_fractions(formula), density))
    if recipe.varnish_um > 0:
        made.append(material("varnish", mass_fractions(_VARNISH[0]), _VARNISH[1]))
    if recipe.ground is not Ground.NONE:
        made.append(_ground(recipe.ground))
    if recipe.support is not Support.NONE:
        formula, density, _ = _SUPPORTS[recipe.support]
        made.append(material("support", mass_fractions(formula), density))
    return Layers(tuple(made), len(pigments), recipe)


def joined(instrument: Instrument, join: int) -> Instrument:
    """The instrument with so many channels of its axis made one.

    Raises
    ------
    ParameterError
        If too few or too wide channels are left.
    """
    axis = rebin_axis(instrument.axis, join)
    try:
        return replace(
            instrument,
            channels=instrument.channels // join,
            offset_kev=axis.offset_kev,
            gain_kev=axis.gain_kev,
        )
    except ParameterError as error:
        raise ParameterError(
            "Spectra cannot be computed on this energy axis.",
            f"{instrument.channels} channels of {instrument.gain_kev:g} keV, {join} joined: "
            f"{error.title} {error.message}",
            "Join fewer channels, or correct the miscalibration.",
        ) from error


def miscalibrated(instrument: Instrument, recipe: PhysicsRecipe) -> Instrument:
    """The instrument as it really is, when its axis says what `instrument` says."""
    return replace(
        instrument,
        offset_kev=instrument.offset_kev + recipe.offset_ev / 1000,
        gain_kev=instrument.gain_kev * (1 + recipe.gain_percent / 100),
    )


def _ground(ground: Ground) -> Material:
    formula, density, binder, share = _GROUNDS[ground]
    solid = material(formula, mass_fractions(formula), density)
    medium_formula, medium_density = BINDERS[binder]
    medium = material(binder, mass_fractions(medium_formula), medium_density)
    return mixed("ground", [(solid, share), (medium, 1 - share)])


def _check(pigments: Sequence[Pigment]) -> None:
    if not pigments:
        raise ParameterError(
            "There is nothing to paint with.",
            "Found no pigments; expected at least one.",
            "Choose some pigments.",
        )
    names = [pigment.name for pigment in pigments]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ParameterError(
            "Two pigments have the same name.",
            f"Found {', '.join(twice)} more than once; the truth tells pigments by their names.",
            "Leave one of them out, or rename it.",
        )
    empty = [pigment.name for pigment in pigments if not pigment.components]
    if empty:
        raise ParameterError(
            "Spectra cannot be computed without compositions.",
            f"No composition is known of {', '.join(empty)}.",
            "Leave them out, or give them a composition in the pigments' panel.",
        )
    if all(set(pigment.elements) <= _UNSEEN for pigment in pigments):
        raise ParameterError(
            "X-ray fluorescence sees none of these pigments.",
            f"{', '.join(names)}: none has an element heavier than neon.",
            "Choose at least one pigment with a metal in it, or use the scan mixed from "
            "reference spectra.",
        )
