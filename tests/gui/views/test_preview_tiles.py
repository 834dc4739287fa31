"""Small maps side by side."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.core.display import COLOUR_MAPS
from app.gui.views.preview_tiles import PreviewTile, PreviewTiles, TilePicture, map_tile


@pytest.fixture
def tile(qtbot):
    tile = PreviewTile()
    qtbot.addWidget(tile)
    tile.resize(80, 100)
    return tile


def test_counts_go_from_the_first_colour_to_the_last():
    tile = map_tile("Fe Kα", np.array([[0, 10], [20, 40]]), "not reached")
    table = COLOUR_MAPS["inferno"]
    np.testing.assert_array_equal(tile.rgb[0, 0], table[0])
    np.testing.assert_array_equal(tile.rgb[1, 1], table[255])
    np.testing.assert_array_equal(tile.rgb[1, 0], table[127])
    assert (tile.name, tile.note) == ("Fe Kα", "0–40")


def test_a_map_without_counts_is_dark_and_one_beyond_the_axis_says_so():
    assert (map_tile("K Kα", np.zeros((2, 3), int), "").rgb == COLOUR_MAPS["inferno"][0]).all()
    missing = map_tile("Pb Lα", None, "not reached")
    assert (missing.rgb, missing.note) == (None, "not reached")


def test_a_tile_draws_its_pixels_and_names_itself(tile):
    rgb = np.zeros((2, 2, 3), np.uint8)
    rgb[:, 0], rgb[:, 1] = (255, 0, 0), (0, 0, 255)
    tile.set_picture(TilePicture("Cu Kα", rgb, "0–9"))
    drawn = tile.grab().toImage()
    assert drawn.pixelColor(10, 40) == QColor(255, 0, 0)
    assert drawn.pixelColor(70, 40) == QColor(0, 0, 255)
    assert tile.accessibleName() == "Cu Kα 0–9"


def test_a_tile_without_a_picture_is_drawn_as_well(tile):
    tile.set_picture(TilePicture("Pb Lα", None, "not reached"))
    assert not tile.grab().isNull()


def test_each_tile_gets_its_picture(qtbot):
    tiles = PreviewTiles(3)
    qtbot.addWidget(tiles)
    pictures = tuple(TilePicture(name, None) for name in "abc")
    tiles.set_pictures(pictures)
    assert [tile.picture.name for tile in tiles.tiles] == ["a", "b", "c"]
