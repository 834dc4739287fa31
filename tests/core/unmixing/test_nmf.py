"""Components that a scan itself suggests."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.region import Region
from app.core.unmixing.abundances import unmix
from app.core.unmixing.binning import binning_for
from app.core.unmixing.nmf import components
from app.errors import ParameterError

AXIS = EnergyAxis(0.0, 0.04)
CHANNELS = 300
BINNING = binning_for(AXIS, CHANNELS)


@pytest.fixture(scope="module")
def truth():
    """Amounts of iron, copper and calcium, shape (3, 12, 17)."""
    generator = np.random.default_rng(1)
    made = generator.gamma(0.6, 600.0, (3, 12, 17))
    made[0, :, :6], made[1, :, 10:] = 0, 0
    return made


@pytest.fixture(scope="module")
def cube(truth):
    energies = AXIS.energies_kev(CHANNELS)

    def lines(*some):
        made = sum(area * np.exp(-(((energies - at) / 0.07) ** 2) / 2) for at, area in some)
        return made / made.sum()

    shapes = np.array(
        [lines((6.4, 8), (7.06, 1)), lines((8.05, 8), (8.9, 1)), lines((3.69, 9), (4.01, 1))]
    )
    counts = np.random.default_rng(2).poisson(np.moveaxis(truth, 0, -1) @ shapes)
    return SpectralCube(counts.astype(np.uint16), AXIS)


def test_components_are_the_parts_that_were_mixed(cube, truth):
    found = components(cube, BINNING, 3)
    maps = unmix(cube, found).maps
    names = {group.elements[0]: place for place, group in enumerate(found.groups)}
    for element, amounts in zip(("Fe", "Cu", "Ca"), truth, strict=True):
        assert np.corrcoef(maps[names[element]].ravel(), amounts.ravel())[0, 1] > 0.99


def test_the_first_has_most_counts_and_its_lines_in_its_name(cube):
    found = components(cube, BINNING, 3)
    totals = unmix(cube, found).maps.sum(axis=(1, 2))
    assert totals[0] >= totals[1] >= totals[2]
    assert found.groups[0].name == f"Component 1 ({', '.join(found.groups[0].elements)})"
    assert found.groups[0].pigments == ()
    assert "no pigments" in found.notes[0]


def test_the_same_seed_gives_the_same_components(cube):
    first, second = (components(cube, BINNING, 3, seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.shapes, second.shapes)


def test_a_region_is_looked_at_alone(cube):
    found = components(cube, BINNING, 2, region=Region(0, 12, 0, 6))
    elements = {element for group in found.groups for element in group.elements[:1]}
    assert elements == {"Cu", "Ca"}


def test_a_single_component_is_the_mean_spectrum(cube):
    found = components(cube, BINNING, 1)
    mean = BINNING.cut(np.asarray(cube.counts)).sum(axis=(0, 1))
    assert np.corrcoef(found.shapes[0], mean)[0, 1] > 0.95


@pytest.mark.parametrize("count", [0, 41])
def test_numbers_that_make_no_sense_are_refused(cube, count):
    with pytest.raises(ParameterError, match="expected 1 to 40"):
        components(cube, BINNING, count)


def test_a_scan_without_counts_has_no_components():
    empty = SpectralCube(np.zeros((2, 3, CHANNELS), np.uint16), AXIS)
    with pytest.raises(ParameterError, match="0 pixels that have counts"):
        components(empty, BINNING, 1)


def test_it_stops_where_it_is_told_to(cube):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        components(cube, BINNING, 3, check=stop)
