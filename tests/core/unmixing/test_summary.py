"""Maps in numbers and words."""

import numpy as np

from app.core.axis import EnergyAxis
from app.core.region import Region
from app.core.unmixing.abundances import Abundances
from app.core.unmixing.binning import binning_for
from app.core.unmixing.summary import readable, summaries
from app.core.unmixing.templates import Group, Templates

GROUPS = (
    Group("Haematite", ("Haematite",), ("Fe",)),
    Group("Azurite or Malachite", ("Azurite", "Malachite"), ("Cu",)),
    Group("Scatter", is_rest=True),
    Group("Gold leaf", ("Gold leaf",), ("Au",)),
)


def abundances():
    maps = np.zeros((4, 2, 3), np.float32)
    maps[0, 0], maps[1, 1], maps[2] = 100, 50, 200
    binning = binning_for(EnergyAxis(0.0, 0.04), 400)
    templates = Templates(GROUPS, np.ones((4, binning.bins)), np.arange(4), binning)
    errors = np.full(maps.shape, 20, np.float32)
    return Abundances(
        GROUPS, maps, errors, maps[0], templates, Region(0, 2, 0, 3), notes=("Mind.",)
    )


def test_numbers_are_those_of_the_maps():
    iron, copper, scatter, gold = summaries(abundances())
    assert (iron.number, iron.counts, iron.share) == (1, 300.0, 300 / 1650)
    assert (iron.shown, iron.dominant, iron.mean_error) == (0.5, 0.5, 20.0)
    # 50 is less than three times 20
    assert (copper.shown, copper.dominant) == (0.0, 0.5)
    assert (scatter.shown, scatter.dominant) == (1.0, 0.0)
    assert gold.counts == 0


def test_a_row_is_flat_and_json_has_lists():
    (_, copper, *_) = summaries(abundances())
    assert copper.row()["pigments"] == "Azurite; Malachite"
    assert copper.json()["pigments"] == ["Azurite", "Malachite"]
    assert copper.json()["elements"] == ["Cu"]


def test_words_begin_with_the_most_and_end_with_what_is_to_be_known():
    lines = readable(abundances())
    assert lines[0].endswith("Scatter")
    assert lines[1].endswith("Haematite [Fe]")
    assert lines[-2:] == ["Nothing at all of: Gold leaf.", "Mind."]
