"""Many stacks at a time against one by one."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.formulas import mass_fractions
from app.core.physics.forward import ForwardModel, LayerStacks
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Layer, material, mixed
from app.core.physics.spectrum import computed_spectrum

INSTRUMENT = Instrument(channels=700, gain_kev=0.05, live_time_s=2.0)
OIL = material("linseed oil", mass_fractions("C57H98O6"), 0.93)
AZURITE = material("azurite", mass_fractions("2CuCO3·Cu(OH)2"), 3.77)
CHALK = material("chalk", mass_fractions("CaCO3"), 2.71)
LEAD_WHITE = material("lead white", mass_fractions("2PbCO3·Pb(OH)2"), 6.8)
VERMILION = material("vermilion", mass_fractions("HgS"), 8.1)
MATERIALS = (OIL, AZURITE, CHALK, LEAD_WHITE, VERMILION)

# three stacks of up to two layers: paint on ground, one mixed coat alone, paint under nothing
VOLUMES = np.array(
    [
        [[0.7, 0.3, 0, 0, 0], [0.3, 0, 0.7, 0, 0]],
        [[0.5, 0, 0, 0.2, 0.3], [0, 0, 0, 0, 0]],
        [[0, 0, 0, 0, 0], [0, 0.1, 0, 0.9, 0]],
    ]
)
THICKNESS = np.array([[20.0, 150.0], [45.0, 0.0], [0.0, 0.03]])


def stack_of(stacks, index):
    """One of the stacks, layer by layer, without those that are not there."""
    return tuple(
        Layer(
            f"layer {layer}",
            mixed("mixture", list(zip(MATERIALS, stacks.volumes[index, layer], strict=True))),
            float(thickness),
        )
        for layer, thickness in enumerate(stacks.thickness_um[index])
        if thickness > 0
    )


@pytest.fixture(scope="module")
def stacks():
    return LayerStacks(VOLUMES, THICKNESS)


@pytest.fixture(scope="module")
def primary():
    return ForwardModel(INSTRUMENT, MATERIALS, secondary=False)


@pytest.mark.parametrize("path", ["air", "helium"])
def test_primary_and_scatter_are_those_of_one_stack_at_a_time(stacks, path):
    instrument = replace(INSTRUMENT, path=path)
    found = ForwardModel(instrument, MATERIALS, secondary=False).expected_parts(stacks)
    for index in range(len(stacks)):
        exact = computed_spectrum(stack_of(stacks, index), instrument, secondary=False)
        for part, expected in zip(
            found, (exact.layers.sum(axis=0), exact.scatter, exact.air), strict=True
        ):
            np.testing.assert_allclose(part[index], expected, 1e-6, 1e-12 * exact.counts.max())
