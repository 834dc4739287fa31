"""Pigments and instruments for the editors, and a computed spectrum that needs no physics."""

import numpy as np
import pytest

from app.core.physics.computed import ComputedSpectrum, LineIntensity
from app.core.physics.instrument import Instrument
from app.core.pigments import ColourGroup, Component, Pigment


@pytest.fixture
def instruments():
    """Two instruments with few channels."""
    first = Instrument(name="Rh", channels=256, gain_kev=0.1)
    return first, Instrument(name="Mo", anode="Mo", tube_kv=40.0, channels=256, gain_kev=0.1)


@pytest.fixture
def vermilion():
    """A pigment with everything filled in."""
    return Pigment(
        id="vermilion",
        name="vermilion",
        group=ColourGroup.RED,
        components=(Component("HgS"),),
        density_g_cm3=8.1,
        srgb=(200, 50, 40),
        colour_source="paint-out in oil",
        synonyms=("cinnabar", "Zinnober"),
        period="antiquity to the present",
        from_year=-3000,
        to_year=None,
        xrf_note="Hg L stands alone.",
        notes="Blackens.",
        source="a handbook",
    )


@pytest.fixture
def make_compound():
    """Make a pigment of one compound, or without composition for an empty formula."""

    def make(key, formula="PbCO3", density=6.0):
        components = (Component(formula),) if formula else ()
        return Pigment(
            key, key.replace("-", " "), ColourGroup.WHITE, components, density, (9, 8, 7)
        )

    return make


@pytest.fixture
def make_computed():
    """Make a spectrum of some layers with one strong line of mercury in the first."""

    def make(instrument, *, is_full=True, names=("paint",)):
        layers = np.zeros((len(names), instrument.channels))
        layers[0, 100] = 1000.0
        scatter = np.ones(instrument.channels)
        lines = (LineIntensity("Hg", "L3M5", 9.99, 0, 1e-4),)
        counts = layers.sum(axis=0) + scatter
        return ComputedSpectrum(counts, layers, names, scatter, lines, instrument, is_full, ())

    return make
