"""Contact sheets: small pictures keep the truth, limits are shared or not."""

import numpy as np
import pytest

from app.core.batch.sheet import (
    TILE_PIXELS,
    Digest,
    Scaling,
    Sheet,
    Tile,
    colour_tile,
    map_tile,
    unique_columns,
)


def digest(name, **tops):
    tiles = tuple(
        Tile(column, np.full((2, 3), top, np.float32), (1.0, float(top)), "counts")
        for column, top in tops.items()
    )
    return Digest(name, tiles=tiles, date=f"2026-03-0{len(name)}")


def test_a_map_within_the_limit_stays_as_it_is():
    counts = np.arange(12, dtype=np.uint16).reshape(3, 4)
    tile = map_tile("Fe Kα", counts)
    np.testing.assert_array_equal(tile.picture, counts)
    assert tile.limits == (0.0, 11.0)


def test_a_large_map_becomes_the_means_of_its_blocks_and_keeps_its_limits():
    rows, cols = 2 * TILE_PIXELS + 1, 6
    counts = np.zeros((rows, cols), np.uint16)
    counts[:3, :3] = 9  # the first block of three by three
    counts[3:6, 3:] = np.array([[0, 0, 9]] * 3)
    tile = map_tile("Fe Kα", counts)
    assert tile.picture.shape == (-(-rows // 3), 2)
    assert tile.picture[0].tolist() == [9.0, 0.0]
    assert tile.picture[1].tolist() == [0.0, 3.0]
    assert tile.picture.sum() == pytest.approx(counts.sum() / 9)
    assert tile.limits == (0.0, 9.0)


def test_the_last_blocks_are_means_of_the_pixels_they_have():
    counts = np.full((2 * TILE_PIXELS + 1, 5), 7, np.uint16)
    np.testing.assert_allclose(map_tile("Fe Kα", counts).picture, 7.0)


def test_clear_pixels_do_not_darken_their_block():
    rgb = np.zeros((TILE_PIXELS + 2, 4, 4), np.uint8)
    rgb[0, 0] = (200, 100, 50, 255)
    tile = colour_tile("Predicted", rgb)
    assert tile.picture[0, 0].tolist() == [200, 100, 50, 64]
    assert tile.picture[1, 1, 3] == 0


def test_colours_of_numbers_are_never_mixed():
    rgb = np.zeros((2 * TILE_PIXELS, 6, 3), np.uint8)
    rgb[:, ::2] = 250
    tile = colour_tile("Clusters", rgb, is_even=True)
    assert set(np.unique(tile.picture[..., 0])) <= {0, 250}
    assert tile.picture.shape[2] == 4


def test_columns_come_in_the_order_in_which_they_are_met():
    sheet = Sheet("all", (digest("a", Fe=3), digest("bb", Cu=5, Fe=9)))
    assert sheet.columns == ("Fe", "Cu")
    assert sheet.date == "2026-03-02"


def test_shared_limits_run_from_nothing_to_the_largest_of_a_column():
    sheet = Sheet("all", (digest("a", Fe=3), digest("b", Fe=9, Cu=5)))
    assert sheet.limits_of("Fe") == (0.0, 9.0)
    assert sheet.limits_of("Cu") == (0.0, 5.0)
    assert sheet.unit_of("Fe") == "counts"


def test_own_limits_are_not_shared():
    assert Sheet("all", (digest("a", Fe=3),), scaling=Scaling.OWN).limits_of("Fe") is None


def test_the_same_counts_have_the_same_colour_where_limits_are_shared():
    few, many = digest("few", Fe=50), digest("many", Fe=100)
    shared = Sheet("all", (few, many)).limits_of("Fe")
    colours = [item.tiles[0].rgb(shared)[0, 0].tolist() for item in (few, many)]
    assert colours[0] != colours[1]
    # with limits of its own the one with fewer would look like the other
    assert few.tiles[0].rgb(None)[0, 0].tolist() == colours[1]


def test_results_of_one_name_get_a_number():
    tiles = [colour_tile("Clusters", np.zeros((2, 3, 3), np.uint8))] * 3
    names = [tile.column for tile in unique_columns(tiles)]
    assert names == ["Clusters", "Clusters (2)", "Clusters (3)"]
