"""The spectrum of a stack: its parts, its scale and how it is told."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.formulas import mass_fractions
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Layer, material
from app.core.physics.spectrum import REFERENCE_THICKNESS_UM, computed_spectrum, pigment_stack
from app.core.pigments import ColourGroup, Component, Pigment
from app.core.provenance import steps_to_json
from app.errors import Cancelled, ParameterError

INSTRUMENT = Instrument(channels=1500, live_time_s=2.0)
OIL = material("linseed oil", mass_fractions("C57H98O6"), 0.93)
AZURITE = material("azurite", mass_fractions("2CuCO3·Cu(OH)2"), 3.77)
CHALK = material("chalk", mass_fractions("CaCO3"), 2.71)
STACK = (Layer("paint", AZURITE, 15.0), Layer("ground", CHALK, 100.0))


def band(spectrum, counts, low_kev, high_kev):
    axis = spectrum.instrument.axis.energies_kev(len(counts))
    return counts[(axis > low_kev) & (axis < high_kev)].sum()


def test_counts_are_the_sum_of_their_parts():
    made = computed_spectrum(STACK, INSTRUMENT)
    assert made.counts.shape == (1500,)
    assert made.layers.shape == (2, 1500)
    assert made.layer_names == ("paint", "ground")
    np.testing.assert_array_equal(made.counts, made.layers.sum(axis=0) + made.scatter + made.air)
    assert min(made.counts.min(), made.layers.min(), made.scatter.min(), made.air.min()) >= 0


def test_each_layer_has_the_lines_of_its_elements():
    """Copper from the paint, calcium from the ground beneath."""
    made = computed_spectrum(STACK, INSTRUMENT, secondary=False)
    copper = [band(made, layer, 7.8, 8.3) for layer in made.layers]
    calcium = [band(made, layer, 3.5, 3.85) for layer in made.layers]
    assert copper[0] > 100 * copper[1]
    # the paint has the low-energy tail of its copper there
    assert calcium[1] > 10 * calcium[0]


def test_counts_grow_with_time_beam_and_solid_angle():
    once = computed_spectrum(STACK, INSTRUMENT, secondary=False).counts
    for name in ("live_time_s", "beam_photons_per_s", "detector_sr"):
        more = replace(INSTRUMENT, **{name: 3 * getattr(INSTRUMENT, name)})
        found = computed_spectrum(STACK, more, secondary=False).counts
        np.testing.assert_allclose(found, 3 * once, rtol=1e-9, atol=1e-12)


def test_secondary_excitation_adds_and_is_told():
    """Copper excites the calcium beneath it."""
    first = computed_spectrum(STACK, INSTRUMENT, secondary=False)
    full = computed_spectrum(STACK, INSTRUMENT)
    assert (first.is_full, full.is_full) == (False, True)
    gained = band(full, full.layers[1], 3.5, 3.85) / band(first, first.layers[1], 3.5, 3.85)
    assert 1.005 < gained < 1.5


def test_argon_shows_in_air_alone():
    found = [
        computed_spectrum(STACK, replace(INSTRUMENT, path=path), secondary=False).air.sum()
        for path in ("air", "helium", "vacuum")
    ]
    assert found[0] > 0
    assert found[1:] == [0.0, 0.0]


def test_oil_alone_scatters_and_has_no_lines():
    """A dye of carbon, hydrogen and oxygen: nothing to see by XRF, but not nothing."""
    made = computed_spectrum((Layer("oil", OIL, 100.0),), INSTRUMENT, secondary=False)
    assert made.layers.sum() < 1e-3 * made.scatter.sum()
    assert made.scatter.sum() > 0


def test_step_tells_all_that_was_used():
    (step,) = computed_spectrum(STACK, INSTRUMENT, secondary=False).steps
    assert step.action == "compute spectrum"
    assert step.parameters["secondary"] is False
    assert step.parameters["instrument"] == INSTRUMENT.to_json()
    assert [layer["thickness_um"] for layer in step.parameters["layers"]] == [15.0, 100.0]
    assert step.parameters["layers"][1]["mass_fractions"] == dict(CHALK.fractions)
    assert "Ebel" in steps_to_json((step,))


def test_computation_can_be_stopped():
    def stop():
        raise Cancelled

    with pytest.raises(Cancelled):
        computed_spectrum(STACK, INSTRUMENT, check=stop)


def test_reference_is_the_paint_alone():
    azurite = Pigment(
        "azurite", "azurite", ColourGroup.BLUE, (Component("2CuCO3·Cu(OH)2"),), 3.77, (45, 60, 72)
    )
    (layer,) = pigment_stack(azurite)
    assert layer == Layer("paint", azurite.paint(), REFERENCE_THICKNESS_UM)
    assert "C" in layer.material.elements
    (thin,) = pigment_stack(azurite, thickness_um=5.0)
    assert thin.thickness_um == 5.0


def test_pigment_without_composition_has_no_paint():
    unknown = Pigment("dye", "dye", ColourGroup.RED, (), 1.5, (180, 30, 40))
    with pytest.raises(ParameterError):
        pigment_stack(unknown)
