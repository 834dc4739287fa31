"""Where the spectra come from that a scan is unmixed into."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.engine.jobs import run_now
from app.engine.pigment_libraries import Libraries
from app.engine.unmixing_references import (
    chosen_instrument,
    chosen_pigments,
    computed,
    from_library,
)
from app.errors import ParameterError

CUBE = SpectralCube(np.zeros((1, 1, 800), np.uint16), EnergyAxis(0.0, 0.03))


def compute(pigments, name="Ag 40 kV", resolution=150.0):
    instrument = chosen_instrument(name)
    return run_now(lambda context: computed(pigments, instrument, CUBE, resolution, context))


def test_pigments_are_those_named_or_a_library():
    assert [item.name for item in chosen_pigments("azurite, Chalk,AZURITE")] == ["Azurite", "Chalk"]
    shipped = Libraries().shipped().pigments
    assert chosen_pigments("") == chosen_pigments("Velatura") == shipped
    assert [item.name for item in chosen_pigments("vermilion")] == ["Vermilion"]


def test_an_unknown_pigment_is_named():
    with pytest.raises(ParameterError, match="azurrite"):
        chosen_pigments("azurrite")


def test_an_instrument_is_a_preset_or_a_tube():
    assert chosen_instrument("bruker m6 jetstream").name == "Bruker M6 Jetstream"
    tube = chosen_instrument(" ag 40kV")
    assert (tube.anode, tube.tube_kv) == ("Ag", 40.0)


@pytest.mark.parametrize("text", ["Pd 40 kV", "Ag 40", "M7"])
def test_an_unknown_instrument_is_refused_with_those_there_are(text):
    with pytest.raises(ParameterError, match="Ag 40 kV"):
        chosen_instrument(text)


def test_a_tube_voltage_beyond_all_tubes_is_refused():
    with pytest.raises(ParameterError, match="10 to 60"):
        chosen_instrument("Ag 400 kV")


def test_references_are_those_of_the_label():
    azurite, chalk = chosen_pigments("azurite, chalk")
    bare = replace(chalk, name="Mock-up", spectra=())
    found = from_library([azurite, bare], "Mo 40 kV")
    (reference,) = found.pigments
    spectrum = next(item for item in azurite.spectra if item.label == "Mo 40 kV")
    np.testing.assert_array_equal(reference.counts, spectrum.counts)
    assert [item.name for item in found.scatter] == ["Carbon black"]
    assert found.highest_kev == pytest.approx(40.95)
    assert found.notes == ("Left out, as they have no spectrum “Mo 40 kV”: Mock-up.",)


def test_a_label_that_no_pigment_has_is_refused_with_those_there_are():
    with pytest.raises(ParameterError, match="Mo 40 kV, Rh 50 kV"):
        from_library(chosen_pigments("azurite"), "Cr 20 kV")


def test_computed_spectra_have_lines_and_scatter_apart_and_the_scans_width():
    found = compute(chosen_pigments("haematite"), resolution=190.0)
    (iron,) = found.pigments
    lines = iron.counts - iron.scatter
    energies = iron.axis.energies_kev(len(lines))
    assert energies[lines.argmax()] == pytest.approx(6.40, abs=0.02)
    wide = lines[lines > lines.max() / 2].size * iron.axis.gain_kev
    assert wide == pytest.approx(0.195, abs=0.025)
    # of the silver tube, not of the library's rhodium
    scatter = np.where(energies > 18, found.scatter[0].counts, 0)
    assert 20.3 < energies[scatter.argmax()] < 22.3
    assert [item.name for item in found.scatter] == [
        "Carbon black",
        "Lead white",
        "Argon of the air",
    ]
    assert found.highest_kev == pytest.approx(23.985)


def test_without_a_composition_nothing_can_be_computed():
    (azurite,) = chosen_pigments("azurite")
    unknown = replace(azurite, name="Found", components=())
    assert "Found" in compute([azurite, unknown]).notes[0]
    with pytest.raises(ParameterError, match="None of the 1 pigments"):
        compute([unknown])
