"""First-order strengths of a paint's lines."""

import math

import pytest

from app.core.line_strengths import line_strengths, pure_strengths
from app.core.physics.instrument import Instrument

RH = Instrument()


def test_a_thin_layer_gives_counts_in_proportion_to_its_mass():
    one = line_strengths((("Fe", 1.0),), 1e-6, RH)["Fe", "Ka"]
    two = line_strengths((("Fe", 1.0),), 2e-6, RH)["Fe", "Ka"]
    assert two == pytest.approx(2 * one, rel=1e-3)


def test_a_thick_layer_saturates():
    ten = line_strengths((("Fe", 1.0),), 10.0, RH)["Fe", "Ka"]
    assert line_strengths((("Fe", 1.0),), 20.0, RH)["Fe", "Ka"] == pytest.approx(ten, rel=1e-9)
    assert pure_strengths((("Fe", 1.0),), RH, ("Fe",))["Fe", "Ka"] == pytest.approx(ten, rel=1e-6)


def test_alpha_to_beta_of_iron_is_that_of_a_thin_sample():
    found = line_strengths((("Fe", 1.0),), 1e-6, RH)
    # E. Schreiber et al. and others: Kβ/Kα of iron 0.134 to 0.139
    assert found["Fe", "Kb"] / found["Fe", "Ka"] == pytest.approx(0.136, abs=0.005)


def test_lines_beyond_the_tube_are_missing():
    found = line_strengths((("Sn", 1.0),), 1e-3, Instrument(tube_kv=25.0))
    assert ("Sn", "La") in found
    assert ("Sn", "Ka") not in found


def test_instruments_that_differ_in_their_axis_only_share_the_result():
    other = Instrument(name="other", gain_kev=0.01, channels=4096, live_time_s=9.0)
    mixture = (("Fe", 0.5), ("O", 0.5))
    assert line_strengths(mixture, 1e-3, other) is line_strengths(mixture, 1e-3, RH)


def test_air_takes_the_soft_lines_away():
    air = line_strengths((("Si", 1.0),), 1e-3, RH)["Si", "Ka"]
    helium = line_strengths((("Si", 1.0),), 1e-3, Instrument(path="helium"))["Si", "Ka"]
    assert helium > 3 * air
    assert math.isfinite(helium)
