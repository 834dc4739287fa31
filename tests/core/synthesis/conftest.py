"""Pigments with one peak each, and pictures of their colours."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.pigments import ColourGroup, Component, Pigment, PigmentSpectrum, SpectrumKind


@pytest.fixture
def make_pigment():
    """Make a pigment whose spectrum “Test” has a peak in one channel of 0.5 keV."""

    def make(name, srgb, channel, *, labels=("Test",), axis=None, channels=24):
        counts = np.full(channels, 0.5, np.float32)
        counts[channel] = 100
        spectra = tuple(
            PigmentSpectrum(label, SpectrumKind.COMPUTED, axis or EnergyAxis(0.0, 0.5), counts)
            for label in labels
        )
        parts = (Component("Fe2O3"),)
        return Pigment(name, name, ColourGroup.RED, parts, 5.0, srgb, spectra=spectra)

    return make


@pytest.fixture
def three(make_pigment):
    """Red, blue and white, with their peaks at 2.5, 6.5 and 9.5 keV."""
    return (
        make_pigment("red", (200, 20, 20), 5),
        make_pigment("blue", (20, 30, 200), 13),
        make_pigment("white", (250, 250, 245), 19),
    )
