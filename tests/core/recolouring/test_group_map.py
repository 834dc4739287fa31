"""The group of pigments that weighs most, pixel by pixel, on scans with known truth."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.line_shapes import families_of, family_shape
from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Component, Pigment
from app.core.prefix import prefix_of
from app.core.recolouring.group_map import element_groups, group_map
from app.core.scan import Scan
from app.errors import ParameterError

AXIS = EnergyAxis(0.0, 0.04)
CHANNELS = 700


def pigment(name, formula, srgb=(10, 20, 30)):
    return Pigment(name, name, ColourGroup.BLUE, (Component(formula),), 4.0, srgb)


LIBRARY = (
    pigment("lead white", "Pb3C2O8H2", (240, 240, 230)),
    pigment("chalk", "CaCO3"),
    pigment("azurite", "Cu3C2O8H2", (37, 49, 91)),
    pigment("malachite", "Cu2CO5H2", (76, 123, 92)),
    pigment("orpiment", "As2S3"),
    pigment("vermilion", "HgS"),
    pigment("haematite", "Fe2O3"),
    pigment("ultramarine", "Na8Al6Si6O24S3"),
    pigment("carbon black", "C"),
)


def expected(**counts):
    edges = AXIS.energies_kev(CHANNELS + 1) - 0.02
    total = np.full(CHANNELS, 0.5)
    for element, size in counts.items():
        lines = [item for item in families_of(element, 50.0) if item.line.energy_kev > 2.6]
        lines = [item for item in lines if item.shell == lines[0].shell]
        strength = sum(item.strength for item in lines)
        for item in lines:
            total = total + size * item.strength / strength * family_shape(item, edges, 140.0)
    return total


def scan_of(*pixels, cols=3):
    counts = np.random.default_rng(4).poisson([[pixel] * cols for pixel in pixels])
    counts = counts.astype(np.uint16)
    cube = SpectralCube(counts, AXIS, name="panel")
    return Scan(cube, prefix_of(counts), counts.sum((0, 1)), counts.max((0, 1)))


def test_pigments_are_grouped_by_the_element_that_decides():
    groups = {group.element: group for group in element_groups(LIBRARY)}
    assert list(groups) == ["Ca", "Fe", "Cu", "As", "Hg", "Pb", ""]
    assert [item.name for item in groups["Cu"].swatches] == ["azurite", "malachite"]
    assert groups["Cu"].swatches[0].srgb == (37, 49, 91)
    assert {item.name for item in groups[""].swatches} == {"ultramarine", "carbon black"}
    assert groups["Cu"].text == "Cu: azurite or malachite"
    assert groups[""].text.startswith("No telling line: ")


@pytest.mark.parametrize(
    ("counts", "element"),
    [
        ({"Cu": 400, "Pb": 2000, "Ca": 300}, "Cu"),
        ({"Pb": 6000, "Ca": 30}, "Pb"),
        ({"Hg": 600, "Pb": 1500}, "Hg"),
        ({"Fe": 500, "Ca": 900}, "Fe"),
        ({"As": 1500, "Pb": 300}, "As"),
        ({"Ca": 800}, "Ca"),
        ({}, ""),
    ],
)
def test_the_telling_element_wins_over_ground_and_white(counts, element):
    found = group_map(scan_of(expected(**counts), expected(Fe=900)), LIBRARY)
    assert found.numbers.shape == (2, 3)
    assert [found.at(0, col).element for col in range(3)] == [element] * 3
    assert [found.at(1, col).element for col in range(3)] == ["Fe"] * 3


def test_lead_alone_is_no_arsenic():
    """Pb Lα lies under As Kα: its part is taken out by what Pb Lβ lets expect."""
    found = group_map(scan_of(*[expected(Pb=size) for size in (300, 3000, 30000)]), LIBRARY)
    assert {found.at(row, col).element for row in range(3) for col in range(3)} == {"Pb"}


def test_the_tube_s_own_element_decides_nothing():
    silver = (*LIBRARY, pigment("silver", "Ag"))
    scan = scan_of(expected(Ag=3000))
    assert group_map(scan, silver).at(0, 0).element == "Ag"
    tube = Instrument(anode="Ag")
    assert group_map(scan, silver, instrument=tube).at(0, 0).element != "Ag"


def test_lines_beyond_the_axis_are_left_out():
    counts = np.ones((2, 3, 60), np.uint16)
    cube = SpectralCube(counts, AXIS, name="short")
    scan = Scan(cube, prefix_of(counts), counts.sum((0, 1)), counts.max((0, 1)))
    assert (group_map(scan, LIBRARY).numbers == 6).all()


def test_without_an_axis_there_is_nothing_to_measure():
    counts = np.ones((2, 3, 60), np.uint16)
    scan = Scan(
        SpectralCube(counts, None, name="bare"), prefix_of(counts), counts[0, 0], counts[0, 0]
    )
    with pytest.raises(ParameterError, match="no energy axis"):
        group_map(scan, LIBRARY)
