"""Instruments that come with the program."""

import pytest

from app.core.physics.instrument import Instrument
from app.core.physics.presets import PRESETS

NAMES = [
    "Rh 50 kV",
    "Mo 40 kV",
    "Bruker M6 Jetstream",
    "Bruker M4 Tornado",
    "LABEC/CHNet Mo",
    "LABEC/CHNet Rh",
    "XGLab ELIO",
    "Bruker M1 Mistral",
]


def test_the_usual_instruments_are_there_references_first():
    assert list(PRESETS) == NAMES
    assert [instrument.name for instrument in PRESETS.values()] == NAMES


def test_references_share_the_axis_of_the_library():
    for name in NAMES[:2]:
        instrument = PRESETS[name]
        assert (instrument.offset_kev, instrument.gain_kev, instrument.channels) == (0, 0.02, 2048)
    assert (PRESETS["Mo 40 kV"].anode, PRESETS["Mo 40 kV"].tube_kv) == ("Mo", 40.0)
    assert PRESETS["Rh 50 kV"] == Instrument()


def test_anodes_are_the_published_ones():
    anodes = [PRESETS[name].anode for name in NAMES[2:]]
    assert anodes == ["Rh", "Rh", "Mo", "Rh", "Rh", "W"]


@pytest.mark.parametrize("name", NAMES)
def test_axis_reaches_what_the_tube_excites(name):
    """At least to 38.5 keV, as the published cubes, or to the tube's voltage."""
    instrument = PRESETS[name]
    top = instrument.axis.energy_kev(instrument.channels - 0.5)
    assert top >= min(38.5, instrument.tube_kv)


@pytest.mark.parametrize("name", NAMES)
def test_scattering_angle_fits_the_geometry(name):
    """Beam and detector in one plane with the normal, on either side of it: 90° for 45/45."""
    instrument = PRESETS[name]
    assert instrument.scatter_degrees == instrument.incidence_degrees + instrument.exit_degrees


def test_nobody_can_change_them():
    with pytest.raises(TypeError):
        PRESETS["mine"] = Instrument()
