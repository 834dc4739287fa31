"""What is about a painting is drawn within its bounds and bends spectra as it says."""

import numpy as np
import pytest

from app.learn.instruments import draw_instrument
from app.learn.surroundings import Surroundings, draw_surroundings, varied


@pytest.fixture(scope="module")
def instrument():
    return draw_instrument("Mo", np.random.default_rng(3))


def test_what_is_drawn_is_within_what_is_told(instrument):
    rng = np.random.default_rng(1)
    found = [draw_surroundings(instrument, rng) for _ in range(50)]
    assert all(1 <= item.scatter <= 40 for item in found)
    assert all(0.3 <= item.argon <= 3 for item in found)
    assert all(item.extra.shape == (1024,) and (item.extra >= 0).all() for item in found)
    # two humps of up to 15 %, 5 % that falls off, five metals of up to 0.5 %
    assert max(item.extra.sum() for item in found) <= 0.375 + 1e-6


def test_without_a_response_nothing_is_bent(instrument):
    found = draw_surroundings(instrument, np.random.default_rng(2))
    np.testing.assert_array_equal(found.bent(np.array([3.3, 10.5])), [1, 1])


def test_a_response_is_read_at_its_energies():
    response = np.linspace(0.5, 1.5, 1024, dtype=np.float32)
    found = Surroundings(1.0, 1.0, np.zeros(1024, np.float32), response)
    np.testing.assert_allclose(found.bent(np.array([20.48])), 1.0, atol=0.001)
    np.testing.assert_allclose(found.bent(np.array([0.0])), 0.5, atol=0.001)


def test_efficiencies_are_smooth_and_bounded(instrument):
    rng = np.random.default_rng(5)
    own = draw_surroundings(instrument, rng)
    seen = [varied(own, instrument, rng) for _ in range(40)]
    responses = np.stack([item.response for item in seen])
    assert responses.min() >= 0.05
    assert responses.max() <= 3
    # no line is made by the efficiency: over 160 eV above 2 keV it changes by less than a fifth
    steps = np.abs(np.diff(np.log(responses[:, 50::4]), axis=1))
    assert steps.max() < 0.2
    assert sum((item.extra == own.extra).all() for item in seen) in range(10, 31)
