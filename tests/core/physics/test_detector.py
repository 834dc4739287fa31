"""Which photons the detector counts, and what goes wrong with some of them."""

from dataclasses import replace

import numpy as np
import pytest

from app.core.physics.detector import efficiency, escape_share, tail_share
from app.core.physics.instrument import Instrument

VACUUM = Instrument(path="vacuum")


def test_escape_share_is_as_published():
    """Reed and Ware: about 1 % at 4 keV and 0.4 % at 6 keV, none below the edge of silicon."""
    share = escape_share(np.array([1.5, 1.83, 4.0, 5.9, 15.0]))
    assert share[:2].tolist() == [0.0, 0.0]
    assert share[2] == pytest.approx(0.010, abs=0.002)
    assert share[3] == pytest.approx(0.004, abs=0.001)
    assert share[4] < 0.0005


def test_tail_has_what_stops_at_the_surface():
    """NIST: silicon absorbs 2.78e3 cm²/g at 2 keV and 33.9 cm²/g at 10 keV; 0.15 µm of it."""
    found = tail_share(np.array([2.0, 10.0]))
    assert found == pytest.approx([0.093, 0.00117], rel=0.03)


def test_silicon_lets_hard_photons_through():
    thin, thick = (
        efficiency(replace(VACUUM, detector_mm=mm), np.array([5.0, 30.0])) for mm in (0.3, 0.6)
    )
    assert thick[0] / thin[0] == pytest.approx(1.0, abs=0.01)
    assert thick[1] / thin[1] == pytest.approx(2.0, abs=0.1)


def test_window_and_air_keep_soft_photons_out():
    soft = np.array([1.487, 1.740])
    vacuum = efficiency(VACUUM, soft)
    helium = efficiency(replace(VACUUM, path="helium", path_mm=15.0), soft)
    air = efficiency(replace(VACUUM, path="air", path_mm=15.0), soft)
    assert (vacuum > helium).all()
    assert (helium > 3 * air).all()
    thick = efficiency(replace(VACUUM, detector_window_um=25.0), soft)
    assert (thick < vacuum).all()
