"""Pigments as a synthetic scan takes them."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.synthesis.paints import common_labels, paints
from app.errors import ParameterError


def test_spectra_are_normalised_and_keep_the_pigments_order(three):
    found = paints(three, "Test")
    assert found.names == ("red", "blue", "white")
    assert found.srgb.tolist() == [[200, 20, 20], [20, 30, 200], [250, 250, 245]]
    np.testing.assert_allclose(found.spectra.sum(axis=1), 1.0)
    assert found.spectra.argmax(axis=1).tolist() == [5, 13, 19]
    assert found.axis == EnergyAxis(0.0, 0.5)
    assert found.axis.source == "reference spectra “Test”"
    assert found.channels == 24


def test_joined_channels_hold_the_sum(three):
    whole, joined = paints(three, "Test"), paints(three, "Test", 4)
    assert joined.channels == 6
    np.testing.assert_allclose(joined.spectra, whole.spectra.reshape(3, 6, 4).sum(axis=2))
    assert joined.axis == EnergyAxis(0.75, 2.0)


def test_labels_are_those_that_all_have(make_pigment):
    first = make_pigment("a", (0, 0, 0), 1, labels=("Rh", "Mo", "W"))
    second = make_pigment("b", (0, 0, 0), 1, labels=("W", "Rh"))
    assert common_labels((first, second)) == ("Rh", "W")
    assert common_labels((first,)) == ("Rh", "Mo", "W")
    assert common_labels(()) == ()


def test_no_pigments_no_painting():
    with pytest.raises(ParameterError, match="nothing to paint with"):
        paints((), "Test")


def test_a_pigment_without_that_spectrum_is_named_with_those_it_has(three):
    with pytest.raises(ParameterError, match=r"red has no spectrum “Mo”\. Its spectra: Test"):
        paints(three, "Mo")


def test_spectra_on_different_axes_are_refused_with_both(make_pigment, three):
    other = make_pigment("other", (0, 0, 0), 3, axis=EnergyAxis(0.0, 0.4))
    with pytest.raises(ParameterError, match=r"red: .* 0\.5 keV .*; other: .* 0\.4 keV"):
        paints((*three, other), "Test")


def test_two_of_one_name_are_refused(make_pigment, three):
    with pytest.raises(ParameterError, match="blue more than once"):
        paints((*three, make_pigment("blue", (0, 0, 90), 2)), "Test")
