"""Scans of layers of paint whose every count is known: which pigment or layer it came from."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pytest

from app.core.emission import family_of
from app.core.physics.fluorescence import fluorescence
from app.core.physics.forward import ForwardModel
from app.core.physics.materials import Layer, mixed
from app.core.physics.presets import PRESETS
from app.core.physics.tube import beam
from app.core.prefix import prefix_of
from app.core.sample_picture import draw
from app.core.scan import Scan
from app.core.synthesis.generate import Noise, SynthesisRecipe
from app.core.synthesis.kubelka_munk import km_colour
from app.core.synthesis.layers_recipe import Ground, PhysicsRecipe, Support
from app.core.synthesis.physical import PhysicalPlan, paint_physically
from app.core.synthesis.physical_layers import layers
from app.engine.unmixing_references import chosen_pigments

# unmixing leaves out what lies below
LOWEST_KEV = 1.0
PAINTS = slice(1, 3)  # the visible and the hidden paint, of the five layers of a scan
SAME_AS = {Ground.CHALK: "Chalk", Ground.GYPSUM: "Gypsum", Ground.LEAD_WHITE: "Lead white"}


@dataclass(frozen=True, eq=False)
class Painted:
    """A synthetic scan with its truth.

    `by_pigment` (layers, nodes, pigments) are counts that the pigments of each layer of paint
    account for, `by_layer` (layers, nodes) those of all else in a layer, `line_counts` (nodes,
    lines) those of each of `lines`.
    """

    pigments: tuple
    truth: object
    scan: Scan
    lines: tuple
    line_counts: np.ndarray
    by_pigment: np.ndarray
    by_layer: np.ndarray

    def line_map(self, key):
        """Expected counts of a line, shape (rows, cols)."""
        return self.truth.nodes.at_points(
            self.line_counts[:, [item.key for item in self.lines].index(key)]
        )

    def pigment_maps(self, which=PAINTS):
        """Counts that each pigment accounts for, shape (pigments, rows, cols)."""
        each = self.by_pigment[which].sum(axis=0)
        return np.stack([self.truth.nodes.at_points(column) for column in each.T])

    def below(self):
        """Material of ground and of support that is the same as a pigment, and its counts."""
        physics = self.truth.physics
        found = []
        if physics.ground is not Ground.NONE:
            found.append((SAME_AS[physics.ground], self.by_layer[3]))
        if physics.support is Support.COPPER:
            found.append(("Azurite", self.by_layer[4]))
        return [(name, self.truth.nodes.at_points(counts)) for name, counts in found]


@pytest.fixture
def painted():
    """Make a scan; the same once more is the same object."""
    return _painted


@pytest.fixture
def portrait():
    """The sample's painted woman in the colours of given pigments, sRGB (rows, cols, 3)."""
    return _portrait


@lru_cache(maxsize=4)
def _painted(
    names, counts, *, shape=(24, 36), picture=None, hidden=None, instrument="Rh 50 kV", **physics
):
    """`picture` is bytes of sRGB of that shape; the portrait by default. So is `hidden`."""
    pigments = chosen_pigments(names)
    recipe = SynthesisRecipe(counts=counts, noise=Noise.POISSON, seed=3, join=2, at_most=3)
    plan = PhysicalPlan(PRESETS[instrument], recipe, PhysicsRecipe(**physics))
    srgb = _portrait(pigments, shape) if picture is None else _pixels(picture, shape)
    below = None if hidden is None else _pixels(hidden, shape)
    made = paint_physically(srgb, pigments, plan, hidden=below)
    cube = replace(made.cube, counts=np.asarray(made.cube.counts[:]))
    sums, highest = cube.counts.sum(axis=(0, 1)), cube.counts.max(axis=(0, 1))
    scan = Scan(cube, prefix_of(cube.counts), sums, highest)
    return Painted(pigments, made.truth, scan, *_attributed(made.truth, pigments))


def _pixels(picture, shape):
    return np.frombuffer(picture, np.uint8).reshape(*shape, 3)


def _portrait(pigments, shape):
    amounts = np.full((*shape, len(pigments)), 1e-9)
    for name, plane in draw(*shape).visible.items():
        for place, pigment in enumerate(pigments):
            if pigment.name.lower().startswith(name):
                amounts[..., place] += plane / pigment.density_g_cm3
    shares = amounts / amounts.sum(axis=-1, keepdims=True)
    srgb = np.array([pigment.srgb for pigment in pigments], float)
    colours = km_colour(shares.reshape(-1, len(pigments)), srgb)
    return np.clip(colours.round(), 0, 255).astype(np.uint8).reshape(*shape, 3)


def _attributed(truth, pigments):
    """Lines, their counts at the nodes, and what pigments and layers account for of them.

    A layer is mixed evenly, so that the counts of a line that it gives are those of its
    materials as the masses of the element in them. How a line's counts are shared among the
    layers is known from the lines that the beam excites.
    """
    physics, nodes, instrument = truth.physics, truth.nodes, truth.real_instrument
    made = layers(pigments, physics)
    hidden = None if truth.hidden is None else truth.hidden.shares[nodes.numbers[:, 2]]
    stacks = made.stacks(
        truth.paint.shares[nodes.numbers[:, 0]], nodes.levels_um[nodes.numbers[:, 1]], hidden
    )
    model = ForwardModel(replace(instrument, live_time_s=1.0), made.materials)
    scale = truth.expected.sum(axis=1) / model.expected(stacks).sum(axis=1)
    counts = model.line_counts(stacks) * scale[:, None]
    lit, keys = beam(instrument), [item.key for item in model.lines]
    angles = instrument.incidence_degrees, instrument.exit_degrees
    # the element's mass in a unit of volume of each pigment
    masses = {
        item.element: np.array(
            [
                pigment.density_g_cm3 * pigment.fractions.get(item.element, 0.0)
                for pigment in pigments
            ]
        )
        for item in model.lines
    }
    by_layer = np.zeros((len(made.names), len(stacks)))
    by_pigment = np.zeros((*by_layer.shape, len(pigments)))
    for node in range(len(stacks)):
        there = np.flatnonzero(stacks.thickness_um[node])
        stack = tuple(_layer(made, stacks, node, place) for place in there)
        shares = np.zeros((len(keys), len(made.names)))
        for item in fluorescence(stack, lit.energies_kev, lit.photons, *angles, secondary=False):
            key = f"{item.element}_{family_of(item.transition)}"
            if key in keys:
                shares[keys.index(key), there[item.layer]] += item.primary
        shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-300)
        for number, emission in enumerate(model.lines):
            if emission.energy_kev < LOWEST_KEV:
                continue
            for place in there:
                part = counts[node, number] * shares[number, place]
                mass = stacks.volumes[node, place, : len(pigments)] * masses[emission.element]
                if mass.sum() > 0:
                    by_pigment[place, node] += part * mass / mass.sum()
                else:
                    by_layer[place, node] += part
    return model.lines, counts, by_pigment, by_layer


def _layer(made, stacks, node, place):
    parts = [
        (material, share)
        for material, share in zip(made.materials, stacks.volumes[node, place], strict=True)
        if share > 0
    ]
    thickness = float(stacks.thickness_um[node, place])
    return Layer(made.names[place], mixed(made.names[place], parts), thickness)
