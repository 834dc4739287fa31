"""A draft as rows and pictures."""

import numpy as np
import pytest

from app.core.synthesis.changes import Changes
from app.core.synthesis.draft import drafted
from app.core.synthesis.generate import SynthesisRecipe
from app.core.synthesis.paints import paints
from app.gui.dialogs.synthesis_rows import palette_rows, share_rows, srgb_of, tile_pictures

RECIPE = SynthesisRecipe(clusters=2, delta=0, threshold=0.85)
CHANGES = Changes(colours={1: (60, 90, 151)}, shares={1: {"Chalk": 0.25, "Vermilion": 0.0}})


@pytest.fixture
def chosen(paintbox):
    return paints(paintbox[:3], "Rh 50 kV")


@pytest.fixture
def draft(make_sketch, chosen):
    return drafted(make_sketch(), chosen, RECIPE, CHANGES)


def test_colours_come_with_their_area_and_main_pigments(draft, chosen):
    first, second = palette_rows(draft, chosen, CHANGES)
    assert first.srgb == (195, 50, 40)
    assert first.share == pytest.approx(2 / 3)
    assert first.mixture == "Vermilion 100 %"
    assert not first.is_changed
    assert second.srgb == (60, 90, 151)
    assert second.mixture == "Azurite 75 %, Chalk 25 %"
    assert second.is_changed


def test_many_pigments_are_counted_after_the_first_three(make_sketch, make_paint):
    pigments = [make_paint(f"P{n}", (195, 50, 40 + n)) for n in range(5)]
    chosen = paints(pigments, "Rh 50 kV")
    row = palette_rows(drafted(make_sketch(), chosen, RECIPE, Changes()), chosen, Changes())[0]
    assert row.mixture.count("%") == 3
    assert row.mixture.endswith(", + 2")


def test_pigments_are_in_the_order_of_their_likeness_whatever_their_shares(draft, chosen):
    rows = share_rows(draft, chosen, CHANGES, 1)
    assert [row.likeness for row in rows] == sorted((row.likeness for row in rows), reverse=True)
    known = {row.name: row for row in rows}
    assert (known["Chalk"].given, known["Chalk"].is_ruled) == (0.25, False)
    assert known["Vermilion"].given == 0.0
    assert (known["Azurite"].given, known["Azurite"].is_ruled) == (None, True)
    assert known["Azurite"].share == pytest.approx(0.75)
    assert known["Azurite"].srgb == (40, 80, 160)


def test_pictures_are_the_picture_the_colour_and_the_eight_maps(draft):
    tiles = tile_pictures(draft, 1, "Picture", "Colour 2", "not reached")
    assert [tile.name for tile in tiles[:3]] == ["Picture", "Colour 2", "K Kα"]
    assert len(tiles) == 10
    np.testing.assert_array_equal(tiles[0].rgb, draft.sketch.small.picture)
    assert tiles[1].rgb[0, 29].tolist() == list(srgb_of(draft, 1))
    assert tiles[0].note == ""
