"""What unmixing found is put into rows, the strongest group first, and into words."""

import numpy as np
import pytest

from app.core.axis import EnergyAxis
from app.core.provenance import Step
from app.core.region import Region
from app.core.unmixing.abundances import Abundances
from app.core.unmixing.binning import Binning
from app.core.unmixing.templates import Group, Templates
from app.gui.unmixing_rows import fit_in_words, listed, made_in_words, region_in_words, rows_of

GROUPS = (
    Group("Azurite or Malachite", ("Azurite", "Malachite"), ("Cu",)),
    Group("Vermilion", ("Vermilion",), ("Hg", "S")),
    Group("Smalt", ("Smalt",), ("Co",)),
    Group("Tin leaf", ("Tin leaf",), ("Sn",)),
    Group("Scatter", ("Indigo",), is_rest=True),
)
NOTE = "Not on a map of its own: Chrysocolla, which would look like Azurite or Malachite (90%)."
USUAL = {
    "method": "nnls",
    "pigments": "Velatura",
    "spectrum": "Rh 50 kV",
    "instrument": "",
    "components": 5,
    "seed": 2,
    "region": "",
}


@pytest.fixture
def make(make_scan, make_pigment):
    """Make what was found: counts of each group in every one of 2 × 3 pixels, errors of 1."""

    def make(counts=(10.0, 40.0, 2.0, 0.0, 90.0), residual=1.0, **parameters):
        maps = np.ones((5, 2, 3), np.float32) * np.array(counts, np.float32)[:, None, None]
        binning = Binning(0, 1, np.arange(5.0), EnergyAxis(0.5, 1.0))
        found = Abundances(
            GROUPS,
            maps,
            np.ones_like(maps),
            np.full((2, 3), residual, np.float32),
            Templates(GROUPS, np.full((5, 4), 0.25), np.arange(5), binning, ()),
            Region(0, 2, 0, 3),
            notes=(NOTE,),
            steps=(Step("unmix", USUAL | parameters, ()),),
        )
        blue = make_pigment("Azurite", srgb=(1, 2, 3))
        green = make_pigment("Malachite", srgb=(4, 5, 6))
        return listed(make_scan(), found, (blue, green, make_pigment("Vermilion", srgb=None)))

    return make


def test_strongest_is_first_and_what_is_no_pigment_last(make):
    rows = rows_of(make())
    assert [row.name for row in rows] == [
        *("Vermilion", "Azurite or Malachite", "Smalt", "Scatter", "Residual"),
    ]
    assert rows[0].share == pytest.approx(40 / 142)
    assert rows[-1].share is None
    assert rows[1].elements == ("Cu",)


def test_groups_have_the_colours_of_their_pigments_where_these_have_any(make):
    rows = rows_of(make())
    assert rows[1].colours == ((1, 2, 3), (4, 5, 6))
    assert rows[0].colours == rows[3].colours == ()


def test_components_have_colours_of_their_own(make):
    colours = [row.colours for row in rows_of(make(method="nmf"))[:3]]
    assert all(len(each) == 1 for each in colours)
    assert len(set(colours)) == 3


def test_group_hardly_above_its_error_is_weak_and_scatter_never(make):
    rows = rows_of(make((10.0, 40.0, 2.0, 0.0, 0.5)))
    assert [row.is_weak for row in rows] == [False, False, True, False, False]


def test_details_name_what_is_one_to_xrf_and_what_would_look_like_it(make):
    rows = rows_of(make())
    assert "XRF cannot tell apart here: Azurite, Malachite." in rows[1].details
    assert NOTE in rows[1].details
    assert NOTE not in rows[0].details
    assert "above three errors in 100.0 % of the pixels" in rows[0].details
    assert "without lines of their own: Indigo" in rows[3].details


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "Pigments of Velatura, references “Rh 50 kV”."),
        ({"pigments": ""}, "Pigments of the shipped library, references “Rh 50 kV”."),
        ({"pigments": "Smalt"}, "Chosen pigments, references “Rh 50 kV”."),
        ({"pigments": "A, B"}, "Chosen pigments, references “Rh 50 kV”."),
        ({"instrument": "ELIO"}, "Pigments of Velatura, spectra computed for ELIO."),
        ({"method": "nmf"}, "5 components of the scan itself, seed 2."),
        (
            {"region": "1:3,2:6"},
            "Pigments of Velatura, references “Rh 50 kV”, rows 1–2, columns 2–5.",
        ),
    ],
)
def test_it_is_said_how_they_were_found(make, parameters, words):
    assert made_in_words(make(**parameters)) == words


def test_care_is_advised_where_spectra_are_not_explained(make):
    assert fit_in_words(make(residual=1.04).found) == (
        "Median residual 1.04; 1 would be noise alone."
    )
    assert "read the maps with care" in fit_in_words(make(residual=6.5).found)


def test_region_is_told_by_its_first_and_last_pixels():
    assert region_in_words(Region(1, 3, 2, 6)) == "rows 1–2, columns 2–5"


def test_what_was_found_belongs_to_its_counts_and_axis(make, make_scan):
    unmixed = make()
    assert unmixed.is_of(unmixed.scan)
    assert not unmixed.is_of(None)
    assert not unmixed.is_of(make_scan())
