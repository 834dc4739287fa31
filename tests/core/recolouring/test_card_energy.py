"""Energies of a network's input: centres, edges, and the forms a card gives them in."""

import numpy as np
import pytest

from app.core.recolouring.card_energy import EnergyBins, energy_from_plain
from app.core.recolouring.card_values import ModelCardError


def test_even_bins_reach_half_a_bin_to_either_side():
    bins = EnergyBins(1.0, 2.0, 3)
    assert bins.bins == 3
    np.testing.assert_array_equal(bins.centres_kev, [1, 3, 5])
    np.testing.assert_array_equal(bins.edges_kev, [0, 2, 4, 6])


def test_the_published_range_has_its_edges():
    """AIRES-CH: 0.5 to 38.5 keV in 500 bins."""
    edges = EnergyBins(0.538, 0.076, 500).edges_kev
    np.testing.assert_allclose(edges[[0, 35, 43, 500]], [0.5, 3.16, 3.768, 38.5], atol=1e-12)


def test_uneven_bins_meet_half_way():
    bins = EnergyBins(centres=(1.0, 2.0, 4.0))
    assert bins.bins == 3
    np.testing.assert_array_equal(bins.edges_kev, [0.5, 1.5, 3.0, 5.0])


@pytest.mark.parametrize("bins", [EnergyBins(0.5, 0.25, 4), EnergyBins(centres=(1.0, 2.0, 4.0))])
def test_bins_survive_their_plain_form(bins):
    assert energy_from_plain(bins.to_plain(), bins.bins, "energy") == bins


@pytest.mark.parametrize(
    ("plain", "sentence"),
    [
        (7, "is 7; expected an object"),
        ({}, "offset_kev is missing"),
        ({"offset_kev": 0}, "gain_kev is missing"),
        ({"offset_kev": 0, "gain_kev": 0}, "gain_kev is 0; expected a finite number above 0 keV"),
        ({"offset_kev": 0, "gain_kev": -1}, "gain_kev is -1"),
        ({"offset_kev": "0", "gain_kev": 1}, "offset_kev is '0'"),
        ({"offset_kev": 0, "gain_kev": float("nan")}, "gain_kev is nan"),
        ({"offset_kev": 0, "gain_kev": 200}, "reaches from 0 to 600 keV; .*in eV"),
        ({"offset_kev": -500, "gain_kev": 1}, "reaches from -500"),
        ({"offset_kev": 0, "gain_kev": 1, "bend": 3}, "bend is not known"),
        ({"centres": [1, 2, 3, 4], "gain_kev": 1}, "centres and an offset or gain"),
        ({"centres": [1, 2, 3]}, "centres has 3 energies; expected 4"),
        ({"centres": [1, 2, 3, 4, 5]}, "centres has 5 items"),
        ({"centres": [1, 3, 2, 4]}, "centres goes from 3 to 2 keV"),
        ({"centres": [1, 2, 2, 4]}, "centres goes from 2 to 2 keV"),
        ({"centres": [1, 2, None, 4]}, r"centres\[2\] is None"),
        ({"centres": "1234"}, "centres is '1234'; expected a list"),
    ],
)
def test_energies_that_make_no_sense_are_told_with_their_place(plain, sentence):
    with pytest.raises(ModelCardError, match=rf"^.*inputs\[1\]\.energy.*{sentence}"):
        energy_from_plain(plain, 4, "inputs[1].energy")


def test_one_bin_is_none():
    with pytest.raises(ModelCardError, match="1 bins; expected two or more"):
        EnergyBins(0.0, 1.0, 1)
    with pytest.raises(ModelCardError, match="above 0"):
        EnergyBins(0.0, float("nan"), 4)
