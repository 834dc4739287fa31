"""A scan with known truth: iron in the left half, lead in the right, 6 × 9 pixels."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.cube import Acquisition, SpectralCube


@pytest.fixture
def counts():
    energies = 0.04 * np.arange(400)
    expected = np.full((6, 9, 400), 0.3)
    expected[:, :5] += 60 * np.exp(-(((energies - 6.40) / 0.065) ** 2) / 2)
    expected[:, :5] += 8 * np.exp(-(((energies - 7.06) / 0.067) ** 2) / 2)
    expected[:, 5:] += 60 * np.exp(-(((energies - 10.55) / 0.08) ** 2) / 2)
    expected[:, 5:] += 45 * np.exp(-(((energies - 12.61) / 0.085) ** 2) / 2)
    return np.random.default_rng(8).poisson(expected).astype(np.uint16)


@pytest.fixture
def cube(counts):
    axis = EnergyAxis(0.0, 0.04, source="truth")
    return SpectralCube(counts, axis, Acquisition(step_mm=(0.5, 0.5)), name="panel")


@pytest.fixture
def npz(tmp_path, counts):
    path = tmp_path / "panel.npz"
    np.savez_compressed(path, cube=counts, kev_offset=0.0, kev_slope=0.04)
    return path
