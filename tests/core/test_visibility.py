"""What X-ray fluorescence sees of a pigment, and why not."""

import time

import pytest

from app.core.physics.instrument import Instrument
from app.core.physics.spectrum import computed_spectrum, pigment_stack
from app.core.pigments import ColourGroup, Component, Pigment
from app.core.visibility import Level, visibility
from app.errors import ParameterError


def pigment(*formulas, density=3.0, **values):
    parts = tuple(
        Component(*part) if isinstance(part, tuple) else Component(part) for part in formulas
    )
    return Pigment("p", "P", ColourGroup.RED, parts, density, (9, 9, 9), **values)


LEAD_WHITE = pigment("2PbCO3·Pb(OH)2", density=6.8)
AZURITE = pigment("Cu3(CO3)2(OH)2", density=3.77)
INDIGO = pigment("C16H10N2O2", density=1.4)
KAOLIN = pigment("Al2Si2O5(OH)4", density=2.6)
ULTRAMARINE = pigment("Na8Al6Si6O24S3", density=2.4)
MOSAIC_GOLD = pigment("SnS2", density=4.5)


@pytest.mark.parametrize(
    ("which", "first"),
    [(LEAD_WHITE, "Pb_La"), (AZURITE, "Cu_Ka"), (pigment("CaCO3"), "Ca_Ka")],
)
def test_a_pigment_with_a_strong_line_is_visible_by_it(which, first):
    seen = visibility(which)
    assert seen.level is Level.VISIBLE
    assert seen.lines[0].key == first
    assert seen.reason.startswith(f"Seen by {seen.lines[0].label} at ")


def test_a_dye_can_neither_be_found_nor_excluded():
    seen = visibility(INDIGO)
    assert seen.level is Level.INVISIBLE
    assert seen.lines == ()
    assert seen.reason == (
        "It has no line between 1 and 40 keV: XRF can neither find nor exclude it."
    )


@pytest.mark.parametrize("which", [KAOLIN, ULTRAMARINE])
def test_light_elements_are_weak_in_air_and_better_in_helium(which):
    seen = visibility(which)
    assert seen.level is Level.WEAK
    assert "15 mm of air" in seen.reason
    assert "Helium helps" in seen.reason
    assert visibility(which, Instrument(path="helium")).level is Level.VISIBLE


def test_magnesium_alone_is_invisible_in_air_and_its_line_is_named():
    seen = visibility(pigment("MgCO3"))
    assert seen.level is Level.INVISIBLE
    assert "Mg Kα at 1.25 keV" in seen.reason
    assert "Rh at 50 kV, air" in seen.reason


def test_a_little_iron_is_weak_and_wants_a_long_measurement():
    seen = visibility(pigment(("C9H9O4", 0.995), ("Fe2O3", 0.005), density=1.5))
    assert seen.level is Level.WEAK
    assert seen.lines[0].key == "Fe_Ka"
    assert "long measurement" in seen.reason


def test_an_element_beside_a_strong_one_is_said_to_be_weak():
    seen = visibility(pigment(("PbO", 0.98), ("SnO2", 0.02), density=8.0))
    assert seen.reason == "Seen by Pb Lα at 10.54 keV; Sn only weakly."


def test_the_tube_must_reach_the_edge():
    keys = [item.key for item in visibility(MOSAIC_GOLD, Instrument(tube_kv=50.0)).lines]
    assert "Sn_Ka" in keys
    keys = [item.key for item in visibility(MOSAIC_GOLD, Instrument(tube_kv=28.0)).lines]
    assert "Sn_Ka" not in keys
    assert "Sn_La" in keys


def test_lines_beyond_the_energy_axis_do_not_count():
    narrow = Instrument(gain_kev=0.01, channels=1024)
    keys = [item.key for item in visibility(LEAD_WHITE, narrow).lines]
    assert keys == ["Pb_Ma"]


def test_a_pigment_without_composition_says_so():
    seen = visibility(pigment())
    assert seen.level is Level.INVISIBLE
    assert "composition is not given" in seen.reason


def test_a_formula_that_cannot_be_read_is_an_error():
    with pytest.raises(ParameterError):
        visibility(pigment("Xx"))


def test_lines_are_at_most_eight_and_the_strongest_first():
    many = pigment("PbO", "SnO2", "ZnO", "Fe2O3", "TiO2", "BaSO4")
    assert len(visibility(many).lines) == 8


def test_more_pigment_in_the_paint_makes_it_no_less_visible():
    order = [Level.INVISIBLE, Level.WEAK, Level.VISIBLE]
    levels = [
        order.index(visibility(pigment("CuC32H16N8", volume_fraction=share)).level)
        for share in (1e-4, 1e-3, 1e-2, 0.1, 0.5)
    ]
    assert levels == sorted(levels)
    assert levels[0] < levels[-1]


@pytest.mark.validation
def test_the_order_of_lines_is_that_of_the_spectrum_computed_in_full():
    which = pigment("PbCrO4", "ZnO", density=6.0)
    lines = computed_spectrum(pigment_stack(which), Instrument()).lines
    strongest = max(lines, key=lambda line: line.total)
    assert visibility(which).lines[0].element == strongest.element


def test_asking_for_many_pigments_again_takes_less_than_a_millisecond_each():
    known = [pigment("PbO", "SnO2", volume_fraction=0.1 + 0.001 * i) for i in range(200)]
    first = [visibility(which) for which in known]
    begin = time.perf_counter()
    again = [visibility(which) for which in known]
    assert time.perf_counter() - begin < 0.001 * len(known)
    assert again == first
