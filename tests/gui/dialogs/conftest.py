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


@pytest.fixture
def make_paint():
    """Make a pigment with a spectrum of 60 channels of 0.25 keV for each label, one peak each."""
    from app.core.axis import EnergyAxis
    from app.core.pigments import PigmentSpectrum, SpectrumKind

    def make(name, srgb, channel=26, labels=("Rh 50 kV",)):
        counts = np.full(60, 0.5, np.float32)
        counts[channel] = 100
        spectra = tuple(
            PigmentSpectrum(label, SpectrumKind.COMPUTED, EnergyAxis(0.0, 0.25), counts)
            for label in labels
        )
        key = name.lower().replace(" ", "-")
        parts = (Component("Fe2O3"),)
        return Pigment(key, name, ColourGroup.RED, parts, 5.0, srgb, spectra=spectra)

    return make


@pytest.fixture
def paintbox(make_paint):
    """Vermilion, azurite, chalk, and a dye without a spectrum."""
    return (
        make_paint("Vermilion", (200, 40, 30), 40, ("Rh 50 kV", "Mo 40 kV")),
        make_paint("Azurite", (40, 80, 160), 32, ("Rh 50 kV", "Mo 40 kV")),
        make_paint("Chalk", (245, 245, 240), 15),
        make_paint("Madder", (170, 30, 60), 3, ()),
    )


@pytest.fixture
def make_sketch():
    """Find the palette of a small picture of two colours, the first on two thirds of it."""
    from dataclasses import replace

    from app.core.synthesis.generate import SynthesisRecipe
    from app.core.synthesis.sketch import sketch

    def make(first=(195, 50, 40), second=(60, 90, 150), *, is_final=True):
        picture = np.empty((20, 30, 3), np.uint8)
        picture[:, :20], picture[:, 20:] = first, second
        found = sketch(picture, SynthesisRecipe(clusters=2, delta=0), lambda look: None)
        return replace(found, is_final=is_final)

    return make
