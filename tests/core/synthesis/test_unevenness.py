"""The thickness of uneven paint."""

import numpy as np
import pytest

from app.core.synthesis.unevenness import levels_of, smooth_field, thicknesses


@pytest.mark.parametrize("size", [1.0, 5.0, 40.0, 500.0])
def test_the_field_is_standardised_smooth_and_the_same_for_a_seed(size):
    field = smooth_field(61, 83, size, 5)
    assert field.shape == (61, 83)
    assert field.mean() == pytest.approx(0, abs=1e-4)
    assert field.std() == pytest.approx(1, abs=1e-4)
    assert np.array_equal(field, smooth_field(61, 83, size, 5))
    assert not np.array_equal(field, smooth_field(61, 83, size, 6))
    if size >= 5:
        assert np.abs(np.diff(field, axis=1)).mean() < 2.5 / min(size, 40)


def test_thickness_has_mean_and_spread_and_is_never_below_zero():
    microns = thicknesses(200, 300, 30.0, 0.4, 3.0, 1)
    assert microns.mean() == pytest.approx(30, rel=0.02)
    assert microns.std() / microns.mean() == pytest.approx(0.4, rel=0.05)
    assert microns.min() > 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 1)])
def test_tiny_scans_have_a_thickness_too(shape):
    microns = thicknesses(*shape, 20.0, 0.3, 12.0, 0)
    assert microns.shape == shape
    assert (microns > 0).all()


def test_even_paint_has_one_level():
    levels, lower, above = levels_of(np.full((3, 4), 25.0, np.float32), 5)
    assert levels.tolist() == [25.0]
    assert not lower.any()
    assert not above.any()


def test_levels_reach_from_the_thinnest_to_the_thickest_and_give_each_point_back():
    microns = thicknesses(20, 30, 30.0, 0.4, 3.0, 2)
    levels, lower, above = levels_of(microns, 4)
    assert (levels[0], levels[-1]) == pytest.approx((microns.min(), microns.max()))
    assert levels[1:] / levels[:-1] == pytest.approx(np.full(3, levels[1] / levels[0]))
    assert lower.max() == 2
    assert (1 - above) * levels[lower] + above * levels[lower + 1] == pytest.approx(
        microns, rel=1e-5
    )
