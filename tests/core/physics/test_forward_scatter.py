"""What many stacks scatter, and the table of the detector's answers."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.physics.forward_scatter import scatter_matrix, scatter_tables, scattered
from app.core.physics.instrument import Instrument
from app.core.physics.materials import Layer, material
from app.core.physics.scatter import scatter_counts, scattered_photons

INSTRUMENT = Instrument(channels=500, gain_kev=0.08, beam_photons_per_s=1e6, detector_sr=0.3)
CHALK = material("chalk", {"Ca": 40.08, "C": 12.01, "O": 48.0}, 2.71)
WOOD = material("wood", {"C": 6, "O": 5, "H": 0.8}, 0.6)
SYMBOLS = ("Ca", "C", "O", "H")


def areal(*layers):
    """Mass per area of `SYMBOLS` in each layer of one stack, g/cm²."""
    return np.array(
        [
            [dict(layer.material.fractions).get(s, 0.0) * layer.mass_g_cm2 for s in SYMBOLS]
            for layer in layers
        ]
    )[None]


@pytest.mark.parametrize("path", ["air", "helium", "vacuum"])
def test_photons_and_counts_are_those_of_one_stack(path):
    instrument = replace(INSTRUMENT, path=path)
    stack = (Layer("ground", CHALK, 80.0), Layer("panel", WOOD, 500.0))
    tables = scatter_tables(SYMBOLS, instrument)
    found = scattered(tables, areal(*stack))
    energies, photons = scattered_photons(stack, instrument)
    np.testing.assert_array_equal(tables.energies_kev, energies)
    np.testing.assert_allclose(found.photons[0], photons, rtol=1e-9, atol=1e-30)
    counts = found.in_detector @ scatter_matrix(instrument, escape=True) * 1e6 * 0.3
    np.testing.assert_allclose(counts[0], scatter_counts(stack, instrument), rtol=1e-6, atol=1e-12)


def test_light_matter_scatters_more():
    tables = scatter_tables(SYMBOLS, INSTRUMENT)
    endless = [Layer(material.name, material, 5e4) for material in (CHALK, WOOD)]
    chalk, wood = (scattered(tables, areal(layer)).compton.sum() for layer in endless)
    assert wood > 2 * chalk
