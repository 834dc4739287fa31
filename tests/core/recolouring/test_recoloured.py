"""A picture of predicted colours knows its doubt and whether it is a first look."""

import numpy as np
import pytest

from app.core.recolouring.card import card_from_plain
from app.core.recolouring.recoloured import Recoloured
from app.core.region import Region


@pytest.fixture
def card():
    energy = {"offset_kev": 1.0, "gain_kev": 2.0}
    return card_from_plain(
        {
            "name": "Trial",
            "task": "rgb",
            "layout": "pixel",
            "inputs": [{"name": "x", "channels": 4, "energy": energy, "preprocessing": []}],
            "outputs": [
                {"name": "rgb", "kind": "rgb"},
                {"name": "maps", "kind": "maps", "elements": ["Fe", "Pb"]},
            ],
        }
    )


def test_the_doubt_is_the_standard_deviation(card):
    rgb = np.zeros((2, 3, 3), np.float32)
    lv = np.full((2, 3), np.log(0.04), np.float32)
    found = Recoloured(rgb, lv, None, None, card, "cpu", Region(0, 2, 0, 3))
    np.testing.assert_allclose(found.uncertainty, 0.2, rtol=1e-6)
    assert found.elements == ()
    assert found.has_colours
    assert not found.is_preview
    assert found.picture() is rgb
    assert Recoloured(rgb, None, None, None, card, "cpu", Region(0, 2, 0, 3)).uncertainty is None


def test_a_first_look_is_filled_and_maps_have_names(card):
    rgb = np.full((3, 5, 3), np.nan, np.float32)
    rgb[::2, ::2] = 0.5
    maps = np.zeros((2, 3, 5), np.float32)
    found = Recoloured(rgb, None, None, maps, card, "cpu", Region(0, 3, 0, 5), grid_step=2)
    assert found.is_preview
    assert found.elements == ("Fe", "Pb")
    # it tells maps as well, and is for colours all the same
    assert found.has_colours
    assert (found.picture() == 0.5).all()
    assert np.isnan(found.rgb[1, 1]).all()
