"""The spectrum of a stack: its parts, its scale and how it is told."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.formulas import mass_fractions
from app.core.parameters import describe
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


def within_limits(info):
    """Values of a parameter, its limits above all."""
    if info.choices:
        return st.sampled_from(info.choices)
    if info.name == "channels":
        return st.sampled_from([64, 500])
    limits = st.sampled_from([info.minimum, info.maximum])
    return limits | st.floats(info.minimum, info.maximum)


@settings(max_examples=8, deadline=None)
@given(st.fixed_dictionaries({info.name: within_limits(info) for info in describe(Instrument)}))
def test_any_instrument_gives_counts(values):
    """Numbers, none negative, and fewer than photons that light the sample and a solid angle."""
    instrument = Instrument(**values)
    made = computed_spectrum(STACK, instrument)
    for counts in (made.counts, made.layers, made.scatter, made.air):
        assert np.isfinite(counts).all()
        assert (counts >= 0).all()
    photons = instrument.beam_photons_per_s * instrument.live_time_s
    assert made.counts.sum() < photons * instrument.detector_sr


def test_the_finest_axis_agrees_with_a_common_one():
    """16384 channels of 1 eV as 819 of 20 eV."""
    coarse = Instrument(tube_kv=15.0, channels=819, offset_kev=0.0095, live_time_s=100.0)
    fine = replace(coarse, gain_kev=0.001, offset_kev=0.0, channels=16384)
    found = computed_spectrum(STACK, fine, secondary=False).counts[: 819 * 20]
    expected = computed_spectrum(STACK, coarse, secondary=False).counts
    np.testing.assert_allclose(found.reshape(819, 20).sum(axis=1), expected, rtol=1e-6, atol=1e-6)


def test_what_is_kept_from_one_spectrum_does_not_change_another():
    """The same stack again, after others, a primary one and another instrument."""
    first = computed_spectrum(STACK, INSTRUMENT)
    computed_spectrum(STACK[::-1], INSTRUMENT)
    computed_spectrum(STACK, replace(INSTRUMENT, resolution_ev=170.0), secondary=False)
    again = computed_spectrum(STACK, INSTRUMENT)
    np.testing.assert_array_equal(again.counts, first.counts)
    again.scatter[:] = 0.0
    np.testing.assert_array_equal(computed_spectrum(STACK, INSTRUMENT).scatter, first.scatter)
