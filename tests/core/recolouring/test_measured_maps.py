"""Predicted maps beside measured ones: correlation, scale and residual."""

import numpy as np
import pytest

from app.core.emission import line
from app.core.recolouring.measured_maps import agreement
from app.errors import ParameterError

IRON = line("Fe")
MEASURED = np.array([[0.0, 10.0, 20.0], [30.0, 40.0, 50.0]])


def test_a_map_in_another_unit_agrees_fully():
    told = agreement("Fe", MEASURED / 100 + 3, MEASURED, IRON)
    assert told.r == pytest.approx(1.0)
    assert told.explained == pytest.approx(1.0)
    assert (told.scale, told.offset) == (pytest.approx(100.0), pytest.approx(-300.0))
    np.testing.assert_allclose(told.predicted, MEASURED, atol=1e-9)
    np.testing.assert_allclose(told.residual, 0.0, atol=1e-9)


def test_an_opposite_map_has_a_negative_scale():
    told = agreement("Fe", -MEASURED, MEASURED, IRON)
    assert told.r == pytest.approx(-1.0)
    assert told.scale == pytest.approx(-1.0)


def test_residuals_show_what_was_not_predicted():
    hidden = MEASURED.copy()
    hidden[1, 2] += 60.0
    told = agreement("Fe", MEASURED, hidden, IRON)
    assert told.residual.argmax() == 5
    assert told.residual.sum() == pytest.approx(0.0, abs=1e-9)
    assert 0 < told.r < 1


def test_pixels_not_predicted_take_no_part():
    predicted = MEASURED / 2
    predicted[0, 1] = np.nan
    told = agreement("Fe", predicted, MEASURED, IRON)
    assert told.r == pytest.approx(1.0)
    assert np.isnan(told.residual[0, 1])
    np.testing.assert_allclose(np.delete(told.residual.ravel(), 1), 0.0, atol=1e-9)


@pytest.mark.parametrize(
    ("predicted", "measured"),
    [
        (np.ones((2, 3)), MEASURED),
        (MEASURED, np.full((2, 3), 4.0)),
        (np.full((2, 3), np.nan), MEASURED),
    ],
)
def test_even_and_empty_maps_have_no_correlation(predicted, measured):
    told = agreement("Fe", predicted, measured, IRON)
    assert told.r is None
    assert told.explained is None
    assert told.scale == pytest.approx(0.0)


def test_maps_of_other_sizes_are_refused():
    with pytest.raises(ParameterError, match=r"\(2, 3\).*\(3, 2\)"):
        agreement("Fe", MEASURED, MEASURED.T, IRON)
