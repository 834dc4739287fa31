"""What a computed spectrum says of its lines."""

import pytest

from app.core.physics.computed import LineIntensity


def test_a_line_s_intensity_is_primary_and_secondary_together():
    assert LineIntensity("Fe", "KL3", 6.404, 0, 2e-5, 3e-6).total == pytest.approx(2.3e-5)


def test_without_secondary_excitation_the_primary_is_all():
    assert LineIntensity("Fe", "KL3", 6.404, 0, 2e-5).total == 2e-5
