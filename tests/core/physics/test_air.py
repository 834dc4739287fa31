"""The argon of the air."""

import numpy as np
import pytest

from app.core.physics.air import argon_energies_kev, argon_lines

BEAM = (np.array([3.0, 8.0, 20.0]), np.array([1e9, 1e9, 1e9]))
NOTHING = (np.zeros(0), np.zeros(0))


@pytest.mark.parametrize("path", ["helium", "vacuum"])
def test_only_air_has_argon(path):
    energies, photons = argon_lines(path, 15.0, BEAM, [])
    assert len(energies) == len(photons) == 0


def test_lines_are_those_of_argon():
    """Ar Kα and Kβ, keV: X-ray Data Booklet, table 1-2."""
    energies, photons = argon_lines("air", 15.0, BEAM, [NOTHING])
    strongest = np.argmax(photons)
    assert energies[strongest] == pytest.approx(2.9577, abs=0.001)
    assert energies.max() == pytest.approx(3.1905, abs=0.001)
    assert photons[energies > 3.1].sum() < 0.15 * photons.sum()


def test_photons_below_the_edge_light_no_argon():
    """3.206 keV."""
    _, photons = argon_lines("air", 15.0, (np.array([2.7, 3.2]), np.array([1e9, 1e9])), [])
    assert photons.tolist() == [0.0] * 4


def test_argon_grows_with_the_air_and_the_beam():
    once = argon_lines("air", 10.0, BEAM, [])[1].sum()
    assert argon_lines("air", 20.0, BEAM, [])[1].sum() == pytest.approx(2 * once)
    assert argon_lines("air", 10.0, (BEAM[0], 3 * BEAM[1]), [])[1].sum() == pytest.approx(3 * once)


def test_what_the_sample_sends_back_adds_to_it():
    """Calcium's radiation, close above the edge, lights more argon than iron's."""
    alone = argon_lines("air", 10.0, BEAM, [])[1].sum()
    calcium, iron = (
        argon_lines("air", 10.0, BEAM, [(np.array([energy]), np.array([1e8]))])[1].sum() - alone
        for energy in (3.69, 6.40)
    )
    assert calcium > 3 * iron > 0


def test_many_samples_at_a_time_are_as_each_alone():
    sent = np.array([[1e7, 2e7], [3e6, 0.0], [5.0, 6e8]])
    beam = (BEAM[0], BEAM[1][:, None])
    energies, photons = argon_lines("air", 15.0, beam, [(BEAM[0], sent)])
    assert photons.shape == (4, 2)
    for place in range(2):
        alone = argon_lines("air", 15.0, BEAM, [(BEAM[0], sent[:, place])])
        np.testing.assert_allclose(photons[:, place], alone[1])
        np.testing.assert_array_equal(energies, alone[0])
    np.testing.assert_array_equal(energies, argon_energies_kev())
