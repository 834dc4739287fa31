"""The gas before the detector."""

import numpy as np
import pytest

from app.core.physics.path import gas_attenuation, gas_transmission, seen_gas_g_cm2


def test_nothing_is_lost_in_vacuum():
    assert gas_transmission("vacuum", 300.0, np.array([1.0, 5.0])).tolist() == [1.0, 1.0]
    assert seen_gas_g_cm2("vacuum", 300.0) == 0.0


def test_air_absorbs_as_tabulated():
    """NIST, X-Ray Mass Attenuation Coefficients, dry air near sea level, cm²/g."""
    found = gas_attenuation("air", np.array([2.0, 5.0, 10.0, 20.0]))
    assert found == pytest.approx([527.9, 40.27, 5.120, 0.7779], rel=0.03)


def test_twice_the_way_absorbs_twice():
    energies = np.array([1.5, 3.0, 8.0])
    once, twice = (gas_transmission("air", way, energies) for way in (12.0, 24.0))
    np.testing.assert_allclose(twice, once**2, rtol=1e-12)


def test_helium_absorbs_less_than_air():
    energies = np.array([1.0, 1.5, 3.0, 8.0])
    helium, air = (gas_transmission(path, 15.0, energies) for path in ("helium", "air"))
    assert (helium > air).all()
    assert helium[1] > 0.99


def test_detector_sees_half_of_its_way():
    assert seen_gas_g_cm2("air", 20.0) == pytest.approx(0.5 * 1.204e-3 * 2)
