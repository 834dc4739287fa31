"""Pigments and spectra to write and read."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.pigments import (
    ColourGroup,
    Component,
    Pigment,
    PigmentSpectrum,
    SpectrumKind,
)

AZURITE = Pigment(
    id="azurite",
    name="Azurite",
    group=ColourGroup.BLUE,
    components=(Component("2CuCO3·Cu(OH)2"),),
    density_g_cm3=3.77,
    srgb=(45, 60, 72),
    colour_source="a measured paint",
    synonyms=("mountain blue", "Bergblau", "azzurro della Magna"),
    period="antiquity to 18th century",
    from_year=-2600,
    to_year=1800,
    xrf_note="Cu alone does not tell it from malachite.",
    notes="Coarse grains.\nGreen when burnt; “azure”.",
    source="a handbook",
)


@pytest.fixture
def make_spectrum():
    """A spectrum of a few channels whose counts tell its seed."""

    def make(label="Rh 50 kV", channels=7, seed=0, **changes):
        counts = np.arange(channels, dtype=np.float32) * 1.5 + seed
        spectrum = PigmentSpectrum(
            label,
            SpectrumKind.COMPUTED,
            EnergyAxis(0.05, 0.02, source="a file"),
            counts,
            "M6",
            "computed",
            12.5,
        )
        return replace(spectrum, **changes)

    return make


@pytest.fixture
def make_pigment():
    """Azurite, or a pigment that differs from it as asked."""

    def make(name="Azurite", **changes):
        values = {"id": "-".join(name.lower().split()), **changes}
        return replace(AZURITE, name=name, **values)

    return make


@pytest.fixture
def dye(make_pigment):
    """A pigment with as little as one can have, and letters that are not ASCII."""
    return make_pigment(
        "Färberröte",
        id="madder",
        group=ColourGroup.RED,
        components=(),
        density_g_cm3=1.0,
        srgb=(0, 255, 128),
        colour_source="",
        synonyms=(),
        binder="none",
        volume_fraction=1.0,
        period="",
        from_year=None,
        to_year=None,
        xrf_note="",
        notes="",
        source="",
    )
