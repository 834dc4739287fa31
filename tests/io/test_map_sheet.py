"""A sheet of maps: one range per column, so that maps above each other can be compared."""

import numpy as np
import pytest

from app.core.display import MapDisplay
from app.io.map_sheet import SheetRow, draw_sheet

DISPLAY = MapDisplay("grey", low_percentile=0, high_percentile=100)


def flat(value):
    return np.full((3, 5), value, np.int64)


def greys(sheet):
    """Grey levels that fill an area larger than letters do."""
    values, counts = np.unique(sheet[..., 0], return_counts=True)
    return set(values[counts > 5000].tolist())


def test_maps_of_a_column_share_their_range():
    rows = [SheetRow("first", [flat(200)]), SheetRow("second", [flat(100)])]
    sheet = draw_sheet(rows, ["Hg Lα"], title="maps", display=DISPLAY)
    # the brighter map is as white as the paper, the other one half as bright
    middle = [value for value in greys(sheet) if value < 255]
    assert len(middle) == 1
    assert 120 < middle[0] < 136


def test_columns_have_ranges_of_their_own():
    sheet = draw_sheet(
        [SheetRow("scan", [flat(7), flat(900)])], ["a", "b"], title="", display=DISPLAY
    )
    assert greys(sheet) == {255}


def test_a_missing_map_leaves_its_place_empty():
    both = draw_sheet([SheetRow("scan", [flat(0), flat(0)])], ["a", "b"], title="", display=DISPLAY)
    one = draw_sheet([SheetRow("scan", [flat(0), None])], ["a", "b"], title="", display=DISPLAY)
    assert both.shape == one.shape
    assert (one == 0).sum() < (both == 0).sum()


def test_rows_must_have_a_map_for_every_column():
    with pytest.raises(ValueError, match="needs 2 maps"):
        draw_sheet([SheetRow("scan", [flat(0)])], ["a", "b"], title="", display=DISPLAY)
    with pytest.raises(ValueError, match="needs 1 maps"):
        draw_sheet([], ["a"], title="", display=DISPLAY)
