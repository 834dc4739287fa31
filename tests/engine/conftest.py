"""A scan with known truth: iron in the left half, lead in the right, 6 × 9 pixels."""

import json

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


@pytest.fixture
def saved_network(tmp_path, make_network, plain_card):
    """Write a small network with its card beside it; give its path and card.

    The first keywords are the card's, `graph` those of `make_network`.
    """
    from app.core.recolouring.card import card_from_plain

    def save(name="small", *, graph=None, **card):
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(make_network(**(graph or {})))
        plain = plain_card(**card)
        path.with_suffix(".json").write_text(json.dumps(plain), "utf-8")
        return path, card_from_plain(plain)

    return save
