"""A scan of four materials in known places, 14 × 23 pixels."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import SpectralCube
from app.core.provenance import InputFile

LINES_KEV = ((6.40,), (8.05,), (10.55, 12.61), (3.69,))


@pytest.fixture
def truth():
    """Iron 161 pixels, copper 77, lead 54, calcium 30."""
    labels = np.zeros((14, 23), np.int64)
    labels[:, 12:] = 1
    labels[8:, 14:] = 2
    labels[:5, 13:19] = 3
    return labels


@pytest.fixture
def cube(truth):
    axis = EnergyAxis(-0.1, 0.02, source="truth")
    energies = axis.energies_kev(800)
    expected = np.full((4, 800), 0.2)
    for number, lines in enumerate(LINES_KEV):
        for energy_kev in lines:
            expected[number] += 6 * np.exp(-(((energies - energy_kev) / 0.07) ** 2) / 2)
    # the reference pulse, brighter in one half of the picture than anything else
    pulse = 200 * np.exp(-((energies / 0.05) ** 2) / 2)
    counts = np.random.default_rng(3).poisson(expected[truth]).astype(np.uint16)
    counts[:7] += pulse.astype(np.uint16)
    return SpectralCube(counts, axis, name="panel", inputs=(InputFile("panel.h5", "sha256:0", 1),))
