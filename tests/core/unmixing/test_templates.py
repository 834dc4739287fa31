"""What a scan is unmixed into."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.spectra import fwhm_kev
from app.core.unmixing.binning import binning_for
from app.core.unmixing.templates import (
    SCATTER,
    SMOOTH,
    Reference,
    smooth_shapes,
    templates_for,
)
from app.errors import ParameterError

AXIS = EnergyAxis(0.0, 0.02)
ENERGIES = AXIS.energies_kev(1000)
BINNING = binning_for(EnergyAxis(0.0, 0.04), 500)
BARE = np.exp(-(((ENERGIES - 15) / 3) ** 2)) + 0.05


def line(energy, area=1.0):
    return area * np.exp(-(((ENERGIES - energy) / 0.07) ** 2) / 2)


def reference(name, elements, *lines, scatter=0.2):
    counts = sum((line(*item) for item in lines), scatter * BARE / BARE.max())
    return Reference(name, tuple(elements), AXIS, 1000 * counts)


IRON = reference("Haematite", ("Fe", "O"), (6.4, 100.0), (7.06, 13.0))
OCHRE = reference("Red ochre", ("Fe", "Si", "O"), (6.4, 95.0), (7.06, 13.0), scatter=4.0)
COPPER = reference("Azurite", ("Cu", "C"), (8.05, 100.0), (8.9, 14.0))
BOTH = reference("Both", ("Cu", "Fe"), (6.4, 50.0), (7.06, 6.5), (8.05, 50.0), (8.9, 7.0))
BLACK = reference("Carbon black", ("C",))


def test_pigments_of_the_same_lines_are_one_group_whatever_their_scatter():
    made = templates_for([IRON, COPPER, OCHRE], BINNING, 3000, scatter=[BLACK])
    assert [group.name for group in made.groups] == [
        "Haematite or Red ochre",
        "Azurite",
        SCATTER,
        SMOOTH,
    ]
    assert made.groups[0].elements == ("Fe",)
    assert made.groups[0].pigments == ("Haematite", "Red ochre")
    assert [group.is_rest for group in made.groups] == [False, False, True, True]
    assert made.notes == ("The same to XRF here, so on one map: Haematite and Red ochre.",)


def test_every_template_has_sum_one_and_an_owner():
    made = templates_for([IRON, COPPER], BINNING, 3000, scatter=[BLACK, IRON])
    np.testing.assert_allclose(made.shapes.sum(axis=1), 1.0)
    assert made.owner.tolist() == [0, 1, 2, 2, *[3] * 8]
    assert made.shapes.shape == (12, BINNING.bins)


def test_a_line_lies_where_it_is_on_the_scans_axis():
    made = templates_for([IRON], BINNING, 3000, scatter=[BLACK])
    energy = BINNING.axis.energy_kev(int(made.shapes[0].argmax()))
    assert energy == pytest.approx(6.4, abs=0.05)


def test_pigments_without_lines_belong_to_the_scatter():
    made = templates_for([IRON, BLACK], BINNING, 3000, scatter=[BLACK])
    (scatter,) = [group for group in made.groups if group.name == SCATTER]
    assert scatter.pigments == ("Carbon black",)
    assert "neither shown nor excluded: Carbon black." in made.notes[0]


def test_with_their_own_scatter_pigments_keep_it_and_nothing_else_is_free():
    made = templates_for(
        [IRON, OCHRE, BLACK], BINNING, 3000, scatter=[BLACK], own_scatter=True, keep_mixtures=True
    )
    assert [group.name for group in made.groups] == ["Haematite or Red ochre", "Carbon black"]
    high = BINNING.axis.energies_kev(BINNING.bins) > 12
    lines_only = templates_for([IRON, OCHRE], BINNING, 3000, scatter=[BLACK]).shapes[0]
    assert made.shapes[0][high].sum() > 10 * lines_only[high].sum()


def test_known_scatter_is_taken_out():
    part = 1000 * 4.0 * BARE / BARE.max()
    known = Reference("Red ochre", ("Fe",), AXIS, OCHRE.counts, part)
    made = templates_for([known], BINNING, 3000)
    clean = templates_for(
        [reference("Fe", ("Fe",), (6.4, 95.0), (7.06, 13.0), scatter=0.0)], BINNING, 3000
    )
    np.testing.assert_allclose(made.shapes[0], clean.shapes[0], atol=1e-5)


def test_mixtures_are_left_out_and_told_unless_they_are_to_be_kept():
    made = templates_for([IRON, COPPER, BOTH], BINNING, 3000, scatter=[BLACK])
    assert "Both" not in [group.name for group in made.groups]
    assert made.notes[-1].startswith("Not on a map of its own: Both, which would look like ")
    assert "Haematite (50%)" in made.notes[-1]
    kept = templates_for([IRON, COPPER, BOTH], BINNING, 3000, scatter=[BLACK], keep_mixtures=True)
    assert [group.name for group in kept.groups][:3] == ["Haematite", "Azurite", "Both"]


def test_what_is_nearly_all_like_one_other_joins_its_group():
    """No twin of it by itself, but with a little of another pigment nothing of it is left."""
    ochre = reference("Ochre", ("Fe", "Cu"), (6.4, 94.0), (7.06, 12.2), (8.05, 6.0), (8.9, 0.8))
    made = templates_for([IRON, COPPER, ochre], BINNING, 3000, scatter=[BLACK])
    assert [group.name for group in made.groups][:2] == ["Haematite or Ochre", "Azurite"]
    assert made.groups[0].elements == ("Fe",)
    assert made.notes == ("Nearly the same to XRF here, so on one map: Haematite and Ochre.",)
    alone = templates_for([IRON, COPPER], BINNING, 3000, scatter=[BLACK])
    np.testing.assert_array_equal(made.shapes, alone.shapes)


def test_what_only_soft_lines_tell_apart_is_one_where_a_varnish_may_lie():
    chalk = reference("Chalk", ("Ca",), (3.69, 100.0), (4.01, 14.0))
    black = reference("Bone black", ("Ca", "P"), (2.01, 6.0), (3.69, 100.0), (4.01, 14.0))
    bare = templates_for([chalk, black, IRON], BINNING, 3000, scatter=[BLACK])
    assert [group.name for group in bare.groups][:2] == ["Chalk", "Bone black"]
    made = templates_for([chalk, black, IRON], BINNING, 3000, scatter=[BLACK], varnish_um=30.0)
    assert [group.name for group in made.groups][:2] == ["Chalk or Bone black", "Haematite"]
    assert made.notes == (
        "The same to XRF through a varnish, so on one map: Chalk and Bone black.",
    )
    # what is fitted stays without varnish
    np.testing.assert_array_equal(made.shapes, bare.shapes)
    assert made.owner[:3].tolist() == [0, 0, 1]


def test_many_names_are_counted():
    many = [Reference(f"P{n}", ("Fe",), AXIS, IRON.counts) for n in range(5)]
    (group, *_) = templates_for(many, BINNING, 3000, scatter=[BLACK]).groups
    assert group.name == "P0, P1 or 3 more"


def test_the_smooth_rest_makes_any_slow_curve():
    shapes = smooth_shapes(BINNING)
    energies = BINNING.axis.energies_kev(BINNING.bins)
    wanted = np.exp(-energies / 8) + 0.2
    amounts, *_ = np.linalg.lstsq(shapes.T, wanted, rcond=None)
    assert np.abs(amounts @ shapes - wanted).max() < 0.02
    # and none of them is a line: each is several times as wide as a peak
    for shape in shapes:
        half = energies[shape >= shape.max() / 2]
        assert half[-1] - half[0] > 2 * fwhm_kev(half[0])


@pytest.mark.parametrize(
    ("spoiled", "message"),
    [
        (np.zeros(1000), "no counts from 1.02 to"),
        (np.full(1000, np.nan), "negative or missing"),
        (np.full(1000, -1.0), "negative or missing"),
        (np.where(ENERGIES < 0.9, 5.0, 0.0), "no counts from"),
    ],
)
def test_a_spectrum_that_cannot_be_used_is_named(spoiled, message):
    bad = Reference("Mock-up 7", ("Fe",), AXIS, spoiled)
    with pytest.raises(ParameterError, match=message) as caught:
        templates_for([IRON, bad], BINNING, 3000)
    assert "Mock-up 7" in str(caught.value)


def test_a_reference_on_another_range_is_refused():
    far = Reference("Far", ("Fe",), EnergyAxis(30.0, 0.02), IRON.counts)
    with pytest.raises(ParameterError, match="nothing in common"):
        templates_for([far], BINNING, 3000)


def test_no_pigments_are_refused():
    with pytest.raises(ParameterError, match="no pigments"):
        templates_for([], BINNING, 3000)


def test_more_templates_than_bins_are_refused():
    short = binning_for(EnergyAxis(0.0, 0.2), 14)
    some = [
        reference(f"P{n}", ("Fe",), (1.2 + 0.2 * n, 100.0), scatter=0.0) for n in range(short.bins)
    ]
    with pytest.raises(ParameterError, match=f"and {short.bins} bins"):
        templates_for(some, short, 10**9)
