"""The lines of scenes are those of the tables, at their energies."""

import pytest

from app.core.emission import line
from app.learn.scene_points import ELEMENTS, LINES, LINES_KEV


def test_the_energies_are_those_of_the_tables():
    assert ELEMENTS == ("K", "Ca", "Fe", "Cu", "Zn", "Au", "Hg", "Pb")
    for key, energy_kev in zip(LINES, LINES_KEV, strict=True):
        assert line(key).energy_kev == pytest.approx(energy_kev, abs=0.011)
